"""A room's pages: list, new, detail, edit and one per transition, all from the room's declaration.

Every collection of the portal is a `Room`. A room says what its pages show; the generic views parse, call one
operation or query, and render. The API serves the same rooms (`portal.api.collections`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

import django_filters
import django_tables2 as tables
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from portal.kernel.errors import NotFound
from portal.kernel.workflow import Transition, Workflow
from portal.outbox.transition import missing
from portal.security import policy
from portal.security.actor import Actor
from portal.security.encryption import masked
from portal.security.scope import PartyModel
from portal.web.changes import changes
from portal.web.forms import ActorForm, ReasonForm
from portal.web.page import Action, Crumb, Fact, Page, Progress, Status, Tab
from portal.web.registry import added_actions, added_facts
from portal.web.timeline import timeline


@dataclass(frozen=True, slots=True)
class Step:
    """How a transition is done: the operation and, where something must be filled in, the form."""

    operation: Callable[..., Any]
    form: type[ActorForm] | None = None


@dataclass(frozen=True, slots=True)
class Create:
    """How an object is made: `operation(actor=…, **form)` returns it. `label` is the button's.

    `offered(actor)`: whether the list shows the button at all, where the policy alone would always show it.
    """

    operation: Callable[..., Any]
    form: type[ActorForm]
    label: Any
    offered: Callable[[Actor], bool] | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """How an object is changed: `operation(<param>=obj, actor=…, **form)`; policy action "edit"."""

    operation: Callable[..., Any]
    form: type[ActorForm]
    initial: Callable[[Any], dict[str, Any]]
    label: Any = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What may be done besides making, changing and the steps: a page, a POST of the API, a line of the access matrix.

    name       the page's name, and its address
    action     the policy's, where it is called otherwise
    operation  (<param>=obj, actor=…, **form); without the object where there is a `target`
    form       None: done at once
    initial    (obj, actor) → what the form shows first
    partial    what the API is not sent stays as `initial` has it
    target     the model that the policy is asked about, for what is done to no object of the room
    told       what the operation returned → sentences for whoever did it: that it is done, then what to look at
    """

    name: str
    label: Any
    operation: Callable[..., Any]
    form: type[ActorForm] | None = None
    action: str = ""
    initial: Callable[[Any, Actor], dict[str, Any] | None] | None = None
    partial: bool = False
    target: type[models.Model] | None = None
    told: Callable[[Any], Sequence[str]] | None = None

    @property
    def path(self) -> str:
        return self.name.replace("_", "-")

    def fits(self, target: Any, actor: Actor) -> bool:
        """Whether the actor may do it to the object, or to some object of the class; without asking for a Block."""
        return policy.fits(actor, self.action or self.name, target)

    def require(self, obj: Any, actor: Actor) -> None:
        """Raise NotAllowed or Conflict where the actor may not."""
        policy.require(actor, self.action or self.name, self.target or obj)


@dataclass(frozen=True, kw_only=True)
class Room:
    """One collection.

    name       URL prefix, namespace and API collection ("demands")
    model      the party model; its `workflow` gives the transitions
    param      the operations' keyword for the object ("demand")
    title      what the list is called; `titled(obj)` what one object is called
    table      the list's columns; `filterset` its filters (search, state …)
    facts      (obj, actor) → the lines of the object's page
    steps      transition name → Step, for every transition that is not hidden
    related    select_related of list and detail
    extra      (obj, actor, request) → more template context for the detail template
    progress   how far a long job of the object is, None once it is finished: stands in place of the page's body, and is
               kept up to date
    sensitive  opening an object leaves an access record; `owner` names the field that says whose data it is
    template   the detail page's template, where the room has parts of its own
    bulk       steps and acts that can be done for several objects of the list at once
    acts       what may be done besides: pages and routes of the API
    more       further URL patterns of the room (inside its namespace), for pages that the API doesn't serve
    access     who may open list and detail at all: "member", or "public" where the rules show rows to everybody
    api_fields model fields that the API answers (without: id, state and what the table shows)
    money      what moves money here ("create", "edit", transitions): the API asks for the scope "money" and an
               Idempotency-Key; True: everything
    fresh      steps that ask for a fresh sign-in though no money moves; a token of the API can't take them
    masked     encrypted fields that other organisations see by their end only, on the page and in the API; an act with
               a `UnmaskForm` shows the whole (`portal.audit.records.unmask`)
    limit      (rows, actor) → the visible rows that belong here, narrowed or annotated
    list_actions, list_extra   what the list page offers and shows besides the table
    """

    name: str
    model: type[PartyModel]
    param: str
    title: Any
    titled: Callable[[Any], str]
    table: type[tables.Table]
    filterset: type[django_filters.FilterSet] | None = None
    facts: Callable[[Any, Actor], Sequence[Fact]]
    steps: Mapping[str, Step] = field(default_factory=dict)
    create: Create | None = None
    edit: Edit | None = None
    related: Sequence[str] = ()
    order: Sequence[str] = ("-id",)
    extra: Callable[[Any, Actor, HttpRequest], dict[str, Any]] | None = None
    progress: Callable[[Any], Progress | None] | None = None
    actions: Callable[[Any, Actor], Sequence[Action]] | None = None
    tabs: Callable[[Any, Actor, HttpRequest], Sequence[Tab]] | None = None
    lead: Any = ""
    empty: Any = ""
    empty_hint: Any = ""
    sensitive: bool = True
    owner: str = ""
    template: str = "web/detail.html"
    list_template: str = "web/list.html"
    access: str = "member"
    acts: Sequence[Act] = ()
    bulk: Sequence[str] = ()
    more: Sequence[Any] = ()
    api_fields: Sequence[str] = ()
    money: bool | Sequence[str] = False
    fresh: Sequence[str] = ()
    masked: Sequence[str] = ()
    limit: Callable[[QuerySet[Any], Actor], QuerySet[Any]] | None = None
    list_actions: Callable[[Actor], Sequence[Action]] | None = None
    list_extra: Callable[[Actor, HttpRequest], dict[str, Any]] | None = None

    def __post_init__(self) -> None:
        flow = self.workflow
        visible = {t.name for t in flow if not t.hidden} if flow else set()
        if visible != set(self.steps):
            raise ImproperlyConfigured(f"{self.name}: steps and workflow differ: {visible ^ set(self.steps)}")
        if self.edit and policy.policy_of(self.model).allow("edit") is None:
            raise ImproperlyConfigured(f"{self.name}: the policy doesn't say who may edit")
        if self.create and policy.policy_of(self.model).allow("create") is None:
            raise ImproperlyConfigured(f"{self.name}: the policy doesn't say who may create")
        for act in self.acts:
            if policy.policy_of(act.target or self.model).allow(act.action or act.name) is None:
                raise ImproperlyConfigured(f"{self.name}: the policy doesn't say who may {act.name}")

    @property
    def entity(self) -> str:
        """What the API's description calls one object: its model, or the room where another one shows it, too."""
        if room_of(self.model) is self:
            return self.model.__name__
        return "".join(word.capitalize() for word in self.name.split("-"))

    @property
    def workflow(self) -> Workflow | None:
        return getattr(self.model, "workflow", None)

    # --- reading ---

    def rows(self, actor: Actor) -> QuerySet[Any]:
        """All objects that the actor may see, in the room's order."""
        found = self.model.objects.visible_to(actor).order_by(*self.order)
        if self.limit:
            found = self.limit(found, actor)
        return cast("QuerySet[Any]", found.select_related(*self.related) if self.related else found)

    def get(self, id: Any, *, actor: Actor) -> Any:
        """One object. Raises NotFound for whoever may not see it."""
        found = self.rows(actor).filter(pk=id).first()
        if found is None:
            raise NotFound
        return found

    def is_own(self, obj: Any, actor: Actor) -> bool:
        """Whether the object is data of the actor's organisation."""
        return bool(self.owner) and actor.is_member and getattr(obj, f"{self.owner}_id") == actor.organization_id

    def shown(self, obj: Any, name: str, actor: Actor) -> str:
        """A masked field as the actor sees it: in full for its owner, its end for others."""
        value = getattr(obj, name)
        return value if self.is_own(obj, actor) else masked(value)

    # --- what may be done ---

    def moves_money(self, action: str) -> bool:
        """Whether "create", "edit" or a transition moves money."""
        return self.money if isinstance(self.money, bool) else action in self.money

    def form_of(self, step: Transition) -> type[ActorForm] | None:
        declared = self.steps[step.name].form
        return declared or (ReasonForm if "reason" in step.needs else None)

    def steps_for(self, obj: Any, actor: Actor) -> list[Transition]:
        """The transitions that the actor may take now (guards aside: they are shown as what is missing)."""
        flow = self.workflow
        if flow is None:
            return []
        return [t for t in flow if not t.hidden and policy.may(actor, t.name, obj)]

    def perform(self, obj: Any, name: str, *, actor: Actor, data: Mapping[str, Any]) -> Any:
        """Do a transition through its operation."""
        return self.steps[name].operation(**{self.param: obj}, actor=actor, **data)

    def act_of(self, name: str) -> Act:
        """An act by its name; a step, too, is one."""
        if name not in self.steps:
            return next(act for act in self.acts if act.name == name)
        assert self.workflow is not None
        step = self.workflow[name]
        return Act(name=name, label=step.label, operation=self.steps[name].operation, form=self.form_of(step))

    def do(self, act: Act, obj: Any, *, actor: Actor, data: Mapping[str, Any]) -> Sequence[str]:
        """Do an act. Returns what is to be said about it."""
        about = {} if act.target else {self.param: obj}
        done = act.operation(**about, actor=actor, **data)
        return act.told(done) if act.told else ()

    # --- pages ---

    def url(self, view: str, obj: Any = None) -> str:
        return reverse(f"{self.name}:{view}", args=[obj.pk] if obj is not None else [])

    def crumbs(self, obj: Any = None) -> list[Crumb]:
        found = [Crumb(str(self.title), self.url("list"))]
        return [*found, Crumb(self.titled(obj), self.url("detail", obj))] if obj is not None else found

    def status(self, obj: Any, actor: Actor) -> Status | None:
        return status_of(obj, actor)

    def progress_of(self, obj: Any) -> Progress | None:
        found = self.progress(obj) if self.progress else None
        return replace(found, url=self.url("progress", obj)) if found else None

    def actions_for(self, obj: Any, actor: Actor) -> list[Action]:
        found: list[Action] = []
        if self.edit and policy.may(actor, "edit", obj):
            found.append(Action("edit", str(self.edit.label or _("수정")), self.url("edit", obj), weight="secondary"))
        for step in self.steps_for(obj, actor):
            found.append(
                Action(
                    step.name,
                    str(step.label),
                    self.url(step.name, obj),
                    method="get" if self.form_of(step) else "post",
                    weight=step.weight,  # type: ignore[arg-type]
                    confirm=str(step.confirm),
                    missing=tuple(missing(step, obj, actor)),
                )
            )
        return [*found, *(self.actions(obj, actor) if self.actions else ()), *added_actions(obj, actor)]

    def page(self, obj: Any, actor: Actor, request: HttpRequest) -> Page:
        return Page(
            title=self.titled(obj),
            crumbs=self.crumbs(),
            status=self.status(obj, actor),
            actions=self.actions_for(obj, actor),
            tabs=self.tabs(obj, actor, request) if self.tabs else (),
            timeline=timeline(obj, actor),
            changes=changes(self, obj, actor),
            facts=[*self.facts(obj, actor), *added_facts(obj, actor)],
            progress=self.progress_of(obj),
        )

    def urls(self) -> tuple[list[Any], str]:
        """The room's pages, for `include()`."""
        from portal.web.roomviews import patterns

        return patterns(self), self.name


def status_of(obj: Any, actor: Actor) -> Status | None:
    """An object's state in the viewer's words, and whether it is the viewer's turn."""
    flow: Workflow | None = getattr(obj, "workflow", None)
    if flow is None:
        return None
    info = flow.info[obj.state]
    return Status(
        label=str(flow.label(obj.state, actor.kind)),
        tone=info.tone,  # type: ignore[arg-type]
        next_step=str(flow.next_step(obj.state, actor.kind)),
        mine=any(who.admits(actor, obj) for who in info.turn),
    )


_rooms: dict[str, Room] = {}


def register(room: Room) -> Room:
    """Make the room known to the URLs, the API and the access tests."""
    _rooms[room.name] = room
    return room


def rooms() -> dict[str, Room]:
    return dict(_rooms)


def room_of(model: type[models.Model]) -> Room | None:
    return next((r for r in _rooms.values() if r.model is model), None)


def url_of(obj: models.Model) -> str:
    """The page of an object, "" where it has none."""
    room = room_of(type(obj))
    try:
        return room.url("detail", obj) if room else ""
    except NoReverseMatch:
        return ""
