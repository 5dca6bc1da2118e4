"""What is done besides making, changing and the steps: the same act by page and by API, with the same refusals."""

from datetime import timedelta

from matching.evaluations import operations as evaluations
from matching.evaluations.models import Assignment
from portal.kernel.roles import Kind, Role
from portal.organizations.models import Invitation
from portal.security.actor import system
from programs.plans.models import Stage
from tests.matching.stage import do, with_three


def test_stages_are_set_and_what_is_left_out_stays(world, program, api):
    officer = world.officer
    opens, closes = world.now + timedelta(days=3), world.now + timedelta(days=9)
    body = {"evaluation_opens": opens.isoformat(), "evaluation_closes": closes.isoformat()}
    answer = api(officer).post(f"programs/{program.pk}/stages/", body)
    assert answer.status_code == 200 and answer.json()["notices"] == ["일정을 저장했습니다."]
    with system("check"):
        kept = {s.kind: (s.opens_at, s.closes_at) for s in Stage.objects.filter(program=program)}
    assert kept["evaluation"] == (opens, closes) and "demand_survey" in kept
    wrong = api(officer).post(f"programs/{program.pk}/stages/", body | {"evaluation_opens": body["evaluation_closes"]})
    assert wrong.status_code == 422 and list(wrong.json()["errors"]) == ["evaluation_closes"]
    alone = api(officer).post(f"programs/{program.pk}/stages/", {"selection_opens": body["evaluation_opens"]})
    assert alone.status_code == 422 and "evaluation_opens" not in alone.json()["errors"]
    stranger = world(world.organization(Kind.CORPORATION, "경쟁사"), Role.MANAGER)
    assert api(stranger).post(f"programs/{program.pk}/stages/", body).status_code == 403


def test_evaluators_are_assigned_and_conflicts_named(world, api):
    stage = with_three(world)
    round = do(stage.manager, evaluations.open_round, demand=stage.demand)
    body = {
        "applications": [str(a.pk) for a in stage.applications[:2]],
        "evaluators": [str(e.membership_id) for e in stage.evaluators[:2]],
    }
    path = f"evaluations/{round.pk}/assign/"
    answer = api(stage.manager).post(path, body)
    assert answer.status_code == 200 and answer.json()["notices"][0].startswith("4건을 배정했습니다")
    assert api(stage.manager).post(path, body).json()["notices"] == [
        "0건을 배정했습니다. 이미 배정된 4건은 그대로 두었습니다."
    ]
    assert api(stage.rival).post(path, body).status_code == 404
    foreign = api(stage.manager).post(path, body | {"evaluators": [str(stage.rival.membership_id)]})
    assert foreign.status_code == 422
    with system("check"):
        assert Assignment.objects.count() == 4


def test_an_administrator_invites(world, api):
    house = world.organization(Kind.CORPORATION, "현대자동차")
    chief, clerk = world(house, Role.ADMINISTRATOR), world(house, Role.EVALUATOR)
    body = {"email": "new@hyundai.example", "roles": ["evaluator"], "language": "ko"}
    assert api(clerk).post("memberships/invite/", body).status_code == 403
    assert api(chief, "read").post("memberships/invite/", body).status_code == 403
    answer = api(chief).post("memberships/invite/", body)
    assert answer.status_code == 204 and answer.content == b""
    twice = api(chief).post("memberships/invite/", body)
    assert twice.status_code == 409 and twice.json()["code"] == "already_invited"
    with system("check"):
        assert Invitation.objects.get().organization_id == house.pk
