"""The lists of awards and disbursements, and the ledger."""

from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from agreements.funding.models import Award, Disbursement, LedgerEntry, Progress
from agreements.funding.policy import sees_use
from agreements.funding.queries import may_read_ledger
from agreements.funding.workflow import AwardState, State
from portal.web.columns import DateTimeColumn, LinkColumn, MoneyColumn, StatusColumn


class AwardTable(tables.Table):
    """Awards; what is used of them for those who may know it. A left out column is left out of exports too."""

    startup = LinkColumn("awards:detail", verbose_name=_("스타트업"), order_by="startup__name")
    corporation = tables.Column(verbose_name=_("수요 기업"), order_by="corporation__name")
    program = tables.Column(verbose_name=_("사업"), order_by="program__year")
    amount = MoneyColumn()
    remaining = MoneyColumn(verbose_name=_("남은 금액"), orderable=False)
    state = StatusColumn()
    awarded_at = DateTimeColumn(verbose_name=_("배정일"))

    class Meta:
        model = Award
        fields = ("startup", "corporation", "program", "amount", "remaining", "state", "awarded_at")

    def __init__(self, *args: Any, request: Any, **kwargs: Any) -> None:
        if not sees_use(request.actor):
            kwargs["exclude"] = ("remaining",)
        super().__init__(*args, request=request, **kwargs)

    @property
    def leads_to_ledger(self) -> bool:
        return may_read_ledger(self.request.actor)


class AwardFilter(django_filters.FilterSet):
    search = django_filters.CharFilter(method="find", label=_("검색"))
    state = django_filters.ChoiceFilter(choices=AwardState.choices, label=_("상태"))

    class Meta:
        model = Award
        fields = ["search", "state"]

    def find(self, found: QuerySet[Award], _name: str, text: str) -> QuerySet[Award]:
        return found.filter(Q(startup__name__icontains=text) | Q(corporation__name__icontains=text))


class DisbursementTable(tables.Table):
    purpose = LinkColumn("disbursements:detail", verbose_name=_("용도"))
    startup = tables.Column(verbose_name=_("스타트업"), order_by="startup__name")
    amount = MoneyColumn(verbose_name=_("금액"))
    state = StatusColumn()
    requested_at = DateTimeColumn(verbose_name=_("신청일"))

    class Meta:
        model = Disbursement
        fields = ("purpose", "startup", "amount", "state", "requested_at")


class ProgressTable(tables.Table):
    """Disbursements as a coordinating center follows them."""

    startup = LinkColumn("disbursement-states:detail", verbose_name=_("스타트업"), order_by="startup__name")
    program = tables.Column(verbose_name=_("사업"), order_by="program__year")
    state = tables.Column()

    class Meta:
        model = Progress
        fields = ("startup", "program", "state")


class ProgressFilter(django_filters.FilterSet):
    search = django_filters.CharFilter(field_name="startup__name", lookup_expr="icontains", label=_("검색"))
    state = django_filters.ChoiceFilter(choices=State.choices, label=_("상태"))

    class Meta:
        model = Progress
        fields = ["search", "state"]


class DisbursementFilter(django_filters.FilterSet):
    search = django_filters.CharFilter(method="find", label=_("검색"))
    state = django_filters.ChoiceFilter(choices=State.choices, label=_("상태"))

    class Meta:
        model = Disbursement
        fields = ["search", "state"]

    def find(self, found: QuerySet[Disbursement], _name: str, text: str) -> QuerySet[Disbursement]:
        return found.filter(
            Q(startup__name__icontains=text) | Q(purpose__icontains=text) | Q(bank_reference__iexact=text)
        )


class OwnEntryTable(tables.Table):
    """Lines of one award, on its page."""

    at = DateTimeColumn(verbose_name=_("일시"))
    debit = tables.Column(verbose_name=_("나간 곳"))
    credit = tables.Column(verbose_name=_("들어간 곳"))
    amount = MoneyColumn(verbose_name=_("금액"))

    class Meta:
        model = LedgerEntry
        fields = ("at", "debit", "credit", "amount")
        orderable = False


class EntryTable(OwnEntryTable):
    """The ledger; who has booked a line for those who keep and check the books."""

    at = DateTimeColumn(verbose_name=_("일시"), linkify=("ledger:detail", {"id": tables.A("pk")}))
    startup = tables.Column(verbose_name=_("스타트업"))
    program = tables.Column(verbose_name=_("사업"))
    by = tables.Column(verbose_name=_("처리한 사람"))

    class Meta(OwnEntryTable.Meta):
        fields = ("at", "program", "startup", "debit", "credit", "amount", "by")  # type: ignore[assignment]
        sequence = fields

    def __init__(self, *args: Any, request: Any, **kwargs: Any) -> None:
        if not may_read_ledger(request.actor):
            kwargs["exclude"] = ("by",)
        super().__init__(*args, request=request, **kwargs)
