"""Whom nobody is told of, and what somebody has said of a suggestion: for good, and for whom."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from matching.matches import operations
from matching.matches.corpus import items, mentions
from matching.matches.models import Match
from matching.matches.workflow import State
from matching.startups import operations as startups
from matching.startups.models import Profile
from portal.kernel.errors import Invalid, NotAllowed
from portal.kernel.roles import Role
from portal.organizations.models import Organization
from portal.security.actor import acting, system
from portal.security.models import block
from tests.matching.test_matches import FITTING, TIE, place, text_of

__all__ = ["place"]


# --- whom nobody is told of ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["현대자동차와 함께 일할 수 없습니다", f"주식회사 {TIE}와 독점 계약"])
def test_a_startup_that_excludes_the_corporation_or_is_tied_to_its_rival(place, text):
    tied = place.startup("다온로봇", FITTING, exclusive_ties=text, tech_fields=["F05"])
    place.compute()
    assert place.names(place.scene.manager) == {"가온로보틱스"}
    assert not place.told(tied)
    with system("look everywhere"):
        assert all("배타적" not in reason["ko"] for match in Match.objects.all() for reason in match.reasons)


def test_a_tie_that_comes_later_takes_even_what_was_kept(place):
    place.compute()
    with acting(place.scene.manager):
        operations.keep(match=place.one(place.scene.manager), actor=place.scene.manager)
    with acting(place.fit):
        profile = Profile.objects.visible_to(place.fit).get()
        startups.edit(profile=profile, actor=place.fit, exclusive_ties="현대자동차")
    place.compute()
    assert place.names(place.scene.manager) == set()


def test_a_block_between_the_two(place):
    place.compute()
    block(
        subject_id=place.fit.organization_id, organization_id=place.scene.manager.organization_id, cause="test",
        cause_id=place.demand.pk,
    )  # fmt: skip
    assert place.names(place.scene.manager) == set()
    place.compute()
    with system("look"):
        parties = Match.objects.filter(demand=place.demand, current=True).values_list("party_id", flat=True)
        assert place.scene.manager.organization_id not in set(parties)


def test_names_stand_alone():
    assert mentions("KT와 독점", "KT")
    assert not mentions("KTL 인증", "KT")
    assert mentions("(주)포스코홀딩스", "포스코 홀딩스")
    assert items("ISO 9001, KC · CE 및 HACCP") == ("ISO 9001", "KC", "CE", "HACCP")


# --- what is said of them --------------------------------------------------------------------------------------------


def test_not_for_us_is_for_good(place):
    place.compute()
    match = place.one(place.scene.manager)
    with acting(place.scene.manager):
        with pytest.raises(Invalid):
            operations.dismiss(match=match, actor=place.scene.manager, reason="")
        operations.dismiss(match=match, actor=place.scene.manager, reason="이미 같은 기술이 있습니다.")
    place.compute(at=place.world.now + timedelta(days=1))
    found = place.one(place.scene.manager)
    assert (found.state, found.why_not, found.dismissed_by_id) == (
        "dismissed", "이미 같은 기술이 있습니다.", place.scene.manager.user_id,
    )  # fmt: skip
    for actor in (place.fit, place.scene.coordinator):  # nobody else learns of it
        other = place.one(actor)
        assert (other.state, other.why_not) == ("suggested", "")
    refused = ("UPDATE matches_match SET state = 'suggested' WHERE id = %s", "DELETE FROM matches_match WHERE id = %s")
    for statement in refused:
        with system("past every rule"), pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as ask:
            ask.execute(statement, [found.pk])


def test_a_startups_no_holds_towards_everybody(place):
    place.compute()
    with acting(place.scene.coordinator):
        operations.keep(match=place.one(place.scene.coordinator), actor=place.scene.coordinator)
    with acting(place.fit):
        operations.dismiss(match=place.one(place.fit), actor=place.fit, reason="다른 분야에 집중합니다.")
    for again in (False, True):
        if again:
            place.compute()
        assert place.names(place.scene.manager) == set()
        assert place.names(place.scene.coordinator) == set()
        assert place.one(place.fit).state == "dismissed"


def test_what_was_turned_down_holds_for_the_startup_it_was_merged_into(place):
    place.compute()
    with acting(place.scene.manager):
        operations.dismiss(match=place.one(place.scene.manager), actor=place.scene.manager, reason="맞지 않습니다.")
    twin = place.startup("가온로보틱스(신)", FITTING, tech_fields=["F05"])
    with system("merged"):
        Organization.objects.filter(pk=place.fit.organization_id).update(merged_into=twin.organization_id)
    place.compute()
    assert place.told(twin)
    assert not place.told(place.scene.manager, startup_id=twin.organization_id)


def test_what_is_kept_stays_on_the_list(place, monkeypatch):
    other = place.others[0]
    place.open_to(place.scene.manager, other)
    place.compute()
    with acting(place.scene.manager):
        operations.keep(match=place.one(place.scene.manager, other), actor=place.scene.manager)
    monkeypatch.setattr("matching.matches.suggesting.TOP", 1)
    place.compute()
    kept = place.one(place.scene.manager, other)
    assert (kept.state, kept.rank) == ("kept", None)


def test_only_the_parties_say_something(place):
    place.compute()
    match = place.one(place.scene.manager)
    evaluator = place.scene.world(match_house(match), Role.EVALUATOR)
    for actor in (place.rival, place.fit, place.scene.coordinator, place.scene.officer, evaluator):
        with acting(actor), pytest.raises(NotAllowed):
            operations.dismiss(match=match, actor=actor, reason="아니요")


def match_house(match):
    with system("look"):
        return Organization.objects.get(pk=match.party_id)


def test_new_suggestions_are_one_line_until_somebody_has_looked(place, client_of):
    for n in range(3):
        place.startup(f"새기업{n}", FITTING, tech_fields=["F05"])
    place.compute()
    line = "새 매칭 제안"

    def home(actor):
        return client_of(actor).get("/").content.decode()

    assert home(place.scene.manager).count(line) == home(place.scene.coordinator).count(line) == 1
    with system("how many there are"):
        count = Match.objects.filter(party=place.scene.manager.organization_id, current=True).count()
    assert count >= 4
    assert f"{line} {count}건" in home(place.scene.manager)
    assert line in home(place.fit)
    for nobody in (place.rival, place.scene.rival_center):
        assert line not in home(nobody)
    one = place.one(place.scene.manager)
    with acting(place.scene.manager):
        operations.dismiss(match=one, actor=place.scene.manager, reason="맞지 않습니다.")
    assert f"{line} {count - 1}건" in home(place.scene.manager), "what is handled is new no more"
    browser = client_of(place.scene.manager)
    assert "새 제안 모두 확인함" in browser.get("/matches/").content.decode()
    assert "모두 확인하신" in browser.post("/matches/look/", follow=True).content.decode()
    assert "새 제안 모두 확인함" not in browser.get("/matches/").content.decode()
    assert client_of(place.scene.officer).post("/matches/look/").status_code == 403
    assert line not in home(place.scene.manager)
    assert line in home(place.scene.coordinator), "another side's look is its own"
    place.compute(at=place.world.now + timedelta(days=1))
    assert line not in home(place.scene.manager), "the same suggestions are nothing new"


def test_dismissing_in_bulk_and_finding_it_again(place, client_of, frozen):
    place.compute()
    client, match = client_of(place.scene.manager), place.one(place.scene.manager)
    client.post(reverse("matches:bulk-dismiss"), {"pick": [str(match.pk)], "reason": "이미 있습니다.", "bulk": "1"})
    assert place.one(place.scene.manager).state == State.DISMISSED
    found, link = f"{reverse('matches:list')}?demand={place.demand.pk}", reverse("matches:detail", args=[match.pk])
    assert link not in text_of(client.get(found))
    assert link in text_of(client.get(f"{found}&state=dismissed"))
