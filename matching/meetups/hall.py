"""The hall's big screen for the organiser: who sits where now and next, and nothing else.

It shows what everybody in the meetup reads anyway (PlanEntry): no grade, no state of a meeting, hence no no-show. It
asks for itself again; that counts as use of the session, because the screen is being looked at. The eight hours of a
session hold all the same.
"""

from hashlib import sha256
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext

from matching.meetups.models import Meetup
from matching.meetups.onday import crumbs, meetup_of
from matching.meetups.queries import plan_of
from matching.meetups.timetable import Sitting, now_and_next
from portal.security.actor import Actor
from portal.security.policy import may, require
from portal.web.page import Action, Page
from portal.web.views import page


def hall_actions(meetup: Meetup, actor: Actor) -> list[Action]:
    """The link from the meetup's page."""
    if not may(actor, "hall", meetup):
        return []
    return [Action("hall", gettext("행사장 화면"), reverse("meetups:hall", args=[meetup.pk]))]


def _digest(sittings: tuple[Sitting, Sitting]) -> str:
    """What is shown, in short: whether anything has changed."""
    shown = [(e.pk, e.table, e.starts_at, e.ends_at) for sitting in sittings for e in sitting.entries]
    return sha256(repr([len(s.entries) for s in sittings] + shown).encode()).hexdigest()[:16]


@page()
def hall(request: HttpRequest, id: UUID) -> HttpResponse:
    """Now and next in large type. Asked again with what is shown already, it answers 204: nothing flickers."""
    actor = request.actor  # type: ignore[attr-defined]
    meetup = meetup_of(id, actor)
    require(actor, "hall", meetup)
    sittings = now_and_next(plan_of(meetup, actor), actor.now)
    digest = _digest(sittings)
    if request.GET.get("shown") == digest:
        return HttpResponse(status=204)
    context = {
        "page": Page(title=gettext("행사장 화면"), crumbs=crumbs(meetup)),
        "meetup": meetup,
        "now": sittings[0],
        "next": sittings[1],
        "again": f"{reverse('meetups:hall', args=[meetup.pk])}?shown={digest}",
    }
    template = "meetups/hall_part.html" if request.htmx else "meetups/hall.html"  # type: ignore[attr-defined]
    return render(request, template, context)


HALL_PAGES = [path("<uuid:id>/hall/", hall, name="hall")]
