"""Reads one XLSX file: `limited.py xlsx_reader.py MAX_ROWS MAX_COLUMNS < file > lines.json`.

Run by portal/files/spreadsheets.py within limits, never imported for its work. python-calamine allocates the whole
rectangle from the first cell to the last: 5 KB with a cell in XFD1048576 ask for 550 GB and abort the process, and one
long shared string can be shown a million times.

Writes a list of [row number as the spreadsheet program shows it, [cell, …]] for the first visible sheet that has
anything on it. Exits with UNREADABLE or TOO_LARGE; whatever else it dies of was too large as well.
Imports nothing of the portal, so that it starts within 0.1 s.
"""

import json
import sys
from datetime import date, datetime, time

UNREADABLE, TOO_LARGE = 65, 75


def text_of(value: object) -> str:
    """A cell as text: 1248100998.0 is "1248100998", a day "2025-03-12", an instant "2025-03-12 14:30:00"."""
    match value:
        case bool():
            return "TRUE" if value else "FALSE"
        case float() if value.is_integer() and abs(value) < 1e15:  # beyond, a float doesn't hold every digit
            return str(int(value))
        case float():
            return repr(value)
        case datetime():
            return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
        case date() | time():
            return value.isoformat()
    return str(value)


def _lines(max_rows: int, max_columns: int) -> list[tuple[int, list[str]]]:
    """The lines of the first visible sheet that has any; hidden sheets and charts don't count."""
    import python_calamine

    try:
        book = python_calamine.load_workbook(sys.stdin.buffer)
        for sheet in book.sheets_metadata:
            is_shown = sheet.visible == python_calamine.SheetVisibleEnum.Visible
            if not is_shown or sheet.typ != python_calamine.SheetTypeEnum.WorkSheet:
                continue
            table = book.get_sheet_by_name(sheet.name)
            if table.start is None:
                continue
            # Some blank lines between the rows are fine; a cell left over a million rows below isn't.
            if table.height > 2 * max_rows + 100 or table.width > max_columns:
                sys.exit(TOO_LARGE)
            lines = enumerate(table.to_python(skip_empty_area=True), start=table.start[0] + 1)
            return [(number, [text_of(value) for value in line]) for number, line in lines]
    except (python_calamine.CalamineError, OSError, ValueError):
        sys.exit(UNREADABLE)
    return []


if __name__ == "__main__":
    json.dump(_lines(int(sys.argv[1]), int(sys.argv[2])), sys.stdout, ensure_ascii=False)
