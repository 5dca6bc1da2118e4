"""What an operator can do with background work."""

from django.db import transaction
from django.utils.translation import gettext as _

from portal.audit import records
from portal.kernel.errors import WrongState
from portal.outbox.models import Message
from portal.outbox.policy import STOPPED
from portal.outbox.post import wake
from portal.outbox.transition import lock
from portal.security.actor import Actor
from portal.security.policy import require

AHEAD = (Message.State.WAITING, Message.State.QUEUED)


def run_again(*, message: Message, actor: Actor) -> Message:
    """Have a piece of work done that had stopped: now, with all its tries before it, and on the record.

    It runs for whoever caused it, with the rights that they have now. Asked twice it runs once; raises WrongState for
    what is done.
    """
    require(actor, "run_again", message)
    with transaction.atomic():
        locked = lock(message)
        if locked.state in AHEAD:
            return locked
        if locked.state not in STOPPED:
            raise WrongState(
                _("이미 끝난 작업은 다시 실행할 수 없습니다."),
                hint=_("멈춘 작업만 다시 실행할 수 있습니다. 목록을 새로 고쳐 상태를 확인해 주십시오."),
            )
        locked.state, locked.due_at, locked.attempts, locked.starts = Message.State.WAITING, actor.now, 0, 0
        locked.save(update_fields=["state", "due_at", "attempts", "starts"])
        records.note(records.Act.CHANGE, locked, actor=actor, job=locked.job, step="run_again")
        transaction.on_commit(wake, robust=True)
    return locked
