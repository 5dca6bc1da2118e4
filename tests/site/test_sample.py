"""The sample: the pilot of 2024 ends with the paid won, and telling it twice changes nothing."""

from agreements.funding.models import Award, Disbursement, StartupFunds
from matching.meetups.models import Meeting, Meetup
from portal.kernel.clock import now
from portal.organizations.models import Membership
from portal.security.actor import Actor, acting, system
from portal.site.sample import story
from portal.site.sample.pilot import names
from programs.plans.models import Program


def test_the_pilot_is_paid(db):
    with acting(Actor.public(now())):
        first = list(story.tell())
        with system("look at the sample"):
            people = Membership.objects.count()
            program = Program.objects.get(year=2024)
            assert program.state == "closed"
            awards = Award.objects.filter(program=program).select_related("startup")
            assert sorted(a.startup.name for a in awards) == sorted(names())
            paid = Disbursement.objects.filter(program=program)
            assert {d.state for d in paid} == {"paid"}
            assert sum(d.amount for d in paid) == 6 * 200_000_000
            assert {f.awarded for f in StartupFunds.objects.all()} == {200_000_000}
            meetup = Meetup.objects.get(name__endswith="공동 밋업", state="scheduled")
            held = Meeting.objects.filter(meetup=meetup)
            assert len({m.corporation_id for m in held}) == 7
            assert len({m.startup_id for m in held}) >= 24  # who wished to meet and found a place
            assert all(m.published for m in held)
        assert list(story.tell()) == first
        with system("look at the sample"):
            assert Membership.objects.count() == people
            assert Disbursement.objects.filter(program=program).count() == 12
