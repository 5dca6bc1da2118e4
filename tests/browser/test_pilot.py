"""The pilot of 2024 played by clicking: 현대자동차 and its six startups (three of them in `make test`), from the first
click to the paid won.
"""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Sum
from playwright.sync_api import Browser, Page, expect

from agreements.funding.models import Award, Disbursement, LedgerEntry
from agreements.legal.models import LegalCase
from matching.applications.models import Application
from matching.evaluations.models import Assignment, Round, Sheet
from matching.meetups.models import Meeting, Meetup
from matching.recommendations.models import Recommendation, Upload
from matching.recommendations.rows import COLUMNS, KOREAN
from matching.selections.models import Selection
from portal.documents.models import Document
from portal.files.spreadsheets import write_xlsx
from portal.kernel.clock import now
from portal.kernel.formats import SEOUL
from portal.kernel.money import Won
from portal.outbox.models import Message
from portal.site.sample.people import PILOT, Cast, Startup, business_no
from portal.site.sample.pilot import EVALUATORS, FIELDS, MARKS, NAME, REASON, names
from programs.demands.models import Demand
from programs.plans.models import Program, Stage
from tests.browser.steps import Windows, one, stored

pytestmark = pytest.mark.browser
OFFICER, APPROVER, FINANCE = "officer@mss.example", "approver@mss.example", "finance@mss.example"
MANAGER, COORDINATOR = "manager@hyundai.example", "coordinator@gyeonggi.example"
CASE, ADVISOR = "case@foundation.example", "advisor1@foundation.example"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SECRET = "특허 공동 소유 조항에 관한 질의입니다."
GRANTED = 200_000_000


class Journey:
    """The chapters in their order. Each is played in the windows of those who act in it."""

    def __init__(self, cast: Cast, windows: Windows, settled: Callable[[], None], firms: int) -> None:
        self.cast, self.windows, self.settled = cast, windows, settled
        self.firms = [firm for name in names()[:firms] for firm in PILOT if firm.name == name]
        self.budget = GRANTED * firms
        self.today = now().astimezone(SEOUL)

    def ceo(self, firm: Startup) -> str:
        return f"ceo@{firm.slug}.example"

    def application(self, firm: Startup) -> Application:
        return one(Application, startup=self.cast.organizations[firm.slug])

    def program(self) -> None:
        officer, approver = self.windows(OFFICER), self.windows(APPROVER)
        officer.goto("/").follow("사업").press("new")
        officer.fill(year=2024, name=NAME, budget=self.budget, target_startups=len(self.firms), cap_per_startup=GRANTED)
        opens, closes = (self.today + timedelta(days=days) for days in (-1, 60))
        moments = {"opens": f"{opens:%Y-%m-%dT%H:%M}", "closes": f"{closes:%Y-%m-%dT%H:%M}"}
        windows = {f"{kind}_{end}": moment for kind in Stage.Kind.values for end, moment in moments.items()}
        officer.press("stages").fill(**windows).reads("일정을 저장했습니다", Won(self.budget).format())
        approver.goto("/").follow("사업").follow(NAME).press("open")
        officer.goto("/").follow("사업").follow(NAME).press("run").reads("운영 중")

    def demand(self) -> None:
        manager, officer = self.windows(MANAGER), self.windows(OFFICER)
        manager.goto("/").follow("협업 수요").press("new")
        manager.fill(
            title="제조·물류 현장의 자율화 기술 실증",
            problem="다품종 조립과 물류 현장에서 사람이 하던 정밀 작업을 대신할 기술이 필요합니다.",
            scope="생산 현장에서의 실증과 공동 개발입니다.",
            tech_fields=["F05", "F06"],
            min_trl=5,
            collaboration_types=["poc", "codev"],
            wanted_startups=len(self.firms),
            level="registered",
        )
        self.wanted = one(Demand)  # the form goes on with its parts; the demand's page sums it up
        manager.goto(f"/demands/{self.wanted.pk}/").press("submit").reads("제출")
        officer.goto("/").follow("협업 수요").follow(self.wanted.title).press("publish").reads("공고")

    def _list(self, wrong: Startup | None = None) -> dict[str, Any]:
        """The center's list as a file; in the row of `wrong` the business number's check digit is off."""
        rows = []
        for order, firm in enumerate(self.firms, start=1):
            number = business_no(firm.no)
            if firm == wrong:
                number = number[:-1] + str((int(number[-1]) + 1) % 10)
            name = self.cast.memberships[self.ceo(firm)].user.name
            rows.append(
                [self.wanted.number, number, firm.name, name, self.ceo(firm), "02-123-4567", FIELDS[firm.slug], "6",
                 REASON, str(order), ""]
            )  # fmt: skip
        content = write_xlsx([KOREAN[c.name] for c in COLUMNS], rows, title="추천")
        return {"name": "recommendations.xlsx", "mimeType": XLSX, "buffer": content}

    def recommendations(self) -> None:
        coordinator, officer = self.windows(COORDINATOR), self.windows(OFFICER)
        coordinator.goto("/recommendation-uploads/").press("new").fill(file=self._list(wrong=self.firms[-1]))
        refused = coordinator.page.locator("#rows")
        expect(refused).to_contain_text("사업자등록번호", timeout=60_000)  # the page refreshes itself
        coordinator.reads("오류가 있어 아무것도 반영하지 않았습니다", self.firms[-1].name, "검증번호")
        assert stored(Recommendation.objects.count) == 0
        coordinator.press("again").fill(file=self._list())
        expect(coordinator.page.locator("[data-action=confirm]")).to_be_visible(timeout=60_000)
        assert stored(Recommendation.objects.count) == 0
        coordinator.press("confirm")
        expect(coordinator.page.locator("main")).to_contain_text("반영 완료", timeout=60_000)  # in the background
        assert stored(lambda: list(Upload.objects.order_by("id").values_list("state", flat=True))) == [
            "refused",
            "confirmed",
        ]
        for firm in self.firms:
            made = one(Recommendation, startup=self.cast.organizations[firm.slug])
            self.windows(self.ceo(firm)).goto(f"/recommendations/{made.pk}/").press("consent").reads("제출")
            officer.goto(f"/recommendations/{made.pk}/").press("accept").reads("접수 완료")

    def applications(self) -> None:
        officer, manager = self.windows(OFFICER), self.windows(MANAGER)
        for firm in self.firms:
            ceo = self.windows(self.ceo(firm))
            ceo.goto(f"/demands/{self.wanted.pk}/").press("apply").fill()  # the demand is chosen already
            ceo.fill(proposal=f"{firm.name}의 기술을 현장 한 곳에 적용하여 6개월 동안 성능을 검증하겠습니다.")
            ceo.fill().fill(requested_amount=GRANTED)
            ceo.reads("제출 전 확인", "필요한 내용을 모두 적었습니다.").press("submit").reads("제출")
            made = self.application(firm)
            officer.goto(f"/applications/{made.pk}/").press("admit").reads("요건 충족")
            manager.goto(f"/applications/{made.pk}/").press("invite").reads("밋업 초대")

    def meetup(self) -> None:
        officer, manager = self.windows(OFFICER), self.windows(MANAGER)
        officer.goto("/").follow("공동 밋업").press("new")
        officer.fill(name="2024년 공동 밋업", venue="경기창조경제혁신센터", day=f"{self.today:%Y-%m-%d}")
        made = one(Meetup)
        for slot, firm in enumerate(self.firms):
            begins = self.today.replace(hour=10, minute=0) + timedelta(minutes=40 * slot)
            officer.press("add_meeting").fill(
                application=self.application(firm).pk,
                table=1,
                starts_at=f"{begins:%H:%M}",
                ends_at=f"{begins + timedelta(minutes=30):%H:%M}",
            )
        officer.reads(*(firm.name for firm in self.firms)).press("publish").press("start").reads("진행 중")
        for firm in self.firms:
            held = one(Meeting, meetup=made, startup=self.cast.organizations[firm.slug])
            manager.goto(f"/meetings/{held.pk}/").press("hold")
        due = f"{self.today + timedelta(days=30):%Y-%m-%d}"
        manager.press("outcome").fill(result="pursue", owner_name="생산기술개발센터 책임", due_on=due)
        manager.reads("생산기술개발센터 책임")

    def evaluation(self) -> None:
        manager = self.windows(MANAGER)
        manager.goto("/").follow("평가").press("new").fill()
        manager.press("assign").fill(
            applications=[self.application(firm).pk for firm in self.firms],
            evaluators=[self.cast.memberships[email].pk for email in EVALUATORS],
        )
        manager.reads(f"{len(self.firms) * len(EVALUATORS)}건을 배정했습니다")
        self._conflict()
        for email in EVALUATORS[:2]:
            for firm in self.firms:
                self._score(email, firm)
        self._hidden_until_closing()
        round_ = one(Round)
        manager.goto(f"/evaluations/{round_.pk}/").says_nothing_of("평가 결과</h2>").press("close")
        manager.reads("평가 마감", "평가 결과", "마감 뒤 바뀌지 않았습니다.")

    def _asked(self, email: str, firm: Startup) -> Assignment:
        return one(Assignment, evaluator=self.cast.memberships[email], startup=self.cast.organizations[firm.slug])

    def _score(self, email: str, firm: Startup) -> None:
        evaluator, asked = self.windows(email), self._asked(email, firm)
        evaluator.goto(f"/assignments/{asked.pk}/").press("declare_none").press("score")
        criteria = stored(lambda: Round.objects.get().criteria)
        given: dict[str, Any] = {}
        for position, criterion in enumerate(criteria):
            given[f"score_{criterion['code']}"] = MARKS[firm.slug] + EVALUATORS.index(email) * 2 - position
            given[f"reason_{criterion['code']}"] = "제출 자료와 밋업에서 확인한 내용을 바탕으로 평가하였습니다."
        evaluator.fill(**given).press("submit").reads("제출이 끝났습니다")

    def _conflict(self) -> None:
        """A declared conflict closes the application to the evaluator: list, page, search."""
        evaluator, firm = self.windows(EVALUATORS[2]), self.firms[-1]
        asked, concerned = self._asked(EVALUATORS[2], firm), self.application(firm)
        evaluator.goto(f"/applications/{concerned.pk}/").reads(firm.name)
        evaluator.goto(f"/assignments/{asked.pk}/").press("declare_conflict")
        evaluator.fill(ground="related", explanation="대표자와 친족입니다.")
        evaluator.goto(f"/applications/{concerned.pk}/", status=404).says_nothing_of(firm.name)
        for path in (
            "/applications/",
            f"/applications/?search={concerned.number}",
            f"/applications/?search={firm.name}",
        ):
            evaluator.goto(path)
            assert firm.name not in evaluator.page.locator("table, .p-empty").first.inner_text()
        evaluator.goto("/applications/").reads(self.firms[0].name)

    def _hidden_until_closing(self) -> None:
        """Before the closing nobody but its evaluator reads a score."""
        for email in (MANAGER, EVALUATORS[0]):
            sheet = one(Sheet, assignment=self._asked(EVALUATORS[1], self.firms[0]))
            self.windows(email).goto(f"/sheets/{sheet.pk}/", status=404)
        manager = self.windows(MANAGER).goto("/sheets/").reads("볼 수 있는 평가표가 없습니다")
        scored = str(stored(lambda: Sheet.objects.filter(state="submitted").first().total))
        for path in (
            f"/evaluations/{one(Round).pk}/",
            "/assignments/",
            f"/applications/{self.application(self.firms[0]).pk}/",
        ):
            assert scored not in manager.goto(path).page.locator("main").inner_text()

    def selection(self) -> None:
        manager, approver, officer = (self.windows(email) for email in (MANAGER, APPROVER, OFFICER))
        manager.goto("/").follow("선정").press("new").fill()
        manager.reads(Won(self.budget).format()).press("propose").reads("제안")
        made = one(Selection)
        approver.goto(f"/selections/{made.pk}/").press("confirm").reads("확정")
        self.windows(self.ceo(self.firms[0])).goto("/notices/").reads("아직 발표된 결과가 없습니다")
        officer.goto(f"/selections/{made.pk}/").press("announce").reads("발표")
        self.settled()

    def letters(self, folder: Path) -> None:
        """The letters that the worker has made: one's own only, genuine for everybody."""
        assert stored(Document.objects.filter(kind="결과").count) == len(self.firms)
        firm = self.firms[0]
        ceo = self.windows(self.ceo(firm)).goto("/notices/")
        ceo.follow(self.application(firm).number).reads("선정", "200,000,000원").press("letter")
        letter = one(Document, kind="결과", owner=self.cast.organizations[firm.slug])
        ceo.reads(letter.number, letter.sha256)
        with ceo.page.expect_download() as waited:
            ceo.page.locator("[data-action=download]").click()
        waited.value.save_as(folder / "letter.pdf")
        content = (folder / "letter.pdf").read_bytes()
        assert content.startswith(b"%PDF")
        assert hashlib.sha256(content).hexdigest() == letter.sha256
        self.windows("").goto(f"/verify/{letter.code}/").reads("유효한 문서입니다", letter.number)
        self.windows("").says_nothing_of(firm.name)
        other = one(Document, kind="결과", owner=self.cast.organizations[self.firms[1].slug])
        ceo.goto(f"/documents/{other.pk}/", status=404)

    def money(self) -> None:
        firm = self.firms[0]
        ceo = self.windows(self.ceo(firm))
        ceo.goto("/").follow("협업자금").follow(firm.name).press("draw")
        ceo.fill(amount=140_000_000, purpose="1차 지급: 실증 착수")
        self._paid(140_000_000, "SAMPLE-1")
        award = one(Award, startup=self.cast.organizations[firm.slug])
        ceo.goto(f"/awards/{award.pk}/").reads("60,000,000원").press("draw")
        ceo.fill(amount=60_000_001, purpose="2차 지급: 중간 보고 이후", status=409)
        ceo.reads("남은 지원금은 60,000,000원입니다", "60,000,000원 이내로 적어 주십시오")
        assert stored(Disbursement.objects.count) == 1
        ceo.fill(amount=60_000_000)
        self._paid(60_000_000, "SAMPLE-2")
        ceo.page.reload()
        ceo.reads("지급 완료", "60,000,000원")
        ceo.goto(f"/awards/{award.pk}/").reads("0원")

    def _paid(self, amount: int, reference: str) -> None:
        asked = one(Disbursement, amount=amount)
        path = f"/disbursements/{asked.pk}/"
        self.windows(OFFICER).goto(path).press("review").reads("검토 완료")
        self.windows(APPROVER).goto(path).press("approve").reads("승인")
        finance = self.windows(FINANCE).goto(path).press("send").press("pay").fill(bank_reference=reference)
        finance.reads("지급 완료", Won(amount).format(), reference)

    def legal(self) -> None:
        ceo, case = self.windows(self.ceo(self.firms[0])), self.windows(CASE)
        ceo.goto("/").follow("법률자문").press("new")
        subject = ceo.page.locator("main select[name=subject] option:not([value=''])").first.get_attribute("value")
        ceo.fill(subject=subject, counterparty="현대자동차", question=SECRET)
        asked = one(LegalCase)
        ceo.reads(asked.number)
        manager = self.windows(MANAGER)
        manager.goto(f"/legal-cases/{asked.pk}/", status=404).says_nothing_of(asked.number, SECRET)
        for path in ("/", "/legal-cases/", "/notifications/"):
            manager.page.goto(path)
            manager.says_nothing_of(asked.number, SECRET)
        advisor = self.cast.memberships[ADVISOR].pk
        case.goto(f"/legal-cases/{asked.pk}/").press("assign").fill(advisor=advisor, conflict_checked=True)
        opinion = "공동 소유 조항에서 실시권의 범위를 먼저 정하십시오."
        self.windows(ADVISOR).goto(f"/legal-cases/{asked.pk}/").reads(SECRET).press("answer").fill(opinion=opinion)
        ceo.goto(f"/legal-cases/{asked.pk}/").reads("답변 완료", opinion)

    def books(self) -> None:
        """What stays: an award for each, the paid sum, an empty outbox, nothing for a browser to complain about."""
        self.settled()
        assert stored(Award.objects.count) == len(self.firms)
        assert stored(lambda: Award.objects.aggregate(sum=Sum("amount"))["sum"]) == self.budget
        paid = stored(lambda: Disbursement.objects.filter(state="paid").aggregate(sum=Sum("amount"))["sum"])
        assert paid == GRANTED
        lines = stored(lambda: LedgerEntry.objects.filter(credit=LedgerEntry.Account.PAID).aggregate(sum=Sum("amount")))
        assert lines["sum"] == GRANTED
        assert stored(lambda: Message.objects.exclude(state="done").count()) == 0
        assert stored(lambda: Program.objects.get().state) == "running"
        assert self.windows.complaints == []


@pytest.mark.parametrize("firms", [3, pytest.param(6, marks=pytest.mark.prove)])
def test_the_pilot_from_the_first_click_to_the_paid_won(
    firms: int,
    cast: Cast,
    worker: None,
    settled: Callable[[], None],
    sign_in: Callable[[str], Page],
    browser: Browser,
    live_server: Any,
    tmp_path: Path,
) -> None:
    windows = Windows(browser, live_server.url, cast.memberships)
    for email in (OFFICER, MANAGER):
        windows.take(email, sign_in(email))
    journey = Journey(cast, windows, settled, firms)
    journey.program()
    journey.demand()
    journey.recommendations()
    journey.applications()
    journey.meetup()
    journey.evaluation()
    journey.selection()
    journey.letters(tmp_path)
    journey.money()
    journey.legal()
    journey.books()
    windows.close()
