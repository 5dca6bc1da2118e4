"""The portal's addresses and the floor."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path

from portal.web.views import PUBLIC, page


@page(PUBLIC)
def floor(request: HttpRequest) -> HttpResponse:
    """A template without a tag: what the server, the middleware and the transaction cost by themselves."""
    return render(request, "bench/floor.html")


urlpatterns = [path("bench/floor/", floor), path("", include("portal.urls"))]
handler400 = "portal.site.errors.bad_request"
handler403 = "portal.site.errors.forbidden"
handler404 = "portal.site.errors.not_found"
handler500 = "portal.site.errors.server_error"
