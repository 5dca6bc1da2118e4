"""Suggestions: to each side its own, on what basis, what somebody has said of them, and what must reach nobody else."""

from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from matching.matches import corpus, runs, stored
from matching.matches.models import DemandVectors, Match, Run, StartupVectors
from matching.startups import consents
from matching.startups import operations as startups
from matching.startups.models import Consent, Profile
from portal.kernel.errors import NotAllowed, WrongState
from portal.kernel.roles import Kind, Role
from portal.organizations.models import Organization
from portal.outbox.models import Message
from portal.outbox.tasks import work
from portal.security.actor import acting, system
from portal.security.models import end_grants, grant
from programs.demands import operations as demands
from tests.matching.test_match_engine import Letters

FITTING = "손끝 촉각을 갖춘 로봇 핸드로 케이블을 정밀하게 체결합니다. 협동 로봇의 조립 공정에 씁니다."
OTHERS = (
    "미생물을 배양하여 단백질을 생산합니다.", "위성 영상을 받아 해양 오염을 찾습니다.", "전고체 배터리의 전해질을 만듭니다.",
    "양자 난수로 통신을 암호화합니다.", "항만의 크레인 운전을 원격으로 돕습니다.",
)  # fmt: skip
NDA, TIE, OWN = "비밀부품-X77-도면", "독점상대-Q12", "자사기술-R9"


class Place:
    """A published demand of 현대자동차, startups that fit it more or less, and the centers of two regions."""

    def __init__(self, scene):
        self.scene, self.world = scene, scene.world
        with system("centers have regions"):
            Organization.objects.filter(pk=scene.coordinator.organization_id).update(region="41")
            Organization.objects.filter(pk=scene.rival_center.organization_id).update(region="11")
        self.rival = self.world(self.world.organization(Kind.CORPORATION, "경쟁그룹"), Role.MANAGER)
        with acting(scene.manager):
            self.demand = demands.create(
                actor=scene.manager, program=scene.program, title="로봇 핸드를 이용한 케이블 정밀 체결", problem="케이블을 사람이 체결합니다.",
                scope="손끝 감각을 갖춘 로봇 핸드를 실증합니다.", tech_fields=["F05"], collaboration_types=["poc"], min_trl=4,
                stages=["A"], nda_required=True, detail=NDA, level="registered", excluded_ties=TIE,
            )  # fmt: skip
            demands.submit(demand=self.demand, actor=scene.manager)
        with acting(scene.officer):
            self.demand = demands.publish(demand=self.demand, actor=scene.officer)
        self.fit = self.startup("가온로보틱스", FITTING + OWN, tech_fields=["F05"])
        self.others = [self.startup(f"기업{n}", text, found=False) for n, text in enumerate(OTHERS)]

    def startup(self, name, technology, *, found=True, **profile):
        house = self.world.organization(Kind.STARTUP, name, business_no=f"000-88-{self.world._count:05d}")
        actor = self.world(house, Role.REPRESENTATIVE)
        given = {"representative": "대표", "region": "41", "tech_fields": ["F02"], "trl": 6} | profile
        with acting(actor):
            startups.create(
                actor=actor, summary=technology[:60], technology=technology, founded_on=date(2020, 3, 1),
                investment_stage="series_a", **given,
            )  # fmt: skip
            if found:
                consents.be_found(actor=actor)
        return actor

    def compute(self, embed=None, at=None):
        officer = self.scene.officer.at(at or self.world.now)
        with acting(officer):
            with system("one after the other"):
                Run.objects.filter(state="waiting").update(state="failed", finished_at=officer.now)
            run = runs.start(actor=officer)
            assert runs.compute(run_id=run.pk, actor=officer, embed=embed)
        with system("look"):
            return Run.objects.get(pk=run.pk)

    def open_to(self, party, startup):
        grant(
            purpose="startup", subject_id=startup.organization_id, organization_id=party.organization_id,
            cause="recommendation", cause_id=self.demand.pk, actor=self.scene.officer,
        )  # fmt: skip

    def told(self, actor, **about):
        with acting(actor):
            return list(
                Match.objects.visible_to(actor).filter(demand=self.demand, current=True, **about).order_by("id")
            )

    def names(self, actor):
        return {match.company for match in self.told(actor)}

    def one(self, actor, startup=None):
        return self.told(actor, startup_id=(startup or self.fit).organization_id)[0]


@pytest.fixture
def place(scene):
    return Place(scene)


# --- who is told what ------------------------------------------------------------------------------------------------


def test_each_side_is_told_its_own(place):
    run = place.compute()
    assert (run.state, run.demands, run.startups) == ("done", 2, 6)
    assert place.names(place.scene.manager) == {"가온로보틱스"}  # the others don't agree to be found
    assert place.names(place.scene.coordinator) == {"가온로보틱스"}
    assert place.names(place.scene.rival_center) == set()  # another region
    assert place.names(place.rival) == set()
    own = place.one(place.fit)
    assert (own.side, own.rank) == ("startup", None)
    assert place.one(place.scene.manager).rank == 1
    assert all(match.startup_id == other.organization_id for other in place.others for match in place.told(other))
    sides = {match.side for match in place.told(place.scene.officer)}
    assert sides == {"corporation", "center", "startup"}


def test_reasons_are_sentences_in_both_languages(place):
    place.compute()
    match = place.one(place.scene.manager)
    kinds = {reason["kind"]: reason for reason in match.reasons}
    assert kinds["trl"] == {
        "kind": "trl", "met": True, "ko": "요구 TRL 4 이상을 충족합니다(현재 6).", "en": kinds["trl"]["en"],
    }  # fmt: skip
    assert kinds["trl"]["en"].isascii()
    assert "케이블" in kinds["text"]["ko"]
    assert match.score > 0.7


def test_a_reason_shows_days_as_the_site_does(place):
    with system("a limit of age"):
        type(place.demand).objects.filter(pk=place.demand.pk).update(max_age_years=7)
    place.compute()
    told = {reason["kind"]: reason for reason in place.one(place.scene.manager).reasons}["age"]
    assert "설립일 2020. 3. 1." in told["ko"] and "1 March 2020" in told["en"]
    assert "2020-03-01" not in told["ko"] + told["en"]


def test_only_who_is_found_granted_or_oneself(place):
    """Consent and Grant each open a suggestion, and close it at once, without any calculation."""
    other = place.others[0]
    place.open_to(place.scene.manager, other)
    place.compute()
    assert place.names(place.scene.manager) == {"가온로보틱스", "기업0"}
    end_grants(place.demand.pk, actor=place.scene.officer.at(place.world.now))
    assert place.names(place.scene.manager) == {"가온로보틱스"}
    with acting(place.fit):
        given = Consent.objects.visible_to(place.fit).get(purpose="found")
        consents.withdraw(consent=given, actor=place.fit, reason="그만두겠습니다.")
    for actor in (place.scene.manager, place.scene.coordinator):
        assert place.names(actor) == set()
        with acting(actor), connection.cursor() as cursor:  # row security alone
            cursor.execute("SELECT company FROM matches_match")
            assert cursor.fetchall() == []
    assert place.told(place.fit), "its own stays with the startup"
    place.compute(at=place.world.now + timedelta(days=1))
    assert place.names(place.scene.manager) == set()


def test_what_the_consent_does_not_give_is_in_no_reason(place):
    """The investment stage is no item of the consent to be found; a recommendation gives it."""
    other = place.others[0]
    place.open_to(place.scene.manager, other)
    place.compute()

    def kinds(actor, startup):
        return {reason["kind"] for reason in place.one(actor, startup).reasons}

    assert "stage" not in kinds(place.scene.manager, place.fit)
    assert "stage" in kinds(place.scene.manager, other)
    assert "stage" in kinds(place.fit, place.fit)


def test_a_demand_for_centers_is_told_to_startups_under_a_grant_only(place):
    with acting(place.scene.manager):
        hidden = demands.create(
            actor=place.scene.manager, program=place.scene.program, title="로봇 핸드 조립", problem="케이블 체결", scope="로봇 핸드",
            tech_fields=["F05"], collaboration_types=["poc"], level="centers",
        )  # fmt: skip
        demands.submit(demand=hidden, actor=place.scene.manager)
    with acting(place.scene.officer):
        demands.publish(demand=hidden, actor=place.scene.officer)
    place.compute()

    def told():
        with acting(place.fit):
            return list(Match.objects.visible_to(place.fit).filter(demand=hidden))

    assert not told()
    grant(
        purpose="demand", subject_id=hidden.pk, organization_id=place.fit.organization_id, cause="recommendation",
        cause_id=hidden.pk, actor=place.scene.officer,
    )  # fmt: skip
    place.compute()
    assert told()
    end_grants(hidden.pk, actor=place.scene.officer)
    assert not told()


def test_closed_demands_are_suggested_no_more(place):
    place.compute()
    with acting(place.scene.officer):
        demands.close(demand=place.demand, actor=place.scene.officer)
    assert not place.told(place.fit)
    assert not place.told(place.scene.coordinator)
    assert place.told(place.scene.manager), "the corporation still reads what it was told"


# --- nothing leaks ---------------------------------------------------------------------------------------------------


def test_nothing_under_nda_nor_of_others_on_any_page_or_export(place, client_of, frozen):
    secret = place.startup("나래비밀", FITTING + "남의기술-S1", found=False, tech_fields=["F05"])
    place.compute()
    with system("look everywhere"):
        assert NDA not in str(list(Match.objects.values_list("reasons", flat=True)))
        assert len(place.told(secret)) == 1
    readers = {place.scene.manager: {OWN}, place.scene.coordinator: {OWN}, place.fit: {OWN}, place.rival: set()}
    for actor, may in readers.items():
        client = client_of(actor)
        pages = [reverse("matches:list"), f"{reverse('matches:list')}?export=csv", "/api/v1/matches/"]
        for match in place.told(actor):
            pages += [reverse("matches:detail", args=[match.pk]), f"/api/v1/matches/{match.pk}/"]
        text = "".join(text_of(client.get(page)) for page in pages)
        for word in (NDA, "남의기술-S1", "나래비밀", "기업1", *({OWN} - may)):
            assert word not in text, (actor.kind, word)
        assert actor is place.fit or all(word in text for word in may), "what is looked for is there to be found"
    for match in place.told(place.scene.manager):
        assert client_of(place.rival).get(reverse("matches:detail", args=[match.pk])).status_code == 404


def text_of(answer):
    assert answer.status_code == 200
    return answer.content.decode()


# --- calculations ----------------------------------------------------------------------------------------------------


def test_the_same_again_changes_nothing(place):
    place.compute()
    with system("look"):
        before = list(Match.objects.order_by("id").values())
        history = Match.pgh_event_model.objects.count()
    place.compute()
    with system("look"):
        assert list(Match.objects.order_by("id").values()) == before
        assert Match.pgh_event_model.objects.count() == history


def test_changes_gather_and_are_computed_once(place, monkeypatch, frozen):
    monkeypatch.setattr(runs, "model", lambda: None)
    with system("look"):
        run = Run.objects.get(state="waiting")  # seven profiles and a consent
        message = Message.objects.get(job=runs.JOB)
    assert run.due_at == place.world.now + runs.SOON
    later = run.due_at
    frozen(later)
    for _again in range(2):
        work(message_id=str(message.pk))
    with system("look"):
        assert Run.objects.get(pk=run.pk).state == "done"
        count = Match.objects.count()
        assert count == Match.objects.values("demand", "startup", "party").distinct().count()
    assert count
    with acting(place.fit.at(later)):
        profile = Profile.objects.visible_to(place.fit).get()
        startups.edit(profile=profile, actor=place.fit.at(later), trl=7)
    with system("look"):
        assert Run.objects.filter(state="waiting").count() == 1


def test_vectors_are_stored_and_made_once(place, monkeypatch):
    class Counting(Letters):
        def passage(self, texts):
            read.extend(texts)
            return super().query(texts)

    read, letters = [], Counting()
    run = place.compute(embed=letters)
    assert run.engine.endswith("multilingual-e5-small")
    with system("look"):
        assert (StartupVectors.objects.count(), DemandVectors.objects.count()) == (6, 2)
    read.clear()
    assert place.names(place.scene.manager) == {"가온로보틱스"}
    with acting(place.fit):
        profile = Profile.objects.visible_to(place.fit).get()
        startups.edit(profile=profile, actor=place.fit, technology="새 기술을 씁니다.", summary="새 기술")
    place.compute(embed=letters)
    assert read == ["새 기술 새 기술을 씁니다.", "새 기술", "새 기술을 씁니다."]


def test_much_is_read_in_portions(place, monkeypatch):
    monkeypatch.setattr(stored, "TEXTS", 1)
    monkeypatch.setattr(stored.read_startups, "__defaults__", (8,))
    with acting(place.scene.officer):
        with system("one after the other"):
            Run.objects.all().update(state="failed", finished_at=place.world.now)
        run = runs.start(actor=place.scene.officer)
        left = 0
        while not runs.compute(run_id=run.pk, actor=place.scene.officer, embed=Letters()):
            left += 1
            done, total = runs.progress(run)
            assert 0 < done < total
    assert left >= 2
    assert place.names(place.scene.manager) == {"가온로보틱스"}


def test_officers_start_a_calculation(place, client_of, frozen, monkeypatch):
    with system("one after the other"):
        Run.objects.all().update(state="failed", finished_at=place.world.now)
    client = client_of(place.scene.officer)
    answer = client.post(reverse("match-runs:new"), {}, follow=True)
    assert answer.status_code == 200
    assert "매칭 제안 계산" in answer.content.decode()
    with acting(place.scene.officer), pytest.raises(WrongState):
        runs.start(actor=place.scene.officer)
    with acting(place.scene.manager), pytest.raises(NotAllowed):
        runs.start(actor=place.scene.manager)
    with system("look"):
        run = Run.objects.get(state="waiting")
    cache.set(f"matches.run.{run.pk}", (1, 4))
    part = client.get(reverse("match-runs:progress", args=[run.pk]))
    assert "25%" in part.content.decode() and "HX-Refresh" not in part.headers
    runs.fail(run_id=run.pk, actor=place.scene.officer, words="안 됩니다.")
    assert client.get(reverse("match-runs:progress", args=[run.pk])).headers["HX-Refresh"] == "true"
    assert "안 됩니다." in client.get(reverse("match-runs:detail", args=[run.pk])).content.decode()


# --- pages -----------------------------------------------------------------------------------------------------------


def test_pages_of_the_three_sides(place, client_of, frozen):
    place.compute()
    page = text_of(
        client_of(place.scene.manager).get(reverse("matches:detail", args=[place.one(place.scene.manager).pk]))
    )
    assert "사업자등록번호" in page  # what the startup lets be known
    assert "누적 투자액" not in page
    assert "우리와 맞지 않음" in page
    answer = client_of(place.fit).get(reverse("matches:detail", args=[place.one(place.fit).pk]))
    assert "순위" not in text_of(answer)
    assert {"apply", "dismiss"} <= {action.name for action in answer.context["page"].actions}
    demand = text_of(client_of(place.fit).get(reverse("demands:detail", args=[place.demand.pk])))
    assert f"{reverse('matches:list')}?demand={place.demand.pk}" in demand


def test_one_click_into_a_recommendation(place, client_of, frozen):
    place.compute()
    client, match = client_of(place.scene.coordinator), place.one(place.scene.coordinator)
    page = client.get(reverse("matches:detail", args=[match.pk]))
    link = next(action.url for action in page.context["page"].actions if action.name == "recommend")
    form = client.get(link).context["form"]
    with system("look"):
        number = Organization.objects.get(pk=match.startup_id).business_no
    assert (form["business_no"].value(), form["company"].value()) == (number, "가온로보틱스")
    assert str(form["demand"].value()) == str(place.demand.pk)


def test_english(place, client_of, frozen):
    place.compute()
    client = client_of(place.scene.manager)
    client.cookies["django_language"] = "en"
    page = text_of(client.get(reverse("matches:detail", args=[place.one(place.scene.manager).pk])))
    assert "The required TRL" in page
    assert "이상을 충족합니다" not in page


def test_lists_ask_the_same_however_long(place, client_of, frozen):
    def queries():
        client.get(reverse("matches:list"))
        with CaptureQueriesContext(connection) as asked:
            assert client.get(reverse("matches:list")).status_code == 200
        return len(asked)

    client = client_of(place.scene.manager)
    place.compute()
    few = queries()
    for n in range(12):
        place.startup(f"더온로봇{n}", FITTING)
    place.compute()
    assert len(place.told(place.scene.manager)) == 13
    assert queries() == few


def test_the_engine_reads_nothing_of_the_detail(place):
    with system("look"):
        wanted = [one for one in corpus.open_demands() if one.row.pk == place.demand.pk]
    assert NDA not in repr(wanted[0].record)
