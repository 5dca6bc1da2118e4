from importlib import import_module

from django.apps import AppConfig


class SelectionsConfig(AppConfig):
    name = "matching.selections"
    label = "selections"

    def ready(self) -> None:
        import_module(f"{self.name}.policy")
