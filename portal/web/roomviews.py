"""The generic views of a room."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django_tables2 import RequestConfig

from portal.accounts.trust import require_fresh
from portal.audit import records
from portal.kernel.errors import NotAllowed, NotFound, Refusal
from portal.security import policy
from portal.security.actor import Actor
from portal.web.bulk import PICK, PickColumn, acts_on, bulk_actions, bulk_acts, bulk_view
from portal.web.editing import edit_view
from portal.web.exports import export
from portal.web.formpages import form_page, room_form, saved, sent
from portal.web.forms import ActorForm, ExportForm
from portal.web.page import Action, Page
from portal.web.paging import BoundedData, paginate
from portal.web.rooms import Act, Room
from portal.web.views import MEMBER, page


def patterns(room: Room) -> list[Any]:
    """The URL patterns of a room; one per transition, so that each stands in the access matrix."""
    found = [*room.more, path("", list_view(room), name="list"), path("<uuid:id>/", detail_view(room), name="detail")]
    if room.create:
        found.insert(0, path("new/", create_view(room), name="new"))
    if room.edit:
        found.append(path("<uuid:id>/edit/", edit_view(room), name="edit"))
    if room.progress:
        found.append(path("<uuid:id>/progress/", progress_view(room), name="progress"))
    for name in room.steps:
        found.append(path(f"<uuid:id>/{name.strip('_')}/", step_view(room, name), name=name))
    for name in room.bulk:
        found.insert(0, path(f"bulk/{name.strip('_')}/", bulk_view(room, room.act_of(name)), name=f"bulk-{name}"))
    for act in room.acts:
        address = f"{act.path}/" if act.target else f"<uuid:id>/{act.path}/"
        found.insert(0, path(address, act_view(room, act), name=act.name))
    return found


def list_view(room: Room) -> Any:
    @page(room.access, ("GET", "POST"))
    def view(request: HttpRequest) -> HttpResponse:
        actor, kind = request.actor, request.GET.get("export")  # type: ignore[attr-defined]
        if request.method == "POST" and not kind:
            return HttpResponseNotAllowed(["GET"])
        found = room.rows(actor)
        filters = room.filterset(request.GET, queryset=found, request=request) if room.filterset else None
        if filters is not None:
            found = filters.qs
        if kind:
            with transaction.atomic():
                return download(room, found, kind, request)
        acts = bulk_acts(room, actor)
        picks = {"extra_columns": [(PICK, PickColumn(acts, room, actor))]} if acts else {}
        table = paginate(room.table(BoundedData(found), empty_text=str(room.empty), request=request, **picks), request)
        acts = acts_on([row.record for row in table.page.object_list], acts, actor)
        if picks and not acts:
            table.columns.hide(PICK)
        actions: list[Action] = []
        if (
            room.create
            and policy.admits(actor, "create", room.model)
            and (not room.create.offered or room.create.offered(actor))
        ):
            actions.append(Action("new", str(room.create.label), room.url("new"), weight="primary"))
        actions.extend(room.list_actions(actor) if room.list_actions else ())
        query = request.GET.copy()
        query["export"] = "xlsx"
        context = {
            "page": Page(title=str(room.title), lead=str(room.lead), actions=actions),
            "table": table,
            "bulk": bulk_actions(room, acts),
            "filter": filters,
            "export_url": f"?{query.urlencode()}",
            "empty": str(room.empty),
            "empty_hint": str(room.empty_hint),
        }
        context |= room.list_extra(actor, request) if room.list_extra else {}
        return render(request, room.list_template, context)

    return view


def download(room: Room, found: QuerySet[Any], kind: str, request: HttpRequest) -> HttpResponse:
    """The list as a file, and a record of it; for a large one the reason is asked first, and posted."""
    actor = request.actor  # type: ignore[attr-defined]
    table = room.table(found, request=request)
    RequestConfig(request, paginate=False).configure(table)
    rows, given = len(table.rows), {}
    if rows > settings.EXPORT_REASON_ROWS and actor.is_member:
        form = ExportForm(*sent(request), actor=actor)
        if not form.is_valid():
            title = _("%(list)s 내려받기") % {"list": room.title}
            page = Page(title=title, crumbs=room.crumbs(), lead=_("모두 %(rows)s건입니다.") % {"rows": f"{rows:,}"})
            return form_page(request, form, page, cancel_url=room.url("list"))
        given["reason"] = form.cleaned_data["reason"]
    label = room.model._meta.label_lower
    records.note(records.Act.DOWNLOAD, label, actor=actor, rows=rows, kind=kind, **given)
    return export(table, kind, name=room.name, title=str(room.title))


def detail_view(room: Room) -> Any:
    @page(room.access)
    def view(request: HttpRequest, id: UUID) -> HttpResponse:
        actor = request.actor  # type: ignore[attr-defined]
        obj = room.get(id, actor=actor)
        note_view(room, obj, actor)
        context = {"page": room.page(obj, actor, request), "object": obj, "actor": actor}
        return render(request, room.template, context | (room.extra(obj, actor, request) if room.extra else {}))

    return view


def progress_view(room: Room) -> Any:
    @page(room.access)
    def view(request: HttpRequest, id: UUID) -> HttpResponse:
        """How far it is, asked again every two seconds; once it is finished, the whole page is read again."""
        found = room.progress_of(room.get(id, actor=request.actor))  # type: ignore[attr-defined]
        if found is None:
            return HttpResponse(headers={"HX-Refresh": "true"})
        return render(request, "web/progress.html", {"progress": found})

    return view


def note_view(room: Room, obj: Any, actor: Any) -> None:
    """Opening somebody else's data leaves a record; one's own doesn't."""
    owner = getattr(obj, f"{room.owner}_id") if room.owner else None
    if room.sensitive and owner is not None and owner != actor.organization_id:
        records.note(records.Act.VIEW, obj, actor=actor, owner_id=owner)


def create_view(room: Room) -> Any:
    creation = room.create
    assert creation is not None

    @page(MEMBER, ("GET", "POST"))
    def view(request: HttpRequest) -> HttpResponse:
        actor = request.actor  # type: ignore[attr-defined]
        policy.require(actor, "create", room.model)
        _fresh(request, room, "create")
        form = creation.form(*sent(request), actor=actor, initial=request.GET.dict())
        if request.method == "POST" and form.is_valid():
            try:
                made = creation.operation(actor=actor, **form.cleaned_data)
            except IntegrityError as fault:
                made = _made_already(room, form, actor, fault)
            except Refusal as refusal:
                return room_form(request, room, form, str(creation.label), refusal=refusal)
            saved(request, form)
            # A long form goes on with its first part; its object's page sums it up at the end.
            in_parts = getattr(room.edit.form, "parts", ()) if room.edit else ()
            return redirect(room.url("edit" if in_parts else "detail", made))
        return room_form(request, room, form, str(creation.label))

    return view


def _made_already(room: Room, form: ActorForm, actor: Any, fault: IntegrityError) -> Any:
    """The same form posted twice: its object is there already, so that is the answer."""
    found = room.model.objects.visible_to(actor).filter(pk=form.cleaned_data.get("id")).first()
    if found is None:
        raise fault
    return found


def act_view(room: Room, act: Act) -> Any:
    @page(MEMBER, ("GET", "POST") if act.form else ("POST",))
    def view(request: HttpRequest, id: UUID | None = None) -> HttpResponse:
        actor = request.actor  # type: ignore[attr-defined]
        obj = None if act.target else room.get(id, actor=actor)
        act.require(obj, actor)
        initial = act.initial(obj, actor) if act.initial else None
        form = act.form(*sent(request), actor=actor, obj=obj, initial=initial) if act.form else None
        if form is not None and not (request.method == "POST" and form.is_valid()):
            return room_form(request, room, form, str(act.label), obj=obj)
        try:
            said = room.do(act, obj, actor=actor, data=form.cleaned_data if form else {})
        except (NotAllowed, NotFound):
            raise
        except Refusal as refusal:
            return _refused(request, room, form, str(act.label), obj, refusal)
        messages.success(request, said[0] if said else _("저장했습니다."))
        for words in [*said[1:], *(form.warnings if form else ())]:
            messages.warning(request, words)
        return redirect(_where(room, obj, actor))

    return view


def _where(room: Room, obj: Any, actor: Actor) -> str:
    """Back to the object; to the list where there is none, or what was done took it out of the actor's sight."""
    seen = obj is not None and room.model.objects.visible_to(actor).filter(pk=obj.pk).exists()
    return room.url("detail", obj) if seen else room.url("list")


def step_view(room: Room, name: str) -> Any:
    flow = room.workflow
    assert flow is not None
    step = flow[name]
    form_class = room.form_of(step)

    @page(MEMBER, ("GET", "POST") if form_class else ("POST",))
    def view(request: HttpRequest, id: UUID) -> HttpResponse:
        actor = request.actor  # type: ignore[attr-defined]
        obj = room.get(id, actor=actor)
        policy.require(actor, name, obj)
        _fresh(request, room, name)
        form = form_class(*sent(request), actor=actor, obj=obj) if form_class else None
        if request.method == "GET" or (form is not None and not form.is_valid()):
            assert form is not None
            return room_form(request, room, form, str(step.label), obj=obj)
        try:
            room.perform(obj, name, actor=actor, data=form.cleaned_data if form else {})
        except (NotAllowed, NotFound):
            raise
        except Refusal as refusal:
            return _refused(request, room, form, str(step.label), obj, refusal)
        messages.success(request, _("‘%(step)s’ 처리를 마쳤습니다.") % {"step": step.label})
        return redirect(_where(room, obj, actor))

    return view


def _fresh(request: HttpRequest, room: Room, action: str) -> None:
    """Whoever moves money, or does what asks for it, says again who they are: before the form is filled in and, if
    that took long, after it.
    """
    if room.moves_money(action) or action in room.fresh:
        require_fresh(request)


def _refused(
    request: HttpRequest, room: Room, form: ActorForm | None, title: str, obj: Any, refusal: Refusal
) -> HttpResponse:
    """A refused step: back in its form where it has one, else the object's page with the refusal on top."""
    if form is not None:
        return room_form(request, room, form, title, obj=obj, refusal=refusal)
    actor = request.actor  # type: ignore[attr-defined]
    fresh = room.get(obj.pk, actor=actor)
    messages.error(request, f"{refusal} {refusal.hint}".strip())
    with transaction.atomic():
        context = {"page": room.page(fresh, actor, request), "object": fresh, "actor": actor, "refusal": refusal}
        context |= room.extra(fresh, actor, request) if room.extra else {}
        return render(request, room.template, context, status=refusal.status)
