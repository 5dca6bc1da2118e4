"""Reads for the programs' pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.security.actor import Actor
from portal.web.page import Tone
from programs.plans.models import Program, Stage


@dataclass(frozen=True, slots=True)
class Window:
    """A stage as the page shows it: `when` is past, open or coming; `left` the instant that comes next."""

    label: str
    opens_at: datetime
    closes_at: datetime
    when: str
    tone: Tone
    left: datetime | None


def stages(program: Program, actor: Actor) -> Sequence[Stage]:
    """The program's stages that the actor may see, in the order of their opening."""
    return list(Stage.objects.visible_to(actor).filter(program=program).order_by("opens_at", "closes_at", "kind"))


def windows(program: Program, actor: Actor) -> list[Window]:
    """The same as windows, at the actor's instant."""
    return [_window(stage, actor.now) for stage in stages(program, actor)]


def _window(stage: Stage, at: datetime) -> Window:
    when: str
    left: datetime | None
    when, left = "past", None
    if at < stage.closes_at:
        when, left = ("open", stage.closes_at) if stage.is_open(at) else ("coming", stage.opens_at)
    tones: dict[str, Tone] = {"open": "success", "coming": "info", "past": "neutral"}
    return Window(stage.get_kind_display(), stage.opens_at, stage.closes_at, when, tones[when], left)
