from importlib import import_module

from django.apps import AppConfig


class ResetsConfig(AppConfig):
    name = "portal.resets"
    label = "resets"

    def ready(self) -> None:
        for part in ("policy", "views", "todos", "passwords"):
            import_module(f"{self.name}.{part}")
        import_module(f"{self.name}.todos").register()
