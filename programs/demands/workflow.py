"""Demand: draft → submitted → (returned → submitted) → published → closed; withdrawn."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.kernel.roles import Kind, manager_of, officer
from portal.kernel.workflow import StateInfo, Transition, View, Workflow


class State(TextChoices):
    DRAFT = "draft", _("작성 중")
    SUBMITTED = "submitted", _("제출")
    RETURNED = "returned", _("보완 요청")
    PUBLISHED = "published", _("공고")
    CLOSED = "closed", pgettext_lazy("state", "마감")
    WITHDRAWN = "withdrawn", _("철회")


HANDED_IN = [State.SUBMITTED, State.RETURNED, State.PUBLISHED, State.CLOSED]
OPENED = [State.PUBLISHED, State.CLOSED]
_manager = manager_of("corporation")

WORKFLOW = Workflow(
    "demand",
    State,
    {
        State.DRAFT: StateInfo("neutral", [_manager], _("내용을 채워 제출해 주십시오.")),
        State.SUBMITTED: StateInfo(
            "info",
            [officer],
            _("담당자가 검토한 뒤 공고합니다."),
            requires=["submitted_at", "submitted_by"],
            views={Kind.MINISTRY: View(_("검토 대기"), _("검토하여 공고하거나 보완을 요청해 주십시오."))},
        ),
        State.RETURNED: StateInfo(
            "warning",
            [_manager],
            _("의견을 반영하여 다시 제출해 주십시오."),
            requires=["submitted_at"],
            views={Kind.MINISTRY: View(_("보완 요청함"), _("기업의 재제출을 기다립니다."))},
        ),
        State.PUBLISHED: StateInfo(
            "success",
            [officer],
            _("센터의 추천과 스타트업의 신청을 받고 있습니다."),
            requires=["submitted_at", "published_at", "published_by"],
            views={Kind.STARTUP: View(_("신청 가능"), _("신청서를 작성하여 제출해 주십시오."))},
        ),
        State.CLOSED: StateInfo(
            "neutral", [], _("접수가 마감되었습니다."), requires=["submitted_at", "published_at"], final=True
        ),
        State.WITHDRAWN: StateInfo("neutral", [], _("철회되었습니다."), final=True),
    },
    Transition(
        "submit",
        pgettext_lazy("action", "제출"),
        [State.DRAFT, State.RETURNED],
        State.SUBMITTED,
        [_manager],
        stamp="submitted",
        confirm=_("제출하면 보완 요청이 있을 때까지 고칠 수 없습니다. 제출하시겠습니까?"),
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
        "publish",
        pgettext_lazy("action", "공고"),
        [State.SUBMITTED],
        State.PUBLISHED,
        [officer],
        stamp="published",
        confirm=_("공개 범위의 기관과 기업이 볼 수 있게 됩니다. 공고하시겠습니까?"),
    ),
    Transition(
        "close",
        pgettext_lazy("action", "마감"),
        [State.PUBLISHED],
        State.CLOSED,
        [officer],
        weight="secondary",
        confirm=_("더 이상 추천과 신청을 받지 않습니다. 마감하시겠습니까?"),
    ),
    Transition(
        "withdraw",
        pgettext_lazy("action", "철회"),
        [State.DRAFT, State.SUBMITTED, State.RETURNED],
        State.WITHDRAWN,
        [_manager],
        needs=["reason"],
        weight="danger",
    ),
)
