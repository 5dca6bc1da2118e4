"""The access records' pages: who read whose data. The audit has them verified, and reviews them."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from portal.audit import operations
from portal.audit.forms import CheckForm, ReviewForm
from portal.audit.models import AccessRecord, RecordCheck, RecordReview
from portal.audit.queries import confidential_records, is_auditor, with_owners
from portal.audit.review import SIGNS, busiest, figures
from portal.audit.tables import (
    AccessRecordFilter,
    AccessRecordTable,
    RecordCheckTable,
    RecordReviewTable,
    subject_name,
)
from portal.kernel.formats import SEOUL, active_language, instant, month_of
from portal.security import policy
from portal.security.actor import Actor
from portal.web.page import Action, Fact, Page, Progress
from portal.web.rooms import Create, Room, register
from portal.web.views import page


def facts(record: AccessRecord, actor: Actor) -> list[Fact]:
    found = [
        Fact(_("일시"), record.at),
        Fact(_("누가"), record.user_name),
        Fact(_("소속"), record.organization_name),
        Fact(_("행위"), record.get_act_display()),
        Fact(_("대상"), subject_name(record.subject)),
        Fact(_("대상 번호"), record.subject_id),
        Fact(_("누구의 자료"), getattr(record, "owner_name", "")),
        Fact(_("사유"), record.detail.get("reason", "")),
    ]
    if is_auditor(actor):  # where somebody sat and how the request was traced is for the audit alone
        found += [
            Fact(_("접속 주소"), record.address),
            Fact(_("요청 번호"), record.request_id),
            Fact(_("세부"), ", ".join(f"{n}: {v}" for n, v in sorted(record.detail.items()) if n != "reason")),
        ]
    return found


def traces(record: AccessRecord, actor: Actor) -> list[Action]:
    """From one record on: all that the person did, all about the object, all about the organisation's data."""
    trails = [
        ("person", _("이 사람의 기록 모두"), record.user_id),
        ("object", _("이 자료의 기록 모두"), record.subject_id),
        ("whose", _("이 기관 자료의 기록 모두"), record.owner_id if is_auditor(actor) else None),
    ]
    address = reverse("access-records:list")
    return [Action(n, words, f"{address}?{urlencode({n: value})}") for n, words, value in trails if value]


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
        actions=traces,
        limit=with_owners,
        list_extra=unseen,
        list_template="access-records/list.html",
        order=("-at", "-id"),
        empty=gettext_lazy("해당하는 기록이 없습니다."),
        empty_hint=gettext_lazy("다른 기관이 우리 기관의 자료를 열면 이곳에 남습니다."),
        sensitive=False,
    )
)


# --- verification ----------------------------------------------------------------------------------------------------

AT_WORK = (RecordCheck.State.WAITING, RecordCheck.State.RUNNING)


def fault_words(kind: str, number: int) -> str:
    """What verification has found, in words."""
    words = {
        "missing": _("%(number)s번 기록이 없습니다."),
        "changed": _("%(number)s번 기록의 내용이 봉인한 때와 다릅니다."),
        "rewritten": _("%(number)s번 봉인값이 보관한 값과 다릅니다. 기록 전체가 다시 쓰였을 수 있습니다."),
        "cut_off": _("보관한 봉인값의 %(number)s번 기록이 없습니다. 끝부분이 잘려 나갔을 수 있습니다."),
        "erased": _("%(number)s번 기록의 개인정보가 삭제 기록 없이 지워졌습니다."),
        "unsealed": _("봉인되지 않은 기록이 있습니다."),
    }
    return words[kind] % {"number": f"{number:,}"}


def check_facts(check: RecordCheck, _actor: Actor) -> list[Fact]:
    return [
        Fact(_("결과"), check.get_state_display()),
        Fact(_("요청한 사람"), check.requested_by),
        Fact(_("요청한 때"), check.requested_at),
        Fact(_("마친 때"), check.finished_at),
        Fact(_("확인한 기록"), f"{check.checked:,}"),
        Fact(_("보관한 봉인값과 대조"), bool(check.head)),
    ]


def check_parts(check: RecordCheck, _actor: Actor, _request: HttpRequest) -> dict[str, Any]:
    return {"faults": [fault_words(fault["kind"], fault["number"]) for fault in check.faults]}


def check_progress(check: RecordCheck) -> Progress | None:
    return Progress(check.checked, check.total or 1, _("기록 확인")) if check.state in AT_WORK else None


CHECKS = register(
    Room(
        name="record-checks",
        model=RecordCheck,
        param="check",
        title=gettext_lazy("기록 확인"),
        titled=lambda c: _("%(when)s 기록 확인") % {"when": instant(c.requested_at, active_language())},
        lead=gettext_lazy("접속기록은 차례대로 이어 봉인합니다. 고치거나 지운 기록이 있으면 이 확인에서 드러납니다."),
        table=RecordCheckTable,
        facts=check_facts,
        create=Create(operations.check, CheckForm, gettext_lazy("기록 확인하기")),
        extra=check_parts,
        progress=check_progress,
        template="record-checks/detail.html",
        order=("-requested_at", "-id"),
        api_fields=["state", "requested_by", "requested_at", "finished_at", "checked", "total", "faults"],
        empty=gettext_lazy("아직 확인한 적이 없습니다."),
        sensitive=False,
    )
)


# --- monthly review --------------------------------------------------------------------------------------------------


def asked_month(request: HttpRequest, actor: Actor) -> date:
    """The month that is asked for, else the last one."""
    typed = request.GET.get("month", "")
    try:
        asked = parse_date(f"{typed[:7]}-01")
    except ValueError:
        asked = None
    return asked or (actor.now.astimezone(SEOUL).date().replace(day=1) - timedelta(days=1)).replace(day=1)


@page()
def month(request: HttpRequest) -> HttpResponse:
    """What stands out in a month, with the way to the records; at its end the review is written down."""
    actor = request.actor  # type: ignore[attr-defined]
    policy.require(actor, "create", RecordReview)
    first = asked_month(request, actor)
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    counts, records = figures(first, actor=actor), reverse("access-records:list")
    within = {"since": str(first), "until": str(last)}
    signs = [(s.label, s.lead, counts[s.name], f"{records}?{urlencode(within | {'sign': s.name})}") for s in SIGNS]
    readers = [
        {**row, "url": f"{records}?{urlencode(within | {'person': row['user_id']})}"}
        for row in busiest(first, actor=actor)
    ]
    context = {
        "page": Page(
            title=_("%(month)s 접속기록 점검") % {"month": month_of(first, active_language())},
            crumbs=REVIEWS.crumbs(),
            lead=_("눈에 띄는 기록을 살펴보고 검토한 결과를 남겨 주십시오."),
            facts=[Fact(_("전체 기록"), f"{counts['all']:,}")],
            actions=[
                Action("earlier", _("이전 달"), f"?month={first - timedelta(days=1):%Y-%m}", weight="tertiary"),
                Action("later", _("다음 달"), f"?month={last + timedelta(days=1):%Y-%m}", weight="tertiary"),
                Action("review", _("검토 기록 남기기"), f"{REVIEWS.url('new')}?month={first}", weight="primary"),
            ],
        ),
        "signs": signs,
        "readers": readers,
        "reviews": RecordReview.objects.visible_to(actor).filter(month=first).order_by("reviewed_at"),
    }
    return render(request, "record-reviews/month.html", context)


def review_facts(review: RecordReview, _actor: Actor) -> list[Fact]:
    found = [
        Fact(_("검토한 달"), month_of(review.month, active_language())),
        Fact(_("검토한 사람"), review.reviewed_by),
        Fact(_("검토한 때"), review.reviewed_at),
        Fact(_("검토 의견"), review.note),
        Fact(_("전체 기록"), f"{review.figures.get('all', 0):,}"),
    ]
    return found + [Fact(str(sign.label), f"{review.figures.get(sign.name, 0):,}") for sign in SIGNS]


def to_month(_actor: Actor) -> list[Action]:
    if not is_auditor(_actor):
        return []
    return [Action("month", pgettext("record", "지난달 점검"), reverse("record-reviews:month"))]


REVIEWS = register(
    Room(
        name="record-reviews",
        model=RecordReview,
        param="review",
        title=gettext_lazy("접속기록 월간 점검"),
        titled=lambda r: _("%(month)s 점검") % {"month": month_of(r.month, active_language())},
        lead=gettext_lazy("한 달에 한 번 접속기록을 살펴보고 검토한 사람과 때를 남깁니다."),
        table=RecordReviewTable,
        facts=review_facts,
        create=Create(operations.review, ReviewForm, gettext_lazy("검토 기록 남기기")),
        list_actions=to_month,
        order=("-month", "-reviewed_at"),
        api_fields=["month", "note", "figures", "reviewed_by", "reviewed_at"],
        more=[path("month/", month, name="month")],
        empty=gettext_lazy("아직 검토한 달이 없습니다."),
        sensitive=False,
    )
)
