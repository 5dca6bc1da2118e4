"""Placeholder until the API ground stands."""

from typing import Any

from rest_framework.permissions import BasePermission


class HasMembership(BasePermission):
    def has_permission(self, request: Any, view: Any) -> bool:
        return bool(request._request.actor.is_member)
