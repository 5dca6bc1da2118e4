"""What auditors do with the records: have them verified, and write down that they have reviewed a month."""

from datetime import date
from uuid import NAMESPACE_OID, UUID, uuid5

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.audit import safekeeping
from portal.audit.models import RecordCheck, RecordReview
from portal.audit.review import figures
from portal.audit.verification import Head, Verification
from portal.kernel.clock import now
from portal.kernel.errors import Invalid
from portal.kernel.formats import SEOUL
from portal.kernel.ids import new_id
from portal.notifications.operations import post_mail
from portal.outbox.post import job, later
from portal.security.actor import Actor
from portal.security.policy import require

State = RecordCheck.State


def check(*, actor: Actor, head: str = "", id: UUID | None = None) -> RecordCheck:
    """Have the chain verified in the background, against a head kept outside where one is given.

    Raises Invalid where the head is not one that the portal has signed.
    """
    require(actor, "create", RecordCheck)
    _heads(head)
    found = RecordCheck(id=id or new_id(), head=head.strip(), requested_at=actor.now, requested_by=actor.name)
    with transaction.atomic():
        found.save(force_insert=True)
        later("audit.verify", actor=actor, check_id=found.pk)
    return found


def keep_head(*, actor: Actor, folder: str = "", mail: str = "") -> Head | None:
    """Put the chain's head where the database's administrator can't change it: a folder, a mailbox.

    Returns it, None while nothing is sealed. The mail goes its way like any other, once for each head and address.
    """
    head, mail = safekeeping.keep(folder=folder), mail or settings.RECORD_HEAD_MAIL
    if head is not None and mail:
        words = _("접속기록의 현재 봉인값입니다. 이 메일을 지우지 말고 보관해 주십시오. 기록을 확인할 때 대조합니다.")
        post_mail(
            actor=actor,
            event_id=uuid5(NAMESPACE_OID, head.signature),
            to=mail,
            language="ko",
            subject=_("접속기록 봉인값 %(number)s번") % {"number": head.number},
            body=f"{words}\n\n{head.text()}\n",
        )
    return head


def _heads(text: str) -> list[Head]:
    """The pasted heads, one a line."""
    try:
        return [Head.read(line) for line in text.splitlines() if line.strip()]
    except ValueError as wrong:
        raise Invalid(
            fields={"head": _("이 시스템이 서명한 봉인값이 아닙니다. 보관한 파일의 내용을 그대로 붙여 넣어 주십시오.")}
        ) from wrong


def give_up(*, actor: Actor, check_id: str) -> None:
    RecordCheck.objects.visible_to(actor).filter(pk=check_id).update(state=State.FAILED, finished_at=now())


@job("audit.verify", outside=True, given_up=give_up, label=gettext_lazy("접속기록 확인"))
def verify(*, actor: Actor, check_id: str) -> None:
    """Go through the chain, and say after every step how far it is. Begun anew it begins at the first link."""
    found = RecordCheck.objects.visible_to(actor).filter(pk=check_id, finished_at=None).first()
    if found is None:  # done already, or its auditor is one no more
        return
    verification = Verification(_heads(found.head))
    found.state = State.RUNNING
    for done in verification.run(actor=actor):
        found.checked, found.total = done, verification.total
        found.save(update_fields=["state", "checked", "total"])
    found.state = State.FAULTY if verification.found else State.SOUND
    found.checked = found.total = verification.total
    found.faults = [{"kind": kind, "number": number} for kind, number in verification.faults]
    found.finished_at = now()
    found.save(update_fields=["state", "checked", "total", "faults", "finished_at"])


def review(*, actor: Actor, month: date, note: str, id: UUID | None = None) -> RecordReview:
    """Write down that the actor has reviewed a month's records, with the figures as they stand.

    Raises Invalid for a month that isn't over: what stands out in the rest of it would go unseen.
    """
    require(actor, "create", RecordReview)
    first = month.replace(day=1)
    if first >= actor.now.astimezone(SEOUL).date().replace(day=1):
        raise Invalid(fields={"month": _("아직 끝나지 않은 달입니다. 지난달까지의 기록을 검토해 주십시오.")})
    found = RecordReview(
        id=id or new_id(),
        month=first,
        note=note,
        figures=figures(first, actor=actor),
        reviewed_at=actor.now,
        reviewed_by_id=actor.user,
        reviewed_by=actor.name,
    )
    found.save(force_insert=True)
    return found
