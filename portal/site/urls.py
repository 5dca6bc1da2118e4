"""Pages that belong to no room: home, public pages, checking a document, health."""

from django.conf import settings
from django.urls import URLPattern, path

from portal.documents import verification
from portal.site import pages, styleguide, views

urlpatterns: list[URLPattern] = [
    path("", views.home, name="home"),
    path("results/", pages.results, name="results"),
    path("accessibility/", pages.accessibility, name="accessibility"),
    path("privacy/", pages.privacy, name="privacy"),
    path("verify/", verification.ask, name="verify_ask"),
    path("verify/<str:code>/", verification.verify, name="verify"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
]
if not settings.PRODUCTION:
    urlpatterns.append(path("styleguide/", styleguide.guide, name="styleguide"))
