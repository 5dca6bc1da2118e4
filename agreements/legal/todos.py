"""What waits on somebody about legal advice, and the messages about it."""

from collections.abc import Iterable, Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.legal.models import LegalCase, Note
from agreements.legal.workflow import State
from portal.kernel.roles import Kind, Role
from portal.merging.hanging import moves
from portal.notifications.messages import declare
from portal.security.actor import Actor
from portal.web.page import Todo
from portal.web.registry import NavItem, add_nav, add_todos

MOST = 20


def todos(actor: Actor) -> Iterable[Todo]:
    if actor.kind == Kind.FOUNDATION:
        if actor.has(Role.CASE_MANAGER):
            yield from _cases(actor, [State.RECEIVED], _("자문위원 배정"))
        if actor.has(Role.ADVISOR):
            yield from _cases(actor, [State.ASSIGNED, State.SUPPLEMENT], _("법률자문 답변"), own=True)
    elif actor.kind == Kind.STARTUP:
        yield from _cases(actor, [State.ANSWERED], _("법률자문 답변 확인"))
        yield from _cases(actor, [State.RECEIVED], _("법률자문"), waiting=_("상생협력재단"))
        yield from _cases(actor, [State.ASSIGNED, State.SUPPLEMENT], _("법률자문"), waiting=_("자문위원"))


def _cases(actor: Actor, states: list[State], text: str, *, own: bool = False, waiting: str = "") -> Iterator[Todo]:
    found = LegalCase.objects.visible_to(actor).filter(state__in=states)
    if own:
        found = found.filter(advisor_id=actor.membership_id)
    for case in found.order_by("-urgent", "id")[:MOST]:
        url = reverse("legal-cases:detail", args=[case.pk])
        yield Todo(f"{text}: {case.number}", url, detail=_("긴급") if case.urgent else "", waiting_for=waiting)


def register() -> None:
    moves((LegalCase, "startup"), (Note, "startup"))
    add_todos("legal", todos)
    asking = frozenset({Kind.STARTUP, Kind.FOUNDATION})
    add_nav(NavItem(gettext_lazy("법률자문"), "legal-cases:list", asking, order=70))
    counting = frozenset({Role.OFFICER, Role.APPROVER, Role.FINANCE, Role.AUDITOR})
    add_nav(NavItem(gettext_lazy("법률자문 현황"), "legal-cases:counts", frozenset({Kind.MINISTRY}), 71, counting))
    _declare_messages()


def _declare_messages() -> None:
    page = "legal-cases:detail"
    declare(
        "legal.received",
        title=gettext_lazy("법률자문 배정 요청: %(number)s"),
        body=gettext_lazy("새 법률자문이 접수되었습니다. 이해충돌을 확인하고 자문위원을 배정해 주십시오."),
        url_name=page,
    )
    declare(
        "legal.assigned",
        title=gettext_lazy("법률자문 진행 안내: %(number)s"),
        body=gettext_lazy("자문위원이 배정되어 검토를 시작했습니다. 답변이 등록되면 알려 드리겠습니다."),
        url_name=page,
    )
    declare(
        "legal.to_answer",
        title=gettext_lazy("법률자문 답변 요청: %(number)s"),
        body=gettext_lazy("답변하실 법률자문이 있습니다. 내용은 로그인하신 뒤 확인하실 수 있습니다."),
        url_name=page,
    )
    declare(
        "legal.answered",
        title=gettext_lazy("법률자문 답변 등록: %(number)s"),
        body=gettext_lazy("답변이 등록되었습니다. 확인하신 뒤 추가로 질의하시거나 자문을 종료해 주십시오."),
        url_name=page,
    )
    declare(
        "legal.closed",
        title=gettext_lazy("법률자문 종료: %(number)s"),
        body=gettext_lazy("신청 기업이 자문을 종료했습니다."),
        url_name=page,
    )
