"""The demand survey as its corporation keeps it: 수요조사서."""

from typing import Any

from django.utils.translation import override

from portal.documents import papers
from portal.documents.operations import issue
from portal.security.actor import Actor
from programs.demands import wording
from programs.demands.models import Demand, Revision

TEMPLATE = "documents/demand_survey.html"
KIND = "조사"


def declare() -> None:
    """What the paper is filled with."""
    about = ["corporation", "program", "demand_number", "revision", "detail"]
    papers.declare(TEMPLATE, fields=[*about, "rows[].question", "rows[].answer"])


def survey_paper(demand: Demand, revision: Revision, *, has_detail: bool, actor: Actor) -> None:
    """Issue the corporation's copy of what it has handed in: numbered, frozen, rendered after the commit."""
    with override("ko"):
        issue(
            actor=actor,
            kind=KIND,
            program_id=demand.program_id,
            year=demand.program.year,
            title=f"{demand.program.name} 수요조사서",
            owner=demand.corporation,
            subject=revision,
            template=TEMPLATE,
            data=stated(demand, revision, has_detail=has_detail),
        )


def stated(demand: Demand, revision: Revision, *, has_detail: bool) -> dict[str, Any]:
    """What the paper says. The detail under NDA stays where it is: the paper only says that there is one."""
    content = revision.content
    rows = [
        {"question": wording.label(name), "answer": wording.said(name, content[name]) or "해당 없음"}
        for name in wording.FIELDS
    ]
    return {
        "corporation": demand.corporation.name,
        "program": demand.program.name,
        "demand_number": demand.number,
        "revision": revision.number,
        "rows": rows,
        "detail": "비밀유지계약을 맺은 기업에만 공개하는 세부 내용을 포털에 따로 제출하였습니다." if has_detail else "",
    }
