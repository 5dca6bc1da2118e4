"""Changing what is being written: several people lose nothing; what was returned opens only where it was flagged.

A room that is returned with remarks declares `remarks = remarks_field()` and `remarks_only_in("returned", …)`, hands
`remarks=` to its step of returning; every other step clears them, and the database holds it to that.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db import models, transaction
from django.db.models import CheckConstraint, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.kernel.errors import Invalid, WrongState
from portal.outbox.transition import lock, save_changes
from portal.security.actor import Actor
from portal.security.policy import may, require

M = TypeVar("M", bound=models.Model)


class Stale(WrongState):
    """Somebody has saved since the version that was read."""

    code = "stale"
    message = gettext_lazy("다른 사람이 먼저 저장했습니다.")
    hint = gettext_lazy("적으신 내용은 화면에 남아 있습니다. 저장된 내용과 견주어 보고 다시 저장해 주십시오.")


def remarks_field() -> Any:
    """What the reviewer asks to be mended: name of a field → sentence. Empty: every field is open."""
    return models.JSONField(gettext_lazy("보완 의견"), default=dict, blank=True)


def remarks_only_in(returned: str, *, name: str) -> CheckConstraint:
    """Remarks stand only while the object is returned: nobody else reads them later."""
    return CheckConstraint(name=name, condition=Q(state=returned) | Q(remarks={}))


def reopened(obj: Any) -> Mapping[str, str]:
    """The fields that were flagged, each with its remark; empty where all may be changed."""
    return getattr(obj, "remarks", None) or {}


def require_reopened(obj: Any, changed: Sequence[str]) -> None:
    """Raise Invalid for changed fields that nobody has flagged."""
    flagged = reopened(obj)
    if flagged and (closed := [name for name in changed if name not in flagged]):
        words = _("보완을 요청받은 항목만 고칠 수 있습니다.")
        raise Invalid(words, fields=dict.fromkeys(closed, words))


@contextmanager
def changing(
    obj: M, actor: Actor, *, given: Mapping[str, Any], names: Sequence[str], version: int | None = None
) -> Iterator[M]:
    """Change a draft: set what is `given` of the fields `names`; the block in between may set more.

    `version` is the one that was read (None: whatever is stored). Raises NotAllowed, Stale where somebody has saved
    since, WrongState where it can no longer be changed, Invalid for a field that the remarks keep closed.
    """
    require(actor, "edit", obj)
    with transaction.atomic():
        locked = lock(obj)
        if not may(actor, "edit", locked):
            raise WrongState
        if version is not None and version != locked.version:  # type: ignore[attr-defined]
            raise Stale
        before = {f.attname: getattr(locked, f.attname) for f in locked._meta.concrete_fields}
        changed = {n: given[n] for n in names if n in given and getattr(locked, n) != given[n]}
        require_reopened(locked, list(changed))
        for name, value in changed.items():
            setattr(locked, name, value)
        yield locked
        locked.version += 1  # type: ignore[attr-defined]
        save_changes(locked, before)
