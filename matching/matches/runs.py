"""Calculations of all suggestions: asked for, and done in the background."""

from datetime import timedelta
from uuid import UUID

from django.core.cache import cache
from django.db import connection
from django.utils.translation import gettext as _

from matching.matches import corpus as reading
from matching.matches import stored
from matching.matches.engine import VERSION, Index
from matching.matches.meaning import Embedder, installed_model, one_thread
from matching.matches.models import Run
from matching.matches.suggesting import Suggesting
from matching.matches.workflow import RunState
from portal.kernel.errors import WrongState
from portal.kernel.formats import SEOUL
from portal.kernel.ids import new_id
from portal.outbox.post import later
from portal.outbox.transition import transition
from portal.security.actor import Actor, system
from portal.security.policy import require

SOON = timedelta(minutes=1)
"""For so long changes gather before everything is computed anew."""
KEPT = 3600  # seconds for which progress is remembered
LOCK = 7_220_001  # one calculation at a time
JOB = "matches.refresh"


def start(*, actor: Actor, id: UUID | None = None) -> Run:
    """Have all suggestions computed now. Raises WrongState where a calculation is waiting already."""
    require(actor, "create", Run)
    waiting = Run.objects.visible_to(actor).filter(state=RunState.WAITING, due_at__lte=actor.now + SOON)
    if waiting.exclude(pk=id).exists():
        raise WrongState(
            _("기다리거나 진행 중인 계산이 있습니다."), hint=_("그 계산이 끝난 뒤 제안을 확인해 주십시오.")
        )
    return _ask(actor, id=id or new_id())


def ask(actor: Actor) -> Run | None:
    """Something has changed: compute everything soon, once for all that changes until then."""
    with system("suggestions follow what has changed"):
        # One whose time has come may have read the rows already.
        if Run.objects.filter(state=RunState.WAITING, due_at__gt=actor.now).exists():
            return None
        return _ask(actor, id=new_id(), delay=SOON, by_somebody=False)


def _ask(actor: Actor, *, id: UUID, delay: timedelta = timedelta(), by_somebody: bool = True) -> Run:
    run = Run(
        id=id,
        as_of=actor.now.astimezone(SEOUL).date(),
        asked_at=actor.now,
        asked_by_id=actor.user if by_somebody else None,
        due_at=actor.now + delay,
    )
    run.save(force_insert=True)
    later(JOB, actor=actor, due=run.due_at, run_id=run.pk)
    return run


def compute(*, run_id: UUID, actor: Actor, embed: Embedder | None = None) -> bool:
    """Do the calculation, inside the job's transaction: everything changes at once, and once. Twice changes nothing.

    Returns False where something is left: what has changed is read a portion at a time, or another one is at work.
    """
    with system("suggestions are computed"), one_thread():
        run = Run.objects.filter(pk=run_id, state=RunState.WAITING).first()
        if run is None:
            return True
        if not _alone():
            return False
        demands = reading.open_demands()
        startups = reading.corpus(demands, actor.now)
        questions, left = stored.read_demands(demands, embed, actor.now)
        left += stored.read_startups(startups, embed, actor.now) if embed else 0
        if left:
            told = len(demands) + len(startups)
            _tell(run, told - left, told)
            return False
        vectors = stored.stored_vectors(startups) if embed else None
        engine = f"{VERSION} multilingual-e5-small" if embed else f"{VERSION} words"
        index = Index(startups.records, vectors, embed, questions)
        suggesting = Suggesting(
            startups, index, reading.centers(), as_of=run.as_of, at=actor.now, engine=engine
        )  # fmt: skip
        stands = 0
        for done, (wanted, question) in enumerate(zip(demands, questions, strict=True), 1):
            stands += suggesting.keep(wanted, question) if len(startups) else 0
            _tell(run, done, len(demands))
        with transition(run, "finish", actor, finished_at=actor.now) as run:
            run.engine, run.demands, run.startups, run.suggestions = engine, len(demands), len(startups), stands
    return True


def again(*, run_id: UUID, actor: Actor) -> None:
    """Go on with a calculation in a further piece of work."""
    later(JOB, actor=actor, due=actor.now + timedelta(seconds=5), run_id=run_id)


def fail(*, run_id: UUID, actor: Actor, words: str) -> None:
    """The calculation has ended in vain; what was suggested before stands."""
    with system("a calculation of suggestions has ended in vain"):
        run = Run.objects.filter(pk=run_id, state=RunState.WAITING).first()
        if run is not None:
            with transition(run, "fail", actor, finished_at=actor.now, problem=words):
                pass


def model() -> Embedder | None:
    """The sentence model of this machine; None where it has none, and words must do."""
    return installed_model()


def progress(run: Run) -> tuple[int, int]:
    """(done, of how many) of the present stage; (0, 1) before it begins."""
    done, total = cache.get(_key(run.pk), (0, 1))
    return done, total


def _tell(run: Run, done: int, total: int) -> None:
    cache.set(_key(run.pk), (done, total), timeout=KEPT)


def _key(run_id: UUID) -> str:
    return f"matches.run.{run_id}"


def _alone() -> bool:
    """Whether no other calculation is at work, until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])
