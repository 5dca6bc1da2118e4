"""The attack on the cap: many sessions award lines of the same startups at the same time.

As a program (`python -m tests.agreements.attack`) one attacker of many: reads its job as JSON from the first line of
standard input, says "ready", begins with the next line and answers with what it counted.
"""

import json
import os
import random
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

CAP = 200_000_000


def by_operation(line: Any, actor: Any) -> str:
    """The way of the portal."""
    from agreements.funding import operations
    from portal.kernel.errors import OverLimit

    try:
        operations.create_award(line=line, actor=actor)
    except OverLimit:
        return "refused"
    return "awarded"


def by_reading_first(line: Any, actor: Any, pause: Callable[[], Any] = lambda: None) -> str:
    """The control: add up, compare, insert. Right for one session alone."""
    from django.db import transaction
    from django.db.models import Sum

    from agreements.funding.models import Award

    with transaction.atomic():
        mine = Award.objects.visible_to(actor).filter(program_id=line.program_id, startup_id=line.startup_id)
        awarded = mine.aggregate(total=Sum("amount"))["total"] or 0
        pause()
        if awarded + line.amount > CAP:
            return "refused"
        Award(
            program_id=line.program_id, application_id=line.application_id, corporation_id=line.corporation_id,
            startup_id=line.startup_id, amount=line.amount, awarded_at=actor.now, awarded_by_id=actor.user_id,
        ).save(force_insert=True)  # fmt: skip
    return "awarded"


WAYS = {"operation": by_operation, "control": by_reading_first}


def attempts(ids: Sequence[UUID], actor: Any, way: Callable[..., str], **options: Any) -> Counter[str]:
    """Award the lines one after the other; counts the outcomes, faults by their class."""
    from django.db import DatabaseError

    from matching.selections.models import Line
    from portal.security.actor import acting

    found: Counter[str] = Counter()
    with acting(actor):
        for id in ids:
            line = Line.objects.visible_to(actor).get(pk=id)
            try:
                found[way(line, actor, **options)] += 1
            except DatabaseError as fault:
                found[type(fault).__name__] += 1
    return found


def targets(scene: Any, startups: int, per_startup: int, seed: int = 1) -> list[UUID]:
    """Lines whose amounts come to well above each startup's cap, those of one startup next to each other."""
    rng = random.Random(seed)
    houses = [scene.startup(f"표적 {i}")[0] for i in range(startups)]
    most = 2 * CAP * 8 // 5 // per_startup
    wanted = [[(house, rng.randint(most // 4, most)) for house in houses] for _ in range(per_startup)]
    rows = [scene.lines(scene.selection(), row) for row in wanted]
    return [row[i].pk for i in range(startups) for row in rows]


def judged(program: Any) -> dict[str, int]:
    """What the database holds afterwards: startups over the cap, by how much, and counters that are not true."""
    from django.db.models import Sum

    from agreements.funding.models import Award, LedgerEntry, ProgramFunds, StartupFunds
    from portal.security.actor import system

    with system("the truth after the attack"):
        sums = Award.objects.filter(program=program).order_by().values("startup_id").annotate(total=Sum("amount"))
        totals = {row["startup_id"]: row["total"] for row in sums}
        counters = dict(StartupFunds.objects.filter(program=program).values_list("startup_id", "awarded"))
        booked = LedgerEntry.objects.filter(program=program).aggregate(total=Sum("amount"))["total"] or 0
        program_counter = ProgramFunds.objects.get(program=program).awarded
    return {
        "over": sum(total > CAP for total in totals.values()),
        "overspent": sum(max(0, total - CAP) for total in totals.values()),
        "awarded_won": sum(totals.values()),
        "largest": max(totals.values()),
        "false_counters": sum(counters.get(k) != v for k, v in totals.items()) + (program_counter != booked),
    }


def main() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    from portal.organizations.actors import actor_of_membership
    from tests.fixtures import NOW

    job = json.loads(sys.stdin.readline())
    actor = actor_of_membership(UUID(job["membership"]), UUID(job["user"]), NOW)
    print("ready", flush=True)
    sys.stdin.readline()
    print(json.dumps(attempts([UUID(i) for i in job["lines"]], actor, WAYS[job["way"]])), flush=True)


if __name__ == "__main__":
    main()
