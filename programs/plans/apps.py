from importlib import import_module

from django.apps import AppConfig


class PlansConfig(AppConfig):
    name = "programs.plans"
    label = "plans"

    def ready(self) -> None:
        import_module(f"{self.name}.policy")
