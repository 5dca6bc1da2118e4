"""Tokens: issued once, stored as a hash, within scopes, until they expire, are revoked or lose their membership."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client

from portal.accounts.models import User
from portal.api import operations
from portal.api.models import Token
from portal.audit.models import AccessRecord
from portal.kernel.errors import Invalid, NotAllowed, NotFound
from portal.kernel.ids import new_id
from portal.kernel.roles import Kind, Role
from portal.organizations.models import Membership
from portal.security.actor import Actor, acting, system
from programs.demands.views import ROOM
from tests.api.conftest import FIELDS
from tests.api.test_reading import code


def stored(token):
    with system("check"):
        return Token.objects.get(pk=token.pk)


def test_only_the_hash_is_stored(api, manager):
    client = api(manager)
    assert client.secret.startswith("dtv_") and len(client.secret) > 40
    with system("check"), connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM api_token t")
        (row,) = cursor.fetchone()
    assert client.secret not in row and operations.hashed(client.secret) in row
    with system("check"):
        record = AccessRecord.objects.get(act="change")
    assert record.subject_id == client.token.pk and client.secret not in str(record.detail)


def test_without_and_with_a_wrong_token(api, manager, demand):
    assert code(Client().post("/api/v1/demands/")) == (401, "not_authenticated")
    for secret in ("", "dtv_nonsense", "é"):
        found = Client(headers={"Authorization": f"Bearer {secret}"}).get("/api/v1/demands/")
        assert code(found) == (401, "invalid_token")
        assert "invalid_token" in found.headers["WWW-Authenticate"]


@pytest.mark.parametrize("end", ["expired", "revoked", "membership", "user"])
def test_a_token_ends_at_once(api, manager, frozen, world, end):
    client = api(manager)
    assert client.get("demands/").status_code == 200
    if end == "expired":
        frozen(client.token.expires_at)
    elif end == "revoked":
        with acting(manager):
            operations.revoke(token=client.token, actor=manager)
    elif end == "membership":
        with system("check"):
            row = Membership.objects.get(pk=manager.membership_id)
            world.member(row.organization, Role.ADMINISTRATOR)
            Membership.objects.filter(pk=row.pk).update(ended_at=world.now)
    else:
        User.objects.filter(pk=manager.user_id).update(is_active=False)
    assert code(client.get("demands/")) == (401, "invalid_token")


def test_a_token_has_the_rights_of_this_moment(api, manager, program, world):
    client = api(manager)
    with system("check"):
        Membership.objects.filter(pk=manager.membership_id).update(roles=["evaluator", "administrator"])
    assert code(client.post("demands/", FIELDS | {"program": str(program.pk)})) == (403, "not_allowed")


def test_a_token_acts_for_one_membership(api, manager, world, demand):
    """The same person in another house: each token sees its own house only."""
    with system("check"):
        person = Membership.objects.select_related("user").get(pk=manager.membership_id).user
    other = world.actor(
        world.member(world.organization(Kind.CORPORATION, "다른 회사"), Role.MANAGER, email=person.email)
    )
    assert other.user_id == manager.user_id
    assert api(other).get("demands/").json()["results"] == []
    assert len(api(manager).get("demands/").json()["results"]) == 1


def test_scopes(api, manager, demand, program, monkeypatch):
    path, body = f"demands/{demand.pk}/submit/", FIELDS | {"program": str(program.pk)}
    reader, writer, payer = api(manager, "read"), api(manager, "write"), api(manager, "read", "money")
    assert reader.get("demands/").status_code == 200
    assert code(writer.get("demands/")) == (403, "wrong_scope")
    assert code(reader.post(path)) == (403, "wrong_scope")
    assert code(payer.post("demands/", body)) == (403, "wrong_scope")
    monkeypatch.setitem(vars(ROOM), "money", True)
    assert code(writer.post(path, Idempotency_Key="1")) == (403, "wrong_scope")
    assert payer.post(path, Idempotency_Key="1").status_code == 200


def test_the_last_use_is_remembered_once_a_minute(api, manager, frozen, world):
    client = api(manager)
    client.get("demands/")
    assert stored(client.token).last_used_at == world.now
    frozen(world.now + timedelta(seconds=30))
    client.get("demands/")
    assert stored(client.token).last_used_at == world.now
    frozen(world.now + timedelta(seconds=60))
    client.get("demands/")
    assert stored(client.token).last_used_at == world.now + timedelta(seconds=60)


def test_a_token_opens_no_pages(api, manager):
    assert api(manager).client.get("/account/tokens/").status_code == 302


def test_what_issue_refuses(world, manager):
    def issue(actor=manager, **given):
        with acting(actor):
            return operations.issue(actor=actor, **({"name": "t", "scopes": ["read"], "days": 1} | given))

    for wrong in ({"days": 0}, {"days": 366}, {"scopes": []}, {"scopes": ["admin"]}):
        with pytest.raises(Invalid):
            issue(**wrong)
    with pytest.raises(NotAllowed):
        issue(Actor.of_user(manager.user_id, world.now))
    token, _secret = issue(days=365)
    assert token.expires_at - token.created_at == timedelta(days=365)


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        ({"expires_at": "later"}, "token_days"),
        ({"scopes": ["admin"]}, "token_scopes"),
        ({"scopes": []}, "token_scopes"),
        ({"membership_id": "rival"}, "token_of_member"),
    ],
)
def test_the_database_holds_the_limits(api, manager, world, change, broken):
    """Python out of the way: too long, an unknown scope, somebody else's membership."""
    token = api(manager).token
    if "expires_at" in change:
        change = {"expires_at": token.created_at + timedelta(days=366)}
    if "membership_id" in change:
        change = {"membership_id": world(world.organization(Kind.CORPORATION), Role.MANAGER).membership_id}
    with acting(manager), pytest.raises(IntegrityError, match=broken), transaction.atomic():
        Token.objects.visible_to(manager).filter(pk=token.pk).update(**change)


def test_a_stranger_neither_sees_nor_revokes(api, manager, world, client_of):
    token = api(manager).token
    rival = world(world.organization(Kind.CORPORATION), Role.MANAGER)
    with acting(rival):
        with pytest.raises(NotFound):
            operations.revoke(token=token, actor=rival)
        with connection.cursor() as cursor:  # row security alone
            cursor.execute("SELECT count(*) FROM api_token")
            assert cursor.fetchone() == (0,)
    assert client_of(rival).post(f"/account/tokens/{token.pk}/revoke/").status_code == 404
    assert stored(token).revoked_at is None


def test_the_page(manager, client_of, frozen):
    browser = client_of(manager)
    sent = {"id": str(new_id()), "name": "연계 프로그램", "scopes": ["read", "write"], "days": "30"}
    assert "아직 발급받은 토큰이 없습니다." in browser.get("/account/tokens/").content.decode()
    page = browser.post("/account/tokens/", sent)
    text = page.content.decode()
    secret = "dtv_" + text.partition("dtv_")[2].partition("<")[0]
    assert page.status_code == 200 and "연계 프로그램" in text
    assert Client(headers={"Authorization": f"Bearer {secret}"}).get("/api/v1/demands/").status_code == 200
    again = browser.post("/account/tokens/", sent)
    assert again.status_code == 409 and secret not in again.content.decode()
    assert secret not in browser.get("/account/tokens/").content.decode()
    with system("check"):
        token = Token.objects.get()
    assert browser.post(f"/account/tokens/{token.pk}/revoke/").status_code == 302
    assert "폐기" in browser.get("/account/tokens/").content.decode()
    assert code(Client(headers={"Authorization": f"Bearer {secret}"}).get("/api/v1/demands/")) == (401, "invalid_token")


def test_the_page_refuses_in_words(manager, client_of, frozen, world):
    browser = client_of(manager)
    page = browser.post("/account/tokens/", {"name": "", "scopes": [], "days": "366"})
    assert page.status_code == 422 and page.content.decode().count("p-error") >= 1
    assert Client().get("/account/tokens/").status_code == 302
    user = User.objects.create_user("nobody@example.com", name="무소속")
    alone = client_of(Actor.of_user(user.pk, world.now))
    assert "기관에 소속된 뒤에" in alone.get("/account/tokens/").content.decode()
    sent = {"name": "t", "scopes": ["read"], "days": "1"}
    assert alone.post("/account/tokens/", sent).status_code == 403


def test_the_command(manager, settings, frozen, world):
    with system("check"):
        row = Membership.objects.select_related("user", "organization").get(pk=manager.membership_id)
    email, slug = row.user.email, row.organization.slug

    def run(*args):
        out = StringIO()
        call_command("issue_token", *args, stdout=out)
        return out.getvalue().strip()

    frozen(row.started_at + timedelta(days=9000))  # the command reads the real clock
    with system("check"):
        first = run(email)
        assert Token.objects.count() == 1
        run(email, "--organization", slug)
    assert first.startswith("dtv_") and "\n" not in first
    for wrong in (("nobody@example.com",), (email, "--organization", "elsewhere"), (email, "--scopes", "all")):
        with pytest.raises(CommandError):
            run(*wrong)
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="production"):
        run(email)


def test_too_many_requests(api, manager, settings):
    settings.API_PER_MINUTE = {"member": 2, "public": 2}
    client, other = api(manager), api(manager)
    answers = [client.get("demands/") for _ in range(5)]
    assert answers[0].status_code == 200
    last = answers[-1]
    assert code(last) == (429, "too_many_requests") and 1 <= int(last.headers["Retry-After"]) <= 60
    assert other.get("demands/").status_code == 200  # counted by token


def test_without_a_cache_nobody_is_stopped(api, manager, monkeypatch):
    from redis.exceptions import ConnectionError as Unreachable

    def broken(*_args, **_kwargs):
        raise Unreachable

    monkeypatch.setattr("portal.web.limits.cache.add", broken)
    assert api(manager).get("demands/").status_code == 200


def test_an_administrator_is_told_that_there_are_tokens_and_nobody_else_is(world, client_of, frozen):
    house = world.organization(Kind.CORPORATION, "현대자동차")
    chief, clerk, colleague = world(house, Role.ADMINISTRATOR), world(house, Role.MANAGER), world(house, Role.EVALUATOR)
    rival = world(world.organization(Kind.CORPORATION, "경쟁사"), Role.ADMINISTRATOR)
    with acting(clerk):
        token, secret = operations.issue(actor=clerk, name="비밀스러운 이름", scopes=["read"], days=30)
        operations.issue(actor=clerk, name="둘째", scopes=["money"], days=30)
        operations.revoke(token=Token.objects.visible_to(clerk).get(name="둘째"), actor=clerk)
    url = f"/memberships/{clerk.membership_id}/"
    page = client_of(chief).get(url).content.decode()
    assert "사용 중인 API 토큰" in page and "조회 (read)" in page and "money" not in page and "마지막 사용 없음" in page
    assert "비밀스러운" not in page and secret not in page and token.token_hash not in page
    assert "API 토큰" not in client_of(clerk).get(url).content.decode().split("<main")[1]
    for actor in (colleague, rival):
        assert client_of(actor).get(url).status_code == 404
    with acting(chief):
        assert not Token.objects.visible_to(chief).exists()
