"""What speaks for and against admitting applications: every rule with its evidence in words. People decide."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from matching.applications.models import Application
from matching.applications.queries import above_cap
from matching.applications.workflow import State
from matching.recommendations.models import Recommendation
from matching.recommendations.workflow import State as Recommended
from matching.startups.models import Profile
from matching.startups.supports import Support, evidence, known_supports
from portal.kernel.formats import SEOUL, active_language, day, instant
from portal.kernel.money import Won
from portal.organizations.standing import unverified
from portal.security.actor import Actor
from portal.web.forms import code_names
from programs.plans.models import Stage
from programs.plans.windows import closings


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule and its evidence. `met` None: the portal can't tell, somebody must look."""

    rule: str
    met: bool | None
    words: str

    @property
    def label(self) -> str:
        return {True: _("충족"), False: _("미충족"), None: _("확인 필요")}[self.met]

    @property
    def tone(self) -> str:
        return {True: "success", False: "danger", None: "warning"}[self.met]


@dataclass(frozen=True, slots=True)
class Known:
    """What the rules look at beside the applications: a fixed number of queries, however many there are."""

    profiles: dict[UUID, Profile]
    consents: dict[tuple[UUID, UUID], Recommendation]
    stages: dict[UUID, Stage]
    closings: dict[tuple[UUID, UUID], datetime]
    chosen: dict[UUID, list[Application]]
    supports: dict[UUID, list[Support]]


def findings(applications: Sequence[Application], actor: Actor) -> dict[UUID, list[Finding]]:
    """For each application its rules, as far as the actor sees what they rest on."""
    known = _known(applications, actor)
    return {application.pk: _judged(application, known) for application in applications}


def _known(applications: Sequence[Application], actor: Actor) -> Known:
    startups = {a.startup_id for a in applications}
    consents = (
        Recommendation.objects.visible_to(actor)
        .filter(startup__in=startups, demand__in={a.demand_id for a in applications}, consented_at__isnull=False)
        .exclude(state__in=[Recommended.REJECTED, Recommended.WITHDRAWN])
    )
    programs = {a.program_id for a in applications}
    stages = list(Stage.objects.visible_to(actor).filter(kind=Stage.Kind.APPLICATION, program__in=programs))
    chosen: dict[UUID, list[Application]] = {}
    selected = Application.objects.visible_to(actor).filter(startup__in=startups, state=State.SELECTED)
    for other in selected.select_related("program").order_by("id"):
        chosen.setdefault(other.startup_id, []).append(other)
    return Known(
        profiles={p.startup_id: p for p in Profile.objects.visible_to(actor).filter(startup__in=startups)},
        consents={(r.startup_id, r.demand_id): r for r in consents.order_by("-id")},
        stages={s.program_id: s for s in stages},
        closings=closings(stages, startups),
        chosen=chosen,
        supports=known_supports(startups, actor),
    )


def _judged(application: Application, known: Known) -> list[Finding]:
    profile = known.profiles.get(application.startup_id)
    found = [
        _verified(application),
        _in_time(application, known),
        _within_cap(application),
        _trl(application, profile),
        _age(application, profile),
        _region(application, profile),
        _consent(application, known.consents.get((application.startup_id, application.demand_id))),
        _once(application, known),
    ]
    return [finding for finding in found if finding is not None]


def _verified(application: Application) -> Finding:
    missing = unverified(application, None)
    words = str(missing) if missing else _("사업자등록증과 대표자를 확인했습니다.")
    return Finding(_("기업 확인"), not missing, words)


def _in_time(application: Application, known: Known) -> Finding:
    stage, at = known.stages.get(application.program_id), application.submitted_at
    if stage is None or at is None:
        return Finding(_("신청 기간"), None, _("이 사업의 신청 기간을 알 수 없습니다. 일정을 확인해 주십시오."))
    closes_at = known.closings[stage.pk, application.startup_id]
    told = {
        "at": instant(at, active_language()),
        "opens": instant(stage.opens_at, active_language()),
        "closes": instant(closes_at, active_language()),
    }
    if stage.opens_at <= at < closes_at:
        words = _("%(at)s에 제출했습니다(기간 %(opens)s ~ %(closes)s).")
        if closes_at > stage.closes_at:
            words = _("%(at)s에 제출했습니다(이 기업에 연장된 기간 %(opens)s ~ %(closes)s).")
        return Finding(_("신청 기간"), True, words % told)
    return Finding(_("신청 기간"), False, _("%(at)s에 제출하여 기간(%(opens)s ~ %(closes)s) 밖입니다.") % told)


def _within_cap(application: Application) -> Finding:
    above = above_cap(application)
    cap, amount = application.program.cap_per_startup, application.requested_amount
    told = {"amount": Won(amount).format(active_language()), "cap": Won(cap).format(active_language())}
    return Finding(_("지원 한도"), not above, above or _("신청 금액 %(amount)s, 기업당 한도 %(cap)s입니다.") % told)


def _trl(application: Application, profile: Profile | None) -> Finding:
    least = application.demand.min_trl
    trl = application.trl or (profile.trl if profile else None)
    if trl is None:
        words = _("기술성숙도를 적지 않았습니다. 과제가 요구하는 최소 TRL은 %(least)d입니다.") % {"least": least}
        return Finding(_("최소 기술성숙도(TRL)"), None, words)
    words = _("TRL %(trl)d이며 과제가 요구하는 최소 TRL은 %(least)d입니다.") % {"trl": trl, "least": least}
    return Finding(_("최소 기술성숙도(TRL)"), trl >= least, words)


def _age(application: Application, profile: Profile | None) -> Finding | None:
    most = getattr(application.demand, "max_age_years", None)
    if most is None:
        return None
    founded, at = (profile.founded_on if profile else None), application.submitted_at
    if founded is None or at is None:
        words = _("프로필에 설립일이 없습니다. 과제는 업력 %(most)d년 이하를 요구합니다.") % {"most": most}
        return Finding(_("업력"), None, words)
    told = {"founded": day(founded, active_language()), "most": most}
    words = _("%(founded)s에 설립했고 과제는 업력 %(most)d년 이하를 요구합니다.") % told
    return Finding(_("업력"), at.astimezone(SEOUL).date() <= _years_after(founded, most), words)


def _years_after(founded: date, years: int) -> date:
    """The last day on which a firm is so many years old; of 29 February the 28th."""
    try:
        return founded.replace(year=founded.year + years)
    except ValueError:
        return founded.replace(year=founded.year + years, day=28)


def _region(application: Application, profile: Profile | None) -> Finding | None:
    closed: Sequence[Any] = getattr(application.demand, "excluded_regions", None) or ()
    if not closed:
        return None
    names = code_names("region", list(closed))
    region = profile.region if profile else ""
    if not region:
        words = _("프로필에 소재지가 없습니다. 과제는 다음 지역을 제외합니다: %(names)s") % {"names": names}
        return Finding(_("소재지"), None, words)
    told = {"region": code_names("region", [region]), "names": names}
    return Finding(_("소재지"), region not in closed, _("소재지는 %(region)s이며 제외 지역은 %(names)s입니다.") % told)


def _consent(application: Application, recommendation: Recommendation | None) -> Finding:
    if recommendation is None or recommendation.consented_at is None:
        words = _("추천 없이 직접 신청했습니다. 제출할 때 수요 기업에 제공된다는 안내를 확인했습니다.")
    else:
        words = _("%(center)s의 추천에 %(at)s에 동의했습니다.") % {
            "center": application.center or _("추천 센터"),
            "at": instant(recommendation.consented_at, active_language()),
        }
    return Finding(_("정보 제공 동의"), True, words)


def _once(application: Application, known: Known) -> Finding:
    """What was selected here and is not paid yet, and every support that is known of."""
    others = [a for a in known.chosen.get(application.startup_id, []) if a.pk != application.pk]
    found = evidence(known.supports[application.startup_id], year=application.program.year)
    words = [one.words for one in found]
    if others:
        names = ", ".join(f"{a.program} {a.number}" for a in others)
        told = _("이미 선정된 신청이 있습니다: %(names)s. 지원 내용이 겹치는지 확인해 주십시오.") % {"names": names}
        words.insert(0, told)
    if any(a.program_id == application.program_id for a in others):
        return Finding(_("중복 지원"), False, " ".join(words))
    if others or any(one.doubtful for one in found):
        return Finding(_("중복 지원"), None, " ".join(words))
    return Finding(_("중복 지원"), True, " ".join(words) or _("알려진 다른 선정이나 정부지원이 없습니다."))
