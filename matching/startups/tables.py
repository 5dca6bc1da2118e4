"""The list of startups and its filters."""

import django_filters
import django_tables2 as tables
from django.db.models import QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from matching.startups.models import Consent, Evidence, PastSupport, Profile
from matching.startups.workflow import ConsentState
from portal.organizations.models import Organization
from portal.security.search import found_with
from portal.web.columns import CodeColumn, DateTimeColumn, LinkColumn, MoneyColumn, StatusColumn
from portal.web.forms import code_choices


def verified_badge(organization: Organization) -> SafeString:
    """Whether somebody has checked the registration certificate."""
    known = organization.verified_at is not None
    tone, words = ("success", _("사업자 확인")) if known else ("neutral", _("확인 전"))
    return format_html('<span class="p-badge {}">{}</span>', tone, words)


class StartupTable(tables.Table):
    startup = LinkColumn("startups:detail", verbose_name=gettext_lazy("기업명"), order_by="startup__name")
    business_no = CodeColumn(
        verbose_name=gettext_lazy("사업자등록번호"), accessor="startup__business_no", order_by="startup__business_no"
    )
    verified = tables.Column(
        verbose_name=gettext_lazy("사업자 확인"), accessor="startup", order_by="startup__verified_at"
    )
    representative = tables.Column()
    trl = tables.Column(verbose_name="TRL")
    summary = tables.Column()

    class Meta:
        model = Profile
        fields = ("startup", "business_no", "verified", "representative", "trl", "summary")

    def render_verified(self, value: Organization) -> SafeString:
        return verified_badge(value)

    def value_verified(self, value: Organization) -> str:
        return pgettext("state", "확인") if value.verified_at else ""


class StartupFilter(django_filters.FilterSet):
    search = django_filters.CharFilter(method="find", label=gettext_lazy("검색"))
    region = django_filters.ChoiceFilter(choices=lambda: code_choices("region"), label=gettext_lazy("소재지"))

    class Meta:
        model = Profile
        fields = ["search", "region"]

    def find(self, found: QuerySet[Profile], _name: str, text: str) -> QuerySet[Profile]:
        """What the startup says of itself in a line, or how it is called."""
        return found_with(found, text, startup=Organization.objects.visible_to(self.request.actor))


class ConsentTable(tables.Table):
    purpose = LinkColumn("consents:detail")
    recipient = tables.Column(verbose_name=gettext_lazy("제공받는 곳"), empty_values=(), orderable=False)
    about = tables.Column()
    given_at = DateTimeColumn()
    state = StatusColumn()

    class Meta:
        model = Consent
        fields = ("purpose", "recipient", "about", "given_at", "state")

    def render_recipient(self, value: Organization | None) -> str:
        return str(value) if value else _("수요 기업과 센터 전체")


class ConsentFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(choices=ConsentState.choices, label=gettext_lazy("상태"))

    class Meta:
        model = Consent
        fields = ["state"]


class SupportTable(tables.Table):
    program_name = LinkColumn("past-supports:detail")
    agency = tables.Column()
    year = tables.Column()
    ended_on = tables.Column()
    amount = MoneyColumn()

    class Meta:
        model = PastSupport
        fields = ("program_name", "agency", "year", "ended_on", "amount")


class EvidenceTable(tables.Table):
    name = LinkColumn("startup-documents:detail")
    sort = tables.Column()
    expires_on = tables.Column()

    class Meta:
        model = Evidence
        fields = ("name", "sort", "expires_on")
