"""The list of background work, and its words."""

from datetime import timedelta
from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import QuerySet
from django.utils.html import format_html
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portal.kernel.errors import Refusal
from portal.outbox.models import Message
from portal.outbox.post import jobs
from portal.security.actor import Actor
from portal.web.columns import DateTimeColumn, LinkColumn

State = Message.State
STATES: dict[str, Any] = {
    State.WAITING: _("대기"),
    State.QUEUED: _("실행 중"),
    State.DONE: _("끝남"),
    State.FAILED: _("실패, 다시 시도 예정"),
    State.GIVEN_UP: _("멈춤"),
}
TONES: dict[str, str] = {
    State.WAITING: "info",
    State.QUEUED: "info",
    State.DONE: "success",
    State.FAILED: "warning",
    State.GIVEN_UP: "danger",
}


def state_of(message: Message) -> str:
    return str(STATES[message.state])


def kind_of(message: Message) -> str:
    """What the work is, in words; its name where no job is called so any more."""
    declared = jobs().get(message.job)
    return str(declared.label) if declared and declared.label else message.job


def fault_of(message: Message) -> str:
    """Why it has stopped. A refusal's words are for people; what a program says may hold anything, so only its kind."""
    kind, colon, words = message.error.partition(": ")
    if not colon or " " in kind:
        return message.error
    if kind in {refusal.__name__ for refusal in _refusals(Refusal)}:
        return words
    return _now("시스템 오류(%(kind)s)입니다. 자세한 내용은 서버 기록에서 작업 번호로 찾을 수 있습니다.") % {
        "kind": kind
    }


def _refusals(base: type[Refusal]) -> list[type[Refusal]]:
    return [base, *(found for one in base.__subclasses__() for found in _refusals(one))]


def age_of(message: Message, actor: Actor) -> str:
    """How long ago it was asked for."""
    minutes = max(0, int((actor.now - message.created_at).total_seconds() // 60))
    if minutes < 60:
        return ngettext("%(n)d분", "%(n)d분", minutes) % {"n": minutes}
    if minutes < 48 * 60:
        return ngettext("%(n)d시간", "%(n)d시간", minutes // 60) % {"n": minutes // 60}
    return ngettext("%(n)d일", "%(n)d일", minutes // 1440) % {"n": minutes // 1440}


class MessageTable(tables.Table):
    job = LinkColumn("jobs:detail", verbose_name=_("작업"))
    state = tables.Column(verbose_name=_("상태"))
    attempts = tables.Column(verbose_name=_("시도"), attrs={"td": {"class": "num"}, "th": {"class": "num"}})
    fault = tables.Column(verbose_name=_("마지막 오류"), empty_values=(), orderable=False)
    created_at = DateTimeColumn(verbose_name=_("요청"))
    age = tables.Column(verbose_name=_("지난 시간"), empty_values=(), order_by="-created_at")

    class Meta:
        model = Message
        fields = ("job", "state", "attempts", "fault", "created_at", "age")

    def render_job(self, record: Message) -> str:
        return kind_of(record)

    def render_state(self, record: Message) -> str:
        return format_html('<span class="krds-badge p-badge {}">{}</span>', TONES[record.state], state_of(record))

    def value_state(self, record: Message) -> str:
        return state_of(record)

    def render_fault(self, record: Message) -> str:
        return fault_of(record) or "–"

    def render_age(self, record: Message) -> str:
        return age_of(record, self.request.actor)


class MessageFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(choices=list(STATES.items()), label=_("상태"))
    job = django_filters.ChoiceFilter(choices=lambda: job_choices(), label=_("작업"))
    older = django_filters.ChoiceFilter(
        method="older_than",
        choices=[("1", _("한 시간 넘게 끝나지 않음")), ("24", _("하루 넘게 끝나지 않음"))],
        label=_("지난 시간"),
    )

    class Meta:
        model = Message
        fields = ["state", "job", "older"]

    def older_than(self, found: QuerySet[Message], _name: str, hours: str) -> QuerySet[Message]:
        before = self.request.actor.now - timedelta(hours=int(hours))
        return found.filter(created_at__lt=before).exclude(state=State.DONE)


def job_choices() -> list[tuple[str, str]]:
    return sorted(((name, str(declared.label or name)) for name, declared in jobs().items()), key=lambda one: one[1])
