from importlib import import_module

from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "portal.site"
    label = "site"

    def ready(self) -> None:
        import_module("portal.celery")  # so that tasks know their broker in web processes, too
