"""What waits on somebody about demands, and the messages about them."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from portal.documents import kinds
from portal.kernel.roles import Kind, Role
from portal.notifications.messages import declare
from portal.security.actor import Actor
from portal.web.page import Todo
from portal.web.registry import NavItem, add_nav, add_todos
from portal.web.todolist import each_or_all
from programs.demands import papers
from programs.demands.models import Demand
from programs.demands.workflow import State


def todos(actor: Actor) -> Iterable[Todo]:
    if actor.kind == Kind.MINISTRY and actor.has(Role.OFFICER):
        states, text = [State.SUBMITTED], _("협업 수요 검토")
    elif actor.kind == Kind.CORPORATION and actor.has(Role.MANAGER):
        states, text = [State.DRAFT, State.RETURNED], _("협업 수요 작성")
    else:
        return

    def each(demand: Demand) -> Todo:
        return Todo(f"{text}: {demand.title}", reverse("demands:detail", args=[demand.pk]))

    found = Demand.objects.visible_to(actor).filter(state__in=states).order_by("id")
    place = reverse("demands:list") + (f"?state={states[0]}" if len(states) == 1 else "")
    yield from each_or_all(found, each, text=text, url=place)


def register() -> None:
    add_todos("demands", todos)
    add_nav(NavItem(pgettext_lazy("list", "협업 수요"), "demands:list", order=20))
    kinds.declare(papers.KIND, gettext_lazy("수요조사서"))
    papers.declare()
    declare(
        "demand.survey_waits",
        title=gettext_lazy("%(name)s 수요조사에 참여해 주십시오"),
        body=gettext_lazy(
            "아직 제출하신 협업 수요가 없습니다. 사업 일정에서 마감을 확인하시고 그 전에 제출해 주십시오."
        ),
        url_name="programs:detail",
    )
    declare(
        "demand.submitted",
        title=gettext_lazy("협업 수요 검토 요청: %(title)s"),
        body=gettext_lazy("새로 제출된 협업 수요를 검토하여 공고하거나 보완을 요청해 주십시오."),
        url_name="demands:detail",
    )
    declare(
        "demand.returned",
        title=gettext_lazy("협업 수요 보완 요청: %(title)s"),
        body=gettext_lazy("담당자의 의견을 확인하고 내용을 고쳐 다시 제출해 주십시오."),
        url_name="demands:detail",
    )
    declare(
        "demand.published",
        title=gettext_lazy("협업 수요 공고: %(title)s"),
        body=gettext_lazy("협업 수요가 공고되어 추천과 신청을 받기 시작했습니다."),
        url_name="demands:detail",
    )
