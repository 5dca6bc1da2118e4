from importlib import import_module

from django.apps import AppConfig


class StartupsConfig(AppConfig):
    name = "matching.startups"
    label = "startups"

    def ready(self) -> None:
        for part in ("policy", "tasks", "views", "pages", "todos"):
            import_module(f"{self.name}.{part}")
        import_module(f"{self.name}.todos").register()
