"""Files are what their content says; what would hurt the next reader stays out, with words that help."""

import hashlib
import io
import os
import struct
import time
import tracemalloc
import unicodedata
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.files.checks import DOCUMENTS, IMAGES, KINDS, SPREADSHEETS, Inspected, inspect
from portal.files.containers import MOST_MEMBERS
from portal.files.refusal import RefusedFile
from tests.files import samples

EVERYTHING = frozenset(KINDS)
MACRO_TYPE = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"


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


HOSTILE = {
    "empty": ("a.pdf", b"", "file_empty"),
    "program": ("a.pdf", b"MZ\x90\0" + b"\0" * 500, "file_kind"),
    "program as csv": ("a.csv", b"MZ\x90\0" + b"\0" * 500, "file_kind"),
    "page as csv": ("a.csv", b"\xef\xbb\xbf <html><script>", "file_kind"),
    "picture with script": ("a.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "file_kind"),
    "binary as csv": ("a.csv", bytes(range(1, 256)) * 9, "file_encoding"),
    "null bytes in csv": ("a.csv", b"a,b\n1,\0\n", "file_encoding"),
    "pdf behind something": ("a.pdf", b"GIF89a" + samples.pdf(), "file_kind"),
    "pdf cut off": ("a.pdf", samples.pdf()[:-10] + b" " * 3000, "file_damaged"),
    "png cut off": ("a.png", samples.png()[:-4], "file_damaged"),
    "png with a tail": ("a.png", samples.png() + samples.office("docx"), "file_damaged"),
    "png without header": ("a.png", b"\x89PNG\r\n\x1a\n" + samples.png()[-12:], "file_damaged"),
    "png of a square kilometre": ("a.png", samples.png(60_000, 60_000), "image_too_large"),
    "png of nothing": ("a.png", samples.png(0, 5), "image_too_large"),
    "jpg of a square kilometre": ("a.jpg", samples.jpg(60_000, 60_000), "image_too_large"),
    "jpg without frame": ("a.jpg", b"\xff\xd8\xff\xe0\0\x10" + b"\0" * 20, "file_damaged"),
    "office with password": ("a.xlsx", samples.ole("EncryptedPackage"), "file_locked"),
    "old office": ("a.hwp", samples.ole(), "file_kind"),
    "old office with new name": ("a.docx", samples.ole(), "file_kind"),
    "plain zip": ("a.zip", samples.zipped({"a.txt": b"x"}), "file_kind"),
    "zip as docx": ("a.docx", samples.zipped({"a.txt": b"x"}), "file_kind"),
    "office of unknown kind": (
        "a.docx",
        samples.zipped({"[Content_Types].xml": samples.content_types("x/y")}),
        "file_kind",
    ),
    "office of two kinds": (
        "a.docx",
        samples.zipped({"[Content_Types].xml": samples.content_types(*samples.MAIN.values())}),
        "file_kind",
    ),
    "macro by type": (
        "a.xlsx",
        samples.zipped({"[Content_Types].xml": samples.content_types(samples.MAIN["xlsx"], MACRO_TYPE)}),
        "file_macro",
    ),
    "macro by member": ("a.docx", samples.office("docx", word__vbaProject=b"x"), "file_macro"),
    "macro sheet of Excel 4": ("a.xlsx", samples.office("xlsx", xl__macrosheets__sheet1=b"<x/>"), "file_macro"),
    "macro in a nested workbook": (
        "a.docx",
        samples.office("docx", word__embeddings__a=samples.office("xlsx", vbaProject=b"x")),
        "file_macro",
    ),
    "entities in the content types": (
        "a.docx",
        samples.zipped({"[Content_Types].xml": b"<!DOCTYPE x [<!ENTITY a 'aaaa'>]><x>&a;</x>"}),
        "file_damaged",
    ),
    "huge content types": (
        "a.docx",
        samples.zipped({"[Content_Types].xml": b"<x>" + b" " * 2_000_000}),
        "file_damaged",
    ),
    "broken content types": ("a.docx", samples.zipped({"[Content_Types].xml": b"<x>"}), "file_damaged"),
    "hwpx with password": (
        "a.hwpx",
        samples.hwpx(**{"META-INF__manifest.xml": b"<m:encryption-data/>"}),
        "file_locked",
    ),
    "hwpx without document": ("a.hwpx", samples.zipped({"mimetype": b"application/hwp+zip"}), "file_kind"),
    "path upwards": ("a.docx", samples.office("docx", **{"..__evil": b"x"}), "file_unsafe"),
    "path from the root": ("a.docx", samples.office("docx", __etc__passwd=b"x"), "file_unsafe"),
    "path of Windows": ("a.docx", samples.office("docx", **{"C:__x": b"x"}), "file_unsafe"),
    "path with backslash": ("a.docx", samples.office("docx", **{"x\\..\\y": b"x"}), "file_unsafe"),
    "same name twice": ("a.docx", samples.office("docx", PART0_xml=b"", part0_XML=b""), "file_damaged"),
    "zip cut off": ("a.docx", samples.office("docx")[:-30], "file_damaged"),
    "zip with a tail": ("a.docx", samples.office("docx") + b"tail", "file_damaged"),
    "member with password": (
        "a.docx",
        samples.with_directory_changed(samples.office("docx"), 8, b"\1\0"),
        "file_locked",
    ),
    "unknown packing": (
        "a.docx",
        samples.with_directory_changed(samples.office("docx"), 10, b"\x0c\0"),
        "file_damaged",
    ),
    "size that isn't true": (
        "a.docx",
        samples.with_directory_changed(samples.office("docx"), 24, struct.pack("<I", 3)),
        "file_damaged",
    ),
    "checksum that isn't true": (
        "a.docx",
        samples.with_directory_changed(samples.office("docx"), 16, b"\0\0\0\0"),
        "file_damaged",
    ),
    "two names for one member": (
        "a.docx",
        samples.with_directory_changed(samples.office("docx"), 46, b"k"),
        "file_damaged",
    ),
    "nested too deep": (
        "a.docx",
        samples.office("docx", a=samples.zipped({"b": samples.zipped({"c": b"x"})})),
        "file_bomb",
    ),
    "too many members": ("a.docx", samples.zipped({str(i): b"" for i in range(MOST_MEMBERS + 1)}), "file_damaged"),
}


@pytest.mark.parametrize(("name", "content", "code"), HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_files_stay_out(name: str, content: bytes, code: str) -> None:
    assert refusal(name, content) == code


def test_a_member_before_the_file_stays_out() -> None:
    """An end record that says the directory lies further on: the members' places become negative."""
    archive = bytearray(samples.office("docx"))
    place = archive.rindex(b"PK\x05\x06") + 16
    archive[place : place + 4] = struct.pack("<I", struct.unpack_from("<I", archive, place)[0] + 50)
    assert refusal("a.docx", bytes(archive)) == "file_damaged"


def test_an_end_record_of_64_bits_stays_out() -> None:
    """Readers that believe it take the directory from where it says, and see another file than the others."""
    archive = samples.office("docx")
    end = archive.rindex(b"PK\x05\x06")
    assert refusal("a.docx", archive[:end] + b"PK\x06\x07" + b"\0" * 16 + archive[end:]) == "file_damaged"


def test_a_huge_directory_is_not_even_read(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.BytesIO(samples.office("docx"))
    with zipfile.ZipFile(out, "a") as archive:
        for number in range(20):
            member = zipfile.ZipInfo(str(number))
            member.comment = b"x" * 60_000
            archive.writestr(member, b"")
    monkeypatch.setattr(zipfile, "ZipFile", None)
    assert refusal("a.docx", out.getvalue()) == "file_damaged"


def test_a_symbolic_link_stays_out() -> None:
    out = io.BytesIO(samples.office("docx"))
    with zipfile.ZipFile(out, "a") as archive:
        link = zipfile.ZipInfo("link")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    assert refusal("a.docx", out.getvalue()) == "file_unsafe"


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


def test_an_embedded_workbook_is_fine() -> None:
    assert look("a.pptx", samples.office("pptx", ppt__embeddings__a=samples.office("xlsx"))).kind == "pptx"


BOMB = samples.office("xlsx", xl__worksheets__sheet1=b" " * 300_000_000)
NESTED_BOMB = samples.office("docx", a=samples.zipped({"b": b" " * 300_000_000}))


def overlapping_bomb() -> bytes:
    """Many directory entries that share one member (Fifield 2019): each is harmless, together they unpack to 800 MB."""
    one = samples.office("docx", **{"b.bin": b"\0" * 8_000_000})
    at = one.index(b"PK\x01\x02", one.index(b"PK\x01\x02", one.index(b"PK\x01\x02") + 4) + 4)
    end = one.index(b"PK\x05\x06")
    entry = one[at:end]
    directory_at = one.index(b"PK\x01\x02")
    directory = one[directory_at:end] + entry * 99
    tail = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 102, 102, len(directory), directory_at, 0)
    return one[:directory_at] + directory + tail


@pytest.mark.parametrize("bomb", [BOMB, NESTED_BOMB], ids=["plain", "nested"])
def test_bombs_are_refused_quickly_and_in_little_memory(bomb: bytes) -> None:
    assert len(bomb) < 1_000_000
    start = time.process_time()
    assert refusal("a.xlsx" if bomb is BOMB else "a.docx", bomb) == "file_bomb"
    assert time.process_time() - start < 0.5  # 0.08 s on a quiet machine
    tracemalloc.start()
    try:
        refusal("a.xlsx" if bomb is BOMB else "a.docx", bomb)
        assert tracemalloc.get_traced_memory()[1] < 40_000_000
    finally:
        tracemalloc.stop()


def test_overlapping_members_are_refused() -> None:
    assert refusal("a.docx", overlapping_bomb()) == "file_damaged"


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
