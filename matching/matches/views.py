"""The pages of suggestions: for corporations, centers and startups, and how they were computed for the ministry."""

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from matching.applications.views import demand_actions
from matching.matches import operations, queries, runs
from matching.matches.forms import DismissForm, NewRunForm
from matching.matches.models import Match, Run, Side
from matching.matches.tables import MatchFilter, MatchTable, RunTable, percent
from matching.matches.workflow import RunState, State
from matching.recommendations.models import Recommendation
from portal.kernel.formats import active_language, day
from portal.kernel.roles import Kind
from portal.security.actor import Actor
from portal.security.policy import admits
from portal.web.forms import code_names
from portal.web.page import Action, Fact, Progress
from portal.web.rooms import Act, Create, Room, Step, register
from programs.demands.models import Demand


def facts(match: Match, actor: Actor) -> list[Fact]:
    demand = match.demand
    url = reverse("demands:detail", args=[demand.pk])
    found = [
        Fact(gettext("협업 수요"), format_html('<a href="{}">{} {}</a>', url, demand.number, demand.title)),
        Fact(gettext("수요 기업"), match.corporation),
        Fact(gettext("기업명"), _company(match, actor)),
        Fact(gettext("적합도"), gettext("%(score)s점(50점이 평균입니다)") % {"score": percent(match.score)}),
    ]
    if match.rank:
        found.append(Fact(gettext("순위"), gettext("%(rank)d위") % {"rank": match.rank}))
    if actor.kind == Kind.MINISTRY:
        found.append(Fact(gettext("제안받는 쪽"), f"{match.party} ({match.get_side_display()})"))
    found += [
        Fact(gettext("기준일"), day(match.as_of, active_language())),
        Fact(gettext("계산한 때"), match.computed_at),
    ]
    if match.state == State.DISMISSED:
        found.append(Fact(gettext("맞지 않는 사유"), match.why_not))
    return found


def _company(match: Match, actor: Actor) -> Any:
    profile = queries.profile_of(match, actor)
    if profile is None:
        return match.company
    return format_html('<a href="{}">{}</a>', reverse("startups:detail", args=[profile]), match.company)


def introduced(match: Match, actor: Actor) -> list[Fact]:
    """What a startup that agrees to be found lets be known."""
    found = queries.introduction(match, actor)
    if found is None:
        return []
    profile = found.profile
    named = {
        "representative": profile.representative,
        "founded_on": day(profile.founded_on, active_language()) if profile.founded_on else "",
        "region": code_names("region", [profile.region]) if profile.region else "",
        "tech_fields": code_names("tech_field", profile.tech_fields),
        "trl": profile.trl,
        "summary": profile.summary,
        "technology": profile.technology,
        "products": profile.products,
        "certificates": profile.certificates,
        "intellectual_property": profile.intellectual_property,
        "collaboration_types": code_names("collaboration_type", profile.collaboration_types),
        "collaboration_wanted": profile.collaboration_wanted,
    }
    label = {f.name: str(getattr(f, "verbose_name", "")) for f in type(profile)._meta.get_fields()}
    return [
        Fact(gettext("사업자등록번호"), found.business_no),
        *(Fact(label[name], value) for name, value in named.items()),
    ]


def extra(match: Match, actor: Actor, _request: HttpRequest) -> dict[str, Any]:
    return {"said": queries.said(match), "introduced": introduced(match, actor)}


def actions(match: Match, actor: Actor) -> Sequence[Action]:
    """What comes next: the application to shortlist or invite, a recommendation to begin, one's own application."""
    if match.party_id != actor.organization_id or match.state == State.DISMISSED:
        return []
    if match.side == Side.STARTUP:
        return list(demand_actions(match.demand, actor))
    if match.side == Side.CENTER:
        return _recommend(match, actor)
    application = queries.application_of(match, actor)
    if application is None:
        return []
    url = reverse("applications:detail", args=[application])
    return [Action("application", gettext("신청서 보기"), url, weight="primary")]


def _recommend(match: Match, actor: Actor) -> list[Action]:
    known = queries.recommendation_of(match, actor)
    if known is not None:
        url = reverse("recommendations:detail", args=[known])
        return [Action("recommendation", gettext("추천서 보기"), url, weight="primary")]
    if not admits(actor, "create", Recommendation):
        return []
    given = {"demand": match.demand_id, "business_no": queries.business_no(match), "company": match.company}
    url = f"{reverse('recommendations:new')}?{urlencode(given)}"
    return [Action("recommend", gettext("추천서 작성"), url, weight="primary")]


def on_demand(demand: Demand, actor: Actor) -> Iterable[Action]:
    """On a demand's page: the way to what one's own side is told of it."""
    if actor.kind not in (Kind.CORPORATION, Kind.CENTER, Kind.STARTUP) or not actor.is_member:
        return
    if not queries.of_demand(demand, actor).exists():
        return
    labels = {
        Kind.CORPORATION: gettext("맞는 스타트업 보기"),
        Kind.CENTER: gettext("우리 지역의 맞는 스타트업 보기"),
        Kind.STARTUP: gettext("우리 기업과 맞는 까닭 보기"),
    }
    url = f"{reverse('matches:list')}?{urlencode({'demand': demand.pk})}"
    yield Action("matches", labels[actor.kind], url, weight="secondary")


def looked(_count: int) -> Sequence[str]:
    return [gettext("새 제안을 모두 확인하신 것으로 적었습니다. 제안은 목록에 그대로 있습니다.")]


def list_actions(actor: Actor) -> Sequence[Action]:
    if queries.unseen(actor).exists():
        return [Action("look", gettext("새 제안 모두 확인함"), reverse("matches:look"), method="post")]
    if not admits(actor, "create", Run):
        return []
    return [Action("runs", gettext("계산 기록"), reverse("match-runs:list"))]


ROOM = register(
    Room(
        name="matches",
        model=Match,
        param="match",
        title=_("매칭 제안"),
        titled=lambda m: f"{m.company} – {m.demand.title}",
        lead=_("협업 수요와 기업 정보를 견주어 서로 맞는 상대를 까닭과 함께 제안합니다. 결정은 사람이 합니다."),
        table=MatchTable,
        filterset=MatchFilter,
        facts=facts,
        extra=extra,
        actions=actions,
        list_actions=list_actions,
        limit=queries.standing,
        order=("-score", "-id"),
        related=("demand", "corporation"),
        template="matches/detail.html",
        steps={
            "keep": Step(operations.keep),
            "release": Step(operations.release),
            "dismiss": Step(operations.dismiss, DismissForm),
        },
        bulk=["keep", "dismiss"],
        acts=[Act(name="look", label=_("새 제안 모두 확인함"), operation=operations.look, target=Match, told=looked)],
        owner="startup",
        empty=_("아직 제안이 없습니다."),
        empty_hint=_("협업 수요가 공고되고 기업 정보가 채워지면 계산하여 이곳에 보여 드립니다."),
        api_fields=[
            "state", "demand", "corporation", "startup", "company", "side", "rank", "score", "reasons", "engine",
            "as_of", "computed_at", "why_not",
        ],
    )
)  # fmt: skip


# --- calculations ---


def run_facts(run: Run, _actor: Actor) -> list[Fact]:
    return [
        Fact(gettext("기준일"), day(run.as_of, active_language())),
        Fact(gettext("요청한 때"), run.asked_at),
        Fact(gettext("완료"), run.finished_at),
        Fact(gettext("계산 방식"), run.engine),
        Fact(gettext("협업 수요"), run.demands),
        Fact(gettext("스타트업"), run.startups),
        Fact(gettext("제안"), run.suggestions),
    ]


def run_progress(run: Run) -> Progress | None:
    return Progress(*runs.progress(run), gettext("매칭 제안 계산")) if run.state == RunState.WAITING else None


RUNS = register(
    Room(
        name="match-runs",
        model=Run,
        param="run",
        title=_("매칭 제안 계산"),
        titled=lambda run: gettext("%(day)s 기준 계산") % {"day": day(run.as_of, active_language())},
        lead=_("협업 수요가 공고되거나 기업 정보가 바뀌면 스스로 계산합니다. 바로 계산하게 하실 수도 있습니다."),
        table=RunTable,
        facts=run_facts,
        progress=run_progress,
        template="match-runs/detail.html",
        create=Create(runs.start, NewRunForm, _("다시 계산")),
        empty=_("아직 계산한 적이 없습니다."),
        empty_hint=_("‘다시 계산’을 누르시면 모든 협업 수요의 제안을 계산합니다."),
        sensitive=False,  # the ministry's own
        api_fields=[
            "state", "as_of", "asked_at", "finished_at", "engine", "demands", "startups", "suggestions", "problem",
        ],
    )
)  # fmt: skip
