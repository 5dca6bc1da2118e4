from importlib import import_module

from django.apps import AppConfig


class StartupsConfig(AppConfig):
    name = "matching.startups"
    label = "startups"

    def ready(self) -> None:
        import_module(f"{self.name}.policy")
