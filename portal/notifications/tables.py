"""The inbox and the list of outgoing mails."""

from typing import Any

import django_filters
import django_tables2 as tables
from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from portal.notifications.models import Mail, Notification
from portal.web.columns import DateTimeColumn, LinkColumn

TONES = {
    Mail.State.WAITING: "info",
    Mail.State.SENT: "success",
    Mail.State.FAILED: "warning",
    Mail.State.GIVEN_UP: "danger",
    Mail.State.UNKNOWN: "warning",
    Mail.State.BOUNCED: "danger",
}


class NotificationTable(tables.Table):
    """A title opens its message: a button of the page's one form, because opening writes that it was read."""

    title = tables.Column(verbose_name=gettext_lazy("알림"), orderable=False)
    created_at = DateTimeColumn(verbose_name=gettext_lazy("받은 때"))
    read_at = tables.Column(verbose_name=pgettext_lazy("notification", "확인"), empty_values=(), orderable=False)

    class Meta:
        model = Notification
        fields = ("title", "created_at", "read_at")

    def render_title(self, record: Notification) -> str:
        return format_html(
            '<button type="submit" class="p-link p-link-btn" form="inbox" formaction="{}">{}</button>',
            reverse("notifications:open", args=[record.pk]),
            record.title,
        )

    def value_title(self, record: Notification) -> str:
        return record.title

    def render_read_at(self, record: Notification) -> str:
        if record.read_at:
            return _("읽음")
        return format_html('<span class="krds-badge p-badge info">{}</span>', _("새 알림"))

    def value_read_at(self, record: Notification) -> str:
        return _("읽음") if record.read_at else _("새 알림")


class NotificationFilter(django_filters.FilterSet):
    search = django_filters.CharFilter(field_name="title", lookup_expr="icontains", label=gettext_lazy("검색"))
    unread = django_filters.ChoiceFilter(
        method="only",
        label=pgettext_lazy("notification", "확인"),
        choices=[("yes", gettext_lazy("새 알림")), ("no", gettext_lazy("읽음"))],
    )

    class Meta:
        model = Notification
        fields = ["search", "unread"]

    def only(self, found: QuerySet[Notification], _name: str, value: str) -> QuerySet[Notification]:
        return found.filter(read_at__isnull=value == "yes")


class MailTable(tables.Table):
    to = LinkColumn("mails:detail")
    language = tables.Column()
    state = tables.Column()
    attempts = tables.Column(attrs={"td": {"class": "num"}, "th": {"class": "num"}})
    created_at = DateTimeColumn()
    sent_at = DateTimeColumn()
    next_at = DateTimeColumn()

    class Meta:
        model = Mail
        fields = ("to", "state", "fault", "attempts", "next_at", "created_at", "sent_at", "language")

    def render_state(self, record: Mail) -> Any:
        tone = TONES[Mail.State(record.state)]
        return format_html('<span class="krds-badge p-badge {}">{}</span>', tone, record.get_state_display())

    def value_state(self, record: Mail) -> str:
        return str(record.get_state_display())


class MailFilter(django_filters.FilterSet):
    search = django_filters.CharFilter(field_name="to", lookup_expr="icontains", label=gettext_lazy("받는 사람"))
    state = django_filters.ChoiceFilter(choices=Mail.State.choices, label=gettext_lazy("상태"))
    fault = django_filters.ChoiceFilter(choices=Mail.Fault.choices, label=gettext_lazy("오류 종류"))
    since = django_filters.DateFilter(
        field_name="created_at",
        lookup_expr="date__gte",
        label=gettext_lazy("작성일(부터)"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    class Meta:
        model = Mail
        fields = ["search", "state", "fault", "since"]
