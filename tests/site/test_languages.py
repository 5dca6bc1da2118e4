"""English is complete: every text has its translation, and no public page falls back into Korean."""

import re
from html.parser import HTMLParser

import polib
from django.test import Client

from portal.devstack import translations
from portal.devstack.places import ROOT

CATALOG = polib.pofile(str(translations.catalog_of(ROOT)))
HANGUL = re.compile(r"[가-힣]+")
PAGES = [
    "/", "/programs/", "/demands/", "/results/", "/verify/", "/privacy/", "/accessibility/",
    "/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/nothing/here/",
]  # fmt: skip
READ_ALOUD = {"alt", "title", "aria-label", "placeholder", "content", "value", "data-label"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Korean(HTMLParser):
    """Collects the Hangul of a page outside of elements that say they are Korean."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[bool] = [False]
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        korean = self.open[-1] or (tag != "html" and dict(attrs).get("lang") == "ko")
        if not korean:
            self.found += [v for k, v in attrs if k in READ_ALOUD and v and HANGUL.search(v)]
        if tag not in VOID:
            self.open.append(korean)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID and len(self.open) > 1:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if not self.open[-1] and HANGUL.search(data):
            self.found.append(data.strip())


def test_every_text_is_translated():
    wrong = [(fault, e.msgid) for e in CATALOG for fault in translations._faults(e)]
    assert not wrong
    assert not [e.msgid for e in CATALOG if e.obsolete]
    korean = [e.msgid for e in CATALOG for text in [e.msgstr, *e.msgstr_plural.values()] if HANGUL.search(text)]
    assert not korean


def test_every_text_keeps_its_markup():
    def marks(text: str) -> list[str]:
        return [*sorted(re.findall(r"</?\w+>|%%", text)), text[: len(text) - len(text.lstrip())]]

    for e in CATALOG:
        for text in e.msgstr_plural.values() if e.msgid_plural else [e.msgstr]:
            assert marks(text) == marks(e.msgid), e.msgid


def test_public_pages_are_english_throughout(db, frozen):
    by_cookie, by_header = Client(), Client(headers={"Accept-Language": "en-US,en;q=0.9"})
    by_cookie.cookies["django_language"] = "en"
    left = {}
    for url in PAGES:
        text = (by_header if url == "/" else by_cookie).get(url).content.decode()
        assert '<html lang="en"' in text, url
        page = Korean()
        page.feed(text)
        left |= {url: page.found} if page.found else {}
    assert not left
