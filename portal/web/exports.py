"""A list as a file: what the table shows, all pages, safe from formulas."""

from typing import Any

import django_tables2 as tables
from django.http import HttpResponse

from portal.files.spreadsheets import write_csv, write_xlsx
from portal.kernel.errors import Invalid

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAX_ROWS = 20_000  # more belongs into a background export


def export(table: tables.Table, kind: str, *, name: str, title: str) -> HttpResponse:
    """The table as XLSX or CSV. Raises Invalid for another kind."""
    values = table.as_values()
    header = [str(cell) for cell in next(values)]
    rows: list[list[Any]] = [list(row) for _, row in zip(range(MAX_ROWS), values, strict=False)]
    if kind == "xlsx":
        content, media_type = write_xlsx(header, rows, title=title), XLSX
    elif kind == "csv":
        content, media_type = write_csv(header, rows), "text/csv; charset=utf-8"
    else:
        raise Invalid(fields={"export": kind})
    response = HttpResponse(content, content_type=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response
