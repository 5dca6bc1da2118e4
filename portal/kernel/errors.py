"""Refusals: every way in which the portal says no. Each says what, why and what to do, and has a stable code.

Pages show them, the API answers them as RFC 9457 problem details, tests name them by class.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _


class NoActor(RuntimeError):
    """A tenant-owned table was read or written for nobody. A fault of the program, never shown to users."""


class Refusal(Exception):
    """Base of all refusals.

    `message` says what and why, `hint` what to do, `fields` maps a form field to its error.
    """

    code = "refused"
    status = 409
    message: Any = _("요청을 처리할 수 없습니다.")
    hint: Any = ""

    def __init__(self, message: Any = None, *, hint: Any = None, fields: Mapping[str, Any] | None = None) -> None:
        if message is not None:
            self.message = message
        if hint is not None:
            self.hint = hint
        self.fields = dict(fields or {})
        super().__init__(self.message)

    def __str__(self) -> str:
        return str(self.message)


class NotFound(Refusal):
    """The object is missing, or the actor must not learn that it exists."""

    code, status = "not_found", 404
    message = _("요청하신 내용을 찾을 수 없습니다.")
    hint = _("주소를 확인하시거나 목록에서 다시 찾아 주십시오.")


class NotAllowed(Refusal):
    """The actor may see the object but not do this."""

    code, status = "not_allowed", 403
    message = _("이 작업을 할 권한이 없습니다.")
    hint = _("필요한 역할이 있는지 소속 기관의 관리자에게 문의해 주십시오.")


class SamePerson(NotAllowed):
    """Maker and checker are the same person."""

    code = "same_person"
    message = _("앞 단계를 처리한 사람은 이 단계를 처리할 수 없습니다.")
    hint = _("다른 담당자가 처리해야 합니다.")


class WrongState(Refusal):
    """Somebody was faster, or the button is from an old page."""

    code = "wrong_state"
    message = _("그 사이에 상태가 바뀌어 처리하지 못했습니다.")
    hint = _("화면을 새로 고쳐 현재 상태를 확인해 주십시오.")


class StageClosed(Refusal):
    code = "stage_closed"
    message = _("지금은 해당 기간이 아닙니다.")
    hint = _("사업 일정을 확인하시거나 담당자에게 기간 연장을 문의해 주십시오.")


class Conflict(Refusal):
    """A conflict of interest stands in the way."""

    code, status = "conflict_of_interest", 403
    message = _("이해충돌로 제한된 대상입니다.")
    hint = _("담당자에게 다른 위원의 배정을 요청해 주십시오.")


class OverLimit(Refusal):
    """Cap, budget or quota would be passed."""

    code = "over_limit"
    message = _("한도를 넘습니다.")


class Invalid(Refusal):
    """What was sent doesn't hold. `fields` says where."""

    code, status = "invalid", 422
    message = _("입력하신 내용을 확인해 주십시오.")


class Unavailable(Refusal):
    """A part of the portal is out of reach for now. Nothing was lost."""

    code, status = "unavailable", 503
    message = _("일시적으로 서비스를 이용할 수 없습니다.")
    hint = _("입력하신 내용은 저장되어 있습니다. 잠시 후 다시 시도해 주십시오.")
