from importlib import import_module

from django.apps import AppConfig


class LegalConfig(AppConfig):
    name = "agreements.legal"
    label = "legal"

    def ready(self) -> None:
        for part in ("policy", "views", "todos"):
            import_module(f"{self.name}.{part}")
        import_module(f"{self.name}.todos").register()
