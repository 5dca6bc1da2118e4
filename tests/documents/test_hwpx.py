"""HWPX: the same words as on the printed paper, in a file that the word processor can open."""

import io
import re
import zipfile
from xml.etree import ElementTree

import pytest
from django.core.files.storage import default_storage

from portal.documents.hwpx import render_hwpx
from portal.files.checks import inspect
from tests.documents.test_pdf import LETTER

HP = "{http://www.hancom.co.kr/hwpml/2011/paragraph}"
HH = "{http://www.hancom.co.kr/hwpml/2011/head}"


def opened(content: bytes) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(content))


def section(content: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(opened(content).read("Contents/section0.xml"))


def words(content: bytes) -> str:
    """All that is written in the section, blanks aside."""
    return squeezed("".join("".join(t.itertext()) for t in section(content).iter(f"{HP}t")))


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def texts_of(html: str) -> list[str]:
    """Every text of the HTML's body in order."""
    import tinyhtml5

    body = tinyhtml5.parse(html, namespace_html_elements=False).find("body")
    return [squeezed(text) for text in body.itertext() if text.strip()]


@pytest.fixture(scope="module")
def letter() -> bytes:
    return render_hwpx(LETTER, title="선정 결과 <통지>")


def test_the_container(letter):
    archive = opened(letter)
    names = archive.namelist()
    assert names[0] == "mimetype" and archive.getinfo("mimetype").compress_type == zipfile.ZIP_STORED
    assert letter[30:57] == b"mimetypeapplication/hwp+zip"
    for name in (
        "version.xml", "settings.xml", "Contents/header.xml", "Contents/section0.xml", "Contents/content.hpf",
        "META-INF/container.xml", "META-INF/manifest.xml", "META-INF/container.rdf",
    ):  # fmt: skip
        ElementTree.fromstring(archive.read(name))
    listed = ElementTree.fromstring(archive.read("Contents/content.hpf")).iter("{http://www.idpf.org/2007/opf/}item")
    assert {item.get("href") for item in listed} <= set(names)
    assert "선정 결과 &lt;통지&gt;" in archive.read("Contents/content.hpf").decode()
    assert archive.testzip() is None


def test_every_number_refers_to_something(letter):
    head = ElementTree.fromstring(opened(letter).read("Contents/header.xml"))
    defined = {
        name: {e.get("id") for e in head.iter(f"{HH}{name}")} for name in ("charPr", "paraPr", "borderFill", "style")
    }
    for element in [*head.iter(), *section(letter).iter()]:
        for name, ids in defined.items():
            if (asked := element.get(f"{name}IDRef")) is not None:
                assert asked in ids, (element.tag, name)
    for lists in ("fontfaces", "borderFills", "charProperties", "paraProperties", "styles"):
        (found,) = head.iter(f"{HH}{lists}")
        assert int(found.get("itemCnt")) == len(list(found))


def test_all_text_is_there_in_order(letter):
    said, at = words(letter), 0
    for text in texts_of(LETTER):
        place = said.find(text, at)
        assert place >= 0, text
        at = place + len(text)
    assert said.startswith("시연용문서")


def test_tables_have_the_same_rows_and_cells(letter):
    import tinyhtml5

    html = list(tinyhtml5.parse(LETTER, namespace_html_elements=False).iter("table"))
    ours = list(section(letter).iter(f"{HP}tbl"))
    assert len(ours) == len(html) > 0
    for table, made in zip(html, ours, strict=True):
        rows = [
            [squeezed("".join(cell.itertext())) for cell in row if cell.tag in ("td", "th")] for row in table.iter("tr")
        ]
        found = [
            [squeezed("".join("".join(t.itertext()) for t in cell.iter(f"{HP}t"))) for cell in row.findall(f"{HP}tc")]
            for row in made.findall(f"{HP}tr")
        ]
        assert found == rows and int(made.get("rowCnt")) == len(rows)


def test_spans_and_nested_tables():
    html = (
        "<table><tr><th rowspan=2>가</th><td colspan=2>나</td></tr><tr><td>다</td><td>라<table><tr><td>마</td></tr>"
        "</table></td></tr></table>"
    )
    outer, inner = section(render_hwpx(html)).iter(f"{HP}tbl")
    places = [
        (a.get("colAddr"), a.get("rowAddr"))
        for tr in outer.findall(f"{HP}tr")
        for a in tr.findall(f"{HP}tc/{HP}cellAddr")
    ]
    assert places == [("0", "0"), ("1", "0"), ("1", "1"), ("2", "1")]
    assert outer.get("colCnt") == "3" and inner.get("colCnt") == "1"


def test_headings_lists_and_breaks():
    html = (
        "<body><h2>제1조(목적)</h2><ol class=points><li>하나<ol><li>둘<br>셋</li><li><p>넷</p></li></ol></li></ol>"
        "<ul><li>다섯</li></ul><dl><dt>수신</dt><dd>\n  가온 <b>귀하</b>\n</dd></dl>"
    )
    paragraphs = ["|".join("".join(t.itertext()) for t in p.iter(f"{HP}t")) for p in section(render_hwpx(html))][1:]
    joined = [p.replace("|", "") for p in paragraphs]
    assert joined == ["제1조(목적)", "1. 하나", "가. 둘셋", "나. 넷", "· 다섯", "수신\u2003가온 귀하"]
    assert len(list(section(render_hwpx(html)).iter(f"{HP}lineBreak"))) == 1


def test_the_same_paper_is_the_same_bytes(letter):
    assert render_hwpx(LETTER, title="선정 결과 <통지>") == letter


def test_our_own_checks_let_it_in(ready):
    """What the portal issues, it also takes back: as an attachment of an application, say."""
    with default_storage.open(ready.hwpx_key) as file:
        content = file.read()
    assert inspect("통지.hwpx", io.BytesIO(content), len(content), frozenset({"hwpx"})).kind == "hwpx"
    said = words(content)
    for part in ("가온로보틱스", "금200,000,000원(금이억원)", "끝.", ready.code, ready.number):
        assert squeezed(part) in said
