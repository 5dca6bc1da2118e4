"""From a room's objects to JSON: serializers made from the room's declaration, for reading only."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.reverse import reverse

from portal.outbox.transition import missing
from portal.security import policy
from portal.security.actor import Actor
from portal.web.rooms import Room


class StatusSerializer(serializers.Serializer[Any]):
    """The state in the reader's words."""

    label = serializers.CharField()  # type: ignore[assignment]  # its own word, not the field's
    next_step = serializers.CharField()
    mine = serializers.BooleanField(help_text=_("읽는 사람의 차례인지"))


class LinksSerializer(serializers.Serializer[Any]):
    """Where the object is, and what the reader may do with it now."""

    self = serializers.URLField()
    page = serializers.URLField()
    transitions = serializers.DictField(
        child=serializers.URLField(), help_text=_("지금 할 수 있는 처리와 그 주소(POST)")
    )


class ProblemSerializer(serializers.Serializer[Any]):
    """RFC 9457 problem details."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField(help_text=_("바뀌지 않는 이름. 프로그램은 이것으로 판단합니다."))
    instance = serializers.CharField(help_text=_("요청의 번호. 문의하실 때 알려 주십시오."))
    detail = serializers.CharField(required=False)
    errors = serializers.DictField(  # type: ignore[assignment]
        child=serializers.ListField(child=serializers.CharField()), required=False
    )


class Out(serializers.ModelSerializer[Any]):
    """Base of the rooms' serializers."""

    room: Room

    status = serializers.SerializerMethodField()
    links = serializers.SerializerMethodField()

    def to_representation(self, instance: Any) -> dict[str, Any]:
        found: dict[str, Any] = super().to_representation(instance)
        shown = {n: self.room.shown(instance, n, self.context["actor"]) for n in self.room.masked if n in found}
        return found | shown

    @extend_schema_field(StatusSerializer(allow_null=True))
    def get_status(self, obj: Any) -> dict[str, Any] | None:
        found = self.room.status(obj, self.context["actor"])
        return None if found is None else {"label": found.label, "next_step": found.next_step, "mine": found.mine}

    @extend_schema_field(LinksSerializer)
    def get_links(self, obj: Any) -> dict[str, Any]:
        request = self.context["request"]
        base = url_of(self.room, obj, request)
        return {
            "self": base,
            "page": request.build_absolute_uri(self.room.url("detail", obj)),
            "transitions": {step: f"{base}{step}/" for step in steps_now(self.room, obj, self.context["actor"])},
        }


class DetailOut(Out):
    missing = serializers.SerializerMethodField(help_text=_("처리별로 아직 갖추어지지 않은 것"))

    @extend_schema_field({"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}})
    def get_missing(self, obj: Any) -> dict[str, list[str]]:
        actor, room = self.context["actor"], self.room
        found = {slug(t.name): missing(t, obj, actor) for t in room.steps_for(obj, actor)}
        return {name: words for name, words in found.items() if words}


def url_of(room: Room, obj: Any, request: Any) -> str:
    return reverse(f"api:{room.name}", args=[obj.pk], request=request)


def slug(step: str) -> str:
    """A transition's name in addresses: "return_" is "return"."""
    return step.strip("_")


def steps_now(room: Room, obj: Any, actor: Actor) -> list[str]:
    """The transitions that role and state allow. Asks the database nothing: a row that is seen has no Block."""
    flow = room.workflow
    if flow is None:
        return []
    return [slug(t.name) for t in flow if not t.hidden and obj.state in t.sources and policy.admits(actor, t.name, obj)]


def columns(room: Room) -> list[str]:
    """id, state, and what the room's table shows."""
    found = ["id", *(["state"] if room.workflow else [])]
    return [*found, *(n for n in room.table.base_columns if n not in found and is_column(room.model, n))]


def is_column(model: type[Model], name: str) -> bool:
    try:
        return bool(model._meta.get_field(name).concrete and not model._meta.get_field(name).many_to_many)
    except FieldDoesNotExist:
        return False


@cache
def detail_of(room_name: str) -> type[Out]:
    """One object: the fields that the room declares for the API."""
    room = _room(room_name)
    return _made(
        room, DetailOut, ["id", *(f for f in room.api_fields if f != "id")] if room.api_fields else columns(room), ""
    )


SAID = "notices"


@cache
def acted_of(room_name: str) -> type[Out]:
    """One object after an act, with what is to be said about it."""
    detail = detail_of(room_name)
    said = serializers.ListField(child=serializers.CharField(), required=False, help_text=_("처리하면서 알려 드릴 말"))
    name = f"{_room(room_name).entity}ActedSerializer"
    meta = type("Meta", (detail.Meta,), {"fields": [*detail.Meta.fields, SAID]})
    return type(name, (detail,), {SAID: said, "Meta": meta, "__doc__": detail.__doc__, "__module__": __name__})


@cache
def row_of(room_name: str) -> type[Out]:
    """One row of a list. Where opening an object leaves a record, the list tells no more than the page's table."""
    room = _room(room_name)
    full = bool(room.api_fields) and not room.sensitive
    return _made(room, Out, ["id", *(f for f in room.api_fields if f != "id")] if full else columns(room), "Row")


def _room(name: str) -> Room:
    from portal.web.rooms import rooms

    return rooms()[name]


def _made(room: Room, base: type[Out], fields: Sequence[str], suffix: str) -> type[Out]:
    wrong = [f for f in fields if not is_column(room.model, f) or f in ("status", "links", "missing")]
    if wrong:
        raise FieldDoesNotExist(f"{room.name}: not fields that the API can answer: {wrong}")
    own = [*fields, "status", *(["missing"] if base is DetailOut else []), "links"]
    meta = type("Meta", (), {"model": room.model, "fields": own, "read_only_fields": list(fields)})
    name = f"{room.entity}{suffix}Serializer"
    return type(name, (base,), {"Meta": meta, "room": room, "__doc__": str(room.title), "__module__": __name__})
