"""What waits on approvers, what a merge does with the ground floor's rows, and the messages about merges."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.documents.models import Batch, Document
from portal.files.models import File
from portal.joining.models import JoinRequest
from portal.kernel.roles import Kind, Role
from portal.merging.hanging import moves, stays
from portal.merging.models import StartupMerge
from portal.merging.workflow import State
from portal.notifications.messages import declare
from portal.organizations.models import Invitation, Membership, MembershipUse, Organization
from portal.resets.models import SecondFactorReset
from portal.rolereviews.models import RoleReview
from portal.security import policy
from portal.security.actor import Actor
from portal.web.page import Action, Fact, Todo
from portal.web.registry import NavItem, add_actions, add_facts, add_nav, add_todos
from portal.webhooks.models import Delivery, Webhook


def todos(actor: Actor) -> Iterable[Todo]:
    if not policy.admits(actor, "confirm", StartupMerge):
        return
    waiting = StartupMerge.objects.visible_to(actor).filter(state=State.PROPOSED).select_related("duplicate")
    for merge in waiting.exclude(proposed_by=actor.user_id).order_by("proposed_at", "id")[:20]:
        title = _("중복 기업 합치기 확인: %(name)s") % {"name": merge.duplicate}
        yield Todo(title, reverse("startup-merges:detail", args=[merge.pk]))


def actions(organization: Organization, actor: Actor) -> Iterable[Action]:
    if organization.kind != Kind.STARTUP or organization.merged_into_id:
        return
    if policy.admits(actor, "create", StartupMerge):
        address = f"{reverse('startup-merges:new')}?duplicate={organization.pk}"
        yield Action("merge", _("중복 기업으로 합치기"), address, weight="tertiary")


def facts(organization: Organization, _actor: Actor) -> Iterable[Fact]:
    if organization.merged_into_id:
        yield Fact(_("합쳐진 곳"), organization.merged_into)


def register() -> None:
    add_todos("merging", todos)
    add_actions(Organization, actions)
    add_facts(Organization, facts)
    add_nav(
        NavItem(
            gettext_lazy("중복 기업 합치기"),
            "startup-merges:list",
            kinds=frozenset({Kind.MINISTRY}),
            roles=frozenset({Role.OFFICER, Role.APPROVER}),
            order=81,
        )
    )
    moves((File, "owner"), (Document, "owner"))
    stays(
        (Membership, "organization"), (MembershipUse, "organization"), (RoleReview, "organization"),
        (Invitation, "organization"), (JoinRequest, "organization"), (SecondFactorReset, "organization"),
        (Webhook, "organization"), (Delivery, "organization"), (StartupMerge, "duplicate"), (StartupMerge, "into"),
        (Batch, "owner"),
    )  # fmt: skip
    declare(
        "startup_merge.proposed",
        title=gettext_lazy("중복 기업 합치기 확인: %(name)s"),
        body=gettext_lazy("두 번 등록된 스타트업을 합치자는 제안입니다. 같은 기업인지 확인해 주십시오."),
        url_name="startup-merges:detail",
    )
    declare(
        "startup_merge.confirmed",
        title=gettext_lazy("기업이 합쳐졌습니다: %(name)s"),
        body=gettext_lazy("두 번 등록된 우리 기업이 하나로 합쳐졌습니다. 자료와 구성원을 확인해 주십시오."),
        url_name="organizations:detail",
    )
