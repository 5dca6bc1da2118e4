"""The description of the API (OpenAPI 3.1), made from the rooms: no collection, field or step is described twice."""

import re
from collections.abc import Callable, Mapping
from typing import Any, cast

import django_filters
from django import forms
from django.contrib.postgres.forms import SimpleArrayField
from django.utils.choices import CallableChoiceIterator
from django.utils.text import format_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers

from portal.api import outputs
from portal.api.collections import ACT, STEP, Collection
from portal.api.lists import ORDERING, orderable, parameters
from portal.web.forms import ActorForm, CodeField, CodesField
from portal.web.rooms import Act, Room, rooms

SECURITY: list[Any] = [{"token": []}, {"session": []}]


class Generator(SchemaGenerator):
    """Keeps the finished description per language: it is the same for everybody until the next start."""

    kept: dict[str, Any] = {}

    def get_schema(self, request: Any = None, public: bool = False) -> Any:
        language = get_language() or "ko"
        if language not in self.kept:
            self.kept[language] = super().get_schema(request, public)  # type: ignore[no-untyped-call]
        return self.kept[language]


def tidy(result: dict[str, Any], **_given: Any) -> dict[str, Any]:
    """The last touch: rooms as tags, bodies closed against unknown fields, no notes from the code or the tool."""
    for name, component in result["components"]["schemas"].items():
        component.pop("description", None)
        if name in _bodies:
            component["additionalProperties"] = False
        for described in component.get("properties", {}).values():
            for part in (described, described.get("items", {})):
                part.pop("x-spec-enum-id", None)
    result["tags"] = [{"name": name, "description": str(room.title)} for name, room in sorted(rooms().items())]
    return result


_bodies: set[str] = set()


# --- one viewset per room ---


def viewset_of(room: Room) -> type[Collection]:
    """The room's viewset: methods `list`, `retrieve`, and what the room declares of `create`, `partial_update` and
    `step_<name>`, each with its description."""
    detail, row = outputs.detail_of(room.name), outputs.row_of(room.name)
    name = room.entity
    found: dict[str, Any] = {
        "room": room,
        "serializer_class": detail,
        "list": _described(room, "list", Collection.rows, 200, row(many=True), room.title, query_of(room)),
        "retrieve": _described(room, "retrieve", Collection.one, 200, detail, room.title),
    }
    if room.create:
        body = input_of(room.create.form, f"New{name}")
        found["create"] = _described(
            room, "create", Collection.make, 201, detail, room.create.label, key_of(room, "create"), body
        )
    if room.edit:
        body = input_of(room.edit.form, f"{name}Changes", partial=True)
        found["partial_update"] = _described(
            room, "update", Collection.change, 200, detail, room.edit.label or _("수정"),
            [*key_of(room, "edit"), *if_match_of(room)], body,
        )  # fmt: skip
    for step in room.workflow or ():
        if not step.hidden:
            form = room.form_of(step)
            fields = input_of(form, f"{name}{_camel(step.name)}") if form else None
            found[method_of(step.name)] = _described(
                room,
                outputs.slug(step.name),
                _step(step.name),
                200,
                detail,
                step.label,
                key_of(room, step.name),
                fields,
            )
    for act in room.acts:
        found[f"{ACT}{act.name}"] = _described(
            room,
            act.name,
            _act(act),
            204 if act.target else 200,
            None if act.target else outputs.acted_of(room.name) if act.told else detail,
            act.label,
            key_of(room, act.name),
            input_of(act.form, f"{name}{_camel(act.name)}") if act.form else None,
        )
    return type(f"{name}Collection", (Collection,), found)


def method_of(step: str) -> str:
    return f"{STEP}{step}"


def _step(name: str) -> Callable[..., Any]:
    def step(self: Collection, request: Any, id: Any) -> Any:
        return self.step(request, id, name)

    return step


def _act(act: Act) -> Callable[..., Any]:
    def act_(self: Collection, request: Any, **about: Any) -> Any:
        return self.act(request, act, **about)

    return act_


def _camel(name: str) -> str:
    return "".join(part.capitalize() for part in re.split(r"[_\-]", name))


def _described(
    room: Room,
    name: str,
    method: Callable[..., Any],
    status: int,
    answer: Any,
    summary: Any,
    extra: list[OpenApiParameter] | None = None,
    body: Any = None,
) -> Callable[..., Any]:
    """A copy of the method with its description."""

    def view(self: Collection, request: Any, *args: Any, **kwargs: Any) -> Any:
        return method(self, request, *args, **kwargs)

    view.__name__, view.__doc__ = name, ""
    reads = name in ("list", "retrieve")
    problem = OpenApiResponse(outputs.ProblemSerializer, description=_("거절: code가 까닭을 말합니다."))
    responses: dict[Any, Any] = {status: answer, ("default", "application/problem+json"): problem}
    if not reads and name != "create":
        responses[204] = OpenApiResponse(description=_("처리했으며, 이제 볼 수 없는 대상이 되었습니다."))
    described: Callable[..., Any] = extend_schema(
        operation_id=f"{room.name}_{name}",
        tags=[room.name],
        summary=summary,
        description=room.lead or room.title,
        parameters=extra or [],
        request=_media(body),
        responses=responses,
        auth=SECURITY + ([{}] if reads and room.access == "public" else []),
        filters=name == "list",
    )(view)
    return described


def _media(body: Any) -> Any:
    if body is None:
        return None
    files = any(isinstance(f, serializers.FileField) for f in body._declared_fields.values())
    return {"multipart/form-data" if files else "application/json": body}


# --- parameters ---


def key_of(room: Room, action: str) -> list[OpenApiParameter]:
    if not room.moves_money(action):
        return []
    words = _("같은 값과 같은 내용으로 다시 보내면 처음의 답을 그대로 받습니다. 내용이 다르면 409.")
    return [OpenApiParameter("Idempotency-Key", str, "header", required=True, description=words)]


def if_match_of(room: Room) -> list[OpenApiParameter]:
    if not any(f.name == "version" for f in room.model._meta.concrete_fields):
        return []
    return [OpenApiParameter("If-Match", str, "header", required=True, description=_("읽을 때 받은 ETag"))]


FILTER_TYPES: tuple[tuple[type[Any], Any], ...] = (
    (django_filters.BooleanFilter, bool),
    (django_filters.IsoDateTimeFilter, OpenApiTypes.DATETIME),
    (django_filters.DateTimeFilter, OpenApiTypes.DATETIME),
    (django_filters.DateFilter, OpenApiTypes.DATE),
    (django_filters.DateFromToRangeFilter, OpenApiTypes.DATE),
    (django_filters.RangeFilter, OpenApiTypes.NUMBER),
    (django_filters.NumberFilter, OpenApiTypes.NUMBER),
    (django_filters.UUIDFilter, OpenApiTypes.UUID),
    (django_filters.ModelChoiceFilter, OpenApiTypes.UUID),
)


def query_of(room: Room) -> list[OpenApiParameter]:
    """The list's filters and its order."""
    found = []
    for name, declared in parameters(room).items():
        choices = declared.extra.get("choices")
        plain = choices is not None and not callable(choices)
        found.append(
            OpenApiParameter(
                name,
                next((t for kind, t in FILTER_TYPES if isinstance(declared, kind)), str),
                description=str(declared.label or ""),
                enum=[str(value) for value, _label in choices] if plain else None,
                many=isinstance(declared, django_filters.MultipleChoiceFilter),
            )
        )
    names = ", ".join(orderable(room.name))
    words = format_lazy(_("정렬: {names}. 앞에 -를 붙이면 내림차순, 쉼표로 세 개까지."), names=names)
    return [*found, OpenApiParameter(ORDERING, str, description=words)]


# --- bodies, from forms ---


def input_of(form: type[ActorForm], name: str, *, partial: bool = False) -> type[serializers.Serializer[Any]]:
    """The form's fields as a serializer, for the description only."""
    declared: dict[str, Any] = {
        n: _field(f, required=f.required and not partial)
        for n, f in form.base_fields.items()
        if not (partial and n == "version")
    }
    _bodies.add(name)
    return type(f"{name}Serializer", (serializers.Serializer,), {**declared, "__module__": __name__})


SIMPLE: tuple[tuple[type[forms.Field], type[serializers.Field[Any, Any, Any, Any]]], ...] = (
    (forms.BooleanField, serializers.BooleanField),
    (forms.DecimalField, serializers.DecimalField),
    (forms.FloatField, serializers.FloatField),
    (forms.IntegerField, serializers.IntegerField),
    (forms.SplitDateTimeField, serializers.DateTimeField),
    (forms.DateTimeField, serializers.DateTimeField),
    (forms.DateField, serializers.DateField),
    (forms.TimeField, serializers.TimeField),
    (forms.UUIDField, serializers.UUIDField),
    (forms.JSONField, serializers.JSONField),
    (forms.FileField, serializers.FileField),
    (forms.EmailField, serializers.EmailField),
    (forms.URLField, serializers.URLField),
)


def _field(field: forms.Field, *, required: bool) -> Any:
    common: dict[str, Any] = {"required": required, "label": field.label, "help_text": field.help_text or None}
    if not field.required:
        common["allow_null"] = True
    if isinstance(field, CodeField | CodesField):
        words = format_lazy(_("기준 목록 {name}의 코드"), name=field.list)
        common["help_text"] = format_lazy("{} ({})", field.help_text, words) if field.help_text else words
    if isinstance(field, forms.ModelMultipleChoiceField):
        return serializers.ListField(child=serializers.UUIDField(), **common)
    if isinstance(field, forms.ModelChoiceField):
        return serializers.UUIDField(**common)
    if isinstance(field, forms.ChoiceField):
        child = _choice(field, {} if isinstance(field, forms.MultipleChoiceField) else common)
        return serializers.ListField(child=child, **common) if isinstance(field, forms.MultipleChoiceField) else child
    if isinstance(field, SimpleArrayField):
        return serializers.ListField(child=serializers.CharField(), **common)
    return _simple(field, common)


def _choice(field: forms.ChoiceField, common: Mapping[str, Any]) -> Any:
    # Choices from a callable come from the database or the actor: unknown here.
    if isinstance(field.choices, CallableChoiceIterator) or not field.choices:
        return serializers.CharField(**common)
    return serializers.ChoiceField(choices=list(cast(Any, field.choices)), **common)


LIMITS: tuple[tuple[type[Any], tuple[str, ...]], ...] = (
    (serializers.IntegerField, ("min_value", "max_value")),
    (serializers.DecimalField, ("min_value", "max_value", "max_digits", "decimal_places")),
    (serializers.CharField, ("max_length",)),
)


def _simple(field: forms.Field, common: dict[str, Any]) -> Any:
    made = next((serializer for form, serializer in SIMPLE if isinstance(field, form)), serializers.CharField)
    for kind, limits in LIMITS:
        if issubclass(made, kind):
            common |= {limit: getattr(field, limit, None) for limit in limits}
    if made is serializers.BooleanField:
        common.pop("allow_null", None)
    if made is serializers.CharField and not field.required:
        common["allow_blank"] = True
    return made(**common)
