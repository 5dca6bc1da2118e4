"""An application between startup and officer: returned with remarks, its files, its receipt."""

import pytest
from django.db import IntegrityError, connection, transaction

from matching.applications import attachments, operations, papers
from matching.applications.models import Application, Exclusion
from portal.audit.models import AccessRecord
from portal.documents import tasks as rendering
from portal.documents.models import Document
from portal.files import operations as files
from portal.files.models import File
from portal.kernel.errors import Invalid, NotAllowed, OverLimit, WrongState
from portal.kernel.roles import Kind, Role
from portal.security.actor import acting, system
from portal.security.models import block
from tests.matching.road import EXCLUDED, PROPOSAL
from tests.matching.test_application_desks import attach, demand, fresh, picture, returned, storage

__all__ = ["demand", "storage"]


# --- returned with remarks -------------------------------------------------------------------------------------------


def test_only_what_was_flagged_is_open(road, startup, demand, client_of, frozen):
    application = returned(road, road.submitted(startup, demand), plan="시기를 적어 주십시오.")
    client, url = client_of(startup), f"/applications/{application.pk}/"
    assert "시기를 적어 주십시오." in client.get(f"{url}edit/").content.decode()
    version = fresh(application).version
    sent = {"proposal": "몰래 바꾼 제안", "plan": "3월에 시작합니다.", "version": version}
    assert client.post(f"{url}edit/?part=1", sent).status_code == 422
    assert client.post(f"{url}edit/?part=1", {"plan": "3월에 시작합니다.", "version": version}).status_code == 302
    assert (fresh(application).proposal, fresh(application).plan) == (PROPOSAL, "3월에 시작합니다.")
    with acting(startup):
        for closed in ({"requested_amount": 5}, {"excluded_parties": "다른 회사"}):
            with pytest.raises(Invalid, match="보완을 요청받은 항목만"):
                operations.edit(application=fresh(application), actor=startup, **closed)
    with acting(startup), pytest.raises(Invalid, match="보완을 요청받은 항목만"):
        attachments.attach(application=fresh(application), actor=startup, file=picture(), nothing_secret=True)
    with acting(startup):
        operations.submit(application=application, actor=startup)
    assert (fresh(application).remarks, fresh(application).number) == ({}, "A2025-001")


def test_a_remark_about_excluded_parties_is_not_the_centers(road, startup, demand, world, client_of, frozen):
    """The center coordinates and reads the application, but not whom the startup wants kept from evaluating."""
    center = world(world.organization(Kind.CENTER, "경기센터"), Role.COORDINATOR)
    application = road.submitted(startup, demand)
    with system("test"):
        Application.objects.filter(pk=application.pk).update(center_id=center.organization_id)
    words = "주식회사 경쟁사의 누구인지 적어 주십시오."
    returned(road, application, excluded_parties=words)
    page = client_of(startup).get(f"/applications/{application.pk}/edit/").content.decode()
    assert words in page
    with acting(center), connection.cursor() as cursor:
        assert Application.objects.visible_to(center).filter(pk=application.pk).exists()
        for table in ("applications_application", "applications_applicationhistory", "applications_exclusion"):
            cursor.execute(f"SELECT count(*) FROM {table} t WHERE strpos(t::text, %s) > 0", [words])
            assert cursor.fetchone() == (0,), table
    with acting(startup):
        operations.edit(application=fresh(application), actor=startup, excluded_parties="경쟁사의 김 이사")
        operations.submit(application=fresh(application), actor=startup)
    with system("test"):
        exclusion = Exclusion.objects.get(application=application)
        assert (exclusion.text, exclusion.remark) == ("경쟁사의 김 이사", "")
        with pytest.raises(IntegrityError, match="exclusion_remark"), transaction.atomic():
            Exclusion.objects.filter(pk=exclusion.pk).update(remark="남은 의견")


# --- files -----------------------------------------------------------------------------------------------------------


def test_files_are_for_those_who_see_the_application(road, manager, startup, demand, client_of, frozen):
    application = road.draft(startup, demand)
    client, url = client_of(startup), f"/applications/{application.pk}/"
    assert "20MB" in client.get(f"{url}attach/").content.decode()
    assert client.post(f"{url}attach/", {"file": picture()}).status_code == 422  # not said to hold nothing secret
    assert client.post(f"{url}attach/", {"file": picture(), "nothing_secret": "on"}).status_code == 302
    with system("test"):
        file = File.objects.get(subject_id=application.pk)
    address = f"{url}files/{file.pk}/"
    evaluator, rival = road.colleague(manager, Role.EVALUATOR), road.startup("경쟁사")
    foreign = road.corporation("다른 대기업")

    def answers():
        return [client_of(who).get(address).status_code for who in (startup, road.officer, manager, evaluator)]

    assert answers() == [200, 404, 404, 404]
    with acting(startup):
        operations.submit(application=application, actor=startup)
    assert answers() == [200, 200, 404, 404]
    with acting(road.officer):
        operations.admit(application=application, actor=road.officer)
    assert answers() == [200, 200, 200, 200]
    assert "설비.png" in client_of(manager).get(url).content.decode()
    assert [client_of(who).get(address).status_code for who in (rival, foreign)] == [404, 404]
    with system("test"):
        block(subject_id=application.pk, user_id=evaluator.user_id, cause="test", cause_id=application.pk)
        assert AccessRecord.objects.filter(act="download", owner_id=startup.organization_id).count() >= 3
    assert client_of(evaluator).get(address).status_code == 404
    other = road.draft(rival, demand)
    assert client_of(rival).get(f"/applications/{other.pk}/files/{file.pk}/").status_code == 404


def test_files_stay_with_what_was_handed_in(road, startup, demand):
    application = road.draft(startup, demand)
    first, second = attach(startup, application), attach(startup, application)
    with acting(startup):
        files.remove(file=first, actor=startup)
        operations.submit(application=application, actor=startup)
        with pytest.raises(WrongState, match="제출한 신청서에 첨부된"):
            files.remove(file=second, actor=startup)
        with pytest.raises((NotAllowed, WrongState)):
            attachments.attach(application=application, actor=startup, file=picture(), nothing_secret=True)
    returned(road, application, attachments="도면을 바꾸어 주십시오.")
    with acting(startup):
        files.remove(file=second, actor=startup)
    attach(startup, fresh(application))


def test_files_are_counted(road, startup, demand):
    application = road.draft(startup, demand)
    for _time in range(attachments.MOST):
        attach(startup, application)
    with pytest.raises(OverLimit):
        attach(startup, application)


# --- the receipt -----------------------------------------------------------------------------------------------------


def receipts(application):
    with system("test"):
        return list(Document.objects.filter(subject_id=application.pk, kind=papers.KIND).order_by("serial"))


def test_the_receipt(road, manager, startup, demand, client_of, frozen):
    application = road.submitted(startup, demand)
    (receipt,) = receipts(application)
    assert receipt.data["application"] == "A2025-001" and receipt.issuer == "중소벤처기업부"
    assert receipt.data["content_hash"] == papers.content_hash(application)
    assert EXCLUDED not in str(receipt.data)
    assert receipt.number in client_of(startup).get(f"/applications/{application.pk}/").content.decode()
    returned(road, application, proposal="더 자세히 적어 주십시오.")
    with acting(startup):
        operations.edit(application=fresh(application), actor=startup, proposal="더 자세한 제안")
        operations.submit(application=fresh(application), actor=startup)
    former, latter = receipts(application)
    assert (former.state, latter.state) == ("revoked", "waiting")
    assert former.data["content_hash"] != latter.data["content_hash"]
    with acting(startup), pytest.raises(WrongState):
        operations.submit(application=fresh(application), actor=startup)
    assert len(receipts(application)) == 2
    rendering.render(actor=road.officer, document_id=latter.pk)
    latter = receipts(application)[1]
    assert latter.state == "ready" and len(latter.sha256) == 64
    assert client_of(startup).get(f"/documents/{latter.pk}/download/").status_code == 200
    with acting(road.officer):
        operations.admit(application=fresh(application), actor=road.officer)
    assert latter.number not in client_of(manager).get(f"/applications/{application.pk}/").content.decode()
