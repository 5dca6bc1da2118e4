"""Proposing, confirming and declining merges. Nothing else moves what hangs on a startup."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from portal.audit import records
from portal.joining import operations as joining
from portal.joining.models import JoinRequest
from portal.joining.workflow import State as JoinState
from portal.kernel.errors import Invalid, WrongState
from portal.kernel.ids import new_id
from portal.kernel.roles import Kind, Role
from portal.merging.hanging import FILLS, MOVES, hanging
from portal.merging.models import StartupMerge
from portal.organizations.models import Invitation, Membership, Organization
from portal.organizations.operations import settle
from portal.organizations.queries import has_members, still
from portal.outbox.post import Audience, announce
from portal.outbox.transition import transition
from portal.security.actor import Actor, history, system
from portal.security.models import Block, Grant
from portal.security.policy import require


def propose(
    *, actor: Actor, duplicate: Organization, into: Organization, reason: str, id: UUID | None = None
) -> StartupMerge:
    """Propose that what hangs on `duplicate` goes to `into`; an approver confirms it.

    Raises Invalid where one is no startup, is merged already or both are the same, WrongState where it is proposed.
    """
    require(actor, "create", StartupMerge)
    faults = {}
    for name, organization in (("duplicate", duplicate), ("into", into)):
        if organization.kind != Kind.STARTUP or organization.merged_into_id:
            faults[name] = _("합쳐지지 않은 스타트업을 골라 주십시오.")
    if duplicate.pk == into.pk:
        faults["into"] = _("서로 다른 두 기업을 골라 주십시오.")
    if not reason.strip():
        faults["reason"] = _("이 항목을 적어 주십시오.")
    if faults:
        raise Invalid(fields=faults)
    made = StartupMerge(
        id=id or new_id(),
        duplicate=duplicate,
        into=into,
        reason=reason.strip(),
        proposed_at=actor.now,
        proposed_by_id=actor.user,
    )
    with transaction.atomic():
        with system("a merge of the same startup"):
            Organization.objects.select_for_update().get(pk=duplicate.pk)
            waiting = StartupMerge.objects.filter(duplicate=duplicate, state="proposed").exclude(pk=made.pk)
            if waiting.exists():
                raise WrongState(_("이 기업을 합치자는 제안이 이미 있습니다."), hint=_("목록에서 확인해 주십시오."))
        made.save(force_insert=True)
        announce("startup_merge.proposed", made, to=Audience.ministry(Role.APPROVER), name=duplicate.name)
    return made


def decline(*, merge: StartupMerge, actor: Actor, reason: str) -> StartupMerge:
    """Leave the two as they are; the reason stands in the history."""
    with transition(merge, "decline", actor, reason=reason) as merge:
        pass
    return merge


def confirm(*, merge: StartupMerge, actor: Actor) -> StartupMerge:
    """Move everything in one transaction. Raises Refusal where something stands in the way, SamePerson for whoever
    proposed it.

    Both startups are locked first: whoever writes a row that names one of them (an award, an application) waits, or
    is waited for and then counts.
    """
    with _told(), transaction.atomic():
        with system("two startups are locked"):
            pair = Organization.objects.filter(pk__in=[merge.duplicate_id, merge.into_id]).order_by("pk")
            list(pair.select_for_update())
        merge.refresh_from_db()
        with transition(merge, "confirm", actor) as merge:
            pass
        with system("two startups become one"), history(transition="startup_merge.move"):
            _move(merge)
            _take_in(merge, actor)
            _close(merge, actor)
            settle()
        announce("startup_merge.confirmed", merge.into, to=Audience.of(merge.into_id), name=merge.duplicate.name)
    return merge


@contextmanager
def _told() -> Iterator[None]:
    """What only the database has seen: a row that came in between, or a table's own rule."""
    try:
        yield
    except IntegrityError as fault:
        raise WrongState(
            _("옮길 수 없는 자료가 있어 합치지 못했습니다. 아무것도 바뀌지 않았습니다."),
            hint=_("화면을 새로 고쳐 무엇이 걸리는지 확인해 주십시오."),
        ) from fault


def _move(merge: StartupMerge) -> None:
    moved = {}
    with connection.cursor() as cursor:
        for hang in hanging():
            if not (hang.how == MOVES or (hang.how == FILLS and not hang.of(merge.into).exists())):
                continue
            cursor.execute("SELECT merging_move(%s, %s, %s)", [merge.pk, hang.model._meta.db_table, hang.column])
            if count := cursor.fetchone()[0]:
                moved[hang.model._meta.label_lower] = count
    for model in (Grant, Block):
        _copy(model, "subject_id", merge)
        _copy(model, "organization_id", merge)
    merge.moved = moved


def _copy(model: type[Grant] | type[Block], column: str, merge: StartupMerge) -> None:
    """What is open or closed about the duplicate, or to it, is so for the startup that stays."""
    for row in model.objects.filter(**{column: merge.duplicate_id}):
        values = {f.attname: getattr(row, f.attname) for f in model._meta.concrete_fields if f.name != "id"}
        model.objects.get_or_create(**(values | {column: merge.into_id}))


def _take_in(merge: StartupMerge, actor: Actor) -> None:
    """The duplicate's members work for the startup that stays; whoever does already keeps the roles there. Nobody
    becomes an administrator where there is one; a mandate ends.
    """
    led = has_members(merge.into_id)
    members = Membership.objects.filter(still(actor.now), organization=merge.duplicate)
    for old in members.select_for_update(of=("self",)):
        there = Membership.objects.filter(still(actor.now), organization=merge.into, user_id=old.user_id).exists()
        if not there and not old.is_mandate:
            roles = set(old.roles) - ({str(Role.ADMINISTRATOR)} if led else set())
            Membership(
                user_id=old.user_id,
                organization=merge.into,
                roles=sorted(roles or {str(Role.MEMBER)}),
                started_at=actor.now,
                granted_at=actor.now,
                granted_by_id=actor.user,
            ).save(force_insert=True)
        old.ended_at = max(actor.now, old.started_at)
        old.save(update_fields=["ended_at"])


def _close(merge: StartupMerge, actor: Actor) -> None:
    """The duplicate takes nobody in any more, and says where it went."""
    Organization.objects.filter(Q(pk=merge.duplicate_id) | Q(merged_into=merge.duplicate_id)).update(
        merged_into=merge.into_id
    )
    unused = Invitation.objects.filter(organization=merge.duplicate, accepted_at=None, revoked_at=None)
    unused.update(revoked_at=actor.now)
    elsewhere = _("다른 기업으로 합쳐졌습니다. 그 기업에 요청해 주십시오.")
    waiting = JoinRequest.objects.filter(organization=merge.duplicate, state=JoinState.REQUESTED)
    for request in waiting.filter(expires_at__gt=actor.now):
        joining.decline(request=request, actor=actor, reason=elsewhere)
    merge.moved_at = actor.now
    merge.save(update_fields=["moved", "moved_at"])
    records.note(records.Act.CHANGE, merge, actor=actor, owner_id=merge.into_id)
