from importlib import import_module

from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    name = "matching.applications"
    label = "applications"

    def ready(self) -> None:
        import_module(f"{self.name}.policy")
