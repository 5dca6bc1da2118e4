"""What leaves a record, and how the audit reads them: every sensitive read once, large downloads with a reason, traces,
the monthly review, verification as a page."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from django.db import transaction
from django.urls import reverse

from portal.audit import records
from portal.audit.models import AccessRecord, RecordCheck, RecordReview, RecordSeal
from portal.kernel.roles import Kind, Role
from portal.outbox import tasks as outbox
from portal.outbox.models import Message
from portal.security.actor import acting, system
from portal.web.rooms import rooms
from tests.access.test_api import api_client, unlimited  # noqa: F401
from tests.portal.test_records import auditor, ceo, ministry, officer, record, startup  # noqa: F401
from tests.portal.test_sealing import attacker, own_transactions, seal_all, write  # noqa: F401
from tests.sides import Sides


def found(**fields):
    with system("check"):
        return list(AccessRecord.objects.filter(**fields).order_by("id"))


def owned_rooms():
    return [room for room in rooms().values() if room.sensitive and room.owner]


WAYS = {"page": "{}:detail", "api": "api:{}"}


def asked(client, url, method="get", **given):
    """(status, the records that the request has written); what it changed is rolled back."""
    with transaction.atomic():
        before = len(found())
        status = getattr(client, method)(url, **given).status_code
        made = found()[before:]
        transaction.set_rollback(True)
    return status, made


@pytest.mark.parametrize("way", WAYS)
def test_every_sensitive_read_leaves_exactly_one_record(world, frozen, client_of, way, unlimited):  # noqa: F811
    """Every room with an owner × everybody who sees its object: one record for a stranger, none for one's own."""
    sides, seen, rooms_seen = Sides(world), 0, set()
    assert len(owned_rooms()) >= 10
    for role, actor in sides.actors().items():
        if actor.user_id is None or not actor.is_member:
            continue
        client = client_of(actor) if way == "page" else api_client(sides, role)
        for room in owned_rooms():
            obj = sides.a.rows[room.model]
            url = reverse(WAYS[way].format(room.name), args=[obj.pk])
            status, made = asked(client, url)
            owner = getattr(obj, f"{room.owner}_id")
            if status == 404:
                assert [(r.act, r.subject) for r in made] == [("refused", url[:60])], (role, room.name)
            elif owner in (None, actor.organization_id):
                assert made == [], (role, room.name)
            else:
                assert [(r.act, r.subject, r.subject_id, r.owner_id, r.user_id) for r in made] == [
                    ("view", room.model._meta.label_lower, obj.pk, owner, actor.user_id)
                ], (role, room.name)
                seen, rooms_seen = seen + 1, rooms_seen | {room.name}
    assert seen >= 40 and len(rooms_seen) >= 9, (seen, rooms_seen)


@pytest.mark.parametrize(
    "role", ["manager", *(pytest.param(role, marks=pytest.mark.prove) for role in ("officer", "representative"))]
)
def test_every_refusal_leaves_exactly_one_record(world, frozen, client_of, role, unlimited):  # noqa: F811
    """Every room × everything that may be done to an object of one's own side or the other, by page and by API."""
    sides = Sides(world)
    page, api = client_of(sides.actors()[role]), api_client(sides, role)
    refused = dict.fromkeys(("page", "api"), 0)
    headers = {"content_type": "application/json", "headers": {"Idempotency-Key": str(uuid4()), "If-Match": "*"}}
    for name, room in rooms().items():
        for side in (sides.a, sides.b):
            pk = side.rows[room.model].pk
            doing = {act.name: act.path for act in room.acts if not act.target} | {s: s.strip("_") for s in room.steps}
            ways = [("page", page, reverse(f"{name}:{view}", args=[pk]), {}) for view in doing]
            ways += [("api", api, f"/api/v1/{name}/{pk}/{path}/", headers) for path in doing.values()]
            for way, client, url, given in ways:
                status, made = asked(client, url, "post", **given)
                if status in (403, 404):
                    assert [(r.act, r.subject) for r in made] == [("refused", url[:60])], (url, status, made)
                    refused[way] += 1
                else:
                    assert not [r for r in made if r.act == "refused"], (url, status)
    assert min(refused.values()) >= 20, refused


def test_a_read_whose_record_fails_is_not_answered(world, frozen, client_of, monkeypatch):
    sides = Sides(world)
    client = client_of(sides.actors()["officer"])
    monkeypatch.setattr(AccessRecord.objects, "bulk_create", lambda _notes: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        room = rooms()["applications"]
        client.get(reverse("applications:detail", args=[sides.a.rows[room.model].pk]))


def test_a_large_download_is_asked_for_its_reason(record, auditor, client_of, frozen, settings):  # noqa: F811
    client = client_of(auditor)
    settings.EXPORT_REASON_ROWS = 0
    url, reason = "/access-records/?act=view&export=xlsx", "국정감사 자료 요구"
    page = client.get(url).content.decode()
    assert "내려받는 사유" in page and '<form class="p-form"\n      method="post"' in page
    assert not found(act="download")
    in_address = client.get("/access-records/", {"act": "view", "export": "xlsx", "reason": reason})
    assert "내려받는 사유" in in_address.content.decode(), "a reason in the address is none"
    assert client.post(url, {"reason": "x"}).status_code == 422 and not found(act="download")
    assert client.post("/access-records/", {"reason": reason}).status_code == 405
    sent = client.post(url, {"reason": reason})
    assert sent["Content-Type"].startswith("application/vnd") and "Location" not in sent
    [made] = found(act="download")
    assert made.detail == {"rows": 1, "kind": "xlsx", "reason": "국정감사 자료 요구"}
    settings.EXPORT_REASON_ROWS = 10
    assert client.get("/access-records/?export=csv")["Content-Type"].startswith("text/csv")


def test_traces(world, record, auditor, officer, ceo, client_of, frozen):  # noqa: F811
    other = world.organization(Kind.STARTUP, "다른 스타트업")
    with acting(officer):
        records.note(records.Act.VIEW, "startups.profile", actor=officer, owner_id=other.pk, subject_id=other.pk)
    with acting(ceo):
        records.note(records.Act.VIEW, "demands.demand", actor=ceo, owner_id=other.pk, subject_id=uuid4())
    page = client_of(auditor).get(f"/access-records/{record.pk}/").content.decode()
    for name, value, count in (
        ("person", officer.user_id, 2), ("whose", record.owner_id, 1), ("object", record.subject_id, 1),
    ):  # fmt: skip
        assert f"?{name}={value}" in page
        shown = client_of(auditor).get(f"/access-records/?{name}={value}").content.decode()
        assert shown.count("/access-records/0") == count, name
    assert client_of(auditor).get("/access-records/?room=startups").content.decode().count("/access-records/0") == 2
    # One's own organisation follows its own data, and nobody else's.
    mine = client_of(ceo).get(f"/access-records/?person={officer.user_id}").content.decode()
    assert mine.count("/access-records/0") == 1 and "다른 스타트업" not in mine


def test_the_representative_sees_what_was_read_of_the_house(world, record, startup, client_of, frozen):  # noqa: F811
    representative = world(startup, Role.REPRESENTATIVE)
    page = client_of(representative).get("/access-records/").content.decode()
    assert record.user_name in page and "/access-records/" in page
    member = world(startup, Role.MEMBER)
    assert record.user_name not in client_of(member).get("/access-records/").content.decode()


@pytest.fixture
def busy_month(world, officer, startup):  # noqa: F811
    """February 2025: a large download without a reason, a night, a Sunday, five refusals in a row."""

    def at(*when, act=records.Act.VIEW, **detail):
        one = officer.at(datetime(2025, 2, *when, tzinfo=UTC))
        with acting(one):
            records.note(act, "startups.profile", actor=one, owner_id=startup.pk, **detail)

    at(4, 5, 0)
    at(4, 5, 1, act=records.Act.DOWNLOAD, rows=5000)
    at(4, 5, 2, act=records.Act.DOWNLOAD, rows=5000, reason="감사 대응")
    at(4, 5, 3, act=records.Act.DOWNLOAD, rows=3)
    at(4, 14, 0)  # 23:00 in Seoul
    at(9, 3, 0)  # a Sunday
    for minute in range(5):
        at(5, 5, minute, act=records.Act.REFUSED)
    for hour in range(4):
        at(6, hour, 0, act=records.Act.REFUSED)
    return date(2025, 2, 1)


def test_the_monthly_review(busy_month, auditor, officer, client_of, frozen):  # noqa: F811
    client = client_of(auditor)
    page = client.get("/record-reviews/month/").content.decode()  # March: last month is asked for
    assert "2025년 2월" in page and officer.name in page
    expected = {"bulk": 2, "without_reason": 1, "at_night": 2, "refused": 1}
    for sign, count in expected.items():
        assert f"sign={sign}" in page
        listed = client.get(f"/access-records/?since=2025-02-01&until=2025-02-28&sign={sign}").content.decode()
        assert listed.count("/access-records/0") == count, sign
    done = client.post("/record-reviews/new/", {"month": "2025-02-14", "note": "대량 내려받기 1건을 소명받음"})
    assert done.status_code == 302
    with system("check"):
        made = RecordReview.objects.get()
    assert (made.month, made.reviewed_by, made.figures) == (busy_month, auditor.name, {"all": 15} | expected)
    assert f"{auditor.name} 님이" in client.get("/record-reviews/month/?month=2025-02").content.decode()
    for url in (f"/record-reviews/{made.pk}/", "/record-reviews/"):
        assert "2025년 2월" in client.get(url).content.decode()
    assert client.get("/record-reviews/month/?month=x").status_code == 200
    early = client.post("/record-reviews/new/", {"month": "2025-03-01", "note": "너무 이름"})
    assert early.status_code == 422 and "아직 끝나지 않은 달" in early.content.decode()


def test_the_review_is_for_the_audit(busy_month, officer, ceo, client_of, frozen):  # noqa: F811
    for stranger in (officer, ceo):
        client = client_of(stranger)
        assert client.get("/record-reviews/month/").status_code == 403
        assert client.post("/record-reviews/new/", {"month": "2025-02-01", "note": "x"}).status_code == 403
        assert client.post("/record-checks/new/", {}).status_code == 403


def test_verification_as_a_page(world, auditor, client_of, frozen):  # noqa: F811
    client = client_of(auditor)
    assert client.post("/record-checks/new/", {"head": "{}"}).status_code == 422
    made = client.post("/record-checks/new/", {})
    assert made.status_code == 302
    with system("check"):
        check = RecordCheck.objects.get()
        message = Message.objects.get(job="audit.verify")
    page = client.get(f"/record-checks/{check.pk}/").content.decode()
    assert "p-progress" in page
    outbox.work(message_id=str(message.pk))
    page = client.get(f"/record-checks/{check.pk}/progress/")
    assert page.headers["HX-Refresh"] == "true"
    page = client.get(f"/record-checks/{check.pk}/").content.decode()
    assert "모든 기록이 쓰인 그대로입니다" in page
    assert client.get(f"/api/v1/record-checks/{check.pk}/").json()["state"] == "sound"


def test_verification_names_what_was_changed(transactional_db, frozen, client_of):
    from tests.fixtures import World

    world = World()
    house = world.organization(Kind.MINISTRY, "중소벤처기업부")
    auditor = world(house, Role.AUDITOR)  # noqa: F811
    write(5)
    seal_all()
    with attacker() as raw, raw.cursor() as cursor:
        cursor.execute(
            "UPDATE audit_accessrecord SET detail = '{}' WHERE id = (SELECT record_id FROM audit_recordseal WHERE number = 3)"
        )
        raw.commit()
    client = client_of(auditor)
    client.post("/record-checks/new/", {})
    with system("check"):
        assert RecordSeal.objects.count() == 5
        check = RecordCheck.objects.get()
        message = Message.objects.get(job="audit.verify")
    outbox.work(message_id=str(message.pk))
    page = client.get(f"/record-checks/{check.pk}/").content.decode()
    assert "3번 기록의 내용이 봉인한 때와 다릅니다" in page
