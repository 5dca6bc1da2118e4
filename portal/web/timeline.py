"""The timeline of an object, read from its change history: what happened, when, and by whom."""

from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from portal.kernel.roles import Kind
from portal.kernel.workflow import Workflow
from portal.security.actor import Actor
from portal.web.page import TimelineEntry


def timeline(obj: models.Model, actor: Actor) -> list[TimelineEntry]:
    """State changes of the object that the actor may see, newest first. Names of people are for their own house."""
    flow: Workflow | None = getattr(obj, "workflow", None)
    history: Any = getattr(type(obj), "pgh_event_model", None)
    if flow is None or history is None:
        return []
    rows = (
        history.objects.visible_to(actor)
        .filter(id=obj.pk)
        .order_by("pgh_id")
        .values_list("state", "pgh_created_at", "pgh_context")
    )
    found: list[TimelineEntry] = []
    last = None
    for state, at, words in rows:
        if state == last:
            continue
        last, said = state, words or {}
        found.append(
            TimelineEntry(
                at=said_at(said, at),
                label=_label(flow, state, said, actor),
                who=said_by(said, actor),
                reason=said.get("reason", ""),
            )
        )
    return found[::-1]


def _label(flow: Workflow, state: str, words: dict[str, Any], actor: Actor) -> str:
    step = flow.transitions.get(str(words.get("transition", "")).rpartition(".")[2])
    if step is not None and step.target == state:
        return str(step.label)
    return str(flow.label(state, actor.kind))


def said_at(words: dict[str, Any], written: datetime) -> datetime:
    """When it happened, as the actor's clock said; else when it was written."""
    return datetime.fromisoformat(words["at"]) if "at" in words else written


def said_by(words: dict[str, Any], actor: Actor) -> str:
    """Who it was: people by name for the ministry and their own house, by their organisation for others."""
    organization, name = str(words.get("organization_name", "")), str(words.get("name", ""))
    inside = actor.kind == Kind.MINISTRY or words.get("organization") == str(actor.organization_id)
    if inside and name:
        return f"{organization} {name}".strip()
    return organization or _("시스템")
