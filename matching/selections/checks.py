"""What must hold before a selection is proposed, and again before it is confirmed. Each says what is missing."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from matching.applications.workflow import State as ApplicationState
from matching.evaluations import queries as evaluations
from matching.selections import queries
from matching.selections.models import Line, Selection
from matching.selections.ranking import departures
from portal.kernel.money import Won
from portal.security.actor import Actor, system

Check = Callable[[Selection, Actor], str]


def recused(selection: Selection, actor: Actor) -> str:
    """Nobody decides over an application that a conflict has closed to them."""
    return str(evaluations.RECUSED) if evaluations.recused(selection.round, actor) else ""


def complete(selection: Selection, actor: Actor) -> str:
    """Every application that is there has a line, and every line an application that has met."""
    wanted = {a.pk: a for a in queries.concerned(selection.round)}
    with system("a selection's lines"):
        lines = list(Line.objects.filter(selection=selection).select_related("application"))
    if not lines:
        return _("선정안에 신청이 한 건도 없습니다.")
    if lacking := [str(a) for pk, a in wanted.items() if pk not in {x.application_id for x in lines}]:
        return _("선정안에 빠진 신청이 있습니다: %(numbers)s. 선정안을 다시 저장해 주십시오.") % {
            "numbers": ", ".join(lacking)
        }
    if gone := [str(x.application) for x in lines if x.application_id not in wanted]:
        return _("철회되었거나 대상이 아닌 신청이 들어 있습니다: %(numbers)s. 선정안을 다시 저장해 주십시오.") % {
            "numbers": ", ".join(gone)
        }
    if unmet := [str(a) for a in wanted.values() if a.state != ApplicationState.MET]:
        return _("밋업이 끝나지 않은 신청이 있습니다: %(numbers)s. 밋업 결과를 먼저 기록해 주십시오.") % {
            "numbers": ", ".join(unmet)
        }
    return ""


def quota(selection: Selection, actor: Actor) -> str:
    """No more startups are selected than the demand asked for."""
    count, most = len(queries.amounts(selection)), selection.demand.wanted_startups
    if count <= most:
        return ""
    return _("선정 %(count)d개사가 희망 기업 수 %(most)d개사를 넘습니다.") % {"count": count, "most": most}


def amounts(selection: Selection, actor: Actor) -> str:
    """No amount is above the programme's cap. Budget and cap over all selections are held by the awards."""
    cap = selection.program.cap_per_startup
    if all(0 < amount <= cap for amount in queries.amounts(selection).values()):
        return ""
    return _("기업당 한도 %(cap)s을 넘는 지원금이 있습니다.") % {"cap": Won(cap).format()}


def reasons(selection: Selection, actor: Actor) -> str:
    """Whoever departs from the ranking says why."""
    departing = departures(queries.choices(selection))
    with system("a selection's reasons"):
        silent = Line.objects.filter(selection=selection, pk__in=departing, departure_reason="")
        numbers = list(silent.order_by("application__number").values_list("application__number", flat=True))
    if not numbers:
        return ""
    return _("순위나 합격 기준과 다르게 정한 사유를 적어 주십시오: %(numbers)s") % {"numbers": ", ".join(numbers)}


def _unless_recused(check: Check) -> Check:
    """Whoever is recused gets no further words: they could tell of the application that is closed to them."""
    return lambda selection, actor: "" if recused(selection, actor) else check(selection, actor)


CHECKS: dict[str, Check] = {
    "recused": recused,
    "complete": _unless_recused(complete),
    "quota": _unless_recused(quota),
    "amounts": _unless_recused(amounts),
    "reasons": _unless_recused(reasons),
}
