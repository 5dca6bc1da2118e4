"""What waits on somebody about money, and the messages about it."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from agreements.funding.limits import awarded_twice
from agreements.funding.models import Award, Disbursement
from agreements.funding.supports import awarded
from agreements.funding.workflow import UNDER_WAY, AwardState, State
from matching.startups.supports import add_support_source
from portal.kernel.money import Won
from portal.kernel.roles import Kind, Role
from portal.merging.hanging import hindered
from portal.notifications.messages import declare
from portal.security.actor import Actor
from portal.web.page import Todo
from portal.web.registry import NavItem, add_nav, add_todos

MOST = 20


def todos(actor: Actor) -> Iterable[Todo]:
    if actor.kind == Kind.STARTUP and actor.has(Role.REPRESENTATIVE):
        yield from _awards_to_draw(actor)
    if actor.kind == Kind.STARTUP:
        yield from _rows(actor, UNDER_WAY, _("지급 진행"), waiting=_("중소벤처기업부"))
    if actor.kind != Kind.MINISTRY:
        return
    if actor.has(Role.OFFICER):
        yield from _rows(actor, [State.REQUESTED], _("지급 신청 검토"))
    if actor.has(Role.APPROVER):
        yield from _rows(actor, [State.REVIEWED], _("지급 승인"))
    if actor.has(Role.FINANCE):
        yield from _rows(actor, [State.APPROVED], _("송금 요청"))
        yield from _rows(actor, [State.SENT], _("지급 확인"))
        yield from _rows(actor, [State.UNKNOWN], _("은행 거래내역 대조"))


def _awards_to_draw(actor: Actor) -> Iterator[Todo]:
    mine = Award.objects.visible_to(actor).filter(state=AwardState.ACTIVE)
    for award in mine.select_related("use").order_by("id")[:MOST]:
        if award.remaining:
            words = _("지급 신청: 남은 지원금 %(amount)s") % {"amount": award.remaining.format()}
            yield Todo(words, reverse("awards:detail", args=[award.pk]))


def _rows(actor: Actor, states: Any, text: str, waiting: str = "") -> Iterator[Todo]:
    found = Disbursement.objects.visible_to(actor).filter(state__in=states).select_related("startup").order_by("id")
    for row in found[:MOST]:
        title = f"{text}: {row.startup} {Won(row.amount).format()}"
        yield Todo(title, reverse("disbursements:detail", args=[row.pk]), detail=row.purpose, waiting_for=waiting)


def register() -> None:
    add_support_source(awarded)
    hindered(awarded_twice)
    add_todos("funding", todos)
    seen_by = frozenset({Kind.MINISTRY, Kind.STARTUP, Kind.CORPORATION, Kind.CENTER})
    add_nav(NavItem(gettext_lazy("협업자금"), "awards:list", seen_by, order=60))
    paid = frozenset({Kind.MINISTRY, Kind.STARTUP})
    add_nav(NavItem(pgettext_lazy("list", "지급"), "disbursements:list", paid, order=61))
    followed = frozenset({Kind.CENTER})
    add_nav(NavItem(gettext_lazy("지급 진행 상황"), "disbursement-states:list", followed, order=61))
    _declare_messages()


def _declare_messages() -> None:
    page = "disbursements:detail"
    declare(
        "award.cancelled",
        title=gettext_lazy("지원금 배정 취소: %(amount)s"),
        body=gettext_lazy("배정된 지원금이 취소되었습니다. 취소 사유를 확인해 주십시오."),
        url_name="awards:detail",
    )
    declare(
        "disbursement.requested",
        title=gettext_lazy("지급 신청 검토 요청: %(startup)s %(amount)s"),
        body=gettext_lazy("새 지급 신청이 접수되었습니다. 지급 조건을 확인하여 검토를 마치거나 반려해 주십시오."),
        url_name=page,
    )
    declare(
        "disbursement.reviewed",
        title=gettext_lazy("지급 승인 요청: %(amount)s"),
        body=gettext_lazy("담당자의 검토가 끝난 지급 신청입니다. 내용을 확인하여 승인하거나 반려해 주십시오."),
        url_name=page,
    )
    declare(
        "disbursement.approved",
        title=gettext_lazy("송금 요청: %(amount)s"),
        body=gettext_lazy("승인된 지급입니다. 은행에 송금을 요청해 주십시오."),
        url_name=page,
    )
    declare(
        "disbursement.paid",
        title=gettext_lazy("지급 완료: %(amount)s"),
        body=gettext_lazy("신청하신 금액이 지급되었습니다. 통장의 입금 내역을 확인해 주십시오."),
        url_name=page,
    )
    declare(
        "disbursement.refused",
        title=gettext_lazy("지급 신청 반려: %(amount)s"),
        body=gettext_lazy("지급 신청이 반려되었습니다. 사유를 확인하신 뒤 다시 신청하실 수 있습니다."),
        url_name=page,
    )
    declare(
        "disbursement.failed",
        title=gettext_lazy("송금 실패: %(amount)s"),
        body=gettext_lazy("은행에서 송금하지 못했습니다. 사유를 확인하신 뒤 다시 신청해 주십시오."),
        url_name=page,
    )
