"""English is complete: every text has its translation, and no public page falls back into Korean."""

import re
from html.parser import HTMLParser

import polib
import pytest
from django.db import connection
from django.test import Client

from portal.devstack import translations
from portal.devstack.places import ROOT
from portal.kernel.clock import now
from portal.security.actor import Actor, acting, system
from portal.site.sample import running, story
from portal.site.sample.people import Cast
from portal.web.rooms import rooms
from tests import proofs
from tests.browser.payloads import Planter
from tests.browser.tour import ROLES
from tests.site.crawl import pages

CATALOG = polib.pofile(str(translations.catalog_of(ROOT)))
HANGUL = re.compile(r"[가-힣]+")
# What is Korean in every language: the number of a paper, and in the API the code that stands in it.
PROPER = re.compile(r'DTV-\d{4}-[가-힣]+-\d+|"kind":"[가-힣]+"')
OWN_NAME = "한국어"  # a language is offered by its own name
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


def test_every_text_is_found_whatever_its_function_is_called():
    """The catalogue is made from calls of gettext and `_`: what another name is given must stand there, too."""
    known = {e.msgid for e in CATALOG}
    aliases = re.compile(r"import gettext(?:_lazy)? as (\w+)$", re.MULTILINE)
    missing = []
    for folder in ("portal", "programs", "matching", "agreements"):
        for path in (ROOT / folder).rglob("*.py"):
            text = path.read_text()
            for name in set(aliases.findall(text)):
                said = re.findall(rf'\b{name}\(\s*"((?:[^"\\]|\\.)*)"\s*[,)]', text)
                missing += [(path.name, words) for words in said if words.replace('\\"', '"') not in known]
    assert not missing


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
    assert not left, left


def korean_in(cast: Cast, roles: tuple[str, ...]) -> tuple[dict[str, list[str]], int]:
    """The Hangul that is left on the pages of the roles, in answers of the API and in exports; how many were read."""
    left: dict[str, list[str]] = {}
    count = 0
    for role in roles:
        client = Client(raise_request_exception=False)
        if ROLES[role]:
            client.force_login(cast.memberships[ROLES[role]].user)
        client.cookies["django_language"] = "en"
        for path, response in pages(client):
            assert response.status_code < 500, (role, path)
            if response.headers.get("Content-Type", "").startswith("text/html"):
                count += 1
                page = Korean()
                page.feed(PROPER.sub("", response.content.decode()))
                if found := [words for words in page.found if words != OWN_NAME]:
                    left[f"{role} {path}"] = found
        for name in rooms():
            for path in (f"/api/v1/{name}/", f"/api/v1/{name}/?no=1", f"/{name}/?export=csv", f"/api/v1/{name}/x/"):
                count += 1
                if found := HANGUL.findall(PROPER.sub("", client.get(path).content.decode())):
                    left[f"{role} {path}"] = found
    return left, count


def told(*, whole: bool) -> Cast:
    """The sample, with every word that people have written replaced by an English one."""
    cast = Cast()
    with acting(Actor.public(now())), system("sample people"):
        cast.assemble()
    if whole:
        for _chapter in story.tell():
            pass
    else:
        with acting(Actor.public(now())):
            running.play(cast)
    planter = Planter("Words of people")
    planter.plant(connection.settings_dict["NAME"])
    assert not planter.refused and planter.written > 500
    return cast


def test_pages_of_members_are_english_throughout(transactional_db):
    left, count = korean_in(told(whole=False), ("manager",))
    assert not left, left
    assert count > 80


@pytest.mark.prove
def test_pages_of_all_roles_are_english_throughout(transactional_db):
    left, count = korean_in(told(whole=True), tuple(ROLES))
    proofs.record("English throughout", roles=len(ROLES), **{"pages and answers read": count, "with Hangul": len(left)})
    assert not left, left
