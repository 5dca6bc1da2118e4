"""What can happen to a legal case. Messages name the case's number only: no counterparty, no question."""

from datetime import date
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from agreements.legal.models import LegalCase, Note
from portal.kernel.errors import Conflict, Invalid
from portal.kernel.formats import SEOUL
from portal.kernel.ids import new_id
from portal.kernel.roles import Role
from portal.organizations.models import Membership
from portal.outbox.post import Audience, announce
from portal.outbox.transition import transition
from portal.security.actor import Actor, history, system
from portal.security.models import Block
from portal.security.policy import require

_NUMBERS = 0x4C45474C  # the advisory lock under which numbers are given


def ask(
    *,
    actor: Actor,
    subject: str,
    counterparty: str,
    question: str,
    wanted_on: date | None = None,
    urgent: bool = False,
    id: UUID | None = None,
) -> LegalCase:
    """Ask for legal advice; tells the foundation's case managers only. Raises Invalid for a past day."""
    require(actor, "create", LegalCase)
    if wanted_on and wanted_on < actor.now.astimezone(SEOUL).date():
        raise Invalid(fields={"wanted_on": _("지난 날짜입니다. 오늘 이후의 날짜를 적어 주십시오.")})
    case = LegalCase(
        id=id or new_id(),
        startup_id=actor.organization,
        startup_name=actor.organization_name,
        subject=subject,
        counterparty=counterparty,
        question=question,
        wanted_on=wanted_on,
        urgent=urgent,
        received_at=actor.now,
        received_by_id=actor.user,
    )
    with transaction.atomic():
        case.number = _number(actor)
        case.save(force_insert=True)
        announce("legal.received", case, to=Audience.foundation(Role.CASE_MANAGER), number=case.number)
    return case


def _number(actor: Actor) -> str:
    """The next number of the year, such as L2025-001. Whoever asks at the same time waits until this one is stored."""
    prefix = f"L{actor.now.astimezone(SEOUL).year}-"
    with system("a legal case's number"):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_NUMBERS])
        return f"{prefix}{LegalCase.objects.filter(number__startswith=prefix).count() + 1:03d}"


def assign(*, case: LegalCase, actor: Actor, advisor: Membership, conflict_checked: bool) -> LegalCase:
    """Give the case to an advisor of the foundation, after the conflict check.

    Raises Invalid where the check is not confirmed or the advisor is none any more, Conflict where a Block stands
    between the advisor and the case or its startup.
    """
    require(actor, "assign", case)
    if not conflict_checked:
        raise Invalid(fields={"conflict_checked": _("자문위원과 상대방의 이해충돌을 확인한 뒤 표시해 주십시오.")})
    name = _advisor_name(case, advisor, actor)
    with history(conflict_checked="yes"), transition(case, "assign", actor, advisor=advisor) as case:
        case.advisor_name = name
        announce("legal.assigned", case, to=_to_startup(case), number=case.number)
        announce("legal.to_answer", case, to=Audience.members(advisor.pk), number=case.number)
    return case


def _advisor_name(case: LegalCase, advisor: Membership, actor: Actor) -> str:
    with system("an advisor's standing"):
        still = Q(ended_at=None) | Q(ended_at__gt=actor.now)
        found = Membership.objects.filter(still, pk=advisor.pk, organization_id=actor.organization_id)
        member = found.filter(roles__contains=[Role.ADVISOR], user__is_active=True).select_related("user").first()
        if member is None:
            raise Invalid(fields={"advisor": _("현재 활동 중인 자문위원이 아닙니다. 다른 자문위원을 선택해 주십시오.")})
        holder = Q(user_id=member.user_id) | Q(organization_id=member.organization_id)
        if Block.objects.filter(holder, subject_id__in=[case.pk, case.startup_id]).exists():
            raise Conflict(
                _("이해충돌이 등록되어 있어 이 자문위원에게 배정할 수 없습니다."),
                hint=_("다른 자문위원을 선택해 주십시오."),
            )
        return str(member.user.name)


def answer(*, case: LegalCase, actor: Actor, opinion: str) -> LegalCase:
    """Give the opinion; tells the startup that there is one."""
    with transition(case, "answer", actor, opinion=opinion) as case:
        _write(case, actor, opinion)
        announce("legal.answered", case, to=_to_startup(case), number=case.number)
    return case


def ask_more(*, case: LegalCase, actor: Actor, further_question: str) -> LegalCase:
    """Ask again; tells the advisor."""
    with transition(case, "ask_more", actor, further_question=further_question) as case:
        _write(case, actor, further_question)
        assert case.advisor_id is not None  # held by the database
        announce("legal.to_answer", case, to=Audience.members(case.advisor_id), number=case.number)
    return case


def close(*, case: LegalCase, actor: Actor) -> LegalCase:
    with transition(case, "close", actor) as case:
        announce("legal.closed", case, to=Audience.foundation(Role.CASE_MANAGER), number=case.number)
    return case


def _write(case: LegalCase, actor: Actor, text: str) -> None:
    Note(
        case=case,
        startup_id=case.startup_id,
        advisor_id=case.advisor_id,
        author_id=actor.user,
        author_name=actor.name,
        text=text,
        written_at=actor.now,
    ).save(force_insert=True)


def _to_startup(case: LegalCase) -> Audience:
    return Audience.of(case.startup_id, roles=(Role.REPRESENTATIVE, Role.MEMBER))
