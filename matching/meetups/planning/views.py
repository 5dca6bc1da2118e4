"""The pages of a calculation."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from matching.meetups.planning import calculations
from matching.meetups.planning.forms import NewCalculationForm
from matching.meetups.planning.models import Calculation
from matching.meetups.planning.queries import board_of
from matching.meetups.planning.tables import CalculationTable
from matching.meetups.planning.workflow import CalculationState
from portal.security.actor import Actor
from portal.security.policy import may
from portal.web.page import Action, Fact, Progress
from portal.web.rooms import Act, Create, Room, Step, register


def facts(calculation: Calculation, _actor: Actor) -> list[Fact]:
    c = calculation
    link = format_html('<a href="{}">{}</a>', reverse("meetups:detail", args=[c.meetup_id]), c.meetup)
    found = [
        Fact(gettext("행사"), link),
        Fact(gettext("우선하는 것"), c.get_first_display()),
        Fact(gettext("시작"), c.started_at),
    ]
    if c.state in (CalculationState.COMPUTING, CalculationState.FAILED):
        return found
    return [
        *found,
        Fact(gettext("만남"), f"{c.meetings:,}"),
        Fact(gettext("등급 합계"), f"{c.total:,}"),
        Fact(gettext("증명된 상한"), f"{c.bound:,}"),
        Fact(gettext("상한과의 차이"), _gap(c)),
        Fact(gettext("만남이 없는 스타트업"), _left_out(c)),
    ]


def _gap(calculation: Calculation) -> str:
    gap = calculation.bound - calculation.total
    if not gap:
        return gettext("0 – 이보다 합계가 큰 시간표는 없습니다.")
    return f"{gap:,} ({gap / calculation.bound:.2%})"


def _left_out(calculation: Calculation) -> str:
    if calculation.left_out == calculation.left_out_bound:
        return gettext("%(count)d곳 – 더 줄일 수 없습니다.") % {"count": calculation.left_out}
    words = gettext("%(count)d곳 (가장 적으면 %(least)d곳)")
    return words % {"count": calculation.left_out, "least": calculation.left_out_bound}


def actions(calculation: Calculation, actor: Actor) -> list[Action]:
    if not may(actor, "stop", calculation):
        return []
    url = reverse("timetables:stop", args=[calculation.pk])
    return [Action("stop", gettext("지금까지의 결과로 멈추기"), url, method="post")]


def result(calculation: Calculation, actor: Actor, _request: HttpRequest) -> dict[str, Any]:
    """Who is left out, and why each request found no place."""
    if not calculation.places and not calculation.unplaced:
        return {"left_out": (), "unplaced": ()}
    board = board_of(calculation.meetup, actor)
    known = [p for p in calculations.places_of(calculation) if p.application in board.wishes]
    unplaced = [
        (board.pair(pk), board.wishes[pk].grade, board.why(pk, one["code"], _within(one["slots"], len(board.slots))))
        for one in calculation.unplaced
        if (pk := UUID(one["application"])) in board.wishes
    ]
    return {
        "left_out": board.left_out(known),
        "unplaced": sorted(unplaced, key=lambda row: (-row[1], row[0])),
    }


def _within(slots: dict[str, list[int]], count: int) -> dict[str, list[int]]:
    return {cause: [t for t in at if t < count] for cause, at in slots.items()}


def progress(calculation: Calculation) -> Progress | None:
    """The best so far; the bar is how near its total is to the bound."""
    if calculation.state != CalculationState.COMPUTING:
        return None
    label = gettext("시간표 계산: 등급 합계를 증명된 상한과 견줍니다")
    best = calculations.progress(calculation)
    if not best:
        return Progress(0, 1, label)
    words = gettext(
        "지금까지 %(seconds)s초: 만남 %(meetings)s건, 등급 합계 %(total)s (상한 %(bound)s), "
        "만남이 없는 스타트업 %(left_out)s곳"
    )
    return Progress(best["total"], best["bound"], label, words % best)


ROOM = register(
    Room(
        name="timetables",
        api_fields=[
            "state", "meetup", "first", "started_at", "finished_at", "meetings", "total", "bound", "left_out",
            "left_out_bound", "stopped", "problem",
        ],
        model=Calculation,
        param="calculation",
        title=_("시간표 계산"),
        titled=lambda c: gettext("%(meetup)s 시간표 계산") % {"meetup": c.meetup},
        lead=_("희망 등급과 참석할 수 없는 시간으로 밋업 시간표를 계산합니다."),
        table=CalculationTable,
        facts=facts,
        related=("meetup",),
        order=("-started_at", "-id"),
        create=Create(calculations.start, NewCalculationForm, _("시간표 계산")),
        steps={"apply": Step(calculations.apply), "discard": Step(calculations.discard)},
        acts=[Act(name="stop", label=_("멈추기"), operation=calculations.stop)],
        actions=actions,
        extra=result,
        template="timetables/detail.html",
        empty=_("아직 계산한 시간표가 없습니다."),
        empty_hint=_("밋업 화면에서 시간표 계산을 시작해 주십시오."),
        sensitive=False,  # the ministry's own
        progress=progress,
    )
)  # fmt: skip
