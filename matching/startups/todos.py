"""What waits on a startup about its profile, and where startups stand in the menu."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from matching.startups.models import Consent, Evidence, ExclusiveTie, PastSupport, Profile
from matching.startups.queries import own_profile
from portal.files.holding import release
from portal.files.models import File
from portal.kernel.roles import Kind
from portal.merging.hanging import fills, moves, stays
from portal.notifications.messages import declare
from portal.security.actor import Actor, system
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


def holds_file(file: File) -> str:
    """The file of a document stays as long as the document stands on the list."""
    with system("the document that a file belongs to"):
        held = Evidence.objects.filter(file=file).exists()
    return _("기업 서류 목록에 있는 파일입니다. 목록에서 먼저 삭제해 주십시오.") if held else ""


def register() -> None:
    fills((Profile, "startup"))
    fills((ExclusiveTie, "startup"))
    moves((PastSupport, "startup"), (Evidence, "startup"), (Consent, "startup"))
    stays((Consent, "recipient"))
    release("startups.evidence", holds_file)
    startup = frozenset({Kind.STARTUP})
    add_nav(NavItem(gettext_lazy("정보 제공 동의"), "consents:list", kinds=startup, order=31))
    add_nav(NavItem(gettext_lazy("받은 정부지원"), "past-supports:list", kinds=startup, order=32))
    add_nav(NavItem(gettext_lazy("기업 서류"), "startup-documents:list", kinds=startup, order=33))
    declare(
        "consent.withdrawn",
        title=gettext_lazy("정보 제공 동의 철회: %(title)s"),
        body=gettext_lazy("스타트업이 정보 제공 동의를 철회하여 기업 정보를 더 보실 수 없습니다."),
        url_name="consents:detail",
    )
    declare(
        "startup-document.expires",
        title=gettext_lazy("서류 유효 기한 임박: %(title)s"),
        body=gettext_lazy("유효 기한이 %(day)s에 끝납니다. 새 서류를 올려 주십시오."),
        url_name="startup-documents:detail",
    )
    add_todos("startups", todos)
    add_nav(NavItem(gettext_lazy("기업 정보"), "startups:mine", kinds=frozenset({Kind.STARTUP}), order=30))
    readers = frozenset({Kind.MINISTRY, Kind.CENTER, Kind.CORPORATION})
    add_nav(NavItem(pgettext_lazy("list", "스타트업"), "startups:list", kinds=readers, order=30))
