"""One application on its way, each step by whom it waits for, found as people find it; and a rival who finds nothing.

What follows after it, and what comes before, the pilot plays (`test_pilot.py`).
"""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from matching.applications import operations as applications
from matching.applications.models import Application
from matching.recommendations import operations as recommendations
from matching.recommendations.models import Recommendation
from portal.kernel.clock import now
from portal.security.actor import Actor, acting
from portal.site.sample import running
from portal.site.sample.people import INVENTED, Cast, business_no
from portal.site.sample.pilot import REASON
from portal.site.sample.stage import Player
from programs.demands import operations as demands
from programs.demands.models import Demand
from programs.plans.models import Program
from tests.browser.steps import Windows, one

pytestmark = pytest.mark.browser
OFFICER, MANAGER, RIVAL = "officer@mss.example", "manager@hyundai.example", "manager@samsung.example"
COORDINATOR = "coordinator@gyeonggi.example"
FIRM = INVENTED[2]
CEO = f"ceo@{FIRM.slug}.example"
TITLE = "로봇 핸드를 이용한 케이블 정밀 체결"  # 현대자동차's, in the sample
UNTOLD = "아직 아무에게도 알리지 않은 수요"


def apply(cast: Cast) -> None:
    """The startup is recommended to 현대자동차 by its center, and hands in an application."""
    ceo, coordinator, officer = (Player(cast, email, now()) for email in (CEO, COORDINATOR, OFFICER))
    demand = coordinator.sees(Demand, title=TITLE)
    made = coordinator(
        recommendations.create, demand=demand, business_no=business_no(FIRM.no), company=FIRM.name,
        representative="홍길동", email=CEO, phone="02-0000-0000", tech_fields=list(demand.tech_fields), trl=6,
        reason=REASON, priority=1,
    )  # fmt: skip
    coordinator(recommendations.request_consent, recommendation=made)
    ceo(recommendations.consent, recommendation=ceo.sees(Recommendation, pk=made.pk))
    officer(recommendations.accept, recommendation=officer.sees(Recommendation, pk=made.pk))
    application = ceo(
        applications.create, demand=ceo.sees(Demand, pk=demand.pk), requested_amount=150_000_000, proposal=REASON
    )
    ceo(applications.submit, application=ceo.sees(Application, pk=application.pk))


@pytest.fixture
def windows(cast: Cast, browser: Browser, live_server: Any) -> Iterator[Windows]:
    """The running program, with that application; 현대자동차 is writing a further demand."""
    with acting(Actor.public(now())):
        running.play(cast)
        apply(cast)
    manager = Player(cast, MANAGER, now())
    manager(
        demands.create, program=manager.sees(Program, state="running"), title=UNTOLD, problem=REASON, scope=REASON,
        tech_fields=["F05"], min_trl=4, collaboration_types=["poc"], wanted_startups=1, level="public",
    )  # fmt: skip
    made = Windows(browser, live_server.url, cast.memberships)
    yield made
    made.close()


def applied(cast: Cast) -> Application:
    return one(Application, startup=cast.organizations[FIRM.slug], corporation=cast.organizations["hyundai"])


def test_an_application_finds_its_way_from_hand_to_hand(windows: Windows, cast: Cast) -> None:
    made = applied(cast)
    ceo = windows(CEO).goto("/demands/")
    ceo.page.fill(".p-filter [name=search]", TITLE[:2])  # two syllables are enough
    ceo.page.click(".p-filter button[type=submit]")
    ceo.page.wait_for_url("**search=**")
    ceo.page.wait_for_load_state("networkidle")  # typing asks, too
    ceo.follow(TITLE).reads(TITLE)
    officer = windows(OFFICER).goto("/").follow(f"신청 요건 확인: {made.number}")
    officer.press("admit").reads("요건 충족")
    windows(MANAGER).goto("/").follow(f"밋업 초대 결정: {made.number}").press("invite").reads("밋업 초대")
    coordinator = windows(COORDINATOR).goto("/recommendations/").follow("밋업 초대")
    coordinator.reads(FIRM.name)
    ceo.goto(f"/applications/{made.pk}/").reads("밋업 초대")
    assert windows.complaints == []


def test_a_rival_corporation_finds_nothing(windows: Windows, cast: Cast) -> None:
    """By its menus, by searching, and at the addresses themselves; 현대자동차 finds all of it there."""
    application = applied(cast)
    recommended = one(Recommendation, startup=application.startup_id, demand=application.demand_id)
    draft = one(Demand, title=UNTOLD)
    hidden = [f"/applications/{application.pk}/", f"/recommendations/{recommended.pk}/", f"/demands/{draft.pk}/"]
    rival = windows(RIVAL).goto("/")
    lists = rival.page.locator("nav.p-nav a").evaluate_all("l => l.map(a => a.getAttribute('href'))")
    assert {"/demands/", "/applications/"} <= set(lists)
    for path in dict.fromkeys(["/", *lists, "/notifications/", "/applications/desk/"]):
        rival.goto(path).says_nothing_of(FIRM.name, UNTOLD)
    for path in (f"/applications/?search={FIRM.name}", f"/startups/?search={FIRM.name}", f"/demands/?search={UNTOLD}"):
        shown = rival.goto(path).page.locator("main table, .p-empty").first.inner_text()
        assert FIRM.name not in shown and UNTOLD not in shown
    for path in hidden:
        rival.goto(path, status=404).says_nothing_of(FIRM.name, UNTOLD)
    windows(MANAGER).goto("/demands/").reads(UNTOLD).goto(hidden[1]).reads(FIRM.name)
