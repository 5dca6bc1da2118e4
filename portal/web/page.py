"""What a page is made of, as data: the room says what, the components in `templates/cotton` say how."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

Tone = Literal["neutral", "info", "success", "warning", "danger"]
Weight = Literal["primary", "secondary", "tertiary", "danger"]


@dataclass(frozen=True, slots=True)
class Crumb:
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Action:
    """Something the viewer may do from this page.

    `method` "get" leads to a page (a form to fill in), "post" acts at once after `confirm` was answered.
    `missing` says in words what is still missing; while it is not empty the action is shown but can't be used.
    """

    name: str
    label: str
    url: str
    method: Literal["get", "post"] = "get"
    weight: Weight = "secondary"
    confirm: str = ""
    missing: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Status:
    """A state in the viewer's words, with the next step and whether it is the viewer's turn."""

    label: str
    tone: Tone = "neutral"
    next_step: str = ""
    mine: bool = False


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    at: datetime
    label: str
    who: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a description list: a label and its value (text, or safe HTML made by a component)."""

    label: str
    value: object


@dataclass(frozen=True, slots=True)
class RoadStep:
    """One step of a step indicator (c-steps)."""

    label: str
    state: Literal["done", "current", "todo"]
    url: str = ""


@dataclass(frozen=True, slots=True)
class Tab:
    label: str
    url: str
    current: bool = False
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a long job is: what is being done, and what to say of it besides. The room adds the address (`url`)."""

    done: int
    total: int
    label: str
    note: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing that waits on the viewer (`waiting_for` empty) or that the viewer waits for."""

    title: str
    url: str
    due: datetime | None = None
    detail: str = ""
    waiting_for: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    title: str
    crumbs: Sequence[Crumb] = ()
    lead: str = ""
    status: Status | None = None
    actions: Sequence[Action] = ()
    tabs: Sequence[Tab] = ()
    timeline: Sequence[TimelineEntry] = ()
    facts: Sequence[Fact] = ()
    changes: Sequence[Any] = ()
    progress: Progress | None = None
