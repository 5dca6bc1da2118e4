"""Desks: the officer checks what was handed in, rule by rule; a corporation's manager compares, and invites."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from matching.applications.eligibility import Finding, findings
from matching.applications.models import Application, ShortlistEntry
from matching.applications.queries import attachment_counts
from matching.applications.workflow import WITH_CORPORATION, State
from matching.startups.models import Profile
from portal.kernel.errors import NotAllowed
from portal.kernel.money import Won
from portal.kernel.roles import Kind
from portal.security.actor import Actor
from portal.security.policy import admits, fits
from portal.web.bulk import PICK, acts_on, bulk_actions, bulk_acts, picked
from portal.web.forms import code_choices
from portal.web.page import Action, Page, Status
from portal.web.paging import Bounded, BoundedPaginator
from portal.web.rooms import Room, room_of, status_of
from portal.web.roomviews import note_view
from portal.web.views import MEMBER, page
from programs.plans.models import Program
from programs.plans.workflow import State as ProgramState

AT_ONCE = 20  # applications on one page
SIDES = 4  # applications side by side
KEPT = "kept"  # in the address: the shortlist alone


@dataclass(frozen=True, slots=True)
class Entry:
    """One application on a desk: what it is called, its standing, and what the desk is about."""

    application: Application
    title: str
    status: Status | None
    findings: Sequence[Finding] = ()
    kept: ShortlistEntry | None = None

    @property
    def open(self) -> int:
        """How many rules aren't met or can't be told."""
        return sum(finding.met is not True for finding in self.findings)


def _room() -> Room:
    found = room_of(Application)
    assert found is not None
    return found


def has_desk(actor: Actor) -> bool:
    return admits(actor, "admit", Application) or admits(actor, "invite", Application)


@page()
def desk(request: HttpRequest) -> HttpResponse:
    """For the officer: what waits for the check, with the rules. For a manager: what may be invited, per demand."""
    actor = request.actor  # type: ignore[attr-defined]
    if not has_desk(actor):
        raise NotAllowed
    officer = actor.kind == Kind.MINISTRY
    states = [State.SUBMITTED] if officer else WITH_CORPORATION
    rows = _room().rows(actor).filter(state__in=states).order_by("demand_id", "number")
    if not officer:  # what is over is read in the list
        over = Program.objects.visible_to(actor).filter(state__in=[ProgramState.CLOSED, ProgramState.ARCHIVED])
        rows = rows.exclude(program__in=list(over.values_list("pk", flat=True)))
    kept = not officer and KEPT in request.GET
    if kept:
        rows = rows.filter(pk__in=ShortlistEntry.objects.visible_to(actor).values("application"))
    shown = BoundedPaginator(Bounded(rows), AT_ONCE).get_page(request.GET.get("page"))
    acts = acts_on(list(shown), bulk_acts(_room(), actor), actor)
    entries = (_checked if officer else _followed)(list(shown), actor)
    return render(
        request,
        "applications/desk.html",
        {
            "page": Page(title=_("요건 확인") if officer else _("비교와 초대"), crumbs=_room().crumbs()),
            "groups": [(demand, list(group)) for demand, group in groupby(entries, lambda e: e.application.demand)],
            "pages": shown,
            "officer": officer,
            "pick": PICK,
            "kept": kept,
            "bulk": [*([] if officer else [_comparing()]), *bulk_actions(_room(), acts)],
        },
    )


def _comparing() -> Action:
    label = _("선택한 신청 비교(%(sides)s건까지)") % {"sides": SIDES}
    return Action("compare", label, reverse("applications:compare"), method="post")


def _checked(applications: list[Application], actor: Actor) -> list[Entry]:
    found = findings(applications, actor)
    return [Entry(a, _title(a), status_of(a, actor), found[a.pk]) for a in applications]


def _followed(applications: list[Application], actor: Actor) -> list[Entry]:
    kept = {e.application_id: e for e in ShortlistEntry.objects.visible_to(actor).filter(application__in=applications)}
    return [Entry(a, _title(a), status_of(a, actor), kept=kept.get(a.pk)) for a in applications]


def _title(application: Application) -> str:
    return f"{application.number} {application.startup}"


@page(MEMBER, ("GET", "POST"))
def compare(request: HttpRequest) -> HttpResponse:
    """Up to four applications side by side: fields in rows. Picked at the desk they get an address of their own."""
    actor = request.actor  # type: ignore[attr-defined]
    if not admits(actor, "invite", Application):
        raise NotAllowed
    if request.method == "POST":
        sent = urlencode({PICK: picked(request.POST, AT_ONCE)}, doseq=True)
        return redirect(f"{reverse('applications:compare')}?{sent}")
    asked = picked(request.GET, AT_ONCE)
    if len(asked) > SIDES:
        words = _("한 번에 %(most)d건까지 비교할 수 있습니다. 선택을 줄여 주십시오.")
        messages.warning(request, words % {"most": SIDES})
        return redirect("applications:desk")
    found = list(_room().rows(actor).filter(pk__in=asked, state__in=WITH_CORPORATION).order_by("number"))
    if len(found) < 2:
        messages.warning(request, _("비교할 신청을 두 건 이상 선택해 주십시오."))
        return redirect("applications:desk")
    for application in found:
        note_view(_room(), application, actor)
    entries = _followed(found, actor)
    acts = acts_on(found, bulk_acts(_room(), actor, "invite"), actor)
    context = {
        "page": Page(title=_("신청 비교"), crumbs=_room().crumbs()),
        "entries": entries,
        "rows": _rows(entries, actor),
        "pick": PICK,
        "open": [entry for entry in entries if fits(actor, "invite", entry.application)],
        "bulk": bulk_actions(_room(), acts),
    }
    return render(request, "applications/compare.html", context)


def _rows(entries: Sequence[Entry], actor: Actor) -> list[tuple[str, list[tuple[str, Any]]]]:
    """What is compared: the field's name, and per application its name and its value."""
    startups = [e.application.startup_id for e in entries]
    profiles = {p.startup_id: p for p in Profile.objects.visible_to(actor).filter(startup__in=startups)}
    fields_of, regions = dict(code_choices("tech_field")), dict(code_choices("region"))
    files = attachment_counts([e.application for e in entries])
    blank = Profile(trl=0)
    of = [(e, e.application, profiles.get(e.application.startup_id, blank)) for e in entries]
    fields: list[tuple[str, list[Any]]] = [
        (_("협업 수요"), [a.demand.title for _e, a, _p in of]),
        (_("상태"), [e.status.label if e.status else "" for e, _a, _p in of]),
        (_("한 줄 소개"), [p.summary for _e, _a, p in of]),
        (_("기술분야"), [", ".join(fields_of.get(c, c) for c in p.tech_fields) for _e, _a, p in of]),
        (_("기술성숙도(TRL)"), [a.trl or p.trl or "" for _e, a, p in of]),
        (_("소재지"), [regions.get(p.region, p.region) for _e, _a, p in of]),
        (_("설립일"), [p.founded_on for _e, _a, p in of]),
        (_("협업 제안"), [a.proposal for _e, a, _p in of]),
        (_("추진 계획"), [a.plan for _e, a, _p in of]),
        (_("기대 효과"), [a.effect for _e, a, _p in of]),
        (_("적용할 기술"), [a.technology for _e, a, _p in of]),
        (_("신청 금액"), [Won(a.requested_amount) for _e, a, _p in of]),
        (_("첨부파일"), [files.get(a.pk, 0) for _e, a, _p in of]),
        (_("관심 메모"), [e.kept.note or _("담았습니다.") if e.kept else "" for e, _a, _p in of]),
    ]
    titles = [e.title for e in entries]
    return [(name, list(zip(titles, values, strict=True))) for name, values in fields]
