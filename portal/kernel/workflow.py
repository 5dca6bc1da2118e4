"""Workflow tables: states and transitions as data.

One table feeds the buttons of a page, the links of the API, the access tests, the diagram in the docs, and in the
database the list of states, the allowed steps (a trigger) and what a state must carry with it (CHECK).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pgtrigger
from django.db.models import BaseConstraint, CheckConstraint, Q, TextChoices

from portal.kernel.errors import Refusal
from portal.kernel.roles import Kind, Who


@dataclass(frozen=True, slots=True)
class Guard:
    """Something that must hold before a step: `missing(obj, actor)` says in words what is missing, or nothing.

    `refusal` is what the step raises with these words.
    """

    name: str
    missing: Callable[[Any, Any], Any]
    refusal: type[Refusal] = Refusal


@dataclass(frozen=True, slots=True)
class Transition:
    """A step from one of `sources` to `target`.

    needs     fields that must come with the step ("reason" is kept in the history, others are set on the object)
    stamp     sets `<stamp>_at` and `<stamp>_by` on the object
    not_by    names of stamps whose `_by` must be another person (maker and checker)
    guards    what must hold; shown beside the button while it doesn't
    weight    how the button looks; `confirm` the question it asks
    hidden    not a button: done by the system or by another operation
    """

    name: str
    label: Any
    sources: Sequence[str]
    target: str
    by: Sequence[Who]
    needs: Sequence[str] = ()
    stamp: str = ""
    not_by: Sequence[str] = ()
    guards: Sequence[Guard] = ()
    weight: str = "primary"
    confirm: Any = ""
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """How a state reads for one kind of viewer: a label and the sentence that says what comes next."""

    label: Any
    next_step: Any = ""


@dataclass(frozen=True, slots=True)
class StateInfo:
    """What a state means: tone of its badge, whose turn it is, its words per kind of viewer, what must be set."""

    tone: str = "neutral"
    turn: Sequence[Who] = ()
    next_step: Any = ""
    views: Mapping[Kind, View] = field(default_factory=dict)
    requires: Sequence[str] = ()
    final: bool = False


class Workflow:
    """The workflow of one model.

    Raises ValueError at import where the table contradicts itself: unknown states, a state that can't be reached,
    a state that is neither final nor left by any step, the same step twice.
    """

    def __init__(
        self,
        name: str,
        states: type[TextChoices],
        info: Mapping[str, StateInfo],
        *transitions: Transition,
        initial: str | None = None,
    ) -> None:
        self.name = name
        self.states = states
        self.info = info
        self.transitions = {t.name: t for t in transitions}
        self.initial = initial or str(states.values[0])
        self._check(transitions)

    def _check(self, transitions: Sequence[Transition]) -> None:
        known = set(self.states.values)
        if len(self.transitions) != len(transitions):
            raise ValueError(f"{self.name}: a transition's name is used twice")
        if set(self.info) != known:
            raise ValueError(f"{self.name}: states without info or info without states: {set(self.info) ^ known}")
        reached: set[str] = {self.initial}
        left: set[str] = set()
        for step in transitions:
            reached.add(step.target)
            left.update(step.sources)
            if unknown := {step.target, *step.sources} - known:
                raise ValueError(f"{self.name}.{step.name}: unknown states {unknown}")
        if lost := known - reached:
            raise ValueError(f"{self.name}: states that can't be reached: {lost}")
        if stuck := {s for s in known if s not in left and not self.info[s].final}:
            raise ValueError(f"{self.name}: states that are never left and not final: {stuck}")

    def __getitem__(self, name: str) -> Transition:
        return self.transitions[name]

    def __iter__(self) -> Iterator[Transition]:
        return iter(self.transitions.values())

    def label(self, state: str, kind: Kind | None) -> Any:
        """The state's label in the words of the viewer."""
        view = self.info[state].views.get(kind) if kind else None
        return view.label if view else self.states(state).label

    def next_step(self, state: str, kind: Kind | None) -> Any:
        view = self.info[state].views.get(kind) if kind else None
        return view.next_step if view and view.next_step else self.info[state].next_step

    def constraints(self, prefix: str) -> list[BaseConstraint]:
        """What the database must hold true: the list of states, and what each state requires."""
        found: list[BaseConstraint] = [
            CheckConstraint(name=f"{prefix}_state", condition=Q(state__in=sorted(self.states.values)))
        ]
        needed: dict[str, list[str]] = {}
        for state, info in self.info.items():
            for name in info.requires:
                needed.setdefault(name, []).append(str(state))
        for name, states in sorted(needed.items()):
            condition = ~Q(state__in=sorted(states)) | Q(**{f"{name}__isnull": False})
            found.append(CheckConstraint(name=f"{prefix}_needs_{name}", condition=condition))
        return found

    def triggers(self) -> list[pgtrigger.Trigger]:
        """The allowed steps, as a trigger."""
        steps = sorted({(str(s), str(t.target)) for t in self for s in t.sources})
        return [pgtrigger.FSM(name="steps", field="state", transitions=steps)]


def states(*names: Iterable[str] | str) -> list[str]:
    """A flat list of state values, for `sources`."""
    return [str(n) for name in names for n in ([name] if isinstance(name, str) else name)]
