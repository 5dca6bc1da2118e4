"""What can happen to an application. Nothing else writes applications."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from matching.applications import papers
from matching.applications.models import Application, Exclusion
from matching.applications.queries import above_cap, coordinating_center, known_of, lacking, own_application
from portal.kernel.errors import Invalid, NotFound, OverLimit, WrongState
from portal.kernel.ids import new_id
from portal.kernel.roles import Role
from portal.outbox.drafts import changing, require_reopened
from portal.outbox.post import Audience, announce
from portal.outbox.transition import transition
from portal.security.actor import Actor, system
from portal.security.models import end_grants, grant
from portal.security.policy import require
from programs.demands.models import Demand
from programs.demands.workflow import State as DemandState
from programs.plans.models import Program, Stage
from programs.plans.windows import require_open

FIELDS = ("proposal", "plan", "effect", "technology", "trl", "requested_amount")
DECISIONS = {"select": "select", "wait": "wait", "reject": "decline"}
"""What a selection's line says → the step of the application."""


def create(*, actor: Actor, demand: Demand, id: UUID | None = None, **fields: Any) -> Application:
    """Begin an application of the actor's startup as a draft, with what is known of it filled in (`known_of`). The same
    id again returns what it made.

    Raises NotFound for a demand that the actor doesn't see, StageClosed outside the application's window,
    WrongState where the demand takes none or the startup has one already.
    """
    require(actor, "create", Application)
    seen = Demand.objects.visible_to(actor).filter(pk=demand.pk).first()
    if seen is None:
        raise NotFound
    _require_taking(seen)
    require_open(program_id=seen.program_id, kind=Stage.Kind.APPLICATION, actor=actor)
    application = Application(
        id=id or new_id(),
        program_id=seen.program_id,
        demand=seen,
        corporation_id=seen.corporation_id,
        startup_id=actor.organization,
        created_at=actor.now,
        **known_of(seen, actor) | {name: value for name, value in fields.items() if name in FIELDS},
    )
    try:
        with transaction.atomic():
            application.save(force_insert=True)
            _exclude(application, fields.get("excluded_parties", ""), actor)
    except IntegrityError:
        made = own_application(seen, actor)
        if made is None:
            raise
        if made.pk == application.pk:
            return made
        raise WrongState(
            _("이 협업 수요에는 이미 신청서가 있습니다."), hint=_("신청 목록에서 작성하신 신청서를 열어 주십시오.")
        ) from None
    return application


def _exclude(application: Application, text: str, actor: Actor) -> None:
    """Keep whom the startup wants kept from evaluating."""
    if text == application.excluded_parties:
        return
    sides = {name: getattr(application, name) for name in ("corporation_id", "startup_id", "state")}
    application.exclusion, _made = Exclusion.objects.visible_to(actor).update_or_create(
        application=application, defaults={"text": text}, create_defaults=sides | {"text": text}
    )


def _require_taking(demand: Demand) -> None:
    if demand.state != DemandState.PUBLISHED:
        raise WrongState(
            _("이 협업 수요는 신청을 받지 않습니다."), hint=_("공고 중인 다른 협업 수요를 확인해 주십시오.")
        )


def edit(*, application: Application, actor: Actor, version: int | None = None, **fields: Any) -> Application:
    """Change a draft, or what was flagged. Raises as `portal.outbox.drafts.changing`."""
    with changing(application, actor, given=fields, names=FIELDS, version=version) as locked:
        excluded = fields.get("excluded_parties", locked.excluded_parties)
        if excluded != locked.excluded_parties:
            require_reopened(locked, ["excluded_parties"])
            _exclude(locked, excluded, actor)
    return locked


def submit(*, application: Application, actor: Actor) -> Application:
    """Hand the application in: it gets its number and its coordinating center, the startup a receipt.

    Raises Invalid where a required part is empty, OverLimit above the program's cap, StageClosed outside the window.
    """
    with transition(application, "submit", actor) as application:
        _require_complete(application)
        _end_remark(application, actor)
        application.number = application.number or _number(application)
        application.center_id = application.center_id or coordinating_center(application)
        if application.center_id:
            _open_startup(application, application.center_id, actor)
        application.submitted_at = actor.now
        papers.receipt(application, actor)
        facts = _facts(application)
        announce("application.received", application, to=Audience.of(application.startup_id), **facts)
        announce("application.submitted", application, to=Audience.ministry(Role.OFFICER), **facts)
    return application


def _require_complete(application: Application) -> None:
    if empty := lacking(application):
        raise Invalid(
            _("아직 비어 있는 항목이 있습니다: %(names)s") % {"names": ", ".join(empty.values())},
            hint=_("‘수정’에서 채운 뒤 다시 제출해 주십시오."),
            fields=dict.fromkeys(empty, _("제출하려면 적어 주셔야 합니다.")),
        )
    if words := above_cap(application):
        raise OverLimit(
            words, hint=_("‘수정’에서 금액을 낮춘 뒤 다시 제출해 주십시오."), fields={"requested_amount": words}
        )


def _number(application: Application) -> str:
    """The next number of the year, such as A2025-001. Locks the year's programs: no number twice, none left out."""
    with system("an application's number"):
        program = Program.objects.get(pk=application.program_id)
        list(Program.objects.select_for_update().filter(year=program.year).order_by("pk"))
        taken = Application.objects.filter(program__year=program.year, number__isnull=False).count()
    return f"A{program.year}-{taken + 1:03d}"


def _open_startup(application: Application, organization_id: UUID, actor: Actor) -> None:
    """Let the organisation see who the applicant is, as long as the application stands."""
    grant(
        purpose="startup",
        subject_id=application.startup_id,
        organization_id=organization_id,
        cause="application",
        cause_id=application.pk,
        actor=actor,
    )


def _facts(application: Application) -> dict[str, Any]:
    """What every recipient of a message may know."""
    with system("an application's name in a message"):
        return {"number": application.number or "", "title": application.demand.title}


def return_(
    *, application: Application, actor: Actor, reason: str, remarks: Mapping[str, str] | None = None
) -> Application:
    """Ask the startup to mend the application: what `remarks` names, or all of it."""
    flagged = dict(remarks or {})
    remark = flagged.get("excluded_parties", "")
    if remark:  # the center reads the application's remarks, but not whom the startup wants kept from evaluating
        flagged["excluded_parties"] = _("이 항목에 대한 의견은 신청 기업과 담당자에게만 보입니다.")
    with transaction.atomic():
        with transition(application, "return_", actor, reason=reason, remarks=flagged) as application:
            announce("application.returned", application, to=Audience.of(application.startup_id), **_facts(application))
        if remark:
            _ask_about_exclusion(application, remark)
    return application


def _ask_about_exclusion(application: Application, remark: str) -> None:
    """Put what is to be mended beside the excluded parties; there need not be any yet."""
    sides = {name: getattr(application, name) for name in ("corporation_id", "startup_id", "state")}
    with system("a remark beside the startup's own text"):
        Exclusion.objects.update_or_create(
            application=application, defaults={"remark": remark}, create_defaults=sides | {"remark": remark}
        )


def _end_remark(application: Application, actor: Actor) -> None:
    """What was asked about the excluded parties is over with the next step."""
    Exclusion.objects.visible_to(actor).filter(application=application).exclude(remark="").update(remark="")


def admit(*, application: Application, actor: Actor) -> Application:
    """The requirements are met: the corporation sees the application, and who applies."""
    with transition(application, "admit", actor) as application:
        _open_startup(application, application.corporation_id, actor)
        facts = _facts(application)
        announce("application.admitted", application, to=Audience.of(application.startup_id), **facts)
        managers = Audience.of(application.corporation_id, roles=(Role.MANAGER,))
        announce("application.arrived", application, to=managers, **facts)
    return application


def refuse(*, application: Application, actor: Actor, reason: str) -> Application:
    """The requirements are not met; the reason is for the startup."""
    with transition(application, "refuse", actor, reason=reason) as application:
        announce("application.refused", application, to=Audience.of(application.startup_id), **_facts(application))
    return application


def invite(*, application: Application, actor: Actor) -> Application:
    """The corporation wants to meet the startup."""
    with transition(application, "invite", actor) as application:
        facts = _facts(application)
        announce("application.invited", application, to=Audience.of(application.startup_id), **facts)
        announce("application.to_place", application, to=Audience.ministry(Role.OFFICER), **facts)
    return application


def mark_met(*, application: Application, actor: Actor) -> Application:
    """They have met. Done by the meeting that was held."""
    with transition(application, "mark_met", actor) as application:
        pass
    return application


def decide(*, application: Application, actor: Actor, decision: str) -> Application:
    """Record what was decided ("select", "wait" or "reject"), at the moment of its announcement: the startup sees
    the state at once. Telling the startup is the announcement's business. Raises Invalid for another decision.
    """
    step = DECISIONS.get(decision)
    if step is None:
        raise Invalid(fields={"decision": _("선정, 예비, 미선정 가운데 하나여야 합니다.")})
    with transition(application, step, actor) as application:
        pass
    return application


def withdraw(*, application: Application, actor: Actor, reason: str) -> Application:
    """Take the application back. What it had opened to others closes."""
    with transition(application, "withdraw", actor, reason=reason) as application:
        _end_remark(application, actor)
        end_grants(application.pk, actor=actor)
        if application.submitted_at:
            announce("application.withdrawn", application, to=Audience.ministry(Role.OFFICER), **_facts(application))
    return application
