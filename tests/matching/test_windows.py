"""Evaluation and selection happen within their stage's window, to the second, on every path."""

from datetime import timedelta

import pytest

from matching.evaluations import operations as evaluations
from matching.evaluations import scoring
from matching.evaluations.models import Round, Sheet
from matching.selections import operations as selections
from portal.kernel.errors import StageClosed
from portal.security.actor import acting, system
from programs.plans.models import Stage
from tests.api.conftest import Api
from tests.matching.stage import DAY, assign, do, evaluated, given, score

SECOND = timedelta(seconds=1)


@pytest.fixture
def sheet(stage):
    """The draft of the only evaluator's sheet."""
    do(stage.manager, evaluations.open_round, demand=stage.demand)
    evaluator = stage.evaluators[0]
    return score(evaluator, assign(stage, stage.applications[0], evaluator), 90, 90, 90, 90, submit=False)


def refused(actor, at, operation, **about):
    late = actor.at(at)
    with acting(late), pytest.raises(StageClosed) as found:
        operation(actor=late, **about)
    return str(found.value)


def test_scores_are_written_within_the_evaluation_only(stage, sheet, world):
    evaluator, early, late = stage.evaluators[0], world.now - DAY - SECOND, world.now + DAY
    for at, words in ((early, "평가 기간은 "), (late, "평가 기간이 ")):
        assert words in refused(evaluator, at, scoring.save, sheet=sheet, scores=given(1, 1, 1, 1))
        assert words in refused(evaluator, at, scoring.submit, sheet=sheet)
    with system("check"):
        assert Sheet.objects.get().scores["fit"]["score"] == 90
    do(evaluator.at(world.now - DAY), scoring.save, sheet=sheet, scores=given(80, 80, 80, 80))
    do(evaluator.at(late - SECOND), scoring.submit, sheet=sheet)


def test_a_round_is_closed_within_the_evaluation_only(stage, sheet, world, client_of, frozen):
    do(stage.evaluators[0], scoring.submit, sheet=sheet)
    with system("the only application of the round"):
        round = Round.objects.get()
    late = world.now + DAY
    assert "평가 기간이 " in refused(stage.manager, late, evaluations.close, round=round)
    frozen(late)
    client = client_of(stage.manager)
    assert "평가 기간이 2025. 3. 13." in client.get(f"/evaluations/{round.pk}/").content.decode()
    answer = client.post(f"/evaluations/{round.pk}/close/")
    assert answer.status_code == 409 and "평가 기간이 " in answer.content.decode()
    problem = Api(stage.manager.at(late)).post(f"evaluations/{round.pk}/close/", **{"Idempotency-Key": "k"}).json()
    assert problem["code"] == "stage_closed" and "평가 기간이 " in problem["title"] and "연장" in problem["detail"]
    with system("check"):
        assert Round.objects.get().state == "open"


def test_a_selection_is_proposed_and_confirmed_within_its_stage_only(stage, world):
    selection = do(stage.manager, selections.create, round=evaluated(stage))
    assert "선정 기간이 " in refused(stage.manager, world.now + DAY, selections.propose, selection=selection)
    do(stage.manager.at(world.now + DAY - SECOND), selections.propose, selection=selection)
    assert "선정 기간이 " in refused(stage.approver, world.now + DAY, selections.confirm, selection=selection)
    with system("a program without the stage"):
        Stage.objects.filter(kind="selection").update(kind="closing")
    assert "‘선정’ 단계가 없습니다" in refused(stage.approver, world.now, selections.confirm, selection=selection)
