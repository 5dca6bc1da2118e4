"""Application: the programme's central record, one startup × one demand."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.kernel.roles import Kind, manager_of, officer, representative_of, startup_of
from portal.kernel.workflow import StateInfo, Transition, View, Workflow
from portal.organizations.standing import VERIFIED
from programs.plans.windows import within


class State(TextChoices):
    DRAFT = "draft", _("작성 중")
    SUBMITTED = "submitted", _("제출")
    RETURNED = "returned", _("보완 요청")
    ELIGIBLE = "eligible", _("요건 충족")
    INELIGIBLE = "ineligible", _("요건 미충족")
    INVITED = "invited", _("밋업 초대")
    MET = "met", _("밋업 완료")
    SELECTED = "selected", pgettext_lazy("state", "선정")
    WAITING = "waiting", _("예비 선정")
    NOT_SELECTED = "not_selected", _("미선정")
    WITHDRAWN = "withdrawn", _("철회")


HANDED_IN = [s for s in State if s not in (State.DRAFT, State.WITHDRAWN)]
WITH_CORPORATION = [State.ELIGIBLE, State.INVITED, State.MET, State.SELECTED, State.WAITING, State.NOT_SELECTED]
_representative, _startup, _manager = representative_of("startup"), startup_of("startup"), manager_of("corporation")
_evaluating = {Kind.STARTUP: View(_("평가 진행 중"), _("평가가 끝나면 결과를 알려 드립니다."))}
_at = ["submitted_at", "submitted_by"]

WORKFLOW = Workflow(
    "application",
    State,
    {
        State.DRAFT: StateInfo("neutral", [_startup], _("내용을 채워 대표자가 제출해 주십시오.")),
        State.SUBMITTED: StateInfo(
            "info",
            [officer],
            _("담당자가 신청 요건을 확인합니다."),
            requires=_at,
            views={Kind.MINISTRY: View(_("요건 확인 대기"), _("요건을 확인해 주십시오."))},
        ),
        State.RETURNED: StateInfo(
            "warning",
            [_startup],
            _("의견을 반영하여 다시 제출해 주십시오."),
            requires=_at,
            views={Kind.MINISTRY: View(_("보완 요청함"), _("스타트업의 재제출을 기다립니다."))},
        ),
        State.ELIGIBLE: StateInfo(
            "info",
            [_manager],
            _("수요 기업이 밋업 대상을 정합니다."),
            requires=_at,
            views={Kind.CORPORATION: View(_("검토 대상"), _("밋업에 초대할지 정해 주십시오."))},
        ),
        State.INELIGIBLE: StateInfo("danger", [], _("신청 요건을 충족하지 못했습니다."), requires=_at, final=True),
        State.INVITED: StateInfo(
            "success",
            [officer],
            _("밋업 일정을 기다려 주십시오."),
            requires=_at,
            views={Kind.MINISTRY: View(_("밋업 초대"), _("밋업의 시간과 테이블을 배치해 주십시오."))},
        ),
        State.MET: StateInfo("info", [_manager], _("수요 기업이 평가합니다."), requires=_at, views=_evaluating),
        State.SELECTED: StateInfo(
            "success",
            [],
            _("선정되었습니다. 협약과 자금 절차를 안내해 드립니다."),
            requires=[*_at, "decided_at"],
            final=True,
        ),
        State.WAITING: StateInfo(
            "warning", [], _("결원이 생기면 차례로 안내해 드립니다."), requires=[*_at, "decided_at"]
        ),
        State.NOT_SELECTED: StateInfo(
            "neutral",
            [],
            _("선정되지 않았습니다. 결과 통지서에서 사유를 확인해 주십시오."),
            requires=[*_at, "decided_at"],
            final=True,
        ),
        State.WITHDRAWN: StateInfo("neutral", [], _("철회되었습니다."), final=True),
    },
    Transition(
        "submit",
        pgettext_lazy("action", "제출"),
        [State.DRAFT, State.RETURNED],
        State.SUBMITTED,
        [_representative],
        stamp="submitted",
        guards=[within("application")],
        confirm=_(
            "제출하면 보완 요청이 있을 때까지 고칠 수 없습니다. "
            "요건이 확인되면 신청서와 기업 프로필이 수요 기업에 제공됩니다. 제출하시겠습니까?"
        ),
    ),
    Transition(
        "return_",
        pgettext_lazy("action", "보완 요청"),
        [State.SUBMITTED],
        State.RETURNED,
        [officer],
        needs=["reason"],
        weight="secondary",
    ),
    Transition(
        "admit",
        pgettext_lazy("action", "요건 충족"),
        [State.SUBMITTED],
        State.ELIGIBLE,
        [officer],
        guards=[VERIFIED],
    ),
    Transition(
        "refuse",
        pgettext_lazy("action", "요건 미충족"),
        [State.SUBMITTED],
        State.INELIGIBLE,
        [officer],
        needs=["reason"],
        weight="danger",
    ),
    Transition("invite", pgettext_lazy("action", "밋업 초대"), [State.ELIGIBLE], State.INVITED, [_manager]),
    Transition("mark_met", _("밋업 완료"), [State.INVITED], State.MET, [officer, _manager], hidden=True),
    Transition(
        "select",
        pgettext_lazy("state", "선정"),
        [State.MET, State.WAITING],
        State.SELECTED,
        [officer],
        stamp="decided",
        hidden=True,
    ),
    Transition("wait", _("예비 선정"), [State.MET], State.WAITING, [officer], stamp="decided", hidden=True),
    Transition(
        "decline", _("미선정"), [State.MET, State.WAITING], State.NOT_SELECTED, [officer], stamp="decided", hidden=True
    ),
    Transition(
        "withdraw",
        pgettext_lazy("action", "철회"),
        [State.DRAFT, State.SUBMITTED, State.RETURNED, State.ELIGIBLE, State.INVITED, State.MET, State.WAITING],
        State.WITHDRAWN,
        [_representative],
        needs=["reason"],
        weight="danger",
    ),
)
