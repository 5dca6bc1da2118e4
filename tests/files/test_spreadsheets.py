"""Spreadsheets: what people see is what is read, what is written is never a formula, and no file ends the process."""

import csv
import io
import re
import time
import zipfile
from collections.abc import Callable
from datetime import date, datetime

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.files.refusal import RefusedFile
from portal.files.spreadsheets import MOST_COLUMNS, Sheet, read_sheet, write_csv, write_xlsx
from tests.files import samples


def read(name: str, content: bytes, **limits: int) -> Sheet:
    return read_sheet(name, io.BytesIO(content), len(content), **limits)


def refusal(name: str, content: bytes, **limits: int) -> RefusedFile:
    with pytest.raises(RefusedFile) as caught:
        read(name, content, **limits)
    return caught.value


def book(fill: Callable[[openpyxl.Workbook], None]) -> bytes:
    workbook = openpyxl.Workbook()
    fill(workbook)
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def rows(*lines: list[object]) -> Callable[[openpyxl.Workbook], None]:
    def fill(workbook: openpyxl.Workbook) -> None:
        for line in lines:
            workbook.active.append(line)

    return fill


def changed(content: bytes, member: str, change: Callable[[bytes], bytes]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return samples.zipped(
            {name: change(archive.read(name)) if name == member else archive.read(name) for name in archive.namelist()}
        )


MOMENT = datetime(2025, 3, 12, 14, 30)  # noqa: DTZ001 - cells have no time zone

# --- in ------------------------------------------------------------------------------------------------------


def test_cells_are_read_as_people_see_them() -> None:
    content = book(
        rows(
            ["수요번호", "사업자등록번호", "TRL", "비율", "일자", "시각", "확인"],
            ["D-001", 1248100998.0, 7, 0.25, date(2025, 3, 12), MOMENT, True],
            [" D-002 ", "124-81-00998", None, -1.5, None, None, False],
        )
    )
    sheet = read("추천.xlsx", content)
    assert sheet.header == ["수요번호", "사업자등록번호", "TRL", "비율", "일자", "시각", "확인"]
    assert sheet.rows == [
        ["D-001", "1248100998", "7", "0.25", "2025-03-12", "2025-03-12 14:30:00", "TRUE"],
        ["D-002", "124-81-00998", "", "-1.5", "", "", "FALSE"],
    ]
    assert sheet.numbers == [2, 3]


def test_formulas_are_read_as_their_last_value() -> None:
    content = book(rows(["가", "나"], ["=1+1", "x"]))
    with_value = changed(
        content,
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(b"<v></v>", b"<v>2</v>").replace(b"<v />", b"<v>2</v>"),
    )
    assert b"<f>1+1</f><v>2</v>" in zipfile.ZipFile(io.BytesIO(with_value)).read("xl/worksheets/sheet1.xml")
    assert read("a.xlsx", with_value).rows == [["2", "x"]]


def test_the_first_visible_sheet_with_anything_on_it_counts() -> None:
    def fill(workbook: openpyxl.Workbook) -> None:
        workbook.active.append(["숨은 제목"])
        workbook.active.append(["숨은 값"])
        workbook.active.sheet_state = "hidden"
        workbook.create_sheet("빈 시트")
        workbook.create_sheet("자료").append(["제목"])
        workbook["자료"].append(["값"])
        workbook.create_sheet("그다음").append(["다른 제목"])
        workbook.active = 1

    sheet = read("a.xlsx", book(fill))
    assert (sheet.header, sheet.rows) == (["제목"], [["값"]])


def test_empty_rows_dont_count_but_keep_the_numbers_right() -> None:
    def fill(workbook: openpyxl.Workbook) -> None:
        workbook.active["B3"], workbook.active["C3"] = "가", "나"
        workbook.active["B6"] = "1"
        workbook.active["B9"], workbook.active["C9"] = "2", " "

    sheet = read("a.xlsx", book(fill))
    assert (sheet.header, sheet.rows, sheet.numbers) == (["가", "나"], [["1", ""], ["2", ""]], [6, 9])
    sheet = read("a.csv", "\r\n가,나\r\n\r\n1,\r\n,\r\n2,3\r\n".encode())
    assert (sheet.header, sheet.rows, sheet.numbers) == (["가", "나"], [["1", ""], ["2", "3"]], [4, 6])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_csv_from_every_office(encoding: str, separator: str) -> None:
    lines = [["기업명", "추천사유"], ["가온", 'AI "협력", 실증; 함께\n둘째 줄']]
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator).writerows(lines)
    sheet = read("a.csv", out.getvalue().encode(encoding))
    assert [sheet.header, *sheet.rows] == lines


REFUSED = {
    "nothing": ("a.xlsx", b"", "file_empty"),
    "no spreadsheet": ("a.docx", samples.office("docx"), "file_kind"),
    "empty sheet": ("a.xlsx", book(rows()), "sheet_empty"),
    "blanks only": ("a.csv", b" , ,\r\n,,\r\n", "sheet_empty"),
    "gap in the header": ("a.csv", "가,,다\r\n1,2,3\r\n".encode(), "sheet_header"),
    "header twice": ("a.csv", "가,가\r\n1,2\r\n".encode(), "sheet_header"),
    "value without header": ("a.csv", "가,나\r\n1,2,3\r\n".encode(), "sheet_header"),
    "too many columns": ("a.csv", b",".join(b"c%d" % i for i in range(MOST_COLUMNS + 1)), "sheet_too_large"),
    "shape without sheet": ("a.xlsx", samples.office("xlsx"), "sheet_unreadable"),
    "open quote": ("a.csv", b'a,b\r\n1,"x\r\n', "sheet_unreadable"),
}


@pytest.mark.parametrize(("name", "content", "code"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_table_is_refused(name: str, content: bytes, code: str) -> None:
    caught = refusal(name, content)
    assert caught.code == code
    assert "주십시오" in str(caught.hint) or caught.hint


def test_rows_are_counted() -> None:
    for name, content in [
        ("a.xlsx", write_xlsx(["가"], [["1"]] * 11, title="t")),
        ("a.csv", write_csv(["가"], [["1"]] * 11)),
    ]:
        assert len(read(name, content, max_rows=11).rows) == 11
        assert refusal(name, content, max_rows=10).code == "sheet_too_large"


SMALL = book(rows(["가", "나"], ["1", "2"]))


MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRINGS = b'<sst xmlns="' + MAIN + b'"><si><t>%s</t></si></sst>'
RELATION = (
    b'<Relationship Id="rId99" Target="sharedStrings.xml" '
    b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"/></Relationships>'
)


def moved_far(xml: bytes) -> bytes:
    return xml.replace(b'r="B2"', b'r="XFD1048576"').replace(b'<row r="2"', b'<row r="1048576"')


def test_a_cell_at_the_end_of_the_world_ends_nothing() -> None:
    """Read in this process, these 5 KB ask for 550 GB and abort it (SIGABRT, not an exception)."""
    content = changed(SMALL, "xl/worksheets/sheet1.xml", moved_far)
    assert len(content) < 10_000
    start = time.monotonic()
    assert refusal("a.xlsx", content).code == "sheet_too_large"
    assert time.monotonic() - start < 5


def test_a_long_text_shown_often_ends_nothing() -> None:
    """One shared string of 2 MB in 2,000 cells: 4 GB."""

    def often(xml: bytes) -> bytes:
        cells = b"".join(b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (i, i) for i in range(1, 2001))
        return re.sub(rb"<sheetData>.*</sheetData>", b"<sheetData>" + cells + b"</sheetData>", xml, flags=re.DOTALL)

    def with_string(length: int) -> bytes:
        content = changed(SMALL, "xl/worksheets/sheet1.xml", often)
        content = changed(content, "xl/_rels/workbook.xml.rels", lambda xml: xml.replace(b"</Relationships>", RELATION))
        out = io.BytesIO(content)
        with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/sharedStrings.xml", STRINGS % (b"x" * length))
        return out.getvalue()

    assert len(read("a.xlsx", with_string(10)).rows) == 1_999
    start = time.monotonic()
    assert refusal("a.xlsx", with_string(2_000_000)).code == "sheet_too_large"
    assert time.monotonic() - start < 15  # 1 s on a quiet machine; without its limit the reader fills the memory


def test_a_full_upload_is_read_quickly() -> None:
    """20,000 × 10 cells take 1.2 s with the process and all checks; the bound is for machines under load."""
    content = write_xlsx(
        [f"열{i}" for i in range(10)], ([f"{j}-{i} 가나다" for i in range(10)] for j in range(5_000)), title="t"
    )
    start = time.monotonic()
    assert len(read("a.xlsx", content).rows) == 5_000
    assert time.monotonic() - start < 3


# --- out -----------------------------------------------------------------------------------------------------

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0", " =1+1", "＝1+1", "#N/A"]


def test_no_text_becomes_a_formula_in_excel() -> None:
    content = write_xlsx(FORMULAS, [FORMULAS], title="내보내기")
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    for line in sheet.iter_rows():
        assert {cell.data_type for cell in line} == {"s"}
    xml = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in xml


def test_no_text_begins_like_a_formula_in_csv() -> None:
    content = write_csv(["가", "=제목"], [[text, -1000] for text in FORMULAS])
    assert content.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert lines[0] == ["가", "'=제목"]
    for (text, number), original in zip(lines[1:], FORMULAS, strict=True):
        assert text in {f"'{original}", "#N/A"}
        assert not text.lstrip().startswith(("=", "+", "-", "@", "＝"))
        assert number == "-1000", "a number stays one"


def test_xlsx_keeps_kinds_and_looks_cared_for() -> None:
    content = write_xlsx(
        ["금액", "일자", "비고"],
        [[200_000_000, date(2025, 3, 12), None]],
        title="지급/내역: 2025년 상반기 딥테크 밸류업 전체 목록",
    )
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert [cell.value for cell in sheet[2]] == [
        200_000_000,
        datetime.combine(date(2025, 3, 12), datetime.min.time()),
        None,
    ]
    assert sheet["A1"].font.bold
    assert sheet.freeze_panes == "A2"
    assert len(sheet.title) <= 31
    assert "/" not in sheet.title


def test_what_xml_cannot_hold_is_left_out() -> None:
    content = write_xlsx(["가"], [["a\x00b\x0bc\ud800d"], ["x" * 40_000]], title="[]")
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet["A2"].value == "abcd"
    assert len(sheet["A3"].value) == 32_767


texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20).map(str.strip)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.lists(texts, min_size=3, max_size=3).filter(any), min_size=1, max_size=5))
def test_what_is_written_as_xlsx_is_read_back(lines: list[list[str]]) -> None:
    sheet = read("a.xlsx", write_xlsx(["가", "나", "다"], lines, title="t"))
    assert sheet.rows == lines


@given(st.lists(st.lists(texts, min_size=3, max_size=3).filter(any), min_size=1, max_size=5))
def test_what_is_written_as_csv_is_read_back_but_for_the_apostrophe(lines: list[list[str]]) -> None:
    sheet = read("a.csv", write_csv(["가", "나", "다"], lines))
    for read_line, line in zip(sheet.rows, lines, strict=True):
        assert [
            text if text == original else text.removeprefix("'") for text, original in zip(read_line, line, strict=True)
        ] == line
