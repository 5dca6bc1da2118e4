"""Drafts, on the demand as the model room: saved as one types, two at once, and only what was flagged is open."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from portal.kernel.errors import Invalid
from portal.outbox.drafts import Stale
from portal.security.actor import acting
from programs.demands import operations
from programs.demands.models import Demand
from tests.programs.test_demands import FIELDS, demand, manager, program  # noqa: F401

SENT = {
    "tech_fields": ["F05"],
    "collaboration_types": ["poc"],
    "min_trl": 5,
    "wanted_startups": 2,
    "level": "registered",
}


def posted(client, demand, *, draft=False, **fields):  # noqa: F811
    data = {"title": demand.title, "problem": demand.problem, "scope": demand.scope, "version": 1, **SENT, **fields}
    return client.post(f"/demands/{demand.pk}/edit/", data, headers={"X-Draft": "1"} if draft else {})


@pytest.fixture
def returned(manager, demand, world, frozen):  # noqa: F811
    frozen(world.now)
    with acting(manager):
        operations.submit(demand=demand, actor=manager)
    with acting(world.officer):
        operations.return_(
            demand=demand, actor=world.officer, reason="두 곳만", remarks={"scope": "제외할 일도 적어 주십시오."}
        )
    return demand


def read(actor, demand):  # noqa: F811
    with acting(actor):
        return Demand.objects.visible_to(actor).get(pk=demand.pk)


def test_what_is_typed_is_kept(manager, demand, client_of, frozen, world):  # noqa: F811
    frozen(world.now)
    client = client_of(manager)
    told = posted(client, demand, draft=True, title="적는 중")
    assert told.status_code == 200 and told.json()["version"] == 2 and "저장됨" in told.json()["saved"]
    assert read(manager, demand).title == "적는 중"
    half = posted(client, demand, draft=True, version=2, title="", problem="아직 쓰는 중입니다.")
    assert "아직 맞지 않는" in half.json()["saved"]
    now = read(manager, demand)
    assert (now.title, now.problem, now.version) == ("적는 중", "아직 쓰는 중입니다.", 3)
    page = client.get(f"/demands/{demand.pk}/edit/").content.decode()
    assert "data-draft-status" in page and "js/portal" in page


def test_two_write_and_nobodys_text_is_lost(manager, demand, client_of, frozen, world):  # noqa: F811
    frozen(world.now)
    mine, theirs = client_of(manager), client_of(manager)
    assert posted(theirs, demand, title="동료의 제목").status_code == 302
    told = posted(mine, demand, draft=True, title="나의 제목")
    assert told.status_code == 409 and told.json()["code"] == "stale"
    page = posted(mine, demand, title="나의 제목")
    text = page.content.decode()
    assert page.status_code == 409 and "나의 제목" in text and "다른 사람이 저장한 내용: 동료의 제목" in text
    assert 'name="version" value="2"' in text and read(manager, demand).title == "동료의 제목"
    assert posted(mine, demand, title="나의 제목", version=2).status_code == 302
    assert read(manager, demand).title == "나의 제목"


def test_only_what_was_flagged_is_open(manager, returned, client_of):  # noqa: F811
    client = client_of(manager)
    version = read(manager, returned).version
    text = client.get(f"/demands/{returned.pk}/edit/").content.decode()
    assert "제외할 일도 적어 주십시오." in text
    assert 'name="title"' in text and text.split('name="title"')[1].split(">")[0].count("disabled") == 1
    assert "disabled" not in text.split('name="scope"')[1].split(">")[0]
    refused = posted(client, returned, version=version, title="몰래 바꾼 제목")
    assert refused.status_code == 422 and "보완을 요청받은 항목만" in refused.content.decode()
    assert client.post(f"/demands/{returned.pk}/edit/", {"scope": "실증만", "version": version}).status_code == 302
    now = read(manager, returned)
    assert (now.title, now.scope) == (FIELDS["title"], "실증만")
    with acting(manager), pytest.raises(Invalid) as refusal:
        operations.edit(demand=now, actor=manager, title="다른 제목")
    assert list(refusal.value.fields) == ["title"]
    with acting(manager), pytest.raises(Stale):
        operations.edit(demand=now, actor=manager, version=1, scope="그 밖에")


def test_the_officer_flags_on_the_page(manager, demand, client_of, frozen, world):  # noqa: F811
    frozen(world.now)
    with acting(manager):
        operations.submit(demand=demand, actor=manager)
    client, url = client_of(world.officer), f"/demands/{demand.pk}/return/"
    assert "remark_scope" in client.get(url).content.decode()
    assert client.post(url, {"reason": "보완 바랍니다.", "remark_scope": "구체적으로"}).status_code == 302
    assert read(manager, demand).remarks == {"scope": "구체적으로"}


def test_remarks_are_gone_with_the_next_step(manager, returned, world):  # noqa: F811
    with acting(manager):
        operations.submit(demand=returned, actor=manager)
    assert read(world.officer, returned).remarks == {}
    with (
        acting(manager),
        pytest.raises(IntegrityError, match="demand_remarks"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute('UPDATE demands_demand SET remarks = \'{"scope": "x"}\'')


def test_words_are_shown_after_the_window(manager, returned, world, frozen, client_of):  # noqa: F811
    """What was asked for stays readable when the survey is over; handing in is refused in words."""
    frozen(world.now + timedelta(days=2))
    page = client_of(manager).post(f"/demands/{returned.pk}/submit/")
    assert page.status_code == 409
