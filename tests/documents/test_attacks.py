"""What people type into a paper stays text: fifteen ways to make it more, against PDF and HWPX, each with its control.

The data go through the real template of the result letter. The control prints the same words unescaped with
WeasyPrint's own fetcher, or does what a careless writer would do: there the vector works, so the test can see it.
"""

import io
import re
import time
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

import pypdf
import pytest
from django.template import Context

from portal.documents import papers
from portal.documents.hwpx import render_hwpx
from portal.documents.pdf import PaperFault, render_pdf
from portal.documents.plain import plain
from portal.documents.qr import qr_svg
from tests.documents import test_pdf
from tests.documents.conftest import DATA
from tests.documents.test_pdf import NET

TEMPLATE = "documents/selection_result.html"
OURS = {
    "number": "DTV-2025-결과-0001", "title": "선정 결과 통지", "date": "2025-03-12", "code": "7K2M-9QXD-4TBN-XW3F",
    "created": "2025-03-12T14:00:00+09:00", "issuer": "중소벤처기업부", "notice": "시연용 문서",
    "verify_url": "https://valueup.example/verify/7K2M-9QXD-4TBN-XW3F/",
}  # fmt: skip


@dataclass(frozen=True)
class Vector:
    """`typed` into a field of the letter. `works`: what the control shows: "read", "link", "text" or "raw"."""

    typed: str
    works: str = "read"


SVG = "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><image width='9' height='9' href='{url}'/></svg>"
VECTORS = {
    "script": Vector("<script>document.write('뚫림')</script>", "raw"),
    "image from a file": Vector("<img src='file://{secret}'>"),
    "image over http": Vector(f"<img src='{NET}/a.png'>"),
    "import": Vector(f"<style>@import url('{NET}/b.css');</style>"),
    "url of a style": Vector(f"<p style=\"background: url('{NET}/c.png')\">x</p>"),
    "bomb of data": Vector("<img src='data:image/svg+xml,<svg xmlns=\"http://www.w3.org/2000/svg\"/>'>" * 200, "raw"),
    "external entity of svg": Vector(
        "<!DOCTYPE svg [<!ENTITY x SYSTEM 'file://{secret}'>]>" + SVG.format(url="file://{secret}")
    ),
    "link and embed": Vector(
        f"<link rel='stylesheet' href='{NET}/d.css'><embed src='{NET}/d.svg' type='image/svg+xml'>"
    ),
    "frame": Vector(f"<iframe src='{NET}/e.html'></iframe>", "raw"),
    "attachment": Vector("<a rel='attachment' href='file://{secret}'>x</a>"),
    "script in a link": Vector("<a href='javascript:app.alert(1)'>여기를 누르십시오</a>", "link"),
    "formula": Vector('=HYPERLINK("http://127.0.0.1:9/";"열기")', "text"),
    "reading direction": Vector("(주)가온\u202efdp.exe", "text"),
    "very long word": Vector("가" * 20_000, "text"),
    "null bytes": Vector("가온\x00\x0b\ud800</hp:t><hp:t>", "text"),
    "template syntax": Vector("{{ code }}{% include 'documents/letter.html' %}{% load paper %}", "raw"),
}


@pytest.fixture
def secret(tmp_path):
    path = tmp_path / "secret.svg"
    path.write_text("<svg xmlns='http://www.w3.org/2000/svg'><text>기밀</text></svg>")
    return path


@pytest.fixture
def hits() -> Iterator[list[str]]:
    test_pdf.watching = []
    yield test_pdf.watching
    test_pdf.watching = None


def letter_with(typed: str) -> str:
    """The real letter, with the words in every field that somebody outside has typed."""
    people = {"recipient": {"company": typed, "representative": typed}, "demand": typed, "message": typed}
    return papers.html_of(TEMPLATE, DATA | people | OURS)


def links(pdf: bytes) -> list[object]:
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    return [note.get_object() for page in reader.pages for note in page.get("/Annots", [])]


@pytest.mark.parametrize("vector", VECTORS.values(), ids=VECTORS.keys())
def test_the_pdf_stays_a_paper(vector, hits, secret):
    typed = vector.typed.replace("{secret}", str(secret))
    start = time.process_time()
    pdf = render_pdf(letter_with(typed), pictures={"qr.svg": qr_svg(OURS["verify_url"])})
    assert time.process_time() - start < 20
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    said = re.sub(r"\s+", "", "".join(page.extract_text() for page in reader.pages))
    assert hits == [] and links(pdf) == [] and not reader.attachments
    for forbidden in (b"/JavaScript", b"/JS", b"/Launch", b"/EmbeddedFile", b"/URI"):
        assert forbidden not in pdf
    assert "기밀" not in said and said.count(OURS["code"]) <= 2 * len(reader.pages) + 2
    if len(typed) < 1_000:  # it is printed, as the words that were typed
        assert re.sub(r"\s+", "", plain(typed)) in said


@pytest.mark.parametrize("vector", VECTORS.values(), ids=VECTORS.keys())
def test_the_word_file_stays_a_paper(vector, hits, secret):
    typed = vector.typed.replace("{secret}", str(secret))
    content = render_hwpx(letter_with(typed), title=typed)
    archive = zipfile.ZipFile(io.BytesIO(content))
    assert hits == [] and len(archive.namelist()) == 10
    assert not [n for n in archive.namelist() if n.startswith(("BinData", "Scripts"))]
    section = ElementTree.fromstring(archive.read("Contents/section0.xml"))
    ElementTree.fromstring(archive.read("Contents/content.hpf"))
    known = {"sec", "p", "run", "t", "lineBreak", "tbl", "tr", "tc", "subList", "sz", "pos", "outMargin", "inMargin",
             "cellAddr", "cellSpan", "cellSz", "cellMargin", "ctrl", "colPr", "pageNum", "secPr", "grid", "startNum",
             "visibility", "lineNumberShape", "pagePr", "margin"}  # fmt: skip
    assert {element.tag.split("}")[1] for element in section.iter()} <= known
    said = re.sub(r"\s+", "", "".join(section.itertext()))
    assert "기밀" not in said and said.count(OURS["code"]) == 2
    assert said.count(re.sub(r"\s+", "", plain(typed))) == 5


@pytest.mark.parametrize("vector", VECTORS.values(), ids=VECTORS.keys())
def test_html_that_was_not_escaped_gets_no_further(vector, hits, secret):
    """The second wall: even a template that marks a field as safe reads nothing and leads nowhere."""
    html = f"<body><p>본문</p>{vector.typed.replace('{secret}', str(secret))}</body>"
    try:
        pdf = render_pdf(plain(html), variant="pdf/a-3a")
    except PaperFault as fault:
        assert re.search("may not (refer|lead)", str(fault))
    else:
        assert b"/JavaScript" not in pdf and not links(pdf) and not pypdf.PdfReader(io.BytesIO(pdf)).attachments
    said = "".join(
        ElementTree.fromstring(zipfile.ZipFile(io.BytesIO(render_hwpx(html))).read("Contents/section0.xml")).itertext()
    )
    assert hits == [] and "기밀" not in said and "뚫림" not in said


def control_names(works: str) -> list[str]:
    return [name for name, vector in VECTORS.items() if vector.works == works]


@pytest.mark.parametrize("name", control_names("read"))
def test_control_unguarded_it_reads(name, hits, secret):
    from weasyprint import HTML

    html = f"<body><p>본문</p>{VECTORS[name].typed.replace('{secret}', str(secret))}</body>"
    HTML(string=html, base_url="file:///").write_pdf()
    assert hits, "WeasyPrint's own fetcher follows it"


@pytest.mark.parametrize("name", control_names("link"))
def test_control_unguarded_it_leads_somewhere(name):
    from weasyprint import HTML

    (note,) = links(HTML(string=VECTORS[name].typed).write_pdf())
    assert "javascript:" in str(note["/A"])


@pytest.mark.parametrize("name", control_names("raw"))
def test_control_unescaped_it_is_no_text(name):
    """A template that marks the field as safe (or is made from the data) takes it for markup."""
    template = papers.engine().from_string("{% autoescape off %}{{ typed }}{% endautoescape %}")
    raw = template.render(Context({"typed": VECTORS[name].typed}))
    if name == "template syntax":
        raw = papers.engine().from_string("{{ code }}").render(Context(OURS))
        assert raw == OURS["code"]
    else:
        assert "<" in raw and "<" not in letter_with(VECTORS[name].typed).split("<main")[1].split("<li>")[0][-1:]


def test_control_the_unseen_turns_the_name_and_breaks_the_file():
    typed = VECTORS["reading direction"].typed
    assert any(unicodedata.bidirectional(letter) == "RLO" for letter in typed)
    assert not any(unicodedata.bidirectional(letter) in {"RLO", "LRO", "RLE", "LRE"} for letter in plain(typed))
    with pytest.raises(ElementTree.ParseError):
        ElementTree.fromstring("<t>가온\x00</t>")
    with pytest.raises(ElementTree.ParseError):
        ElementTree.fromstring("<t>가온\x0b</t>")


def test_a_long_word_stays_on_the_page():
    pdf = render_pdf(f"<p>{'가' * 500} {'W' * 500}</p>")
    page = pypdf.PdfReader(io.BytesIO(pdf)).pages[0]
    right = []
    page.extract_text(visitor_text=lambda text, _cm, tm, *_: right.append(tm[4]) if text.strip() else None)
    assert right and max(right) < float(page.mediabox.width)


def test_a_link_that_leads_elsewhere_stops_the_paper():
    for address in (
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:x",
        "file:///etc/passwd",
        "data:text/html,x",
    ):
        with pytest.raises(PaperFault, match="may not lead"):
            render_pdf(f'<p><a href="{address}">x</a></p>')
    assert b"/URI" in render_pdf('<p><a href="https://valueup.example/">x</a> <a href="#a">y</a></p><p id="a">z</p>')
