"""What waits on a startup about its profile, and where startups stand in the menu."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from matching.startups.models import Profile
from matching.startups.queries import own_profile
from portal.kernel.roles import Kind
from portal.merging.hanging import fills
from portal.security.actor import Actor
from portal.security.policy import admits
from portal.web.page import Todo
from portal.web.registry import NavItem, add_nav, add_todos

ASKED = ("summary", "technology", "tech_fields", "region")


def todos(actor: Actor) -> Iterable[Todo]:
    if not admits(actor, "create", Profile):
        return
    profile = own_profile(actor=actor)
    if profile is None:
        yield Todo(_("기업 정보 등록"), reverse("startups:new"), detail=_("한 번 적으면 모든 신청에 쓰입니다."))
    elif not all(getattr(profile, name) for name in ASKED):
        address = reverse("startups:edit", args=[profile.pk])
        yield Todo(_("기업 정보 채우기"), address, detail=_("비어 있는 항목이 있습니다."))


def register() -> None:
    fills((Profile, "startup"))
    add_todos("startups", todos)
    add_nav(NavItem(gettext_lazy("기업 정보"), "startups:mine", kinds=frozenset({Kind.STARTUP}), order=30))
    readers = frozenset({Kind.MINISTRY, Kind.CENTER, Kind.CORPORATION})
    add_nav(NavItem(pgettext_lazy("list", "스타트업"), "startups:list", kinds=readers, order=30))
