"""What waits on somebody about applications, and the messages about them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from matching.applications import papers
from matching.applications.attachments import holds_file
from matching.applications.models import Application, Exclusion, ShortlistEntry
from matching.applications.progress import of_recommendations
from matching.applications.views import demand_actions, recommendation_actions
from matching.applications.workflow import State
from matching.recommendations.models import Recommendation
from matching.recommendations.queries import add_road
from portal.documents import kinds
from portal.files.holding import release
from portal.kernel.roles import Kind, Role
from portal.merging.hanging import moves
from portal.notifications.messages import declare
from portal.security.actor import Actor
from portal.web.page import Todo
from portal.web.registry import NavItem, add_actions, add_nav, add_todos
from portal.web.todolist import each_or_all
from programs.demands.models import Demand
from programs.plans.models import Stage


def todos(actor: Actor) -> Iterable[Todo]:
    if actor.kind == Kind.MINISTRY and actor.has(Role.OFFICER):
        yield from _each(actor, [State.SUBMITTED], _("신청 요건 확인"))
    elif actor.kind == Kind.CORPORATION and actor.has(Role.MANAGER):
        yield from _each(actor, [State.ELIGIBLE], _("밋업 초대 결정"))
    elif actor.kind == Kind.STARTUP and actor.has(Role.REPRESENTATIVE, Role.MEMBER):
        yield from _each(actor, [State.DRAFT, State.RETURNED], _("신청서 제출"), dues=_closings(actor))
        yield from _each(actor, [State.SUBMITTED], _("신청 요건 확인"), waiting_for=_("중소벤처기업부"))
        yield from _each(actor, [State.ELIGIBLE], _("밋업 초대"), waiting_for=_("수요 기업"))
        yield from _each(actor, [State.MET], _("평가 결과"), waiting_for=_("수요 기업"))


def _each(
    actor: Actor, states: list[State], text: str, *, waiting_for: str = "", dues: dict[Any, datetime] | None = None
) -> Iterable[Todo]:
    def each(application: Application) -> Todo:
        name = application.demand.title if actor.kind == Kind.STARTUP else f"{application.number} {application.startup}"
        url = reverse("applications:detail", args=[application.pk])
        return Todo(f"{text}: {name}", url, due=(dues or {}).get(application.program_id), waiting_for=waiting_for)

    found = Application.objects.visible_to(actor).filter(state__in=states).select_related("demand", "startup")
    place = reverse("applications:list" if actor.kind == Kind.STARTUP else "applications:desk")
    return each_or_all(found.order_by("id"), each, text=text, url=place, waiting_for=waiting_for)


def _closings(actor: Actor) -> dict[Any, datetime]:
    """When the application's window closes, per program."""
    found = Stage.objects.visible_to(actor).filter(kind=Stage.Kind.APPLICATION)
    return dict(found.values_list("program_id", "closes_at"))


def register() -> None:
    add_road(of_recommendations)
    moves((Application, "startup"), (Exclusion, "startup"), (ShortlistEntry, "startup"))
    release("applications.application", holds_file)
    kinds.declare(papers.KIND, gettext_lazy("신청서 접수증"))
    papers.declare()
    add_todos("applications", todos)
    add_actions(Demand, demand_actions)
    add_actions(Recommendation, recommendation_actions)
    members = frozenset({Kind.MINISTRY, Kind.CORPORATION, Kind.STARTUP, Kind.CENTER})
    add_nav(NavItem(pgettext_lazy("list", "신청"), "applications:list", members, order=40))
    _declare_for_the_startup()
    _declare(
        "application.submitted",
        gettext_lazy("신청 요건 확인 요청: %(number)s %(title)s"),
        gettext_lazy("새로 제출된 신청서의 요건을 확인하거나 보완을 요청해 주십시오."),
    )
    _declare(
        "application.arrived",
        gettext_lazy("새 신청: %(number)s %(title)s"),
        gettext_lazy("요건이 확인된 신청이 있습니다. 내용을 살펴보고 밋업에 초대할지 정해 주십시오."),
    )
    _declare(
        "application.to_place",
        gettext_lazy("밋업 배치 요청: %(number)s %(title)s"),
        gettext_lazy("수요 기업이 밋업에 초대했습니다. 시간과 테이블을 배치해 주십시오."),
    )
    _declare(
        "application.withdrawn",
        gettext_lazy("신청 철회: %(number)s %(title)s"),
        gettext_lazy("스타트업이 신청을 철회했습니다. 배치된 만남이 있으면 취소해 주십시오."),
    )


def _declare_for_the_startup() -> None:
    _declare(
        "application.received",
        gettext_lazy("신청 접수 완료: %(number)s %(title)s"),
        gettext_lazy("신청서가 접수되었습니다. 담당자가 요건을 확인한 뒤 결과를 알려 드립니다."),
    )
    _declare(
        "application.returned",
        gettext_lazy("신청서 보완 요청: %(number)s %(title)s"),
        gettext_lazy("담당자의 의견을 확인하고 신청 기간 안에 고쳐 다시 제출해 주십시오."),
    )
    _declare(
        "application.admitted",
        gettext_lazy("신청 요건 충족: %(number)s %(title)s"),
        gettext_lazy("신청 요건이 확인되어 수요 기업에 신청서를 전달했습니다."),
    )
    _declare(
        "application.refused",
        gettext_lazy("신청 요건 미충족: %(number)s %(title)s"),
        gettext_lazy("신청 요건을 충족하지 못했습니다. 신청서 화면에서 사유를 확인해 주십시오."),
    )
    _declare(
        "application.invited",
        gettext_lazy("밋업 초대: %(number)s %(title)s"),
        gettext_lazy("수요 기업이 밋업에 초대했습니다. 시간표가 공개되면 알려 드립니다."),
    )


def _declare(name: str, title: Any, body: Any) -> None:
    declare(name, title=title, body=body, url_name="applications:detail")
