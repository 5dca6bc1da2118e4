"""Recommendation lists as files: reading an upload, the template, and a list with its errors written beside it."""

import io
from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from matching.recommendations.models import UploadRow
from matching.recommendations.rows import COLUMNS, ERROR, KOREAN, TITLE, columns_of, is_blank
from portal.files.models import File
from portal.files.spreadsheets import read_sheet, write_xlsx
from portal.files.storing import opened
from portal.kernel.errors import Invalid
from programs.demands.models import Demand

HEADER = [KOREAN[column.name] for column in COLUMNS]
Line = tuple[int, dict[str, str]]


def lines_of(file: File) -> list[Line]:
    """The filled-in rows of a stored list: (number in the sheet, column's name → text).

    Raises RefusedFile or Invalid, in words, where the sheet can't be read, lacks a column, or has no rows.
    """
    with opened(file.key) as stored:
        content = stored.read()
    sheet = read_sheet(file.name, io.BytesIO(content), len(content))
    names = columns_of(sheet.header)
    found: list[Line] = []
    for number, row in zip(sheet.numbers, sheet.rows, strict=True):
        values = {name: text for name, text in zip(names, row, strict=True) if name}
        if not is_blank(values):
            found.append((number, values))
    if not found:
        raise Invalid(
            _("추천할 기업을 적은 행이 없습니다."), hint=_("제목 행 아래에 한 행에 한 기업씩 적어 다시 올려 주십시오.")
        )
    return found


def template(demands: Iterable[Demand]) -> bytes:
    """An empty list with one line per open demand. A line without a company is left out when it is read."""
    rows = [[demand.number, demand.title] + [""] * (len(HEADER) - 1) for demand in demands]
    return write_xlsx([HEADER[0], TITLE, *HEADER[1:]], rows, title="추천")


def with_errors(rows: Sequence[UploadRow]) -> bytes:
    """The list as it was uploaded, and in a last column what is wrong with each row. It can be uploaded again."""
    return write_xlsx(
        [*HEADER, ERROR], ([*(row.values.get(c.name, "") for c in COLUMNS), errors(row)] for row in rows), title="추천"
    )


def errors(row: UploadRow) -> str:
    """What is wrong with a row, one line per column."""
    return "\n".join(f"{KOREAN[problem['column']]}: {problem['words']}" for problem in row.problems)
