"""The pilot of 2024: 현대자동차 and its six startups, from the demand to the paid won.

Published facts [fact]: the corporation, the six names, selected in October. Everything else is invented for
demonstration: the demand's text, scores, amounts, people.
"""

import csv
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from agreements.funding import operations as funding
from agreements.funding.models import Award, Disbursement
from matching.applications import operations as applications
from matching.applications.models import Application
from matching.evaluations import operations as evaluations
from matching.evaluations import scoring
from matching.evaluations.models import Assignment, Round, Sheet
from matching.meetups import meetings
from matching.meetups import operations as meetups
from matching.meetups.models import Meeting, Meetup
from matching.recommendations import operations as recommendations
from matching.recommendations.models import Recommendation
from matching.selections import operations as selections
from matching.selections.models import Selection
from portal.security.actor import system
from portal.site.sample.people import PILOT, Cast, Startup, business_no
from portal.site.sample.stage import Player, at
from programs.demands import operations as demands
from programs.demands.models import Demand
from programs.plans import operations as plans
from programs.plans.models import Program, Stage

NAME = "2024년 딥테크 밸류업 시범사업"
OFFICER, APPROVER, FINANCE = "officer@mss.example", "approver@mss.example", "finance@mss.example"
MANAGER, COORDINATOR = "manager@hyundai.example", "coordinator@gyeonggi.example"
EVALUATORS = tuple(f"evaluator{n}@hyundai.example" for n in (1, 2, 3))
REASON = (
    "제조 현장 실증에 필요한 핵심 기술을 자체 개발하여 시제품을 확보하였고, 대기업과의 공동 개발 경험이 있어 "
    "짧은 기간 안에 협업 성과를 낼 수 있는 기업입니다."
)
FIELDS = {"deepinsight": "F06", "inchems": "F04", "rowain": "F05", "tesollo": "F05", "plaif": "F05", "floatic": "F05"}
MARKS = {"deepinsight": 91, "inchems": 84, "rowain": 82, "tesollo": 93, "plaif": 88, "floatic": 86}


def names() -> list[str]:
    """The startups of the pilot, as published."""
    with (Path(__file__).parent / "pilot_2024.csv").open(encoding="utf-8", newline="") as lines:
        return [row["startup_name_ko"] for row in csv.DictReader(lines)]


class Pilot:
    """Plays the program of 2024 in order. Each chapter is one method."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.firms = [firm for name in names() for firm in PILOT if firm.name == name]

    def by(self, email: str, when: str | datetime) -> Player:
        return Player(self.cast, email, at(when) if isinstance(when, str) else when)

    def play(self) -> None:
        """All of it. Does nothing where the program is there."""
        with system("is the pilot told already"):
            if Program.objects.filter(name=NAME).exists():
                return
        self.program = self._program()
        self.demand = self._demand()
        self._recommend()
        self._apply()
        self._meet()
        self._evaluate()
        self._select()
        for firm in self.firms:
            self._pay(firm)
        self._close()

    def _program(self) -> Program:
        officer = self.by(OFFICER, "2024-03-04 10:00")
        program = officer(
            plans.create, year=2024, name=NAME, budget=1_200_000_000, target_startups=6, cap_per_startup=200_000_000
        )
        kinds = Stage.Kind
        windows = {
            kinds.DEMAND_SURVEY: ("2024-03-11 09:00", "2024-04-12 18:00"),
            kinds.RECOMMENDATION: ("2024-04-15 09:00", "2024-05-31 18:00"),
            kinds.APPLICATION: ("2024-05-01 09:00", "2024-06-28 18:00"),
            kinds.MEETUP: ("2024-07-01 09:00", "2024-08-30 18:00"),
            kinds.EVALUATION: ("2024-09-02 09:00", "2024-09-30 18:00"),
            kinds.SELECTION: ("2024-10-01 09:00", "2024-10-31 18:00"),
            kinds.FUNDING: ("2024-11-01 09:00", "2024-12-20 18:00"),
        }
        officer(
            plans.set_stages, program=program, windows={k: (at(start), at(end)) for k, (start, end) in windows.items()}
        )
        self.by(APPROVER, "2024-03-05 14:00")(plans.open_, program=program)
        self.by(OFFICER, "2024-03-11 09:00")(plans.run, program=program)
        return program

    def _demand(self) -> Demand:
        manager = self.by(MANAGER, "2024-03-20 11:00")
        demand = manager(
            demands.create,
            program=manager.sees(Program, name=NAME),
            title="제조·물류 현장의 자율화 기술 실증",
            problem="다품종 조립과 물류 현장에서 사람이 하던 정밀 작업을 로봇과 인공지능으로 대신할 기술이 필요합니다.",
            scope="생산 현장에서의 실증과 공동 개발. 이미 양산 적용된 범용 설비의 단순 공급은 제외합니다.",
            tech_fields=["F05", "F06"],
            min_trl=5,
            collaboration_types=["poc", "codev"],
            wanted_startups=len(self.firms),
            level="registered",
        )
        manager(demands.submit, demand=demand)
        officer = self.by(OFFICER, "2024-04-15 10:00")
        officer(demands.publish, demand=officer.sees(Demand, pk=demand.pk))
        return demand

    def _recommend(self) -> None:
        for order, firm in enumerate(self.firms, start=1):
            coordinator = self.by(COORDINATOR, "2024-04-22 10:00")
            made = coordinator(
                recommendations.create,
                demand=coordinator.sees(Demand, pk=self.demand.pk),
                business_no=business_no(firm.no),
                company=firm.name,
                representative=self.cast.memberships[f"ceo@{firm.slug}.example"].user.name,
                email=f"ceo@{firm.slug}.example",
                phone="02-0000-0000",
                tech_fields=[FIELDS[firm.slug]],
                trl=6,
                reason=REASON,
                priority=order,
            )
            coordinator(recommendations.request_consent, recommendation=made)
            ceo = self.by(f"ceo@{firm.slug}.example", "2024-04-25 15:00")
            ceo(recommendations.consent, recommendation=ceo.sees(Recommendation, pk=made.pk))
            officer = self.by(OFFICER, "2024-05-02 10:00")
            officer(recommendations.accept, recommendation=officer.sees(Recommendation, pk=made.pk))

    def _apply(self) -> None:
        for firm in self.firms:
            member = self.by(f"member@{firm.slug}.example", "2024-05-20 16:00")
            made = member(
                applications.create,
                demand=member.sees(Demand, pk=self.demand.pk),
                proposal=f"{firm.name}의 기술을 현장 한 곳에 적용하여 6개월 동안 성능을 검증하고 공동 개발로 이어 가겠습니다.",
                requested_amount=200_000_000,
            )
            ceo = self.by(f"ceo@{firm.slug}.example", "2024-05-21 10:00")
            ceo(applications.submit, application=ceo.sees(Application, pk=made.pk))
            officer = self.by(OFFICER, "2024-06-03 10:00")
            officer(applications.admit, application=officer.sees(Application, pk=made.pk))
            manager = self.by(MANAGER, "2024-06-10 10:00")
            manager(applications.invite, application=manager.sees(Application, pk=made.pk))

    def application(self, firm: Startup, by: Player) -> Application:
        return by.sees(Application, demand_id=self.demand.pk, startup=self.cast.organizations[firm.slug])

    def _meet(self) -> None:
        officer = self.by(OFFICER, "2024-07-01 10:00")
        meetup = officer(
            meetups.create, program=officer.sees(Program, name=NAME), name="2024년 공동 밋업", venue="경기창조경제혁신센터",
            day=date(2024, 7, 18),
        )  # fmt: skip
        start = at("2024-07-18 10:00")
        for slot, firm in enumerate(self.firms):
            begins = start + timedelta(minutes=40 * slot)
            officer(
                meetups.add_meeting, meetup=meetup, application=self.application(firm, officer), table=1,
                starts_at=begins, ends_at=begins + timedelta(minutes=30),
            )  # fmt: skip
        officer(meetups.publish, meetup=meetup)
        self.by(OFFICER, "2024-07-18 09:30")(meetups.start, meetup=officer.sees(Meetup, pk=meetup.pk))
        for firm in self.firms:
            manager = self.by(MANAGER, "2024-07-18 15:00")
            held = manager.sees(Meeting, meetup=meetup, startup=self.cast.organizations[firm.slug])
            manager(meetings.hold, meeting=held)
            manager(
                meetings.record_outcome, meeting=held, result="pursue", owner_name="생산기술개발센터 책임",
                due_on=date(2024, 8, 30),
            )  # fmt: skip
        self.by(OFFICER, "2024-07-18 18:00")(meetups.close, meetup=officer.sees(Meetup, pk=meetup.pk))

    def _evaluate(self) -> None:
        manager = self.by(MANAGER, "2024-09-02 10:00")
        round_ = manager(evaluations.open_round, demand=manager.sees(Demand, pk=self.demand.pk))
        for firm in self.firms:
            for email in EVALUATORS:
                asked = manager(
                    evaluations.assign,
                    application=self.application(firm, manager),
                    evaluator_id=self.cast.memberships[email].pk,
                )
                self._score(firm, email, asked)
        self.by(MANAGER, "2024-09-27 17:00")(evaluations.close, round=manager.sees(Round, pk=round_.pk))

    def _score(self, firm: Startup, email: str, asked: Assignment) -> None:
        evaluator = self.by(email, "2024-09-10 14:00")
        evaluator(evaluations.declare_none, assignment=evaluator.sees(Assignment, pk=asked.pk))
        sheet = evaluator.sees(Sheet, assignment_id=asked.pk)
        shift = EVALUATORS.index(email) - 1  # one is stricter, one more lenient
        scores: dict[str, dict[str, Any]] = {
            criterion["code"]: {
                "score": MARKS[firm.slug] + shift * 2 - position,
                "reason": "제출 자료와 밋업에서 확인한 내용을 바탕으로 평가하였습니다.",
            }
            for position, criterion in enumerate(sheet.round.criteria)
        }
        evaluator(scoring.save, sheet=sheet, scores=scores, comment="현장 실증을 추진할 만한 기업입니다.")
        evaluator(scoring.submit, sheet=evaluator.sees(Sheet, pk=sheet.pk))

    def _select(self) -> None:
        manager = self.by(MANAGER, "2024-10-04 10:00")
        made = manager(selections.create, round=manager.sees(Round, demand_id=self.demand.pk))
        manager(selections.propose, selection=manager.sees(Selection, pk=made.pk))
        approver = self.by(APPROVER, "2024-10-14 10:00")
        approver(selections.confirm, selection=approver.sees(Selection, pk=made.pk))
        officer = self.by(OFFICER, "2024-10-16 10:00")
        officer(selections.announce, selection=officer.sees(Selection, pk=made.pk))

    def _pay(self, firm: Startup) -> None:
        ceo = self.by(f"ceo@{firm.slug}.example", "2024-11-04 10:00")
        award = ceo.sees(Award, startup=self.cast.organizations[firm.slug], program__name=NAME)
        for part, (amount, purpose) in enumerate(
            [
                (award.amount * 7 // 10, "1차 지급: 실증 착수"),
                (award.amount - award.amount * 7 // 10, "2차 지급: 중간 보고 이후"),
            ]
        ):
            month = 11 + part
            asked = self.by(ceo.email, f"2024-{month}-04 10:00")(
                funding.request, award=ceo.sees(Award, pk=award.pk), amount=amount, purpose=purpose
            )
            for email, day, step, more in (
                (OFFICER, "05", funding.review, {}),
                (APPROVER, "06", funding.approve, {}),
                (FINANCE, "07", funding.send, {}),
                (FINANCE, "08", funding.pay, {"bank_reference": f"SAMPLE-2024{month}-{firm.no}"}),
            ):
                player = self.by(email, f"2024-{month}-{day} 11:00")
                player(step, disbursement=player.sees(Disbursement, pk=asked.pk), **more)
        finance = self.by(FINANCE, "2024-12-16 11:00")
        finance(funding.close, award=finance.sees(Award, pk=award.pk))

    def _close(self) -> None:
        officer = self.by(OFFICER, "2024-12-20 10:00")
        officer(demands.close, demand=officer.sees(Demand, pk=self.demand.pk))
        approver = self.by(APPROVER, "2024-12-27 10:00")
        approver(plans.close, program=approver.sees(Program, name=NAME))
