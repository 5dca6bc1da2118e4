"""The sample: the pilot of 2024 ends with the paid won, and telling it twice changes nothing."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from agreements.funding.models import Award, Disbursement, StartupFunds
from matching.applications.models import Application
from matching.meetups.models import Meeting, Meetup
from matching.recommendations.models import Recommendation
from matching.startups.models import Profile
from portal.kernel.clock import now
from portal.kernel.formats import business_number
from portal.organizations.models import Membership, Organization
from portal.security.actor import Actor, acting, system
from portal.site.sample import story
from portal.site.sample.pilot import names
from programs.demands.models import Demand
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
            recommended = Recommendation.objects.filter(program__year=now().year)
            assert recommended.values("startup").distinct().count() >= 120
            assert recommended.values("center").distinct().count() == 19
            assert len(set(recommended.values_list("state", flat=True))) >= 5
            assert Demand.objects.filter(program__year=now().year).values("corporation").distinct().count() == 7
            assert Demand.objects.filter(program__year=now().year).count() >= 14
            meetup = Meetup.objects.get(name__endswith="공동 밋업", state="scheduled")
            held = Meeting.objects.filter(meetup=meetup)
            assert len({m.corporation_id for m in held}) == 7
            assert len({m.startup_id for m in held}) >= 24  # who wished to meet and found a place
            assert all(m.published for m in held)
        assert list(story.tell()) == first
        with system("look at the sample"):
            assert Membership.objects.count() == people
            assert Disbursement.objects.filter(program=program).count() == 12
        _many_more(people)


def _many_more(people):
    """`seed_scale` adds rows behind the same walls: numbers go on without a gap, nobody applies twice."""
    with system("look at the sample"):
        running = Application.objects.filter(number__isnull=False).latest("number").program.year
        numbered = Application.objects.filter(program__year=running, number__isnull=False).count()
    with pytest.raises(CommandError, match="Say how many"):
        call_command("seed_scale")
    call_command("seed_scale", startups=3, applications=5, stdout=StringIO())
    call_command("seed_scale", startups=2, applications=4, stdout=StringIO())
    with pytest.raises(CommandError, match="room for"):
        call_command("seed_scale", applications=10_000)
    with system("look at the sample"):
        assert Membership.objects.count() == people  # nobody signs in for them
        added = Organization.objects.filter(slug__startswith="scale-")
        assert [business_number(o.business_no) for o in added] == [o.business_no for o in added]
        assert Profile.objects.filter(startup__in=added).count() == added.count() == 5
        applied = Application.objects.filter(startup__in=added)
        assert applied.count() == len(set(applied.values_list("startup", "demand"))) == 9
        numbers = Application.objects.filter(program__year=running, number__isnull=False)
        assert sorted(int(n.split("-")[1]) for n in numbers.values_list("number", flat=True)) == list(
            range(1, numbered + 10)
        )


@pytest.mark.parametrize("command", ["seed_demo", "seed_scale"])
def test_nothing_invented_in_production(settings, command):
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="production"):
        call_command(command, **({"startups": 1} if command == "seed_scale" else {}))
