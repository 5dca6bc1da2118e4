"""The pages of join requests: the room of those who answer, and the form of whoever asks."""

from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from portal.joining import operations
from portal.joining.forms import AskForm
from portal.joining.models import JoinRequest
from portal.joining.tables import JoinRequestFilter, JoinRequestTable
from portal.joining.workflow import State
from portal.kernel.errors import NotAllowed, NotFound, Refusal
from portal.kernel.roles import Kind, Role
from portal.security.actor import Actor
from portal.web.formpages import form_page
from portal.web.page import Crumb, Fact, Page
from portal.web.rooms import Room, Step, register
from portal.web.views import USER, page


@page(USER, ("GET", "POST"))
def ask(request: HttpRequest) -> HttpResponse:
    """Ask to join a startup."""
    actor = request.actor  # type: ignore[attr-defined]
    form = AskForm(*((request.POST,) if request.method == "POST" else ()), actor=actor)
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        try:
            made = operations.ask(actor=actor, **form.cleaned_data)
        except NotAllowed:
            raise
        except Refusal as found:
            refusal = found
        else:
            messages.success(request, _said(made))
            return redirect("home" if made.state == State.FOUNDED else "account")
    about = Page(
        title=_("스타트업에 참여 요청"),
        crumbs=[Crumb(_("내 계정"), reverse("account"))],
        lead=_("일하시는 스타트업의 사업자등록번호를 적어 주십시오. 그 기업의 관리자가 확인하면 구성원이 되십니다."),
    )
    return form_page(request, form, about, cancel_url=reverse("account"), refusal=refusal)


def _said(made: JoinRequest) -> str:
    if made.state == State.FOUNDED:
        return _("새 스타트업으로 등록했습니다. 사업자등록이 확인되면 동의, 서명, 계좌 등록을 하실 수 있습니다.")
    return _("참여를 요청했습니다. 관리자가 14일 안에 확인하면 메일로 알려 드립니다.")


@page(USER, ("POST",))
def withdraw(request: HttpRequest, id: UUID) -> HttpResponse:
    """Take the own request back."""
    actor = request.actor  # type: ignore[attr-defined]
    found = JoinRequest.objects.visible_to(actor).filter(pk=id, user_id=actor.user_id).first()
    if found is None:
        raise NotFound
    operations.withdraw(request=found, actor=actor)
    messages.success(request, _("참여 요청을 거두었습니다."))
    return redirect("account")


def facts(request: JoinRequest, _actor: Actor) -> list[Fact]:
    return [
        Fact(_("이름"), request.user.name),
        Fact(_("이메일"), request.user.email),
        Fact(_("사업자등록번호"), request.business_no),
        Fact(_("남긴 말"), request.message),
        Fact(_("요청"), request.asked_at),
        Fact(_("기한"), request.expires_at),
        Fact(_("사유"), request.reason),
    ]


def answered(rows: QuerySet[JoinRequest], actor: Actor) -> QuerySet[JoinRequest]:
    """What the actor's organisation is asked, or all of it for the operator; own requests stand in the account."""
    if actor.kind == Kind.MINISTRY and actor.has(Role.OPERATOR):
        return rows
    return rows.filter(organization=actor.organization_id)


ROOM = register(
    Room(
        name="join-requests",
        model=JoinRequest,
        param="request",
        title=pgettext_lazy("list", "참여 요청"),
        titled=lambda r: r.user.name or r.user.email,
        lead=gettext_lazy("우리 기업의 구성원이 되겠다고 요청한 사람입니다. 아는 사람인지 확인해 주십시오."),
        table=JoinRequestTable,
        filterset=JoinRequestFilter,
        facts=facts,
        related=("user",),
        limit=answered,
        owner="organization",
        order=("-asked_at", "-id"),
        steps={"confirm": Step(operations.confirm), "decline": Step(operations.decline)},
        empty=gettext_lazy("참여 요청이 없습니다."),
        more=(
            path("ask/", ask, name="ask"),
            path("<uuid:id>/withdraw/", withdraw, name="withdraw"),
        ),
        api_fields=["business_no", "message", "state", "asked_at", "expires_at", "decided_at", "reason"],
    )
)
