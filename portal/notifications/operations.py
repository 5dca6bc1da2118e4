"""What can happen to messages and mails."""

from typing import cast
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from portal.kernel.errors import NotAllowed, WrongState
from portal.notifications.models import Mail, MailContent, Notification
from portal.notifications.policy import AGAIN
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
            _have_sent(mail, actor)
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
    """Try a mail once more that could not be sent.

    Raises WrongState for every other state: above all for `unknown`, which may have arrived.
    """
    require(actor, "send_again", mail)
    with transaction.atomic():
        locked = lock(mail)
        if not may(actor, "send_again", locked):
            raise WrongState(
                _("현재 상태(%(state)s)의 메일은 다시 보낼 수 없습니다.") % {"state": locked.get_state_display()},
                hint=_("실패한 메일만 다시 보낼 수 있습니다. 결과를 모르는 메일은 이미 도착했을 수 있습니다."),
            )
        locked.state = Mail.State.WAITING
        locked.save(update_fields=["state"])
        _have_sent(locked, actor)
    return locked


def send_confidential_again(*, actor: Actor) -> None:
    """Try every confidential mail once more that could not be sent. The actor sees none of them."""
    require(actor, "send_again", Mail)
    with transaction.atomic(), system("confidential mails are sent again unseen"):
        failed = Mail.objects.select_for_update().filter(confidential=True, state__in=AGAIN)
        for mail in failed.order_by("id"):
            mail.state = Mail.State.WAITING
            mail.save(update_fields=["state"])
            _have_sent(mail, actor)


def _have_sent(mail: Mail, actor: Actor) -> None:
    later("notifications.send", actor=Actor.public(actor.now), confidential=mail.confidential, mail_id=mail.id)
