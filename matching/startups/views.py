"""The startups' pages."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from matching.startups import operations
from matching.startups.forms import NewProfileForm, ProfileForm, initial
from matching.startups.models import Profile
from matching.startups.queries import own_profile
from matching.startups.tables import StartupFilter, StartupTable, verified_badge
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
        Fact(gettext("연락처"), ROOM.shown(profile, "phone", actor)),
    ]


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
