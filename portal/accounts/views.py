"""The account page: who I am, for whom I act, and what keeps the account safe."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.i18n import set_language as django_set_language

from portal.accounts import operations
from portal.accounts.adapter import remember_language
from portal.accounts.forms import ProfileForm
from portal.accounts.models import User
from portal.joining.queries import own_requests
from portal.kernel.errors import Invalid, NotFound
from portal.organizations.models import Membership
from portal.organizations.queries import all_memberships, invitations_for
from portal.organizations.tables import role_names
from portal.web.formpages import form_page, saved
from portal.web.page import Action, Crumb, Fact, Page, Tab
from portal.web.views import PUBLIC, USER, page


@page(USER)
def account(request: HttpRequest) -> HttpResponse:
    """Own data, memberships and the way to everything that keeps the account safe."""
    actor, user = request.actor, _user(request)  # type: ignore[attr-defined]
    context = {
        "page": Page(
            title=_("내 계정"),
            actions=[Action("edit", _("이름과 언어 수정"), reverse("account_edit"))],
            tabs=_tabs(),
            facts=[
                Fact(_("이름"), user.name),
                Fact(_("이메일"), user.email),
                Fact(_("언어"), user.get_language_display()),
            ],
        ),
        "memberships": [_row(m, actor) for m in all_memberships(user.id)],
        "invitations": invitations_for(user.id, actor),
        "requests": own_requests(actor),
        "acts_for_nobody": not actor.is_member,
    }
    return render(request, "accounts/account.html", context)


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # @page(USER) has seen to it
    return request.user


def _tabs() -> list[Tab]:
    """The account's parts that other rooms bring."""
    found = [Tab(_("내 계정"), reverse("account"), current=True)]
    try:
        found.append(Tab(_("API 토큰"), reverse("api-tokens")))
    except NoReverseMatch:
        return []
    return found


def _row(membership: Membership, actor: Any) -> dict[str, Any]:
    return {
        "url": reverse("account_membership", args=[membership.pk]),
        "id": membership.pk,
        "organization": membership.organization,
        "kind": membership.organization.get_kind_display(),
        "roles": role_names(membership.roles),
        "started_at": membership.started_at,
        "ended_at": membership.ended_at,
        "current": membership.pk == actor.membership_id,
        "open": membership.ended_at is None or membership.ended_at > actor.now,
    }


@page(USER)
def membership(request: HttpRequest, id: UUID) -> HttpResponse:
    """One of the own memberships: roles, start, end. Raises NotFound for somebody else's."""
    found = next((m for m in all_memberships(_user(request).id) if m.pk == id), None)
    if found is None:
        raise NotFound
    shown = Page(
        title=str(found.organization),
        crumbs=[Crumb(_("내 계정"), reverse("account"))],
        facts=[
            Fact(_("구분"), found.organization.get_kind_display()),
            Fact(_("역할"), role_names(found.roles)),
            Fact(_("시작"), found.started_at),
            Fact(_("종료"), found.ended_at),
        ],
    )
    return render(request, "web/detail.html", {"page": shown, "object": found})


@page(USER)
def second_factor(request: HttpRequest) -> HttpResponse:
    """Why a second factor is needed, and the two ways to set one up. Where nothing is missing: on to the to-dos."""
    if not request.second_factor_missing:  # type: ignore[attr-defined]
        return redirect("home")
    shown = Page(title=_("2단계 인증을 설정해 주십시오"), crumbs=[Crumb(_("내 계정"), reverse("account"))])
    others = request.memberships  # type: ignore[attr-defined]
    return render(request, "accounts/second_factor.html", {"page": shown, "memberships": others})


@page(USER, ("GET", "POST"))
def edit(request: HttpRequest) -> HttpResponse:
    actor, user = request.actor, _user(request)  # type: ignore[attr-defined]
    sent = (request.POST,) if request.method == "POST" else ()
    form = ProfileForm(*sent, actor=actor, initial={"name": user.name, "language": user.language})
    if request.method == "POST" and form.is_valid():
        changed = operations.change_profile(actor=actor, **form.cleaned_data)
        saved(request, form)
        response = redirect("account")
        remember_language(response, changed.language)
        return response
    about = Page(title=_("이름과 언어 수정"), crumbs=[Crumb(_("내 계정"), reverse("account"))])
    return form_page(request, form, about, cancel_url=reverse("account"), submit_label=_("저장"))


@page(PUBLIC, ("POST",))
def set_language(request: HttpRequest) -> HttpResponse:
    """The language switch: a cookie for everybody, and the account's language for whoever is signed in."""
    actor = request.actor  # type: ignore[attr-defined]
    if actor.user_id is not None:
        try:
            operations.choose_language(actor=actor, language=request.POST.get("language", ""))
        except Invalid as refusal:
            messages.error(request, str(refusal))
    return django_set_language(request)
