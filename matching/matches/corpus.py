"""What the engine reads, from the portal's rows: open demands, startups that say something of themselves, who may see
whom. Nothing under NDA is among it: `Detail` is never asked for, so no reason can quote it.

Everything here is asked as the system.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from matching.applications.models import Exclusion
from matching.matches.records import Demand as DemandRecord
from matching.matches.records import Startup as StartupRecord
from matching.startups.consents import findable
from matching.startups.models import ExclusiveTie, InvestmentStage, Profile
from portal.kernel.roles import Kind
from portal.organizations.models import Organization
from portal.security.models import Block, Grant
from programs.demands.models import Demand, Level
from programs.demands.workflow import State as Standing

UNKNOWN_AGE = date(1900, 1, 1)  # who doesn't say when it was founded meets no limit of age
STAGES = {
    InvestmentStage.PRE_A: "pre-A", InvestmentStage.SERIES_A: "A", InvestmentStage.SERIES_B: "B",
    InvestmentStage.SERIES_C: "C",
}  # fmt: skip
_LIST = re.compile(r"[,，、;·\n]| 또는 | 및 ")
_FIRM = re.compile(r"주식회사|㈜|\(주\)|\(유\)|유한회사|co\.,? ?ltd\.?|inc\.?$")
_LATIN = re.compile(r"[0-9a-z &.+-]+")
READ = 2000  # rows at a time


def items(text: str) -> tuple[str, ...]:
    """What a text lists, one after the other."""
    return tuple(part for one in _LIST.split(text) if len(part := one.strip(" .")) > 1)


def plain(name: str) -> str:
    """A firm's name without its legal form and spaces, in lower case."""
    return _FIRM.sub("", name.casefold()).replace(" ", "")


def mentions(text: str, name: str) -> bool:
    """Whether a text names a firm or a certificate. Short Latin names must stand alone: KT is not KTL."""
    wanted = plain(name)
    if len(wanted) < 2:
        return False
    if _LATIN.fullmatch(wanted):
        return bool(re.search(rf"(?<![0-9a-z]){re.escape(wanted)}(?![0-9a-z])", _FIRM.sub("", text.casefold())))
    return wanted in plain(text)


@dataclass(frozen=True, slots=True)
class Wanted:
    """An open demand: its row, and what the engine reads of it."""

    row: Demand
    record: DemandRecord


@dataclass(slots=True)
class Corpus:
    """All startups that can be ranked, in a fixed order, and who may see which of them."""

    ids: list[UUID] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    records: list[StartupRecord] = field(default_factory=list)
    found: dict[UUID, UUID] = field(default_factory=dict)
    """Who agrees to be found, by which consent."""
    granted: Mapping[UUID, set[UUID]] = field(default_factory=dict)
    """Organisation → startups that a Grant opens to it."""
    blocked: set[tuple[UUID, UUID]] = field(default_factory=set)
    """(organisation, startup) between which a Block stands."""
    merged: Mapping[UUID, UUID] = field(default_factory=dict)
    """Startup that was merged → where it went: what somebody has said of it still holds."""
    told_demands: Mapping[UUID, set[UUID]] = field(default_factory=dict)
    """Startup → demands that a Grant opens to it."""

    def __len__(self) -> int:
        return len(self.ids)

    def sees(self, party: UUID, startup: UUID) -> bool:
        """Whether a corporation or center may be told of a startup."""
        known = startup in self.found or startup in self.granted.get(party, ())
        return known and (party, startup) not in self.blocked


def open_demands() -> list[Wanted]:
    """The published demands, in a fixed order."""
    rows = list(Demand.objects.filter(state=Standing.PUBLISHED).select_related("corporation").order_by("id"))
    return [Wanted(row, demand_record(row)) for row in rows]


def demand_record(demand: Demand) -> DemandRecord:
    """What the engine reads of a demand: what it discloses to everybody of its level, and nothing else."""
    house = demand.corporation
    return DemandRecord(
        id=str(demand.pk),
        title=demand.title,
        problem=demand.problem,
        scope=demand.scope,
        required_spec=demand.required_spec,
        tech_fields=tuple(demand.tech_fields),
        min_trl=demand.min_trl,
        collaboration_types=tuple(demand.collaboration_types),
        max_age_years=demand.max_age_years,
        regions=tuple(demand.regions),
        stages=tuple(demand.stages),
        certificates=items(demand.certificates),
        # A startup that has named the corporation itself stays away from it, as from a rival of the demand's.
        rivals=(*items(demand.excluded_ties), *(name for name in (house.name, house.name_en) if name)),
        closed_regions=tuple(demand.excluded_regions),
    )


def corpus(demands: Sequence[Wanted], at: datetime) -> Corpus:
    """Every startup with a profile that says something. A merged one is read where it went."""
    names = sorted({name for one in demands for name in one.record.rivals})
    certificates = sorted({name for one in demands for name in one.record.certificates})
    told = _ties()
    made = Corpus()
    said = Q(summary__gt="") | Q(technology__gt="")
    rows = Profile.objects.filter(said, startup__merged_into=None).order_by("startup_id").values(*_COLUMNS)
    for row in rows.iterator(chunk_size=READ):
        text = told.get(row["startup_id"], "")
        ties = tuple(name for name in names if mentions(text, name)) if text else ()
        own = row["certificates"]
        held = tuple(name for name in certificates if mentions(own, name)) if own else ()
        made.ids.append(row["startup_id"])
        made.names.append(row["startup__name"])
        made.records.append(_startup_record(row, ties, held))
    made.found = dict(findable().values_list("startup_id", "pk"))
    made.granted = _grants("startup", at)
    made.told_demands = _grants("demand", at)
    gone = Organization.objects.filter(merged_into__isnull=False)
    made.merged = dict(gone.values_list("pk", "merged_into"))
    blocks = Block.objects.filter(organization_id__isnull=False).values_list("organization_id", "subject_id")
    made.blocked = set(blocks)
    return made


_COLUMNS = (
    "startup_id", "startup__name", "startup__region", "founded_on", "region", "tech_fields", "trl", "summary",
    "technology", "products", "investment_stage", "certificates", "intellectual_property", "collaboration_types",
)  # fmt: skip


def _startup_record(row: dict[str, Any], ties: tuple[str, ...], held: tuple[str, ...]) -> StartupRecord:
    return StartupRecord(
        id=str(row["startup_id"]),
        summary=row["summary"],
        technology=row["technology"],
        tech_fields=tuple(row["tech_fields"]),
        region=row["region"] or row["startup__region"],
        founded=row["founded_on"] or UNKNOWN_AGE,
        trl=row["trl"],
        stage=STAGES.get(row["investment_stage"], row["investment_stage"]),
        certificates=held,
        collaboration_wanted=tuple(row["collaboration_types"]),
        ties=ties,
        products=(row["products"],) if row["products"] else (),
        ip=(row["intellectual_property"],) if row["intellectual_property"] else (),
    )


def _ties() -> dict[UUID, str]:
    """With whom startups may not work, and who they want kept from their applications, in their own words."""
    found: dict[UUID, list[str]] = defaultdict(list)
    for startup, text in ExclusiveTie.objects.exclude(text="").values_list("startup_id", "text"):
        found[startup].append(text)
    asked = Exclusion.objects.exclude(text="")
    for startup, text, house in asked.values_list("startup_id", "text", "corporation__name"):
        found[startup].append(text.replace(house, ""))  # people of the very firm it has applied to
    return {startup: "\n".join(texts) for startup, texts in found.items()}


def _grants(purpose: str, at: datetime) -> dict[UUID, set[UUID]]:
    """Organisation → what Grants of the purpose open to it now."""
    now = Q(valid_until=None) | Q(valid_until__gt=at)
    rows = Grant.objects.filter(now, purpose=purpose, valid_from__lte=at, organization_id__isnull=False)
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for organization, subject in rows.values_list("organization_id", "subject_id").iterator(chunk_size=READ):
        found[organization].add(subject)
    return found


def centers() -> dict[str, list[UUID]]:
    """The centers of each region."""
    found: dict[str, list[UUID]] = defaultdict(list)
    rows = Organization.objects.filter(kind=Kind.CENTER).exclude(region="").order_by("id")
    for pk, region in rows.values_list("pk", "region"):
        found[region].append(pk)
    return found


def opens_to_startups(demand: Demand) -> bool:
    """Whether a startup reads the demand without a Grant."""
    return demand.level in (Level.PUBLIC, Level.REGISTERED)
