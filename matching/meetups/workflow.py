"""Meetup: draft → collecting → scheduled → live → closed.

Meeting: scheduled → checked in → held · no-show · cancelled."""

from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from portal.kernel.roles import Kind, Who, coordinator_of, manager_of, officer, startup_of
from portal.kernel.workflow import Guard, StateInfo, Transition, View, Workflow


class MeetupState(TextChoices):
    DRAFT = "draft", _("준비 중")
    COLLECTING = "collecting", _("희망 등급 접수")
    SCHEDULED = "scheduled", _("시간표 공개")
    LIVE = "live", _("진행 중")
    CLOSED = "closed", pgettext_lazy("state", "종료")


def _no_plan(meetup: Any, actor: Any) -> Any:
    found = meetup.meetings.visible_to(actor).exclude(state=MeetingState.CANCELLED)
    return "" if found.exists() else _("배치된 만남이 없습니다. 만남을 추가한 뒤 공개해 주십시오.")


def _withdrawn(meetup: Any, actor: Any) -> Any:
    found = meetup.meetings.visible_to(actor).filter(state=MeetingState.SCHEDULED, application__state="withdrawn")
    return _("신청이 철회된 만남이 있습니다. 먼저 그 만남을 취소해 주십시오.") if found.exists() else ""


def _nobody(meetup: Any, actor: Any) -> Any:
    """What is needed before anybody can be asked."""
    from matching.meetups.planning.grid import slots_of
    from matching.meetups.planning.queries import invited

    lacking = [
        words
        for words, there in (
            (_("회의실"), meetup.rooms),
            (_("희망 등급 마감"), meetup.grades_close_at and meetup.grades_close_at > actor.now),
            (_("시간대"), slots_of(meetup)),
            (_("밋업에 초대된 신청"), invited(meetup, actor).exists()),
        )
        if not there
    ]
    names = ", ".join(map(str, lacking))
    return gettext("먼저 갖추어야 합니다: %(names)s. ‘수정’에서 정해 주십시오.") % {"names": names} if lacking else ""


MEETUP_WORKFLOW = Workflow(
    "meetup",
    MeetupState,
    {
        MeetupState.DRAFT: StateInfo("neutral", [officer], _("만남을 배치한 뒤 시간표를 공개해 주십시오.")),
        MeetupState.COLLECTING: StateInfo(
            "info",
            [officer, manager_of(""), startup_of("")],
            _("만나고 싶은 정도와 참석할 수 없는 시간을 알려 주십시오."),
            views={Kind.MINISTRY: View(_("희망 등급 접수"), _("등급이 모이면 시간표를 계산하고 공개해 주십시오."))},
        ),
        MeetupState.SCHEDULED: StateInfo(
            "info",
            [officer],
            _("정해진 시간에 지정된 테이블에서 만납니다."),
            requires=["published_at"],
            views={Kind.MINISTRY: View(_("시간표 공개"), _("행사 당일 시작해 주십시오."))},
        ),
        MeetupState.LIVE: StateInfo("success", [officer], _("현장에서 참석을 확인합니다."), requires=["published_at"]),
        MeetupState.CLOSED: StateInfo("neutral", [], _("행사가 끝났습니다."), requires=["published_at"], final=True),
    },
    Transition(
        "collect",
        _("희망 등급 받기"),
        [MeetupState.DRAFT],
        MeetupState.COLLECTING,
        [officer],
        guards=[Guard("ready", _nobody)],
        confirm=_("초대된 신청의 수요 기업과 스타트업에 희망 등급을 요청합니다. 시작하시겠습니까?"),
    ),
    Transition(
        "publish",
        pgettext_lazy("action", "시간표 공개"),
        [MeetupState.DRAFT, MeetupState.COLLECTING],
        MeetupState.SCHEDULED,
        [officer],
        stamp="published",
        guards=[Guard("plan", _no_plan), Guard("withdrawn", _withdrawn)],
        confirm=_("참가 기업 모두에게 시간표를 알립니다. 공개하시겠습니까?"),
    ),
    Transition("start", _("행사 시작"), [MeetupState.SCHEDULED], MeetupState.LIVE, [officer]),
    Transition(
        "close",
        _("행사 종료"),
        [MeetupState.LIVE],
        MeetupState.CLOSED,
        [officer],
        weight="secondary",
        confirm=_("아직 확인되지 않은 만남이 없는지 확인해 주십시오. 종료하시겠습니까?"),
    ),
)


class MeetingState(TextChoices):
    SCHEDULED = "scheduled", _("예정")
    CHECKED_IN = "checked_in", _("참석 확인")
    HELD = "held", _("완료")
    NO_SHOW = "no_show", _("불참")
    CANCELLED = "cancelled", pgettext_lazy("state", "취소")


_host = manager_of("corporation")
_attendance: list[Who] = [officer, coordinator_of(""), _host]

MEETING_WORKFLOW = Workflow(
    "meeting",
    MeetingState,
    {
        MeetingState.SCHEDULED: StateInfo("info", _attendance, _("정해진 시간에 지정된 테이블에서 만납니다.")),
        MeetingState.CHECKED_IN: StateInfo("info", _attendance, _("만남이 끝나면 완료로 표시해 주십시오.")),
        MeetingState.HELD: StateInfo(
            "success",
            [_host],
            _("수요 기업이 결과를 남깁니다."),
            requires=["held_at"],
            final=True,
            views={Kind.CORPORATION: View(_("완료"), _("결과와 다음 담당자를 남겨 주십시오."))},
        ),
        MeetingState.NO_SHOW: StateInfo("danger", [], _("불참으로 기록되었습니다."), final=True),
        MeetingState.CANCELLED: StateInfo("neutral", [], _("취소되었습니다."), final=True),
    },
    Transition(
        "check_in", pgettext_lazy("action", "참석 확인"), [MeetingState.SCHEDULED], MeetingState.CHECKED_IN, _attendance
    ),
    Transition(
        "hold",
        _("만남 완료"),
        [MeetingState.SCHEDULED, MeetingState.CHECKED_IN],
        MeetingState.HELD,
        _attendance,
        stamp="held",
    ),
    Transition(
        "miss",
        pgettext_lazy("action", "불참"),
        [MeetingState.SCHEDULED, MeetingState.CHECKED_IN],
        MeetingState.NO_SHOW,
        _attendance,
        weight="secondary",
    ),
    Transition(
        "cancel",
        _("만남 취소"),
        [MeetingState.SCHEDULED],
        MeetingState.CANCELLED,
        [officer],
        needs=["reason"],
        weight="danger",
    ),
)
