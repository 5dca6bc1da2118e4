"""Programs, their demands, and what hangs on them."""

from datetime import timedelta

from portal.kernel.roles import Kind
from programs.demands.models import Demand, Detail, DetailRevision, Reminder, Revision
from programs.plans.models import Extension, Program, Setting, Stage
from tests.sides.side import Side, Writer


class Programs(Writer):
    def _programs(self, side: Side, year: int) -> None:
        at, officer, approver = self.world.now, self._user(side, "officer"), self._user(side, "approver")
        program = self._put(
            side, Program, year=year, name=f"사업 {side.name}", budget=10_000_000_000, target_startups=50,
            state="running", prepared_at=at, prepared_by_id=officer, opened_at=at, opened_by_id=approver,
        )  # fmt: skip
        day = timedelta(days=1)
        for kind in Stage.Kind:
            self._put(side, Stage, program=program, kind=kind, opens_at=at - day, closes_at=at + day, published=True)
        self._put(
            side, Demand, program=program, corporation=side.houses[Kind.CORPORATION], number=f"D-{side.name}",
            title=f"수요 {side.name}", problem="문제", scope="협업", tech_fields=["F05"], collaboration_types=["poc"],
            level="registered", state="published", created_at=at, submitted_at=at,
            submitted_by_id=self._user(side, "manager"), published_at=at, published_by_id=officer, revision=2,
        )  # fmt: skip
        self._survey(side)

    def _survey(self, side: Side) -> None:
        """What hangs on a program and its demand."""
        at, officer, demand = self.world.now, self._user(side, "officer"), side.rows[Demand]
        corporation, program = side.houses[Kind.CORPORATION], side.rows[Program]
        self._put(
            side, Detail, demand=demand, corporation=corporation, state=demand.state, text=f"비밀 사양 {side.name}"
        )
        for number in (1, 2):  # what was handed in before the return is for the corporation and the ministry alone
            content = {"problem": f"돌려받기 전의 글 {side.name}"} if number == 1 else {}
            self._put(
                side, Revision, demand=demand, corporation=corporation, state=demand.state, level=demand.level,
                current=2, number=number, content=content, handed_in_at=at,
                handed_in_by_id=self._user(side, "manager"),
            )  # fmt: skip
            self._put(
                side, DetailRevision, demand=demand, corporation=corporation, state=demand.state, current=2,
                number=number, text=f"비밀 사양 {side.name}",
            )  # fmt: skip
        self._put(
            side, Reminder, program=program, corporation=corporation, day=at.date(), sent_at=at, sent_by_id=officer
        )
        self._put(
            side, Extension, stage=side.rows[Stage], organization=side.houses[Kind.STARTUP], closes_at=at,
            reason=f"연장 사유 {side.name}", granted_at=at, granted_by_id=officer,
        )  # fmt: skip
        self._put(
            side, Setting, program=program, state=program.state, kind="shares", percents=[70, 10, 20],
            valid_from=at.date(), origin="sibling", source="유사 사업", made_at=at, made_by_id=officer,
        )  # fmt: skip
