"""Delivery: an announced event becomes inbox rows and mails, each rendered as its recipient."""

import smtplib
from contextlib import suppress
from datetime import datetime
from email.utils import make_msgid
from typing import Any
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import translation

from portal.kernel.clock import now
from portal.kernel.roles import Kind, Role
from portal.notifications.messages import rendered
from portal.notifications.models import Mail, MailContent, Notification
from portal.notifications.operations import post_mail
from portal.organizations.actors import actor_for
from portal.organizations.models import Membership
from portal.outbox.post import job
from portal.outbox.tasks import RETRIES
from portal.security.actor import Actor, acting, system
from portal.security.scope import PartyModel

ATTEMPTS = len(RETRIES) + 1  # then the outbox gives up, too


@job("notifications.deliver")
def deliver(
    *,
    actor: Actor,
    name: str,
    subject: str,
    subject_id: str,
    audience: dict[str, Any],
    facts: dict[str, str],
    message_id: UUID,
) -> None:
    """Write one inbox row and one mail per recipient who may see the subject. Twice changes nothing."""
    model = apps.get_model(subject)
    for membership in recipients(audience, actor.now):
        reader = actor_for(membership.user, membership, actor.now)
        with acting(reader):
            if issubclass(model, PartyModel) and not model.objects.visible_to(reader).filter(pk=subject_id).exists():
                continue  # blocked, or no longer concerned: no word reaches them
        _write(name, facts, subject_id, membership, message_id, actor, getattr(model, "confidential", False))


def recipients(audience: dict[str, Any], at: datetime) -> list[Membership]:
    """The memberships that an audience means, resolved as the system."""
    chosen = Q(pk__in=audience["memberships"])
    if audience["organizations"]:
        chosen |= Q(organization__in=audience["organizations"]) & _with_roles(audience["roles"])
    if audience["kind"]:
        chosen |= Q(organization__kind=Kind(audience["kind"])) & _with_roles(audience["roles"])
    with system("an event's recipients"):
        return list(
            Membership.objects.filter(chosen, started_at__lte=at, user__is_active=True)
            .filter(Q(ended_at=None) | Q(ended_at__gt=at))
            .select_related("user", "organization")
            .order_by("id")
        )


def _with_roles(roles: list[str]) -> Q:
    return Q(roles__overlap=[str(Role(r)) for r in roles]) if roles else Q()


def _write(
    name: str,
    facts: dict[str, str],
    subject_id: str,
    membership: Membership,
    event_id: UUID,
    actor: Actor,
    confidential: bool,
) -> None:
    user = membership.user
    with translation.override(user.language), system("deliver an event"):
        title, body, path = rendered(name, facts, subject_id)
        text = render_to_string(
            "mail/event.txt",
            {
                "name": user.name,
                "body": body,
                "link": settings.BASE_URL + path,
                "organization": str(membership.organization),
            },
        )
        Notification.objects.get_or_create(
            event_id=event_id,
            user=user,
            defaults={
                "membership_id": membership.id,
                "event": name,
                "title": title,
                "body": body,
                "url": path,
                "created_at": actor.now,
            },
        )
        post_mail(
            actor=actor,
            event_id=event_id,
            to=user.email,
            language=user.language,
            subject=title,
            body=text,
            confidential=confidential,
        )


@job("notifications.send", outside=True)
def send(*, actor: Actor, mail_id: str) -> None:
    """Hand one mail to the server. Between asking and the answer its state is `unknown`: it is never sent again by
    itself, because the first try may have arrived. A refusal by the server is tried again by the outbox.
    """
    with system("send mail"), transaction.atomic():
        mail = Mail.objects.select_for_update(of=("self",)).select_related("content").get(pk=mail_id)
        if mail.state in (Mail.State.SENT, Mail.State.UNKNOWN, Mail.State.GIVEN_UP):
            return
        mail.state, mail.attempts = Mail.State.UNKNOWN, mail.attempts + 1
        mail.message_id = mail.message_id or make_msgid(domain="valueup.example")
        mail.save(update_fields=["state", "attempts", "message_id"])
    try:
        connection = get_connection()
        connection.open()
    except (smtplib.SMTPException, OSError) as fault:  # nothing was said yet
        _refused(mail, fault)
        raise
    try:
        words, headers = mail.content, {"Message-ID": mail.message_id}
        EmailMessage(words.subject, words.body, to=[mail.to], headers=headers, connection=connection).send()
    except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused) as fault:  # the server said no
        _refused(mail, fault)
        raise
    except (smtplib.SMTPException, OSError) as fault:  # the answer was lost: it may have arrived
        _finish(mail, Mail.State.UNKNOWN, str(fault))
        return
    finally:
        with suppress(smtplib.SMTPException, OSError):
            connection.close()
    _finish(mail, Mail.State.SENT)


def _refused(mail: Mail, fault: Exception) -> None:
    _finish(mail, Mail.State.FAILED if mail.attempts < ATTEMPTS else Mail.State.GIVEN_UP, str(fault))


def _finish(mail: Mail, state: str, error: str = "") -> None:
    with system("send mail"), transaction.atomic():
        mail.state, mail.error = state, error[:500]
        if state == Mail.State.SENT:
            mail.sent_at = now()
            MailContent.objects.filter(mail=mail, keep=False).update(body="")
        mail.save(update_fields=["state", "error", "sent_at"])
