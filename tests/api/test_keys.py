"""Idempotency keys run out after a week, and only then."""

from datetime import timedelta

from portal.api import idempotency, tasks
from portal.api.models import IdempotencyKey
from portal.kernel.clock import now
from portal.kernel.ids import new_id
from portal.kernel.roles import Kind, Role
from portal.security.actor import acting, system


def kept(world, at):
    actor = world(world.organization(Kind.STARTUP), Role.REPRESENTATIVE)
    with acting(actor):
        made = IdempotencyKey(
            id=new_id(), membership_id=actor.membership_id, key="k", request_hash="0" * 64, status=200, created_at=at
        )
        made.save(force_insert=True)
    return made.pk


def left():
    with system("check"):
        return set(IdempotencyKey.objects.values_list("pk", flat=True))


def test_a_key_is_kept_for_seven_days(world):
    old, young = kept(world, world.now - timedelta(days=7, seconds=1)), kept(world, world.now - timedelta(days=7))
    assert idempotency.forget(at=world.now) == 1
    assert left() == {young} and old not in left()


def test_the_scheduler_forgets_them(world, settings):
    young = kept(world, now())
    kept(world, now() - timedelta(days=8))
    assert tasks.forget_keys.name in {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert tasks.forget_keys() == 1 and left() == {young}
