"""The operator's list of background work."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.outbox import operations
from portal.outbox.models import Message
from portal.outbox.tables import MessageFilter, MessageTable, age_of, fault_of, kind_of, state_of
from portal.security.actor import Actor
from portal.security.policy import may
from portal.web.page import Action, Fact
from portal.web.rooms import Act, Room, register


def facts(message: Message, actor: Actor) -> list[Fact]:
    """What it is and how it stands. Its arguments stay unsaid: they may name what the operator has no part in."""
    return [
        Fact(_("작업"), kind_of(message)),
        Fact(_("상태"), state_of(message)),
        Fact(_("시도"), message.attempts),
        Fact(_("마지막 오류"), fault_of(message)),
        Fact(_("지난 시간"), age_of(message, actor)),
        Fact(_("요청"), message.created_at),
        Fact(_("실행 시작"), message.queued_at),
        Fact(_("다음 시도"), message.due_at if message.state == Message.State.FAILED else None),
        Fact(_("끝난 때"), message.done_at),
        Fact(_("작업 번호"), message.pk),
    ]


def actions(message: Message, actor: Actor) -> list[Action]:
    if not may(actor, "run_again", message):
        return []
    return [Action("run_again", _("다시 실행"), ROOM.url("run_again", message), method="post", weight="primary")]


ROOM = register(
    Room(
        name="jobs",
        api_fields=["job", "state", "attempts", "created_at", "due_at", "queued_at", "done_at"],
        model=Message,
        param="message",
        title=gettext_lazy("작업"),
        titled=kind_of,
        lead=gettext_lazy("포털이 뒤에서 하는 일입니다. 멈춘 작업은 원인을 고친 뒤 다시 실행합니다."),
        table=MessageTable,
        filterset=MessageFilter,
        facts=facts,
        actions=actions,
        acts=[
            Act(
                name="run_again",
                label=gettext_lazy("다시 실행"),
                operation=operations.run_again,
                told=lambda _message: [_("작업을 다시 실행하도록 했습니다. 결과는 잠시 뒤에 이곳에 나타납니다.")],
            )
        ],
        order=("-created_at", "-id"),
        empty=gettext_lazy("해당하는 작업이 없습니다."),
        empty_hint=gettext_lazy("조건을 바꾸어 찾아 보십시오. 작업은 알림이나 파일 검사가 생길 때마다 나타납니다."),
        sensitive=False,  # kinds and states of work; nobody's data
    )
)
