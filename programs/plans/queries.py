"""Reads for the programs' pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.security.actor import Actor
from portal.web.page import Tone
from programs.plans.models import Extension, Program, Setting, Stage
from programs.plans.settings import Rule, in_words, settings_of
from programs.plans.windows import closing


@dataclass(frozen=True, slots=True)
class Window:
    """A stage as the page shows it: `when` is past, open or coming; `left` the instant that comes next; `extended`
    where it closes later for the viewer's organisation than for others."""

    label: str
    opens_at: datetime
    closes_at: datetime
    when: str
    tone: Tone
    left: datetime | None
    extended: bool = False


@dataclass(frozen=True, slots=True)
class Stated:
    """A rule as the page shows it."""

    label: str
    words: str
    origin: str
    rule: Rule


def stages(program: Program, actor: Actor) -> Sequence[Stage]:
    """The program's stages that the actor may see, in the order of their opening."""
    return list(Stage.objects.visible_to(actor).filter(program=program).order_by("opens_at", "closes_at", "kind"))


def windows(program: Program, actor: Actor) -> list[Window]:
    """The same as windows, at the actor's instant."""
    return [_window(stage, closing(stage, actor.organization_id), actor.now) for stage in stages(program, actor)]


def extensions(program: Program, actor: Actor) -> Sequence[Extension]:
    """Who was given more time, as far as the actor may know; the latest first."""
    found = Extension.objects.visible_to(actor).filter(stage__program=program)
    return list(found.select_related("stage", "organization").order_by("-granted_at", "-id")[:100])


def rules(program: Program, actor: Actor) -> list[Stated]:
    """The rules that hold at the actor's instant."""
    held = settings_of(program, actor.now)
    return [
        Stated(str(Setting.Kind(r.kind).label), in_words(r), str(Setting.Origin(r.origin).label), r)
        for r in (held.shares, held.tranches)
    ]


def _window(stage: Stage, closes_at: datetime, at: datetime) -> Window:
    when: str
    left: datetime | None
    when, left = "past", None
    if at < closes_at:
        when, left = ("open", closes_at) if at >= stage.opens_at else ("coming", stage.opens_at)
    tones: dict[str, Tone] = {"open": "success", "coming": "info", "past": "neutral"}
    label, extended = stage.get_kind_display(), closes_at > stage.closes_at
    return Window(label, stage.opens_at, closes_at, when, tones[when], left, extended)
