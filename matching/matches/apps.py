from importlib import import_module

from django.apps import AppConfig


class MatchesConfig(AppConfig):
    name = "matching.matches"
    label = "matches"

    def ready(self) -> None:
        for part in ("policy", "views", "tasks", "todos"):
            import_module(f"{self.name}.{part}")
        import_module(f"{self.name}.todos").register()
