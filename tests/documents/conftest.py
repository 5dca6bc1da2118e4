"""A document on its road: issued by an officer for a startup, its files made."""

from pathlib import Path

import pytest

from portal.documents import operations, tasks
from portal.documents.codes import new_code
from portal.documents.models import Document
from portal.kernel.roles import Kind, Role
from portal.security.actor import acting, system
from programs.plans.models import Program

DATA = {
    "recipient": {"company": "주식회사 가온로보틱스", "representative": "김가온"},
    "program": "2025년 딥테크 밸류업",
    "demand": "협동로봇 그리퍼를 활용한 용접 공정의 자동화 실증",
    "corporation": "한빛중공업 주식회사",
    "decision": "select",
    "amount": 200_000_000,
    "message": "공정 적용 경험을 높이 평가하였습니다.",
    "objection": "통지를 받은 날부터 10일 안에 포털의 ‘이의신청’에서 사유를 적어 제출해 주십시오.",
}


@pytest.fixture(autouse=True)
def storage(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


@pytest.fixture
def officer(world):
    return world(world.organization(Kind.MINISTRY, "중소벤처기업부"), Role.OFFICER)


@pytest.fixture
def startup(world):
    return world(world.organization(Kind.STARTUP, "주식회사 가온로보틱스"), Role.REPRESENTATIVE)


@pytest.fixture
def issue(world, officer, startup):
    def make(*, kind="결과", **data):
        with system("test world"):
            subject = Program(
                year=2025,
                name=f"사업 {new_code()}",
                budget=1,
                target_startups=1,
                prepared_at=world.now,
                prepared_by_id=officer.user_id,
            )
            subject.save(force_insert=True)
            owner = world_organization(startup)
        with acting(officer):
            return operations.issue(
                actor=officer,
                kind=kind,
                program_id=subject.pk,
                year=2025,
                title="선정 결과 통지",
                owner=owner,
                subject=subject,
                template="documents/selection_result.html",
                data=DATA | data,
            )

    return make


def world_organization(actor):
    from portal.organizations.models import Organization

    return Organization.objects.get(pk=actor.organization_id)


def fresh(document):
    with system("test"):
        return Document.objects.get(pk=document.pk)


def stored(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.fixture
def ready(issue, officer):
    document = issue()
    tasks.render(actor=officer, document_id=document.pk)
    return fresh(document)
