"""Legal advice: who asks and answers, and that nobody else ever learns of it."""

import json
import re
from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from agreements.legal import operations
from agreements.legal.models import LegalCase, Note
from agreements.legal.workflow import State
from portal.audit.models import AccessRecord
from portal.kernel.errors import Conflict, Invalid, NotAllowed, WrongState
from portal.kernel.ids import new_id
from portal.kernel.roles import Kind, Role
from portal.notifications.models import Mail, MailContent, Notification
from portal.organizations.models import Membership
from portal.outbox.models import Message
from portal.outbox.tasks import run
from portal.security.actor import acting, system
from portal.security.models import block

SECRET = "현대자동차와의 공동개발계약에서 지식재산은 누구의 것입니까?"
ASKED = {"subject": "ip", "counterparty": "현대자동차", "question": SECRET}
TABLES = ("legal_legalcase", "legal_note", "legal_legalcasehistory", "legal_notehistory")


@pytest.fixture
def people(world):
    """Everybody there is, by a name."""
    houses = {kind: world.organization(kind, name) for kind, name in (
        (Kind.MINISTRY, "중소벤처기업부"), (Kind.CORPORATION, "현대자동차"), (Kind.CENTER, "경기창조경제혁신센터"),
        (Kind.FOUNDATION, "상생협력재단"), (Kind.STARTUP, "테솔로"),
    )}  # fmt: skip
    roles = {
        Kind.MINISTRY: (Role.OPERATOR, Role.OFFICER, Role.APPROVER, Role.FINANCE, Role.AUDITOR),
        Kind.CORPORATION: (Role.MANAGER, Role.EVALUATOR, Role.SIGNATORY),
        Kind.CENTER: (Role.HEAD, Role.COORDINATOR),
        Kind.FOUNDATION: (Role.CASE_MANAGER, Role.ADVISOR),
        Kind.STARTUP: (Role.REPRESENTATIVE, Role.MEMBER),
    }
    found = {}
    for kind, house in houses.items():
        found[f"{kind} administrator"] = world(house, Role.ADMINISTRATOR)
        for role in roles[kind]:
            found[str(role)] = world(house, role)
    found["other advisor"] = world(houses[Kind.FOUNDATION], Role.ADVISOR)
    found["other startup"] = world(world.organization(Kind.STARTUP, "경쟁 스타트업"), Role.REPRESENTATIVE)
    return found


OUTSIDERS = (
    "ministry administrator", "operator", "officer", "approver", "finance", "auditor", "corporation administrator",
    "manager", "evaluator", "signatory", "center administrator", "head", "coordinator", "foundation administrator",
    "other advisor", "other startup",
)  # fmt: skip


@pytest.fixture
def case(people):
    startup = people["representative"]
    with acting(startup):
        return operations.ask(actor=startup, **ASKED)


def advisor_of(actor):
    with system("test"):
        return Membership.objects.get(pk=actor.membership_id)


def assign(people, case, **given):
    actor = people["case_manager"]
    given = {"advisor": advisor_of(people["advisor"]), "conflict_checked": True} | given
    with acting(actor):
        return operations.assign(case=case, actor=actor, **given)


def answered(people, case):
    assign(people, case)
    with acting(people["advisor"]):
        operations.answer(case=case, actor=people["advisor"], opinion="귀사의 것입니다.")
    with acting(people["member"]):
        operations.ask_more(case=case, actor=people["member"], further_question="개량 발명은 어떻습니까?")
    with acting(people["advisor"]):
        operations.answer(case=case, actor=people["advisor"], opinion="기여에 따라 나눕니다.")
    return case


def deliver():
    """Work off the outbox, as the relay does."""
    with system("test"):
        for message in Message.objects.filter(job="notifications.deliver").order_by("id"):
            run(message)


def rows(actor, table):
    with acting(actor), connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return cursor.fetchone()[0]


def test_the_road_of_a_case(people, case):
    assert re.fullmatch(r"L2025-\d{3}", case.number)
    answered(people, case)
    with acting(people["representative"]):
        operations.close(case=case, actor=people["representative"])
        assert case.question == SECRET, "a further question leaves the first as it was"
        notes = Note.objects.visible_to(people["representative"])
        assert [n.text for n in notes.order_by("id")][1] == "개량 발명은 어떻습니까?"
        with pytest.raises(WrongState):
            operations.close(case=case, actor=people["representative"])
    assert case.state == State.CLOSED


def test_the_road_through_the_pages(people, client_of, frozen):
    startup, manager, advisor = (client_of(people[n]) for n in ("member", "case_manager", "advisor"))
    data = {"id": str(new_id()), **ASKED, "wanted_on": "2025-03-20", "urgent": "on"}
    first, again = (startup.post("/legal-cases/new/", data) for _ in range(2))
    assert first.status_code == again.status_code == 302 and first.url == again.url
    url = first.url
    assert "자문위원 배정: L2025-001" in manager.get("/").content.decode()
    assert "이해충돌" in manager.get(f"{url}assign/").content.decode()
    chosen = {"advisor": str(people["advisor"].membership_id)}
    assert manager.post(f"{url}assign/", chosen).status_code == 422
    assert manager.post(f"{url}assign/", chosen | {"conflict_checked": "on"}).status_code == 302
    assert manager.post(f"{url}assign/", chosen | {"conflict_checked": "on"}).status_code == 409
    assert manager.post(f"{url}answer/", {"opinion": "x"}).status_code == 403
    assert "법률자문 답변: L2025-001" in advisor.get("/").content.decode()
    assert SECRET in advisor.get(url).content.decode()
    assert advisor.post(f"{url}answer/", {"opinion": "귀사의 것입니다."}).status_code == 302
    page = startup.get(url).content.decode()
    assert "귀사의 것입니다." in page and SECRET in page and "지식재산 귀속" in page
    assert startup.post(f"{url}ask_more/", {"further_question": "기한은요?"}).status_code == 302
    assert advisor.post(f"{url}answer/", {"opinion": "없습니다."}).status_code == 302
    assert startup.post(f"{url}close/").status_code == 302
    with system("check"):
        assert LegalCase.objects.count() == 1
        assert AccessRecord.objects.filter(subject="legal.legalcase", act="view").exists()


@pytest.mark.parametrize("name", OUTSIDERS)
def test_nobody_else_learns_of_it(people, case, client_of, frozen, name):
    answered(people, case)
    deliver()
    actor, client = people[name], client_of(people[name])
    url = f"/legal-cases/{case.pk}/"
    assert client.get(url).status_code == 404
    for step in ("assign", "answer", "ask_more", "close"):
        assert client.post(f"{url}{step}/").status_code == 404
    for page in ("/legal-cases/", "/legal-cases/?search=현대", "/legal-cases/?export=csv", "/"):
        response = client.get(page)
        shown = response.content.decode()
        assert response.status_code == 200
        assert SECRET not in shown and "테솔로" not in shown and case.number not in shown and str(case.pk) not in shown
    expected = 302 if name == "other startup" else 403
    made = client.post("/legal-cases/new/", {"id": str(new_id()), **ASKED})
    assert made.status_code == expected
    own = 1 if name == "other startup" else 0  # its own case, just made
    assert [rows(actor, t) for t in TABLES] == [own, 0, own, 0]
    with acting(actor):
        assert not LegalCase.objects.visible_to(actor).exclude(startup_id=actor.organization_id).exists()
        assert not Note.objects.visible_to(actor).exists()
        with pytest.raises(NotAllowed):
            operations.close(case=case, actor=actor)
    with system("check"):
        assert not Notification.objects.filter(membership_id=actor.membership_id).exists()


def test_those_whom_it_concerns_do(people, case, client_of, frozen):
    answered(people, case)
    for name in ("representative", "member", "case_manager", "advisor", "startup administrator"):
        assert client_of(people[name]).get(f"/legal-cases/{case.pk}/").status_code == 200, name
        assert rows(people[name], "legal_legalcase") == 1 and rows(people[name], "legal_note") == 3


def test_messages_say_nothing_of_the_matter(people, case):
    answered(people, case)
    with acting(people["representative"]):
        operations.close(case=case, actor=people["representative"])
    deliver()
    with system("check"):
        told = set(Notification.objects.values_list("membership_id", flat=True))
        assert told == {people[n].membership_id for n in ("representative", "member", "case_manager", "advisor")}
        written = [*MailContent.objects.values("subject", "body"), *Notification.objects.values("title", "body", "url")]
        written += Message.objects.values("arguments")
    assert len(written) > 15
    for text in (json.dumps(w, ensure_ascii=False, default=str) for w in written):
        assert "현대" not in text and "지식재산" not in text and "개량" not in text and "귀사" not in text


def test_nothing_that_is_sent_or_recorded_tells_of_a_case(people, case, client_of, frozen):
    """Neither operator nor auditor learns from messages, mails or records who has a case: not on a page, not by SQL."""
    answered(people, case)
    deliver()
    for name in ("advisor", "case_manager"):
        client = client_of(people[name])
        assert client.get(f"/legal-cases/{case.pk}/").status_code == 200
        assert client.get("/legal-cases/?export=csv").status_code == 200
    assert client_of(people["member"]).post(f"/legal-cases/{case.pk}/assign/").status_code == 403
    assert client_of(people["manager"]).get(f"/legal-cases/{case.pk}/").status_code == 404
    with system("check"):
        mails = list(Mail.objects.all())
        assert len(mails) > 5 and AccessRecord.objects.filter(confidential=True).count() == 5
    for name in OUTSIDERS:
        for table in ("outbox_message", "notifications_mail"):
            assert rows(people[name], table) == 0, (name, table)
        client = client_of(people[name])
        for url in ("/mails/", "/mails/?export=csv", "/api/v1/mails/"):
            assert "@" not in re.sub(r"<header.*?</header>", "", client.get(url).content.decode(), flags=re.S), (
                name,
                url,
            )
        assert client.get(f"/mails/{mails[0].pk}/").status_code == 404
    with acting(people["auditor"]), connection.cursor() as cursor:  # an intruder is seen, no startup is
        cursor.execute(
            "SELECT DISTINCT organization_name, owner_id FROM audit_accessrecord WHERE subject LIKE '%legal%'"
        )
        assert cursor.fetchall() == [("현대자동차", None)]
    with acting(people["startup administrator"]):  # whose data it was reads who has opened it
        seen = AccessRecord.objects.visible_to(people["startup administrator"]).filter(subject="legal.legalcase")
        assert seen.count() == 2
    records = client_of(people["auditor"]).get("/access-records/").content.decode()
    assert "비공개 기록" in records and "테솔로" not in records
    assert "비공개 메일" in client_of(people["operator"]).get("/mails/").content.decode()


def test_confidential_mails_are_sent_again_unseen(people, case, client_of, frozen):
    deliver()
    with system("test"):
        Mail.objects.update(state=Mail.State.GIVEN_UP)
        Message.objects.update(state=Message.State.DONE, done_at=people["operator"].now)
    for name in ("auditor", "officer", "manager", "representative", "case_manager"):
        assert client_of(people[name]).post("/mails/send-confidential-again/").status_code == 403
    assert client_of(people["operator"]).post("/mails/send-confidential-again/").status_code == 302
    with system("check"):
        again = Message.objects.get(job="notifications.send", state=Message.State.WAITING)
        assert again.confidential and Mail.objects.get().state == Mail.State.WAITING
        run(again)
        assert Mail.objects.get().state == Mail.State.SENT


def test_the_ministry_gets_counts_and_none_below_three(people, client_of, frozen):
    startup = people["representative"]
    with acting(startup):
        for subject in ["nda"] * 3 + ["ip"] * 2 + ["codev"]:
            operations.ask(actor=startup, subject=subject, counterparty="현대자동차", question=SECRET)
    for name in ("officer", "approver", "finance", "auditor"):
        page = client_of(people[name]).get("/legal-cases/counts/").content.decode()
        assert page.count("3건 미만") == 9 - 1 + 1  # every subject but one, and the lead
        assert "3건</td>" in page.replace("\n", "") or re.search(r">\s*3건\s*<", page)
        assert not re.search(r">\s*[012]건\s*<", page)
    for name in ("operator", "manager", "coordinator", "representative", "case_manager", "advisor"):
        assert client_of(people[name]).get("/legal-cases/counts/").status_code == 403
        with acting(people[name]), pytest.raises(DatabaseError, match="for the ministry"), transaction.atomic():
            connection.cursor().execute("SELECT * FROM legal_case_counts()")
    with acting(people["officer"]), connection.cursor() as cursor:
        cursor.execute("SELECT cases FROM legal_case_counts() WHERE cases IS NOT NULL")
        assert cursor.fetchall() == [(3,)]
        cursor.execute("SELECT count(*) FROM legal_legalcase")
        assert cursor.fetchone() == (0,), "the function leaves no door open behind it"


def test_who_may_be_assigned(world, people, case):
    ended = advisor_of(people["other advisor"])
    with system("test"):
        Membership.objects.filter(pk=ended.pk).update(ended_at=world.now)
    for wrong in (ended, advisor_of(people["case_manager"]), advisor_of(people["manager"])):
        with pytest.raises(Invalid) as refusal:
            assign(people, case, advisor=wrong)
        assert "advisor" in refusal.value.fields
    with pytest.raises(Invalid) as refusal:
        assign(people, case, conflict_checked=False)
    assert "conflict_checked" in refusal.value.fields
    block(subject_id=case.pk, user_id=people["advisor"].user_id, cause="test", cause_id=case.pk)
    with pytest.raises(Conflict):
        assign(people, case)
    assert case.state == State.RECEIVED


def test_a_block_closes_a_case_that_was_open(people, case, client_of, frozen):
    assign(people, case)
    assert client_of(people["advisor"]).get(f"/legal-cases/{case.pk}/").status_code == 200
    block(subject_id=case.startup_id, user_id=people["advisor"].user_id, cause="test", cause_id=case.pk)
    assert client_of(people["advisor"]).get(f"/legal-cases/{case.pk}/").status_code == 404
    assert [rows(people["advisor"], t) for t in TABLES] == [0, 0, 0, 0]
    with acting(people["advisor"]), pytest.raises(NotAllowed):
        operations.answer(case=case, actor=people["advisor"], opinion="x")


def test_own_people_without_the_step(people, case):
    for name in ("representative", "advisor", "foundation administrator"):
        actor = people[name]
        with acting(actor), pytest.raises(NotAllowed):
            operations.assign(case=case, actor=actor, advisor=advisor_of(people["advisor"]), conflict_checked=True)
    administrator = people["startup administrator"]
    with acting(administrator), pytest.raises(NotAllowed):
        operations.ask(actor=administrator, **ASKED)
    with acting(people["representative"]), pytest.raises(Invalid) as refusal:
        operations.ask(actor=people["representative"], **ASKED, wanted_on=date(2025, 3, 11))
    assert "wanted_on" in refusal.value.fields


def test_the_database_alone(world, people, case):
    with system("the database alone"):
        for change in ({"state": State.ANSWERED}, {"state": State.ASSIGNED}, {"number": "L2025-001", "pk": new_id()}):
            with pytest.raises(DatabaseError), transaction.atomic():
                if "pk" in change:
                    fields = {f.attname: getattr(case, f.attname) for f in LegalCase._meta.concrete_fields}
                    LegalCase(**fields | {"id": change["pk"]}).save(force_insert=True)
                else:
                    LegalCase.objects.filter(pk=case.pk).update(**change)
        with pytest.raises(IntegrityError, match="note_of_case"), transaction.atomic():
            Note(
                case=case, startup_id=people["other startup"].organization_id, author_id=people["advisor"].user_id,
                author_name="x", text="x", written_at=world.now,
            ).save(force_insert=True)  # fmt: skip
    with acting(people["manager"]), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        Note(
            case=case, startup_id=case.startup_id, author_id=people["manager"].user_id, author_name="x", text="x",
            written_at=world.now,
        ).save(force_insert=True)  # fmt: skip


def test_numbers_follow_each_other(people):
    startup = people["representative"]
    with acting(startup):
        made = [operations.ask(actor=startup, **ASKED).number for _ in range(3)]
    assert made == ["L2025-001", "L2025-002", "L2025-003"]


def test_the_list_costs_the_same_with_more_rows(people, case, client_of, frozen):
    client = client_of(people["case_manager"])
    client.get("/legal-cases/")
    with CaptureQueriesContext(connection) as one:
        client.get("/legal-cases/")
    with acting(people["representative"]):
        for subject in ("nda", "supply"):
            operations.ask(actor=people["representative"], **ASKED | {"subject": subject})
    with CaptureQueriesContext(connection) as three:
        client.get("/legal-cases/")
    assert len(three) == len(one)
