"""Recommendation: draft → consent requested → submitted → (returned) → accepted · rejected; withdrawn."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.kernel.roles import Kind, coordinator_of, officer, representative_of
from portal.kernel.workflow import StateInfo, Transition, View, Workflow
from portal.organizations.standing import VERIFIED
from programs.plans.windows import within


class State(TextChoices):
    DRAFT = "draft", _("작성 중")
    CONSENT_REQUESTED = "consent_requested", _("동의 요청")
    SUBMITTED = "submitted", _("제출")
    RETURNED = "returned", _("보완 요청")
    ACCEPTED = "accepted", _("접수 완료")
    REJECTED = "rejected", _("반려")
    WITHDRAWN = "withdrawn", _("철회")


HANDED_IN = [State.SUBMITTED, State.RETURNED, State.ACCEPTED, State.REJECTED]
_center, _startup = coordinator_of("center"), representative_of("startup")


WORKFLOW = Workflow(
    "recommendation",
    State,
    {
        State.DRAFT: StateInfo("neutral", [_center], _("스타트업에 정보 제공 동의를 요청해 주십시오.")),
        State.CONSENT_REQUESTED: StateInfo(
            "info",
            [_startup],
            _("스타트업의 동의를 기다립니다."),
            requires=["requested_at"],
            views={Kind.STARTUP: View(_("동의 필요"), _("추천에 동의하시면 기업 정보가 제공됩니다."))},
        ),
        State.SUBMITTED: StateInfo(
            "info",
            [officer],
            _("담당자가 검토합니다."),
            requires=["consented_at", "submitted_at"],
            views={Kind.MINISTRY: View(_("검토 대기"), _("검토하여 접수하거나 보완을 요청해 주십시오."))},
        ),
        State.RETURNED: StateInfo(
            "warning", [_center], _("의견을 반영하여 다시 제출해 주십시오."), requires=["consented_at"]
        ),
        State.ACCEPTED: StateInfo(
            "success",
            [],
            _("수요 기업에 추천되었습니다."),
            requires=["consented_at", "decided_at"],
            views={Kind.STARTUP: View(_("추천됨"), _("신청서를 제출해 주십시오."))},
        ),
        State.REJECTED: StateInfo("danger", [], _("반려되었습니다."), requires=["decided_at"], final=True),
        State.WITHDRAWN: StateInfo("neutral", [], _("철회되었습니다."), final=True),
    },
    Transition(
        "request_consent",
        pgettext_lazy("action", "동의 요청"),
        [State.DRAFT],
        State.CONSENT_REQUESTED,
        [_center],
        stamp="requested",
    ),
    Transition(
        "consent",
        _("동의"),
        [State.CONSENT_REQUESTED],
        State.SUBMITTED,
        [_startup],
        stamp="consented",
        guards=[VERIFIED],
        confirm=_("추천 센터와 수요 기업에 기업 정보가 제공됩니다. 동의하시겠습니까?"),
    ),
    Transition("resubmit", _("다시 제출"), [State.RETURNED], State.SUBMITTED, [_center]),
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
        "accept", pgettext_lazy("action", "접수"), [State.SUBMITTED], State.ACCEPTED, [officer], stamp="decided"
    ),
    Transition(
        "reject",
        pgettext_lazy("action", "반려"),
        [State.SUBMITTED],
        State.REJECTED,
        [officer],
        needs=["reason"],
        stamp="decided",
        weight="danger",
    ),
    Transition(
        "withdraw",
        pgettext_lazy("action", "철회"),
        [State.DRAFT, State.CONSENT_REQUESTED, State.SUBMITTED, State.RETURNED],
        State.WITHDRAWN,
        [_center, _startup],
        needs=["reason"],
        weight="danger",
    ),
    Transition(
        "revoke",
        pgettext_lazy("action", "동의 철회"),
        [State.ACCEPTED],
        State.WITHDRAWN,
        [_startup],
        needs=["reason"],
        weight="danger",
    ),
)


class UploadState(TextChoices):
    CHECKING = "checking", _("확인 중")
    CHECKED = "checked", _("확인 완료")
    REFUSED = "refused", _("오류 있음")
    FAILED = "failed", _("확인 실패")
    CONFIRMING = "confirming", _("반영 중")
    CONFIRMED = "confirmed", _("반영 완료")
    DISCARDED = "discarded", _("반영 안 함")


UPLOAD_WORKFLOW = Workflow(
    "recommendation_upload",
    UploadState,
    {
        UploadState.CHECKING: StateInfo("info", [], _("파일을 확인하고 있습니다.")),
        UploadState.CHECKED: StateInfo(
            "success", [_center], _("내용을 확인하고 반영해 주십시오."), requires=["checked_at"]
        ),
        UploadState.REFUSED: StateInfo(
            "danger", [_center], _("오류를 고친 파일을 다시 올려 주십시오."), requires=["checked_at"], final=True
        ),
        UploadState.FAILED: StateInfo(
            "danger", [_center], _("시스템 문제로 확인하지 못했습니다. 다시 확인해 주십시오.")
        ),
        UploadState.CONFIRMING: StateInfo("info", [], _("모든 행을 반영하고 있습니다."), requires=["checked_at"]),
        UploadState.CONFIRMED: StateInfo(
            "success", [], _("모든 행이 반영되었습니다."), requires=["checked_at", "confirmed_at"], final=True
        ),
        UploadState.DISCARDED: StateInfo("neutral", [], _("이 파일은 반영하지 않았습니다."), final=True),
    },
    Transition("pass_check", _("확인 완료"), [UploadState.CHECKING], UploadState.CHECKED, [_center], hidden=True),
    Transition("fail_check", _("오류 있음"), [UploadState.CHECKING], UploadState.REFUSED, [_center], hidden=True),
    Transition("give_up_check", _("확인 실패"), [UploadState.CHECKING], UploadState.FAILED, [_center], hidden=True),
    Transition("check_again", _("다시 확인"), [UploadState.FAILED], UploadState.CHECKING, [_center]),
    Transition(
        "confirm",
        _("반영 시작"),
        [UploadState.CHECKED],
        UploadState.CONFIRMING,
        [_center],
        guards=[within("recommendation")],
        confirm=_("모든 행을 추천으로 반영하고 스타트업에 동의를 요청합니다. 반영하시겠습니까?"),
    ),
    Transition(
        "finish",
        _("반영 완료"),
        [UploadState.CONFIRMING],
        UploadState.CONFIRMED,
        [_center],
        stamp="confirmed",
        hidden=True,
    ),
    Transition("stop", _("반영 중단"), [UploadState.CONFIRMING], UploadState.CHECKED, [_center], hidden=True),
    Transition(
        "discard",
        _("반영하지 않기"),
        [UploadState.CHECKED, UploadState.FAILED],
        UploadState.DISCARDED,
        [_center],
        weight="tertiary",
        confirm=_("이 파일을 반영하지 않고 끝냅니다. 계속하시겠습니까?"),
    ),
)
