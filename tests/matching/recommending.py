"""A recommendation on its way: what it says, its steps, and who sees it."""

import pytest
from django.db import connection

from matching.recommendations import operations
from matching.recommendations.models import Recommendation
from portal.kernel.roles import Role
from portal.organizations.models import Organization
from portal.outbox.models import Message
from portal.security.actor import acting, system

REASON = "로봇 핸드의 정밀 제어 기술을 갖추고 있어 조립 공정의 케이블 체결 수요에 잘 맞으며 실증 경험도 풍부합니다."
NOTE = "전문가 3인이 만장일치로 추천함"
FIELDS = {
    "business_no": "000-88-00013",
    "company": "테솔로",
    "representative": "김대표",
    "email": "ceo@tesollo.example",
    "phone": "010-1234-5678",
    "tech_fields": ["F05"],
    "trl": 6,
    "reason": REASON,
    "priority": 1,
    "consensus_note": NOTE,
}


@pytest.fixture
def invited(monkeypatch):
    """Invitations that were asked for, instead of mails."""
    asked = []
    monkeypatch.setattr(operations, "invite_startup", lambda **given: asked.append(given))
    return asked


@pytest.fixture
def recommendation(scene, invited):
    with acting(scene.coordinator):
        return operations.create(actor=scene.coordinator, demand=scene.demand, **FIELDS)


@pytest.fixture
def startup(scene, recommendation):
    """The representative of the recommended startup, whose certificate has been checked."""
    return joined(scene, recommendation)


def joined(scene, recommendation, verified=True):
    with system("test world"):
        organization = Organization.objects.get(pk=recommendation.startup_id)
        organization.verified_at = scene.world.now if verified else None
        organization.save()
    return scene.world(organization, Role.REPRESENTATIVE)


def step(name, recommendation, actor, **given):
    with acting(actor):
        return getattr(operations, name)(recommendation=recommendation, actor=actor, **given)


def sees(actor, model=Recommendation):
    with acting(actor):
        return model.objects.visible_to(actor).exists()


def raw(actor, table):
    """How many rows row security alone shows: the policy's wall is down."""
    with acting(actor), connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return cursor.fetchone()[0]


def told():
    with system("check"):
        return [m.arguments["name"] for m in Message.objects.filter(job="notifications.deliver").order_by("id")]
