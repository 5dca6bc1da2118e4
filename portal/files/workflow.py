"""A file: waiting → clean · refused · could not be checked; checked again whenever signatures or doubts are new.

Of what is refused or removed only name, hash and reason remain: the content leaves the storage (`tasks.erase`).
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.files.holding import in_use
from portal.kernel.errors import WrongState
from portal.kernel.roles import Kind, Who
from portal.kernel.workflow import Guard, StateInfo, Transition, Workflow


class State(TextChoices):
    WAITING = "waiting", _("검사 대기")
    CLEAN = "clean", _("안전")
    REFUSED = "refused", _("차단")
    UNCHECKED = "unchecked", _("검사하지 못함")
    REMOVED = "removed", pgettext_lazy("file", "삭제됨")


GONE = (State.REFUSED, State.REMOVED)
"""States without content."""

_owners = [Who(kind, party="owner") for kind in Kind]

WORKFLOW = Workflow(
    "file",
    State,
    {
        State.WAITING: StateInfo("info", [], _("안전 검사가 끝나면 내려받을 수 있습니다.")),
        State.CLEAN: StateInfo("success", [], _("안전 검사를 통과했습니다."), requires=["scanned_at"]),
        State.REFUSED: StateInfo(
            "danger",
            _owners,
            _("내려받을 수 없습니다. 깨끗한 파일을 새로 만들어 다시 올려 주십시오."),
            requires=["scanned_at"],
            final=True,
        ),
        State.REMOVED: StateInfo("neutral", [], _("올린 기관이 삭제하여 이름과 기록만 남았습니다."), final=True),
        State.UNCHECKED: StateInfo(
            "warning",
            [],
            _("검사 프로그램에 연결하지 못했습니다. 다시 검사할 때까지 내려받을 수 없습니다."),
        ),
    },
    Transition("clear", _("안전"), [State.WAITING, State.UNCHECKED], State.CLEAN, [], hidden=True),
    Transition("refuse", _("차단"), [State.WAITING, State.UNCHECKED, State.CLEAN], State.REFUSED, [], hidden=True),
    Transition("miss", _("검사하지 못함"), [State.WAITING], State.UNCHECKED, [], hidden=True),
    Transition(
        "rescan",
        _("다시 검사"),
        [State.CLEAN, State.UNCHECKED],
        State.WAITING,
        _owners,
        weight="secondary",
        confirm=_("검사가 끝날 때까지 이 파일을 내려받을 수 없습니다. 다시 검사하시겠습니까?"),
    ),
    Transition(
        "remove",
        _("파일 삭제"),
        [State.CLEAN, State.UNCHECKED],
        State.REMOVED,
        _owners,
        guards=[Guard("not_in_use", in_use, WrongState)],
        weight="danger",
        confirm=_("삭제한 파일은 되살릴 수 없습니다. 이름과 삭제한 기록만 남습니다. 삭제하시겠습니까?"),
    ),
)
