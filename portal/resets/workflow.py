"""Reset of a second factor: asked → confirmed (done) · declined · lapsed."""

from datetime import timedelta
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.kernel.errors import SamePerson
from portal.kernel.roles import Kind, Role, Who, operator
from portal.kernel.workflow import Guard, StateInfo, Transition, Workflow
from portal.organizations.actors import active_memberships

LASTS = timedelta(days=3)  # [ours]


class State(TextChoices):
    ASKED = "asked", pgettext_lazy("reset", "확인 대기")
    CONFIRMED = "confirmed", _("초기화 완료")
    DECLINED = "declined", pgettext_lazy("reset", "반려")
    LAPSED = "lapsed", pgettext_lazy("reset", "기한 지남")


def _over(reset: Any, actor: Any) -> Any:
    return (
        ""
        if reset.asked_at + LASTS > actor.now
        else _("요청한 지 3일이 지났습니다. 본인을 확인한 뒤 새로 요청해 주십시오.")
    )


def _oneself(reset: Any, actor: Any) -> Any:
    return _("자신의 2단계 인증은 스스로 초기화할 수 없습니다.") if reset.user_id == actor.user_id else ""


def _elsewhere(reset: Any, actor: Any) -> Any:
    """One organisation's administrators don't weaken an account that opens another's rooms."""
    if actor.kind == Kind.MINISTRY and actor.has(Role.OPERATOR):
        return ""
    mine = active_memberships(reset.user_id, actor.now)
    if all(m.organization_id == actor.organization_id for m in mine):
        return ""
    return _("다른 기관에서도 일하는 사람입니다. 중소벤처기업부의 시스템 운영자가 확인해야 합니다.")


_others = [*(Who(kind, frozenset({Role.ADMINISTRATOR}), "organization") for kind in Kind), operator]
_guards = [Guard("not_oneself", _oneself, SamePerson)]

WORKFLOW = Workflow(
    "second_factor_reset",
    State,
    {
        State.ASKED: StateInfo("warning", _others, _("요청한 사람이 아닌 다른 한 사람의 확인을 기다립니다.")),
        State.CONFIRMED: StateInfo(
            "success",
            [],
            _("2단계 인증이 지워졌고, 다음 로그인 때 새로 등록합니다."),
            requires=["confirmed_at", "confirmed_by"],
            final=True,
        ),
        State.DECLINED: StateInfo("neutral", [], _("초기화하지 않았습니다."), requires=["confirmed_at"], final=True),
        State.LAPSED: StateInfo("neutral", [], _("3일 안에 확인되지 않아 끝났습니다."), final=True),
    },
    Transition(
        "confirm",
        _("초기화 확인"),
        [State.ASKED],
        State.CONFIRMED,
        _others,
        stamp="confirmed",
        not_by=["asked"],
        guards=[*_guards, Guard("in_time", _over), Guard("not_elsewhere", _elsewhere)],
        weight="danger",
        confirm=_(
            "본인이 맞는지 전화나 대면으로 확인하셨습니까? 2단계 인증을 지우고 모든 로그인과 API 토큰을 끝냅니다."
        ),
    ),
    Transition(
        "decline",
        pgettext_lazy("action", "반려"),
        [State.ASKED],
        State.DECLINED,
        _others,
        needs=["reason"],
        stamp="confirmed",
        guards=_guards,
        weight="secondary",
    ),
    Transition("lapse", pgettext_lazy("reset", "기한 지남"), [State.ASKED], State.LAPSED, _others, hidden=True),
)
