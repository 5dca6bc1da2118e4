"""What can happen to an uploaded list: stored, checked in the background, confirmed as a whole or not at all."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from django.core.cache import cache
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from matching.recommendations import operations, queries, sheets
from matching.recommendations.models import ConsensusNote, Recommendation, Upload, UploadRow
from matching.recommendations.queries import Surroundings
from matching.recommendations.rows import CHANGED, KOREAN, NEW, Checked, Entry, Row, judge, read
from matching.recommendations.workflow import HANDED_IN, State, UploadState
from matching.startups.registration import Registration, register_startups
from portal.files.checks import SPREADSHEETS
from portal.files.operations import store
from portal.files.refusal import RefusedFile
from portal.kernel.errors import Invalid, WrongState
from portal.kernel.ids import new_id
from portal.kernel.roles import Kind
from portal.organizations.models import Organization
from portal.outbox.post import Audience, announce, later
from portal.outbox.transition import transition
from portal.security.actor import Actor, history, system
from portal.security.policy import may, require
from programs.plans.models import Program, Stage
from programs.plans.windows import require_open

BATCH: Final = 1000
ASKED_AT_ONCE: Final = 200
PROGRESS_EVERY: Final = 500


# --- upload ----------------------------------------------------------------------------------------------------------


def create(*, actor: Actor, program: Program, file: UploadedFile, id: UUID | None = None) -> Upload:
    """Store a list of the actor's center and have it checked. The same form twice stores one.

    Raises RefusedFile where it is no spreadsheet, StageClosed outside the stage.
    """
    require(actor, "create", Upload)
    if id and (twin := Upload.objects.visible_to(actor).filter(pk=id).first()):
        return twin  # type: ignore[no-any-return]
    require_open(program_id=program.pk, kind=Stage.Kind.RECOMMENDATION, actor=actor)
    assert actor.user_id is not None
    center = Organization.objects.visible_to(actor).get(pk=actor.organization_id)
    upload = Upload(
        id=id or new_id(), program=program, center=center, uploaded_at=actor.now, uploaded_by_id=actor.user_id
    )
    with transaction.atomic():
        upload.file = store(actor=actor, owner=center, subject=upload, upload=file, allowed=SPREADSHEETS)
        upload.save(force_insert=True)
        later("recommendations.check_upload", actor=actor, upload_id=upload.pk)
    return upload


# --- check -----------------------------------------------------------------------------------------------------------


def check(*, upload_id: UUID, actor: Actor) -> None:
    """Read the list and say row by row what confirming would do. Twice changes nothing."""
    with system("the state of an uploaded list"):
        upload = Upload.objects.filter(pk=upload_id).first()
    if upload is None or upload.state != UploadState.CHECKING:
        return
    if not may(actor, "pass_check", upload):
        with system("an upload whose owner has left"):
            _refuse(upload, actor, _("파일을 올린 분의 권한이 끝나 확인하지 않았습니다."))
        return
    try:
        lines = sheets.lines_of(upload.file)
    except (RefusedFile, Invalid) as refusal:
        _refuse(upload, actor, f"{refusal} {refusal.hint}".strip())
        return
    rows = _read(lines, upload.pk)
    around = queries.surroundings(rows, program_id=upload.program_id, actor=actor)
    _keep(upload, judge(rows, around.known), actor)


def _read(lines: Sequence[sheets.Line], upload_id: UUID) -> list[Row]:
    codes = queries.tech_codes()
    rows: list[Row] = []
    for number, values in lines:
        if len(rows) % PROGRESS_EVERY == 0:
            cache.set(_progress_key(upload_id), [len(rows), len(lines)], timeout=3600)
        rows.append(read(number, values, codes=codes))
    return rows


def progress(upload: Upload) -> tuple[int, int]:
    """(rows read, rows in all) of a list that is being checked; (0, 1) before the first."""
    done, total = cache.get(_progress_key(upload.pk)) or (0, 1)
    return done, total


def _progress_key(upload_id: UUID) -> str:
    return f"recommendations.upload.{upload_id}"


def _refuse(upload: Upload, actor: Actor, words: str) -> None:
    """The list can't be read at all: no rows are kept, only the words."""
    with transition(upload, "fail_check", actor) as upload:
        upload.problem, upload.checked_at = words[:300], actor.now
        _tell(upload, _("파일을 읽지 못했습니다"))


def _keep(upload: Upload, checked: Sequence[Checked], actor: Actor) -> None:
    faulty = sum(1 for row in checked if row.problems)
    with transition(upload, "fail_check" if faulty else "pass_check", actor) as upload:
        upload.rows, upload.errors, upload.checked_at = len(checked), faulty, actor.now
        upload.changes = sum(1 for row in checked if row.outcome in (NEW, CHANGED))
        UploadRow.objects.bulk_create((_row(upload, row) for row in checked), batch_size=BATCH)
        told = _("오류 %(count)s행") % {"count": f"{faulty:,}"} if faulty else _("오류 없음")
        _tell(upload, told)


def _row(upload: Upload, row: Checked) -> UploadRow:
    return UploadRow(
        upload=upload,
        center_id=upload.center_id,
        uploaded_by_id=upload.uploaded_by_id,
        number=row.number,
        values=dict(row.values),
        outcome=row.outcome,
        problems=[{"column": p.column, "words": p.words} for p in row.problems],
        warnings=list(row.warnings),
    )


def _tell(upload: Upload, outcome: str) -> None:
    """A notice for whoever has left the page meanwhile."""
    with system("the membership that uploaded a list"):
        member = upload.uploaded_by.memberships.filter(organization=upload.center_id, ended_at=None).first()
    if member is not None:
        announce("recommendation-upload.checked", upload, to=Audience.members(member.pk), outcome=outcome)


# --- confirm ---------------------------------------------------------------------------------------------------------


def confirm(*, upload: Upload, actor: Actor) -> Upload:
    """Write every row and ask each startup for its consent, or write nothing.

    Everything is checked again. Raises WrongState where something has changed since the preview, StageClosed outside
    the stage.
    """
    try:
        with transition(upload, "confirm", actor) as upload:
            require_open(program_id=upload.program_id, kind=Stage.Kind.RECOMMENDATION, actor=actor)
            checked, around = _check_again(upload, actor)
            _write(checked, around, actor)
    except IntegrityError as fault:
        if "recommendation_once" not in str(fault):
            raise
        raise WrongState(
            _("같은 기업이 방금 다른 곳에서 추천되어 반영하지 않았습니다."), hint=_upload_again()
        ) from fault
    return upload


def discard(*, upload: Upload, actor: Actor) -> Upload:
    """Leave a checked list aside: nothing of it is written."""
    with transition(upload, "discard", actor) as upload:
        pass
    return upload


def _check_again(upload: Upload, actor: Actor) -> tuple[list[Checked], Surroundings]:
    lines = list(UploadRow.objects.visible_to(actor).filter(upload=upload).order_by("number"))
    codes = queries.tech_codes()
    rows = [read(line.number, line.values, codes=codes) for line in lines]
    around = queries.surroundings(rows, program_id=upload.program_id, actor=actor, lock=True)
    checked = judge(rows, around.known)
    stopped = [
        _("%(row)d행 %(column)s: %(words)s") % {"row": row.number, "column": KOREAN[p.column], "words": p.words}
        for row in checked
        for p in row.problems
    ] + [
        _("%(row)d행: 미리 본 뒤에 추천 내용이 바뀌었습니다.") % {"row": row.number}
        for row, line in zip(checked, lines, strict=True)
        if row.outcome == CHANGED != line.outcome
    ]
    if stopped:
        raise WrongState(
            _("확인한 뒤에 사정이 바뀌어 아무것도 반영하지 않았습니다(%(count)d건). %(first)s")
            % {"count": len(stopped), "first": " ".join(stopped[:3])},
            hint=_upload_again(),
        )
    return checked, around


def _upload_again() -> str:
    return _("파일을 고쳐 다시 올려 주십시오.")


def _write(checked: Sequence[Checked], around: Surroundings, actor: Actor) -> None:
    made = _write_new([row.entry for row in checked if row.outcome == NEW and row.entry], around, actor)
    changed = [row.entry for row in checked if row.outcome == CHANGED and row.entry]
    moved = _write_changed(changed, around, actor)
    ask = [*made, *moved]
    mine = Recommendation.objects.visible_to(actor).filter(pk__in=ask)
    with history(transition="recommendation.request_consent"):
        mine.filter(state=State.DRAFT).update(state=State.CONSENT_REQUESTED, requested_at=actor.now)
    with history(transition="recommendation.resubmit"):
        mine.filter(state=State.RETURNED).update(state=State.SUBMITTED, submitted_at=actor.now)
    for start in range(0, len(ask), ASKED_AT_ONCE):
        ids = [str(pk) for pk in ask[start : start + ASKED_AT_ONCE]]
        later("recommendations.carry_on", actor=actor, recommendation_ids=ids)


def _write_new(entries: Sequence[Entry], around: Surroundings, actor: Actor) -> list[UUID]:
    """Make the recommendations, as drafts, and register the startups that are not known."""
    startups = _startups(entries, actor)
    made = [operations.stated(e, around.demands[e.demand_no], startups[e.business_no], actor=actor) for e in entries]
    notes = [
        ConsensusNote(recommendation=one, center_id=one.center_id, text=entry.consensus_note)
        for one, entry in zip(made, entries, strict=True)
        if entry.consensus_note
    ]
    Recommendation.objects.bulk_create(made, batch_size=BATCH)
    ConsensusNote.objects.bulk_create(notes, batch_size=BATCH)
    return [one.pk for one in made]


def _startups(entries: Sequence[Entry], actor: Actor) -> dict[str, UUID]:
    """Business number → the startup's id."""
    register_startups(
        [Registration(e.business_no, e.company, e.representative, e.phone, e.tech_fields, e.trl) for e in entries],
        actor=actor,
    )
    numbers = {e.business_no for e in entries}
    with system("startups by business number"):
        found = Organization.objects.filter(business_no__in=numbers, kind=Kind.STARTUP)
        ids = {str(number): pk for number, pk in found.values_list("business_no", "pk")}
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
    ConsensusNote.objects.bulk_create(
        ConsensusNote(recommendation=one, center_id=one.center_id, text=text, handed_in=one.state in HANDED_IN)
        for pk, (one, text) in wanted.items()
        if text and pk not in present
    )


def carry_on(*, recommendation_ids: Sequence[str], actor: Actor) -> None:
    """What follows from a confirmed list: ask the startups, tell the officers of what was handed in again."""
    with system("what follows from a confirmed list"):
        for one in Recommendation.objects.filter(pk__in=recommendation_ids).order_by("id"):
            if one.state == State.CONSENT_REQUESTED:
                operations.ask(one, actor=actor)
            elif one.state == State.SUBMITTED:
                operations.tell_officers(one)
