"""Reading bounces: delivery status notifications (RFC 3464) that a mail server sends back.

A bounce counts where it names a mail of ours by what only its readers can know: the mail's own bounce address, or its
Message-ID among the returned headers. Anything else, forged or about somebody else's mail, changes nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import Message
from email.utils import getaddresses
from mailbox import Maildir
from pathlib import Path

from django.conf import settings
from django.db import transaction

from portal.kernel.clock import now
from portal.notifications.addresses import tell_of_dead_address
from portal.notifications.models import Mail, message_id_of
from portal.notifications.smtp import is_dead, token_of
from portal.security.actor import system

LARGEST = 1_000_000  # bytes that are read: what the server says stands at the beginning
TOKEN = re.compile(r"^[0-9a-f]{32}$")
BOUNCES = "bounced", "delayed", "foreign"  # what becomes of a message that is read
# A mail that has already ended, and one that was never handed over, can't come back.
RETURNABLE = [Mail.State.SENT, Mail.State.UNKNOWN, Mail.State.WAITING, Mail.State.FAILED]


@dataclass(frozen=True, slots=True)
class Report:
    """What a notification says about one recipient."""

    action: str
    status: str
    words: str
    recipients: frozenset[str]

    @property
    def reason(self) -> str:
        return " ".join(part for part in (self.status, self.words) if part)[:500]


def read_bounce(raw: bytes, *, at: datetime) -> str:
    """Read one message. Returns "bounced" (a mail's state was changed), "delayed" or "foreign". Twice is as once."""
    try:
        message = message_from_bytes(raw[:LARGEST])
        named, reports = set(_named(message)), list(_reports(message))
    except Exception:  # hostile input: whatever can't be read says nothing about us
        return "foreign"
    with system("read a bounce"), transaction.atomic():
        mail = _mail_of(named)
        mine = [r for r in reports if mail is not None and mail.to.lower() in r.recipients]
        failed = next((r for r in mine if r.action == "failed"), None)
        if mail is None or not mine:
            return "foreign"
        if failed is None:
            return "delayed"
        return "bounced" if _bounced(mail, failed, at) else "foreign"


def read_folder(folder: Path) -> list[str]:
    """Read a Maildir's new messages. One is marked as seen only after its result is stored: twice is as once."""
    box, results = Maildir(folder, factory=None, create=False), []
    for key in box.keys():  # noqa: SIM118 (a mailbox iterates over messages)
        message = box.get_message(key)
        if message.get_subdir() != "new":
            continue
        with box.get_file(key) as file:
            results.append(read_bounce(file.read(LARGEST), at=now()))
        message.set_subdir("cur")
        message.add_flag("S")
        box[key] = message
    return results


def _bounced(mail: Mail, report: Report, at: datetime) -> bool:
    if mail.state not in RETURNABLE or not mail.attempts:
        return False
    mail.state, mail.bounced_at, mail.next_at = Mail.State.BOUNCED, at, None
    mail.fault, mail.error = Mail.Fault.REFUSED, report.reason
    mail.no_such_address = is_dead(report.reason)
    mail.save(update_fields=["state", "bounced_at", "next_at", "fault", "error", "no_such_address"])
    if mail.no_such_address:
        tell_of_dead_address(mail.to, at)
    return True


def _mail_of(named: set[str]) -> Mail | None:
    if len(named) != 1:  # a notification is about one mail
        return None
    mail: Mail | None = Mail.objects.select_for_update(of=("self",)).filter(message_id=next(iter(named))).first()
    return mail


def _named(message: Message) -> Iterator[str]:
    """The Message-IDs of mails of ours that the message names."""
    own = settings.BOUNCE_ADDRESS.rpartition("@")[0]
    headers = [str(v) for name in ("To", "Delivered-To", "X-Original-To") for v in message.get_all(name, [])]
    for _name, address in getaddresses(headers):
        local, _plus, token = address.rpartition("@")[0].rpartition("+")
        if own and local == own and TOKEN.match(token):
            yield message_id_of(token)
    for part in message.walk():
        if part.get_content_type() in ("message/rfc822", "text/rfc822-headers", "message/rfc822-headers"):
            yield from _returned(part)


def _returned(part: Message) -> Iterator[str]:
    """The Message-ID of the returned mail."""
    payload = part.get_payload()
    inner = payload[0] if isinstance(payload, list) and payload else message_from_bytes(_bytes(part))
    if isinstance(inner, Message) and TOKEN.match(token_of(str(inner.get("Message-ID", "")))):
        yield str(inner["Message-ID"]).strip()


def _bytes(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _reports(message: Message) -> Iterator[Report]:
    """The blocks of the machine-readable part, one per recipient."""
    if message.get_content_type() != "multipart/report":
        return
    for part in message.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        for block in part.get_payload():
            if isinstance(block, Message) and block.get("Action"):
                yield Report(
                    action=str(block["Action"]).strip().lower(),
                    status=str(block.get("Status", "")).strip().partition(" ")[0][:20],
                    words=" ".join(_value(block, "Diagnostic-Code").split())[:400],
                    recipients=frozenset(_value(block, f"{k}-Recipient").lower() for k in ("Final", "Original")),
                )


def _value(block: Message, name: str) -> str:
    """A field without the type before its semicolon: "rfc822; a@b.example"."""
    return str(block.get(name, "")).partition(";")[2].strip().strip("<>")
