"""What can happen to an uploaded list: stored, checked in the background, confirmed as a whole or not at all.

Both jobs run in one transaction with their mark in the outbox: whatever stops them, all of it happens or nothing.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final
from uuid import UUID

from django.core.cache import cache
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from matching.recommendations import operations, queries, sheets, writing
from matching.recommendations.models import Recommendation, Upload, UploadRow
from matching.recommendations.queries import Surroundings
from matching.recommendations.rows import CHANGED, KOREAN, NEW, Checked, Reader, Row, judge
from matching.recommendations.workflow import State, UploadState
from portal.files.checks import SPREADSHEETS
from portal.files.operations import store
from portal.files.refusal import RefusedFile
from portal.kernel.errors import Invalid, NotAllowed, Refusal, WrongState
from portal.kernel.ids import new_id
from portal.organizations.models import Organization
from portal.outbox.post import Audience, announce, later
from portal.outbox.transition import transition
from portal.security.actor import Actor, system
from portal.security.inserting import insert_rows
from portal.security.policy import may, require
from portal.security.violations import constraint_of
from programs.plans.models import Program, Stage
from programs.plans.windows import require_open

ASKED_AT_ONCE: Final = 200
PROGRESS_EVERY: Final = 500
PROBLEM: Final = 300


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
    _report(upload.pk, 0, 1)
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
    reader = Reader(queries.tech_codes())
    rows: list[Row] = []
    for number, values in lines:
        if len(rows) % PROGRESS_EVERY == 0:
            _report(upload_id, len(rows), len(lines))
        rows.append(reader.row(number, values))
    return rows


def progress(upload: Upload) -> tuple[int, int]:
    """(rows done, rows in all) of a list that is being checked or confirmed; (0, 1) before the first."""
    done, total = cache.get(_progress_key(upload.pk)) or (0, 1)
    return done, total


def _report(upload_id: UUID, done: int, total: int) -> None:
    cache.set(_progress_key(upload_id), [done, total], timeout=3600)


def _progress_key(upload_id: UUID) -> str:
    return f"recommendations.upload.{upload_id}"


def _refuse(upload: Upload, actor: Actor, words: str) -> None:
    """The list can't be read at all: no rows are kept, only the words."""
    with transition(upload, "fail_check", actor) as upload:
        upload.problem, upload.checked_at = words[:PROBLEM], actor.now
        _tell("checked", upload, _("파일을 읽지 못했습니다"))


def give_up_check(*, upload_id: UUID, actor: Actor) -> None:
    """The check failed again and again through no fault of the list: it waits to be checked anew."""
    words = _("시스템 문제로 파일을 확인하지 못했습니다. 잠시 뒤에 다시 확인해 주십시오.")
    with _settled(upload_id, UploadState.CHECKING, "give_up_check", actor) as upload:
        if upload is not None:
            upload.problem = words
            _tell("stopped", upload, words)


def check_again(*, upload: Upload, actor: Actor) -> Upload:
    """Have a list checked anew whose check had failed."""
    with transition(upload, "check_again", actor, problem="") as upload:
        later("recommendations.check_upload", actor=actor, upload_id=upload.pk)
    return upload


def _keep(upload: Upload, checked: Sequence[Checked], actor: Actor) -> None:
    faulty = sum(1 for row in checked if row.problems)
    with transition(upload, "fail_check" if faulty else "pass_check", actor) as upload:
        upload.rows, upload.errors, upload.checked_at = len(checked), faulty, actor.now
        upload.changes = sum(1 for row in checked if row.outcome in (NEW, CHANGED))
        same = {"upload_id": upload.pk, "center_id": upload.center_id, "uploaded_by_id": upload.uploaded_by_id}
        insert_rows(UploadRow, [_row(row) for row in checked], same=same)
        told = _("오류 %(count)s행") % {"count": f"{faulty:,}"} if faulty else _("오류 없음")
        _tell("checked", upload, told)


def _row(row: Checked) -> dict[str, Any]:
    return {
        "id": new_id(),
        "number": row.number,
        "values": row.values,
        "outcome": row.outcome,
        "problems": [{"column": p.column, "words": p.words} for p in row.problems],
        "warnings": row.warnings,
    }


def _tell(what: str, upload: Upload, outcome: str) -> None:
    """A notice for whoever has left the page meanwhile."""
    with system("the membership that uploaded a list"):
        member = upload.uploaded_by.memberships.filter(organization=upload.center_id, ended_at=None).first()
    if member is not None:
        announce(f"recommendation-upload.{what}", upload, to=Audience.members(member.pk), outcome=outcome)


# --- confirm ---------------------------------------------------------------------------------------------------------


def confirm(*, upload: Upload, actor: Actor) -> Upload:
    """Have every row written, in the background. Raises StageClosed outside the stage: this instant counts."""
    with transition(upload, "confirm", actor, problem="") as upload:
        _report(upload.pk, 0, upload.rows)
        later("recommendations.confirm_upload", actor=actor, upload_id=upload.pk)
    return upload


def write(*, upload_id: UUID, actor: Actor) -> None:
    """Write every row of a confirmed list and ask each startup for its consent, or write nothing and say why.

    Everything is checked again. Twice changes nothing.
    """
    with system("the state of a confirmed list"):
        upload = Upload.objects.filter(pk=upload_id).first()
    if upload is None or upload.state != UploadState.CONFIRMING:
        return
    try:
        with transition(upload, "finish", actor) as locked:
            checked, around = _check_again(locked, actor)
            ask = writing.write(checked, around, actor)
            _report(locked.pk, locked.rows * 2 // 3, locked.rows)
            for start in range(0, len(ask), ASKED_AT_ONCE):
                ids = [str(pk) for pk in ask[start : start + ASKED_AT_ONCE]]
                later("recommendations.carry_on", actor=actor, recommendation_ids=ids)
            _tell("confirmed", locked, _("%(count)s행") % {"count": f"{locked.changes:,}"})
    except NotAllowed:
        _stop(upload_id, actor, _("반영을 요청하신 분의 권한이 끝나 반영하지 않았습니다."))
    except Refusal as refusal:
        _stop(upload_id, actor, f"{refusal} {refusal.hint}".strip())
    except IntegrityError as fault:
        if constraint_of(fault) != "recommendation_once":
            raise
        words = _("같은 기업이 방금 다른 곳에서 추천되어 반영하지 않았습니다.")
        _stop(upload_id, actor, f"{words} {_upload_again()}")


def give_up_writing(*, upload_id: UUID, actor: Actor) -> None:
    """The writing failed again and again through no fault of the list: nothing is written, it can be confirmed anew."""
    _stop(upload_id, actor, _("시스템 문제로 아무것도 반영하지 못했습니다. 잠시 뒤에 다시 반영해 주십시오."))


def _stop(upload_id: UUID, actor: Actor, words: str) -> None:
    with _settled(upload_id, UploadState.CONFIRMING, "stop", actor) as upload:
        if upload is not None:
            upload.problem = words[:PROBLEM]
            _tell("stopped", upload, words)


@contextmanager
def _settled(upload_id: UUID, state: UploadState, step: str, actor: Actor) -> Iterator[Upload | None]:
    """The step that ends a job in vain, whoever's rights have ended meanwhile; None where the list has moved on."""
    with system("a list's job has ended in vain"):
        upload = Upload.objects.filter(pk=upload_id, state=state).first()
        if upload is None:
            yield None
            return
        with transition(upload, step, actor) as locked:
            yield locked


def discard(*, upload: Upload, actor: Actor) -> Upload:
    """Leave a checked list aside: nothing of it is written."""
    with transition(upload, "discard", actor) as upload:
        pass
    return upload


def _check_again(upload: Upload, actor: Actor) -> tuple[list[Checked], Surroundings]:
    stored = UploadRow.objects.visible_to(actor).filter(upload=upload).order_by("number")
    reader, rows, seen = Reader(queries.tech_codes()), [], []
    for number, values, outcome in stored.values_list("number", "values", "outcome"):
        rows.append(reader.row(number, values))
        seen.append(outcome)
    around = queries.surroundings(rows, program_id=upload.program_id, actor=actor, lock=True)
    checked = judge(rows, around.known)
    stopped = [
        _("%(row)d행 %(column)s: %(words)s") % {"row": row.number, "column": KOREAN[p.column], "words": p.words}
        for row in checked
        for p in row.problems
    ] + [
        _("%(row)d행: 미리 본 뒤에 추천 내용이 바뀌었습니다.") % {"row": row.number}
        for row, outcome in zip(checked, seen, strict=True)
        if row.outcome == CHANGED != outcome
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


def carry_on(*, recommendation_ids: Sequence[str], actor: Actor) -> None:
    """What follows from a confirmed list: ask the startups, tell the officers of what was handed in again."""
    with system("what follows from a confirmed list"):
        for one in Recommendation.objects.filter(pk__in=recommendation_ids).order_by("id"):
            if one.state == State.CONSENT_REQUESTED:
                operations.ask(one, actor=actor)
            elif one.state == State.SUBMITTED:
                operations.tell_officers(one)
