"""The programs' pages."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from portal.kernel.money import Won
from portal.security import policy
from portal.security.actor import Actor
from portal.web.page import Action, Fact
from portal.web.rooms import Act, Create, Edit, Room, Step, register
from programs.plans import operations, queries
from programs.plans.forms import (
    CopyForm,
    ExtendForm,
    NewProgramForm,
    ProgramForm,
    SharesForm,
    StagesForm,
    TranchesForm,
    copy_initial,
    initial,
    shares_initial,
    stages_initial,
    tranches_initial,
)
from programs.plans.models import Program
from programs.plans.tables import ProgramFilter, ProgramTable


def facts(program: Program, actor: Actor) -> list[Fact]:
    """What the public may know; members also read the money."""
    found = [
        Fact(gettext("연도"), program.year),
        Fact(gettext("지원 목표"), gettext("%(count)s개사") % {"count": program.target_startups}),
        Fact(gettext("공고일"), program.opened_at),
    ]
    if actor.is_member:
        found.append(Fact(gettext("예산"), Won(program.budget)))
        found.append(Fact(gettext("기업당 한도"), Won(program.cap_per_startup)))
    return found


def actions(program: Program, actor: Actor) -> Sequence[Action]:
    offered = [act for act in ROOM.acts if policy.may(actor, act.action or act.name, program)]
    return [Action(act.name, str(act.label), reverse(f"programs:{act.name}", args=[program.pk])) for act in offered]


def extra(program: Program, actor: Actor, _request: HttpRequest) -> dict[str, Any]:
    found: dict[str, Any] = {"windows": queries.windows(program, actor)}
    if actor.is_member:
        found |= {"rules": queries.rules(program, actor), "extensions": queries.extensions(program, actor)}
    return found


ROOM = register(
    Room(
        name="programs",
        model=Program,
        param="program",
        title=pgettext_lazy("list", "사업"),
        titled=lambda p: p.name,
        lead=_("대기업과 딥테크 스타트업이 함께 혁신하는 사업의 공고와 일정입니다."),
        table=ProgramTable,
        filterset=ProgramFilter,
        facts=facts,
        extra=extra,
        actions=actions,
        create=Create(operations.create, NewProgramForm, _("사업 등록")),
        edit=Edit(operations.edit, ProgramForm, initial),
        steps={
            "open": Step(operations.open_),
            "run": Step(operations.run),
            "close": Step(operations.close),
            "archive": Step(operations.archive),
        },
        order=("-year", "-id"),
        empty=_("아직 공고된 사업이 없습니다."),
        empty_hint=_("사업이 공고되면 이곳에 일정과 함께 실립니다."),
        sensitive=False,  # a program is public once it is open; drafts are the ministry's own
        template="programs/detail.html",
        access="public",
        api_fields=["state", "year", "name", "target_startups", "opened_at", "closed_at"],
        acts=[
            Act(
                name="stages",
                label=_("일정 편집"),
                operation=operations.set_stages,
                form=StagesForm,
                action="edit",
                initial=stages_initial,
                told=lambda _done: [gettext("일정을 저장했습니다.")],
            ),
            Act(
                name="shares",
                label=_("분담 비율 정하기"),
                operation=operations.set_shares,
                form=SharesForm,
                action="edit",
                initial=shares_initial,
            ),
            Act(
                name="tranches",
                label=_("지급 비율 정하기"),
                operation=operations.set_tranches,
                form=TranchesForm,
                action="edit",
                initial=tranches_initial,
            ),
            Act(
                name="extend",
                label=_("마감 연장"),
                operation=operations.extend,
                form=ExtendForm,
                told=lambda made: [
                    gettext("%(name)s의 마감을 연장하고 알렸습니다.") % {"name": made.organization.name}
                ],
            ),
            Act(
                name="copy",
                label=_("다음 해 사업으로 복사"),
                operation=operations.copy,
                form=CopyForm,
                initial=copy_initial,
                told=lambda made: [
                    gettext("‘%(name)s’을(를) 준비 중인 사업으로 만들었습니다.") % {"name": made.name},
                    gettext("옮긴 일정과 비율을 확인하신 뒤 승인권자에게 공고를 요청해 주십시오."),
                ],
            ),
        ],
    )
)
