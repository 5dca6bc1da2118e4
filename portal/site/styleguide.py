"""The living style guide: every component with sample data. Not in production."""

from datetime import timedelta
from typing import Any

import django_tables2 as tables
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.files.checks import DOCUMENTS
from portal.security.actor import Actor
from portal.web.columns import DateTimeColumn, MoneyColumn
from portal.web.page import Action, Fact, Page, Status, Tab, TimelineEntry, Todo
from portal.web.uploads import UploadField
from portal.web.views import PUBLIC, page

ROWS = (
    ("가온로보틱스", "info", gettext_lazy("평가 진행 중"), 200_000_000),
    ("나래소재", "success", gettext_lazy("선정"), 113_560_000),
    ("다솜센서", "danger", gettext_lazy("미선정"), 0),
    ("라온물류", "warning", gettext_lazy("보완 요청"), 85_000_000),
)


class SampleTable(tables.Table):
    name = tables.Column(verbose_name=gettext_lazy("기업명"))
    state = tables.Column(verbose_name=gettext_lazy("상태"), orderable=False)
    amount = MoneyColumn(verbose_name=gettext_lazy("지원금"))
    at = DateTimeColumn(verbose_name=gettext_lazy("제출"))

    def render_state(self, value: tuple[str, str]) -> SafeString:
        return format_html('<span class="p-badge {}">{}</span>', *value)


class SampleForm(forms.Form):
    """Every kind of field."""

    title = forms.CharField(
        label=gettext_lazy("과제명"), max_length=120, help_text=gettext_lazy("공고에 그대로 실립니다.")
    )
    number = forms.CharField(
        label=gettext_lazy("사업자등록번호"),
        help_text=gettext_lazy("예: 000-88-00013"),
        widget=forms.TextInput(
            attrs={"data-bizno": gettext_lazy("사업자등록번호의 검증번호가 맞지 않습니다."), "inputmode": "numeric"}
        ),
    )
    amount = forms.IntegerField(label=gettext_lazy("신청 금액"), widget=forms.TextInput(attrs={"data-money": ""}))
    problem = forms.CharField(label=gettext_lazy("해결하려는 문제"), max_length=500, widget=forms.Textarea)
    field = forms.ChoiceField(
        label=gettext_lazy("기술분야"), choices=[("r", gettext_lazy("로봇")), ("b", gettext_lazy("이차전지"))]
    )
    level = forms.ChoiceField(
        label=gettext_lazy("공개 범위"),
        choices=[("p", gettext_lazy("전체 공개")), ("c", gettext_lazy("센터만"))],
        widget=forms.RadioSelect,
    )
    types = forms.MultipleChoiceField(
        label=gettext_lazy("협업 유형"),
        choices=[("poc", gettext_lazy("기술 검증(PoC)")), ("joint", gettext_lazy("공동 개발"))],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    due = forms.DateField(label=gettext_lazy("희망 시작일"))
    at = forms.DateTimeField(label=gettext_lazy("마감"), required=False)
    file = UploadField(kinds=DOCUMENTS, label=gettext_lazy("요구 규격서"), required=False)
    password = forms.CharField(label=gettext_lazy("비밀번호"), widget=forms.PasswordInput, required=False)
    agree = forms.BooleanField(label=gettext_lazy("제출한 뒤에는 고칠 수 없음을 확인했습니다."))


@page(PUBLIC)
def guide(request: HttpRequest) -> HttpResponse:
    """All components on one page."""
    actor = request.actor  # type: ignore[attr-defined]
    table = SampleTable(
        [
            {"name": name, "state": (tone, label), "amount": amount, "at": actor.now - timedelta(hours=7 * place)}
            for place, (name, tone, label, amount) in enumerate(ROWS)
        ]
    )
    tables.RequestConfig(request, paginate={"per_page": 3}).configure(table)
    context = {
        "page": Page(title=_("화면 구성 요소"), lead=_("모든 화면이 이 요소로 만들어집니다.")),
        "table": table,
        "form": SampleForm(),
        "bound": SampleForm({"title": ""}, prefix="b", auto_id="b_%s"),
        "now": actor.now,
    }
    return render(request, "web/styleguide.html", context | _parts(actor))


def _parts(actor: Actor) -> dict[str, Any]:
    """What the components are shown with."""
    submit = Action("submit", _("제출"), "#actions", method="get", weight="primary")
    lacking = Action(
        "publish", _("공고"), "#actions", weight="primary", missing=(_("전담 코디네이터를 지정해 주십시오."),)
    )
    return {
        "actions": [
            submit,
            Action("edit", _("수정"), "#actions"),
            Action("stop", _("철회"), "#actions", weight="danger"),
        ],
        "missing": [lacking, Action("edit", _("수정"), "#actions")],
        "status": Status(_("보완 요청"), "warning", _("요구 규격을 고쳐 다시 제출해 주십시오."), mine=True),
        "waiting_status": Status(_("평가 진행 중"), "info", _("평가가 끝나면 결과를 알려 드립니다.")),
        "facts": [Fact(_("수요 기업"), "한빛중공업"), Fact(_("신청 마감"), actor.now), Fact(_("요구 규격"), "")],
        "timeline": [
            TimelineEntry(actor.now, _("보완 요청"), _("중소벤처기업부"), _("요구 규격을 숫자로 적어 주십시오.")),
            TimelineEntry(actor.now - timedelta(days=1), _("제출"), "가온로보틱스"),
        ],
        "tabs": [Tab(_("내용"), "#steps", current=True), Tab(_("추천"), "#steps", count=12)],
        "steps": [
            {"label": _("기본 내용"), "state": "done", "url": "#steps"},
            {"label": _("기술"), "state": "current"},
            {"label": _("확인과 제출"), "state": "todo"},
        ],
        "todos": [
            Todo(_("보완 내용 제출"), "#todo", due=actor.now + timedelta(hours=5), detail="한빛중공업"),
            Todo(_("평가표 7건 작성"), "#todo", due=actor.now + timedelta(days=2)),
            Todo(_("선정안 확정"), "#todo", waiting_for=_("승인권자")),
        ],
    }
