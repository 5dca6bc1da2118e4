"""Score sheets: saved as a draft as often as wanted, handed in once. Nobody else sees one before the round closes."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from matching.evaluations import engine
from matching.evaluations.models import Assignment, Sheet
from matching.evaluations.operations import require_open
from matching.evaluations.queries import criteria_of
from portal.kernel.errors import Invalid, NotFound, WrongState
from portal.outbox.drafts import Stale
from portal.outbox.transition import lock, save_changes, transition
from portal.security.actor import Actor
from portal.security.policy import may, require
from programs.plans import windows
from programs.plans.models import Stage

Scores = Mapping[str, Mapping[str, Any]]


def save(*, sheet: Sheet, actor: Actor, scores: Scores, comment: str = "", version: int | None = None) -> Sheet:
    """Store the draft. A criterion without "score" is not answered yet; with None it does not apply.

    `version` is the one that was read: raises WrongState if it was saved elsewhere since, or the round is closed;
    StageClosed outside the evaluation's window.
    """
    require(actor, "edit", sheet)
    with transaction.atomic():
        require_open(sheet.round_id)
        windows.require_open(program_id=sheet.round.program_id, kind=Stage.Kind.EVALUATION, actor=actor)
        locked = lock(sheet)
        if not may(actor, "edit", locked):
            raise WrongState
        if version is not None and version != locked.version:
            raise Stale
        before = {f.attname: getattr(locked, f.attname) for f in locked._meta.concrete_fields}
        locked.scores = _checked(locked, scores)
        locked.comment = comment
        locked.version += 1
        save_changes(locked, before)
    return locked


def _checked(sheet: Sheet, scores: Scores) -> dict[str, dict[str, Any]]:
    """The scores in their stored form. Raises Invalid for an unknown criterion or a score outside 0–100."""
    known = {c.code for c in criteria_of(sheet.round)}
    found: dict[str, dict[str, Any]] = {}
    for code, part in scores.items():
        value = part.get("score")
        whole = isinstance(value, int) and not isinstance(value, bool)
        if code not in known or (value is not None and not (whole and 0 <= value <= 100)):
            raise Invalid(fields={f"score_{code}": _("점수는 0부터 100까지의 정수입니다.")})
        found[code] = {"reason": str(part.get("reason", "")).strip()}
        if "score" in part:
            found[code]["score"] = value
    return found


def submit(*, sheet: Sheet, actor: Actor) -> Sheet:
    """Hand the sheet in, for good. Raises Invalid where a score or a reason is missing, StageClosed out of time."""
    with transaction.atomic():
        require_open(sheet.round_id)
        with transition(sheet, "submit", actor) as locked:
            criteria = criteria_of(locked.round)
            _require_complete(criteria, locked.scores)
            locked.total = engine.total(criteria, {c: part["score"] for c, part in locked.scores.items()})
            if locked.total is None:
                raise Invalid(_("모든 항목이 ‘해당 없음’입니다. 적어도 한 항목에는 점수를 적어 주십시오."))
            assignment = Assignment.objects.visible_to(actor).filter(pk=locked.assignment_id).first()
            if assignment is None:
                raise NotFound
            with transition(assignment, "hand_in", actor):
                pass
    return sheet


def _require_complete(criteria: list[engine.Criterion], scores: Scores) -> None:
    fields: dict[str, Any] = {}
    for criterion in criteria:
        part = scores.get(criterion.code, {})
        if "score" not in part:
            fields[f"score_{criterion.code}"] = _("점수를 적거나 ‘해당 없음’을 골라 주십시오.")
        if not part.get("reason"):
            fields[f"reason_{criterion.code}"] = _("사유를 적어 주십시오.")
    if fields:
        lacking = [c.label for c in criteria if {f"score_{c.code}", f"reason_{c.code}"} & set(fields)]
        raise Invalid(
            _("아직 점수나 사유가 없는 항목이 있습니다: %(names)s") % {"names": ", ".join(lacking)},
            hint=_("평가표를 마저 작성하신 뒤 제출해 주십시오."),
            fields=fields,
        )
