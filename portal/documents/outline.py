"""What a paper's HTML says, from top to bottom, without how it looks: lines of text and tables."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from portal.documents.plain import plain

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

Look = Literal["body", "title", "heading", "small"]
BREAK = "\n"
_GAP = "\u2003"  # between a term and what is told of it

# Nothing of these is ever taken over, neither what they show nor where they lead.
_LEFT_OUT = {
    "audio", "base", "button", "canvas", "embed", "form", "frame", "frameset", "head", "iframe", "img", "input", "link",
    "math", "meta", "noscript", "object", "script", "select", "style", "svg", "template", "textarea", "title", "video",
}  # fmt: skip
_BLOCKS = {
    "address", "article", "aside", "blockquote", "body", "caption", "dd", "div", "dl", "dt", "figure", "footer", "h1",
    "h2", "h3", "h4", "header", "html", "li", "main", "nav", "ol", "p", "pre", "section", "ul",
}  # fmt: skip
_LOOKS: dict[str, Look] = {
    "h1": "title", "h2": "heading", "h3": "heading", ".masthead-name": "title", ".authority-name": "title",
    ".masthead-line": "small", ".handling": "small", ".verification": "small", ".subject": "heading",
}  # fmt: skip
_GANADA = "가나다라마바사아자차카타파하"
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_MOST_ACROSS, _MOST_DOWN = 60, 5_000


@dataclass(slots=True)
class Line:
    """A paragraph: runs of (text, bold). `fresh`: it begins a new page."""

    look: Look = "body"
    runs: list[tuple[str, bool]] = field(default_factory=list)
    fresh: bool = False

    @property
    def text(self) -> str:
        return "".join(text for text, _bold in self.runs)


@dataclass(slots=True)
class Cell:
    """One cell, where it stands in the grid and what stands in it."""

    row: int
    column: int
    down: int
    across: int
    head: bool
    blocks: list["Line | Grid"]


@dataclass(slots=True)
class Grid:
    """A table; `rows` are those of the HTML, each with its cells."""

    rows: list[list[Cell]]
    columns: int


def outline(html: str) -> list[Line | Grid]:
    """The paper's lines and tables. Read by the parser that the press reads with, so both see the same."""
    import tinyhtml5

    root: Element = tinyhtml5.parse(html, namespace_html_elements=False)
    flow = _Flow()
    body = root.find("body")
    if body is not None:
        if notice := body.get("data-notice", ""):
            flow.blocks.append(Line("small", [(plain(notice), True)]))
        flow.read(body)
    return flow.done()


class _Flow:
    """What stands in the body or in a cell, gathered in passing."""

    def __init__(self) -> None:
        self.blocks: list[Line | Grid] = []
        self._open: Line | None = None
        self._fresh = self._marked = False

    def done(self) -> list[Line | Grid]:
        self._end()
        return self.blocks

    def read(self, element: "Element", look: Look = "body", bold: bool = False, depth: int = 0, mark: str = "") -> None:
        """Take over an element. `depth`: lists around it; `mark`: what stands before it in its list."""
        tag = element.tag
        if not isinstance(tag, str) or tag in _LEFT_OUT:
            return
        if tag == "table":
            self._table(element, look)
            return
        if tag == "br":
            self._say(BREAK, look, bold)
            return
        classes = element.get("class", "").split()
        look = next((_LOOKS[name] for name in (tag, *(f".{c}" for c in classes)) if name in _LOOKS), look)
        bold = bold or tag in {"strong", "b", "th"}
        if tag in _BLOCKS and tag != "dd" and not self._marked:  # a definition stays on its term's line
            self._end()
        self._fresh = self._fresh or "enclosure" in classes
        self._say(mark, look, bold)
        self._marked = bool(mark) or self._marked
        self._say(element.text, look, bold)
        deeper = depth + (tag in {"ol", "ul"})
        for child, number in _numbered(element):
            self.read(child, look, bold, deeper, _mark(tag, depth, number))
            self._say(child.tail, look, bold)
        if tag == "dt":
            self._say(_GAP, look, bold)
        elif tag in _BLOCKS:
            self._end()

    def _say(self, text: str | None, look: Look, bold: bool) -> None:
        words = plain(text or "")
        if words != BREAK:
            words = _BLANKS.sub(" ", words)
        if self._open is None:
            if not words.strip():
                return
            words = words.lstrip(" ")
            self._open = Line(look, fresh=self._fresh)
            self._fresh = False
            self.blocks.append(self._open)
        elif self._open.runs[-1][0].endswith((" ", BREAK, _GAP)):
            words = words.lstrip(" ")
        if words:
            self._marked = False
            self._open.runs.append((words, bold))

    def _end(self) -> None:
        if self._open is not None:
            last, bold = self._open.runs[-1]
            self._open.runs[-1] = (last.rstrip(f" {_GAP}"), bold)
        self._open, self._marked = None, False

    def _table(self, table: "Element", look: Look) -> None:
        self._end()
        for caption in table.iter("caption"):
            self.read(caption, look, bold=True)
        taken: set[tuple[int, int]] = set()
        found = [row for row in table.iter("tr") if _table_of(table, row)]
        rows = [_cells(row, at, len(found), taken, look) for at, row in enumerate(found[:_MOST_DOWN])]
        columns = max((column + 1 for _row, column in taken), default=0)
        if columns:
            self.blocks.append(Grid(rows, columns))


def _table_of(table: "Element", row: "Element") -> bool:
    """Whether the row is the table's own, not one of a table within."""
    parts = [table, *(part for part in table if part.tag in {"thead", "tbody", "tfoot"})]
    return any(row in list(part) for part in parts)


def _cells(row: "Element", at: int, rows: int, taken: set[tuple[int, int]], look: Look) -> list[Cell]:
    """The row's cells, each in the first place that no cell above reaches into."""
    found = []
    column = 0
    for element in row:
        if element.tag not in {"td", "th"}:
            continue
        while (at, column) in taken:
            column += 1
        across = _span(element, "colspan", _MOST_ACROSS)
        down = min(_span(element, "rowspan", _MOST_DOWN), rows - at)
        taken.update((at + y, column + x) for y in range(down) for x in range(across))
        flow = _Flow()
        flow.read(element, look, bold=element.tag == "th")
        found.append(Cell(at, column, down, across, element.tag == "th", flow.done() or [Line(look)]))
        column += across
    return found


def _span(element: "Element", name: str, most: int) -> int:
    written = element.get(name, "1")
    return min(max(int(written), 1), most) if written.isascii() and written.isdigit() and len(written) < 9 else 1


def _numbered(element: "Element") -> "Iterator[tuple[Element, int]]":
    """The children, each with its place among the items of a list."""
    number = 0
    for child in element:
        number += child.tag == "li"
        yield child, number if child.tag == "li" else 0


def _mark(tag: str, depth: int, number: int) -> str:
    """What the style sheet writes before an item: 1. 가. 1) 가) by depth, as official letters count."""
    if not number:
        return ""
    if tag != "ol":
        return "· "
    sign = str(number) if depth % 2 == 0 else _GANADA[(number - 1) % len(_GANADA)]
    return f"{sign}{'.' if depth < 2 else ')'} "
