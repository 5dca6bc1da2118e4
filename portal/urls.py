"""All addresses. Rooms bring theirs with their declaration (`portal.web.rooms`)."""

from django.urls import URLPattern, URLResolver, include, path

from portal.accounts import urls as accounts
from portal.api import urls as api
from portal.signon import urls as signon
from portal.site import urls as site
from portal.web.rooms import rooms

urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/oidc/", include(signon.urlpatterns)),
    path("accounts/", include("allauth.urls")),
    path("account/tokens/", include(api.pages)),
    path("api/v1/", include((api.urlpatterns, "api"))),
    *accounts.urlpatterns,
    *(path(f"{name}/", include(room.urls())) for name, room in rooms().items()),
    *site.urlpatterns,
]
handler400 = "portal.site.errors.bad_request"
handler403 = "portal.site.errors.forbidden"
handler404 = "portal.site.errors.not_found"
handler500 = "portal.site.errors.server_error"
