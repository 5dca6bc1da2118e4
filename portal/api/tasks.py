"""What the API does on its own."""

from celery import shared_task

from portal.api import idempotency
from portal.kernel.clock import now


@shared_task(name="portal.api.tasks.forget_keys", ignore_result=True)
def forget_keys() -> int:
    """Delete idempotency keys that have run out."""
    return idempotency.forget(at=now())
