"""What belongs to no room: the list of collections, the description and its reader, and the page of tokens."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse as django_reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema, inline_serializer
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from portal.api import operations, queries
from portal.api.forms import TokenForm
from portal.api.permissions import InScope
from portal.kernel.errors import Refusal
from portal.security import policy
from portal.security.actor import Actor
from portal.security.scope import rules_of
from portal.web.page import Crumb, Page, Tab
from portal.web.rooms import Room, rooms
from portal.web.views import PUBLIC, USER, page


def opens(room: Room, actor: Actor) -> bool:
    """Whether somebody of the actor's kind and roles can find anything in the room, or make it."""
    if room.access != PUBLIC and not actor.is_member:
        return False
    reads = any(rule.q(actor) is not None for rule in rules_of(room.model).reads)
    return reads or bool(room.create and policy.admits(actor, "create", room.model))


class Index(APIView):
    permission_classes = [InScope]

    @extend_schema(
        operation_id="index",
        summary=gettext_lazy("모음의 목록"),
        description=gettext_lazy("읽는 사람이 열 수 있는 모음만 나옵니다."),
        responses=inline_serializer(
            "Index",
            {
                "collections": serializers.DictField(
                    child=inline_serializer(
                        "CollectionLink", {"title": serializers.CharField(), "url": serializers.URLField()}
                    )
                )
            },
        ),
    )
    def get(self, request: Request) -> Response:
        """Only what the actor's kind and roles can open."""
        actor = request._request.actor  # type: ignore[attr-defined]
        found = {
            name: {"title": str(room.title), "url": reverse(f"api:{name}-list", request=request)}
            for name, room in sorted(rooms().items())
            if opens(room, actor)
        }
        return Response({"collections": found})


def _open_to_all(view: Any) -> Any:
    view.portal_access = PUBLIC
    return view


index = _open_to_all(Index.as_view())
schema = _open_to_all(SpectacularAPIView.as_view())
docs = _open_to_all(SpectacularSwaggerSplitView.as_view(url_name="api:schema", template_name="api/docs.html"))


# --- tokens ---


@page(USER, ("GET", "POST"))
def tokens(request: HttpRequest) -> HttpResponse:
    """One's tokens, and a form for another. The secret of a new one is in the answer to its form and nowhere else."""
    actor = request.actor  # type: ignore[attr-defined]
    form = TokenForm(request.POST if request.method == "POST" else None, actor=actor)
    secret, status = "", 200
    if request.method == "POST":
        secret, status = _issued(form, actor)
        if secret:
            form = TokenForm(actor=actor)
    context = {
        "page": Page(
            title=_("API 토큰"),
            crumbs=[Crumb(_("내 계정"), django_reverse("account"))],
            tabs=[Tab(_("내 계정"), django_reverse("account")), Tab(_("API 토큰"), request.path, current=True)],
            lead=_("다른 프로그램이 회원님을 대신하여 포털의 자료를 읽고 쓸 때 사용합니다."),
        ),
        "actor": actor,
        "form": form,
        "secret": secret,
        "rows": queries.own_tokens(actor),
    }
    return render(request, "api/tokens.html", context, status=status)


def _issued(form: TokenForm, actor: Actor) -> tuple[str, int]:
    """The secret of the new token, or "" with the errors in the form, and the answer's status."""
    if not form.is_valid():
        return "", 422
    try:
        _token, secret = operations.issue(actor=actor, **form.cleaned_data)
    except IntegrityError:  # the same form sent twice
        form.add_error(None, _("이미 발급된 토큰입니다. 값을 적어 두지 않으셨다면 폐기하고 새로 발급해 주십시오."))
        return "", 409
    except Refusal as refusal:
        for name, words in refusal.fields.items() or [(None, f"{refusal} {refusal.hint}")]:
            form.add_error(name, str(words))
        return "", refusal.status
    return secret, 200


@page(USER, ("POST",))
def revoke(request: HttpRequest, id: UUID) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    operations.revoke(token=queries.token(id, actor=actor), actor=actor)
    messages.success(request, _("토큰을 폐기했습니다."))
    return redirect("api-tokens")
