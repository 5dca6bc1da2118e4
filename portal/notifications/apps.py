from importlib import import_module

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "portal.notifications"
    label = "notifications"

    def ready(self) -> None:
        import_module(f"{self.name}.tasks")  # declares the jobs, in web processes, too
