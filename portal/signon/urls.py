"""To the provider and back."""

from django.urls import path

from portal.signon import views

urlpatterns = [
    path("start/", views.start, name="oidc_start"),
    path("again/", views.again, name="oidc_again"),
    path("callback/", views.callback, name="oidc_callback"),
]
