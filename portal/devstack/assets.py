"""Front-end assets: `npm ci`, then only what pages need is copied to `static/vendor/`.

    static/vendor/krds/css/component/output.css      the styles (imports css/token/krds_tokens.css)
    static/vendor/krds/img/…                         pictures that the styles name
    static/vendor/fonts/*.woff2, fonts/fonts.css     slices of Pretendard GOV and, for rare letters, Pretendard
    static/vendor/htmx/htmx.min.js
    static/vendor/fonts-ttf/*.ttf                    the same fonts for the PDF engine (not served)

KRDS ships Pretendard GOV with 2,780 of the 11,172 Hangul syllables and without ㎡; whatever is
missing is taken from Pretendard (the same design), which is named second in `font-family`.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from portal.devstack import stamps
from portal.devstack.failures import DevstackError
from portal.devstack.fonts import convert_all, slice_all
from portal.devstack.node import npm_command
from portal.devstack.places import FONTS, NODE_MODULES, ROOT, VENDOR

KRDS = NODE_MODULES / "krds-uiux" / "resources"
STYLES = ("css/component/output.css", "css/token/krds_tokens.css")


def content() -> str:
    """Fingerprint of what decides how `static/vendor/` looks."""
    here = Path(__file__).parent
    ours = [here / name for name in ("assets.py", "fonts.py", "letters.py", "letters.txt")]
    return stamps.fingerprint([ROOT / "package-lock.json", *ours])


def prepare() -> bool:
    """Make `static/vendor/` match the lock file; True if there was work."""
    if stamps.is_current("assets", content()) and FONTS.is_dir():
        return False
    install()
    copy()
    stamps.record("assets", content())
    return True


def install() -> None:
    """Run `npm ci`: exactly the locked packages, checked against their hashes, no scripts."""
    done = subprocess.run(
        [*npm_command(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise DevstackError(
            f"npm could not fetch the front-end packages:\n{done.stderr.strip()[-2000:]}",
            cure="check the network (npm's registry must be reachable), then start again",
        )


def copy() -> None:
    """Lay out `static/vendor/` beside the old one, then swap: a killed copy leaves no half."""
    fresh = VENDOR.with_name("vendor.new")
    shutil.rmtree(fresh, ignore_errors=True)
    for name in STYLES:
        _copy_style(KRDS / name, fresh / "krds" / name)
    shutil.copytree(KRDS / "img", fresh / "krds" / "img")
    slice_all(NODE_MODULES, fresh / "fonts")
    (fresh / "htmx").mkdir()
    shutil.copyfile(NODE_MODULES / "htmx.org" / "dist" / "htmx.min.js", fresh / "htmx" / "htmx.min.js")
    missing = unresolved(fresh)
    if missing:
        raise DevstackError(
            "KRDS's styles name files that its package does not have: " + ", ".join(missing),
            cure="pin another version of krds-uiux in package.json",
        )
    convert_all(NODE_MODULES, fresh / FONTS.name)
    shutil.rmtree(VENDOR, ignore_errors=True)
    fresh.rename(VENDOR)


def _copy_style(source: Path, target: Path) -> None:
    """Copy a stylesheet without its source-map line: the map is not served, and hashed names
    (ManifestStaticFilesStorage) would fail on a file that is not there."""
    target.parent.mkdir(parents=True, exist_ok=True)
    text = source.read_text(encoding="utf-8")
    target.write_text(re.sub(r"/\*# sourceMappingURL=.*?\*/\s*", "", text), encoding="utf-8")


def unresolved(folder: Path) -> list[str]:
    """Addresses in stylesheets under `folder` that lead to no file."""
    reference = re.compile(r"""(?:url\(|@import\s+)["']?([^"')]+)["']?""")
    missing = set()
    for style in folder.rglob("*.css"):
        for name in reference.findall(style.read_text(encoding="utf-8")):
            if name.startswith(("data:", "#")):
                continue
            if not (style.parent / name.split("?")[0].split("#")[0]).is_file():
                missing.add(name)
    return sorted(missing)


if __name__ == "__main__":
    # `--copy`: in the image's build another stage has run npm already.
    copy() if sys.argv[1:] == ["--copy"] else prepare()
