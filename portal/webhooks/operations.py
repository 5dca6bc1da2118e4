"""What can happen to webhooks and their deliveries."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from portal.audit import records
from portal.kernel.errors import Invalid, NotAllowed, OverLimit, WrongState
from portal.kernel.ids import new_id
from portal.notifications.messages import declared
from portal.outbox.post import later
from portal.outbox.transition import lock, save_changes
from portal.security.actor import Actor, system
from portal.security.policy import may, require
from portal.webhooks import signing
from portal.webhooks.calling import Refused, parts_of
from portal.webhooks.models import Delivery, Webhook

MOST = 10  # of one organisation
TEST = "webhook.test"


def create(*, actor: Actor, url: str, events: Sequence[str], id: UUID | None = None) -> Webhook:
    """Register an address. Raises Invalid for an address that is never called, OverLimit for one too many."""
    require(actor, "create", Webhook)
    _check(url, events)
    if actor.membership_id is None:
        raise NotAllowed
    with transaction.atomic():
        if Webhook.objects.visible_to(actor).count() >= MOST:
            raise OverLimit(
                _("웹훅은 기관마다 %(most)d개까지 등록할 수 있습니다.") % {"most": MOST},
                hint=_("쓰지 않는 웹훅의 주소를 고쳐 쓰십시오."),
            )
        webhook = Webhook(
            id=id or new_id(),
            organization_id=actor.organization,
            membership_id=actor.membership_id,
            url=url,
            events=sorted(set(events)),
            created_at=actor.now,
        )
        webhook.save(force_insert=True)
        _note(webhook, actor, "created")
    return webhook


def edit(*, webhook: Webhook, actor: Actor, url: str, events: Sequence[str]) -> Webhook:
    """Change address and events; from now on the actor's sight counts. Raises Invalid."""
    require(actor, "edit", webhook)
    _check(url, events)
    return _change(webhook, actor, "edited", url=url, events=sorted(set(events)), membership_id=actor.membership_id)


def stop(*, webhook: Webhook, actor: Actor) -> Webhook:
    """Call it no more. Raises WrongState where it is off already."""
    _require_now(actor, "stop", webhook)
    return _change(webhook, actor, "stopped", state=Webhook.State.STOPPED)


def start(*, webhook: Webhook, actor: Actor) -> Webhook:
    """Call it again, for events from now on. Raises WrongState where it is on already."""
    _require_now(actor, "start", webhook)
    given = {"state": Webhook.State.ACTIVE, "failing_since": None, "membership_id": actor.membership_id}
    return _change(webhook, actor, "started", **given)


def renew_secret(*, webhook: Webhook, actor: Actor) -> Webhook:
    """A new secret from the next call on; it can be shown once."""
    require(actor, "renew_secret", webhook)
    return _change(webhook, actor, "secret renewed", key=webhook.key + 1, secret_shown_at=None)


def show_secret(*, webhook: Webhook, actor: Actor) -> str:
    """The secret, once. Raises WrongState where it has been shown."""
    require(actor, "show_secret", webhook)
    with transaction.atomic():
        locked = lock(webhook)
        if locked.secret_shown_at is not None:
            raise WrongState(
                _("서명 비밀값은 한 번만 보여 드립니다."),
                hint=_("잃어버리셨으면 비밀값을 새로 만드십시오. 이전 값은 곧바로 쓸 수 없게 됩니다."),
            )
        locked.secret_shown_at = actor.now
        locked.save(update_fields=["secret_shown_at"])
        _note(locked, actor, "secret shown")
        return signing.secret_of(locked)


def test(*, webhook: Webhook, actor: Actor) -> Webhook:
    """Have a test event delivered like any other."""
    _require_now(actor, "test", webhook)
    with transaction.atomic():
        put(
            webhook,
            event_id=new_id(),
            event=TEST,
            subject=webhook._meta.label_lower,
            subject_id=webhook.pk,
            actor=actor,
        )
    return webhook


def put(webhook: Webhook, *, event_id: UUID, event: str, subject: str, subject_id: UUID, actor: Actor) -> None:
    """Write a delivery and plan its first attempt. The same event is delivered once."""
    with system("an event for a webhook"):
        delivery, made = Delivery.objects.get_or_create(
            webhook=webhook,
            event_id=event_id,
            defaults={
                "organization_id": webhook.organization_id,
                "event": event,
                "subject": subject,
                "subject_id": subject_id,
                "created_at": actor.now,
            },
        )
        if made:
            plan(delivery, at=actor.now)


def again(*, delivery: Delivery, actor: Actor) -> Delivery:
    """Try a delivery once more. Raises WrongState for one that is delivered or under way."""
    require(actor, "again", delivery)
    with transaction.atomic():
        locked = lock(delivery)
        if not may(actor, "again", locked):
            raise WrongState
        locked.state, locked.next_at = Delivery.State.WAITING, None
        locked.save(update_fields=["state", "next_at"])
        plan(locked, at=actor.now)
    return locked


def plan(delivery: Delivery, *, at: datetime, due: datetime | None = None) -> None:
    """Plan the next attempt; one that another has overtaken goes home (`attempts`)."""
    later("webhooks.call", actor=Actor.public(at), due=due, delivery_id=delivery.id, attempts=delivery.attempts)


def _check(url: str, events: Sequence[str]) -> None:
    faults = {}
    try:
        parts_of(url)
    except Refused as refusal:
        faults["url"] = str(refusal)
    if not events or set(events) - set(declared()):
        faults["events"] = _("알릴 사건을 하나 이상 골라 주십시오.")
    if faults:
        raise Invalid(fields=faults)


def _require_now(actor: Actor, action: str, webhook: Webhook) -> None:
    require(actor, action, webhook)
    if not may(actor, action, webhook):
        raise WrongState


def _change(webhook: Webhook, actor: Actor, what: str, **given: object) -> Webhook:
    if actor.membership_id is None:
        raise NotAllowed
    with transaction.atomic():
        locked = lock(webhook)
        before = {f.attname: getattr(locked, f.attname) for f in locked._meta.concrete_fields}
        for name, value in given.items():
            setattr(locked, name, value)
        save_changes(locked, before)
        _note(locked, actor, what)
    return locked


def _note(webhook: Webhook, actor: Actor, what: str) -> None:
    records.note(records.Act.CHANGE, webhook, actor=actor, owner_id=webhook.organization_id, change=what)
