"""The list of access records and its filters."""

from datetime import date, datetime, time, timedelta

import django_filters
import django_tables2 as tables
from django.apps import apps
from django.db.models import Q, QuerySet
from django.forms import DateInput
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.audit.models import AccessRecord
from portal.kernel.formats import SEOUL
from portal.web.columns import DateTimeColumn
from portal.web.rooms import room_of


def subject_name(subject: str) -> str:
    """What was read, in words: the name of its room where it has one."""
    try:
        room = room_of(apps.get_model(subject))
    except (LookupError, ValueError):  # a path, for refusals
        return subject
    return str(room.title) if room else subject


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

    class Meta:
        model = AccessRecord
        fields = ["since", "until", "act", "owner", "who"]

    def from_day(self, found: QuerySet[AccessRecord], _name: str, day: date) -> QuerySet[AccessRecord]:
        return found.filter(at__gte=datetime.combine(day, time.min, SEOUL))

    def to_day(self, found: QuerySet[AccessRecord], _name: str, day: date) -> QuerySet[AccessRecord]:
        return found.filter(at__lt=datetime.combine(day + timedelta(days=1), time.min, SEOUL))

    def by(self, found: QuerySet[AccessRecord], _name: str, text: str) -> QuerySet[AccessRecord]:
        return found.filter(Q(user_name__icontains=text) | Q(organization_name__icontains=text))
