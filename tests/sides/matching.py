"""Startups, recommendations, applications, suggestions and the meetup."""

from datetime import date, timedelta

from matching.applications.models import Application, Exclusion, ShortlistEntry
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
from matching.recommendations.models import ConsensusNote, Recommendation
from matching.startups.models import Consent, Evidence, ExclusiveTie, PastSupport, Profile
from portal.files.models import File
from portal.kernel.roles import Kind
from portal.organizations.models import Organization
from portal.security.models import Grant
from programs.demands.models import Demand
from tests.sides.side import Side, Writer

PHONES = {"a": "010-7771-2345", "b": "010-7772-2345"}  # of the startups; others read the end


class Matching(Writer):
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
