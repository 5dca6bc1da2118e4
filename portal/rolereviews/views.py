"""The page on which granted roles are reviewed."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.kernel.roles import Role
from portal.organizations.models import Membership
from portal.organizations.tables import role_names
from portal.organizations.views import role_changes
from portal.rolereviews import operations
from portal.rolereviews.models import RoleReview
from portal.rolereviews.queries import due, is_dormant, own, reviewable
from portal.rolereviews.tables import RoleReviewFilter, RoleReviewTable
from portal.security import policy
from portal.security.actor import Actor
from portal.web.page import Action, Fact, TimelineEntry
from portal.web.rooms import Act, Room, register


def facts(membership: Any, actor: Actor) -> list[Fact]:
    return [
        Fact(_("이름"), membership.user.name),
        Fact(_("이메일"), membership.user.email),
        Fact(_("기관"), membership.organization),
        Fact(_("역할"), role_names(membership.roles)),
        Fact(_("역할을 준 사람"), membership.granted_by.name if membership.granted_by else ""),
        Fact(_("역할을 준 때"), membership.since),
        Fact(_("위임 종료"), membership.ended_at),
        Fact(_("마지막 사용"), membership.used_at or _("사용한 적 없음")),
        Fact(_("휴면"), _("예") if is_dormant(membership, actor) else _("아니요")),
        Fact(_("2단계 인증"), _("사용") if membership.has_second_factor else _("없음")),
        Fact(_("지난 점검"), membership.reviewed_at),
        Fact(_("점검 기한"), membership.due_at),
    ]


def actions(membership: Membership, actor: Actor) -> list[Action]:
    if membership.user_id == actor.user_id or not policy.may(actor, "review", membership):
        return []
    words = _("%(name)s 님의 소속을 지금 끝냅니다. 다음 화면부터 이 기관의 자료를 볼 수 없게 됩니다. 끝내시겠습니까?")
    ends = words % {"name": membership.user.name}
    return [
        Action("end", _("점검: 소속 종료"), ROOM.url("end", membership), method="post", weight="danger", confirm=ends),
        Action("keep", _("점검: 역할 유지"), ROOM.url("keep", membership), method="post", weight="primary"),
    ]


def extra(membership: Membership, actor: Actor, _request: HttpRequest) -> dict[str, Any]:
    """Which roles were given and taken, and what the reviews said, oldest first."""
    reviews = RoleReview.objects.visible_to(actor).filter(membership=membership).select_related("reviewed_by")
    told = [
        TimelineEntry(r.reviewed_at, _("점검: %(as)s") % {"as": r.get_decision_display()}, r.reviewed_by.name)
        for r in reviews
    ]
    return {"changes": sorted([*role_changes(membership, actor), *told], key=lambda entry: entry.at)}


def list_extra(actor: Actor, _request: HttpRequest) -> dict[str, Any]:
    """When the own organisation's roles were last reviewed, and what is due."""
    if not actor.has(Role.ADMINISTRATOR):
        return {}
    last = RoleReview.objects.visible_to(actor).filter(organization=actor.organization_id).order_by("-reviewed_at")
    newest = last.first()
    return {
        "standing": [
            Fact(_("마지막 점검"), newest.reviewed_at if newest else _("아직 점검하지 않았습니다.")),
            Fact(_("점검할 사람"), _("%(count)d명") % {"count": own(actor).filter(due(actor)).count()}),
        ]
    }


ROOM = register(
    Room(
        name="role-reviews",
        model=Membership,
        param="membership",
        title=gettext_lazy("역할 점검"),
        titled=lambda m: m.user.name or m.user.email,
        lead=gettext_lazy("누가 어떤 역할로 일하는지 반년마다 확인합니다. 더 필요하지 않은 소속은 끝내 주십시오."),
        table=RoleReviewTable,
        filterset=RoleReviewFilter,
        facts=facts,
        actions=actions,
        extra=extra,
        limit=reviewable,
        related=("user", "organization", "granted_by"),
        order=("user__name", "id"),
        owner="organization",
        list_extra=list_extra,
        list_template="rolereviews/list.html",
        template="organizations/member.html",
        empty=gettext_lazy("해당하는 구성원이 없습니다."),
        acts=[
            Act(
                name="keep",
                action="review",
                label=gettext_lazy("점검: 역할 유지"),
                operation=operations.keep,
                told=lambda _done: [_("역할을 유지하는 것으로 점검했습니다.")],
            ),
            Act(
                name="end",
                action="review",
                label=gettext_lazy("점검: 소속 종료"),
                operation=operations.end,
                told=lambda _done: [_("소속을 끝내는 것으로 점검했습니다.")],
            ),
        ],
    )
)
