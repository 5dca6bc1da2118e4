"""What the portal itself can tell about a conflict of interest before somebody is assigned.

The answer is only yes or no: whoever assigns must not learn from it what the evaluator or the startup has said.
Kinship and shares can only be declared.
"""

import re

from matching.applications.models import Application, Exclusion
from portal.organizations.models import Membership
from portal.security.actor import system
from portal.security.models import Block

# Addresses that say nothing about an employer.
WEBMAIL = frozenset(
    [
        "gmail.com",
        "naver.com",
        "daum.net",
        "hanmail.net",
        "kakao.com",
        "nate.com",
        "outlook.com",
        "outlook.kr",
        "hotmail.com",
        "live.com",
        "msn.com",
        "yahoo.com",
        "yahoo.co.kr",
        "icloud.com",
        "me.com",
        "proton.me",
        "protonmail.com",
    ]
)
SHORTEST_NAME_INSIDE_A_TEXT = 3  # "이산" stands inside too many words; such names count as whole words only


def possible(application: Application, evaluator: Membership) -> bool:
    """Whether something speaks against this evaluator for this application."""
    with system("conflict check before assigning"):
        return (
            _blocked(application, evaluator)
            or _worked_there(application, evaluator)
            or _same_mail_domain(application, evaluator)
            or _excluded(application, evaluator)
        )


def _blocked(application: Application, evaluator: Membership) -> bool:
    subjects = [application.pk, application.startup_id]
    return bool(Block.objects.filter(subject_id__in=subjects, user_id=evaluator.user_id).exists())


def _worked_there(application: Application, evaluator: Membership) -> bool:
    """Now or before."""
    return bool(Membership.objects.filter(user_id=evaluator.user_id, organization_id=application.startup_id).exists())


def _same_mail_domain(application: Application, evaluator: Membership) -> bool:
    own = _domain(evaluator.user.email)
    if own in WEBMAIL:
        return False
    people = Membership.objects.filter(organization_id=application.startup_id)
    # Somebody of both houses says nothing about which house the domain belongs to.
    people = people.exclude(user__memberships__organization_id=evaluator.organization_id)
    return any(_same_house(own, _domain(a)) for a in people.values_list("user__email", flat=True))


def _domain(address: str) -> str:
    return address.rpartition("@")[2].casefold()


def _same_house(one: str, other: str) -> bool:
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")


def _excluded(application: Application, evaluator: Membership) -> bool:
    """Whether the startup has named the evaluator, or another house of theirs, as excluded."""
    stated = Exclusion.objects.filter(application=application).values_list("text", flat=True).first() or ""
    if not stated.strip():
        return False
    others = Membership.objects.filter(user_id=evaluator.user_id).exclude(organization_id=evaluator.organization_id)
    names = [evaluator.user.name, evaluator.user.email, *others.values_list("organization__name", flat=True)]
    return any(names_in(stated, name) for name in names)


def names_in(text: str, name: str) -> bool:
    """Whether the text names somebody: anywhere and however spaced, a short name as a whole word."""
    wanted = _compact(name)
    if len(wanted) >= SHORTEST_NAME_INSIDE_A_TEXT:
        return wanted in _compact(text)
    return wanted in re.split(r"[^\w]+", text.casefold())


def _compact(text: str) -> str:
    return re.sub(r"\s+", "", text).casefold()
