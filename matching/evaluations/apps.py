from importlib import import_module

from django.apps import AppConfig


class EvaluationsConfig(AppConfig):
    name = "matching.evaluations"
    label = "evaluations"

    def ready(self) -> None:
        import_module(f"{self.name}.policy")
