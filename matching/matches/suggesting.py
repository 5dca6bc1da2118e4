"""From a demand's ranking to what each side is told, and into the table. As the system.

A corporation is told of the best startups that it may know of, a center of those of its region, a startup of the
demands to which it is among the best. Reasons are each side's own.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache, partial
from typing import Any
from uuid import UUID

import numpy as np
from django.utils.translation import gettext, override

from matching.matches.corpus import Corpus, Wanted, opens_to_startups
from matching.matches.engine import Index, Ranked
from matching.matches.models import DemandVectors, Match, Side
from matching.matches.reasons import KOREAN, Tongue, reasons
from matching.matches.vectors import Question
from matching.matches.workflow import State
from matching.startups.workflow import ConsentState
from portal.kernel import formats
from portal.kernel.ids import new_id
from portal.organizations.models import Code
from portal.security.inserting import insert_rows, update_many
from programs.demands.models import Demand

TOP, OF_REGION = 50, 20
"""How many startups a corporation is told of for a demand, and how many a center."""
FITS = 0.5
"""From which score on a startup or a center is told: as good as the mean startup."""
BUSINESS = frozenset({"stage"})
"""Reasons with facts that the consent to be found doesn't give."""
COMPUTED = (
    "rank",
    "score",
    "reasons",
    "by_grant",
    "consent_id",
    "consent_state",
    "current",
    "company",
    "engine",
    "as_of",
)


@dataclass(frozen=True, slots=True)
class Told:
    """What one side is told of one startup, by its place in the corpus."""

    place: int
    party: UUID
    side: Side
    score: float
    by_grant: bool
    rank: int | None = None


def english() -> Tongue:
    """Reasons in English; to be asked within `override("en")`."""
    names: dict[str, dict[str, str]] = defaultdict(dict)
    for code in Code.objects.filter(list__in=["tech_field", "region", "collaboration_type"]):
        names[code.list][code.code] = code.name_en or code.name_ko
    days = partial(formats.day, language="en")
    return Tongue(cache(gettext), days, names["tech_field"], names["region"], names["collaboration_type"])


class Suggesting:
    """One calculation's startups, ready for any demand."""

    def __init__(
        self, corpus: Corpus, index: Index, centers: Mapping[str, Sequence[UUID]], *, as_of: date, at: datetime,
        engine: str,
    ) -> None:  # fmt: skip
        self.corpus, self.index, self.centers = corpus, index, centers
        self.as_of = as_of
        self._same = {"current": True, "engine": engine, "as_of": as_of, "computed_at": at}
        self.english = english()
        self._places = {pk: place for place, pk in enumerate(corpus.ids)}
        self._found = self._marked(corpus.found)

    def keep(self, wanted: Wanted, question: Question) -> int:
        """Rank the startups for the demand and store what everybody is told. Returns how many suggestions stand."""
        ranked = self.index.ranked(question, self.as_of)
        best = ranked.best(TOP)
        told = [*self._corporation(wanted, ranked), *self._regions(ranked), *self._startups(wanted, best)]
        return self._store(wanted, ranked, told)

    def _marked(self, startups: Iterable[UUID]) -> Any:
        marks = np.zeros(len(self.corpus), np.bool_)
        marks[[self._places[pk] for pk in startups if pk in self._places]] = True
        return marks

    def _corporation(self, wanted: Wanted, ranked: Ranked) -> Iterator[Told]:
        house = wanted.row.corporation_id
        among = self._found | self._marked(self.corpus.granted.get(house, set()))
        among &= ~self._marked({startup for holder, startup in self.corpus.blocked if holder == house})
        for rank, (place, score) in enumerate(ranked.best(TOP, among), 1):
            yield Told(place, house, Side.CORPORATION, score, self._by_grant(place), rank)

    def _regions(self, ranked: Ranked) -> Iterator[Told]:
        """Of those looked at for corporation and startups, who is of a center's region."""
        counts: dict[UUID, int] = defaultdict(int)
        for place, score in sorted(ranked.scores.items(), key=lambda one: (-one[1], one[0])):
            if score < FITS:
                break
            for center in self.centers.get(self.corpus.records[place].region, ()):
                if counts[center] < OF_REGION and self.corpus.sees(center, self.corpus.ids[place]):
                    counts[center] += 1
                    yield Told(place, center, Side.CENTER, score, self._by_grant(place), counts[center])

    def _startups(self, wanted: Wanted, best: Sequence[tuple[int, float]]) -> Iterator[Told]:
        """A startup is told of the demands that it may read."""
        everybody = opens_to_startups(wanted.row)
        for place, score in best:
            own = self.corpus.ids[place]
            if score >= FITS and (everybody or wanted.row.pk in self.corpus.told_demands.get(own, ())):
                yield Told(place, own, Side.STARTUP, score, not everybody)

    def _by_grant(self, place: int) -> bool:
        return self.corpus.ids[place] not in self.corpus.found

    # --- storing ---

    def _store(self, wanted: Wanted, ranked: Ranked, told: Sequence[Told]) -> int:
        """Bring the demand's rows to what is told now. What somebody has said about a row stays."""
        DemandVectors.objects.select_for_update().get(demand=wanted.row)
        rows = {(one.startup_id, one.party_id): one for one in Match.objects.filter(demand=wanted.row)}
        dismissed = {key for key, one in rows.items() if one.state == State.DISMISSED}
        dismissed |= {(self.corpus.merged.get(startup, startup), party) for startup, party in dismissed}
        refused = {
            startup for startup, party in dismissed if startup == party or self.corpus.merged.get(party) == startup
        }
        barred = refused | {self.corpus.ids[place] for place in np.flatnonzero(~ranked.passing)}
        fresh, changed, stands = [], [], 0
        why = _Why(self, wanted, ranked)
        for one in told:
            startup = self.corpus.ids[one.place]
            known = rows.pop((startup, one.party), None)
            if startup in refused or (startup, one.party) in dismissed:
                continue
            stands += 1
            row = self._row(one, why)
            if known is None:
                fresh.append(row | {"id": new_id(), "startup_id": startup, "party_id": one.party, "side": one.side})
            elif self._takes(known, row):
                changed.append(known)
        changed += [one for one in rows.values() if self._over(one, barred)]
        insert_rows(Match, fresh, same=self._same | self._of(wanted.row))
        update_many(changed, [*COMPUTED, "computed_at"])
        return stands

    def _row(self, one: Told, why: "_Why") -> dict[str, Any]:
        """What is computed for this suggestion alone, by column."""
        startup = self.corpus.ids[one.place]
        consent = None if one.side == Side.STARTUP else self.corpus.found.get(startup)
        return {
            "by_grant": one.by_grant,
            "consent_id": consent,
            "consent_state": ConsentState.GIVEN if consent else None,
            "company": self.corpus.names[one.place],
            "rank": one.rank,
            "score": round(one.score, 6),
            "reasons": why.of(one),
        }

    def _of(self, demand: Demand) -> dict[str, Any]:
        return {"demand_id": demand.pk, "corporation_id": demand.corporation_id, "standing": demand.state}

    def _takes(self, known: Match, row: dict[str, Any]) -> bool:
        """Set on the stored row what was computed anew. Whether anything has changed."""
        row = row | self._same
        differs = any(getattr(known, name) != row[name] for name in COMPUTED)
        if differs:
            for name in (*COMPUTED, "computed_at"):
                setattr(known, name, row[name])
        return differs

    def _over(self, row: Match, barred: set[UUID]) -> bool:
        """A row that isn't told any more: it goes out of sight, but for what its party has kept or turned down."""
        before = (row.current, row.rank)
        stays = row.state == State.DISMISSED or (row.state == State.KEPT and row.startup_id not in barred)
        row.current, row.rank = row.current and stays, None
        return (row.current, row.rank) != before


class _Why:
    """The reasons for a demand's startups, worked out once for all sides."""

    def __init__(self, suggesting: Suggesting, wanted: Wanted, ranked: Ranked) -> None:
        self._all, self._wanted, self._ranked = suggesting, wanted, ranked
        self._known: dict[int, list[dict[str, Any]]] = {}

    def of(self, one: Told) -> list[dict[str, Any]]:
        """What this side may read: what the startup gives only under a Grant stays out where there is none."""
        found = self._whole(one.place)
        corpus, startup = self._all.corpus, self._all.corpus.ids[one.place]
        if one.side == Side.STARTUP or (one.by_grant and startup in corpus.granted.get(one.party, ())):
            return found
        return [reason for reason in found if reason["kind"] not in BUSINESS]

    def _whole(self, place: int) -> list[dict[str, Any]]:
        """All reasons but one: with whom the startup is tied, and that it is tied to nobody, is never told."""
        if place not in self._known:
            demand, startup = replace(self._wanted.record, rivals=()), self._all.corpus.records[place]
            passages = self._ranked.passages(place)
            about = (demand, startup, self._all.as_of, passages)
            with override("en"):
                others = reasons(*about, self._all.english)
            self._known[place] = [
                {"kind": korean.kind, "met": korean.met, "ko": korean.text, "en": other.text}
                for korean, other in zip(reasons(*about, KOREAN), others, strict=True)
            ]
        return self._known[place]
