from importlib import import_module

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "portal.outbox"
    label = "outbox"

    def ready(self) -> None:
        for part in ("policy", "views", "todos"):
            import_module(f"{self.name}.{part}")
        import_module(f"{self.name}.todos").register()
