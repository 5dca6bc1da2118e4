"""The applications' pages."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from matching.applications import attachments, desks, operations, papers, shortlists
from matching.applications.eligibility import findings
from matching.applications.forms import (
    ApplicationForm,
    AttachForm,
    FlaggedFields,
    NewApplicationForm,
    ShortlistForm,
    initial,
)
from matching.applications.models import Application
from matching.applications.queries import above_cap, attached, lacking, own_application
from matching.applications.tables import ApplicationFilter, ApplicationTable
from matching.applications.workflow import State
from matching.recommendations.models import Recommendation
from matching.recommendations.workflow import State as Recommended
from portal.files.downloads import serve
from portal.kernel.errors import StageClosed
from portal.kernel.money import Won
from portal.kernel.roles import Kind, Role
from portal.security.actor import Actor
from portal.security.policy import admits, may
from portal.web.drafts import returning
from portal.web.editing import PART
from portal.web.page import Action, Fact
from portal.web.rooms import Act, Create, Edit, Room, Step, register
from portal.web.views import page
from programs.demands.models import Demand
from programs.demands.workflow import State as DemandState
from programs.plans.models import Stage
from programs.plans.windows import closed, require_open

TOLD = ("proposal", "plan", "effect", "technology", "trl")


def facts(application: Application, actor: Actor) -> list[Fact]:
    demand = application.demand
    found = [
        Fact(str(_("접수번호")), application.number),
        Fact(
            str(_("협업 수요")),
            format_html('<a href="{}">{}</a>', reverse("demands:detail", args=[demand.pk]), demand.title),
        ),
        Fact(str(_("수요 기업")), application.corporation),
        Fact(str(_("스타트업")), application.startup),
        Fact(str(_("담당 센터")), application.center),
        *(Fact(_label(name), getattr(application, name)) for name in TOLD),
        Fact(str(_("신청 금액")), Won(application.requested_amount)),
        Fact(str(_("제출일")), application.submitted_at),
    ]
    if application.excluded_parties:
        found.append(Fact(str(_("평가에서 제외할 사람·기업")), application.excluded_parties))
    if receipt := papers.receipt_of(application, actor):
        url = reverse("documents:detail", args=[receipt.pk])
        found.append(Fact(str(_("접수증")), format_html('<a href="{}">{}</a>', url, receipt.number)))
    if entry := shortlists.shortlisted(application, actor):
        found.append(Fact(str(_("관심 목록")), entry.note or str(_("담았습니다."))))
    return found


def _label(name: str) -> str:
    return str(Application._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def actions(application: Application, actor: Actor) -> Sequence[Action]:
    found = []
    if attachments.may_attach(application, actor):
        found.append(Action("attach", str(_("첨부파일 추가")), ROOM.url("attach", application)))
    if may(actor, "shortlist", application):
        kept = shortlists.shortlisted(application, actor)
        label = _("관심 메모 고치기") if kept else _("관심 목록에 담기")
        found.append(Action("shortlist", str(label), ROOM.url("shortlist", application)))
        if kept:
            url = ROOM.url("unshortlist", application)
            found.append(Action("unshortlist", str(_("관심 목록에서 빼기")), url, method="post", weight="tertiary"))
    return found


def list_actions(actor: Actor) -> Sequence[Action]:
    if not desks.has_desk(actor):
        return []
    label = _("요건 확인 화면") if actor.kind == Kind.MINISTRY else _("비교와 초대")
    return [Action("desk", str(label), reverse("applications:desk"), weight="primary")]


def extra(application: Application, actor: Actor, _request: HttpRequest) -> dict[str, Any]:
    writing = may(actor, "edit", application)
    officer = actor.kind == Kind.MINISTRY and actor.has(Role.OFFICER)
    checked = officer and application.state == State.SUBMITTED
    return {
        "files": attached(application),
        "own": application.startup_id == actor.organization_id,
        "writing": writing,
        "submitting": admits(actor, "submit", application),
        "summary": _summary(application) if writing else [],
        "closed": closed(application.program_id, Stage.Kind.APPLICATION, actor.now) if writing else "",
        "findings": findings([application], actor)[application.pk] if checked else [],
    }


def _summary(application: Application) -> list[dict[str, Any]]:
    """The parts of the form, and what is missing in each."""
    empty, above = lacking(application), above_cap(application)
    found = []
    for number, part in enumerate(ApplicationForm.parts, start=1):
        problems = [_("‘%(name)s’ 항목이 비어 있습니다.") % {"name": empty[n]} for n in part.fields if n in empty]
        if above and "requested_amount" in part.fields:
            problems.append(above)
        url = f"{ROOM.url('edit', application)}?{PART}={number}"
        found.append({"title": part.title, "url": url, "problems": problems})
    return found


@page()
def download(request: HttpRequest, id: UUID, file_id: UUID) -> HttpResponseBase:
    """An attachment, for whoever may see the application, with a record of it."""
    actor = request.actor  # type: ignore[attr-defined]
    return serve(attachments.attachment(ROOM.get(id, actor=actor), file_id), actor=actor)


def recommendation_actions(recommendation: Recommendation, actor: Actor) -> Iterable[Action]:
    """On an accepted recommendation's page, for the startup: apply, or the way to its application."""
    if recommendation.state != Recommended.ACCEPTED or recommendation.startup_id != actor.organization_id:
        return
    demand = Demand.objects.visible_to(actor).filter(pk=recommendation.demand_id).first()
    if demand is not None:
        yield from demand_actions(demand, actor)


def demand_actions(demand: Demand, actor: Actor) -> Iterable[Action]:
    """On a demand's page: apply, or the way to one's application."""
    if demand.state != DemandState.PUBLISHED or not admits(actor, "create", Application):
        return
    own = own_application(demand, actor)
    if own is not None:
        yield Action(
            "application", str(_("내 신청서")), reverse("applications:detail", args=[own.pk]), weight="primary"
        )
        return
    missing: tuple[str, ...] = ()
    try:
        require_open(program_id=demand.program_id, kind=Stage.Kind.APPLICATION, actor=actor)
    except StageClosed as closed:
        missing = (str(closed),)
    url = f"{reverse('applications:new')}?demand={demand.pk}"
    yield Action("apply", str(pgettext_lazy("action", "신청")), url, weight="primary", missing=missing)


ROOM = register(
    Room(
        name="applications",
        api_fields=[
            "state",
            "program",
            "demand",
            "corporation",
            "startup",
            "center",
            "number",
            "proposal",
            "plan",
            "effect",
            "technology",
            "trl",
            "requested_amount",
            "created_at",
            "submitted_at",
        ],
        model=Application,
        param="application",
        title=pgettext_lazy("list", "신청"),
        titled=lambda a: f"{a.startup} – {a.demand.title}",
        lead=_("협업 수요에 대한 스타트업의 신청입니다."),
        table=ApplicationTable,
        filterset=ApplicationFilter,
        facts=facts,
        related=("demand", "corporation", "startup", "center", "program"),
        create=Create(operations.create, NewApplicationForm, _("신청서 작성")),
        edit=Edit(operations.edit, ApplicationForm, initial),
        steps={
            "submit": Step(operations.submit),
            "return_": Step(operations.return_, returning(FlaggedFields)),
            "admit": Step(operations.admit),
            "refuse": Step(operations.refuse),
            "invite": Step(operations.invite),
            "withdraw": Step(operations.withdraw),
        },
        empty=_("아직 신청이 없습니다."),
        empty_hint=_("신청 기간에 협업 수요의 ‘신청’ 단추로 신청서를 작성하실 수 있습니다."),
        owner="startup",
        bulk=["admit", "refuse", "shortlist", "invite"],
        acts=[
            Act(name="attach", label=_("첨부파일 추가"), operation=attachments.attach, form=AttachForm),
            Act(name="shortlist", label=_("관심 목록에 담기"), operation=shortlists.shortlist, form=ShortlistForm),
            Act(name="unshortlist", label=_("관심 목록에서 빼기"), operation=shortlists.unshortlist),
        ],
        actions=actions,
        list_actions=list_actions,
        extra=extra,
        template="applications/detail.html",
        more=[
            path("desk/", desks.desk, name="desk"),
            path("compare/", desks.compare, name="compare"),
            path("<uuid:id>/files/<uuid:file_id>/", download, name="file"),
        ],
    )
)
