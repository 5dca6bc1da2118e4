"""The API of a room, from the same declaration as its pages: list, one, make, change, and one POST per transition."""

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.http import HttpResponse
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from portal.accounts.trust import FreshSignInRequired, is_fresh
from portal.api import outputs
from portal.api.errors import PreconditionFailed, PreconditionRequired
from portal.api.idempotency import Work, once
from portal.api.inputs import cleaned
from portal.api.lists import filtered, order
from portal.api.pagination import KeysetPagination
from portal.kernel.errors import NotFound, WrongState
from portal.security import policy
from portal.security.actor import Actor
from portal.web.rooms import Act, Room
from portal.web.roomviews import note_view

STEP, ACT = "step_", "act_"  # methods of transitions and acts: step_submit, step_return_, act_assign


class Collection(GenericViewSet[Any]):
    """Base of the rooms' viewsets; `portal.api.schema.viewset_of` makes one per room.

    Writing is prepared (found, allowed, parsed) and then done; where money moves, once per Idempotency-Key.
    """

    room: Room
    pagination_class = KeysetPagination

    @property
    def actor(self) -> Actor:
        return self.request._request.actor  # type: ignore[attr-defined, no-any-return]

    @property
    def doing(self) -> str:
        """What is done, in the room's words: "create", "edit", a transition or an act."""
        return "edit" if self.action == "partial_update" else (self.action or "").removeprefix(STEP).removeprefix(ACT)

    @property
    def context(self) -> dict[str, Any]:
        return {"request": self.request, "actor": self.actor}

    # --- reading ---

    def rows(self, request: Request) -> Response:
        pages = KeysetPagination()
        found = pages.paginate_queryset(filtered(self.room, request), request, view=self)
        return pages.get_paginated_response(outputs.row_of(self.room.name)(found, many=True, context=self.context).data)

    def order(self, request: Request) -> Sequence[str]:
        return order(self.room, request)

    def one(self, _request: Request, id: UUID) -> HttpResponse:
        return self.shown(self.room.get(id, actor=self.actor))

    # --- writing ---

    def make(self, request: Request) -> HttpResponse:
        creation = self.room.create
        assert creation is not None

        def prepare() -> Work:
            policy.require(self.actor, "create", self.room.model)
            given = cleaned(creation.form, request, actor=self.actor)
            return lambda: self.made(given)

        return self.done(request, prepare)

    def made(self, given: dict[str, Any]) -> HttpResponse:
        """Make it (201). The same id sent twice: its object is there already, so that is the answer (200)."""
        assert self.room.create is not None
        try:
            with transaction.atomic():
                obj = self.room.create.operation(actor=self.actor, **given)
            return self.after(obj.pk, 201)
        except IntegrityError:
            if not self.room.model.objects.visible_to(self.actor).filter(pk=given.get("id")).exists():
                raise
            return self.after(given["id"], 200)

    def change(self, request: Request, id: UUID) -> HttpResponse:
        def prepare() -> Work:
            change = self.room.edit
            assert change is not None
            obj = self.room.get(id, actor=self.actor)
            policy.require(self.actor, "edit", obj)
            version = if_match(request, obj)
            given = cleaned(
                change.form,
                request,
                actor=self.actor,
                obj=obj,
                initial=change.initial(obj),
                version=version if "version" in change.form.base_fields else None,
            )
            return lambda: self.changed(obj, version, given)

        return self.done(request, prepare)

    def changed(self, obj: Any, version: int | None, given: dict[str, Any]) -> HttpResponse:
        """Change it. Raises PreconditionFailed where somebody has saved between the check and the lock."""
        assert self.room.edit is not None
        try:
            self.room.edit.operation(**{self.room.param: obj}, actor=self.actor, **given)
        except WrongState:
            if version is not None and self.room.get(obj.pk, actor=self.actor).version != version:
                raise PreconditionFailed from None
            raise
        return self.after(obj.pk, 200)

    def step(self, request: Request, id: UUID, name: str) -> HttpResponse:
        flow = self.room.workflow
        assert flow is not None
        form = self.room.form_of(flow[name])

        def prepare() -> Work:
            obj = self.room.get(id, actor=self.actor)
            policy.require(self.actor, name, obj)
            given = cleaned(form, request, actor=self.actor, obj=obj)
            return lambda: self.stepped(obj, name, given)

        return self.done(request, prepare)

    def stepped(self, obj: Any, name: str, given: dict[str, Any]) -> HttpResponse:
        self.room.perform(obj, name, actor=self.actor, data=given)
        return self.after(obj.pk, 200)

    def act(self, request: Request, act: Act, id: UUID | None = None) -> HttpResponse:
        def prepare() -> Work:
            obj = None if act.target else self.room.get(id, actor=self.actor)
            act.require(obj, self.actor)
            kept = act.initial(obj, self.actor) or {} if act.partial and act.initial else None
            given = cleaned(act.form, request, actor=self.actor, obj=obj, initial=kept)
            return lambda: self.acted(act, obj, given)

        return self.done(request, prepare)

    def acted(self, act: Act, obj: Any, given: dict[str, Any]) -> HttpResponse:
        said = self.room.do(act, obj, actor=self.actor, data=given)
        return HttpResponse(status=204) if obj is None else self.after(obj.pk, 200, said)

    def done(self, request: Request, prepare: Callable[[], Work]) -> HttpResponse:
        money, token = self.room.moves_money(self.doing), hasattr(request._request, "api_token")
        fresh = self.doing in self.room.fresh
        if (fresh or (money and not token)) and not is_fresh(request._request):
            raise FreshSignInRequired
        if not money:
            return prepare()()
        return once(request, prepare)

    # --- answers ---

    def after(self, id: Any, status: int, said: Sequence[str] = ()) -> HttpResponse:
        """The object as it is now; nothing (204) where what was done took it out of the actor's sight."""
        try:
            obj = self.room.get(id, actor=self.actor)
        except NotFound:
            return HttpResponse(status=204)
        response = self.shown(obj, status, said)
        if status == 201:
            response.headers["Location"] = outputs.url_of(self.room, obj, self.request)
        return response

    def shown(self, obj: Any, status: int = 200, said: Sequence[str] = ()) -> HttpResponse:
        """The object in full. Opening somebody else's data leaves the same record as its page."""
        note_view(self.room, obj, self.actor)
        data = dict(outputs.detail_of(self.room.name)(obj, context=self.context).data)
        if said:
            data[outputs.SAID] = [str(words) for words in said]
        content = JSONRenderer().render(data)
        response = HttpResponse(content, status=status, content_type="application/json")
        response.headers["ETag"] = etag(obj, content)
        return response


def etag(obj: Any, content: bytes) -> str:
    """The version, and a hash of all that is told: what may be done now changes without a new version."""
    digest = sha256(content).hexdigest()[:16]
    return f'"{obj.version}.{digest}"' if hasattr(obj, "version") else f'"{digest}"'


def if_match(request: Request, obj: Any) -> int | None:
    """The version that the sender has read. None where the model has no versions, or any will do ("*").

    Raises PreconditionRequired without If-Match, PreconditionFailed where it names another version.
    """
    if not hasattr(obj, "version"):
        return None
    given = request.headers.get("If-Match", "").strip()
    if not given:
        raise PreconditionRequired
    if given == "*":
        return int(obj.version)
    # W/: what compresses makes every tag weak. Behind the point stands what changing doesn't ask for.
    tags = [tag.strip().removeprefix("W/").strip('"').partition(".")[0] for tag in given.split(",")]
    if str(obj.version) not in tags:
        raise PreconditionFailed
    return int(obj.version)
