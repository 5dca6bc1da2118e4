"""What stands out in a month's access records: asked once a month by the audit, on a screen."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, F, IntegerField, Q, QuerySet, Window
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, ExtractHour, ExtractIsoWeekDay, Lag
from django.utils.translation import gettext_lazy as _

from portal.audit.models import AccessRecord
from portal.audit.queries import is_auditor
from portal.kernel.errors import NotAllowed
from portal.kernel.formats import SEOUL
from portal.security.actor import Actor

NIGHT = (22, 6)  # from … to, Seoul [ours]
IN_A_ROW = 5  # refusals of one person …
WITHIN = timedelta(minutes=10)  # … in so short a time [ours]

NOTHING_READ = (AccessRecord.Act.REFUSED, AccessRecord.Act.SIGN_FAILED, AccessRecord.Act.SIGN_OUT)
SIGNING = (AccessRecord.Act.SIGN_IN, AccessRecord.Act.SIGN_FAILED, AccessRecord.Act.SIGN_OUT)
Rows = QuerySet[AccessRecord]


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing that an audit looks for: its name, why it is looked for, and the records that show it."""

    name: str
    label: Any
    lead: Any
    of: Callable[[Rows], Rows]


def bulk(rows: Rows) -> Rows:
    """Downloads above the number of rows from which a reason is asked."""
    counted = rows.filter(act=AccessRecord.Act.DOWNLOAD).annotate(
        amount=Cast(KeyTextTransform("rows", "detail"), IntegerField())
    )
    return counted.filter(amount__gt=settings.EXPORT_REASON_ROWS)


def without_reason(rows: Rows) -> Rows:
    """Acts that ask for a reason and have none."""
    large = bulk(rows).values("pk")
    asked = rows.filter(Q(pk__in=large) | Q(act=AccessRecord.Act.UNMASKED))
    return asked.exclude(detail__has_key="reason", detail__reason__gt="")


def at_night(rows: Rows) -> Rows:
    """Sign-ins, reads and downloads between ten in the evening and six, and at weekends."""
    timed = rows.exclude(act__in=NOTHING_READ).annotate(
        hour=ExtractHour("at", tzinfo=SEOUL), weekday=ExtractIsoWeekDay("at", tzinfo=SEOUL)
    )
    return timed.filter(Q(hour__gte=NIGHT[0]) | Q(hour__lt=NIGHT[1]) | Q(weekday__gte=6))


def refused(rows: Rows) -> Rows:
    """The refusal with which somebody has been refused several times within minutes."""
    row = Window(Lag("at", IN_A_ROW - 1), partition_by=F("user_id"), order_by=["at", "pk"])
    earlier = rows.filter(act=AccessRecord.Act.REFUSED, user_id__isnull=False).annotate(earlier=row)
    # By their keys: whoever narrows the rows further, a list's page too, would else narrow what the window looks at.
    return rows.filter(pk__in=earlier.filter(earlier__gte=F("at") - WITHIN).values("pk"))


SIGNS = (
    Sign("bulk", _("대량 내려받기"), _("사유를 묻는 건수보다 많이 내려받은 기록입니다."), bulk),
    Sign("without_reason", _("사유가 없는 행위"), _("사유를 남겨야 하는데 없는 기록입니다."), without_reason),
    Sign("at_night", _("야간·주말"), _("밤 10시부터 아침 6시 사이와 주말의 로그인·열람·내려받기입니다."), at_night),
    Sign("refused", _("잇따른 거부"), _("한 사람이 10분 안에 5번 이상 거부된 기록입니다."), refused),
)  # fmt: skip


def month_rows(month: date, *, actor: Actor) -> Rows:
    """The month's records that the auditor sees. Raises NotAllowed for others."""
    if not is_auditor(actor):
        raise NotAllowed
    first = month.replace(day=1)
    until = (first + timedelta(days=32)).replace(day=1)
    found: Rows = AccessRecord.objects.visible_to(actor).filter(
        at__gte=datetime.combine(first, time.min, SEOUL), at__lt=datetime.combine(until, time.min, SEOUL)
    )
    return found


def figures(month: date, *, actor: Actor) -> dict[str, int]:
    """How many records the month has, and how many show each sign."""
    rows = month_rows(month, actor=actor)
    return {"all": rows.count()} | {sign.name: sign.of(rows).count() for sign in SIGNS}


def busiest(month: date, *, actor: Actor, most: int = 10) -> QuerySet[Any]:
    """Who has read most in the month."""
    rows = month_rows(month, actor=actor).exclude(user_id=None).exclude(act__in=SIGNING).order_by()
    found = rows.values("user_id", "user_name", "organization_name").annotate(
        read=Count("pk"), owners=Count("owner_id", distinct=True)
    )
    return found.order_by("-read")[:most]
