"""Talking to the mail server: what it answered, and whether everything had been said when the talk broke off."""

import smtplib
from contextlib import suppress
from dataclasses import dataclass
from email.utils import parseaddr
from re import search
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.smtp import EmailBackend

from portal.notifications.models import Mail

Fault = Mail.Fault


class _Talk:
    """Knows whether a letter has begun to leave: commands are text, a letter is bytes."""

    handed_over = False

    def send(self, s: Any) -> None:
        self.handed_over = self.handed_over or isinstance(s, bytes)
        super().send(s)  # type: ignore[misc]


class _Plain(_Talk, smtplib.SMTP):
    pass


class _Encrypted(_Talk, smtplib.SMTP_SSL):
    pass


class Backend(EmailBackend):
    """Django's, with a connection that knows how far it came."""

    @property
    def connection_class(self) -> Any:
        return _Encrypted if self.use_ssl else _Plain


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a try. `fault` "" is success; `no_such_address`: there is nobody to write to."""

    fault: str = ""
    words: str = ""
    no_such_address: bool = False


def hand_over(mail: Mail, subject: str, body: str) -> Answer:
    """One try at one mail, always with the same Message-ID."""
    connection = get_connection()
    message = EmailMessage(
        subject,
        body,
        from_email=return_path(mail),
        to=[mail.to],
        headers={
            "From": settings.DEFAULT_FROM_EMAIL,
            "Message-ID": mail.message_id,
            "Auto-Submitted": "auto-generated",
        },
        connection=connection,
    )
    try:
        connection.open()
        message.send()
    except (smtplib.SMTPException, OSError) as fault:
        return answer_of(fault, getattr(getattr(connection, "connection", None), "handed_over", False))
    finally:
        with suppress(smtplib.SMTPException, OSError):
            connection.close()
    return Answer()


def return_path(mail: Mail) -> str:
    """Where bounces go: an address of the mail's own, where one is set up."""
    local, _at, domain = parseaddr(settings.BOUNCE_ADDRESS)[1].rpartition("@")
    return f"{local}+{token_of(mail.message_id)}@{domain}" if local else settings.DEFAULT_FROM_EMAIL


def token_of(message_id: str) -> str:
    """The part of a Message-ID that can't be guessed."""
    return message_id.strip().lstrip("<").partition("@")[0]


def answer_of(fault: Exception, handed_over: bool) -> Answer:
    """What a fault means: who is to blame says when it is worth another try."""
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(fault.recipients.values()), (550, b""))
        words = f"{code} {_text(said)}"
        return Answer(_by_code(code, Fault.REFUSED), words, code >= 500 and is_dead(words))
    if isinstance(fault, smtplib.SMTPResponseException):
        blame = Fault.REFUSED if isinstance(fault, smtplib.SMTPDataError) else Fault.SETUP
        return Answer(_by_code(fault.smtp_code, blame), f"{fault.smtp_code} {_text(fault.smtp_error)}")
    if isinstance(fault, smtplib.SMTPServerDisconnected) or not isinstance(fault, smtplib.SMTPException):
        return Answer(Fault.LOST if handed_over else Fault.NETWORK, f"{type(fault).__name__}: {fault}")
    return Answer(Fault.SETUP, f"{type(fault).__name__}: {fault}")


def is_dead(words: str) -> bool:
    """Whether a refusal means that the address doesn't exist: RFC 3463, or a bare 550, 551 or 553."""
    status = search(r"\b5\.\d{1,3}\.\d{1,3}\b", words)
    if status:
        return status[0] in {"5.2.1", "5.0.0"} or status[0].startswith("5.1.")
    return search(r"^(550|551|553)\b", words) is not None


def _by_code(code: int, permanent: str) -> str:
    if code <= 0:  # the connection broke while the server was asked for an answer
        return Fault.NETWORK
    return Fault.TEMPORARY if code < 500 else permanent


def _text(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said
