"""The startups' pages."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from matching.startups import operations, supports
from matching.startups.forms import NewProfileForm, ProfileForm, initial
from matching.startups.models import ExclusiveTie, Profile
from matching.startups.queries import own_profile
from matching.startups.tables import StartupFilter, StartupTable, verified_badge
from portal.kernel.money import Won
from portal.kernel.roles import Kind
from portal.security import policy
from portal.security.actor import Actor
from portal.web.forms import UnmaskForm, code_names
from portal.web.page import Action, Fact
from portal.web.rooms import Act, Create, Edit, Room, register
from portal.web.views import page


def facts(profile: Profile, actor: Actor) -> list[Fact]:
    return [
        Fact(gettext("기업명"), profile.startup),
        Fact(gettext("사업자등록번호"), profile.startup.business_no),
        Fact(gettext("사업자 확인"), verified_badge(profile.startup)),
        Fact(gettext("대표자"), profile.representative),
        Fact(gettext("설립일"), profile.founded_on),
        Fact(gettext("소재지"), code_names("region", [profile.region]) if profile.region else ""),
        Fact(gettext("기술분야"), code_names("tech_field", profile.tech_fields)),
        Fact(gettext("기술성숙도(TRL)"), profile.trl),
        Fact(gettext("한 줄 소개"), profile.summary),
        Fact(gettext("보유 기술"), profile.technology),
        Fact(gettext("제품과 서비스"), profile.products),
        Fact(gettext("인증"), profile.certificates),
        Fact(gettext("지식재산권"), profile.intellectual_property),
        Fact(gettext("연락처"), ROOM.shown(profile, "phone", actor)),
        *_business(profile),
        Fact(gettext("희망 협업 유형"), code_names("collaboration_type", profile.collaboration_types)),
        Fact(gettext("희망하는 협업"), profile.collaboration_wanted),
        *_tie(profile, actor),
        *_duplicates(profile, actor),
    ]


def _business(profile: Profile) -> list[Fact]:
    sales = f"{Won(profile.sales).format()} ({profile.sales_year})" if profile.sales else ""
    return [
        Fact(gettext("임직원 수"), profile.employees),
        Fact(gettext("매출액"), sales),
        Fact(gettext("투자 단계"), profile.get_investment_stage_display()),
        Fact(gettext("누적 투자액"), Won(profile.investment_total).format() if profile.investment_total else ""),
    ]


def _tie(profile: Profile, actor: Actor) -> list[Fact]:
    """For the startup's own people alone."""
    found = ExclusiveTie.objects.visible_to(actor).filter(profile=profile).values_list("text", flat=True).first()
    return [Fact(gettext("독점 관계"), found)] if found else []


def _duplicates(profile: Profile, actor: Actor) -> list[Fact]:
    """For the ministry: what speaks for a duplicate support."""
    if actor.kind != Kind.MINISTRY:
        return []
    known = supports.known_supports([profile.startup_id], actor)[profile.startup_id]
    found = [one.words for one in supports.evidence(known, year=actor.now.year)]
    return [Fact(gettext("중복지원 확인"), "\n".join(found) or gettext("등록된 정부지원이 없습니다."))]


def phone_action(profile: Profile, actor: Actor) -> list[Action]:
    if not policy.may(actor, "unmask_phone", profile):
        return []
    url = reverse("startups:unmask_phone", args=[profile.pk])
    return [Action("unmask_phone", gettext("연락처 전체 보기"), url, weight="tertiary")]


@page()
def mine(request: HttpRequest) -> HttpResponse:
    """One's own profile: to look at, or to begin with."""
    actor = request.actor  # type: ignore[attr-defined]
    profile = own_profile(actor=actor)
    if profile is not None:
        return redirect("startups:detail", profile.pk)
    return redirect("startups:new" if policy.admits(actor, "create", Profile) else "startups:list")


ROOM = register(
    Room(
        name="startups",
        api_fields=[
            "startup",
            "representative",
            "founded_on",
            "region",
            "tech_fields",
            "trl",
            "summary",
            "technology",
            "products",
            "certificates",
            "intellectual_property",
            "employees",
            "sales_year",
            "sales",
            "investment_stage",
            "investment_total",
            "collaboration_types",
            "collaboration_wanted",
            "phone",
        ],
        model=Profile,
        param="profile",
        title=pgettext_lazy("list", "스타트업"),
        titled=lambda p: str(p.startup),
        lead=_("한 번 적은 기업 정보는 추천과 신청, 협약에 그대로 쓰입니다."),
        table=StartupTable,
        filterset=StartupFilter,
        facts=facts,
        related=("startup",),
        create=Create(
            operations.create,
            NewProfileForm,
            _("기업 정보 등록"),
            offered=lambda actor: own_profile(actor=actor) is None,
        ),
        edit=Edit(operations.edit, ProfileForm, initial),
        empty=_("보실 수 있는 스타트업이 없습니다."),
        empty_hint=_("추천에 동의하거나 신청한 스타트업이 이곳에 나타납니다."),
        owner="startup",
        masked=["phone"],
        acts=[
            Act(
                name="unmask_phone",
                label=_("연락처 전체 보기"),
                operation=operations.unmask_phone,
                form=UnmaskForm,
                told=lambda phone: [gettext("연락처: %(phone)s") % {"phone": phone or "-"}],
            )
        ],
        actions=phone_action,
        more=[path("mine/", mine, name="mine")],
    )
)
