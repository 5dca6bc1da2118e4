"""The list of memberships to review, and its filter."""

from datetime import datetime
from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from portal.kernel.formats import active_language, instant
from portal.organizations.models import Membership
from portal.organizations.tables import YesColumn, role_names
from portal.rolereviews.queries import dormant, due, is_dormant
from portal.web.columns import DateTimeColumn, LinkColumn

YES_NO = [("yes", gettext_lazy("예")), ("no", gettext_lazy("아니요"))]


class UseColumn(tables.Column):
    """When the membership was last used, marked where that is long ago."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(empty_values=(), **kwargs)

    def render(self, value: datetime | None, record: Any, table: Any) -> str:
        words = instant(value, active_language()) if value else _("사용한 적 없음")
        if not is_dormant(record, table.request.actor):
            return words
        return format_html('<span><span class="krds-badge p-badge warning">{}</span> {}</span>', _("휴면"), words)

    def value(self, value: datetime | None) -> str:
        return instant(value, active_language()) if value else _("사용한 적 없음")


class RoleReviewTable(tables.Table):
    user = LinkColumn("role-reviews:detail", verbose_name=gettext_lazy("이름"), order_by="user__name")
    organization = tables.Column(verbose_name=gettext_lazy("기관"), order_by="organization__name")
    roles = tables.Column(orderable=False)
    granted_by = tables.Column(verbose_name=gettext_lazy("역할을 준 사람"), order_by="granted_by__name")
    since = DateTimeColumn(verbose_name=gettext_lazy("역할을 준 때"))
    ended_at = DateTimeColumn(verbose_name=gettext_lazy("위임 종료"))
    used_at = UseColumn(verbose_name=gettext_lazy("마지막 사용"))
    has_second_factor = YesColumn(
        gettext_lazy("사용"), pgettext_lazy("second factor", "없음"), verbose_name=gettext_lazy("2단계 인증")
    )
    reviewed_at = DateTimeColumn(verbose_name=gettext_lazy("지난 점검"))
    due_at = DateTimeColumn(verbose_name=gettext_lazy("점검 기한"))

    class Meta:
        model = Membership
        fields = (
            "user", "organization", "roles", "granted_by", "since", "ended_at", "used_at", "has_second_factor",
            "reviewed_at", "due_at",
        )  # fmt: skip

    def render_roles(self, value: list[str]) -> str:
        return role_names(value)


class RoleReviewFilter(django_filters.FilterSet):
    search = django_filters.CharFilter(method="find", label=gettext_lazy("검색"))
    due = django_filters.ChoiceFilter(method="when_due", label=gettext_lazy("점검할 차례"), choices=YES_NO)
    dormant = django_filters.ChoiceFilter(method="asleep", label=gettext_lazy("휴면"), choices=YES_NO)
    second_factor = django_filters.ChoiceFilter(
        method="protected",
        label=gettext_lazy("2단계 인증"),
        choices=[("yes", gettext_lazy("사용")), ("no", pgettext_lazy("second factor", "없음"))],
    )
    mandate = django_filters.ChoiceFilter(method="given", label=gettext_lazy("위임받은 사람"), choices=YES_NO)

    class Meta:
        model = Membership
        fields = ["search", "due", "dormant", "second_factor", "mandate"]

    def find(self, found: QuerySet[Membership], _name: str, text: str) -> QuerySet[Membership]:
        return found.filter(
            Q(user__name__icontains=text) | Q(user__email__icontains=text) | Q(organization__name__icontains=text)
        )

    def when_due(self, found: QuerySet[Membership], _name: str, value: str) -> QuerySet[Membership]:
        return self._where(found, due(self.request.actor), value)

    def asleep(self, found: QuerySet[Membership], _name: str, value: str) -> QuerySet[Membership]:
        return self._where(found, dormant(self.request.actor), value)

    def protected(self, found: QuerySet[Membership], _name: str, value: str) -> QuerySet[Membership]:
        return self._where(found, Q(has_second_factor=True), value)

    def given(self, found: QuerySet[Membership], _name: str, value: str) -> QuerySet[Membership]:
        return self._where(found, Q(mandated_by__isnull=False), value)

    def _where(self, found: QuerySet[Membership], condition: Q, value: str) -> QuerySet[Membership]:
        return found.filter(condition) if value == "yes" else found.exclude(condition)
