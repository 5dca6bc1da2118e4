"""The applications' pages."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from matching.applications import operations
from matching.applications.forms import ApplicationForm, NewApplicationForm, initial
from matching.applications.models import Application
from matching.applications.queries import own_application
from matching.applications.tables import ApplicationFilter, ApplicationTable
from portal.kernel.errors import StageClosed
from portal.kernel.money import Won
from portal.security.actor import Actor
from portal.security.policy import admits
from portal.web.page import Action, Fact
from portal.web.rooms import Create, Edit, Room, Step, register
from programs.demands.models import Demand
from programs.demands.workflow import State as DemandState
from programs.plans.models import Stage
from programs.plans.windows import require_open


def facts(application: Application, _actor: Actor) -> list[Fact]:
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
        Fact(str(_("협업 제안")), application.proposal),
        Fact(str(_("신청 금액")), Won(application.requested_amount)),
        Fact(str(_("제출일")), application.submitted_at),
    ]
    if application.excluded_parties:
        found.append(Fact(str(_("평가에서 제외할 사람·기업")), application.excluded_parties))
    return found


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
            "return_": Step(operations.return_),
            "admit": Step(operations.admit),
            "refuse": Step(operations.refuse),
            "invite": Step(operations.invite),
            "withdraw": Step(operations.withdraw),
        },
        empty=_("아직 신청이 없습니다."),
        empty_hint=_("신청 기간에 협업 수요의 ‘신청’ 단추로 신청서를 작성하실 수 있습니다."),
        owner="startup",
    )
)
