from importlib import import_module

from django.apps import AppConfig


class FundingConfig(AppConfig):
    name = "agreements.funding"
    label = "funding"

    def ready(self) -> None:
        for part in ("policy", "views", "todos"):
            import_module(f"{self.name}.{part}")
        for part in ("todos", "limits"):
            import_module(f"{self.name}.{part}").register()
        operations = import_module(f"{self.name}.operations")
        confirmed = import_module("matching.selections.hooks").on_confirmed
        if operations.create_awards not in confirmed:
            confirmed.append(operations.create_awards)
