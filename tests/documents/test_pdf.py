"""The press: a letter looks and reads like a letter, and no HTML makes it look anywhere outside."""

import io
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pypdf
import pytest
from django.conf import settings
from fontTools.ttLib import TTFont

from portal.documents import pdf as pdf_module
from portal.documents.pdf import WORD_JOINER, PaperFault, Press, keep_words, render_pdf
from portal.documents.qr import qr_png, qr_svg

ROOT = Path(__file__).resolve().parents[2]
STYLESHEET = ROOT / "static/documents/paper.css"
LETTER = (Path(__file__).parent / "selection_result.html").read_text(encoding="utf-8")
PICTURES = {"qr.svg": qr_svg("https://valueup.example/verify/7K2M-9QXD-4TBN")}


@pytest.fixture(scope="session")
def font_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The installed fonts, else the same made from the npm package."""
    installed = Path(getattr(settings, "PORTAL_FONT_DIR", ""))
    if (installed / "PretendardGOV-Bold.ttf").is_file():
        return installed
    made = tmp_path_factory.mktemp("fonts")
    for face in ("Regular", "Medium", "Bold"):
        source = ROOT / f"node_modules/krds-uiux/resources/fonts/PretendardGOV-{face}.subset.woff2"
        if not source.is_file():
            pytest.skip("no fonts: run `make assets`")
        with TTFont(source) as font:
            font.flavor = None
            font.save(made / f"PretendardGOV-{face}.ttf")
    return made


@pytest.fixture(scope="session")
def press(font_dir: Path) -> Press:
    return Press(font_dir=font_dir, stylesheet=STYLESHEET)


@pytest.fixture(scope="session")
def letter(press: Press) -> bytes:
    return press.render(LETTER, pictures=PICTURES)


def read(pdf: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf))


def text_of(pdf: bytes) -> str:
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in read(pdf).pages))


# --- what comes out ------------------------------------------------------------------------------------------


def test_every_word_of_the_letter_can_be_found(letter: bytes) -> None:
    text = text_of(letter)
    for words in (
        "중소벤처기업부",
        "중소벤처기업부장관",
        "주식회사 가온로보틱스 대표이사",
        "협업기업 선정 결과 통지",
        "금200,000,000원(금이억원)",
        "285,714,286",
        "문서번호 DTV-2025-선정통지-0001",
        "1 / 2",
        "시연용 문서",
    ):
        assert words in text
    assert WORD_JOINER not in text, "a joiner in the text layer would hide words from a search"


def test_all_fonts_are_embedded_and_are_ours(letter: bytes) -> None:
    names = set()
    for page in read(letter).pages:
        for font in page["/Resources"]["/Font"].values():  # type: ignore[index]
            descendant = font["/DescendantFonts"][0]
            assert "/FontFile2" in descendant["/FontDescriptor"]
            assert "/ToUnicode" in font
            names.add(font["/BaseFont"].split("+")[1])
    assert names == {"PretendardGOV", "PretendardGOV-Medium", "PretendardGOV-Bold"}


def test_the_letter_is_archivable_and_accessible(letter: bytes) -> None:
    catalog = read(letter).trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"]
    assert catalog["/StructTreeRoot"]
    assert catalog["/Lang"] == "ko"
    assert catalog["/ViewerPreferences"]["/DisplayDocTitle"]
    assert catalog["/OutputIntents"][0]["/S"] == "/GTS_PDFA1"
    metadata = catalog["/Metadata"].get_data().decode()
    assert 'pdfaid:part="2"' in metadata
    assert 'pdfaid:conformance="A"' in metadata
    info = read(letter).metadata
    assert info is not None
    assert info.title == "2025년 딥테크 밸류업 협업기업 선정 결과 통지"


def test_the_same_paper_is_the_same_bytes(press: Press, letter: bytes) -> None:
    assert press.render(LETTER, pictures=PICTURES) == letter
    assert press.render(LETTER.replace("선정", "탈락", 1), pictures=PICTURES) != letter
    assert press.render(LETTER, pictures={"qr.svg": qr_svg("https://other.example/")}) != letter


def test_two_pages_are_quick(press: Press, letter: bytes) -> None:
    """0.22 s CPU on 2 cores; the bound leaves room for a machine under load and still sees a slow stylesheet."""
    assert len(read(letter).pages) == 2
    spent = []
    for _ in range(3):
        start = time.process_time()
        press.render(LETTER, pictures=PICTURES)
        spent.append(time.process_time() - start)
    assert min(spent) < 0.6


def test_words_break_at_blanks_only(press: Press) -> None:
    words = "협력기업과 공동으로 제3조에 따라 2차년도 사업계획서를 중소벤처기업부장관에게 제출하여야 한다 "
    pdf = press.render(f"<p style='width: 47mm'>{words * 3}</p>")
    lines = [line.strip() for line in read(pdf).pages[0].extract_text().splitlines() if line.strip()]
    assert len(lines) > 6
    for line in lines:
        assert set(line.split()) <= {*words.split(), "1", "/"}, line  # the last line is the page number


def test_keep_words_touches_words_only() -> None:
    assert keep_words("협약서 1부") == f"협{WORD_JOINER}약{WORD_JOINER}서 1{WORD_JOINER}부"
    assert keep_words(keep_words("제3조의 AI를")) == keep_words("제3조의 AI를")
    assert keep_words("plain text 2025. 3. 12.") == "plain text 2025. 3. 12."
    assert keep_words("금200원").replace(WORD_JOINER, "") == "금200원"


def test_a_word_longer_than_its_line_is_broken_rather_than_lost(press: Press) -> None:
    pdf = press.render(f"<div style='width: 30mm'><p>{'가' * 60}</p></div>")
    assert len(read(pdf).pages[0].extract_text().split()) > 1


def test_rare_syllables_come_from_the_spare_font(press: Press, font_dir: Path) -> None:
    if not (font_dir / "Pretendard-Regular.ttf").is_file():
        pytest.skip("no spare font: run `make assets`")
    assert press.missing_letters("뷁쀍") == ""
    pdf = press.render("<p>대표자 김뷁쀍</p>")
    assert "김뷁쀍" in text_of(pdf)
    fonts = read(pdf).pages[0]["/Resources"]["/Font"].values()  # type: ignore[index]
    assert {font["/BaseFont"].split("+")[1] for font in fonts} == {
        "PretendardGOV",
        "PretendardGOV-Medium",
        "Pretendard",
    }


def test_letters_without_a_glyph_are_named(
    press: Press, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    assert press.missing_letters(f"주식회사 가온 ABC 1,000원{WORD_JOINER}\u00a0\n") == ""
    assert press.missing_letters("漢字와 漢文") == "漢字文"
    press.render("<p>주식회사 漢</p><style>/* 字 */</style>")
    assert "漢" in caplog.text
    assert "字" not in caplog.text


def test_the_portal_press_is_made_from_the_settings(font_dir: Path, settings: object) -> None:
    settings.PORTAL_FONT_DIR, settings.BASE_DIR = str(font_dir), ROOT  # type: ignore[attr-defined]
    pdf_module._portal_press.cache_clear()
    try:
        assert "안녕" in text_of(render_pdf("<p>안녕</p>"))
    finally:
        pdf_module._portal_press.cache_clear()


def test_without_fonts_nothing_is_printed(tmp_path: Path) -> None:
    with pytest.raises(PaperFault, match="PretendardGOV-Bold"):
        Press(font_dir=tmp_path, stylesheet=STYLESHEET)


def test_a_worker_that_ends_leaves_the_fonts_to_the_others(press: Press, monkeypatch: pytest.MonkeyPatch) -> None:
    files = list(Path(press._fonts._folder).iterdir())
    assert files
    with monkeypatch.context() as child:
        child.setattr(os, "getpid", lambda: -1)
        press._fonts.__del__()
    assert all(file.exists() for file in files)


# --- what must not go in -------------------------------------------------------------------------------------

watching: list[str] | None = None


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    """Audit hook (there is no way to take one off again): notes every connection and every look at the secret."""
    if watching is None:
        return
    if event in {"socket.connect", "socket.getaddrinfo", "urllib.Request"}:
        watching.append(f"{event} {arguments[-1] if event == 'socket.connect' else arguments[0]}")
    elif event == "open" and "secret" in str(arguments[0]):
        watching.append(f"open {arguments[0]}")


sys.addaudithook(_watch)


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret.svg"
    path.write_text("<svg xmlns='http://www.w3.org/2000/svg'><text>기밀</text></svg>")
    return path


@pytest.fixture
def hits(secret: Path) -> Iterator[list[str]]:
    global watching  # an audit hook has no other way to be switched
    watching = []
    yield watching
    watching = None


NET = "http://127.0.0.1:9"
VECTORS = {
    "image over http": f"<img src='{NET}/a.png'>",
    "image over https": "<img src='https://127.0.0.1:9/a.png'>",
    "image over ftp": "<img src='ftp://127.0.0.1:9/a.png'>",
    "image from a file": "<img src='file://{secret}'>",
    "image from a path": "<img src='{secret}'>",
    "image above the base": "<img src='../../../..{secret}'>",
    "other scheme in capitals": "<img src='FILE://{secret}'>",
    "picture of data": "<img src='data:image/png;base64,iVBORw0KGgo='>",
    "svg of data that refers out": (
        "<img src=\"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' "
        f"xmlns:xlink='http://www.w3.org/1999/xlink'><image xlink:href='{NET}/b.png'/></svg>\">"
    ),
    "svg in the page that refers out": (
        "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'>"
        "<image width='9' height='9' href='file://{secret}'/></svg>"
    ),
    "svg that uses another": (
        f"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><use href='{NET}/c.svg#x'/></svg>"
    ),
    "object": "<object data='file://{secret}' type='image/svg+xml'></object>",
    "embed": f"<embed src='{NET}/d.svg' type='image/svg+xml'>",
    "style sheet": f"<link rel='stylesheet' href='{NET}/e.css'>",
    "import": f"<style>@import url('{NET}/f.css');</style>",
    "import of a file": "<style>@import 'file://{secret}';</style>",
    "background": f"<p style=\"background: url('{NET}/g.png')\">x</p>",
    "list image": f"<ul style=\"list-style-image: url('{NET}/h.png')\"><li>x</li></ul>",
    "content": "<style>p::before {{ content: url('file://{secret}') }}</style><p>x</p>",
    "border image": f"<p style=\"border: 1px solid; border-image: url('{NET}/i.png') 1\">x</p>",
    "font": "<style>@font-face {{ font-family: f; src: url('file://{secret}') }}</style><b style='font-family: f'></b>",
    "font over http": f"<style>@font-face {{{{ font-family: g; src: url('{NET}/j.ttf') }}}}</style>",
    "page background": f"<style>@page {{{{ background: url('{NET}/k.png') }}}}</style>",
    "color profile": "<style>@color-profile --x {{ src: url('file://{secret}') }}</style>",
    "attachment": "<link rel='attachment' href='file://{secret}'>",
    "attached link": "<a rel='attachment' href='file://{secret}'>x</a>",
    "attached link over http": f"<a rel='attachment' href='{NET}/l.bin'>x</a>",
    "other base": f"<base href='{NET}/'><img src='m.png'>",
    "base of files": "<base href='file:///'><img src='{secret}'>",
    "our own host": "<img src='https://paper.invalid/../etc/passwd'>",
}
# What the default fetcher doesn't follow either, or refuses to parse before it reads: no control for these.
HARMLESS_BY_DEFAULT = {"picture of data", "our own host", "image from a path", "image above the base"}


@pytest.mark.parametrize("vector", VECTORS.values(), ids=VECTORS.keys())
def test_nothing_outside_is_read(press: Press, hits: list[str], secret: Path, vector: str) -> None:
    html = f"<p>본문</p>{vector.format(secret=secret)}"
    try:
        pdf = press.render(html, variant="pdf/a-3a")
    except PaperFault as fault:
        assert "may not refer" in str(fault) or "may not lead" in str(fault)
    else:
        assert not read(pdf).attachments
        assert "기밀" not in text_of(pdf)
    assert hits == []


def test_the_wall_is_what_holds_them(hits: list[str], secret: Path) -> None:
    """The control: WeasyPrint's own fetcher follows most of these vectors."""
    from weasyprint import HTML

    followed = set()
    for name, vector in VECTORS.items():
        if name not in HARMLESS_BY_DEFAULT:
            hits.clear()
            HTML(string=f"<p>본문</p>{vector.format(secret=secret)}", base_url="file:///").write_pdf()
            followed |= {name} if hits else set()
    assert len(followed) >= 20, sorted(set(VECTORS) - followed)


def test_a_refused_reference_stops_the_paper_and_is_named(press: Press) -> None:
    with pytest.raises(PaperFault, match=r"logo\.png"):
        press.render("<img src='logo.png'>")
    assert press.render("<img src='logo.png' alt=''>", pictures={"logo.png": qr_png("x")})


def test_a_picture_handed_over_refers_to_nothing_either(press: Press, hits: list[str]) -> None:
    picture = f"<image href='{NET}/x.png' width='9' height='9'/>"
    evil = f"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'>{picture}</svg>"
    with pytest.raises(PaperFault):
        press.render("<img src='evil.svg'>", pictures={"evil.svg": evil.encode()})
    assert hits == []


# --- QR codes ------------------------------------------------------------------------------------------------


def test_qr_codes_are_plain_pictures() -> None:
    assert qr_png("https://valueup.example/verify/A").startswith(b"\x89PNG")
    svg = qr_svg("https://valueup.example/verify/A").decode()
    assert "href" not in svg
    assert 'viewBox="0 0 ' in svg
    assert qr_svg("a") != qr_svg("b")


@pytest.mark.parametrize("text", ["", "x" * 3_000])
def test_qr_codes_refuse_what_doesnt_fit(text: str) -> None:
    with pytest.raises(ValueError, match="QR"):
        qr_png(text)


def test_importing_the_module_loads_no_weasyprint() -> None:
    code = "import sys, portal.documents.pdf; sys.exit('weasyprint' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
