"""What can happen to a demand. Nothing else writes demands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from portal.kernel.errors import Invalid, StageClosed
from portal.kernel.ids import new_id
from portal.kernel.roles import Role
from portal.outbox.drafts import changing, require_reopened
from portal.outbox.post import Audience, announce
from portal.outbox.transition import lock, transition
from portal.security.actor import Actor, system
from portal.security.policy import require
from portal.security.violations import explain
from programs.demands import papers, queries
from programs.demands.models import Demand, Detail, DetailRevision, Reminder, Revision
from programs.demands.wording import FIELDS, answers, label
from programs.plans.models import Program, Stage
from programs.plans.windows import closed, require_open

REQUIRED = ("problem", "scope", "tech_fields", "collaboration_types")


explain(
    "demand_regions_apart",
    Demand,
    lambda _demand: Invalid(fields={"excluded_regions": _("희망 지역으로 고른 곳은 제외 지역으로 고를 수 없습니다.")}),
)


def create(*, actor: Actor, program: Program, id: UUID | None = None, detail: str = "", **fields: Any) -> Demand:
    """Begin a demand as a draft of the actor's corporation. Raises StageClosed outside the demand survey."""
    require(actor, "create", Demand)
    require_open(program_id=program.pk, kind=Stage.Kind.DEMAND_SURVEY, actor=actor)
    demand = Demand(
        id=id or new_id(),
        program=program,
        corporation_id=actor.organization,
        created_at=actor.now,
        **{name: value for name, value in fields.items() if name in FIELDS},
    )
    with transaction.atomic():
        demand.number = _number(program)
        demand.save(force_insert=True)
        _keep_detail(demand, detail)
    return demand


def _detail_of(demand: Demand) -> Detail | None:
    """The detail under NDA, for those who may see it."""
    found: Detail | None = getattr(demand, "detail", None)
    return found


def _keep_detail(demand: Demand, text: str) -> None:
    """Store what stands under NDA, in its own table. Raises Invalid where the remarks keep it closed."""
    kept = _detail_of(demand)
    if text == (kept.text if kept else ""):
        return
    require_reopened(demand, ["detail"])
    if kept is None:
        made = Detail(demand=demand, corporation_id=demand.corporation_id, state=demand.state, text=text)
        made.save(force_insert=True)
    else:
        kept.text = text
        kept.save(update_fields=["text"])


def _number(program: Program) -> str:
    """The next demand number of the year, such as D2025-014. Locks the year's programs: no number twice."""
    with system("a demand's number"):
        list(Program.objects.select_for_update().filter(year=program.year).order_by("pk"))
        return f"D{program.year}-{Demand.objects.filter(program__year=program.year).count() + 1:03d}"


def edit(*, demand: Demand, actor: Actor, version: int | None = None, **fields: Any) -> Demand:
    """Change a draft, or what was flagged. Raises as `portal.outbox.drafts.changing`."""
    with changing(demand, actor, given=fields, names=FIELDS, version=version) as locked:
        if "detail" in fields:
            _keep_detail(locked, fields["detail"])
    return locked


def submit(*, demand: Demand, actor: Actor) -> Demand:
    """Hand the demand in: what it says is frozen as a revision and issued on paper; tells the officers.

    Raises Invalid where a required part is empty, StageClosed outside the survey's window, NotAllowed where the
    policy says no, WrongState if somebody was faster.
    """
    with transition(demand, "submit", actor) as demand:
        require_open(program_id=demand.program_id, kind=Stage.Kind.DEMAND_SURVEY, actor=actor)
        _require_complete(demand)
        _freeze(demand, actor)
        announce("demand.submitted", demand, to=Audience.ministry(Role.OFFICER), title=demand.title)
    return demand


def required(demand: Demand) -> Sequence[str]:
    """What must be answered before the demand can be handed in."""
    return (*REQUIRED, "detail") if demand.nda_required else REQUIRED


def _require_complete(demand: Demand) -> None:
    """Raise Invalid with what is still empty."""
    kept = _detail_of(demand)
    given = answers(demand) | {"detail": kept.text if kept else ""}
    if lacking := [name for name in required(demand) if not given[name]]:
        labels = {name: label(name) for name in REQUIRED} | {"detail": str(Detail._meta.get_field("text").verbose_name)}
        raise Invalid(
            _("아직 비어 있는 항목이 있습니다: %(names)s") % {"names": ", ".join(labels[n] for n in lacking)},
            fields=dict.fromkeys(lacking, _("제출하려면 적어 주셔야 합니다.")),
        )


def _freeze(demand: Demand, actor: Actor) -> None:
    """Keep what is handed in as a revision, and issue it on paper."""
    assert actor.user_id  # a manager is a user
    revision = Revision(
        demand=demand,
        corporation_id=demand.corporation_id,
        state=demand.state,  # what follows the demand moves with it when the step is stored
        level=demand.level,
        current=demand.revision,
        number=demand.revision + 1,
        content=answers(demand),
        handed_in_at=actor.now,
        handed_in_by_id=actor.user,
    )
    revision.save(force_insert=True)
    kept = _detail_of(demand)
    if kept and kept.text:
        about = {"demand": demand, "corporation_id": demand.corporation_id, "state": demand.state}
        DetailRevision(**about, current=demand.revision, number=revision.number, text=kept.text).save(force_insert=True)
    demand.revision = revision.number
    papers.survey_paper(demand, revision, has_detail=bool(kept and kept.text), actor=actor)


def return_(*, demand: Demand, actor: Actor, reason: str, remarks: Mapping[str, str] | None = None) -> Demand:
    """Ask the corporation to mend the demand: the fields that `remarks` names, or all of it."""
    with transition(demand, "return_", actor, reason=reason, remarks=dict(remarks or {})) as demand:
        announce(
            "demand.returned", demand, to=Audience.of(demand.corporation_id, roles=(Role.MANAGER,)), title=demand.title
        )
    return demand


def publish(*, demand: Demand, actor: Actor) -> Demand:
    """Open the demand to its level's readers; tells the corporation and the centers' coordinators."""
    with transition(demand, "publish", actor) as demand:
        announce(
            "demand.published", demand, to=Audience.of(demand.corporation_id, roles=(Role.MANAGER,)), title=demand.title
        )
    return demand


def close(*, demand: Demand, actor: Actor) -> Demand:
    with transition(demand, "close", actor) as demand:
        pass
    return demand


def withdraw(*, demand: Demand, actor: Actor, reason: str) -> Demand:
    with transition(demand, "withdraw", actor, reason=reason) as demand:
        pass
    return demand


@dataclass(frozen=True, slots=True)
class Reminded:
    """Whom a reminder was sent to, and how many were left out: reminded on this working day, answered, out of time."""

    sent: Sequence[str]
    today: int
    answered: int
    closed: int


def remind(*, actor: Actor, program: Program, corporations: Sequence[str | UUID]) -> Reminded:
    """Remind corporations of the survey, each at most once in a working day and only while it hasn't answered.

    Raises StageClosed where the survey is closed for all of them.
    """
    require(actor, "remind", Reminder)
    assert actor.user_id  # an officer is a user
    wanted, day = {str(c) for c in corporations}, queries.reminder_day(actor.now)
    with transaction.atomic():
        program = lock(program)  # two officers at once send one mail
        asked = [a for a in queries.survey(program) if str(a.corporation.pk) in wanted]
        waiting = [a for a in asked if a.standing != "submitted"]
        shut = {
            a.corporation.pk: words
            for a in waiting
            if (words := closed(program.pk, Stage.Kind.DEMAND_SURVEY, actor.now, a.corporation.pk))
        }
        if waiting and len(shut) == len(waiting):
            raise StageClosed(next(iter(shut.values())))
        open_ = [a for a in waiting if a.corporation.pk not in shut]
        due = [a for a in open_ if a.reminded_on is None or a.reminded_on < day]
        for answer in due:
            house = answer.corporation
            Reminder(program=program, corporation=house, day=day, sent_at=actor.now, sent_by_id=actor.user).save(
                force_insert=True
            )
            to = Audience.of(house.pk, roles=(Role.MANAGER,))
            announce("demand.survey_waits", program, to=to, name=program.name)
    names = [str(a.corporation) for a in due]
    return Reminded(names, len(open_) - len(due), len(asked) - len(waiting), len(shut))
