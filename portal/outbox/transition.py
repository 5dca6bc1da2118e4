"""`transition()`: the one way in which the state of anything changes.

Lock, re-read, check, then write state, history and outbox in one transaction.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db import connection, models, transaction
from django.utils.translation import gettext as _

from portal.kernel.errors import Invalid, NotAllowed, SamePerson, WrongState
from portal.kernel.workflow import Transition, Workflow
from portal.security.actor import Actor, history, in_system
from portal.security.policy import require
from portal.security.violations import in_words

M = TypeVar("M", bound=models.Model)


def lock(obj: M) -> M:
    """The object, re-read and locked until the transaction ends.

    Raises NotAllowed where the actor's context can't write the row.
    """
    # of=self: joined rows stay unlocked. Row security hides what the actor may not write from FOR UPDATE.
    found = type(obj)._base_manager.select_for_update(of=("self",)).filter(pk=obj.pk).first()
    if found is None:
        raise NotAllowed
    return found


@contextmanager
def transition(obj: M, name: str, actor: Actor, *, reason: str = "", **given: Any) -> Iterator[M]:
    """Take the step `name` of the object's workflow; the block in between may set more and announce.

    `given` are the fields that the step needs; they are set on the object. Raises NotAllowed, SamePerson, Conflict,
    WrongState (somebody was faster), Invalid (something needed is missing) or what a guard or the database refuses.
    In a `system()` block the actor is not asked for rights; everything else holds.
    """
    workflow: Workflow = obj.workflow  # type: ignore[attr-defined]
    step = workflow[name]
    with transaction.atomic(), history(transition=f"{workflow.name}.{name}", reason=reason):
        locked = lock(obj)
        if not in_system():
            require(actor, name, locked)
        _check(step, locked, actor, reason, given)
        before = {f.attname: getattr(locked, f.attname) for f in locked._meta.concrete_fields}
        if hasattr(locked, "remarks"):  # what was to be mended is over with every step that doesn't say it anew
            locked.remarks = {}
        for field, value in given.items():
            setattr(locked, field, value)
        yield locked
        locked.state = step.target  # type: ignore[attr-defined]
        _stamp(step, locked, actor)
        save_changes(locked, before)
        # What is deferred to the commit fails here, where the page can still say it.
        with in_words(locked), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for column in locked._meta.concrete_fields:  # the caller's object shows what was stored
        setattr(obj, column.attname, getattr(locked, column.attname))


def save_changes(obj: models.Model, before: dict[str, Any]) -> None:
    """Store only what has changed: some columns are kept by triggers and are not ours to write.

    What a constraint refuses is raised in its declared words (`portal.security.violations`).
    """
    changed = [f.name for f in obj._meta.concrete_fields if getattr(obj, f.attname) != before[f.attname]]
    if changed:
        with in_words(obj):
            obj.save(update_fields=changed)


def _check(step: Transition, obj: Any, actor: Actor, reason: str, given: dict[str, Any]) -> None:
    if obj.state not in step.sources:
        raise WrongState(
            _("현재 상태(%(state)s)에서는 ‘%(step)s’을(를) 할 수 없습니다.")
            % {"state": obj.get_state_display(), "step": step.label}
        )
    for stamp in step.not_by:
        if getattr(obj, f"{stamp}_by_id") == actor.user_id:
            raise SamePerson
    sent = {"reason": reason} | given
    lacking = {name: _("이 항목을 적어 주십시오.") for name in step.needs if sent.get(name) in ("", None)}
    if lacking:
        raise Invalid(fields=lacking)
    for guard in step.guards:
        if missing := guard.missing(obj, actor):
            raise guard.refusal(missing)


def missing(step: Transition, obj: Any, actor: Actor) -> list[str]:
    """What still stands in the way of the step, in words: for the button that can't be used yet."""
    found = [str(words) for guard in step.guards if (words := guard.missing(obj, actor))]
    if any(getattr(obj, f"{stamp}_by_id") == actor.user_id for stamp in step.not_by):
        found.append(str(SamePerson.message))
    return found


def _stamp(step: Transition, obj: Any, actor: Actor) -> None:
    if step.stamp:
        setattr(obj, f"{step.stamp}_at", actor.now)
        if hasattr(obj, f"{step.stamp}_by_id") and actor.user_id:
            setattr(obj, f"{step.stamp}_by_id", actor.user_id)
