"""From HTML to PDF: the press on which every paper of the portal is printed.

The press knows its fonts and its stylesheet and nothing else of the world: it reads no file and opens no
connection that the HTML names. Whoever prints hands over the pictures as bytes.

Figures (2 cores, WeasyPrint 70): a letter of two pages 0.18–0.25 s CPU. Importing this module is cheap; the first
paper of a process loads WeasyPrint and the fonts (about 2 s CPU): `warm_up()` in the worker's parent.
"""

import logging
import os
import re
import shutil
import threading
import weakref
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from django.conf import settings

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

log = logging.getLogger(__name__)

Variant = Literal["pdf/a-2a", "pdf/a-3a", "pdf/a-2u", "pdf/a-3u", "pdf/ua-1"]

WORD_JOINER: Final = "\u2060"

# Names of our own assets end in this host; it is reserved (RFC 2606) and never asked for over a network.
_BASE: Final = "https://paper.invalid/"
_LINKS: Final = ("https://", "http://", "mailto:", "#")
_WEIGHTS: Final = {"Regular": 400, "Medium": 500, "Bold": 700}
_FAMILY: Final = "PretendardGOV"
# The government's cut has 2,780 of the 11,172 Hangul syllables; names of people and firms use others, too.
_SPARE_FAMILY: Final = "Pretendard"

_BETWEEN_LETTERS_OF_A_WORD = re.compile(r"(?<=[가-힣])(?=[가-힣0-9A-Za-z])|(?<=[0-9A-Za-z])(?=[가-힣])")
_TEXT_THAT_IS_NOT_PROSE: Final = {"script", "style", "title", "head"}
_NEEDS_NO_GLYPH = re.compile(r"[\s\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff\u00ad]")


class PaperFault(RuntimeError):
    """The paper can't be printed as it is: it names what the press doesn't have, or the fonts are missing.

    A fault of a template or of the installation, never of the reader: better no letter than one with a hole.
    """


def render_pdf(html: str, *, pictures: Mapping[str, bytes] | None = None, variant: Variant = "pdf/a-2a") -> bytes:
    """Print `html` with the portal's fonts and static/documents/paper.css.

    `pictures` maps the names used in the HTML (`<img src="qr.svg">`) to PNG, JPEG or SVG bytes. The same HTML
    and pictures give the same bytes in every process, so a retry doesn't change a document's hash.
    The default variant is for archives (PDF/A-2: nothing embedded) and tagged for screen readers (level a).
    Raises PaperFault where the HTML refers to anything else, or where the fonts aren't installed.
    """
    return _portal_press().render(html, pictures=pictures, variant=variant)


def warm_up() -> None:
    """Load WeasyPrint and the fonts now, before the worker forks, so that its children share them."""
    _portal_press()


@cache
def _portal_press() -> "Press":
    return Press(font_dir=Path(settings.PORTAL_FONT_DIR), stylesheet=settings.BASE_DIR / "static/documents/paper.css")


def keep_words(text: str) -> str:
    """`text` with word joiners (U+2060) inside its Korean words, so that lines break at blanks only.

    WeasyPrint ignores `word-break: keep-all`. Digits and Latin letters hold on to the Hangul next to them
    ("제3조", "2차"). Does nothing to text that was treated already.
    """
    return _BETWEEN_LETTERS_OF_A_WORD.sub(WORD_JOINER, text)


class Press:
    """Fonts and stylesheet, loaded once; then one paper after the other, also from several threads."""

    def __init__(self, *, font_dir: Path, stylesheet: Path) -> None:
        """Load `stylesheet` and the fonts of `font_dir`: PretendardGOV as TTF, and Pretendard for rare syllables.

        Raises PaperFault without the stylesheet or PretendardGOV.
        """
        needed = [stylesheet, *(font_dir / f"{_FAMILY}-{weight}.ttf" for weight in _WEIGHTS)]
        missing = [str(path) for path in needed if not path.is_file()]
        if missing:
            raise PaperFault(f"documents can't be printed without {', '.join(missing)}: run `make assets`")
        # WeasyPrint takes a second to import and needs native libraries: only who prints pays for it.
        from fontTools.ttLib import TTFont
        from weasyprint import CSS
        from weasyprint.css.counters import CounterStyle

        families = [_FAMILY, _SPARE_FAMILY]
        fonts = [font_dir / f"{family}-{weight}.ttf" for family in families for weight in _WEIGHTS]
        fonts = [font for font in fonts if font.is_file()]
        self._lock = threading.Lock()
        self._fonts = _font_configuration()
        self._counters = CounterStyle()
        self._style = CSS(
            string=_font_faces(fonts) + stylesheet.read_text(encoding="utf-8"),
            base_url=_BASE,
            url_fetcher=_OwnAssets({font.name: font.read_bytes() for font in fonts}),
            font_config=self._fonts,
            counter_style=self._counters,
        )
        letters: set[int] = set()
        for path in fonts:
            with TTFont(path, lazy=True) as font:
                letters.update(font.getBestCmap())
        self._letters = frozenset(letters)

    def render(self, html: str, *, pictures: Mapping[str, bytes] | None = None, variant: Variant = "pdf/a-2a") -> bytes:
        """See `render_pdf`."""
        from weasyprint import HTML
        from weasyprint.urls import FatalURLFetchingError

        pictures = pictures or {}
        # One at a time: the font configuration is shared, and Pango's caches behind it aren't made for threads.
        with self._lock:
            assets = _OwnAssets(pictures)
            try:
                paper = HTML(string=html, base_url=_BASE, url_fetcher=assets)
                _refuse_links(paper.etree_element)
                self._warn_of_missing_letters(paper.etree_element)
                _keep_words_of(paper.etree_element)
                pdf: bytes = paper.write_pdf(
                    stylesheets=[self._style],
                    font_config=self._fonts,
                    counter_style=self._counters,
                    pdf_variant=variant,
                    pdf_tags=True,
                    optimize_images=True,
                    cache={},
                )
            except FatalURLFetchingError as refused:
                raise PaperFault(str(refused.__cause__ or refused)) from refused
        if assets.refused:  # WeasyPrint swallows what happens inside of an SVG picture
            raise PaperFault(assets.refused[0])
        return pdf

    def missing_letters(self, text: str) -> str:
        """The characters of `text` that our fonts have no glyph for, in order, each once; "" is the rule."""
        wanted = dict.fromkeys(_NEEDS_NO_GLYPH.sub("", text))
        return "".join(letter for letter in wanted if ord(letter) not in self._letters)

    def _warn_of_missing_letters(self, root: "Element") -> None:
        """Log what may come out as an empty box: the machine's other fonts may or may not have it."""
        if missing := self.missing_letters("".join(text for text, *_ in _prose(root))):
            log.warning("The document fonts have no glyph for %r.", missing)


class _OwnAssets:
    """WeasyPrint's way to the outside, walled up: it gives out the assets it was made with, and nothing else."""

    # WeasyPrint asks its fetcher whether a failure stops the rendering. It does.
    _fail_on_errors = True

    def __init__(self, assets: Mapping[str, bytes]) -> None:
        self._assets = {_BASE + name: content for name, content in assets.items()}
        self.refused: list[str] = []

    def __call__(self, url: str) -> Any:
        from weasyprint.urls import URLFetcherResponse

        if url not in self._assets:
            self.refused.append(f"a document may not refer to {url[:200]!r}")
            raise PaperFault(self.refused[-1])
        return URLFetcherResponse(url, self._assets[url])


def _font_configuration() -> Any:
    """A font configuration whose temporary files are removed by the process that made them, and by no other.

    WeasyPrint removes them with the object: a worker that forked off and ends would take the fonts from all others.
    """
    from weasyprint.text.fonts import FontConfiguration

    class OwnedFonts(FontConfiguration):
        def __del__(self) -> None:
            """Left to `_remove`, which also runs when the interpreter ends: then this would find rmtree gone."""

    fonts = OwnedFonts()
    weakref.finalize(fonts, _remove, vars(fonts), os.getpid())
    return fonts


def _remove(configuration: Mapping[str, Any], owner: int) -> None:
    if configuration.get("_folder") and os.getpid() == owner:
        shutil.rmtree(configuration["_folder"], ignore_errors=True)


def _font_faces(fonts: list[Path]) -> str:
    """The @font-face rules. They are made here because only the installation knows where the fonts lie."""
    rules = []
    for font in fonts:
        family, _dash, weight = font.stem.partition("-")
        source = f'font-weight: {_WEIGHTS[weight]}; src: url("{_BASE}{font.name}");'
        rules.append(f'@font-face {{ font-family: "{family}"; {source} }}')
    return "\n".join(rules) + "\n"


def _prose(root: "Element") -> Iterator[tuple[str, "Element", Literal["text", "tail"]]]:
    """Every text of the body that is printed, with its element and whether it stands in or after it."""
    for element in root.iter():
        # A comment's tag is a function; what it says is not printed, what follows it is.
        if isinstance(element.tag, str) and element.tag not in _TEXT_THAT_IS_NOT_PROSE and element.text:
            yield element.text, element, "text"
        if element.tail and element.tail.strip():
            yield element.tail, element, "tail"


def _refuse_links(root: "Element") -> None:
    """A reader of the PDF may follow a link: to our own pages and places in the paper, never into a script or a file.

    Raises PaperFault for any other address.
    """
    for element in root.iter():
        address = element.get("href", "").strip() if isinstance(element.tag, str) else ""
        if address and element.tag in {"a", "area"} and not address.lower().startswith(_LINKS):
            raise PaperFault(f"a document may not lead to {address[:200]!r}")


def _keep_words_of(root: "Element") -> None:
    """`keep_words` on all that is printed, so that templates needn't think of it."""
    for text, element, place in list(_prose(root)):
        setattr(element, place, keep_words(text))
