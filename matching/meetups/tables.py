"""The lists of meetups and meetings, and their filters."""

import django_filters
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from matching.meetups.models import Meeting, Meetup, Outcome
from matching.meetups.workflow import MeetingState, MeetupState
from portal.kernel.roles import Kind
from portal.web.columns import DateTimeColumn, LinkColumn, StatusColumn


class MeetupTable(tables.Table):
    name = LinkColumn("meetups:detail")
    day = tables.DateColumn(format="Y. n. j.")
    venue = tables.Column()
    program = tables.Column(verbose_name=_("사업"), order_by="program__year")
    state = StatusColumn()

    class Meta:
        model = Meetup
        fields = ("name", "day", "venue", "program", "state")


class MeetupFilter(django_filters.FilterSet):
    search = django_filters.CharFilter(method="find", label=_("검색"))
    state = django_filters.ChoiceFilter(choices=MeetupState.choices, label=_("상태"))

    class Meta:
        model = Meetup
        fields = ["search", "state"]

    def find(self, found: QuerySet[Meetup], _name: str, text: str) -> QuerySet[Meetup]:
        return found.filter(Q(name__icontains=text) | Q(venue__icontains=text))


class MeetingTable(tables.Table):
    corporation_name = LinkColumn("meetings:detail")
    startup_name = LinkColumn("meetings:detail")
    meetup = tables.Column(verbose_name=_("행사"), order_by="meetup__day")
    starts_at = DateTimeColumn()
    table = tables.Column()
    held_at = DateTimeColumn(verbose_name=_("완료한 때"))
    state = StatusColumn()

    class Meta:
        model = Meeting
        fields = ("corporation_name", "startup_name", "meetup", "starts_at", "table", "held_at", "state")


class MeetingFilter(django_filters.FilterSet):
    search = django_filters.CharFilter(method="find", label=_("검색"))
    state = django_filters.ChoiceFilter(choices=MeetingState.choices, label=_("상태"))
    owed = django_filters.ChoiceFilter(
        method="find_owed", label=_("결과"), choices=[("yes", _("결과를 기다리는 만남"))]
    )

    class Meta:
        model = Meeting
        fields = ["search", "state", "owed"]

    def find_owed(self, found: QuerySet[Meeting], _name: str, _value: str) -> QuerySet[Meeting]:
        """Held meetings of which nothing is said yet, the oldest first: who owes an outcome, and since when."""
        found = found.filter(state=MeetingState.HELD, outcome=None).order_by("held_at")
        actor = self.request.actor
        if actor.kind == Kind.CENTER:  # of others' meetings it doesn't see what came of them
            found = found.filter(application__center_id=actor.organization_id)
        return found

    def find(self, found: QuerySet[Meeting], _name: str, text: str) -> QuerySet[Meeting]:
        return found.filter(
            Q(corporation_name__icontains=text) | Q(startup_name__icontains=text) | Q(meetup__name__icontains=text)
        )


class OutcomeTable(tables.Table):
    corporation_name = LinkColumn("outcomes:detail", accessor="meeting__corporation_name", verbose_name=_("수요 기업"))
    startup_name = LinkColumn("outcomes:detail", accessor="meeting__startup_name", verbose_name=_("스타트업"))
    result = tables.Column()
    owner_name = tables.Column()
    due_on = tables.DateColumn(format="Y. n. j.")
    recorded_at = DateTimeColumn(verbose_name=_("기록일"))

    class Meta:
        model = Outcome
        fields = ("corporation_name", "startup_name", "result", "owner_name", "due_on", "recorded_at")


class OutcomeFilter(django_filters.FilterSet):
    search = django_filters.CharFilter(method="find", label=_("검색"))
    result = django_filters.ChoiceFilter(choices=Outcome.Result.choices, label=_("결과"))

    class Meta:
        model = Outcome
        fields = ["search", "result"]

    def find(self, found: QuerySet[Outcome], _name: str, text: str) -> QuerySet[Outcome]:
        return found.filter(Q(meeting__corporation_name__icontains=text) | Q(meeting__startup_name__icontains=text))
