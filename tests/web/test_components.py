"""Every component renders, refuses a bad value, and keeps to the content security policy and to accessibility."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import django_tables2 as tables
import pytest
from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.template import Context, TemplateSyntaxError, engines
from django.test import RequestFactory
from django.utils import translation
from django_cotton.compiler_regex import CottonCompiler

from portal.kernel.money import Won
from portal.web.page import Action, Crumb, Fact, Page, Status, Tab, TimelineEntry, Todo
from portal.web.templatetags import portal

TEMPLATES = Path(settings.BASE_DIR) / "templates"
COMPONENTS = sorted(path.stem for path in (TEMPLATES / "cotton").glob("*.html"))
NOON = datetime(2025, 3, 12, 5, 30, tzinfo=UTC)  # 14:30 in Seoul


class Everything(forms.Form):
    """One field of every kind that pages use."""

    title = forms.CharField(label="과제명", max_length=120, help_text="공고에 그대로 실립니다.")
    email = forms.EmailField(label="이메일", required=False)
    amount = forms.IntegerField(label="신청 금액", widget=forms.TextInput(attrs={"data-money": ""}))
    background = forms.CharField(label="배경", max_length=500, widget=forms.Textarea)
    field = forms.ChoiceField(label="분야", choices=[("r", "로봇"), ("b", "이차전지")])
    level = forms.ChoiceField(label="공개", choices=[("p", "모두"), ("c", "센터만")], widget=forms.RadioSelect)
    kinds = forms.MultipleChoiceField(
        label="유형", choices=[("poc", "PoC"), ("buy", "구매")], widget=forms.CheckboxSelectMultiple
    )
    starts = forms.DateField(label="시작일", widget=forms.DateInput)
    closes = forms.DateTimeField(label="마감", widget=forms.DateTimeInput, required=False)
    file = forms.FileField(
        label="파일",
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.hwpx", "data-max-size": str(20 * 1024 * 1024)}),
    )
    password = forms.CharField(label="비밀번호", widget=forms.PasswordInput, required=False)
    agree = forms.BooleanField(label="확인했습니다")
    key = forms.CharField(widget=forms.HiddenInput, required=False)


class Rows(tables.Table):
    name = tables.Column(verbose_name="기업")
    amount = tables.Column(verbose_name="지원금", attrs={"td": {"class": "num"}})


def rows(count: int = 3) -> Rows:
    table = Rows([{"name": f"<b>기업 {number}</b>", "amount": number} for number in range(count)])
    tables.RequestConfig(request(), paginate={"per_page": 2}).configure(table)
    return table


def request() -> Any:
    made = RequestFactory().get("/list/", {"state": "open", "page": "1"})
    made.htmx = False  # type: ignore[attr-defined]
    return made


def render(source: str, **context: Any) -> str:
    """Render a bit of template as a page would: through cotton's compiler."""
    template = engines["django"].engine.from_string(CottonCompiler().process(source))  # type: ignore[attr-defined]
    return str(template.render(Context({"request": request(), **context})))


SEND = Action("send", "제출", "/send/", method="post", weight="primary", confirm="제출하시겠습니까?")
BLOCKED = Action("publish", "공고", "/publish/", method="post", missing=("규격서가 없습니다.",))
PAGE = Page(
    "제목",
    crumbs=[Crumb("홈", "/")],
    lead="안내",
    status=Status("제출", "info", "검토를 기다립니다."),
    actions=[SEND],
    tabs=[Tab("내용", "/a/", True), Tab("기록", "/b/", count=3)],
)
STEPS = [
    SimpleNamespace(label="기본", state="done", url="/1/"),
    SimpleNamespace(label="첨부", state="current", url=""),
    SimpleNamespace(label="제출", state="todo", url=""),
]

EXAMPLES: dict[str, tuple[str, dict[str, Any]]] = {
    "action": ('<c-action :action="action" />', {"action": SEND}),
    "action_bar": ('<c-action-bar :actions="actions" />', {"actions": [SEND, BLOCKED]}),
    "alert": ('<c-alert tone="danger" title="제목" :live="True">글</c-alert>', {}),
    "badge": ('<c-badge tone="success">선정</c-badge>', {}),
    "bulk": ('<c-bulk :actions="actions" />', {"actions": [SEND]}),
    "button": ('<c-button weight="primary" label="저장" dialog="x" data-x="1" />', {}),
    "card": ('<c-card title="제목" href="/x/">글<c-slot name="foot">밑</c-slot></c-card>', {}),
    "dialog": ('<c-dialog id="ask" title="제목">글</c-dialog>', {}),
    "empty": ('<c-empty title="없습니다." hint="곧 옵니다." />', {}),
    "error_summary": ('<c-error-summary :form="form" />', {"form": Everything({})}),
    "facts": ('<c-facts :facts="facts" />', {"facts": [Fact("마감", NOON), Fact("규격", "")]}),
    "field": ('<c-field :field="form.title" remark="고쳐 주십시오." />', {"form": Everything()}),
    "filter_bar": ('<c-filter-bar :filter="filter" />', {"filter": SimpleNamespace(form=Everything())}),
    "form": ('<c-form :form="form" submit_label="제출" cancel_url="/" />', {"form": Everything()}),
    "list_region": ('<c-list-region :total="3" export_url="/out/">목록</c-list-region>', {}),
    "menu": ('<c-menu label="메뉴" hint="둘째 줄" title="무엇">글</c-menu>', {}),
    "messages": (
        '<c-messages :messages="notes" :oob="True" />',
        {"notes": [SimpleNamespace(level_tag="error", __str__=lambda: "오류")]},
    ),
    "money": ('<c-money :value="113560" :words="True" />', {}),
    "page_head": ('<c-page-head :page="page" />', {"page": PAGE}),
    "pager": ('<c-pager :page="page" />', {"page": Paginator(list(range(100)), 10).page(5)}),
    "progress": ('<c-progress value="40" max="80" label="검사" url="/p/" />', {}),
    "section": ('<c-section title="제목" id="a">글</c-section>', {}),
    "status": ('<c-status :status="status" />', {"status": Status("보완 요청", "warning", "고쳐 주십시오.", True)}),
    "steps": ('<c-steps :steps="steps" />', {"steps": STEPS}),
    "table": ('<c-table :table="table" caption="신청 목록" />', {"table": rows()}),
    "tabs": ('<c-tabs :tabs="tabs" />', {"tabs": PAGE.tabs}),
    "timeline": ('<c-timeline :entries="entries" />', {"entries": [TimelineEntry(NOON, "제출", "김담당", "까닭")]}),
    "todo": ('<c-todo :todos="todos" />', {"todos": [Todo("할 일", "/x/", NOON, "자세히")]}),
    "when": ('<c-when :at="at" :left="True" />', {"at": NOON}),
}


@pytest.fixture(autouse=True)
def korean() -> Iterator[None]:
    with translation.override("ko"):
        yield


# --- every component ------------------------------------------------------------------------------------------


def test_no_component_is_left_out() -> None:
    assert sorted(EXAMPLES) == COMPONENTS


@pytest.mark.parametrize("name", COMPONENTS)
def test_renders(name: str) -> None:
    source, context = EXAMPLES[name]
    html = render(source, **context)
    assert html.strip()
    assert "{{" not in html
    assert "<c-" not in html


@pytest.mark.parametrize("name", COMPONENTS)
def test_says_at_the_top_what_it_takes(name: str) -> None:
    text = (TEMPLATES / "cotton" / f"{name}.html").read_text()
    assert text.startswith("<c-vars")
    assert "{% comment %}" in text[:400]


BAD = [
    '<c-badge tone="red">x</c-badge>',
    '<c-alert tone="loud">x</c-alert>',
    '<c-button weight="huge" label="x" />',
    '<c-button size="xl" label="x" />',
    '<c-button type="link" label="x" />',
    '<c-dialog title="x">y</c-dialog>',
    '<c-dialog id="x">y</c-dialog>',
    '<c-dialog id="x" title="x" size="tiny">y</c-dialog>',
    '<c-empty hint="x" />',
    '<c-card level="1">x</c-card>',
    '<c-status :status="None" />',
    '<c-action :action="None" />',
    "<c-page-head />",
    '<c-table :table="table" />',
    '<c-table caption="x" />',
    '<c-form :form="form" method="put" />',
    "<c-form />",
    "<c-field />",
    '<c-field :field="title" />',
    '<c-progress value="1" />',
    '<c-steps :steps="steps" />',
    '<c-when at="yesterday" />',
    '<c-money :value="1.5" />',
    "<c-section>x</c-section>",
    "<c-menu>x</c-menu>",
]


@pytest.mark.parametrize("source", BAD)
def test_refuses_a_bad_value(source: str) -> None:
    context = {
        "table": rows(),
        "form": Everything(),
        "title": "text",
        "steps": [SimpleNamespace(state="soon", label="x")],
    }
    with pytest.raises((TemplateSyntaxError, ValueError)):
        render(source, **context)


def test_refuses_an_action_with_an_unknown_method() -> None:
    with pytest.raises(TemplateSyntaxError, match="must be one of"):
        render('<c-action :action="action" />', action=Action("x", "x", "/", method="put"))  # type: ignore[arg-type]


# --- what a component promises --------------------------------------------------------------------------------


def test_text_is_escaped() -> None:
    evil = "<script>alert(1)</script>"
    status = Status(evil, "info", evil)
    html = render('<c-status :status="status" /><c-empty title="{{ evil }}" :hint="evil" />', status=status, evil=evil)
    assert "<script" not in html
    assert "&amp;lt;" not in html


def test_a_post_action_is_a_form_with_a_token_and_its_question() -> None:
    html = render('{% csrf_token %}<c-action :action="action" />', action=SEND, csrf_token="abc")
    assert 'data-confirm="제출하시겠습니까?"' in html
    assert html.count("csrfmiddlewaretoken") == 2


def test_what_is_picked_is_posted_with_the_way_back() -> None:
    boxes = '<label><input type="checkbox" name="pick" value="1">하나</label>'
    html = render(f'<c-bulk :actions="actions">{boxes}</c-bulk>', actions=[SEND], csrf_token="abc")
    assert 'name="next" value="/list/?state=open&amp;page=1"' in html
    assert 'formaction="/send/"' in html
    assert boxes in html
    assert "csrfmiddlewaretoken" in html
    assert "<span" not in html, "the boxes stand in place of the words"
    assert not render('<c-bulk :actions="actions" />', actions=[]).strip()


def test_a_blocked_action_can_be_read_but_not_used() -> None:
    html = render('<c-action :action="action" />', action=BLOCKED)
    assert "<form" not in html
    assert 'aria-disabled="true"' in html
    assert re.search(r'aria-describedby="(missing-publish)"', html)
    assert 'id="missing-publish"' in html
    assert "규격서가 없습니다." in html


def test_a_table_has_caption_scope_and_labels_for_phones() -> None:
    html = render('<c-table :table="table" caption="신청 목록" />', table=rows())
    assert "<caption" in html
    assert html.count('scope="col"') == 2
    assert html.count('scope="row"') == 2
    assert html.count('data-label="지원금"') == 2
    assert "&lt;b&gt;기업 0" in html
    assert "state=open&amp;page=2" in html


def test_an_empty_table_says_what_will_come() -> None:
    html = render(
        '<c-table :table="table" caption="x" empty="아직 없습니다." empty_hint="곧 열립니다." />', table=rows(0)
    )
    assert "<table" not in html
    assert "아직 없습니다." in html
    assert "곧 열립니다." in html


def test_the_pager_shows_a_gap_and_the_current_page() -> None:
    assert portal.page_numbers(Paginator(list(range(100)), 10).page(5)) == [1, None, 4, 5, 6, None, 10]
    assert portal.page_numbers(Paginator(list(range(50)), 10).page(3)) == [1, 2, 3, 4, 5]
    assert portal.page_numbers(Paginator(list(range(10)), 10).page(1)) == [1]
    assert 'aria-current="page"' in example("pager")


def example(name: str) -> str:
    source, context = EXAMPLES[name]
    return render(source, **context)


# --- forms ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("bound", [False, True])
def test_every_control_has_a_label(bound: bool) -> None:
    html = render('<c-form :form="form" />', form=Everything({}) if bound else Everything())
    controls = re.findall(r"<(?:input|select|textarea)\b[^>]*>", html)
    ids = {match for tag in controls if 'type="hidden"' not in tag for match in re.findall(r'\bid="([^"]+)"', tag)}
    assert len(ids) == 14
    assert ids <= set(re.findall(r'<label for="([^"]+)"', html))
    assert html.count("<legend") == 2


def test_described_by_names_only_what_is_there() -> None:
    html = render(
        '<c-form :form="form" :remarks="remarks" />', form=Everything({}), remarks={"title": "고쳐 주십시오."}
    )
    named = {part for match in re.findall(r'aria-describedby="([^"]+)"', html) for part in match.split()}
    assert named
    assert named <= set(re.findall(r'\bid="([^"]+)"', html))
    assert "고쳐 주십시오." in html


def test_the_error_summary_links_to_the_fields() -> None:
    html = render('<c-form :form="form" />', form=Everything({}))
    targets = re.findall(r'href="#([^"]+)"', html)
    assert len(targets) == 8
    assert set(targets) <= set(re.findall(r'\bid="([^"]+)"', html))
    assert "id_level_0" in targets
    assert "data-focus" in html


def test_what_was_typed_stays() -> None:
    typed = {
        "title": "로봇 손",
        "background": "배경",
        "field": "b",
        "level": "c",
        "starts": "2025-03-12",
        "amount": "200",
    }
    html = render('<c-form :form="form" />', form=Everything(typed))
    assert 'value="로봇 손"' in html
    assert '<option value="b" selected>' in html
    assert re.search(r'value="c"[^>]*checked', html)
    assert 'value="2025-03-12"' in html


def test_dates_are_shown_in_the_form_the_browser_understands() -> None:
    form = Everything(initial={"starts": date(2025, 3, 12), "closes": datetime(2025, 3, 12, 14, 30)})  # noqa: DTZ001
    html = render('<c-form :form="form" />', form=form)
    assert re.search(r'type="date"[^>]*value="2025-03-12"', html) or 'value="2025-03-12"' in html
    assert 'type="datetime-local"' in html
    assert 'value="2025-03-12T14:30"' in html


def test_a_file_field_says_size_and_type_beforehand() -> None:
    html = render('<c-field :field="form.file" />', form=Everything())
    assert "PDF, HWPX" in html
    assert "20MB" in html
    assert 'id="id_file_limits"' in html


# --- words ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "expected"), [("ko", "2025. 3. 12.(수) 14:30"), ("en", "Wed 12 March 2025, 14:30")]
)
def test_instants_are_shown_in_seoul(language: str, expected: str) -> None:
    with translation.override(language):
        assert expected in render("{% load portal %}{{ at|when }}", at=NOON)


@pytest.mark.parametrize(("language", "expected"), [("ko", "200,000,000원"), ("en", "KRW 200,000,000")])
def test_money_is_whole_won(language: str, expected: str) -> None:
    with translation.override(language):
        assert expected in render("{% load portal %}{{ value|won }}", value=Won(200_000_000))


def test_money_in_words() -> None:
    assert "금일십일만삼천오백육십원" in example("money")


@pytest.mark.parametrize(
    ("left", "words", "tone"),
    [
        (timedelta(minutes=-1), "기한 지남", "danger"),
        (timedelta(seconds=30), "1분 남음", "danger"),
        (timedelta(hours=5), "5시간 남음", "danger"),
        (timedelta(days=2), "2일 남음", "warning"),
        (timedelta(days=30), "30일 남음", "neutral"),
    ],
)
def test_time_left(left: timedelta, words: str, tone: str) -> None:
    context: Any = {"request": SimpleNamespace(actor=SimpleNamespace(now=NOON))}
    assert portal.timesince_left(context, NOON + left) == words
    assert portal.urgency(context, NOON + left) == tone


def test_values_are_written_out() -> None:
    assert portal.shown(True) == "예"
    assert portal.shown(["가", "나"]) == "가 · 나"
    assert "2025. 3. 12.(수)" in portal.shown(date(2025, 3, 12))
    assert "1,000원" in portal.shown(Won(1000))
    assert portal.shown("글") == "글"


# --- all templates --------------------------------------------------------------------------------------------


def test_a_list_is_whole_or_a_part() -> None:
    """One template: the page with its frame, and for htmx only the main part."""
    context = {
        "page": PAGE,
        "table": rows(),
        "filter": None,
        "export_url": "?export=xlsx",
        "empty": "",
        "empty_hint": "",
    }
    template = engines["django"].engine.get_template("web/list.html")  # type: ignore[attr-defined]
    whole = template.render(Context({"request": request(), **context}))
    asked = request()
    asked.htmx = True
    part = template.render(Context({"request": asked, **context}))
    assert "<!DOCTYPE html>" in whole
    assert "<html" not in part
    for html in (whole, part):
        assert 'id="list"' in html
        assert "모두 <strong>3</strong>건" in html
        assert 'href="?export=xlsx"' in html


def test_the_sort_order_survives_filtering() -> None:
    asked = request()
    asked.GET = asked.GET.copy()
    asked.GET["sort"] = "-amount"
    html = render("<c-list-region>x</c-list-region>", request=asked)
    assert 'name="sort"' in html
    assert 'value="-amount"' in html
    assert 'form="list-filter"' in html
