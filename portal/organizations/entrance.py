"""Pages for people who don't act for an organisation yet: the invitation's link and the switch."""

from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.kernel.errors import NotFound, Refusal
from portal.organizations import operations
from portal.organizations.actors import active_memberships
from portal.organizations.models import Invitation
from portal.organizations.queries import invitation_by_token
from portal.organizations.tables import role_names
from portal.web.middleware import SESSION_KEY
from portal.web.page import Fact, Page
from portal.web.views import PUBLIC, USER, own_address, page


@page(USER, ("POST",))
def switch(request: HttpRequest) -> HttpResponse:
    """Act for another of one's own organisations from now on. Raises NotFound for any other membership."""
    actor = request.actor  # type: ignore[attr-defined]
    wanted = request.POST.get("membership", "")
    for membership in active_memberships(actor.user_id, actor.now):
        if str(membership.id) == wanted:
            request.session[SESSION_KEY] = wanted
            operations.note_use(membership, actor.now)
            words = _("이제 %(organization)s 소속으로 일합니다.") % {"organization": membership.organization}
            messages.success(request, words)
            return redirect(own_address(request, request.POST.get("next", ""), reverse("home")))
    raise NotFound


@page(PUBLIC, ("GET", "POST"))
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """What the link of an invitation opens: what it is about, then signing in or up, then accepting."""
    actor = request.actor  # type: ignore[attr-defined]
    try:
        found = invitation_by_token(token)
        operations.require_usable(found, actor)
        if request.method == "POST":
            membership = operations.accept_invitation(token=token, actor=actor)
            request.session[SESSION_KEY] = str(membership.id)
            operations.note_use(membership, actor.now)
            messages.success(
                request, _("%(organization)s의 구성원이 되셨습니다.") % {"organization": found.organization}
            )
            return redirect("home")
    except Refusal as refusal:
        context = {
            "page": Page(title=_("초대를 쓸 수 없습니다")),
            "refusal": refusal,
            "signed_in": actor.user_id is not None,
        }
        return render(request, "organizations/invitation_refused.html", context, status=refusal.status)
    return render(request, "organizations/invitation.html", _shown(request, found, token))


def _shown(request: HttpRequest, found: Invitation, token: str) -> dict[str, Any]:
    actor = request.actor  # type: ignore[attr-defined]
    if actor.user_id is None:
        # The link came by mail to this address: whoever signs up from here need not confirm it again.
        get_adapter(request).stash_verified_email(request, found.email)
    here = reverse("organizations:invitation", args=[token])
    return {
        "page": Page(
            title=_("%(organization)s 초대") % {"organization": found.organization},
            facts=[
                Fact(_("기관"), found.organization),
                Fact(_("역할"), role_names(found.roles)),
                Fact(_("초대받은 이메일"), found.email),
                *([Fact(_("위임 종료"), found.mandate_until)] if found.mandate_until else []),
                Fact(_("기한"), found.expires_at),
            ],
        ),
        "signed_in": actor.user_id is not None,
        "login_url": f"{reverse('account_login')}?{urlencode({'next': here})}",
        "signup_url": f"{reverse('account_signup')}?{urlencode({'next': here, 'email': found.email})}",
    }
