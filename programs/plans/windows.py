"""Whether a stage's window is open, to the second: one answer for buttons, operations, the API and jobs."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from portal.kernel.errors import StageClosed
from portal.kernel.formats import active_language, instant
from portal.kernel.workflow import Guard
from portal.security.actor import Actor, system
from programs.plans.models import Extension, Stage


def closing(stage: Stage, organization_id: UUID | None) -> datetime:
    """When the stage closes for the organisation: as for everybody, or later where it was given more time."""
    if organization_id is None:
        return stage.closes_at
    return closings([stage], [organization_id])[stage.pk, organization_id]


def closings(stages: Sequence[Stage], organization_ids: Collection[UUID]) -> dict[tuple[UUID, UUID], datetime]:
    """The same for several stages and organisations in one query: by the stage's id and the organisation's."""
    found = {(stage.pk, id): stage.closes_at for stage in stages for id in organization_ids}
    with system("more time for an organisation"):  # its own fact, whichever of its people asks
        given = Extension.objects.filter(stage__in=stages, organization__in=organization_ids)
        last = {(e.stage_id, e.organization_id): e.closes_at for e in given.order_by("granted_at", "id")}
    return found | {key: max(found[key], closes_at) for key, closes_at in last.items()}


def closed(program_id: UUID, kind: str, at: datetime, organization_id: UUID | None = None) -> str:
    """Why the stage is closed for the organisation at the instant, in words; "" while it is open."""
    with system("a stage's window"):  # a fact of the program, whoever asks
        stage = Stage.objects.filter(program_id=program_id, kind=kind).first()
    if stage is None:
        words = _("이 사업의 일정에 ‘%(stage)s’ 단계가 없습니다. 담당자에게 일정 등록을 요청해 주십시오.")
        return words % {"stage": Stage.Kind(kind).label}
    closes_at = closing(stage, organization_id)
    if stage.opens_at <= at < closes_at:
        return ""
    if at < stage.opens_at:
        return _("%(stage)s 기간은 %(at)s에 시작합니다.") % {
            "stage": stage,
            "at": instant(stage.opens_at, active_language()),
        }
    return _("%(stage)s 기간이 %(at)s에 끝났습니다.") % {
        "stage": stage,
        "at": instant(closes_at, active_language()),
    }


def require_open(*, program_id: UUID, kind: str, actor: Actor) -> None:
    """Raises StageClosed outside the stage's window at the actor's instant, unless the actor's side has more time."""
    if words := closed(program_id, kind, actor.now, actor.organization_id):
        raise StageClosed(words)


def within(kind: str, program: Callable[[Any], UUID] = lambda obj: obj.program_id) -> Guard:
    """A step that is taken within the stage's window only. `program` finds the object's program."""
    return Guard(
        f"within_{kind}",
        lambda obj, actor: closed(program(obj), kind, actor.now, actor.organization_id),
        StageClosed,
    )
