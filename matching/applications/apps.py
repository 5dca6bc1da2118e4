from importlib import import_module

from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    name = "matching.applications"
    label = "applications"

    def ready(self) -> None:
        for part in ("policy", "views", "todos"):
            import_module(f"{self.name}.{part}")
        import_module(f"{self.name}.todos").register()
