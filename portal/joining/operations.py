"""Asking to join a startup, and the answers. Nothing else writes join requests."""

from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.models import User
from portal.joining.models import JoinRequest
from portal.joining.workflow import State
from portal.kernel.errors import Invalid, NotAllowed, Refusal, WrongState
from portal.kernel.ids import new_id
from portal.kernel.roles import Kind, Role
from portal.notifications.operations import post_mail
from portal.organizations.actors import active_memberships
from portal.organizations.models import Membership, Organization
from portal.organizations.operations import FIRST_ROLE, establish, settle
from portal.organizations.queries import has_members
from portal.organizations.refusals import refusals
from portal.outbox.post import Audience, announce, later
from portal.outbox.transition import transition
from portal.security.actor import Actor, history, system

LASTS = timedelta(days=14)
PER_DAY = 5  # requests of one person [ours]


class TooManyRequests(Refusal):
    code, status = "too_many_requests", 429
    message = gettext_lazy("하루에 보낼 수 있는 참여 요청을 모두 쓰셨습니다.")
    hint = gettext_lazy("사업자등록번호를 확인하시고 내일 다시 요청해 주십시오.")


class BelongsSomewhere(NotAllowed):
    code = "already_member"
    message = gettext_lazy("이미 기관의 구성원이어서 참여를 요청할 수 없습니다.")
    hint = gettext_lazy("다른 기관에서도 일하시려면 그 기관의 관리자에게 초대를 요청해 주십시오.")


def ask(*, actor: Actor, business_no: str, company: str, message: str = "") -> JoinRequest:
    """Ask to join the startup with this business number; one that is new is entered, unverified, with the asker as
    its first administrator and representative. The same request twice is one.

    The answer says nothing of a startup but that its number is registered. Raises BelongsSomewhere, TooManyRequests,
    or Invalid for the number of an organisation that is no startup.
    """
    with refusals(), transaction.atomic(), history(transition="join_request.ask"), system("somebody asks to join"):
        _require_stranger(actor)
        found = _organization(business_no)
        if found is None:
            _require_few(actor)
            try:
                with transaction.atomic():
                    return _found(actor, business_no, company)
            except IntegrityError:  # somebody was faster with the same number: then this is a request to them
                found = _organization(business_no)
                if found is None:
                    raise
        if found.kind != Kind.STARTUP:
            raise Invalid(
                fields={"business_no": _("스타트업의 사업자등록번호가 아닙니다. 그 기관의 관리자가 초대합니다.")}
            )
        return _open_request(actor, found) or _ask(actor, found, message)


def _require_stranger(actor: Actor) -> None:
    if actor.user_id is None:
        raise NotAllowed(_("참여를 요청하려면 로그인해야 합니다."), hint="")
    User.objects.select_for_update().get(pk=actor.user_id)  # one request of a person after the other
    if active_memberships(actor.user_id, actor.now):
        raise BelongsSomewhere


def _require_few(actor: Actor) -> None:
    since = actor.now - timedelta(days=1)
    if JoinRequest.objects.filter(user_id=actor.user_id, asked_at__gt=since).count() >= PER_DAY:
        raise TooManyRequests


def _organization(business_no: str) -> Organization | None:
    """The startup with the number; where it was merged away, the one that stays."""
    found: Organization | None = Organization.objects.filter(business_no=business_no).first()
    return found.merged_into or found if found else None


def _open_request(actor: Actor, organization: Organization) -> JoinRequest | None:
    """The request that waits already; one that has run out no longer does."""
    found: JoinRequest | None = JoinRequest.objects.filter(
        user_id=actor.user_id, organization=organization, state=State.REQUESTED
    ).first()
    if found and found.expires_at <= actor.now:
        expire(request=found, actor=actor)
        return None
    return found


def _ask(actor: Actor, organization: Organization, message: str) -> JoinRequest:
    _require_few(actor)
    made = _made(actor, organization, message)
    administrators = Audience.of(organization.pk, roles=(Role.ADMINISTRATOR,))
    announce("join_request.asked", made, to=administrators, name=actor.name)
    later("joining.expire", actor=actor, due=made.expires_at, request_id=made.pk)
    return made


def _made(actor: Actor, organization: Organization, message: str = "") -> JoinRequest:
    made = JoinRequest(
        id=new_id(),
        user_id=actor.user,
        organization=organization,
        business_no=organization.business_no or "",
        message=message.strip(),
        asked_at=actor.now,
        expires_at=actor.now + LASTS,
    )
    made.save(force_insert=True)
    return made


def _found(actor: Actor, business_no: str, company: str) -> JoinRequest:
    startup = establish(actor=actor, kind=Kind.STARTUP, name=company.strip(), business_no=business_no)
    _join(startup, actor.user, actor, [Role.ADMINISTRATOR, FIRST_ROLE[Kind.STARTUP]])
    request = _made(actor, startup)
    with transition(request, "found", actor) as request:
        announce("organization.founded", startup, to=Audience.ministry(Role.OFFICER), organization=startup.name)
    return request


def _join(organization: Organization, user_id: Any, actor: Actor, roles: list[Role]) -> Membership:
    membership = Membership(
        user_id=user_id, organization=organization, roles=sorted(map(str, roles)), started_at=actor.now,
        granted_at=actor.now, granted_by_id=actor.user_id,
    )  # fmt: skip
    membership.save(force_insert=True)
    settle()
    return membership


def confirm(*, request: JoinRequest, actor: Actor) -> JoinRequest:
    """Take the person in as a member; by the operator, where the startup has nobody: as its first administrator.

    Raises WrongState where the account has been closed meanwhile.
    """
    with refusals(), transition(request, "confirm", actor) as request, system("somebody joins"):
        if not User.objects.filter(pk=request.user_id, is_active=True).exists():
            raise WrongState(_("요청한 분의 계정이 사용 중지되었습니다."), hint=_("요청을 거절해 주십시오."))
        first = not has_members(request.organization_id)
        roles = [Role.ADMINISTRATOR, FIRST_ROLE[Kind.STARTUP]] if first else [Role.MEMBER]
        membership = _join(request.organization, request.user_id, actor, roles)
        told = Audience.members(membership.pk)
        announce("join_request.confirmed", membership, to=told, organization=request.organization.name)
    return request


def decline(*, request: JoinRequest, actor: Actor, reason: str) -> JoinRequest:
    """Say no; the person is told why by mail (there is no membership that a message could go to)."""
    with transition(request, "decline", actor, reason=reason) as request:
        request.reason = reason.strip()
        _tell(request, actor)
    return request


def _tell(request: JoinRequest, actor: Actor) -> None:
    user = request.user
    with translation.override(user.language):
        subject = _("참여 요청 결과: %(number)s") % {"number": request.business_no}
        facts = {"name": user.name, "number": request.business_no, "reason": request.reason}
        body = render_to_string("mail/join_declined.txt", facts)
    post_mail(actor=actor, event_id=request.pk, to=user.email, language=user.language, subject=subject, body=body)


def withdraw(*, request: JoinRequest, actor: Actor) -> JoinRequest:
    """The asker takes the request back. Raises NotAllowed for anybody else."""
    if request.user_id != actor.user_id:
        raise NotAllowed
    with system("the asker takes the request back"), transition(request, "withdraw", actor) as request:
        pass
    return request


def expire(*, request: JoinRequest, actor: Actor) -> None:
    """End a request that nobody answered in time; one that was answered, or has time left, stays as it is."""
    if request.state == State.REQUESTED and request.expires_at <= actor.now:
        with system("a join request ran out"), transition(request, "expire", actor):
            pass
