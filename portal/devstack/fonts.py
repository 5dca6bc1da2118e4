"""Fonts from the npm packages: in slices for pages (WOFF2), whole for the PDF engine (TTF).

Whole fonts would be 260 kB a weight on the first visit. In slices by `unicode-range` a browser loads only those
whose letters a page shows, about a fifth of that.
"""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portal.devstack import letters

MAIN, FALLBACK = "Pretendard GOV", "Pretendard"
WEB_WEIGHTS = (400, 700)  # the only ones in portal.css; each further one is another font on the first visit
LAYOUT = ("kern", "liga", "calt", "ccmp", "tnum")
LAYOUT_TABLES = ("GSUB", "GPOS", "GDEF", "DSIG")
STYLES = ((400, "Regular"), (500, "Medium"), (700, "Bold"))


@dataclass(frozen=True)
class Face:
    """One font file: where the package has it, and how pages and documents call it.

    The packages' older WOFF files are read: there the tables lie unchanged, so this takes a fraction of a second,
    where taking WOFF2 apart takes twenty.
    """

    family: str
    style: str
    weight: int
    source: str

    @property
    def name(self) -> str:
        return f"{self.family.replace(' ', '')}-{self.style}"


FACES = tuple(
    [
        Face(MAIN, style, weight, f"krds-uiux/resources/fonts/PretendardGOV-{style}.subset.woff")
        for weight, style in STYLES
    ]
    + [
        # The package calls the whole font "latin"; it has every Hangul syllable.
        Face(FALLBACK, style, weight, f"@fontsource/pretendard/files/pretendard-latin-{weight}-normal.woff")
        for weight, style in STYLES
    ]
)


def convert_all(packages: Path, target: Path) -> None:
    """Unpack every face to TTF once: WeasyPrint takes 12 s a document with WOFF2."""
    from fontTools.ttLib import TTFont

    target.mkdir(parents=True, exist_ok=True)
    for face in FACES:
        font = TTFont(packages / face.source, lazy=True, recalcBBoxes=False, recalcTimestamp=False)
        font.flavor = None
        unfinished = target / f"{face.name}.ttf.new"
        font.save(unfinished)
        unfinished.rename(target / f"{face.name}.ttf")


def slice_all(packages: Path, target: Path) -> None:
    """Write the slices of the faces that pages use, and `fonts.css` with their rules.

    About 200 slices, half a minute of computing: done on all cores.
    """
    target.mkdir(parents=True, exist_ok=True)
    weights = [planned(packages, target, weight) for weight in WEB_WEIGHTS]
    # The same letters in both weights stand side by side: that halves the packed stylesheet.
    slices = [part for both in zip(*weights, strict=True) for part in both]
    try:
        pool = ProcessPoolExecutor()
    except OSError:  # a container without shared memory: one core, slower
        for part in slices:
            cut(part)
    else:
        with pool as processes:
            list(processes.map(cut, slices, chunksize=4))
    (target / "fonts.css").write_text("\n".join(part.rule() for part in slices) + "\n")


@dataclass(frozen=True)
class Slice:
    """Some letters of one face, in a file of their own."""

    face: Face
    source: Path
    target: Path
    codes: tuple[int, ...]

    def rule(self) -> str:
        """The fallback's range spans the gaps between its letters: those are the main font's, which is asked first."""
        exact = self.face.family == MAIN
        span = letters.ranges(self.codes) if exact else f"U+{min(self.codes):X}-{max(self.codes):X}"
        return (
            f'@font-face{{font-family:"{self.face.family}";font-weight:{self.face.weight};font-display:swap;'
            f'src:url("{self.target.name}") format("woff2");unicode-range:{span}}}'
        )


def planned(packages: Path, target: Path, weight: int) -> list[Slice]:
    """All slices of one weight: the main font, and of the fallback what the main one lacks."""
    main, fallback = (next(f for f in FACES if (f.family, f.weight) == (n, weight)) for n in (MAIN, FALLBACK))
    has = letters_of(packages / main.source)
    order = letters.ORDER.read_text(encoding="utf-8").strip()
    return [
        Slice(face, packages / face.source, target / f"{face.name}-{number}.woff2", tuple(codes))
        for face, parts in (
            (main, letters.plan(order, has)),
            (fallback, letters.plan_rare(letters_of(packages / fallback.source) - has)),
        )
        for number, codes in enumerate(parts)
    ]


def letters_of(source: Path) -> set[int]:
    """The letters that a font has."""
    from fontTools.ttLib import TTFont

    return set(TTFont(source, lazy=True).getBestCmap())


def cut(part: Slice) -> None:
    """Write one slice. Only Latin letters keep their layout rules: without them this takes half the time."""
    from fontTools import subset
    from fontTools.ttLib import TTFont
    from fontTools.ttLib.woff2 import WOFF2FlavorData

    font: Any = TTFont(part.source, lazy=True, recalcBBoxes=False, recalcTimestamp=False)
    if ord("A") not in part.codes:
        for table in LAYOUT_TABLES:
            if table in font:
                del font[table]
    options: Any = subset.Options(flavor="woff2", hinting=False, layout_features=list(LAYOUT))
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=part.codes)
    subsetter.subset(font)
    if part.face.family == FALLBACK:  # hardly ever fetched: a sixth larger, but packed in half the time
        font.flavorData = WOFF2FlavorData(transformedTables=())
    subset.save_font(font, str(part.target), options)
