"""One step or act for several objects of a list: each by itself, as if it had been done on its own page."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

import django_tables2 as tables
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.html import format_html
from django.utils.translation import gettext as _

from portal.accounts.trust import require_fresh
from portal.kernel.errors import NotAllowed, Refusal
from portal.security.actor import Actor
from portal.web.formpages import form_page
from portal.web.page import Action, Page
from portal.web.views import MEMBER, own_address, page

if TYPE_CHECKING:
    from portal.web.rooms import Act, Room

PICK = "pick"  # the checkboxes of the list
MOST = 500  # objects at once
SAID = 5  # refusals told one by one


class PickColumn(tables.Column):
    """A checkbox for every object for which one of the acts may be done."""

    def __init__(self, acts: Sequence["Act"], room: "Room", actor: Actor) -> None:
        super().__init__(verbose_name=_("선택"), orderable=False, empty_values=(), exclude_from_export=True)
        self.acts, self.room, self.actor = acts, room, actor

    def render(self, record: Any) -> Any:
        if not any(act.fits(record, self.actor) for act in self.acts):
            return ""
        label = _("%(name)s 선택") % {"name": self.room.titled(record)}
        return format_html(
            '<input type="checkbox" name="{}" value="{}" form="bulk" aria-label="{}">', PICK, record.pk, label
        )


def bulk_acts(room: "Room", actor: Actor, *names: str) -> list["Act"]:
    """What the actor may do for several objects, for some object at all; where given, of `names` alone."""
    return [act for act in map(room.act_of, names or room.bulk) if act.fits(room.model, actor)]


def acts_on(objects: Sequence[Any], acts: Sequence["Act"], actor: Actor) -> list["Act"]:
    """Those of the acts that may be done for some object of a page."""
    return [act for act in acts if any(act.fits(obj, actor) for obj in objects)]


def bulk_actions(room: "Room", acts: Sequence["Act"]) -> list[Action]:
    """The buttons below the list."""
    return [Action(act.name, str(act.label), room.url(f"bulk-{act.name}"), method="post") for act in acts]


def bulk_view(room: "Room", act: "Act") -> Any:
    # A form in which nothing must be filled in isn't asked: what nobody writes for each stays as it is.
    form_class = act.form if act.form and any(f.required for f in act.form.base_fields.values()) else None

    @page(MEMBER, ("POST",))
    def view(request: HttpRequest) -> HttpResponse:
        actor = request.actor  # type: ignore[attr-defined]
        if not act.fits(room.model, actor):
            raise NotAllowed
        if room.moves_money(act.name):
            require_fresh(request)
        back = own_address(request, request.POST.get("next", ""), room.url("list"))
        found = list(room.rows(actor).filter(pk__in=picked(request.POST)))
        if not found:
            messages.warning(request, _("목록에서 하나 이상 선택해 주십시오."))
            return redirect(back)
        begun = "bulk" in request.POST
        form = form_class(request.POST if begun else None, actor=actor) if form_class else None
        if form is not None and not form.is_valid():
            title = _("%(step)s: %(count)d건") % {"step": act.label, "count": len(found)}
            shown = Page(title=title, crumbs=room.crumbs())
            names = [room.titled(obj) for obj in found]
            return form_page(request, form, shown, cancel_url=back, template="web/bulk.html", picked=found, names=names)
        _do(request, room, act, found, form.cleaned_data if form else {})
        return redirect(back)

    return view


def picked(sent: QueryDict, most: int = MOST) -> list[UUID]:
    """What was picked, each once."""
    found = []
    for text in sent.getlist(PICK)[:most]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return list(dict.fromkeys(found))


def _do(request: HttpRequest, room: "Room", act: "Act", found: list[Any], data: dict[str, Any]) -> None:
    """Do it for each, in a transaction of its own, and say what was done and what not."""
    actor = request.actor  # type: ignore[attr-defined]
    done, refused = 0, []
    for obj in found:
        try:
            act.require(obj, actor)
            room.do(act, obj, actor=actor, data=data)
            done += 1
        except Refusal as refusal:
            refused.append(f"{room.titled(obj)}: {refusal}")
    if done:
        messages.success(request, _("‘%(step)s’ %(count)d건을 처리했습니다.") % {"step": act.label, "count": done})
    for words in refused[:SAID]:
        messages.error(request, words)
    if len(refused) > SAID:
        messages.error(request, _("그 밖에 %(count)d건을 처리하지 못했습니다.") % {"count": len(refused) - SAID})
