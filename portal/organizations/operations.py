"""What can happen to organisations, memberships and invitations. Nothing else writes them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.accounts.operations import end_other_sessions
from portal.audit import records
from portal.kernel.errors import Invalid, NotAllowed, NotFound, WrongState
from portal.kernel.formats import Language, day, instant
from portal.kernel.ids import new_id
from portal.kernel.roles import INCOMPATIBLE_ROLES, ROLES_OF, Kind, Role
from portal.notifications.operations import post_mail
from portal.organizations import refusals as no
from portal.organizations.models import Invitation, Membership, MembershipUse, Organization
from portal.organizations.queries import digest, givable, has_members, still, verified_addresses
from portal.organizations.refusals import refusals
from portal.outbox.post import Audience, announce
from portal.outbox.transition import lock, save_changes
from portal.security.actor import Actor, history, system
from portal.security.policy import require

INVITATION_LASTS = timedelta(days=7)
FIELDS = ("name", "name_en", "business_no", "corporate_no", "region")
FIRST_ROLE = {
    Kind.CORPORATION: Role.MANAGER,
    Kind.STARTUP: Role.REPRESENTATIVE,
    Kind.CENTER: Role.COORDINATOR,
    Kind.FOUNDATION: Role.CASE_MANAGER,
}
"""What the first person of an organisation is besides its administrator: nobody else could give it to him [ours]."""


# --- organisations -------------------------------------------------------------------------------------------


def create_organization(
    *,
    actor: Actor,
    kind: str,
    administrator_email: str = "",
    language: str = "ko",
    id: UUID | None = None,
    **fields: Any,
) -> Organization:
    """Enter an organisation and, with `administrator_email`, invite its first administrator.

    Raises Invalid where the business number is registered already.
    """
    require(actor, "create", Organization)
    with refusals(), transaction.atomic():
        made = establish(actor=actor, kind=Kind(kind), id=id, **fields)
        if administrator_email:
            _appoint(made, actor, administrator_email, language)
    return made


def establish(*, actor: Actor, kind: Kind, id: UUID | None = None, **fields: Any) -> Organization:
    """The organisation itself, for operations that have asked their own policy (an upload that brings a startup)."""
    id = id or new_id()
    given = {name: value for name, value in fields.items() if name in FIELDS}
    given["business_no"] = given.get("business_no") or None
    stem = slugify(given.get("name_en") or "") or str(kind)
    made = Organization(id=id, kind=kind, slug=f"{stem[:50]}-{id.hex[-8:]}", created_at=actor.now, **given)
    made.save(force_insert=True)
    return made


def edit(*, organization: Organization, actor: Actor, **fields: Any) -> Organization:
    """Change what an organisation is called. Another business number takes a verification back."""
    require(actor, "edit", organization)
    with refusals(), transaction.atomic():
        locked = lock(organization)
        before = {f.attname: getattr(locked, f.attname) for f in locked._meta.concrete_fields}
        for name in FIELDS:
            if name in fields:
                setattr(locked, name, fields[name])
        locked.business_no = locked.business_no or None
        if locked.business_no != before["business_no"]:
            locked.verified_at = None
        save_changes(locked, before)
    return locked


def verify(*, organization: Organization, actor: Actor) -> Organization:
    """An officer or a center has checked a startup's business registration certificate and representative.

    Raises WrongState where that was done already or the organisation is no startup, Invalid without a number.
    """
    require(actor, "verify", organization)
    if not Organization.objects.visible_to(actor).filter(pk=organization.pk).exists():
        raise NotFound
    # A center may not write the startup's row; that it has checked is all it can say.
    with transaction.atomic(), history(transition="organization.verify"), system("a verification"):
        locked = lock(organization)
        if locked.kind != Kind.STARTUP or locked.verified_at is not None:
            raise WrongState(
                _("이미 확인되었거나 확인 대상이 아닌 기관입니다."),
                hint=_("사업자등록은 스타트업에 대해서만 한 번 확인합니다."),
            )
        if not locked.business_no:
            raise Invalid(
                _("사업자등록번호가 아직 없습니다."), hint=_("기관 정보에 사업자등록번호를 먼저 적어 주십시오.")
            )
        locked.verified_at = actor.now
        locked.save(update_fields=["verified_at"])
        announce("organization.verified", locked, to=Audience.of(locked.pk), organization=locked.name)
    return locked


def appoint(
    *, organization: Organization, actor: Actor, email: str, language: str = "ko", id: UUID | None = None
) -> Invitation:
    """Invite the first administrator of an organisation that has no members yet.

    Raises WrongState where it has some: from then on its own administrators invite.
    """
    require(actor, "appoint", organization)
    with refusals(), transaction.atomic():
        return _appoint(organization, actor, email, language, id)


def appoint_for_room(*, organization: Organization, actor: Actor, email: str) -> Invitation:
    """Invite the first administrator on behalf of an upper room, whose own policy was asked (a center recommends a
    startup that has nobody in the portal yet). Raises WrongState where somebody is there already.
    """
    with refusals(), transaction.atomic():
        return _appoint(organization, actor, email, "ko")


def _appoint(organization: Organization, actor: Actor, email: str, language: str, id: UUID | None = None) -> Invitation:
    kind = Kind(organization.kind)
    roles = {Role.ADMINISTRATOR} | ({FIRST_ROLE[kind]} if kind in FIRST_ROLE else set())
    with system("the first administrator"):
        if has_members(organization.pk):
            raise WrongState(_("이미 구성원이 있는 기관입니다."), hint=_("새 구성원은 그 기관의 관리자가 초대합니다."))
        return send_invitation(organization, actor, email, roles, language, id)


# --- invitations ---------------------------------------------------------------------------------------------


def invite(
    *, actor: Actor, email: str, roles: Iterable[str], language: str = "ko", id: UUID | None = None
) -> Invitation:
    """Invite somebody into the actor's organisation by mail. The link works once, for seven days.

    Raises AlreadyMember, AlreadyInvited, or Invalid for roles that don't fit.
    """
    require(actor, "invite", Invitation)
    organization = Organization.objects.visible_to(actor).get(pk=actor.organization_id)
    with refusals(), transaction.atomic():
        return send_invitation(organization, actor, email, roles, language, id)


def send_invitation(
    organization: Organization,
    actor: Actor,
    email: str,
    roles: Iterable[str],
    language: str,
    id: UUID | None = None,
    *,
    mandate: tuple[datetime, datetime] | None = None,
) -> Invitation:
    """The invitation and its mail, for operations that have asked their policy; with `mandate`, for that time only."""
    email, held = email.strip().lower(), fitting_roles(Kind(organization.kind), roles)
    with system("what stands in the way of an invitation"):
        there = Membership.objects.filter(still(actor.now), organization=organization, user__email__iexact=email)
        if there.exists():
            raise no.AlreadyMember
        # An invitation that has run out must not stand in the way of the next one.
        unused = Invitation.objects.filter(organization=organization, accepted_at=None, revoked_at=None)
        unused.filter(email__iexact=email, expires_at__lte=actor.now).update(revoked_at=actor.now)
    token = token_urlsafe(32)
    made = Invitation(
        id=id or new_id(),
        organization=organization,
        email=email,
        roles=held,
        token_hash=digest(token),
        invited_by_id=actor.user_id,
        invited_at=actor.now,
        expires_at=actor.now + INVITATION_LASTS,
        mandate_from=mandate[0] if mandate else None,
        mandate_until=mandate[1] if mandate else None,
    )
    made.save(force_insert=True)
    _post(made, actor, token, language)
    return made


def _post(invitation: Invitation, actor: Actor, token: str, language: str) -> None:
    """The invitation's mail. Its words hold the token, so they are erased when it is out."""
    with translation.override(language):
        link = settings.BASE_URL + reverse("organizations:invitation", args=[token])
        reader: Language = "en" if language == "en" else "ko"
        facts = {
            "organization": str(invitation.organization),
            "roles": [str(Role(r).label) for r in invitation.roles],
            "inviter": actor.name,
            "expires": instant(invitation.expires_at, reader),
            "mandate_from": invitation.mandate_from and day(invitation.mandate_from, reader),
            "mandate_until": invitation.mandate_until and instant(invitation.mandate_until, reader),
            "link": link,
        }
        subject = _("%(organization)s 초대: 7일 안에 수락해 주십시오") % facts
        body = render_to_string("mail/invitation.txt", facts)
    post_mail(
        actor=actor,
        event_id=invitation.id,
        to=invitation.email,
        language=language,
        subject=subject,
        body=body,
        keep=False,
    )


def revoke_invitation(*, invitation: Invitation, actor: Actor) -> Invitation:
    """Take an invitation back. Raises WrongState where it was used or taken back already."""
    require(actor, "revoke", invitation)
    with transaction.atomic():
        locked = lock(invitation)
        if locked.accepted_at or locked.revoked_at:
            raise WrongState(
                _("이미 수락되었거나 취소된 초대입니다."), hint=_("구성원 목록에서 현재 상태를 확인해 주십시오.")
            )
        locked.revoked_at = actor.now
        locked.save(update_fields=["revoked_at"])
    return locked


def accept_invitation(*, token: str, actor: Actor) -> Membership:
    """Join the organisation with the invited roles.

    Raises InvitationUsed, InvitationExpired, InvitationRevoked, UnknownInvitation, AlreadyMember, or
    ForeignInvitation where no verified address of the user is the invited one.
    """
    if actor.user_id is None:
        raise NotAllowed(_("초대를 수락하려면 로그인해야 합니다."), hint="")
    with refusals(), transaction.atomic(), system("an invitation is accepted"):
        invitation = (
            Invitation.objects.select_for_update(of=("self",))
            .select_related("organization")
            .filter(token_hash=digest(token))
            .first()
        )
        if invitation is None:
            raise no.UnknownInvitation
        require_usable(invitation, actor)
        membership = Membership(
            user_id=actor.user_id,
            organization=invitation.organization,
            roles=fitting_roles(Kind(invitation.organization.kind), invitation.roles),
            granted_at=actor.now,
            granted_by_id=invitation.invited_by_id,
            **_times(invitation, actor),
        )
        membership.save(force_insert=True)
        invitation.accepted_at, invitation.accepted_by_id = actor.now, actor.user_id
        invitation.save(update_fields=["accepted_at", "accepted_by"])
        settle()
        managers = Audience.of(invitation.organization_id, roles=(Role.ADMINISTRATOR,))
        announce("membership.joined", membership, to=managers, name=actor.name)
    return membership


def _times(invitation: Invitation, actor: Actor) -> dict[str, Any]:
    """From when until when, and who gave it. Raises InvitationRevoked where the giver no longer holds it."""
    if invitation.mandate_until is None or invitation.mandate_from is None:
        return {"started_at": actor.now}
    present = Membership.objects.filter(
        still(actor.now), user_id=invitation.invited_by_id, organization=invitation.organization
    )
    held = {Role(role) for member in present for role in member.roles}
    if not {Role(role) for role in invitation.roles} <= givable(held):
        raise no.InvitationRevoked
    return {
        "started_at": max(actor.now, invitation.mandate_from),
        "ended_at": invitation.mandate_until,
        "mandated_by_id": invitation.invited_by_id,
    }


def require_usable(invitation: Invitation, actor: Actor) -> None:
    """Raise what stands between the actor and the invitation. For somebody who isn't signed in: only its own state."""
    if invitation.accepted_at:
        raise no.InvitationUsed
    if invitation.revoked_at:
        raise no.InvitationRevoked
    if min(invitation.expires_at, invitation.mandate_until or invitation.expires_at) <= actor.now:
        raise no.InvitationExpired
    if actor.user_id and invitation.email.lower() not in verified_addresses(actor.user_id):
        raise no.ForeignInvitation


# --- memberships ---------------------------------------------------------------------------------------------


def change_roles(*, membership: Membership, actor: Actor, roles: Iterable[str]) -> Membership:
    """Give a member other roles. Raises OwnRoles for one's own, LastAdministrator, WrongState for who has left."""
    require(actor, "change_roles", membership)
    if membership.user_id == actor.user_id:
        raise no.OwnRoles
    with refusals(), transaction.atomic(), history(transition="membership.change_roles"):
        locked = lock(membership)
        _require_present(locked, actor)
        if locked.is_mandate:
            raise WrongState(
                _("위임의 범위는 바꿀 수 없습니다."), hint=_("소속을 끝낸 뒤 필요한 역할로 새로 위임해 주십시오.")
            )
        locked.roles = fitting_roles(_kind_of(actor), roles)
        locked.granted_at, locked.granted_by_id = actor.now, actor.user
        locked.save(update_fields=["roles", "granted_at", "granted_by"])
        settle()
        announce(
            "membership.roles_changed", locked, to=Audience.members(locked.pk), organization=actor.organization_name
        )
    return locked


def end_membership(*, membership: Membership, actor: Actor) -> Membership:
    """End a membership now; at the next request the person is out. Raises LastAdministrator, WrongState."""
    require(actor, "end", membership)
    with refusals(), transaction.atomic(), history(transition="membership.end"):
        locked = lock(membership)
        _require_present(locked, actor)
        locked.ended_at = max(actor.now, locked.started_at)
        locked.save(update_fields=["ended_at"])
        settle()
    return locked


def note_use(membership: Membership, at: datetime) -> None:
    """Note that somebody acts through the membership."""
    with system("a membership is used"):
        MembershipUse.objects.update_or_create(
            membership=membership, defaults={"organization_id": membership.organization_id, "used_at": at}
        )


def end_sessions(*, membership: Membership, actor: Actor) -> int:
    """Sign a member out everywhere. Returns how many sessions ended. The person may sign in again at once.

    Raises WrongState for who has left.
    """
    require(actor, "end_sessions", membership)
    _require_present(membership, actor)
    user = User.objects.get(pk=membership.user_id)
    with transaction.atomic():
        ended = end_other_sessions(user=user)
        records.note(
            records.Act.SIGN_OUT, membership, actor=actor, owner_id=membership.organization_id, name=user.name,
            sessions=ended,
        )  # fmt: skip
    return ended


def _require_present(membership: Membership, actor: Actor) -> None:
    if membership.is_over(actor.now):
        raise WrongState(_("이미 소속이 끝난 구성원입니다."), hint=_("다시 함께하려면 새로 초대해 주십시오."))


def _kind_of(actor: Actor) -> Kind:
    assert actor.kind is not None  # the policy has admitted a member
    return actor.kind


def fitting_roles(kind: Kind, roles: Iterable[str]) -> list[str]:
    """The roles, sorted. Raises Invalid where there are none, the kind doesn't know one, or two exclude each other."""
    wanted = {str(role) for role in roles}
    if not wanted:
        raise Invalid(fields={"roles": _("역할을 하나 이상 골라 주십시오.")})
    if wanted - {str(r) for r in ROLES_OF[kind] | {Role.ADMINISTRATOR}}:
        raise Invalid(fields={"roles": _("%(kind)s에 없는 역할이 있습니다.") % {"kind": kind.label}})
    for pair in INCOMPATIBLE_ROLES:
        if {str(r) for r in pair} <= wanted:
            names = ", ".join(sorted(str(r.label) for r in pair))
            raise Invalid(
                fields={"roles": _("한 사람이 함께 맡을 수 없는 역할입니다: %(names)s") % {"names": names}},
            )
    return sorted(wanted)


def settle() -> None:
    """Let the database say now what it would say at the commit: here it can still be put into words."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
