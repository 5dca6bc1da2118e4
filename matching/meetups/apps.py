from importlib import import_module

from django.apps import AppConfig


class MeetupsConfig(AppConfig):
    name = "matching.meetups"
    label = "meetups"

    def ready(self) -> None:
        import_module(f"{self.name}.policy")
