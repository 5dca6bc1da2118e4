"""Two of everything: side A and side B, rivals in two programs, with one row of every model on each side.

Rows are written directly as the system, in the state in which most people may see them; the tests then ask who
really does. A room that is new adds its rows here, or the coverage test fails.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from agreements.funding.models import Award, AwardUse, Disbursement, LedgerEntry, Progress
from agreements.legal.models import LegalCase, Note
from matching.applications.models import Application, Exclusion, ShortlistEntry
from matching.evaluations.models import Assignment, ConflictReason, Result, Round, Sheet
from matching.matches.models import DemandVectors, Match, Run, StartupVectors
from matching.meetups.models import (
    Absence,
    Bar,
    Calculation,
    CorporationGrade,
    Host,
    Meeting,
    Meetup,
    Outcome,
    PlanEntry,
    Rating,
    StartupGrade,
)
from matching.recommendations.models import ConsensusNote, Recommendation, Upload, UploadRow
from matching.selections.models import Line, Selection
from matching.startups.models import Consent, Evidence, ExclusiveTie, PastSupport, Profile
from portal.api.models import IdempotencyKey, Token
from portal.audit.models import AccessRecord, RecordCheck, RecordReview, RecordSeal
from portal.documents.models import Batch, Counter, Document
from portal.files.models import File
from portal.joining.models import JoinRequest
from portal.kernel.roles import Kind, Role
from portal.merging.models import StartupMerge
from portal.notifications.models import Mail, MailContent, Notification
from portal.organizations.models import Invitation, Membership, MembershipUse, Organization
from portal.outbox.models import Message
from portal.resets.models import SecondFactorReset
from portal.rolereviews.models import RoleReview
from portal.security.actor import Actor, system
from portal.security.models import Block, Grant
from portal.security.scope import PartyModel
from portal.signon.models import Identity
from portal.webhooks.models import Delivery, Webhook
from programs.demands.models import Demand, Detail, DetailRevision, Reminder, Revision
from programs.plans.models import Extension, Program, Setting, Stage
from tests.fixtures import World

DRAWN = {"a": 70_123_451, "b": 70_123_452}  # won; found wherever they stand
PHONES = {"a": "010-7771-2345", "b": "010-7772-2345"}  # of the startups; others read the end
CRITERIA = [{"code": "fit", "label": "적합성", "weight": 100}]


@dataclass
class Side:
    """One side's people (role name → actor) and rows (model → object)."""

    name: str
    actors: dict[str, Actor] = field(default_factory=dict)
    memberships: dict[str, Membership] = field(default_factory=dict)
    houses: dict[Kind, Organization] = field(default_factory=dict)
    rows: dict[type[PartyModel], Any] = field(default_factory=dict)


class Sides:
    """`shared`: the ministry and the foundation. `a` and `b`: corporation, startup and center of each side."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.shared = Side("shared")
        self._house(self.shared, Kind.MINISTRY, Role.OFFICER, Role.APPROVER, Role.FINANCE, Role.AUDITOR, Role.OPERATOR)
        self._house(self.shared, Kind.FOUNDATION, Role.CASE_MANAGER, Role.ADVISOR)
        self.a, self.b = self._side("a", 2025), self._side("b", 2026)

    def actors(self) -> dict[str, Actor]:
        """Everybody by role (side A and the shared ones), the public, and somebody signed in who acts for nobody."""
        now = self.world.now
        stranger = self.a.memberships["manager"].user_id
        return (
            self.shared.actors | self.a.actors | {"public": Actor.public(now), "nobody's": Actor.of_user(stranger, now)}
        )

    def _house(self, side: Side, kind: Kind, *roles: Role, **fields: Any) -> Organization:
        house = self.world.organization(kind, f"{kind} {side.name}", slug=f"{kind}-{side.name}", **fields)
        side.houses[kind] = house
        # The administrator is a person of their own, so that no role sees more for being the administrator.
        side.memberships[f"{kind} administrator"] = self.world.member(house, Role.ADMINISTRATOR)
        for role in roles:
            member = self.world.member(house, role, email=f"{role}.{side.name}@{kind}.example")
            side.memberships[str(role)] = member
            side.actors[str(role)] = self.world.actor(member)
        return house

    def _side(self, name: str, year: int) -> Side:
        side = Side(name)
        self._house(side, Kind.CORPORATION, Role.MANAGER, Role.EVALUATOR, Role.SIGNATORY)
        self._house(side, Kind.STARTUP, Role.REPRESENTATIVE, Role.MEMBER)
        self._house(side, Kind.CENTER, Role.HEAD, Role.COORDINATOR)
        with system("two of everything"):
            self._programs(side, year)
            self._matching(side)
            self._evaluations(side)
            self._drafts(side)
            self._agreements(side)
            self._ground(side)
        return side

    def _put(self, side: Side, model: type[PartyModel], /, **fields: Any) -> Any:
        row = model(**fields)
        row.save(force_insert=True)
        side.rows[model] = row
        return row

    def _user(self, side: Side, role: str) -> Any:
        return (side.memberships.get(role) or self.shared.memberships[role]).user_id

    def _parties(self, side: Side) -> dict[str, Any]:
        houses = side.houses
        return {
            "program": side.rows[Program],
            "corporation": houses[Kind.CORPORATION],
            "startup": houses[Kind.STARTUP],
        }

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

    def _matching(self, side: Side) -> None:
        at, parties = self.world.now, self._parties(side)
        demand, center = side.rows[Demand], side.houses[Kind.CENTER]
        startup, corporation = parties["startup"], parties["corporation"]
        self._startup(side, startup, center)
        recommendation = self._put(
            side, Recommendation, **parties, demand=demand, center=center, reason="추천 사유 " * 12, state="accepted",
            created_at=at, requested_at=at, consented_at=at, consented_by_id=self._user(side, "representative"),
            submitted_at=at, decided_at=at, decided_by_id=self._user(side, "officer"),
        )  # fmt: skip
        self._put(
            side, ConsensusNote, recommendation=recommendation, center=center, text=f"센터 의견 {side.name}",
            handed_in=True,
        )  # fmt: skip
        application = self._put(
            side, Application, **parties, demand=demand, center=center, number=f"A-{side.name}", proposal="제안",
            technology=f"신청한 기술 {side.name}",
            requested_amount=100_000_000, state="met", created_at=at, submitted_at=at,
            submitted_by_id=self._user(side, "representative"),
        )  # fmt: skip
        self._put(
            side, Exclusion, application=application, corporation=corporation, startup=startup,
            state=application.state, text=f"제외할 회사 {side.name}",
        )  # fmt: skip
        self._put(
            side, ShortlistEntry, application=application, corporation=corporation, startup=startup,
            state=application.state, note=f"관심 메모 {side.name}", added_at=at,
            added_by_id=self._user(side, "manager"),
        )  # fmt: skip
        for house in (corporation, center):
            self._put(
                side, Grant, purpose="startup", subject_id=startup.pk, organization_id=house.pk, cause="test",
                cause_id=application.pk, valid_from=at,
            )  # fmt: skip
        meetup = self._put(
            side, Meetup, program=parties["program"], name="밋업", venue="서울", day=date(2025, 3, 12),
            state="scheduled", created_at=at, published_at=at, published_by_id=self._user(side, "officer"),
        )  # fmt: skip
        for house in (corporation, startup, center):
            self._put(
                side, Grant, purpose="meetup", subject_id=meetup.pk, organization_id=house.pk, cause="meetup",
                cause_id=meetup.pk, valid_from=at,
            )  # fmt: skip
        names = {"corporation_name": corporation.name, "startup_name": startup.name}
        known = {f.name for f in Meeting._meta.get_fields()}
        meeting = self._put(
            side, Meeting, **parties, meetup=meetup, application=application, table=1, starts_at=at,
            ends_at=at + timedelta(minutes=30), published=True, state="held", held_at=at,
            **{k: v for k, v in names.items() if k in known},
        )  # fmt: skip
        side.rows[PlanEntry] = meeting.entry  # written by a trigger
        hidden = self._put(
            side, Meeting, **parties, meetup=meetup, application=application, table=1,
            starts_at=at + timedelta(hours=2), ends_at=at + timedelta(hours=2, minutes=30), published=False,
            corporation_name=f"미공개 만남 {side.name}", startup_name=startup.name,
        )  # fmt: skip
        assert hidden.entry.corporation_name == hidden.corporation_name
        side.rows[Meeting] = meeting
        self._planning(side, meetup, application)
        self._matches(side)
        self._put(
            side, Outcome, meeting=meeting, application=application, corporation=corporation, startup=startup,
            center=center, result="pursue", owner_name="담당", due_on=date(2025, 4, 1), recorded_at=at,
            recorded_by_id=self._user(side, "manager"),
        )  # fmt: skip
        for rater, who in (("corporation", "manager"), ("startup", "representative")):
            self._put(
                side, Rating, meeting=meeting, application=application, corporation=corporation, startup=startup,
                side=rater, score=2, comment=f"{rater}의 만남 평가 {side.name}", rated_at=at,
                rated_by_id=self._user(side, who),
            )  # fmt: skip

    def _matches(self, side: Side) -> None:
        """What each side is told of a startup and a demand; the row of the side is the corporation's."""
        at, parties, demand = self.world.now, self._parties(side), side.rows[Demand]
        corporation, startup, center = parties["corporation"], parties["startup"], side.houses[Kind.CENTER]
        consent = Consent(
            startup=startup, purpose="found", items=["identity"], given_at=at,
            given_by_id=self._user(side, "representative"),
        )  # fmt: skip
        consent.save(force_insert=True)
        found = {"consent": consent, "consent_state": "given"}
        about = {
            "demand": demand, "corporation": corporation, "standing": demand.state, "startup": startup,
            "company": startup.name, "score": 0.9, "engine": "1", "as_of": at.date(), "computed_at": at,
        }  # fmt: skip
        for party, kind, basis in (
            (startup, "startup", {}),
            (center, "center", found),
            (corporation, "corporation", found),
        ):
            said = {"kind": "text", "met": True, "ko": f"까닭 {kind} {side.name}", "en": "reason"}
            match = Match(**about, **basis, party=party, side=kind, reasons=[said])
            match.save(force_insert=True)
        side.rows[Match] = match
        second = self._second(side)
        for party, kind, person, basis in (
            (startup, "startup", "representative", {}), (center, "center", "coordinator", found),
            (corporation, "corporation", "manager", found),
        ):  # fmt: skip
            Match(
                **about | {"demand": second, "standing": second.state}, **basis, party=party, side=kind,
                state="dismissed", why_not=f"안 맞음 {kind} {side.name}", dismissed_at=at,
                dismissed_by_id=self._user(side, person),
            ).save(force_insert=True)  # fmt: skip
        self._put(side, StartupVectors, startup=startup, digest="0" * 64, rows=b"", read_at=at)
        self._put(side, DemandVectors, demand=demand, read_at=at)
        self._put(side, Run, as_of=at.date(), asked_at=at, due_at=at, state="failed", finished_at=at, problem="사유")

    def _second(self, side: Side) -> Demand:
        at, parties = self.world.now, self._parties(side)
        demand = Demand(
            program=parties["program"], corporation=parties["corporation"], number=f"D3-{side.name}", title="셋째 수요",
            state="published", created_at=at, submitted_at=at, submitted_by_id=self._user(side, "manager"),
            published_at=at, published_by_id=self._user(side, "officer"),
        )  # fmt: skip
        demand.save(force_insert=True)
        return demand

    def _startup(self, side: Side, startup: Organization, center: Organization) -> None:
        at, representative = self.world.now, self._user(side, "representative")
        profile = self._put(
            side, Profile, startup=startup, representative="대표", summary="요약", phone=PHONES.get(side.name, "")
        )
        self._put(side, ExclusiveTie, profile=profile, startup=startup, text=f"독점 상대 {side.name}")
        self._put(
            side, PastSupport, startup=startup, program_name=f"받은 지원 {side.name}", agency="기관", year=2023,
            amount=50_000_000, subject="시제품",
        )  # fmt: skip
        file = File(
            owner=startup, subject="startups.evidence", subject_id=profile.pk, name=f"증빙 {side.name}.pdf",
            media_type="application/pdf", size=1, sha256="0" * 64, key=f"evidence-{side.name}",
            uploaded_by_id=representative, uploaded_at=at,
        )  # fmt: skip
        file.save(force_insert=True)
        self._put(side, Evidence, startup=startup, sort="tax", name=f"증빙 {side.name}", file=file, added_at=at)
        self._put(
            side, Consent, startup=startup, recipient=center, purpose="recommendation", items=["identity"],
            cause_id=profile.pk, given_at=at, given_by_id=representative,
        )  # fmt: skip

    def _planning(self, side: Side, meetup: Meetup, application: Application) -> None:
        at, about = self.world.now, {"meetup": meetup, "application": application}
        sides = {"corporation": application.corporation, "startup": application.startup}
        manager, representative = self._user(side, "manager"), self._user(side, "representative")
        self._put(side, CorporationGrade, **about, **sides, grade=5, graded_at=at, graded_by_id=manager)
        self._put(side, StartupGrade, **about, **sides, grade=2, graded_at=at, graded_by_id=representative)
        self._put(side, Absence, meetup=meetup, organization=sides["startup"], slots=[1])
        self._put(side, Host, meetup=meetup, corporation=sides["corporation"], room=f"자리 {side.name}", tables=[1])
        self._put(side, Bar, **about, reason=f"만남 금지 {side.name}")
        self._put(
            side, Calculation, meetup=meetup, started_at=at, started_by_id=self._user(side, "officer"), total=7,
            state="failed", problem=f"계산 결과 {side.name}",
        )  # fmt: skip

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

    def _ground(self, side: Side) -> None:
        at, parties = self.world.now, self._parties(side)
        startup, center = parties["startup"], side.houses[Kind.CENTER]
        program, user = parties["program"], self._user(side, "representative")
        side.rows[Organization] = startup
        side.rows[Membership] = side.memberships["representative"]
        self._put(side, MembershipUse, membership=side.memberships["representative"], organization=startup, used_at=at)
        self._put(
            side, RoleReview, membership=side.memberships["representative"], organization=startup, user_id=user,
            roles=["representative"], decision="keeps", reviewed_at=at,
            reviewed_by_id=side.memberships["startup administrator"].user_id,
        )  # fmt: skip
        self._put(
            side, StartupMerge, duplicate=startup, into=self.shared.houses[Kind.MINISTRY], reason="중복",
            proposed_at=at, proposed_by_id=self._user(side, "officer"),
        )  # fmt: skip
        self._put(
            side, Invitation, organization=startup, email=f"new@{side.name}.example", roles=["member"],
            token_hash=side.name * 32, invited_at=at, expires_at=at + timedelta(days=7),
        )  # fmt: skip
        self._put(
            side, JoinRequest, user_id=user, organization=startup, business_no=f"000-88-0000{side.name}",
            message=f"참여 요청 {side.name}", asked_at=at, expires_at=at + timedelta(days=14),
        )  # fmt: skip
        self._put(
            side, SecondFactorReset, user_id=user, organization=startup, reason=f"분실 {side.name}", asked_at=at,
            asked_by_id=side.memberships["startup administrator"].user_id,
        )  # fmt: skip
        self._put(side, Identity, user_id=user, issuer="https://sso.example", subject=f"sub-{side.name}", linked_at=at)
        file = self._put(
            side, File, owner=center, subject="recommendations.upload", subject_id=program.pk, name="목록.xlsx",
            media_type="text/csv", size=1, sha256="0" * 64, key=f"files/{side.name}",
            uploaded_by_id=self._user(side, "coordinator"), uploaded_at=at,
        )  # fmt: skip
        upload = self._put(
            side, Upload, program=program, center=center, file=file, state="checked", rows=1, uploaded_at=at,
            uploaded_by_id=self._user(side, "coordinator"), checked_at=at,
        )  # fmt: skip
        self._put(
            side, UploadRow, upload=upload, center=center, uploaded_by_id=upload.uploaded_by_id, number=1, values={},
            outcome="new",
        )  # fmt: skip
        self._put(
            side, Document, program_id=program.pk, year=program.year, kind="결과", serial=1,
            number=f"DTV-{program.year}-결과-0001", title="통지", owner=startup, subject="selections.line",
            subject_id=side.rows[Line].pk, template="documents/selection_result.html", data={}, code=f"code-{side.name}",
            issuer="중소벤처기업부", issued_at=at,
        )  # fmt: skip
        self._put(
            side,
            Batch,
            program_id=program.pk,
            owner=side.houses[Kind.CORPORATION],
            title="통지 일괄",
            total=1,
            started_at=at,
        )
        self._put(side, Counter, year=program.year, kind="결과", last=1)
        self._put(
            side, Notification, event_id=program.pk, user_id=user, event="e", title="제목", url="/", created_at=at
        )
        mail = self._put(side, Mail, event_id=program.pk, to=f"{side.name}@x.example", created_at=at)
        webhook = self._put(
            side, Webhook, organization=startup, membership=side.memberships[f"{Kind.STARTUP} administrator"],
            url=f"https://{side.name}.example/hook", events=["organization.verified"], created_at=at,
        )  # fmt: skip
        self._put(
            side, Delivery, webhook=webhook, organization=startup, event_id=startup.pk, event="organization.verified",
            subject="organizations.organization", subject_id=startup.pk, created_at=at,
        )  # fmt: skip
        self._put(side, MailContent, mail=mail, subject="제목", body="본문")
        self._put(side, Message, job="test", created_at=at, due_at=at)
        Message(
            job="test", arguments={"about": f"감춘 일 {side.name}"}, created_at=at, due_at=at, confidential=True
        ).save(force_insert=True)
        hidden = Mail(event_id=startup.pk, to=f"hidden.{side.name}@x.example", created_at=at, confidential=True)
        hidden.save(force_insert=True)
        AccessRecord(
            at=at, owner_id=startup.pk, user_name=f"감춘 열람 {side.name}", act="view", subject="legal.legalcase",
            confidential=True,
        ).save(force_insert=True)  # fmt: skip
        record = self._put(side, AccessRecord, at=at, owner_id=startup.pk, act="view", subject="startups.profile")
        self._put(
            side,
            RecordSeal,
            number=int(startup.pk) % 10**15 + 1,
            record=record,
            tx=0,
            salt=b"",
            personal=b"",
            digest=b"",
        )
        self._put(side, RecordCheck, requested_at=at, requested_by="감사")
        self._put(side, RecordReview, month=at.date().replace(day=1), reviewed_at=at, reviewed_by_id=user)
        self._put(
            side, Token, user_id=user, membership=side.memberships["representative"], name="t", scopes=["read"],
            token_hash=side.name * 32, created_at=at, expires_at=at + timedelta(days=1),
        )  # fmt: skip
        self._put(
            side, IdempotencyKey, membership_id=side.memberships["representative"].pk, key="k", request_hash="0" * 64,
            created_at=at,
        )  # fmt: skip
        self._put(
            side, Block, subject_id=program.pk, user_id=self._user(side, "evaluator"), cause="t", cause_id=program.pk
        )
