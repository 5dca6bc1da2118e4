from importlib import import_module

from django.apps import AppConfig


class EvaluationsConfig(AppConfig):
    name = "matching.evaluations"
    label = "evaluations"

    def ready(self) -> None:
        for part in ("policy", "views", "todos"):
            import_module(f"{self.name}.{part}")
        import_module(f"{self.name}.todos").register()
