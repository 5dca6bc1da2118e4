"""Delivery: an announced event becomes inbox rows and mails, each rendered as its recipient."""

from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from celery import shared_task
from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy

from portal.kernel.clock import now
from portal.kernel.roles import Kind, Role
from portal.notifications.addresses import tell_of_dead_address
from portal.notifications.bounces import read_folder
from portal.notifications.messages import followers, rendered
from portal.notifications.models import Mail, MailContent, Notification, new_message_id
from portal.notifications.operations import have_sent, post_mail
from portal.notifications.pauses import pause_after
from portal.notifications.smtp import Answer, hand_over
from portal.organizations.actors import actor_for
from portal.organizations.models import Membership
from portal.outbox.post import job
from portal.security.actor import Actor, acting, system
from portal.security.scope import PartyModel

OPEN = (Mail.State.WAITING, Mail.State.FAILED)


@job("notifications.deliver", label=gettext_lazy("알림 전달"))
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
    model, organizations = apps.get_model(subject), set()
    for membership in recipients(audience, actor.now):
        reader = actor_for(membership.user, membership, actor.now)
        with acting(reader):
            if issubclass(model, PartyModel) and not model.objects.visible_to(reader).filter(pk=subject_id).exists():
                continue  # blocked, or no longer concerned: no word reaches them
        _write(name, facts, subject_id, membership, message_id, actor, getattr(model, "confidential", False))
        organizations.add(membership.organization_id)
    for tell in followers():
        tell(
            actor=actor,
            event=name,
            model=model,
            subject_id=subject_id,
            organizations=organizations,
            event_id=message_id,
        )


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


def _undeliverable(*, actor: Actor, mail_id: str, tries: int | None = None) -> None:
    """The mail ended its worker, or could not be made: it says so instead of waiting for ever."""
    with system("a mail that can't be sent"), transaction.atomic():
        mail = Mail.objects.select_for_update().get(pk=mail_id)
        if mail.state in OPEN:
            mail.state, mail.fault, mail.next_at = Mail.State.GIVEN_UP, Mail.Fault.BROKEN, None
            mail.save(update_fields=["state", "fault", "next_at"])


@job("notifications.send", outside=True, given_up=_undeliverable, label=gettext_lazy("메일 발송"))
def send(*, actor: Actor, mail_id: str, tries: int | None = None) -> None:
    """Hand one mail to the server. `tries`: how many there were when this one was planned; an overtaken one goes home.

    The row stays locked meanwhile: a twin waits, then finds the result. Where the worker dies, nothing is stored and
    the mail goes out again, with the same Message-ID: rather twice than never.
    """
    with system("send mail"), transaction.atomic():
        mail = Mail.objects.select_for_update(of=("self",)).select_related("content").get(pk=mail_id)
        if mail.state not in OPEN or tries not in (None, mail.attempts):
            return
        mail.attempts += 1
        mail.message_id = mail.message_id or new_message_id()
        _store(mail, hand_over(mail, mail.content.subject, mail.content.body))


def _store(mail: Mail, answer: Answer) -> None:
    mail.fault, mail.error, mail.no_such_address = answer.fault, answer.words[:500], answer.no_such_address
    mail.next_at = None
    if not answer.fault:
        mail.state, mail.sent_at = Mail.State.SENT, now()
        MailContent.objects.filter(mail=mail, keep=False).update(body="")
    elif answer.fault == Mail.Fault.LOST:  # it may have arrived: never again by itself
        mail.state = Mail.State.UNKNOWN
    elif pause := pause_after(answer.fault, now() - (mail.again_at or mail.created_at)):
        mail.state, mail.next_at = Mail.State.FAILED, now() + pause
        have_sent(mail, Actor.public(now()), due=mail.next_at)
    else:
        mail.state = Mail.State.GIVEN_UP
    mail.save()
    if mail.no_such_address:
        tell_of_dead_address(mail.to, now())


@shared_task(name="portal.notifications.tasks.read_bounces", ignore_result=True)
def read_bounces() -> int:
    """Take in what has come back to the mailbox of bounces. Returns how many messages were read."""
    folder = Path(settings.BOUNCE_MAILDIR) if settings.BOUNCE_MAILDIR else None
    return len(read_folder(folder)) if folder and (folder / "new").is_dir() else 0
