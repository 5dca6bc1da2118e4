"""What the database refuses, in words.

A room declares what a violated constraint means for an object: `explain(constraint, model, refusal)`. The object may be
another room's: a program whose budget falls below the awards violates a constraint of the funds.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db import IntegrityError, models, transaction

from portal.kernel.errors import Refusal

M = TypeVar("M", bound=models.Model)

_explanations: dict[tuple[str, type[models.Model]], Callable[[Any], Refusal]] = {}


def explain(constraint: str, model: type[M], refusal: Callable[[M], Refusal]) -> None:
    """Declare why an object of the model, as it was to be stored, violates the constraint (of whatever table)."""
    _explanations[(constraint, model)] = refusal


@contextmanager
def in_words(obj: models.Model) -> Iterator[None]:
    """Around a write: raises the declared refusal where the database refuses; what has no words goes on.

    The write gets a savepoint, so that the explanation can read what is there.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as fault:
        explanation = _explanations.get((constraint_of(fault), type(obj)))
        if explanation is None:
            raise
        raise explanation(obj) from fault


def constraint_of(fault: IntegrityError) -> str:
    """The name of the violated constraint, "" where the database gave none."""
    return str(getattr(getattr(fault.__cause__, "diag", None), "constraint_name", None) or "")
