"""Who may do what with organisations, memberships and invitations."""

from portal.kernel.roles import Kind, Role, Who, officer, operator
from portal.organizations.models import Invitation, Membership, Organization
from portal.security.policy import Allow, Policy, register


def administrators_of(party: str) -> list[Who]:
    """The administrators of the organisation, whatever its kind."""
    return [Who(kind, frozenset({Role.ADMINISTRATOR}), party) for kind in Kind]


# The ministry and the foundation act through their own people only.
GIVERS = frozenset({Role.ADMINISTRATOR, Role.REPRESENTATIVE})
center = Who(Kind.CENTER, frozenset({Role.HEAD, Role.COORDINATOR}))

register(
    Policy(
        Organization,
        actions={
            "create": Allow([operator, officer]),
            "edit": Allow([operator, officer, *administrators_of("itself")]),
            "verify": Allow([officer, center]),
            "appoint": Allow([operator, officer]),
        },
    )
)
register(
    Policy(
        Membership,
        actions={
            "change_roles": Allow(administrators_of("organization")),
            "end": Allow(administrators_of("organization")),
            "end_sessions": Allow([*administrators_of("organization"), operator]),
            "review": Allow(administrators_of("organization")),
            "give_back": Allow([Who(kind, frozenset(), holder="itself") for kind in Kind]),
            "reset_second_factor": Allow([*administrators_of("organization"), operator]),
        },
    )
)
register(
    Policy(
        Invitation,
        actions={
            "invite": Allow(administrators_of("organization")),
            "mandate": Allow([Who(kind, GIVERS) for kind in (Kind.STARTUP, Kind.CORPORATION, Kind.CENTER)]),
            "revoke": Allow(administrators_of("organization")),
        },
    )
)
