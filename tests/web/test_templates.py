"""All templates: what each of them keeps to."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.template.loader import get_template

TEMPLATES = Path(settings.BASE_DIR) / "templates"
ALL = sorted(TEMPLATES.rglob("*.html"))


@pytest.mark.parametrize("path", ALL, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_templates_keep_to_the_content_security_policy(path: Path) -> None:
    """No inline style, handler or script: the policy would block it, and only a browser would notice."""
    text = path.read_text()
    if "documents" in path.relative_to(TEMPLATES).parts:
        pytest.skip("papers are for the PDF engine, not for browsers")
    assert not re.search(r"\sstyle\s*=", text)
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text)
    assert not re.search(r"\shx-on", text)
    assert "<style" not in text
    assert "javascript:" not in text
    for attributes in re.findall(r"<script\b([^>]*)>", text):
        assert "src=" in attributes or 'type="application/json"' in attributes, attributes
    for address in re.findall(r"<(?:script|link|img|iframe)\b[^>]*(?:src|href)=\"([^\"]*)\"", text):
        assert not address.startswith(("http:", "https:", "//")), address


@pytest.mark.parametrize("path", ALL, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_templates_compile(path: Path) -> None:
    get_template(str(path.relative_to(TEMPLATES)))


@pytest.mark.parametrize("path", ALL, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_texts_are_korean_and_marked(path: Path) -> None:
    """Korean is the source language: a text is Korean, and it goes through translate."""
    text = path.read_text()
    for words in re.findall(r"{%-?\s*translate\s+[\"']([^\"']+)[\"']", text):
        assert re.search("[가-힣]", words), words
    if "documents" in path.relative_to(TEMPLATES).parts:
        return
    bare = re.sub(r"{%\s*(comment|blocktranslate)\b.*?{%\s*end\1\s*%}", "", text, flags=re.DOTALL)
    bare = re.sub(r"{#.*?#}|{%.*?%}|{{.*?}}|<!--.*?-->", "", bare, flags=re.DOTALL)
    assert re.findall("[가-힣]+", bare) in ([], ["한국어"])


@pytest.mark.parametrize("code", ["400", "403", "404", "429", "500", "503"])
def test_error_pages_need_no_context(code: str, django_assert_no_access: None) -> None:
    html = get_template(f"{code}.html").render({})
    assert "<h1>" in html
    assert "csrfmiddlewaretoken" not in html
    assert 'lang="ko"' in html


def test_error_page_shows_the_number_to_ask_with() -> None:
    assert "abc-123" in get_template("500.html").render({"request_id": "abc-123"})


@pytest.fixture
def django_assert_no_access(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any use of the database fails: these pages are shown when there is none."""
    from django.db.backends.base.base import BaseDatabaseWrapper

    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("an error page asked the database")

    monkeypatch.setattr(BaseDatabaseWrapper, "ensure_connection", refuse)
