from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class MergingConfig(AppConfig):
    name = "portal.merging"
    label = "merging"

    def ready(self) -> None:
        for part in ("policy", "views", "todos"):
            import_module(f"{self.name}.{part}")
        import_module(f"{self.name}.todos").register()
        database = import_module(f"{self.name}.database")
        post_migrate.connect(database.prepare, sender=self, dispatch_uid="portal.merging.database")
