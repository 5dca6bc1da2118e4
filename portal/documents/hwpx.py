"""From a paper's HTML to HWPX (OWPML, KS X 6101): the open format of the Hangul word processor.

Our own small writer: what is on the market reads or fills templates, needs the word processor itself, or brings a
hundred times what is needed. It writes text and tables, nothing that refers to anything: no picture, link, object or
script can come out of it. The same HTML gives the same bytes.
"""

import io
import zipfile
from collections.abc import Iterable, Iterator
from itertools import count
from xml.sax.saxutils import escape

from portal.documents.hwpx_parts import CONTAINER, MANIFEST, RDF, SECTION, SETTINGS, VERSION, header, package
from portal.documents.outline import BREAK, Cell, Grid, Line, outline
from portal.documents.plain import plain

MIMETYPE = "application/hwp+zip"
_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the file's own time would change its hash
_PREVIEW = 1_000  # letters
_INSIDE = 47_622  # between the margins: 168 mm in 7200ths of an inch
# look → (letters, bold letters, paragraph) in header.xml
_STYLES = {"body": (0, 1, 0), "title": (2, 2, 1), "heading": (3, 3, 0), "small": (4, 5, 0)}
_LINE = 1_600


def render_hwpx(html: str, *, title: str = "") -> bytes:
    """The paper as a HWPX file: what `render_pdf` prints, to be edited further."""
    blocks = outline(html)
    parts = {
        "version.xml": VERSION,
        "settings.xml": SETTINGS,
        "Contents/header.xml": header(),
        "Contents/section0.xml": _section(blocks),
        "Contents/content.hpf": package(plain(title)),
        "Preview/PrvText.txt": "\r\n".join(_texts(blocks))[:_PREVIEW],
        "META-INF/container.xml": CONTAINER,
        "META-INF/container.rdf": RDF,
        "META-INF/manifest.xml": MANIFEST,
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(zipfile.ZipInfo("mimetype", _LONG_AGO), MIMETYPE)  # first, and not packed
        for name, content in parts.items():
            info = zipfile.ZipInfo(name, _LONG_AGO)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content.encode())
    return out.getvalue()


def _section(blocks: list[Line | Grid]) -> str:
    ids = count(1)
    return SECTION.format(paragraphs="".join(_paragraphs(blocks, ids, _INSIDE)))


def _paragraphs(blocks: Iterable[Line | Grid], ids: "count[int]", width: int) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Grid):
            table = f'<hp:run charPrIDRef="0">{_table(block, ids, width)}<hp:t/></hp:run>'
            yield _paragraph(next(ids), 0, False, table)
        else:
            normal, bold, style = _STYLES[block.look]
            runs = "".join(
                f'<hp:run charPrIDRef="{bold if strong else normal}"><hp:t>{_words(text)}</hp:t></hp:run>'
                for text, strong in block.runs
            )
            yield _paragraph(next(ids), style, block.fresh, runs or f'<hp:run charPrIDRef="{normal}"/>')


def _paragraph(number: int, style: int, fresh: bool, runs: str) -> str:
    return (
        f'<hp:p id="{number}" paraPrIDRef="{style}" styleIDRef="0" pageBreak="{fresh:d}" columnBreak="0" merged="0">'
        f"{runs}</hp:p>"
    )


def _words(text: str) -> str:
    return escape(text).replace(BREAK, "<hp:lineBreak/>")


def _table(grid: Grid, ids: "count[int]", width: int) -> str:
    widths = _widths(grid, width)
    rows = "".join(f"<hp:tr>{''.join(_cell(cell, widths, ids) for cell in row)}</hp:tr>" for row in grid.rows)
    return (
        f'<hp:tbl id="{next(ids)}" zOrder="0" numberingType="TABLE" textWrap="TOP_AND_BOTTOM" textFlow="BOTH_SIDES" '
        'lock="0" dropcapstyle="None" pageBreak="CELL" repeatHeader="1" '
        f'rowCnt="{len(grid.rows)}" colCnt="{grid.columns}" cellSpacing="0" borderFillIDRef="2" noAdjust="0">'
        f'<hp:sz width="{sum(widths)}" widthRelTo="ABSOLUTE" height="{_LINE * len(grid.rows)}" '
        'heightRelTo="ABSOLUTE" protect="0"/>'
        '<hp:pos treatAsChar="1" affectLSpacing="0" flowWithText="1" allowOverlap="0" holdAnchorAndSO="0" '
        'vertRelTo="PARA" horzRelTo="COLUMN" vertAlign="TOP" horzAlign="LEFT" vertOffset="0" horzOffset="0"/>'
        '<hp:outMargin left="0" right="0" top="283" bottom="283"/>'
        f'<hp:inMargin left="510" right="510" top="141" bottom="141"/>{rows}</hp:tbl>'
    )


def _cell(cell: Cell, widths: list[int], ids: "count[int]") -> str:
    width = sum(widths[cell.column : cell.column + cell.across])
    inside = "".join(_paragraphs(cell.blocks, ids, max(width - 1_020, 1)))
    return (
        f'<hp:tc name="" header="{cell.head:d}" hasMargin="0" protect="0" editable="0" dirty="0" '
        f'borderFillIDRef="{3 if cell.head else 2}">'
        '<hp:subList id="" textDirection="HORIZONTAL" lineWrap="BREAK" vertAlign="CENTER" linkListIDRef="0" '
        f'linkListNextIDRef="0" textWidth="0" textHeight="0" hasTextRef="0" hasNumRef="0">{inside}</hp:subList>'
        f'<hp:cellAddr colAddr="{cell.column}" rowAddr="{cell.row}"/>'
        f'<hp:cellSpan colSpan="{cell.across}" rowSpan="{cell.down}"/>'
        f'<hp:cellSz width="{width}" height="{_LINE * cell.down}"/>'
        '<hp:cellMargin left="510" right="510" top="141" bottom="141"/></hp:tc>'
    )


def _widths(grid: Grid, width: int) -> list[int]:
    """Columns alike; of two the first narrow where it is all heads, as the style sheet has it."""
    if grid.columns == 2 and all(row and row[0].head and row[0].across == 1 for row in grid.rows):
        narrow = width * 31 // 168
        return [narrow, width - narrow]
    return [width // grid.columns] * grid.columns


def _texts(blocks: Iterable[Line | Grid]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Line):
            yield block.text.replace(BREAK, " ")
        else:
            for row in block.rows:
                for cell in row:
                    yield from _texts(cell.blocks)
