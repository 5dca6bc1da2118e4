from importlib import import_module

from django.apps import AppConfig


class FundingConfig(AppConfig):
    name = "agreements.funding"
    label = "funding"

    def ready(self) -> None:
        import_module(f"{self.name}.policy")
