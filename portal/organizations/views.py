"""The pages of organisations, members and invitations."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from portal.files.queries import used_words
from portal.kernel.errors import NotFound
from portal.kernel.roles import Kind, Role
from portal.organizations import mandates, operations
from portal.organizations.entrance import invitation, switch
from portal.organizations.forms import (
    AppointForm,
    InviteForm,
    MandateForm,
    NewOrganizationForm,
    OrganizationForm,
    ResetForm,
    RolesForm,
    organization_initial,
    roles_initial,
)
from portal.organizations.models import Invitation, Membership, Organization
from portal.organizations.queries import givable, has_members, open_invitations
from portal.organizations.tables import (
    MembershipFilter,
    MembershipTable,
    OrganizationFilter,
    OrganizationTable,
    role_names,
)
from portal.resets import operations as resets
from portal.security import policy
from portal.security.actor import Actor
from portal.web.forms import code_names
from portal.web.page import Action, Fact, TimelineEntry
from portal.web.rooms import Act, Create, Edit, Room, register
from portal.web.views import MEMBER, page

# --- organisations -------------------------------------------------------------------------------------------


def organization_facts(organization: Organization, actor: Actor) -> list[Fact]:
    found = [
        Fact(_("구분"), organization.get_kind_display()),
        Fact(_("기관명"), organization.name),
        Fact(_("영문명"), organization.name_en),
        Fact(_("사업자등록번호"), organization.business_no),
        Fact(_("법인등록번호"), organization.corporate_no),
        Fact(_("지역"), code_names("region", [organization.region]) if organization.region else ""),
        Fact(_("사업자등록 확인"), organization.verified_at),
        Fact(_("등록"), organization.created_at),
    ]
    if actor.organization_id == organization.pk or actor.kind == Kind.MINISTRY:
        found.append(Fact(_("파일 보관량"), used_words(organization.pk)))
    return found


def organization_actions(organization: Organization, actor: Actor) -> list[Action]:
    found = []
    if organization.kind == Kind.STARTUP and not organization.verified_at and policy.may(actor, "verify", organization):
        missing = () if organization.business_no else (_("사업자등록번호가 아직 없습니다."),)
        found.append(
            Action(
                "verify",
                _("사업자등록 확인"),
                ORGANIZATIONS.url("verify", organization),
                method="post",
                weight="primary",
                confirm=_("사업자등록증과 대표자를 확인하셨습니까? 확인 기록이 남습니다."),
                missing=missing,
            )
        )
    if policy.may(actor, "appoint", organization) and not has_members(organization.pk):
        found.append(Action("appoint", _("첫 기관 관리자 초대"), ORGANIZATIONS.url("appoint", organization)))
    return found


def mailed(_invitation: Invitation) -> list[str]:
    return [_("초대 메일을 보냈습니다.")]


ORGANIZATIONS = register(
    Room(
        name="organizations",
        api_fields=["kind", "name", "name_en", "business_no", "corporate_no", "region", "verified_at", "created_at"],
        model=Organization,
        param="organization",
        title=pgettext_lazy("list", "기관"),
        titled=str,
        lead=gettext_lazy("사업에 참여하는 기관입니다."),
        table=OrganizationTable,
        filterset=OrganizationFilter,
        facts=organization_facts,
        actions=organization_actions,
        create=Create(operations.create_organization, NewOrganizationForm, gettext_lazy("기관 등록")),
        edit=Edit(operations.edit, OrganizationForm, organization_initial, gettext_lazy("기관 정보 수정")),
        order=("name", "id"),
        empty=gettext_lazy("해당하는 기관이 없습니다."),
        empty_hint=gettext_lazy("기관을 등록하고 첫 관리자를 초대하면 이곳에 나타납니다."),
        sensitive=False,  # what is confidential of an organisation lies in its profile
        more=(
            path("switch/", switch, name="switch"),
            path("invitations/<str:token>/", invitation, name="invitation"),
        ),
        acts=[
            Act(
                name="verify",
                label=gettext_lazy("사업자등록 확인"),
                operation=operations.verify,
                told=lambda _done: [_("사업자등록을 확인한 것으로 기록했습니다.")],
            ),
            Act(
                name="appoint",
                label=gettext_lazy("첫 기관 관리자 초대"),
                operation=operations.appoint,
                form=AppointForm,
                told=mailed,
            ),
        ],
    )
)

# --- members -------------------------------------------------------------------------------------------------


def manages(actor: Actor) -> bool:
    return policy.admits(actor, "invite", Invitation)


def administered(rows: QuerySet[Membership], actor: Actor) -> QuerySet[Membership]:
    """Administrators follow their own organisation's members, the ministry's operator all of them, others only see
    themselves (their managers assign evaluators elsewhere).
    """
    if actor.kind == Kind.MINISTRY and actor.has(Role.OPERATOR):
        return rows
    if manages(actor):
        return rows.filter(organization=actor.organization_id)
    return rows.filter(pk=actor.membership_id)  # type: ignore[misc]


def membership_facts(membership: Membership, _actor: Actor) -> list[Fact]:
    return [
        Fact(_("이름"), membership.user.name),
        Fact(_("이메일"), membership.user.email),
        Fact(_("기관"), membership.organization),
        Fact(_("역할"), role_names(membership.roles)),
        Fact(_("시작"), membership.started_at),
        Fact(_("종료"), membership.ended_at),
        Fact(_("위임한 사람"), membership.mandated_by.name if membership.mandated_by else ""),
    ]


def membership_actions(membership: Membership, actor: Actor) -> list[Action]:
    if membership.is_over(actor.now):
        return []
    found = []
    if membership.is_mandate and policy.may(actor, "give_back", membership):
        url = MEMBERSHIPS.url("give_back", membership)
        words = _("위임을 돌려주면 이 기관의 자료를 더 볼 수 없습니다. 돌려주시겠습니까?")
        found.append(Action("give_back", _("위임 돌려주기"), url, method="post", weight="danger", confirm=words))
    if membership.user_id != actor.user_id and policy.may(actor, "reset_second_factor", membership):
        url = MEMBERSHIPS.url("reset_second_factor", membership)
        found.append(Action("reset_second_factor", _("2단계 인증 초기화 요청"), url, weight="tertiary"))
    if membership.user_id != actor.user_id and policy.may(actor, "end_sessions", membership):
        url = MEMBERSHIPS.url("end_sessions", membership)
        words = _("%(name)s 님을 모든 기기에서 로그아웃합니다. 소속과 역할은 그대로입니다. 로그아웃하시겠습니까?")
        words %= {"name": membership.user.name}
        found.append(
            Action("end_sessions", _("모든 기기에서 로그아웃"), url, method="post", weight="tertiary", confirm=words)
        )
    if not policy.may(actor, "end", membership):
        return found
    if membership.user_id != actor.user_id and not membership.is_mandate:
        found.append(Action("change_roles", _("역할 변경"), MEMBERSHIPS.url("change_roles", membership)))
    words = _("%(name)s 님의 소속을 지금 끝냅니다. 다음 화면부터 이 기관의 자료를 볼 수 없게 됩니다. 끝내시겠습니까?")
    found.append(
        Action(
            "end",
            _("소속 종료"),
            MEMBERSHIPS.url("end", membership),
            method="post",
            weight="danger",
            confirm=words % {"name": membership.user.name},
        )
    )
    return found


def membership_extra(membership: Membership, actor: Actor, _request: HttpRequest) -> dict[str, Any]:
    return {"changes": role_changes(membership, actor)}


def role_changes(membership: Membership, actor: Actor) -> list[TimelineEntry]:
    """Which roles were given and taken when and by whom, oldest first."""
    history: Any = Membership.pgh_event_model  # type: ignore[attr-defined]
    rows = history.objects.visible_to(actor).filter(id=membership.pk).order_by("pgh_id")
    found: list[TimelineEntry] = []
    for row in rows:
        words = row.pgh_context or {}
        label = _("소속 종료") if row.ended_at else role_names(row.roles)
        who = " ".join(filter(None, [words.get("organization_name", ""), words.get("name", "")]))
        found.append(TimelineEntry(at=row.pgh_created_at, label=label, who=who or _("시스템"), reason=""))
    return found


@page(MEMBER, ("POST",))
def revoke(request: HttpRequest, id: UUID) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    found = Invitation.objects.visible_to(actor).filter(pk=id).first()
    if found is None:
        raise NotFound
    operations.revoke_invitation(invitation=found, actor=actor)
    messages.success(request, _("초대를 취소했습니다. 보낸 링크는 더 이상 쓸 수 없습니다."))
    return redirect("memberships:list")


@page(MEMBER, ("POST",))
def end(request: HttpRequest, id: UUID) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    membership = MEMBERSHIPS.get(id, actor=actor)
    operations.end_membership(membership=membership, actor=actor)
    messages.success(request, _("%(name)s 님의 소속을 끝냈습니다.") % {"name": membership.user.name})
    return redirect("home" if membership.user_id == actor.user_id else "memberships:list")


def membership_list_actions(actor: Actor) -> list[Action]:
    found = []
    if policy.admits(actor, "mandate", Invitation) and givable(actor.roles):
        found.append(Action("mandate", _("위임"), reverse("memberships:mandate")))
    if not manages(actor):
        return found
    return [
        *found,
        Action(
            "organization",
            _("기관 정보"),
            reverse("organizations:detail", args=[actor.organization_id]),
            weight="tertiary",
        ),
        Action("invite", _("구성원 초대"), reverse("memberships:invite"), weight="primary"),
    ]


def membership_list_extra(actor: Actor, _request: HttpRequest) -> dict[str, Any]:
    if not manages(actor):
        return {"invitations": []}
    return {"invitations": [_invitation_row(i, actor) for i in open_invitations(actor)]}


def _invitation_row(invitation: Invitation, actor: Actor) -> dict[str, Any]:
    return {
        "email": invitation.email,
        "roles": role_names(invitation.roles),
        "invited_at": invitation.invited_at,
        "expires_at": invitation.expires_at,
        "expired": invitation.expires_at <= actor.now,
        "revoke": Action(
            f"revoke-{invitation.pk}",
            _("초대 취소"),
            reverse("memberships:revoke", args=[invitation.pk]),
            method="post",
            weight="tertiary",
            confirm=_("%(email)s 초대를 취소하시겠습니까?") % {"email": invitation.email},
        ),
    }


MEMBERSHIPS = register(
    Room(
        name="memberships",
        model=Membership,
        param="membership",
        title=gettext_lazy("구성원"),
        titled=lambda m: m.user.name or m.user.email,
        lead=gettext_lazy("우리 기관에서 일하는 사람과 역할을 관리합니다."),
        table=MembershipTable,
        filterset=MembershipFilter,
        facts=membership_facts,
        actions=membership_actions,
        extra=membership_extra,
        related=("user", "organization"),
        limit=administered,
        list_actions=membership_list_actions,
        list_extra=membership_list_extra,
        list_template="organizations/members.html",
        template="organizations/member.html",
        order=("user__name", "id"),
        empty=gettext_lazy("해당하는 구성원이 없습니다."),
        owner="organization",
        more=(
            path("invitations/<uuid:id>/revoke/", revoke, name="revoke"),
            path("<uuid:id>/end/", end, name="end"),
        ),
        acts=[
            Act(
                name="invite",
                label=gettext_lazy("구성원 초대"),
                operation=operations.invite,
                form=InviteForm,
                target=Invitation,
                told=mailed,
            ),
            Act(
                name="mandate",
                label=gettext_lazy("위임"),
                operation=mandates.give,
                form=MandateForm,
                target=Invitation,
                told=mailed,
            ),
            Act(
                name="give_back",
                label=gettext_lazy("위임 돌려주기"),
                operation=mandates.give_back,
                told=lambda _done: [_("위임을 돌려주었습니다. 이 기관의 자료를 더 볼 수 없습니다.")],
            ),
            Act(
                name="change_roles",
                label=gettext_lazy("역할 변경"),
                operation=operations.change_roles,
                form=RolesForm,
                initial=roles_initial,
            ),
            Act(
                name="end_sessions",
                label=gettext_lazy("모든 기기에서 로그아웃"),
                operation=operations.end_sessions,
                told=lambda ended: [_("모든 기기에서 로그아웃했습니다. 끝난 로그인: %(count)d건") % {"count": ended}],
            ),
            Act(
                name="reset_second_factor",
                label=gettext_lazy("2단계 인증 초기화 요청"),
                operation=resets.ask,
                form=ResetForm,
                told=lambda _done: [_("초기화를 요청했습니다. 다른 관리자나 시스템 운영자가 확인하면 초기화됩니다.")],
            ),
        ],
    )
)
