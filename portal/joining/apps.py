from importlib import import_module

from django.apps import AppConfig


class JoiningConfig(AppConfig):
    name = "portal.joining"
    label = "joining"

    def ready(self) -> None:
        for part in ("policy", "tasks", "views", "todos"):
            import_module(f"{self.name}.{part}")
        import_module(f"{self.name}.todos").register()
