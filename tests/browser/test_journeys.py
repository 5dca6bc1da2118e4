"""One application on its way, each step by whom it waits for, found as people find it; a rival who finds nothing;
suggestions as both sides read them; and a deadline that counts.

What follows after it, and what comes before, the pilot plays (`test_pilot.py`).
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from playwright.sync_api import Browser

from matching.applications import operations as applications
from matching.applications.models import Application
from matching.matches.models import Match
from matching.recommendations import operations as recommendations
from matching.recommendations.models import Recommendation
from portal.kernel.clock import now
from portal.security.actor import Actor, acting
from portal.site.sample import running, suited
from portal.site.sample.people import INVENTED, Cast, business_no
from portal.site.sample.pilot import REASON
from portal.site.sample.stage import Player
from programs.demands import operations as demands
from programs.demands.models import Demand
from programs.plans.models import Program
from tests.browser.steps import Windows, one, stored

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


WHY_NOT = "같은 기술을 이미 실증하고 있습니다."


def test_suggestions_are_read_kept_and_turned_down(windows: Windows, cast: Cast) -> None:
    """By 현대자동차; a startup reads its own, and neither the corporation's rank nor what it has said."""
    with acting(Actor.public(now())), transaction.atomic():
        suited.play(cast)
    house = cast.organizations["hyundai"].pk
    asked = Match.objects.filter(party=house, current=True, state="suggested")
    best, *_rest, worst = stored(lambda: list(asked.select_related("startup").order_by("-score")))
    manager = windows(MANAGER).goto("/").follow("새 매칭 제안").reads("맞는 점", "확인할 점", best.company)
    manager.follow(best.company).reads("맞는 점", f"{best.rank}위", "충족합니다")
    manager.goto(f"/matches/{best.pk}/").press("keep").reads("관심 목록")
    manager.goto(f"/matches/{worst.pk}/").press("dismiss").fill(reason=WHY_NOT).reads("맞지 않음", WHY_NOT)
    assert one(Match, pk=worst.pk).state == "dismissed"
    manager.goto("/matches/?state=kept").reads(best.company)
    manager.goto("/matches/").press("look").goto("/").says_nothing_of("새 매칭 제안")

    own = stored(lambda: Match.objects.get(demand=best.demand_id, startup=best.startup_id, side="startup"))
    startup = windows(f"ceo@{best.startup.slug}.example").goto("/").follow("새 매칭 제안").reads("맞는 점")
    startup.says_nothing_of("순위", worst.company)
    startup.goto(f"/matches/{own.pk}/").reads("맞는 점", "현대자동차").says_nothing_of(
        "순위", "관심 목록", worst.company
    )
    startup.goto(f"/matches/{best.pk}/", status=404)
    other = windows(f"ceo@{worst.startup.slug}.example").goto("/matches/")
    other.says_nothing_of(WHY_NOT).goto(f"/matches/{worst.pk}/", status=404).says_nothing_of(WHY_NOT)
    assert windows.complaints == []


def test_a_deadline_counts_and_is_calm(windows: Windows) -> None:
    """In the server's words and twice a minute at most, where nothing is read out."""
    page = windows(CEO).page
    page.clock.install()
    windows(CEO).goto("/programs/").goto("/demands/")
    span = page.locator("[data-countdown]").first
    span.evaluate(
        """span => {
            span.dataset.countdown = new Date(Date.parse(span.dataset.now) + 170000).toISOString();
            window.written = 0;
            new MutationObserver(seen => { window.written += seen.length; }).observe(span, { childList: true });
        }"""
    )
    said = []
    for _ in range(7):
        page.clock.run_for(30_000)
        said.append(span.inner_text())
    over = span.get_attribute("data-over")
    assert said == ["2분 남음", "1분 남음", "1분 남음", "1분 남음", "1분 남음", over, over]
    assert page.evaluate("window.written") <= 3
    assert span.evaluate("s => s.closest('[aria-live], [role=status], [role=alert], [role=timer]')") is None
    assert windows.complaints == []
