"""One step for several objects of a list: each by itself, as if it had been taken on its own page."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

import django_tables2 as tables
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html
from django.utils.translation import gettext as _

from portal.accounts.trust import require_fresh
from portal.kernel.errors import NotAllowed, Refusal
from portal.security import policy
from portal.security.actor import Actor
from portal.web.formpages import form_page
from portal.web.page import Action, Page
from portal.web.views import MEMBER, page

if TYPE_CHECKING:
    from portal.web.rooms import Room

PICK = "pick"  # the checkboxes of the list
MOST = 500  # objects at once
SAID = 5  # refusals told one by one


class PickColumn(tables.Column):
    """A checkbox for every object that one of the room's bulk steps may be taken for."""

    def __init__(self, room: "Room", actor: Actor) -> None:
        super().__init__(verbose_name=_("선택"), orderable=False, empty_values=(), exclude_from_export=True)
        self.room, self.actor = room, actor

    def render(self, record: Any) -> Any:
        flow = self.room.workflow
        assert flow is not None
        steps = (name for name in self.room.bulk if record.state in flow[name].sources)
        if not any(policy.admits(self.actor, name, record) for name in steps):
            return ""
        label = _("%(name)s 선택") % {"name": self.room.titled(record)}
        return format_html(
            '<input type="checkbox" name="{}" value="{}" form="bulk" aria-label="{}">', PICK, record.pk, label
        )


def pickable(room: "Room", actor: Actor) -> list[str]:
    """The bulk steps that the actor may take for some object at all."""
    return [name for name in room.bulk if policy.admits(actor, name, room.model)]


def bulk_actions(room: "Room", names: list[str]) -> list[Action]:
    """The buttons below the list."""
    flow = room.workflow
    assert flow is not None or not names
    return [
        Action(name, str(flow[name].label), room.url(f"bulk-{name}"), method="post", weight="secondary")
        for name in names
        if flow is not None
    ]


def bulk_view(room: "Room", name: str) -> Any:
    assert room.workflow is not None
    step, form_class = room.workflow[name], room.form_of(room.workflow[name])

    @page(MEMBER, ("POST",))
    def view(request: HttpRequest) -> HttpResponse:
        actor = request.actor  # type: ignore[attr-defined]
        if name not in pickable(room, actor):
            raise NotAllowed
        if room.moves_money(name):
            require_fresh(request)
        found = _picked(request, room, actor)
        if not found:
            messages.warning(request, _("목록에서 하나 이상 선택해 주십시오."))
            return redirect(room.url("list"))
        begun = "bulk" in request.POST
        form = form_class(request.POST if begun else None, actor=actor) if form_class else None
        if form is not None and not form.is_valid():
            title = _("%(step)s: %(count)d건") % {"step": step.label, "count": len(found)}
            shown = Page(title=title, crumbs=room.crumbs())
            names = [room.titled(obj) for obj in found]
            back = room.url("list")
            return form_page(request, form, shown, cancel_url=back, template="web/bulk.html", picked=found, names=names)
        _take(request, room, name, found, form.cleaned_data if form else {})
        return redirect(room.url("list"))

    return view


def _picked(request: HttpRequest, room: "Room", actor: Actor) -> list[Any]:
    """The objects that were picked and that the actor may see, in the list's order."""
    ids = set()
    for text in request.POST.getlist(PICK)[:MOST]:
        try:
            ids.add(UUID(text))
        except ValueError:
            continue
    return list(room.rows(actor).filter(pk__in=ids))


def _take(request: HttpRequest, room: "Room", name: str, found: list[Any], data: dict[str, Any]) -> None:
    """Take the step for each, in a transaction of its own, and say what was done and what not."""
    actor = request.actor  # type: ignore[attr-defined]
    assert room.workflow is not None
    done, refused = 0, []
    for obj in found:
        try:
            policy.require(actor, name, obj)
            room.perform(obj, name, actor=actor, data=data)
            done += 1
        except Refusal as refusal:
            refused.append(f"{room.titled(obj)}: {refusal}")
    label = room.workflow[name].label
    if done:
        messages.success(request, _("‘%(step)s’ %(count)d건을 처리했습니다.") % {"step": label, "count": done})
    for words in refused[:SAID]:
        messages.error(request, words)
    if len(refused) > SAID:
        messages.error(request, _("그 밖에 %(count)d건을 처리하지 못했습니다.") % {"count": len(refused) - SAID})
