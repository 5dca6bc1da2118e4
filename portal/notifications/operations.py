"""What can happen to messages and mails."""

from datetime import datetime
from typing import cast
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from portal.kernel.errors import NotAllowed, WrongState
from portal.notifications.models import Mail, MailContent, Notification
from portal.notifications.policy import NOT_OUT
from portal.outbox.post import later
from portal.outbox.transition import lock
from portal.security.actor import Actor, system
from portal.security.policy import may, require


def post_mail(
    *,
    actor: Actor,
    event_id: UUID,
    to: str,
    language: str,
    subject: str,
    body: str,
    keep: bool = True,
    confidential: bool = False,
) -> Mail:
    """Write a mail and have it sent after the commit. The same event to the same address is one mail.

    `keep=False` for words that must not stay (a link that opens something): they are erased once the mail is out.
    """
    with transaction.atomic(), system("write a mail"):
        mail, made = Mail.objects.get_or_create(
            event_id=event_id,
            to=to,
            defaults={"language": language, "created_at": actor.now, "confidential": confidential},
        )
        if made:
            MailContent(mail=mail, subject=subject[:200], body=body, keep=keep).save(force_insert=True)
            have_sent(mail, actor)
    return cast(Mail, mail)


def mark_read(*, notification: Notification, actor: Actor) -> Notification:
    """Mark one message as read; a second time changes nothing. Raises NotAllowed for another person's message."""
    if notification.user_id != actor.user_id:
        raise NotAllowed
    with transaction.atomic():
        locked = lock(notification)
        if locked.read_at is None:
            locked.read_at = actor.now
            locked.save(update_fields=["read_at"])
    return locked


def mark_all_read(*, actor: Actor) -> int:
    """Mark all of the actor's messages as read. Returns how many were unread."""
    with transaction.atomic():
        return int(Notification.objects.visible_to(actor).filter(read_at=None).update(read_at=actor.now))


def send_again(*, mail: Mail, actor: Actor) -> Mail:
    """Try a mail once more that could not be sent, or whose result is unknown: then it may arrive twice.

    Raises WrongState for every other state.
    """
    require(actor, "send_again", mail)
    with transaction.atomic():
        locked = lock(mail)
        if not may(actor, "send_again", locked):
            raise WrongState(
                _("현재 상태(%(state)s)의 메일은 다시 보낼 수 없습니다.") % {"state": locked.get_state_display()},
                hint=_("나가지 못했거나 결과를 모르는 메일만 다시 보낼 수 있습니다."),
            )
        _begin_again(locked, actor)
    return locked


def send_many_again(*, mails: QuerySet[Mail], actor: Actor) -> int:
    """Try those of the mails once more that certainly did not go out. Returns how many.

    `unknown` is left out: whether a mail should arrive twice is decided one by one.
    """
    require(actor, "send_again", Mail)
    with transaction.atomic():
        return _all_again(mails, actor)


def send_confidential_again(*, actor: Actor) -> None:
    """Try every confidential mail once more that could not be sent. The actor sees none of them."""
    require(actor, "send_again", Mail)
    with transaction.atomic(), system("confidential mails are sent again unseen"):
        _all_again(Mail.objects.filter(confidential=True), actor)


def _all_again(mails: QuerySet[Mail], actor: Actor) -> int:
    found = mails.filter(state__in=NOT_OUT).order_by("id").select_for_update(of=("self",))
    for mail in found:
        _begin_again(mail, actor)
    return len(found)


def _begin_again(mail: Mail, actor: Actor) -> None:
    mail.state, mail.next_at, mail.again_at = Mail.State.WAITING, None, actor.now
    mail.save(update_fields=["state", "next_at", "again_at"])
    have_sent(mail, actor)


def have_sent(mail: Mail, actor: Actor, due: datetime | None = None) -> None:
    """Plan the mail's next try."""
    later(
        "notifications.send",
        actor=Actor.public(actor.now),
        due=due,
        confidential=mail.confidential,
        mail_id=mail.id,
        tries=mail.attempts,
    )
