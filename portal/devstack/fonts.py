"""Fonts from the npm packages, for pages (WOFF2) and for the PDF engine (TTF)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Face:
    """One font file: where the package has it, and how pages and documents call it."""

    family: str
    style: str
    weight: int
    source: str

    @property
    def web_name(self) -> str:
        return f"{self.family.replace(' ', '')}-{self.style}.woff2"

    @property
    def print_name(self) -> str:
        return f"{self.family.replace(' ', '')}-{self.style}.ttf"


FACES = tuple(
    [
        Face(
            "Pretendard GOV",
            style,
            weight,
            f"krds-uiux/resources/fonts/PretendardGOV-{style}.subset.woff2",
        )
        for style, weight in (("Regular", 400), ("Medium", 500), ("Bold", 700))
    ]
    + [
        # The package calls the whole font "latin"; it has every Hangul syllable.
        Face(
            "Pretendard",
            style,
            weight,
            f"@fontsource/pretendard/files/pretendard-latin-{weight}-normal.woff2",
        )
        for style, weight in (("Regular", 400), ("Medium", 500), ("Bold", 700))
    ]
)


def stylesheet() -> str:
    """`@font-face` rules for pages. A browser loads Pretendard only where GOV lacks a letter."""
    rules = [
        f'@font-face {{ font-family: "{face.family}"; font-weight: {face.weight};'
        f' font-display: swap; src: url("{face.web_name}") format("woff2"); }}'
        for face in FACES
    ]
    return "\n".join(rules) + "\n"


def convert_all(packages: Path, target: Path) -> None:
    """Unpack every face to TTF once: WeasyPrint takes 12 s a document with WOFF2.

    Read from the older WOFF beside it: there the tables lie unchanged, so this takes a
    fraction of a second, where taking WOFF2 apart takes twenty.
    """
    from fontTools.ttLib import TTFont

    target.mkdir(parents=True, exist_ok=True)
    for face in FACES:
        source = (packages / face.source).with_suffix(".woff")
        font = TTFont(source, lazy=True, recalcBBoxes=False, recalcTimestamp=False)
        font.flavor = None
        unfinished = target / (face.print_name + ".new")
        font.save(unfinished)
        unfinished.rename(target / face.print_name)
