from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from portal.web.registry import NavItem, add_nav


class SiteConfig(AppConfig):
    name = "portal.site"
    label = "site"

    def ready(self) -> None:
        import_module("portal.celery")  # so that tasks know their broker in web processes, too
        add_nav(NavItem(_("선정 기업"), "results", order=80))
