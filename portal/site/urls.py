"""Pages that belong to no room: home, public pages, health."""

from django.urls import path

from portal.site import views

urlpatterns = [
    path("", views.home, name="home"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
]
