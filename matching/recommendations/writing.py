"""Writing a confirmed list: thousands of recommendations in a few statements, in the caller's one transaction."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from matching.recommendations import operations
from matching.recommendations.models import ConsensusNote, Recommendation
from matching.recommendations.queries import Surroundings
from matching.recommendations.rows import CHANGED, NEW, Checked, Entry
from matching.recommendations.workflow import HANDED_IN, State
from matching.startups.registration import Registration, register_startups
from portal.kernel.errors import WrongState
from portal.kernel.ids import new_id
from portal.kernel.roles import Kind
from portal.organizations.models import Organization
from portal.security.actor import Actor, history, system
from portal.security.inserting import insert_rows

BATCH: Final = 1000


def write(checked: Sequence[Checked], around: Surroundings, actor: Actor) -> list[UUID]:
    """Write new and changed rows; each startup's consent is asked for. Returns what must be told to somebody."""
    made = _write_new([row.entry for row in checked if row.outcome == NEW and row.entry], around, actor)
    changed = [row.entry for row in checked if row.outcome == CHANGED and row.entry]
    moved = _write_changed(changed, around, actor)
    mine = Recommendation.objects.visible_to(actor).filter(pk__in=moved)
    with history(transition="recommendation.request_consent"):
        mine.filter(state=State.DRAFT).update(state=State.CONSENT_REQUESTED, requested_at=actor.now)
    with history(transition="recommendation.resubmit"):
        mine.filter(state=State.RETURNED).update(state=State.SUBMITTED, submitted_at=actor.now, remarks={})
    return [*made, *moved]


def _write_new(entries: Sequence[Entry], around: Surroundings, actor: Actor) -> list[UUID]:
    """Make the recommendations, their consent asked for, and register the startups that are not known."""
    startups = _startups(entries, actor)
    made = [
        {"id": new_id(), **operations.stated(e, around.demands[e.demand_no], startups[e.business_no])} for e in entries
    ]
    same = operations.of_center(actor) | {"state": State.CONSENT_REQUESTED, "requested_at": actor.now}
    with history(transition="recommendation.request_consent"):
        insert_rows(Recommendation, made, same=same)
    notes = [_note(one["id"], e.consensus_note) for one, e in zip(made, entries, strict=True) if e.consensus_note]
    _insert_notes(notes, actor)
    return [one["id"] for one in made]


def _startups(entries: Sequence[Entry], actor: Actor) -> dict[str, UUID]:
    """Business number → the startup's id."""
    register_startups(
        [Registration(e.business_no, e.company, e.representative, e.phone, e.tech_fields, e.trl) for e in entries],
        actor=actor,
    )
    numbers = {e.business_no for e in entries}
    with system("startups by business number"):
        found = Organization.objects.filter(business_no__in=numbers, kind=Kind.STARTUP)
        standing = found.values_list("business_no", Coalesce("merged_into_id", "pk"))  # a merged one went there
        ids = {str(number): pk for number, pk in standing}
    if lacking := numbers - ids.keys():
        raise WrongState(_("스타트업으로 등록할 수 없는 사업자등록번호가 있습니다: %(no)s") % {"no": min(lacking)})
    return ids


def _write_changed(entries: Sequence[Entry], around: Surroundings, actor: Actor) -> list[UUID]:
    """Change what is there. Returns those that must move on: drafts, returned ones, and those with a new address."""
    before = [around.existing[(e.demand_no, e.business_no)] for e in entries]
    moved = [
        one.pk
        for one, entry in zip(before, entries, strict=True)
        if one.state != State.CONSENT_REQUESTED or one.email != entry.email
    ]
    for one, entry in zip(before, entries, strict=True):
        for name, value in operations.values_of(entry).items():
            setattr(one, name, value)
        one.version += 1
    Recommendation.objects.visible_to(actor).bulk_update(before, [*operations.STATED, "version"], batch_size=BATCH)
    _write_notes({one.pk: (one, e.consensus_note) for one, e in zip(before, entries, strict=True)}, actor)
    return moved


def _write_notes(wanted: dict[UUID, tuple[Recommendation, str]], actor: Actor) -> None:
    present = {
        n.recommendation_id: n for n in ConsensusNote.objects.visible_to(actor).filter(recommendation__in=wanted)
    }
    for pk, note in present.items():
        note.text = wanted[pk][1]
    ConsensusNote.objects.visible_to(actor).bulk_update(present.values(), ["text"], batch_size=BATCH)
    new = [(one, text) for pk, (one, text) in wanted.items() if text and pk not in present]
    _insert_notes([_note(one.pk, text, handed_in=one.state in HANDED_IN) for one, text in new], actor)


def _note(recommendation_id: UUID, text: str, *, handed_in: bool = False) -> dict[str, Any]:
    return {"id": new_id(), "recommendation_id": recommendation_id, "text": text, "handed_in": handed_in}


def _insert_notes(notes: Sequence[dict[str, Any]], actor: Actor) -> None:
    insert_rows(ConsensusNote, notes, same={"center_id": actor.organization})
