"""Join request: requested → confirmed · declined · withdrawn · expired; founded where the startup was new."""

from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.kernel.roles import Kind, Role, Who, operator
from portal.kernel.workflow import Guard, StateInfo, Transition, Workflow
from portal.organizations.queries import has_members


class State(TextChoices):
    REQUESTED = "requested", _("확인 대기")
    CONFIRMED = "confirmed", pgettext_lazy("join", "확인")
    DECLINED = "declined", _("거절")
    WITHDRAWN = "withdrawn", _("철회")
    EXPIRED = "expired", _("기한 지남")
    FOUNDED = "founded", _("새로 등록")


_administrator = Who(Kind.STARTUP, frozenset({Role.ADMINISTRATOR}), "organization")


def _over(request: Any, actor: Any) -> Any:
    return "" if request.expires_at > actor.now else _("요청의 기한이 지났습니다. 요청한 분이 다시 요청해야 합니다.")


def _has_its_own(request: Any, actor: Any) -> Any:
    """The operator stands in only where a startup has nobody who could answer."""
    if actor.organization_id == request.organization_id or not has_members(request.organization_id):
        return ""
    return _("이 기관에는 구성원이 있습니다. 요청은 그 기관의 관리자가 처리합니다.")


_answer = [Guard("in_time", _over), Guard("own_administrator", _has_its_own)]

WORKFLOW = Workflow(
    "join_request",
    State,
    {
        State.REQUESTED: StateInfo("info", [_administrator], _("기관 관리자의 확인을 기다립니다.")),
        State.CONFIRMED: StateInfo("success", [], _("구성원이 되었습니다."), requires=["decided_at"], final=True),
        State.DECLINED: StateInfo(
            "danger", [], _("요청을 받아들이지 않았습니다."), requires=["decided_at"], final=True
        ),
        State.WITHDRAWN: StateInfo("neutral", [], _("요청한 분이 거두었습니다."), final=True),
        State.EXPIRED: StateInfo("neutral", [], _("기한 안에 답이 없어 끝났습니다."), final=True),
        State.FOUNDED: StateInfo("success", [], _("새 스타트업으로 등록되었습니다."), final=True),
    },
    Transition(
        "confirm",
        pgettext_lazy("join", "확인"),
        [State.REQUESTED],
        State.CONFIRMED,
        [_administrator, operator],
        stamp="decided",
        guards=_answer,
        confirm=_("요청한 분이 우리 기관의 구성원이 되어 자료를 보게 됩니다. 아는 사람이 맞습니까?"),
    ),
    Transition(
        "decline",
        pgettext_lazy("action", "거절"),
        [State.REQUESTED],
        State.DECLINED,
        [_administrator, operator],
        needs=["reason"],
        stamp="decided",
        guards=_answer,
        weight="danger",
    ),
    Transition(
        "withdraw",
        pgettext_lazy("action", "철회"),
        [State.REQUESTED],
        State.WITHDRAWN,
        [_administrator],
        hidden=True,
    ),
    Transition("expire", _("기한 지남"), [State.REQUESTED], State.EXPIRED, [_administrator], hidden=True),
    Transition("found", _("새로 등록"), [State.REQUESTED], State.FOUNDED, [_administrator], hidden=True),
)
