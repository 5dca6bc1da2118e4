"""Access records: who reads them, and that nobody changes or deletes them, nor the history."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext

from portal.audit import records
from portal.audit.models import AccessRecord
from portal.kernel.roles import Kind, Role
from portal.security.actor import acting, system


@pytest.fixture
def startup(world):
    return world.organization(Kind.STARTUP, "테솔로")


@pytest.fixture
def ceo(world, startup):
    return world(startup, Role.REPRESENTATIVE)  # the first: also its administrator


@pytest.fixture
def ministry(world):
    made = world.organization(Kind.MINISTRY, "중소벤처기업부")
    world.member(made)
    return made


@pytest.fixture
def auditor(world, ministry):
    return world(ministry, Role.AUDITOR)


@pytest.fixture
def officer(world, ministry):
    return world(ministry, Role.OFFICER)


@pytest.fixture
def record(world, startup, ceo, officer):
    """An officer has looked at the startup's profile."""
    with acting(officer):
        records.note(records.Act.VIEW, "startups.profile", actor=officer, owner_id=startup.pk, subject_id=startup.pk)
    with system("check"):
        return AccessRecord.objects.get()


def test_the_auditor_sees_all_and_an_organisation_what_is_about_it(world, record, auditor, ceo, client_of, frozen):
    rival = world(world.organization(Kind.STARTUP, "경쟁 스타트업"), Role.REPRESENTATIVE)
    for reader in (auditor, ceo):
        client = client_of(reader)
        page = client.get("/access-records/").content.decode()
        assert record.user_name in page and "테솔로" in page and "열람" in page
        assert client.get(f"/access-records/{record.pk}/").status_code == 200
    assert "접속 주소" in client_of(auditor).get(f"/access-records/{record.pk}/").content.decode()
    assert "접속 주소" not in client_of(ceo).get(f"/access-records/{record.pk}/").content.decode()
    for stranger in (rival, world(ceo_house(ceo), Role.MEMBER)):
        client = client_of(stranger)
        assert record.user_name not in client.get("/access-records/").content.decode()
        assert client.get(f"/access-records/{record.pk}/").status_code == 404
        assert client.get(f"/access-records/{uuid4()}/").status_code == 404
        with acting(stranger), connection.cursor() as cursor:  # row security alone
            cursor.execute("SELECT count(*) FROM audit_accessrecord WHERE owner_id = %s", [str(record.owner_id)])
            assert cursor.fetchone() == (0,)


def ceo_house(ceo):
    from portal.organizations.models import Organization

    with system("test"):
        return Organization.objects.get(pk=ceo.organization_id)


def test_filters(world, record, auditor, client_of, frozen):
    client = client_of(auditor)

    def shown(query: str) -> bool:
        return f"/access-records/{record.pk}/" in client.get(f"/access-records/?{query}").content.decode()

    day = (world.now + timedelta(hours=9)).date()
    before, after = day - timedelta(days=1), day + timedelta(days=1)
    assert shown(f"since={day}&until={day}")
    assert not shown(f"since={after}")
    assert not shown(f"until={before}")
    assert shown("act=view") and not shown("act=download")
    assert shown("owner=테솔로") and not shown("owner=없는기업")
    assert shown(f"who={record.user_name}") and shown("who=중소벤처") and not shown("who=아무개")


def test_a_download_of_the_list_is_itself_recorded(record, auditor, client_of, frozen):
    assert client_of(auditor).get("/access-records/?export=xlsx").status_code == 200
    with system("check"):
        made = AccessRecord.objects.get(act="download")
    assert (made.subject, made.user_id) == ("audit.accessrecord", auditor.user_id)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_accessrecord SET user_name = '다른 사람'",
        "DELETE FROM audit_accessrecord",
        "TRUNCATE audit_accessrecord",
        "UPDATE organizations_membershiphistory SET roles = '{administrator}'",
        "DELETE FROM organizations_membershiphistory",
        "INSERT INTO organizations_organizationhistory (pgh_label) VALUES ('x')",
        "DELETE FROM demands_demandhistory",
        "DELETE FROM organizations_membership",
    ],
)
def test_nobody_changes_records_or_history(record, auditor, statement):
    """As the application's database role, also as the system: the right itself is missing."""
    with (
        acting(auditor),
        system("test"),
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    with system("check"):
        assert AccessRecord.objects.get().user_name == record.user_name


def test_no_page_writes(record, auditor, client_of, frozen):
    client = client_of(auditor)
    for url in ("/access-records/", f"/access-records/{record.pk}/"):
        assert client.post(url).status_code == 405
        assert client.delete(url).status_code == 405


def test_the_list_asks_the_same_number_of_queries(world, startup, record, auditor, officer, client_of, frozen):
    def count() -> int:
        client = client_of(auditor)
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/access-records/").status_code == 200
        return len(asked)

    before = count()
    with acting(officer):
        for _ in range(2):
            records.note(records.Act.VIEW, "startups.profile", actor=officer, owner_id=startup.pk)
    assert count() == before
