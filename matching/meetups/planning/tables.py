"""The list of calculations."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from matching.meetups.planning.models import Calculation
from portal.web.columns import DateTimeColumn, LinkColumn, StatusColumn


class CalculationTable(tables.Table):
    meetup = LinkColumn("timetables:detail", verbose_name=_("행사"))
    first = tables.Column()
    started_at = DateTimeColumn()
    meetings = tables.Column()
    total = tables.Column()
    state = StatusColumn()

    class Meta:
        model = Calculation
        fields = ("meetup", "first", "started_at", "meetings", "total", "state")
