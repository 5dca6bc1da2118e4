"""The lists of organisations and of members, and their filters."""

from collections.abc import Iterable
from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.utils.html import format_html
from django.utils.translation import gettext_lazy, pgettext_lazy

from portal.kernel.roles import Kind, Role
from portal.organizations.models import Membership, Organization
from portal.security.search import found_by
from portal.web.columns import CodeColumn, DateTimeColumn, LinkColumn


def role_names(roles: Iterable[str]) -> str:
    """Roles in words, in the order of the list of roles."""
    held = set(roles)
    return ", ".join(str(role.label) for role in Role if str(role) in held)


class YesColumn(tables.Column):
    """Whether something has happened, as a badge."""

    def __init__(self, yes: Any, no: Any, **kwargs: Any) -> None:
        super().__init__(empty_values=(), **kwargs)
        self.yes, self.no = yes, no

    def render(self, value: Any) -> str:
        tone, words = ("success", self.yes) if value else ("neutral", self.no)
        return format_html('<span class="krds-badge p-badge {}">{}</span>', tone, words)

    def value(self, value: Any) -> str:
        return str(self.yes if value else self.no)


class OrganizationTable(tables.Table):
    name = LinkColumn("organizations:detail")
    kind = tables.Column()
    business_no = CodeColumn()
    verified_at = YesColumn(
        pgettext_lazy("state", "확인"), gettext_lazy("미확인"), verbose_name=gettext_lazy("사업자등록")
    )
    created_at = DateTimeColumn(verbose_name=gettext_lazy("등록"))

    class Meta:
        model = Organization
        fields = ("name", "kind", "business_no", "verified_at", "created_at")

    def render_name(self, record: Organization) -> str:
        return str(record)


class OrganizationFilter(django_filters.FilterSet):
    search = django_filters.CharFilter(method="find", label=gettext_lazy("검색"))
    kind = django_filters.ChoiceFilter(choices=Kind.choices, label=gettext_lazy("구분"))
    verified = django_filters.ChoiceFilter(
        method="checked",
        label=gettext_lazy("사업자등록"),
        choices=[("yes", pgettext_lazy("state", "확인")), ("no", gettext_lazy("미확인"))],
    )

    class Meta:
        model = Organization
        fields = ["search", "kind", "verified"]

    def find(self, found: QuerySet[Organization], _name: str, text: str) -> QuerySet[Organization]:
        return found_by(found, text)

    def checked(self, found: QuerySet[Organization], _name: str, value: str) -> QuerySet[Organization]:
        return found.filter(verified_at__isnull=value == "no")


class MembershipTable(tables.Table):
    user = LinkColumn("memberships:detail", verbose_name=gettext_lazy("이름"), order_by="user__name")
    email = tables.Column(accessor="user__email", verbose_name=gettext_lazy("이메일"))
    organization = tables.Column(verbose_name=gettext_lazy("기관"), order_by="organization__name")
    roles = tables.Column(orderable=False)
    started_at = DateTimeColumn()
    ended_at = DateTimeColumn(default=gettext_lazy("소속 중"))

    class Meta:
        model = Membership
        fields = ("user", "email", "organization", "roles", "started_at", "ended_at")

    def render_roles(self, value: list[str]) -> str:
        return role_names(value)


class MembershipFilter(django_filters.FilterSet):
    search = django_filters.CharFilter(method="find", label=gettext_lazy("검색"))
    present = django_filters.ChoiceFilter(
        method="only",
        label=gettext_lazy("소속"),
        choices=[("yes", gettext_lazy("소속 중")), ("no", gettext_lazy("소속 끝남"))],
    )

    class Meta:
        model = Membership
        fields = ["search", "present"]

    def find(self, found: QuerySet[Membership], _name: str, text: str) -> QuerySet[Membership]:
        return found.filter(Q(user__name__icontains=text) | Q(user__email__icontains=text))

    def only(self, found: QuerySet[Membership], _name: str, value: str) -> QuerySet[Membership]:
        return found.filter(ended_at__isnull=value == "yes")
