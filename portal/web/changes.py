"""The change history of an object as sentences: who changed which field, when, from what to what.

Shown to the audit, and to the organisation whose data it is. The history's row rules say which versions somebody sees.
Fields are those with a name for people (a translated `verbose_name`); an organisation is shown no other fields than
its page, its API and its forms have. What is encrypted is named, never shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from portal.kernel.formats import active_language, day, instant
from portal.kernel.money import Won
from portal.kernel.roles import Kind, Role
from portal.security.actor import Actor
from portal.security.encryption import EncryptedField
from portal.web.forms import CodeField, CodesField, code_names
from portal.web.timeline import said_at, said_by

if TYPE_CHECKING:
    from portal.web.rooms import Room

MOST = 50
CONTEXT = 20  # characters on either side of what has changed in a long text
LONG = 80


@dataclass(frozen=True, slots=True)
class Change:
    """One change: when, by whom, for what reason, and its sentences."""

    at: datetime
    who: str
    reason: str
    sentences: Sequence[str]


def may_read_changes(room: "Room", obj: Any, actor: Actor) -> bool:
    if actor.kind == Kind.MINISTRY and actor.has(Role.AUDITOR):
        return True
    return room.is_own(obj, actor)


def changes(room: "Room", obj: Any, actor: Actor) -> list[Change]:
    """The newest changes of the object that the actor may read, the latest first."""
    history: Any = getattr(type(obj), "pgh_event_model", None)
    if history is None or not may_read_changes(room, obj, actor):
        return []
    fields = _fields(room, actor)
    rows = list(history.objects.visible_to(actor).filter(id=obj.pk).order_by("-pgh_id").values()[: MOST + 1])[::-1]
    found = [_change(room, fields, before, after, actor) for before, after in pairwise([None, *rows])]
    return [change for change in found if change.sentences][::-1][:MOST]


def _fields(room: "Room", actor: Actor) -> list["models.Field[Any, Any]"]:
    """The fields that people know by name, as far as the actor's side has them before it."""
    named = [f for f in room.model._meta.concrete_fields if f.name == "state" or isinstance(f.verbose_name, Promise)]
    if actor.kind == Kind.MINISTRY:
        return named
    forms = [part.form for part in (room.create, room.edit) if part]
    open_ = {"state", *room.api_fields, *(name for form in forms for name in form.base_fields)}
    return [f for f in named if f.name in open_]


def _change(
    room: "Room",
    fields: Sequence["models.Field[Any, Any]"],
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any],
    actor: Actor,
) -> Change:
    words = after["pgh_context"] or {}
    if after["pgh_label"] == "insert":
        sentences = [_("처음 등록했습니다.")]
    elif after["pgh_label"] == "delete":
        sentences = [_("삭제했습니다.")]
    else:
        old = before or after  # the first of many isn't compared
        told = [f for f in fields if f.attname in after and old[f.attname] != after[f.attname]]
        sentences = [_sentence(room, f, old[f.attname], after[f.attname], actor) for f in told]
    return Change(said_at(words, after["pgh_created_at"]), said_by(words, actor), words.get("reason", ""), sentences)


def _sentence(room: "Room", field: "models.Field[Any, Any]", old: Any, new: Any, actor: Actor) -> str:
    name = _("상태") if field.name == "state" else str(field.verbose_name)
    if isinstance(field, EncryptedField):
        return _("‘%(field)s’ 항목을 바꾸었습니다. 값은 가려져 있습니다.") % {"field": name}
    before, after = shortened(*(_shown(room, field, value, actor) for value in (old, new)))
    told = {"field": name, "before": before, "after": after}
    if not before:
        return _("‘%(field)s’ 항목에 ‘%(after)s’ 값을 적었습니다.") % told
    if not after:
        return _("‘%(field)s’ 항목에서 ‘%(before)s’ 값을 지웠습니다.") % told
    return _("‘%(field)s’ 항목을 ‘%(before)s’에서 ‘%(after)s’(으)로 바꾸었습니다.") % told


def _shown(room: "Room", field: "models.Field[Any, Any]", value: Any, actor: Actor) -> str:
    """A value as its reader knows it."""
    if value in (None, "", []):
        return ""
    if field.name == "state" and room.workflow:
        return str(room.workflow.label(value, actor.kind))
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return _("예") if value else _("아니요")
    if isinstance(value, datetime):
        return instant(value, active_language())
    if isinstance(value, date):
        return day(value, active_language())
    if isinstance(field, models.BigIntegerField):
        return Won(value).format(active_language())
    codes = _code_list(room, field.name)
    if codes:
        return code_names(codes, value if isinstance(value, list) else [value])
    if isinstance(value, list):
        names = dict(getattr(getattr(field, "base_field", None), "flatchoices", ()))
        return ", ".join(_entry(v, names) for v in value)
    return _entry(value, {})


def _entry(value: Any, names: dict[Any, Any]) -> str:
    """One of several values: of a set of choices, or a part of a document such as a room or a break."""
    if isinstance(value, dict):
        return " ".join(str(part) for part in value.values())
    if isinstance(value, list):
        return "~".join(str(part) for part in value)
    return str(names.get(value, value))


def _code_list(room: "Room", name: str) -> str:
    """The reference list from which a form of the room takes the field's entries."""
    for part in (room.edit, room.create):
        field = part.form.base_fields.get(name) if part else None
        if isinstance(field, CodeField | CodesField):
            return field.list
    return ""


def shortened(before: str, after: str) -> tuple[str, str]:
    """Two long texts without what both begin and end with, but for some characters around the difference."""
    if max(len(before), len(after)) <= LONG or not (before and after):
        return _clipped(before), _clipped(after)
    shortest = min(len(before), len(after))
    first = next((i for i in range(shortest) if before[i] != after[i]), shortest)
    last = next((i for i in range(shortest - first) if before[-1 - i] != after[-1 - i]), shortest - first)
    start, rest = max(0, first - CONTEXT), max(0, last - CONTEXT)

    def part(text: str) -> str:
        middle = text[start : len(text) - rest]
        return f"{'…' if start else ''}{_clipped(middle)}{'…' if rest else ''}"

    return part(before), part(after)


def _clipped(text: str, most: int = 200) -> str:
    return text if len(text) <= most else f"{text[:most]}…"
