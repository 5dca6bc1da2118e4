"""Background work: suggestions follow what has changed, and the day."""

from uuid import UUID

from celery import shared_task
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching.matches import runs
from portal.kernel.clock import now
from portal.outbox.post import job
from portal.security.actor import Actor, acting


def _give_up(*, actor: Actor, run_id: str) -> None:
    words = _("시스템 문제로 계산하지 못했습니다. 이전 제안은 그대로 있습니다.")
    runs.fail(run_id=UUID(run_id), actor=actor, words=words)


@job(runs.JOB, given_up=_give_up, label=gettext_lazy("매칭 제안 계산"))
def refresh(*, actor: Actor, run_id: str) -> None:
    """Compute all suggestions anew, or go on with it."""
    if not runs.compute(run_id=UUID(run_id), actor=actor, embed=runs.model()):
        runs.again(run_id=UUID(run_id), actor=actor)


@shared_task(name="matching.matches.tasks.daily", ignore_result=True)
def daily() -> None:
    """Limits of age depend on the day, and Grants end by themselves: compute anew even if nothing was written."""
    actor = Actor.public(now())
    with acting(actor):
        runs.ask(actor)
