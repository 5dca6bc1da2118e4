"""Evaluations, selections, awards and what is paid."""

from decimal import Decimal

from agreements.funding.models import Award, AwardUse, Disbursement, LedgerEntry, Progress
from agreements.legal.models import LegalCase, Note
from matching.applications.models import Application
from matching.evaluations.models import Assignment, ConflictReason, Result, Round, Sheet
from matching.selections.models import Line, Selection
from portal.kernel.roles import Kind
from programs.demands.models import Demand
from tests.sides.side import Side, Writer

DRAWN = {"a": 70_123_451, "b": 70_123_452}  # won; found wherever they stand
CRITERIA = [{"code": "fit", "label": "적합성", "weight": 100}]


class Deciding(Writer):
    def _evaluations(self, side: Side) -> None:
        at, parties = self.world.now, self._parties(side)
        application, evaluator = side.rows[Application], side.memberships["evaluator"]
        sides = {"application": application, "corporation": parties["corporation"], "startup": parties["startup"]}
        round_ = self._put(
            side, Round, program=parties["program"], demand=side.rows[Demand], corporation=parties["corporation"],
            criteria=CRITERIA, state="closed", opened_at=at, opened_by_id=self._user(side, "manager"), closed_at=at,
            closed_by_id=self._user(side, "manager"), figures_hash="0" * 64,
        )  # fmt: skip
        assignment = self._put(
            side, Assignment, **sides, round=round_, evaluator=evaluator, evaluator_user_id=evaluator.user_id,
            evaluator_name="위원", state="submitted", assigned_at=at, assigned_by_id=self._user(side, "manager"),
            declared_at=at,
        )  # fmt: skip
        self._put(
            side, ConflictReason, assignment=assignment, evaluator=evaluator, ground="other", explanation="사유",
            declared_at=at,
        )  # fmt: skip
        self._put(
            side, Sheet, **sides, round=round_, assignment=assignment, evaluator=evaluator,
            scores={"fit": {"score": 80, "reason": f"평가 의견 {side.name}"}},
            total=Decimal("80.00"), state="submitted", submitted_at=at, submitted_by_id=evaluator.user_id,
            disclosed_at=at,
        )  # fmt: skip
        self._put(side, Result, **sides, round=round_, sheets=1, mean=Decimal("80.00"), rank=1, passed=True)
        selection = self._put(
            side, Selection, program=parties["program"], demand=side.rows[Demand], round=round_,
            corporation=parties["corporation"], state="confirmed", created_at=at, proposed_at=at,
            proposed_by_id=self._user(side, "manager"), confirmed_at=at, confirmed_by_id=self._user(side, "approver"),
        )  # fmt: skip
        self._put(
            side, Line, **parties, selection=selection, standing=selection.state, application=application, decision="select", rank=1,
            amount=100_000_000,
        )  # fmt: skip

    def _drafts(self, side: Side) -> None:
        """A second demand, whose selection the corporation is still drafting."""
        at, parties, manager = self.world.now, self._parties(side), self._user(side, "manager")
        corporation, program = parties["corporation"], parties["program"]
        demand = Demand(
            program=program, corporation=corporation, number=f"D2-{side.name}", title="둘째 수요", state="published",
            created_at=at, submitted_at=at, submitted_by_id=manager, published_at=at,
            published_by_id=self._user(side, "officer"),
        )  # fmt: skip
        demand.save(force_insert=True)
        round_ = Round(
            program=program, demand=demand, corporation=corporation, criteria=CRITERIA, state="closed", opened_at=at,
            opened_by_id=manager, closed_at=at, closed_by_id=manager, figures_hash="0" * 64,
        )  # fmt: skip
        round_.save(force_insert=True)
        application = Application(
            **parties, demand=demand, number=f"A2-{side.name}", state="met", created_at=at, submitted_at=at,
            submitted_by_id=self._user(side, "representative"),
        )  # fmt: skip
        application.save(force_insert=True)
        selection = Selection(
            program=program, demand=demand, round=round_, corporation=corporation, state="draft", created_at=at
        )
        selection.save(force_insert=True)
        Line(
            **parties, selection=selection, standing="draft", application=application, decision="reject",
            message=f"초안 의견 {side.name}",
        ).save(force_insert=True)  # fmt: skip

    def _agreements(self, side: Side) -> None:
        at, parties = self.world.now, self._parties(side)
        award = self._put(
            side, Award, **parties, application=side.rows[Application], center=side.houses[Kind.CENTER],
            amount=100_000_000, awarded_at=at, awarded_by_id=self._user(side, "approver"), announced_at=at,
        )  # fmt: skip
        disbursement = self._put(
            side, Disbursement, **parties, award=award, amount=DRAWN[side.name], purpose="1차", key=f"k-{side.name}",
            requested_at=at, requested_by_id=self._user(side, "representative"),
        )  # fmt: skip
        self._put(
            side, LedgerEntry, program=parties["program"], startup=parties["startup"], award=award,
            disbursement=disbursement, debit="awarded", credit="paid", amount=DRAWN[side.name], at=at,
            by_id=self._user(side, "approver"),
        )  # fmt: skip
        side.rows[AwardUse], side.rows[Progress] = award.use, disbursement.progress  # written by triggers
        advisor = self.shared.memberships["advisor"]
        case = self._put(
            side, LegalCase, startup=parties["startup"], number=f"L-{side.name}", subject="nda", counterparty="상대방",
            question=f"법률 질의 {side.name}", state="assigned", received_at=at, received_by_id=self._user(side, "representative"),
            advisor=advisor, advisor_name="자문", assigned_at=at, assigned_by_id=self._user(side, "case_manager"),
        )  # fmt: skip
        self._put(
            side, Note, case=case, startup=parties["startup"], advisor=advisor, author_id=advisor.user_id,
            author_name="자문", text="의견", written_at=at,
        )  # fmt: skip
