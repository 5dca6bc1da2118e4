"""Reads of legal cases that are more than `LegalCase.objects.visible_to(actor)`."""

from dataclasses import dataclass

from django.db import connection

from agreements.legal.models import LegalCase, Note
from portal.security.actor import Actor
from portal.security.policy import require
from portal.web.forms import code_choices


@dataclass(frozen=True, slots=True)
class SubjectCount:
    """How many cases a subject has; None below three."""

    subject: str
    cases: int | None


def counts(actor: Actor) -> list[SubjectCount]:
    """Cases per subject, for the ministry. Raises NotAllowed for everybody else."""
    require(actor, "count", LegalCase)
    names = dict(code_choices("legal_subject"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT subject, cases FROM legal_case_counts()")
        return [SubjectCount(names[code], cases) for code, cases in cursor.fetchall()]


def notes(case: LegalCase, actor: Actor) -> list[Note]:
    """Questions and opinions of the case, oldest first."""
    return list(Note.objects.visible_to(actor).filter(case=case).order_by("written_at", "id"))
