"""What can happen to a recommendation. Nothing else writes recommendations, but for `uploads`, which writes many."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from matching.recommendations import queries
from matching.recommendations.models import ConsensusNote, Recommendation
from matching.recommendations.rows import Entry, entry_of
from matching.recommendations.workflow import HANDED_IN, State
from matching.startups import consents
from matching.startups.models import Consent, Profile
from matching.startups.operations import register_startup
from portal.audit import records
from portal.kernel.errors import Invalid, WrongState
from portal.kernel.ids import new_id
from portal.kernel.roles import Role
from portal.organizations.models import Invitation, Membership, Organization
from portal.organizations.operations import appoint_for_room
from portal.outbox.drafts import changing, require_reopened
from portal.outbox.post import Audience, announce
from portal.outbox.transition import lock, transition
from portal.security.actor import Actor, system
from portal.security.models import end_grants, grant
from portal.security.policy import require
from programs.demands.models import Demand
from programs.demands.workflow import State as DemandState
from programs.plans.models import Program, Stage
from programs.plans.windows import require_open
from programs.plans.workflow import State as ProgramState

STATED = ("company", "representative", "email", "phone", "tech_fields", "trl", "reason", "priority")
"""What a center may change of a recommendation; demand and business number stay."""
GIVEN_TO_OTHERS = (*consents.PROFILE, "recommendation")
"""What center and corporation get with the startup's consent."""
CENTER_ROLES = (Role.COORDINATOR, Role.HEAD)


def create(*, actor: Actor, demand: Demand, id: UUID | None = None, **fields: Any) -> Recommendation:
    """Begin a recommendation as a draft of the actor's center. An unknown business number registers the startup.

    `fields` are those of `rows.Entry` but for the demand's number. Raises Invalid by field, also where the center
    has recommended the startup for this demand already; StageClosed outside the stage.
    """
    require(actor, "create", Recommendation)
    _require_stage(demand.program_id, actor)
    _require_published(demand.pk)
    entry = entry_of(fields | {"demand_no": demand.number}, codes=queries.tech_codes())
    with transaction.atomic():
        kept = stated(entry, demand, _startup(entry, actor).pk) | of_center(actor)
        recommendation = Recommendation(id=id or new_id(), **kept)
        _insert(recommendation)
        _keep_note(recommendation, entry.consensus_note, actor)
    return recommendation


def stated(entry: Entry, demand: Demand, startup_id: UUID) -> dict[str, Any]:
    """What a new recommendation says of startup and demand."""
    return {
        "startup_id": startup_id,
        "business_no": entry.business_no,
        "program_id": demand.program_id,
        "demand_id": demand.pk,
        "corporation_id": demand.corporation_id,
        "demand_number": demand.number,
        "demand_title": demand.title,
        **values_of(entry),
    }


def of_center(actor: Actor) -> dict[str, Any]:
    """What all new recommendations of the actor's center have in common."""
    return {
        "center_id": actor.organization,
        "coordinator_id": actor.membership_id,
        "coordinator_name": actor.name,
        "created_at": actor.now,
    }


def values_of(entry: Entry) -> dict[str, Any]:
    """The entry as the model's fields."""
    return {name: getattr(entry, name) for name in STATED} | {"tech_fields": list(entry.tech_fields)}


def _startup(entry: Entry, actor: Actor) -> Organization:
    startup, made = register_startup(
        business_no=entry.business_no,
        name=entry.company,
        representative=entry.representative,
        email=entry.email,
        actor=actor,
    )
    if made:
        given = {"phone": entry.phone, "tech_fields": list(entry.tech_fields)} | (
            {"trl": entry.trl} if entry.trl else {}
        )
        with system("a new startup's profile, as its center states it"):
            Profile.objects.filter(startup=startup).update(**given)
    return startup


def _insert(recommendation: Recommendation) -> None:
    """Store it. Raises Invalid where the center has recommended the startup for the demand already."""
    try:
        with transaction.atomic():
            recommendation.save(force_insert=True)
    except IntegrityError as fault:
        with system("was it this very form, posted twice?"):
            twice = Recommendation.objects.filter(pk=recommendation.pk).exists()
        if twice or "recommendation_once" not in str(fault):
            raise
        raise Invalid(
            fields={"business_no": _("이 수요에 이미 추천한 기업입니다. 추천 목록에서 찾아 내용을 고쳐 주십시오.")}
        ) from fault


def _keep_note(recommendation: Recommendation, text: str, actor: Actor) -> None:
    note = ConsensusNote.objects.visible_to(actor).filter(recommendation=recommendation).first()
    if note is None and not text:
        return
    if note is None:
        handed_in = recommendation.state in HANDED_IN
        note = ConsensusNote(recommendation=recommendation, center_id=recommendation.center_id, handed_in=handed_in)
    if note.text != text:
        note.text = text
        note.save()


def edit(*, recommendation: Recommendation, actor: Actor, version: int | None = None, **fields: Any) -> Recommendation:
    """Change what the center has stated. `version` is the one that was read.

    Raises WrongState if somebody has saved since or the officer has it; Invalid by field.
    """
    require(actor, "edit", recommendation)
    known = queries.entry_of(recommendation, queries.consensus_of(recommendation, actor) or "")
    now = {name: getattr(known, name) for name in (*STATED, "business_no", "consensus_note")}
    sent = {name: value for name, value in fields.items() if name in (*STATED, "consensus_note")}
    entry = entry_of(now | sent | {"demand_no": recommendation.demand_number}, codes=queries.tech_codes())
    given = {name: value for name, value in values_of(entry).items() if name in sent}
    with changing(recommendation, actor, given=given, names=STATED, version=version) as locked:
        if "consensus_note" in sent and entry.consensus_note != known.consensus_note:
            require_reopened(locked, ["consensus_note"])
            _keep_note(locked, entry.consensus_note, actor)
    if locked.state == State.CONSENT_REQUESTED and locked.email != known.email:
        ask(locked, actor=actor)
    return locked


def assign(*, recommendation: Recommendation, actor: Actor, coordinator: UUID | str) -> Recommendation:
    """Name the colleague (a membership's id) who accompanies the startup. Raises Invalid for anybody else."""
    require(actor, "assign", recommendation)
    with transaction.atomic():
        locked = lock(recommendation)
        name = queries.colleagues(actor).get(str(coordinator))
        if name is None:
            raise Invalid(fields={"coordinator": _("우리 센터의 코디네이터 가운데에서 선택해 주십시오.")})
        locked.coordinator_id, locked.coordinator_name = UUID(str(coordinator)), name
        locked.save(update_fields=["coordinator", "coordinator_name"])
    return locked


def request_consent(*, recommendation: Recommendation, actor: Actor) -> Recommendation:
    """Ask the startup to consent; invites it where it has no member yet. Raises StageClosed outside the stage."""
    with transition(recommendation, "request_consent", actor) as recommendation:
        _require_stage(recommendation.program_id, actor)
        _require_published(recommendation.demand_id)
        ask(recommendation, actor=actor)
    return recommendation


def ask(recommendation: Recommendation, *, actor: Actor) -> None:
    """Tell the startup's representatives, or invite the first one."""
    with system("whether a recommended startup has members"):
        settled = Membership.objects.filter(organization=recommendation.startup_id, ended_at=None).exists()
    if not settled:
        invite_startup(startup_id=recommendation.startup_id, email=recommendation.email, actor=actor)
    announce(
        "recommendation.consent_requested",
        recommendation,
        to=Audience.of(recommendation.startup_id, roles=(Role.REPRESENTATIVE,)),
        title=recommendation.demand_title,
    )


def invite_startup(*, startup_id: UUID, email: str, actor: Actor) -> None:
    """Invite the first representative by mail, once per address as long as the invitation is good."""
    with system("a recommended startup's first representative"):
        startup = Organization.objects.get(pk=startup_id)
        waiting = Invitation.objects.filter(
            organization=startup, email__iexact=email, accepted_at=None, revoked_at=None, expires_at__gt=actor.now
        )
        if not waiting.exists():
            appoint_for_room(organization=startup, email=email, actor=actor)


def consent(*, recommendation: Recommendation, actor: Actor) -> Recommendation:
    """The startup agrees that center and corporation see its profile: the recommendation goes to the officer.

    From now on the startup opens the demand, to whomever else it is disclosed. Raises StageClosed outside the stage.
    """
    with transition(recommendation, "consent", actor) as recommendation:
        _require_stage(recommendation.program_id, actor)
        _require_published(recommendation.demand_id)
        recommendation.submitted_at = actor.now
        _hand_in_note(recommendation, True)
        for recipient in (recommendation.center_id, recommendation.corporation_id):
            consents.give(
                startup_id=recommendation.startup_id,
                recipient_id=recipient,
                items=GIVEN_TO_OTHERS,
                about=f"{recommendation.demand_number} {recommendation.demand_title}",
                cause_id=recommendation.pk,
                actor=actor,
            )
        _open("startup", recommendation.startup_id, recommendation.center_id, recommendation, actor)
        _open("demand", recommendation.demand_id, recommendation.startup_id, recommendation, actor)
        tell_officers(recommendation)
        announce(
            "recommendation.consented",
            recommendation,
            to=Audience.of(recommendation.center_id, roles=CENTER_ROLES),
            title=recommendation.company,
        )
    return recommendation


def resubmit(*, recommendation: Recommendation, actor: Actor) -> Recommendation:
    """Hand in again what the officer had returned. Raises StageClosed outside the stage."""
    with transition(recommendation, "resubmit", actor) as recommendation:
        _require_stage(recommendation.program_id, actor)
        recommendation.submitted_at = actor.now
        tell_officers(recommendation)
    return recommendation


def return_(
    *, recommendation: Recommendation, actor: Actor, reason: str, remarks: Mapping[str, str] | None = None
) -> Recommendation:
    """Ask the center to mend the recommendation: the fields that `remarks` names, or all of it."""
    with transition(recommendation, "return_", actor, reason=reason, remarks=dict(remarks or {})) as recommendation:
        announce(
            "recommendation.returned",
            recommendation,
            to=Audience.of(recommendation.center_id, roles=CENTER_ROLES),
            title=recommendation.company,
        )
    return recommendation


def accept(*, recommendation: Recommendation, actor: Actor) -> Recommendation:
    """Pass the recommendation on to the corporation, which sees the startup's profile from now on.

    Raises WrongState in a program that is over: the startup has consented until then.
    """
    with transition(recommendation, "accept", actor) as recommendation:
        if recommendation.program.state in (ProgramState.CLOSED, ProgramState.ARCHIVED):
            raise WrongState(
                _("사업이 종료되어 스타트업의 정보 제공 동의도 끝났습니다."), hint=_("추천을 반려해 주십시오.")
            )
        _open("startup", recommendation.startup_id, recommendation.corporation_id, recommendation, actor)
        _tell_parties("recommendation.accepted", recommendation)
        announce(
            "recommendation.arrived",
            recommendation,
            to=Audience.of(recommendation.corporation_id, roles=(Role.MANAGER,)),
            title=recommendation.demand_title,
        )
    return recommendation


def reject(*, recommendation: Recommendation, actor: Actor, reason: str) -> Recommendation:
    """Turn the recommendation down. What the consent had opened closes again."""
    with transition(recommendation, "reject", actor, reason=reason) as recommendation:
        _close(recommendation, actor)
        _tell_parties("recommendation.rejected", recommendation)
    return recommendation


def withdraw(*, recommendation: Recommendation, actor: Actor, reason: str) -> Recommendation:
    """Take the recommendation back, by the center or the startup. What the consent had opened closes again."""
    with transition(recommendation, "withdraw", actor, reason=reason) as recommendation:
        _hand_in_note(recommendation, False)
        _close(recommendation, actor)
        if recommendation.requested_at:
            _tell_parties("recommendation.withdrawn", recommendation)
    return recommendation


def revoke(*, recommendation: Recommendation, actor: Actor, reason: str) -> Recommendation:
    """The startup takes its consent back after the officer has accepted: the corporation, too, sees it no longer."""
    with transition(recommendation, "revoke", actor, reason=reason) as recommendation:
        _hand_in_note(recommendation, False)
        _close(recommendation, actor)
        _tell_parties("recommendation.withdrawn", recommendation)
        corporation = Audience.of(recommendation.corporation_id, roles=(Role.MANAGER,))
        announce("recommendation.revoked", recommendation, to=corporation, title=recommendation.demand_title)
    return recommendation


def consent_withdrawn(consent: Consent, actor: Actor, reason: str) -> None:
    """Without the consent of either side the recommendation is over."""
    found = Recommendation.objects.visible_to(actor).filter(pk=consent.cause_id).first()
    if found is not None and found.state in (State.SUBMITTED, State.RETURNED):
        withdraw(recommendation=found, actor=actor, reason=reason)
    elif found is not None and found.state == State.ACCEPTED:
        revoke(recommendation=found, actor=actor, reason=reason)


def _close(recommendation: Recommendation, actor: Actor) -> None:
    """What the consent had opened closes, and the consents end."""
    end_grants(recommendation.pk, actor=actor)
    consents.end(recommendation.pk)


def program_closed(program: Program, actor: Actor) -> None:
    """Startups have consented until the program ends: from then on nobody reads a profile by a recommendation. Who has
    an application of the startup reads it by that."""
    with system("recommendations of a program that is over"):
        over = Recommendation.objects.filter(program=program, consented_at__isnull=False).values_list("pk", flat=True)
        causes = list(over)
    end_grants(*causes, actor=actor, purpose="startup")
    consents.end(*causes)


def tell_officers(recommendation: Recommendation) -> None:
    announce(
        "recommendation.submitted", recommendation, to=Audience.ministry(Role.OFFICER), title=recommendation.company
    )


def _tell_parties(event: str, recommendation: Recommendation) -> None:
    """Center and startup, each with the roles that act for it."""
    roles = (*CENTER_ROLES, Role.REPRESENTATIVE)
    to = Audience.of(recommendation.center_id, recommendation.startup_id, roles=roles)
    announce(event, recommendation, to=to, title=recommendation.demand_title)


def unmask_phone(*, recommendation: Recommendation, actor: Actor, reason: str) -> str:
    """The telephone number in full, on the record. Raises NotAllowed for who has no business to call."""
    require(actor, "unmask_phone", recommendation)
    owner = recommendation.startup_id
    return records.unmask(recommendation, "phone", actor=actor, owner_id=owner, reason=reason)


def _require_stage(program_id: UUID, actor: Actor) -> None:
    require_open(program_id=program_id, kind=Stage.Kind.RECOMMENDATION, actor=actor)


def _require_published(demand_id: UUID) -> None:
    with system("whether a demand is still open"):  # a startup may not see every demand for which it is recommended
        if Demand.objects.filter(pk=demand_id, state=DemandState.PUBLISHED).exists():
            return
    raise WrongState(_("마감되었거나 공고되지 않은 수요입니다."), hint=_("공고 중인 다른 수요를 선택해 주십시오."))


def _hand_in_note(recommendation: Recommendation, handed_in: bool) -> None:
    with system("a consensus note goes with its recommendation"):
        ConsensusNote.objects.filter(recommendation=recommendation).update(handed_in=handed_in)


def _open(purpose: str, subject_id: UUID, organization_id: UUID, recommendation: Recommendation, actor: Actor) -> None:
    grant(
        purpose=purpose,
        subject_id=subject_id,
        organization_id=organization_id,
        cause="recommendation",
        cause_id=recommendation.pk,
        actor=actor,
    )
