"""Reads of recommendations that are more than `visible_to`."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Case, CharField, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from matching.recommendations.cells import code_index
from matching.recommendations.models import ConsensusNote, Recommendation
from matching.recommendations.policy import CHANGEABLE
from matching.recommendations.rows import Entry, Existing, Known, Row
from matching.recommendations.workflow import State
from portal.kernel.roles import Kind, Role
from portal.organizations.models import Code, Membership, Organization
from portal.security.actor import Actor, system
from programs.demands.models import Demand
from programs.demands.workflow import State as DemandState
from programs.plans.models import Program, Stage


def open_demands(actor: Actor) -> QuerySet[Demand]:
    """The demands for which the actor may recommend now: published, in an open recommendation stage."""
    return (  # type: ignore[no-any-return]
        Demand.objects.visible_to(actor)
        .filter(state=DemandState.PUBLISHED, program__in=open_programs(actor))
        .order_by("number")
    )


def open_programs(actor: Actor) -> QuerySet[Program]:
    """Programs whose recommendation stage is open now."""
    stages = Stage.objects.visible_to(actor).filter(
        kind=Stage.Kind.RECOMMENDATION, opens_at__lte=actor.now, closes_at__gt=actor.now
    )
    return Program.objects.visible_to(actor).filter(pk__in=stages.values("program_id")).order_by("-year")  # type: ignore[no-any-return]


def colleagues(actor: Actor) -> dict[str, str]:
    """Who of the actor's center may accompany a startup: a membership's id → the person's name."""
    with system("a center's coordinators"):
        found = Membership.objects.filter(
            organization=actor.organization_id, ended_at=None, roles__overlap=[Role.COORDINATOR, Role.HEAD]
        )
        return {str(pk): name for pk, name in found.order_by("user__name").values_list("pk", "user__name")}


ROAD: dict[str, Any] = {
    "draft": _("작성 중"),
    "consent": _("동의 대기"),
    "review": _("검토"),
    "returned": _("보완"),
    "accepted": _("접수"),
    "applied": _("신청"),
    "invited": _("밋업 초대"),
    "met": _("밋업 완료"),
    "selected": _("선정"),
    "over": _("반려·철회"),
}
"""Where a recommended startup stands, as its center sees it. What comes after "accepted" an upper room tells."""
COUNTED = 500
"""How many recommendations of a center are counted along the road: like a list's rows, to a bound."""
_OWN_STATES = {
    State.DRAFT: "draft", State.CONSENT_REQUESTED: "consent", State.SUBMITTED: "review", State.RETURNED: "returned",
    State.ACCEPTED: "accepted", State.REJECTED: "over", State.WITHDRAWN: "over",
}  # fmt: skip
Further = Callable[[], Subquery]
_further: list[Further] = []


def add_road(source: Further) -> None:
    """Declare how far an accepted recommendation has come: a subquery on recommendations whose value is a name of
    `ROAD`, or NULL. It is asked as whoever looks, once for each recommendation."""
    if source not in _further:
        _further.append(source)


def on_road(found: QuerySet[Any]) -> QuerySet[Any]:
    """The recommendations with `road`, the name of where they stand."""
    own = [When(state=state, then=Value(name)) for state, name in _OWN_STATES.items() if state != State.ACCEPTED]
    accepted = Coalesce(*(source() for source in _further), Value("accepted"))
    ranked: QuerySet[Any] = found.annotate(road=Case(*own, default=accepted, output_field=CharField()))
    return ranked


def standing(found: QuerySet[Any], where: str) -> QuerySet[Any]:
    """The recommendations that stand there on the road. What is told by their own state is found by it."""
    own = [state for state, name in _OWN_STATES.items() if name == where and state != State.ACCEPTED]
    return found.filter(state__in=own) if own else on_road(found.filter(state=State.ACCEPTED)).filter(road=where)


def road_counts(actor: Actor) -> Mapping[str, int] | None:
    """How many of the center's recommendations stand where; None where they are more than are counted for a page."""
    mine = Recommendation.objects.visible_to(actor).filter(center_id=actor.organization_id)
    places = on_road(mine).order_by().values_list("road", flat=True)[: COUNTED + 1]
    counts = Counter(places)
    return counts if counts.total() <= COUNTED else None


def consensus_of(recommendation: Recommendation, actor: Actor) -> str | None:
    """The consensus note, None where there is none or the actor may not read it."""
    found = ConsensusNote.objects.visible_to(actor).filter(recommendation=recommendation)
    return found.values_list("text", flat=True).first()  # type: ignore[no-any-return]


def tech_codes() -> dict[str, str]:
    """What people may write for a technology field → its code."""
    return code_index([(c.code, (c.name_ko, c.name_en)) for c in Code.objects.filter(list="tech_field")])


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known about the rows of a list, and the rows of the database behind it."""

    known: Known
    demands: dict[str, Demand]
    existing: dict[tuple[str, str], Recommendation]


def surroundings(rows: Sequence[Row], *, program_id: UUID, actor: Actor, lock: bool = False) -> Surroundings:
    """Look up everything that the rows are compared with: a fixed number of queries, however many rows.

    `lock` keeps the center's recommendations as they are until the transaction ends.
    """
    numbers = {str(r.found["demand_no"]) for r in rows if "demand_no" in r.found}
    businesses = {str(r.found["business_no"]) for r in rows if "business_no" in r.found}
    demands = {d.number: d for d in Demand.objects.visible_to(actor).filter(number__in=numbers)}
    with system("business numbers of a list"):
        firms = list(Organization.objects.filter(business_no__in=businesses).values_list("business_no", "name", "kind"))
    existing = _existing([d.pk for d in demands.values()], businesses, actor, lock)
    notes = dict(
        ConsensusNote.objects.visible_to(actor)
        .filter(recommendation__in=[r.pk for r in existing.values()])
        .values_list("recommendation_id", "text")
    )
    known = Known(
        demands={number: _closed(d, program_id) for number, d in demands.items()},
        names={str(no): name for no, name, kind in firms if kind == Kind.STARTUP},
        others=frozenset(str(no) for no, _name, kind in firms if kind != Kind.STARTUP),
        existing={
            key: Existing(entry_of(r, notes.get(r.pk, "")), _locked(r), frozenset(r.remarks))
            for key, r in existing.items()
        },
    )
    return Surroundings(known, demands, existing)


def _existing(
    demand_ids: Collection[UUID], businesses: Collection[str], actor: Actor, lock: bool
) -> dict[tuple[str, str], Recommendation]:
    found = (
        Recommendation.objects.visible_to(actor)
        .filter(center_id=actor.organization_id, demand__in=demand_ids, business_no__in=businesses)
        .exclude(state=State.WITHDRAWN)
        .order_by("id")
    )
    if lock:
        found = found.select_for_update(of=("self",))
    return {(r.demand_number, r.business_no): r for r in found}


def _closed(demand: Demand, program_id: UUID) -> str:
    """Why nothing can be recommended for the demand, "" where something can."""
    if demand.program_id != program_id:
        return gettext("다른 사업의 수요입니다. 올릴 사업을 확인해 주십시오.")
    if demand.state != DemandState.PUBLISHED:
        return gettext("마감된 수요입니다. 이 행을 지우고 다시 올려 주십시오.")
    return ""


def _locked(recommendation: Recommendation) -> str:
    if recommendation.state in CHANGEABLE:
        return ""
    return _(
        "이미 추천한 기업이며 지금 상태(%(state)s)에서는 내용을 바꿀 수 없습니다. 이 행을 지우고 다시 올려 주십시오."
    ) % {"state": recommendation.get_state_display()}


def entry_of(recommendation: Recommendation, consensus_note: str) -> Entry:
    """A stored recommendation as the center stated it."""
    r = recommendation
    return Entry(
        demand_no=r.demand_number,
        business_no=r.business_no,
        company=r.company,
        representative=r.representative,
        email=r.email,
        phone=r.phone,
        reason=r.reason,
        tech_fields=tuple(r.tech_fields),
        trl=r.trl,
        priority=r.priority,
        consensus_note=consensus_note,
    )
