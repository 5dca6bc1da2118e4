"""What waits on somebody about selections, and the messages about them."""

from collections.abc import Iterable, Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from matching.selections import papers, queries
from matching.selections.models import Line, Selection
from matching.selections.workflow import State
from portal.documents import kinds
from portal.kernel.roles import Kind, Role
from portal.merging.hanging import moves
from portal.notifications.messages import declare
from portal.security.actor import Actor
from portal.web.page import Todo
from portal.web.registry import NavItem, add_nav, add_todos

MOST = 20


def todos(actor: Actor) -> Iterable[Todo]:
    if actor.kind == Kind.CORPORATION and actor.has(Role.MANAGER):
        for round in queries.closed_rounds(actor).filter(selection=None)[:MOST]:
            url = f"{reverse('selections:new')}?round={round.pk}"
            yield Todo(_("선정안 작성: %(title)s") % {"title": round.demand.title}, url)
        yield from _of(actor, [State.DRAFT, State.RETURNED], _("선정안 제안"))
        yield from _of(actor, [State.PROPOSED], _("선정안 제안"), _("중소벤처기업부의 확정"))
    elif actor.kind == Kind.MINISTRY and actor.has(Role.APPROVER):
        yield from _of(actor, [State.PROPOSED], _("선정안 확정"))
    elif actor.kind == Kind.MINISTRY and actor.has(Role.OFFICER):
        yield from _of(actor, [State.CONFIRMED], _("선정 결과 발표"))
        yield from _of(actor, [State.PROPOSED], _("선정 결과 발표"), _("승인권자의 확정"))


def _of(actor: Actor, states: list[State], words: str, waiting_for: str = "") -> Iterator[Todo]:
    found = Selection.objects.visible_to(actor).filter(state__in=states).select_related("demand").order_by("id")
    for selection in found[:MOST]:
        url = reverse("selections:detail", args=[selection.pk])
        yield Todo(f"{words}: {selection.demand.title}", url, waiting_for=waiting_for)


def register() -> None:
    moves((Line, "startup"))
    kinds.declare(papers.KIND, gettext_lazy("선정 결과 통지서"))
    papers.declare()
    add_todos("selections", todos)
    add_nav(
        NavItem(
            pgettext_lazy("list", "선정"), "selections:list", frozenset({Kind.CORPORATION, Kind.MINISTRY}), order=55
        )
    )
    add_nav(NavItem(gettext_lazy("선정 결과"), "notices:list", frozenset({Kind.STARTUP}), order=56))
    declare(
        "selection.proposed",
        title=gettext_lazy("선정안 확정 요청: %(title)s"),
        body=gettext_lazy(
            "수요 기업이 선정안을 제안했습니다. 예산과 한도, 사유를 확인하여 확정하거나 보완을 요청해 주십시오."
        ),
        url_name="selections:detail",
    )
    declare(
        "selection.returned",
        title=gettext_lazy("선정안 보완 요청: %(title)s"),
        body=gettext_lazy("승인권자의 의견을 확인하고 선정안을 고쳐 다시 제안해 주십시오."),
        url_name="selections:detail",
    )
    declare(
        "selection.confirmed",
        title=gettext_lazy("선정 결과 발표 요청: %(title)s"),
        body=gettext_lazy("선정안이 확정되었습니다. 결과를 발표해 주십시오."),
        url_name="selections:detail",
    )
    declare(
        "selection.announced",
        title=gettext_lazy("선정 결과 발표: %(title)s"),
        body=gettext_lazy("선정 결과가 모든 신청 기업에 발표되었습니다."),
        url_name="selections:detail",
    )
    declare(
        "selection.result",
        title=gettext_lazy("선정 결과 확인: %(number)s"),
        body=gettext_lazy("신청하신 협업의 선정 결과가 발표되었습니다. 결과와 통지서를 확인해 주십시오."),
        url_name="notices:detail",
    )
