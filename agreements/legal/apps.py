from importlib import import_module

from django.apps import AppConfig


class LegalConfig(AppConfig):
    name = "agreements.legal"
    label = "legal"

    def ready(self) -> None:
        import_module(f"{self.name}.policy")
