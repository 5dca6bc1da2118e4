"""What waits on somebody about evaluations, and the messages about them."""

from collections.abc import Iterable, Iterator

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from matching.evaluations.models import Assignment, Result, Round, Sheet
from matching.evaluations.workflow import AssignmentState, RoundState, SheetState
from portal.kernel.roles import Kind, Role
from portal.merging.hanging import moves
from portal.notifications.messages import declare
from portal.security.actor import Actor
from portal.web.page import Todo
from portal.web.registry import NavItem, add_nav, add_todos

MOST = 20


def todos(actor: Actor) -> Iterable[Todo]:
    if actor.kind == Kind.CORPORATION and actor.has(Role.EVALUATOR):
        yield from _evaluator(actor)
    if actor.kind == Kind.CORPORATION and actor.has(Role.MANAGER):
        yield from _manager(actor)


def _evaluator(actor: Actor) -> Iterator[Todo]:
    own = {"evaluator_id": actor.membership_id, "round__state": RoundState.OPEN}
    waiting = Assignment.objects.visible_to(actor).filter(state=AssignmentState.ASSIGNED, **own)
    for assignment in waiting.select_related("application").order_by("id")[:MOST]:
        title = _("이해충돌 확인: %(number)s") % {"number": assignment.application.number}
        yield Todo(title, reverse("assignments:detail", args=[assignment.pk]))
    drafts = Sheet.objects.visible_to(actor).filter(state=SheetState.DRAFT, **own)
    for sheet in drafts.select_related("application").order_by("id")[:MOST]:
        title = _("평가표 작성: %(number)s") % {"number": sheet.application.number}
        yield Todo(title, reverse("sheets:edit", args=[sheet.pk]))


def _manager(actor: Actor) -> Iterator[Todo]:
    rounds = (
        Round.objects.visible_to(actor).filter(state=RoundState.OPEN).select_related("demand").order_by("id")[:MOST]
    )
    counts = {
        row["round_id"]: row
        for row in Assignment.objects.visible_to(actor)
        .filter(round__in=[r.pk for r in rounds])
        .exclude(state=AssignmentState.CONFLICTED)
        .values("round_id")
        .annotate(all=Count("id"), done=Count("id", filter=Q(state=AssignmentState.SUBMITTED)))
    }
    for round in rounds:
        row = counts.get(round.pk, {"all": 0, "done": 0})
        detail = _("%(done)d/%(all)d 제출") % row
        url = reverse("evaluations:detail", args=[round.pk])
        if not row["all"]:
            yield Todo(_("평가위원 배정: %(title)s") % {"title": round.demand.title}, url, detail=detail)
        elif row["all"] == row["done"]:
            yield Todo(_("평가 마감: %(title)s") % {"title": round.demand.title}, url, detail=detail)
        else:
            title = _("평가 진행: %(title)s") % {"title": round.demand.title}
            yield Todo(title, url, detail=detail, waiting_for=_("평가위원의 평가표 제출"))


def register() -> None:
    moves((Assignment, "startup"), (Sheet, "startup"), (Result, "startup"))
    add_todos("evaluations", todos)
    members = frozenset({Kind.CORPORATION, Kind.MINISTRY})
    add_nav(NavItem(pgettext_lazy("list", "평가"), "evaluations:list", members, order=50))
    add_nav(NavItem(gettext_lazy("평가 배정"), "assignments:list", frozenset({Kind.CORPORATION}), order=51))
    declare(
        "assignment.assigned",
        title=gettext_lazy("평가 요청: %(title)s"),
        body=gettext_lazy("평가할 신청이 배정되었습니다. 이해충돌이 없는지 먼저 확인하신 뒤 평가표를 작성해 주십시오."),
        url_name="assignments:detail",
    )
    declare(
        "assignment.conflicted",
        title=gettext_lazy("다른 평가위원 배정 요청: %(title)s"),
        body=gettext_lazy(
            "평가위원이 이해충돌을 신고했습니다. 다른 위원을 배정해 주십시오. 사유는 알려 드리지 않습니다."
        ),
        url_name="assignments:detail",
    )
    declare(
        "evaluation.closed",
        title=pgettext_lazy("event", "평가 마감: %(title)s"),
        body=gettext_lazy("평가가 마감되어 결과가 확정되었습니다. 결과를 확인하고 선정안을 작성해 주십시오."),
        url_name="evaluations:detail",
    )
