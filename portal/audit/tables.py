"""The list of access records and its filters."""

from datetime import date, datetime, time, timedelta

import django_filters
import django_tables2 as tables
from django.apps import apps
from django.db.models import Q, QuerySet
from django.forms import DateInput, HiddenInput
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.audit.models import AccessRecord, RecordCheck, RecordReview
from portal.audit.review import SIGNS
from portal.kernel.formats import SEOUL, active_language, month_of
from portal.web.columns import DateTimeColumn
from portal.web.rooms import room_of, rooms


def subject_name(subject: str) -> str:
    """What was read, in words: the name of its room where it has one."""
    try:
        room = room_of(apps.get_model(subject))
    except (LookupError, ValueError):  # a path, for refusals
        return subject
    return str(room.title) if room else subject


def room_choices() -> list[tuple[str, str]]:
    """The rooms, by their titles."""
    return sorted(((name, str(room.title)) for name, room in rooms().items()), key=lambda choice: choice[1])


class AccessRecordTable(tables.Table):
    at = DateTimeColumn(
        verbose_name=_("일시"), linkify=lambda record: reverse("access-records:detail", args=[record.pk])
    )
    user_name = tables.Column(verbose_name=_("누가"))
    organization_name = tables.Column(verbose_name=_("소속"))
    act = tables.Column(verbose_name=_("행위"))
    subject = tables.Column(verbose_name=_("대상"))
    owner_name = tables.Column(verbose_name=_("누구의 자료"))

    class Meta:
        model = AccessRecord
        fields = ("at", "user_name", "organization_name", "act", "subject", "owner_name")

    def render_subject(self, value: str) -> str:
        return subject_name(value)


class AccessRecordFilter(django_filters.FilterSet):
    since = django_filters.DateFilter(method="from_day", label=_("부터"), widget=DateInput)
    until = django_filters.DateFilter(method="to_day", label=_("까지"), widget=DateInput)
    act = django_filters.ChoiceFilter(choices=AccessRecord.Act.choices, label=_("행위"))
    owner = django_filters.CharFilter(field_name="owner_name", lookup_expr="icontains", label=_("누구의 자료"))
    who = django_filters.CharFilter(method="by", label=_("누가"))

    room = django_filters.ChoiceFilter(method="about", choices=lambda: room_choices(), label=_("대상"))
    # Where a trace begins: one person, one organisation's data, one object, one sign of the review.
    person = django_filters.UUIDFilter(field_name="user_id", widget=HiddenInput)
    whose = django_filters.UUIDFilter(field_name="owner_id", widget=HiddenInput)
    object = django_filters.UUIDFilter(field_name="subject_id", widget=HiddenInput)
    sign = django_filters.ChoiceFilter(
        method="showing", choices=[(sign.name, sign.label) for sign in SIGNS], widget=HiddenInput
    )

    class Meta:
        model = AccessRecord
        fields = ["since", "until", "act", "room", "owner", "who", "person", "whose", "object", "sign"]

    def about(self, found: QuerySet[AccessRecord], _name: str, room: str) -> QuerySet[AccessRecord]:
        """Records of a room's objects, refusals at its addresses included."""
        known = rooms().get(room)
        if known is None:
            return found.none()
        return found.filter(Q(subject=known.model._meta.label_lower) | Q(subject__startswith=f"/{room}/"))

    def showing(self, found: QuerySet[AccessRecord], _name: str, sign: str) -> QuerySet[AccessRecord]:
        return next(s for s in SIGNS if s.name == sign).of(found)

    def from_day(self, found: QuerySet[AccessRecord], _name: str, day: date) -> QuerySet[AccessRecord]:
        return found.filter(at__gte=datetime.combine(day, time.min, SEOUL))

    def to_day(self, found: QuerySet[AccessRecord], _name: str, day: date) -> QuerySet[AccessRecord]:
        return found.filter(at__lt=datetime.combine(day + timedelta(days=1), time.min, SEOUL))

    def by(self, found: QuerySet[AccessRecord], _name: str, text: str) -> QuerySet[AccessRecord]:
        return found.filter(Q(user_name__icontains=text) | Q(organization_name__icontains=text))


class RecordCheckTable(tables.Table):
    requested_at = DateTimeColumn(
        verbose_name=_("요청한 때"), linkify=lambda record: reverse("record-checks:detail", args=[record.pk])
    )
    requested_by = tables.Column(verbose_name=_("요청한 사람"))
    state = tables.Column(verbose_name=_("결과"))
    total = tables.Column(verbose_name=_("기록 수"), attrs={"td": {"class": "num"}, "th": {"class": "num"}})

    class Meta:
        model = RecordCheck
        fields = ("requested_at", "requested_by", "state", "total")


class RecordReviewTable(tables.Table):
    month = tables.Column(
        verbose_name=_("검토한 달"), linkify=lambda record: reverse("record-reviews:detail", args=[record.pk])
    )
    reviewed_by = tables.Column(verbose_name=_("검토한 사람"))
    reviewed_at = DateTimeColumn(verbose_name=_("검토한 때"))

    class Meta:
        model = RecordReview
        fields = ("month", "reviewed_by", "reviewed_at")

    def render_month(self, value: date) -> str:
        return month_of(value, active_language())
