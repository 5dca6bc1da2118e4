"""The pages of merges."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.merging import operations
from portal.merging.forms import MergeForm
from portal.merging.hanging import obstacles, preview
from portal.merging.models import StartupMerge
from portal.merging.tables import MergeFilter, MergeTable
from portal.merging.workflow import State
from portal.organizations.models import Membership
from portal.organizations.queries import still
from portal.security.actor import Actor, system
from portal.web.page import Fact
from portal.web.rooms import Create, Room, Step, register


def facts(merge: StartupMerge, actor: Actor) -> list[Fact]:
    found = [
        Fact(_("합쳐질 기업"), f"{merge.duplicate} ({merge.duplicate.business_no or '-'})"),
        Fact(_("남을 기업"), f"{merge.into} ({merge.into.business_no or '-'})"),
        Fact(_("사유"), merge.reason),
        Fact(_("제안한 사람"), merge.proposed_by.name),
        Fact(_("제안"), merge.proposed_at),
        Fact(_("처리한 사람"), merge.decided_by.name if merge.decided_by else ""),
        Fact(_("처리"), merge.decided_at),
    ]
    if merge.state == State.PROPOSED:
        found += _ahead(merge, actor)
    return found


def _ahead(merge: StartupMerge, actor: Actor) -> list[Fact]:
    """What would move, and what stands in the way: counts, no contents."""
    with system("the preview of a merge"):
        members = Membership.objects.filter(still(actor.now), organization=merge.duplicate).count()
        moving, hindering = preview(merge.duplicate), obstacles(merge.duplicate, merge.into)
    lines = [f"{name} {count}" for name, count in [(_("구성원"), members), *moving]]
    return [
        Fact(_("옮겨질 자료"), ", ".join(lines)),
        Fact(_("걸리는 것"), " ".join(hindering) or _("없음")),
    ]


ROOM = register(
    Room(
        name="startup-merges",
        model=StartupMerge,
        param="merge",
        title=gettext_lazy("중복 기업 합치기"),
        titled=lambda m: f"{m.duplicate} → {m.into}",
        lead=gettext_lazy("두 번 등록된 스타트업을 하나로 합칩니다. 담당자가 제안하고 승인권자가 확인합니다."),
        table=MergeTable,
        filterset=MergeFilter,
        facts=facts,
        related=("duplicate", "into", "proposed_by", "decided_by"),
        create=Create(operations.propose, MergeForm, gettext_lazy("합치기 제안")),
        order=("-proposed_at", "-id"),
        steps={"confirm": Step(operations.confirm), "decline": Step(operations.decline)},
        fresh=["confirm"],
        owner="duplicate",
        empty=gettext_lazy("합치자는 제안이 없습니다."),
        api_fields=["duplicate", "into", "reason", "state", "proposed_at", "decided_at", "moved_at"],
    )
)
