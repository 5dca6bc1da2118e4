"""Two people of one corporation hand the same demand in at the same moment: it is handed in once."""

from datetime import timedelta

from portal.documents.models import Document
from portal.kernel.errors import Refusal
from portal.kernel.roles import Kind, Role
from portal.outbox.models import Message
from portal.security.actor import acting, system
from programs.demands import operations
from programs.demands.models import Demand, DetailRevision, Revision
from programs.plans import operations as plans
from tests.matching.races import at_once, committed_world  # noqa: F401
from tests.programs.test_demands import FIELDS


def test_a_demand_is_handed_in_once(committed_world):  # noqa: F811
    world = committed_world
    ministry = world.organization(Kind.MINISTRY, "중소벤처기업부")
    officer, approver = world(ministry, Role.OFFICER), world(ministry, Role.APPROVER)
    day = timedelta(days=1)
    with acting(officer):
        program = plans.create(
            actor=officer, year=2025, name="2025년 딥테크 밸류업", budget=10**10, target_startups=50,
            cap_per_startup=2 * 10**8,
        )  # fmt: skip
        plans.set_stages(program=program, actor=officer, windows={"demand_survey": (world.now - day, world.now + day)})
    with acting(approver):
        program = plans.open_(program=program, actor=approver)
    house = world.organization(Kind.CORPORATION, "현대자동차")
    first, second = world(house, Role.MANAGER), world(house, Role.MANAGER)
    with acting(first):
        demand = operations.create(actor=first, program=program, detail="토크 0.35 N·m", **FIELDS)

    def submit(actor):
        with acting(actor):
            return operations.submit(demand=Demand.objects.visible_to(actor).get(pk=demand.pk), actor=actor)

    found = at_once(lambda: submit(first), lambda: submit(second))
    (refused,) = [one for one in found if isinstance(one, Exception)]
    assert isinstance(refused, Refusal), refused
    with system("check"):
        assert Demand.objects.get().state == "submitted" and Demand.objects.get().revision == 1
        assert (Revision.objects.count(), DetailRevision.objects.count(), Document.objects.count()) == (1, 1, 1)
        told = Message.objects.filter(job="notifications.deliver", arguments__name="demand.submitted")
        assert told.count() == 1
