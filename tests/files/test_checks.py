"""Files are what their content says; what would hurt the next reader stays out, with words that help."""

import hashlib
import io
import os
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from portal.files.checks import DOCUMENTS, IMAGES, KINDS, SPREADSHEETS, Inspected, inspect
from portal.files.refusal import RefusedFile
from tests.files import samples

EVERYTHING = frozenset(KINDS)


def look(name: str, content: bytes, allowed: frozenset[str] = EVERYTHING, **limits: int) -> Inspected:
    return inspect(name, io.BytesIO(content), len(content), allowed, **limits)


def refusal(name: str, content: bytes, allowed: frozenset[str] = EVERYTHING, **limits: int) -> str:
    """The code of the refusal, after a look at its words."""
    with pytest.raises(RefusedFile) as caught:
        look(name, content, allowed, **limits)
    assert str(caught.value.message).endswith(".")
    assert str(caught.value.hint).endswith("주십시오.") or "주십시오: " in str(caught.value.hint)
    return caught.value.code


GOOD = {
    "사업계획서.pdf": samples.pdf(),
    "그림.PNG": samples.png(),
    "사진.jpeg": samples.jpg(),
    "추천.xlsx": samples.office("xlsx"),
    "협약.docx": samples.office("docx"),
    "발표.pptx": samples.office("pptx"),
    "신청서.hwpx": samples.hwpx(),
    "목록.csv": "기업명,대표자\r\n가온,홍길동\r\n".encode(),
}


@pytest.mark.parametrize("name", GOOD)
def test_good_files_are_known_by_their_content(name: str) -> None:
    content = GOOD[name]
    stream = io.BytesIO(content)
    stream.seek(3)
    found = inspect(name, stream, len(content), EVERYTHING)
    assert found.extension == name.rpartition(".")[2].lower()
    assert found.extension in KINDS[found.kind].extensions
    assert found.mime == KINDS[found.kind].mime
    assert (found.size, found.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert stream.tell() == 0, "ready to be stored"


@pytest.mark.parametrize("name", GOOD)
@pytest.mark.parametrize("disguise", ["pdf", "png", "jpg", "xlsx", "docx", "pptx", "hwpx"])
def test_the_name_must_say_what_the_content_is(name: str, disguise: str) -> None:
    kind = look(name, GOOD[name]).kind
    if disguise == kind:
        return
    # Text has no signature: under another name than .csv it is nothing at all.
    assert refusal(f"x.{disguise}", GOOD[name]) == ("file_kind" if kind == "csv" else "file_disguised")


def test_only_wanted_kinds_are_taken() -> None:
    assert refusal("a.png", samples.png(), DOCUMENTS) == "file_kind"
    assert refusal("a.pdf", samples.pdf(), IMAGES | SPREADSHEETS) == "file_kind"
    with pytest.raises(RefusedFile) as caught:
        look("a.pdf", samples.pdf(), SPREADSHEETS)
    assert "CSV, XLSX" in str(caught.value.hint)
    with pytest.raises(ValueError, match="exe"):
        look("a.exe", b"MZ", frozenset({"exe"}))


def test_size_is_limited_and_must_be_true() -> None:
    content = samples.pdf()
    assert refusal("a.pdf", content, limit=len(content) - 1) == "file_too_large"
    assert look("a.pdf", content, limit=len(content)).size == len(content)
    for announced in (len(content) - 1, len(content) + 1):
        with pytest.raises(RefusedFile) as caught:
            inspect("a.pdf", io.BytesIO(content), announced, EVERYTHING)
        assert caught.value.code == "file_damaged"


@pytest.mark.parametrize(
    "name",
    [
        "../a.pdf",
        "a/b.pdf",
        "C:\\a.pdf",
        "a\0.pdf",
        "a\n.pdf",
        "\u202efdp.exe.pdf",
        "a\u200b.pdf",
        "",
        "...",
        "x" * 200 + ".pdf",
    ],
)
def test_names_that_mislead_are_refused(name: str) -> None:
    assert refusal(name, samples.pdf()) == "file_name"


def test_names_from_a_mac_are_composed() -> None:
    assert look(unicodedata.normalize("NFD", "사업계획서.pdf"), samples.pdf()).name == "사업계획서.pdf"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
def test_csv_in_every_encoding_of_korean_offices(encoding: str) -> None:
    assert look("a.csv", ("기업명,추천사유\r\n" + "가온,뷁 협력\r\n" * 90_000).encode(encoding)).kind == "csv"


def test_what_programs_write_by_themselves_is_fine() -> None:
    header = "var Documents = XHwpDocuments;\r\nvar Document = Documents.Active_XHwpDocument;\r\n"
    source = "function OnDocument_New()\r\n{\r\n\t//todo : \r\n}\r\n"
    scripts = {
        "Scripts__headerScripts.js": header.encode("utf-16"),
        "Scripts__sourceScripts": source.encode("utf-16-le"),
    }
    assert look("a.hwpx", samples.hwpx(**scripts)).kind == "hwpx"
    words = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    fields = "".join(
        f"<w:fldChar w:fldCharType='begin'/><w:instrText> {said} </w:instrText><w:fldChar w:fldCharType='end'/>"
        for said in ("PAGE", 'TOC \\o "1-3"', "HYPERLINK &quot;https://a.example/link&quot;", "REF linked")
    )
    links = "".join(
        f'<Relationship Type="http://x/hyperlink" TargetMode="External" Target="{target}"/>'
        for target in ("https://a.example/", "mailto:a@b.example", "#here", "다른%20문서.docx")
    )
    document = samples.office(
        "docx",
        **{
            "word__document.xml": f"<?xml version='1.0' encoding='UTF-8'?><a {words}>{fields}</a>".encode(),
            "word___rels__document.xml.rels": f"<Relationships>{links}</Relationships>".encode(),
        },
    )
    assert look("a.docx", document).kind == "docx"
    assert look("a.csv", "이름,비고\n가온,- 항목|설명\n나래,=A1+B1\n다온,\"'따옴표'!\"\n".encode()).kind == "csv"
    for name in ("사업계획서 v1.2.pdf", "naver.com 소개.pdf", "(주)가온.최종.pdf", "console.pdf"):
        assert look(name, samples.pdf()).name == name


def test_a_workbook_of_a_real_program_is_fine() -> None:
    book = Workbook()
    book.active["A1"].hyperlink, book.active["A2"] = "https://a.example/", "=SUM(B1:B9)"  # type: ignore[index]
    out = io.BytesIO()
    book.save(out)
    assert look("a.xlsx", out.getvalue()).kind == "xlsx"


def test_an_embedded_workbook_is_fine() -> None:
    assert look("a.pptx", samples.office("pptx", ppt__embeddings__a=samples.office("xlsx"))).kind == "pptx"


def test_a_large_file_is_checked_quickly() -> None:
    content = samples.pdf(os.urandom(20_000_000))
    start = time.process_time()
    look("a.pdf", content)
    assert time.process_time() - start < 0.2  # 0.015 s on a quiet machine


@given(st.binary(max_size=400), st.sampled_from(sorted(EVERYTHING)))
def test_random_bytes_never_break_the_checks(content: bytes, extension: str) -> None:
    try:
        look(f"a.{extension}", content)
    except RefusedFile:
        return
    assert extension == "csv", "nothing random has the shape of the other kinds"


@given(st.integers(min_value=0, max_value=len(GOOD["협약.docx"]) - 1), st.integers(min_value=0, max_value=255))
def test_a_changed_byte_never_breaks_the_checks(position: int, byte: int) -> None:
    content = bytearray(GOOD["협약.docx"])
    content[position] = byte
    try:
        look("a.docx", bytes(content))
    except RefusedFile:
        return
