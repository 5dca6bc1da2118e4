"""The access records' pages: who read whose data. Nothing can be done here but read."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.audit.models import AccessRecord
from portal.audit.queries import confidential_records, is_auditor, with_owners
from portal.audit.tables import AccessRecordFilter, AccessRecordTable, subject_name
from portal.kernel.formats import active_language, instant
from portal.security.actor import Actor
from portal.web.page import Fact
from portal.web.rooms import Room, register


def facts(record: AccessRecord, actor: Actor) -> list[Fact]:
    found = [
        Fact(_("일시"), record.at),
        Fact(_("누가"), record.user_name),
        Fact(_("소속"), record.organization_name),
        Fact(_("행위"), record.get_act_display()),
        Fact(_("대상"), subject_name(record.subject)),
        Fact(_("대상 번호"), record.subject_id),
        Fact(_("누구의 자료"), getattr(record, "owner_name", "")),
    ]
    if is_auditor(actor):  # where somebody sat and how the request was traced is for the audit alone
        found += [
            Fact(_("접속 주소"), record.address),
            Fact(_("요청 번호"), record.request_id),
            Fact(_("세부"), ", ".join(f"{name}: {value}" for name, value in sorted(record.detail.items()))),
        ]
    return found


def unseen(actor: Actor, _request: HttpRequest) -> dict[str, Any]:
    """What the auditor is told of the records that are not shown."""
    if not is_auditor(actor):
        return {}
    count = confidential_records(actor)
    return {"confidential": [Fact(_("비공개 기록"), _("3건 미만") if count is None else count)]}


ROOM = register(
    Room(
        name="access-records",
        model=AccessRecord,
        param="record",
        title=gettext_lazy("접속기록"),
        titled=lambda r: f"{instant(r.at, active_language())} {r.get_act_display()}",
        lead=gettext_lazy(
            "누가 언제 누구의 자료를 열람하고 내려받았는지 보여 드립니다. 기록은 누구도 고치거나 지울 수 없습니다."
        ),
        table=AccessRecordTable,
        filterset=AccessRecordFilter,
        facts=facts,
        limit=with_owners,
        list_extra=unseen,
        list_template="access-records/list.html",
        order=("-at", "-id"),
        empty=gettext_lazy("해당하는 기록이 없습니다."),
        empty_hint=gettext_lazy("다른 기관이 우리 기관의 자료를 열면 이곳에 남습니다."),
        sensitive=False,
    )
)
