"""The lists of webhooks and of their deliveries."""

import django_filters
import django_tables2 as tables
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from portal.web.columns import DateTimeColumn, LinkColumn
from portal.webhooks.models import Delivery, Webhook

TONES: dict[str, str] = {
    Webhook.State.ACTIVE: "success",
    Webhook.State.STOPPED: "neutral",
    Webhook.State.FAILED: "danger",
    Delivery.State.WAITING: "info",
    Delivery.State.DELIVERED: "success",
    Delivery.State.GIVEN_UP: "danger",
}


class StateTable(tables.Table):
    state = tables.Column()

    def render_state(self, record: Webhook | Delivery) -> str:
        tone = TONES.get(record.state, "neutral")
        return format_html('<span class="krds-badge p-badge {}">{}</span>', tone, record.get_state_display())

    def value_state(self, record: Webhook | Delivery) -> str:
        return str(record.get_state_display())


class WebhookTable(StateTable):
    url = LinkColumn("webhooks:detail")
    created_at = DateTimeColumn()
    failing_since = DateTimeColumn()

    class Meta:
        model = Webhook
        fields = ("url", "state", "created_at", "failing_since")


class DeliveryTable(StateTable):
    event = LinkColumn("webhook-deliveries:detail")
    webhook = tables.Column(verbose_name=_("웹훅"), accessor="webhook__url", order_by="webhook__url")
    attempts = tables.Column(attrs={"td": {"class": "num"}, "th": {"class": "num"}})
    created_at = DateTimeColumn()
    next_at = DateTimeColumn()
    done_at = DateTimeColumn()

    class Meta:
        model = Delivery
        fields = ("event", "webhook", "state", "attempts", "created_at", "next_at", "done_at")


class WebhookFilter(django_filters.FilterSet):
    search = django_filters.CharFilter(field_name="url", lookup_expr="icontains", label=_("주소"))
    state = django_filters.ChoiceFilter(choices=Webhook.State.choices, label=_("상태"))

    class Meta:
        model = Webhook
        fields = ["search", "state"]


class DeliveryFilter(django_filters.FilterSet):
    search = django_filters.CharFilter(field_name="webhook__url", lookup_expr="icontains", label=_("주소"))
    state = django_filters.ChoiceFilter(choices=Delivery.State.choices, label=_("상태"))
    webhook = django_filters.UUIDFilter(field_name="webhook_id", label=_("웹훅 번호"))

    class Meta:
        model = Delivery
        fields = ["search", "state", "webhook"]
