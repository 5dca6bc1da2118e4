"""Addresses of the API: one collection per room, and the account's page of tokens."""

from typing import Any

from django.urls import URLPattern, path

from portal.api import views
from portal.api.collections import ACT
from portal.api.outputs import slug
from portal.api.schema import method_of, viewset_of
from portal.web.rooms import Room, rooms


def collection(room: Room) -> list[URLPattern]:
    """The room's routes: list and new, one and change, and one POST per transition and act."""
    viewset = viewset_of(room)

    def route(address: str, methods: dict[str, str], name: str) -> URLPattern:
        view: Any = viewset.as_view({verb: method for verb, method in methods.items() if hasattr(viewset, method)})
        view.portal_access = room.access if "get" in methods else "member"
        found: URLPattern = path(f"{room.name}/{address}", view, name=f"{room.name}{name}")
        return found

    return [
        route("", {"get": "list", "post": "create"}, "-list"),
        route("<uuid:id>/", {"get": "retrieve", "patch": "partial_update"}, ""),
        *(route(f"<uuid:id>/{slug(step)}/", {"post": method_of(step)}, f"-{slug(step)}") for step in room.steps),
        *(
            route(f"{'' if act.target else '<uuid:id>/'}{act.path}/", {"post": f"{ACT}{act.name}"}, f"-{act.path}")
            for act in room.acts
        ),
    ]


urlpatterns = [
    path("", views.index, name="index"),
    path("schema/", views.schema, name="schema"),
    path("docs/", views.docs, name="docs"),
    *(route for room in rooms().values() for route in collection(room)),
]

pages = [
    path("", views.tokens, name="api-tokens"),
    path("<uuid:id>/revoke/", views.revoke, name="api-token-revoke"),
]
