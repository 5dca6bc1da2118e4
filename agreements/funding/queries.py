"""Reads of the ledger: its lines, and totals that must balance."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import F, Sum

from agreements.funding.models import Award, Disbursement, LedgerEntry, ProgramFunds
from agreements.funding.workflow import UNDER_WAY, AwardState, State
from portal.kernel.money import Won
from portal.security.actor import Actor
from portal.security.policy import admits, require

Account = LedgerEntry.Account


@dataclass(frozen=True, slots=True)
class StartupTotals:
    """One startup's money in a program: awarded = paid + under_way + free."""

    startup: str
    awarded: Won
    paid: Won
    under_way: Won

    @property
    def free(self) -> Won:
        return Won(self.awarded - self.paid - self.under_way)


@dataclass(frozen=True, slots=True)
class ProgramTotals:
    """A program's money: budget = awarded + free, awarded = paid + under_way + unused.

    `booked` and `booked_paid` are the ledger's own sums; they equal `awarded` and `paid`, which come from the awards
    and disbursements.
    """

    program: str
    budget: Won
    awarded: Won
    paid: Won
    under_way: Won
    booked: Won
    booked_paid: Won
    startups: Sequence[StartupTotals] = field(default_factory=tuple)

    @property
    def free(self) -> Won:
        return Won(self.budget - self.awarded)

    @property
    def unused(self) -> Won:
        return Won(self.awarded - self.paid - self.under_way)

    @property
    def balanced(self) -> bool:
        sums = (sum(s.awarded for s in self.startups), sum(s.paid for s in self.startups))
        within = self.free >= 0 and self.unused >= 0
        return within and (self.booked, self.booked_paid) == (self.awarded, self.paid) == sums


def may_read_ledger(actor: Actor) -> bool:
    return admits(actor, "read", LedgerEntry)


def totals(actor: Actor) -> list[ProgramTotals]:
    """Each program's totals, the newest program first. Raises NotAllowed for who may not read the ledger."""
    require(actor, "read", LedgerEntry)
    funds = ProgramFunds.objects.visible_to(actor).select_related("program").order_by("-program__year", "-program_id")
    booked, startups = _booked(actor), _startups(actor)
    found = []
    for row in funds.filter(awarded__gt=0):
        lines = startups[row.program_id]
        accounts = booked[row.program_id]
        found.append(
            ProgramTotals(
                program=str(row.program),
                budget=Won(row.budget),
                awarded=Won(row.awarded),
                paid=Won(sum(s.paid for s in lines)),
                under_way=Won(sum(s.under_way for s in lines)),
                booked=Won(-accounts[Account.BUDGET]),
                booked_paid=Won(accounts[Account.PAID]),
                startups=lines,
            )
        )
    return found


def _booked(actor: Actor) -> dict[object, dict[str, int]]:
    """What the ledger's lines have brought to each account of each program."""
    found: dict[object, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    sums = LedgerEntry.objects.visible_to(actor).order_by().values("program_id", "debit", "credit")
    for row in sums.annotate(total=Sum("amount")):
        found[row["program_id"]][row["debit"]] -= row["total"]
        found[row["program_id"]][row["credit"]] += row["total"]
    return found


def _startups(actor: Actor) -> dict[object, list[StartupTotals]]:
    awards = Award.objects.visible_to(actor).exclude(state=AwardState.CANCELLED).order_by("startup__name", "startup_id")
    awarded = awards.values("program_id", "startup_id", name=F("startup__name")).annotate(total=Sum("amount"))
    paid, under_way = _drawn(actor, [State.PAID]), _drawn(actor, UNDER_WAY)
    found: dict[object, list[StartupTotals]] = defaultdict(list)
    for row in awarded:
        key = (row["program_id"], row["startup_id"])
        found[row["program_id"]].append(
            StartupTotals(row["name"], Won(row["total"]), Won(paid.get(key, 0)), Won(under_way.get(key, 0)))
        )
    return found


def _drawn(actor: Actor, states: Sequence[str]) -> dict[tuple[object, object], int]:
    rows = Disbursement.objects.visible_to(actor).filter(state__in=states).order_by().values("program_id", "startup_id")
    return {(r["program_id"], r["startup_id"]): r["total"] for r in rows.annotate(total=Sum("amount"))}
