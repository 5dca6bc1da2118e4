"""Spreadsheets in and out: a sheet is a header and rows of text, whatever program wrote it.

Pure but for one thing: XLSX files are read by a process of their own (portal/files/xlsx_reader.py says why), after
the checks of portal/files/checks.py. Limits are [ours].
"""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any, Final

from django.utils.translation import gettext_lazy as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from portal.files import xlsx_reader
from portal.files.checks import LARGEST, SPREADSHEETS, inspect, text_encoding
from portal.files.limited import TooMuch, run_limited
from portal.files.refusal import RefusedFile

MOST_ROWS: Final = 20_000
MOST_COLUMNS: Final = 200

Cell = str | int | float | bool | date | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a sheet says. Every row is as long as the header; rows without any value are left out.

    `numbers` has, for each row, the number that the spreadsheet program shows beside it: for messages.
    """

    header: list[str]
    rows: list[list[str]]
    numbers: list[int]


def read_sheet(name: str, stream: IO[bytes], size: int, *, max_rows: int = MOST_ROWS, limit: int = LARGEST) -> Sheet:
    """Read an XLSX file (the first visible sheet with anything on it) or a CSV file (UTF-8 or CP949).

    The first row that isn't empty is the header. Cells become text as people see them: whole numbers without
    a fraction, dates as ISO 8601, formulas as their last computed value. Hidden sheets are ignored.
    Raises RefusedFile where the file is something else, has no header or rows, or more than `max_rows` rows.
    """
    kind = inspect(name, stream, size, SPREADSHEETS, limit=limit).kind
    lines = _csv_lines(stream, max_rows) if kind == "csv" else _xlsx_lines(stream, max_rows)
    return _sheet(lines, max_rows)


def write_xlsx(header: Sequence[str], rows: Iterable[Sequence[Cell]], *, title: str) -> bytes:
    """An XLSX file with one sheet `title`: header in bold and frozen, texts as texts, numbers and dates as such.

    No text is ever a formula, whatever it begins with. Rows may be a generator; memory stays flat.
    Raises ValueError for an instant with a time zone (Excel has none: say in words which one you mean).
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_sheet_title(title))
    sheet.freeze_panes = "A2"
    for number, name in enumerate(header, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = min(40, max(12, 2.2 * len(name) + 2))
    bold, tint, middle = Font(bold=True), PatternFill("solid", fgColor="EEF2F7"), Alignment(vertical="center")
    names = [_text_cell(sheet, name) for name in header]
    for cell in names:
        cell.font, cell.fill, cell.alignment = bold, tint, middle
    sheet.append(names)
    for row in rows:
        sheet.append([_xlsx_value(sheet, value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def write_csv(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A CSV file in UTF-8 with byte order mark (without it, Excel in Korea reads CP949) and CRLF (RFC 4180).

    Texts that a spreadsheet program would take for a formula get a leading apostrophe (OWASP: CSV injection);
    numbers don't, so that -1000 stays a number.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([_csv_cell(name) for name in header])
    writer.writerows([_csv_cell(value) for value in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


# --- out -----------------------------------------------------------------------------------------------------

_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NOT_IN_TITLES: Final = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
# XML 1.0 has no way to write these; pasted texts have them.
_NOT_IN_XML: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_LONGEST_CELL: Final = 32_767


def _xlsx_value(sheet: Any, value: Cell) -> Any:
    """The value as openpyxl takes it. It would make a formula of "=1+1" and an error of "#N/A": those go as cells."""
    if not isinstance(value, str):
        return value
    text = _NOT_IN_XML.sub("", value)[:_LONGEST_CELL]
    return _text_cell(sheet, text) if text.startswith(("=", "#")) else text


def _text_cell(sheet: Any, text: str) -> Any:
    """A cell that holds text and nothing but text."""
    cell = WriteOnlyCell(sheet, value="")
    cell.value = _NOT_IN_XML.sub("", text)[:_LONGEST_CELL]
    cell.data_type = "s"
    return cell


def _csv_cell(value: Cell) -> object:
    """Text that can't be taken for a formula; anything else as it is. A null byte would end the line for some."""
    if not isinstance(value, str):
        return value.isoformat(" ") if isinstance(value, datetime) else value
    text = value.replace("\0", "")
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA_STARTS) else text


def _sheet_title(title: str) -> str:
    """At most 31 characters, without those Excel refuses."""
    return title.translate(_NOT_IN_TITLES).strip()[:31] or "Sheet1"


# --- in ------------------------------------------------------------------------------------------------------

_Lines = Iterable[tuple[int, list[str]]]


def _sheet(lines: _Lines, max_rows: int) -> Sheet:
    """Header, then rows cut and filled to its width. A value beyond the header has no name: refused."""
    header: list[str] = []
    rows: list[list[str]] = []
    numbers: list[int] = []
    for number, line in lines:
        values = [value.strip() for value in line]
        while values and not values[-1]:
            values.pop()
        if not values:
            continue
        if not header:
            header = values
            _check_header(header)
            continue
        if len(values) > len(header):
            raise RefusedFile(
                "sheet_header",
                _("%(row)s행에 제목이 없는 열의 값이 있습니다.") % {"row": number},
                _("첫 행에 모든 열의 제목을 적거나 남는 값을 지운 뒤 다시 올려 주십시오."),
            )
        if len(rows) == max_rows:
            raise _too_large(max_rows)
        rows.append(values + [""] * (len(header) - len(values)))
        numbers.append(number)
    if not header:
        raise RefusedFile("sheet_empty", _("시트에 내용이 없습니다."), _("첫 행에 제목을 적은 양식을 사용해 주십시오."))
    return Sheet(header, rows, numbers)


def _check_header(header: list[str]) -> None:
    """Every column has a name and no two the same: rows are read by name."""
    twice = [name for name, count in Counter(header).items() if count > 1 and name]
    if "" in header or twice or len(header) > MOST_COLUMNS:
        raise RefusedFile(
            "sheet_header",
            _("제목 행에 빈 칸이나 같은 제목이 있습니다."),
            _("첫 행에 열마다 서로 다른 제목을 적어 주십시오. 내려받은 양식을 그대로 쓰면 됩니다."),
        )


def _too_large(max_rows: int) -> RefusedFile:
    return RefusedFile(
        "sheet_too_large",
        _("시트가 너무 큽니다(최대 %(rows)s행, %(columns)s열).") % {"rows": f"{max_rows:,}", "columns": MOST_COLUMNS},
        _("빈 영역에 남은 값을 지우거나 파일을 나누어 올려 주십시오."),
    )


def _unreadable() -> RefusedFile:
    return RefusedFile(
        "sheet_unreadable",
        _("시트를 읽을 수 없습니다."),
        _("엑셀에서 열어 XLSX 형식으로 다시 저장한 뒤 올려 주십시오."),
    )


def _csv_lines(stream: IO[bytes], max_rows: int) -> _Lines:
    """The lines of a CSV file, separated by comma, semicolon or tab: whichever the first line has most of."""
    encoding = text_encoding(stream)
    stream.seek(0)
    text = io.TextIOWrapper(stream, encoding=encoding, newline="")
    lines: list[tuple[int, list[str]]] = []
    try:
        first = text.readline()
        text.seek(0)
        reader = csv.reader(text, delimiter=max(",;\t", key=first.count), strict=True)
        for number, line in enumerate(reader, start=1):
            if len(line) > MOST_COLUMNS or number > 2 * max_rows + 100:
                raise _too_large(max_rows)
            lines.append((number, line))
    except csv.Error as error:
        raise _unreadable() from error
    finally:
        text.detach()
        stream.seek(0)
    return lines


def _xlsx_lines(stream: IO[bytes], max_rows: int) -> _Lines:
    """The lines of the first visible sheet that has any, read by a process that may die of them."""
    stream.seek(0)
    try:
        reader = run_limited(xlsx_reader.__file__, str(max_rows), str(MOST_COLUMNS), content=stream.read())
    except TooMuch as error:
        raise _too_large(max_rows) from error
    finally:
        stream.seek(0)
    if reader.returncode == xlsx_reader.UNREADABLE:
        raise _unreadable()
    if reader.returncode:
        raise _too_large(max_rows)
    lines: _Lines = json.loads(reader.stdout)
    return lines
