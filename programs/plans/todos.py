"""What waits on somebody about programs, and the messages about them."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Max, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from portal.kernel.roles import Kind, Role
from portal.merging.hanging import stays
from portal.notifications.messages import declare
from portal.security.actor import Actor
from portal.web.page import Todo
from portal.web.registry import NavItem, add_nav, add_todos
from programs.plans.models import Extension, Program, Stage
from programs.plans.workflow import State


def todos(actor: Actor) -> Iterable[Todo]:
    if actor.kind != Kind.MINISTRY or not actor.has(Role.OFFICER, Role.APPROVER):
        return
    found: QuerySet[Program] = Program.objects.visible_to(actor)
    for program in found.filter(state__in=[State.DRAFT, State.OPEN, State.RUNNING]).order_by("id"):
        todo = _officer(program, actor) if actor.has(Role.OFFICER) else _approver(program, actor)
        if todo:
            yield todo


def _officer(program: Program, actor: Actor) -> Todo | None:
    if program.state == State.DRAFT:
        if not _last_closing(program, actor):
            return Todo(
                _("사업 일정 입력: %(name)s") % {"name": program.name}, reverse("programs:stages", args=[program.pk])
            )
        waiting = str(Role.APPROVER.label)
        return Todo(_("사업 공고: %(name)s") % {"name": program.name}, _page(program), waiting_for=waiting)
    if program.state == State.OPEN:
        return Todo(_("사업 운영 시작: %(name)s") % {"name": program.name}, _page(program))
    return None


def _approver(program: Program, actor: Actor) -> Todo | None:
    if program.state == State.DRAFT and program.prepared_by_id != actor.user_id:
        return Todo(_("사업 공고: %(name)s") % {"name": program.name}, _page(program))
    last = _last_closing(program, actor) if program.state == State.RUNNING else None
    if last and last <= actor.now:
        return Todo(_("사업 종료: %(name)s") % {"name": program.name}, _page(program), due=last)
    return None


def _last_closing(program: Program, actor: Actor) -> datetime | None:
    last: datetime | None = (
        Stage.objects.visible_to(actor).filter(program=program).aggregate(last=Max("closes_at"))["last"]
    )
    return last


def _page(program: Program) -> str:
    return reverse("programs:detail", args=[program.pk])


def register() -> None:
    stays((Extension, "organization"))
    add_todos("programs", todos)
    add_nav(NavItem(pgettext_lazy("list", "사업"), "programs:list", order=10))
    declare(
        "program.opened",
        title=pgettext_lazy("event", "사업 공고: %(name)s"),
        body=gettext_lazy("사업이 공고되어 일정에 따라 접수가 진행됩니다. 수요조사 안내를 확인해 주십시오."),
        url_name="programs:detail",
    )
    declare(
        "program.closed",
        title=gettext_lazy("사업 종료: %(name)s"),
        body=gettext_lazy("사업이 종료되었습니다. 남은 지급과 정산이 있는지 확인해 주십시오."),
        url_name="programs:detail",
    )
    declare(
        "program.extended",
        title=gettext_lazy("%(stage)s 마감 연장: %(at)s까지"),
        body=gettext_lazy("%(name)s의 마감이 귀 기관에 한하여 연장되었습니다. 연장된 마감까지 제출해 주십시오."),
        url_name="programs:detail",
    )
