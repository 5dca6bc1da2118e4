from importlib import import_module

from django.apps import AppConfig


class RecommendationsConfig(AppConfig):
    name = "matching.recommendations"
    label = "recommendations"

    def ready(self) -> None:
        import_module(f"{self.name}.policy")
