"""Kinds of organisation and the roles inside them (design: domain §2), and `Who`: a set of actors as data."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Kind(TextChoices):
    MINISTRY = "ministry", _("중소벤처기업부")
    CORPORATION = "corporation", _("수요 대기업")
    STARTUP = "startup", _("스타트업")
    CENTER = "center", _("창조경제혁신센터")
    FOUNDATION = "foundation", _("상생협력재단")


class Role(TextChoices):
    OFFICER = "officer", _("담당자")
    APPROVER = "approver", _("승인권자")
    FINANCE = "finance", _("지급담당")
    AUDITOR = "auditor", _("감사")
    OPERATOR = "operator", _("시스템 운영")
    MANAGER = "manager", _("협업 담당자")
    EVALUATOR = "evaluator", _("평가위원")
    SIGNATORY = "signatory", _("서명권자")
    REPRESENTATIVE = "representative", _("대표")
    MEMBER = "member", _("실무자")
    HEAD = "head", _("센터장")
    COORDINATOR = "coordinator", _("전담 코디네이터")
    CASE_MANAGER = "case_manager", _("접수 담당")
    ADVISOR = "advisor", _("자문위원")
    ADMINISTRATOR = "administrator", _("기관 관리자")


ROLES_OF: dict[Kind, frozenset[Role]] = {
    Kind.MINISTRY: frozenset({Role.OFFICER, Role.APPROVER, Role.FINANCE, Role.AUDITOR, Role.OPERATOR}),
    Kind.CORPORATION: frozenset({Role.MANAGER, Role.EVALUATOR, Role.SIGNATORY}),
    Kind.STARTUP: frozenset({Role.REPRESENTATIVE, Role.MEMBER}),
    Kind.CENTER: frozenset({Role.HEAD, Role.COORDINATOR}),
    Kind.FOUNDATION: frozenset({Role.CASE_MANAGER, Role.ADVISOR}),
}
"""Which roles a kind of organisation knows; each also knows ADMINISTRATOR."""

# Nobody holds the two sides of a pair in one organisation (domain §2: maker and checker of the programme's money).
INCOMPATIBLE_ROLES: tuple[frozenset[Role], ...] = (
    frozenset({Role.OFFICER, Role.APPROVER}),
    frozenset({Role.APPROVER, Role.FINANCE}),
    frozenset({Role.OFFICER, Role.FINANCE}),
)

# Whose account opens public money, contracts or others' secrets [ours, after the sector's security guideline].
SECOND_FACTOR_KINDS = frozenset({Kind.MINISTRY, Kind.FOUNDATION})
SECOND_FACTOR_ROLES = frozenset({Role.SIGNATORY, Role.REPRESENTATIVE})


def needs_second_factor(kind: Kind | str, roles: Iterable[Role | str]) -> bool:
    """Ministry and foundation always; elsewhere whoever signs or handles money."""
    return kind in SECOND_FACTOR_KINDS or not SECOND_FACTOR_ROLES.isdisjoint(Role(role) for role in roles)


@dataclass(frozen=True, slots=True)
class Who:
    """A set of actors: of a kind, with one of the roles, standing in a relation to the object.

    `party` names the object's attribute that holds an organisation's id ("" = no relation asked),
    `holder` the one that holds a membership's id. An empty `roles` means any role.
    """

    kind: Kind
    roles: frozenset[Role] = field(default_factory=frozenset)
    party: str = ""
    holder: str = ""

    def admits(self, actor: Any, obj: Any = None) -> bool:
        """Whether the actor belongs to the set; with `obj`, also whether the relation holds."""
        if actor.kind != self.kind or (self.roles and not self.roles & actor.roles):
            return False
        if obj is None:
            return True
        return (not self.party or getattr(obj, f"{self.party}_id") == actor.organization_id) and (
            not self.holder or getattr(obj, f"{self.holder}_id") == actor.membership_id
        )


def _who(kind: Kind, roles: Iterable[Role], party: str = "", holder: str = "") -> Who:
    return Who(kind, frozenset(roles), party, holder)


officer = _who(Kind.MINISTRY, [Role.OFFICER])
approver = _who(Kind.MINISTRY, [Role.APPROVER])
finance = _who(Kind.MINISTRY, [Role.FINANCE])
auditor = _who(Kind.MINISTRY, [Role.AUDITOR])
operator = _who(Kind.MINISTRY, [Role.OPERATOR])


def manager_of(party: str) -> Who:
    return _who(Kind.CORPORATION, [Role.MANAGER], party)


def evaluator(holder: str) -> Who:
    return _who(Kind.CORPORATION, [Role.EVALUATOR], holder=holder)


def representative_of(party: str) -> Who:
    return _who(Kind.STARTUP, [Role.REPRESENTATIVE], party)


def startup_of(party: str) -> Who:
    return _who(Kind.STARTUP, [Role.REPRESENTATIVE, Role.MEMBER], party)


def coordinator_of(party: str) -> Who:
    return _who(Kind.CENTER, [Role.HEAD, Role.COORDINATOR], party)


case_manager = _who(Kind.FOUNDATION, [Role.CASE_MANAGER])


def advisor(holder: str) -> Who:
    return _who(Kind.FOUNDATION, [Role.ADVISOR], holder=holder)
