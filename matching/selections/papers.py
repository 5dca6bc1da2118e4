"""The result letters."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from matching.selections.models import Line, Selection
from portal.documents import papers
from portal.documents.operations import Paper, issue_batch
from portal.organizations.models import Organization
from portal.security.actor import Actor, system

TEMPLATE = "documents/selection_result.html"
KIND = "결과"


def declare() -> None:
    """What the letter is filled with."""
    one = ["program", "demand", "corporation", "decision", "amount", "message", "objection"]
    papers.declare(TEMPLATE, fields=["recipient.company", "recipient.representative", *one])


def letters(selection: Selection, lines: Sequence[Line], actor: Actor) -> None:
    """Issue the letters that tell the startups their results: numbered, frozen, rendered after the commit."""
    with system("the letters' recipients"):
        found = [Paper(owner=line.startup, subject=line, data=said(line, line.startup)) for line in lines]
    issue_batch(
        actor=actor,
        kind=KIND,
        program_id=selection.program_id,
        year=selection.program.year,
        title=_("%(program)s 선정 결과 통지") % {"program": selection.program.name},
        template=TEMPLATE,
        papers=found,
    )


def said(line: Line, owner: Organization) -> dict[str, Any]:
    """What the letter says. Nothing of other applications."""
    with system("a letter's recipient"):
        profile = getattr(owner, "profile", None)
    return {
        "recipient": {"company": owner.name, "representative": profile.representative if profile else ""},
        "program": line.selection.program.name,
        "demand": line.selection.demand.title,
        "corporation": line.corporation.name,
        "decision": line.decision,
        "amount": line.amount,
        "message": line.message,
        "objection": _(
            "통지를 받으신 날부터 정해진 기간 안에 포털에서 이의신청을 하실 수 있으며, "
            "신청하신 날부터 30일 이내에 결과를 알려 드립니다."
        ),
    }
