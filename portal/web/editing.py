"""Changing an object: its form on one page or in parts, saved as one types."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from portal.accounts.trust import require_fresh
from portal.kernel.errors import Refusal
from portal.kernel.formats import SEOUL
from portal.outbox.drafts import Stale
from portal.security import policy
from portal.web.drafts import DraftForm
from portal.web.formpages import room_form, saved, sent
from portal.web.forms import ActorForm
from portal.web.page import RoadStep
from portal.web.views import MEMBER, page

if TYPE_CHECKING:
    from portal.web.rooms import Room

DRAFT = "X-Draft"  # the header with which static/js/drafts.js saves what is being typed
PART = "part"


def edit_view(room: "Room") -> Any:
    change = room.edit
    assert change is not None

    @page(MEMBER, ("GET", "POST"))
    def view(request: HttpRequest, id: UUID) -> HttpResponse:
        actor = request.actor  # type: ignore[attr-defined]
        obj = room.get(id, actor=actor)
        policy.require(actor, "edit", obj)
        if room.moves_money("edit"):
            require_fresh(request)
        form = change.form(*sent(request), actor=actor, obj=obj, initial=change.initial(obj))
        part = _part(request, form)
        if request.method == "GET":
            return _shown(request, room, form, obj, part)
        if DRAFT in request.headers:
            return _kept(request, room, form, obj)
        if not form.is_valid():
            return _shown(request, room, form, obj, part)
        try:
            change.operation(**{room.param: obj}, actor=actor, **form.cleaned_data)
        except Refusal as refusal:
            if isinstance(refusal, Stale) and isinstance(form, DraftForm):
                form.beside(change.initial(room.get(id, actor=actor)))
            return _shown(request, room, form, obj, part, refusal)
        if part is not None and part + 1 < len(getattr(form, "parts", ())):
            return redirect(f"{room.url('edit', obj)}?{PART}={part + 2}")
        saved(request, form)
        return redirect(room.url("detail", obj))

    return view


def _part(request: HttpRequest, form: ActorForm) -> int | None:
    """The part of a long form that is shown, 0 first; the form is narrowed to it. None for a form of one page."""
    if not isinstance(form, DraftForm) or not form.parts:
        return None
    wanted = request.GET.get(PART, "")
    number = int(wanted) - 1 if wanted.isascii() and wanted.isdigit() else form.first_part()
    part = min(max(number, 0), len(form.parts) - 1)
    form.narrowed(part)
    return part


def _kept(request: HttpRequest, room: "Room", form: ActorForm, obj: Any) -> HttpResponse:
    """Keep what is typed so far: every field that holds by itself. Says when, and the version to go on from."""
    assert room.edit is not None
    actor = request.actor  # type: ignore[attr-defined]
    valid = form.is_valid()
    if not isinstance(form, DraftForm):
        return JsonResponse({"problem": _("이 양식은 저장 버튼을 눌러야 저장됩니다.")}, status=409)
    try:
        stored = room.edit.operation(**{room.param: obj}, actor=actor, **form.cleaned_data)
    except Refusal as refusal:
        return JsonResponse({"problem": f"{refusal} {refusal.hint}".strip(), "code": refusal.code}, status=409)
    time = actor.now.astimezone(SEOUL).strftime("%H:%M")
    words = _("저장됨 %(time)s") if valid else _("저장됨 %(time)s · 아직 맞지 않는 항목은 저장하지 않았습니다.")
    return JsonResponse({"saved": words % {"time": time}, "version": stored.version})


def _shown(
    request: HttpRequest, room: "Room", form: ActorForm, obj: Any, part: int | None, refusal: Refusal | None = None
) -> HttpResponse:
    assert room.edit is not None
    title, context = str(room.edit.label or _("수정")), {}
    if part is not None:
        assert isinstance(form, DraftForm)
        last = part + 1 == len(form.parts)
        context = {
            "steps": _steps(room, form, obj, part),
            "part": form.parts[part],
            "submit_label": _("저장하고 확인") if last else _("저장하고 다음"),
        }
    context["draft"] = isinstance(form, DraftForm) and not room.moves_money("edit")
    return room_form(request, room, form, title, obj=obj, refusal=refusal, **context)


def _steps(room: "Room", form: DraftForm, obj: Any, current: int) -> list[RoadStep]:
    """The parts as the step indicator shows them, the summary last."""
    url = room.url("edit", obj)
    parts = [
        RoadStep(
            str(part.title),
            "current" if n == current else "done" if n < current else "todo",
            "" if n == current else f"{url}?{PART}={n + 1}",
        )
        for n, part in enumerate(form.parts)
    ]
    return [*parts, RoadStep(_("확인과 제출"), "todo", room.url("detail", obj))]
