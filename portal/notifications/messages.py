"""What the portal says: one declaration per event. Texts are in Korean, translated like everything else."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from portal.kernel.facts import said
from portal.kernel.formats import active_language

WON = re.compile(r"^(-?)([\d,]+)원$")


@dataclass(frozen=True, slots=True)
class Template:
    """title: what to do, until when (also the mail's subject). body: one short paragraph. Both may use %(fact)s."""

    title: Any
    body: Any
    url_name: str


_templates: dict[str, Template] = {}


_followers: list[Callable[..., None]] = []


def follow(follower: Callable[..., None]) -> Callable[..., None]:
    """Have something else told of every event, in the transaction that writes its messages:
    `follower(actor, event, model, subject_id, organizations, event_id)`, with the organisations whose people are told.
    """
    _followers.append(follower)
    return follower


def followers() -> tuple[Callable[..., None], ...]:
    return tuple(_followers)


def declare(name: str, *, title: Any, body: Any, url_name: str) -> None:
    """Declare an event's message. `url_name` is the subject's page; it is reversed with the subject's id."""
    _templates[name] = Template(title, body, url_name)


def declared() -> dict[str, Template]:
    return dict(_templates)


def rendered(name: str, facts: dict[str, Any], subject_id: Any) -> tuple[str, str, str]:
    """(title, body, path) in the active language. Raises KeyError for an undeclared event or a missing fact."""
    template = _templates[name]
    language = active_language()
    facts = {name: said(fact, language) for name, fact in facts.items()}
    if language == "en":  # amounts are recorded as Korean documents write them
        facts = {name: WON.sub(r"\1KRW \2", fact) for name, fact in facts.items()}
    return str(template.title) % facts, str(template.body) % facts, reverse(template.url_name, args=[subject_id])
