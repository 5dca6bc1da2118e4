"""From an event to the webhooks that may know of it, and each call with its retries."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.utils.translation import gettext_lazy

from portal.kernel.clock import now
from portal.kernel.roles import Role
from portal.notifications.messages import follow
from portal.organizations.actors import actor_of_membership
from portal.outbox.post import Audience, announce, job
from portal.security.actor import Actor, acting, system
from portal.security.scope import PartyModel
from portal.webhooks import signing
from portal.webhooks.calling import Answer, call
from portal.webhooks.models import Delivery, Webhook
from portal.webhooks.operations import plan, put

FIRST, LONGEST, OLDEST = timedelta(minutes=1), timedelta(hours=6), timedelta(days=3)
OFF_AFTER = timedelta(days=5)  # without a single success
State = Delivery.State


@follow
def tell_webhooks(
    *, actor: Actor, event: str, model: type[models.Model], subject_id: UUID, organizations: set[UUID], event_id: UUID
) -> None:
    """Write a delivery for every webhook of the organisations whose people are told, as far as its registrant sees."""
    if getattr(model, "confidential", False):
        return
    with system("webhooks of an event"):
        found = list(Webhook.objects.filter(organization__in=organizations, events__contains=[event], state="active"))
    for webhook in found:
        if _sees(webhook, model, subject_id, actor):
            label = model._meta.label_lower
            put(webhook, event_id=event_id, event=event, subject=label, subject_id=subject_id, actor=actor)


def _sees(webhook: Webhook, model: type[models.Model], subject_id: UUID, actor: Actor) -> bool:
    """Whether the administrator who registered it is still one, and may see the subject now."""
    reader = _registrant(webhook, actor)
    if reader is None or not issubclass(model, PartyModel):
        return False
    with acting(reader):
        return bool(model.objects.visible_to(reader).filter(pk=subject_id).exists())


def _registrant(webhook: Webhook, actor: Actor) -> Actor | None:
    with system("who registered a webhook"):
        user_id = webhook.membership.user_id
    found = actor_of_membership(webhook.membership_id, user_id, actor.now)
    return found if found.is_member and found.has(Role.ADMINISTRATOR) else None


def _given_up(*, actor: Actor, delivery_id: str, attempts: int) -> None:
    with system("a webhook call that ended its worker"), transaction.atomic():
        waiting = Delivery.objects.filter(pk=delivery_id, state__in=[State.WAITING, State.FAILED])
        waiting.update(state=State.GIVEN_UP, next_at=None)


@job("webhooks.call", outside=True, given_up=_given_up, label=gettext_lazy("웹훅 호출"))
def call_webhook(*, actor: Actor, delivery_id: str, attempts: int) -> None:
    """One attempt. Its row stays locked meanwhile; where the worker dies it is made again: at least once."""
    with system("call a webhook"), transaction.atomic():
        delivery = Delivery.objects.select_for_update(of=("self",)).select_related("webhook").get(pk=delivery_id)
        if delivery.state not in (State.WAITING, State.FAILED) or delivery.attempts != attempts:
            return
        webhook = delivery.webhook
        if webhook.state != Webhook.State.ACTIVE or _registrant(webhook, actor) is None:
            _store(delivery, State.GIVEN_UP)
            return
        body = signing.body(delivery)
        answer = call(webhook.url, body, signing.headers(webhook, body, now()))
        _log(delivery, answer)
        _after(delivery, answer)
        _judge(webhook.pk, answer)


def _log(delivery: Delivery, answer: Answer) -> None:
    delivery.attempts += 1
    entry: dict[str, Any] = {"at": now().isoformat(), "status": answer.status, "words": answer.words}
    delivery.log = [*delivery.log, entry | {"milliseconds": answer.milliseconds}]


def _after(delivery: Delivery, answer: Answer) -> None:
    age = now() - delivery.created_at
    if answer.delivered:
        delivery.done_at = now()
        _store(delivery, State.DELIVERED)
    elif age >= OLDEST:
        _store(delivery, State.GIVEN_UP)
    else:
        delivery.next_at = now() + min(max(FIRST, age), LONGEST)
        _store(delivery, State.FAILED)
        plan(delivery, at=now(), due=delivery.next_at)


def _store(delivery: Delivery, state: str) -> None:
    delivery.state = state
    if state != State.FAILED:
        delivery.next_at = None
    delivery.save(update_fields=["state", "attempts", "log", "next_at", "done_at"])


def _judge(webhook_id: UUID, answer: Answer) -> None:
    """Switch a webhook off that has failed for days, and say so to whoever looks after it."""
    webhook = Webhook.objects.select_for_update(of=("self",)).get(pk=webhook_id)
    if answer.delivered:
        if webhook.failing_since:
            webhook.failing_since = None
            webhook.save(update_fields=["failing_since"])
    elif webhook.failing_since is None:
        webhook.failing_since = now()
        webhook.save(update_fields=["failing_since"])
    elif webhook.state == Webhook.State.ACTIVE and now() - webhook.failing_since >= OFF_AFTER:
        webhook.state = Webhook.State.FAILED
        webhook.save(update_fields=["state"])
        administrators = Audience.of(webhook.organization_id, roles=(Role.ADMINISTRATOR,))
        announce("webhook.switched_off", webhook, to=administrators)
