"""The small parts: environment file, assets, locks, translations, checks, folders."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import polib
import pytest
from fontTools.ttLib import TTFont

from portal.devstack import __main__ as command_line
from portal.devstack import assets, checks, demo, homes, testing, translations
from portal.devstack.engines import Engines
from portal.devstack.environment import read_env_file, write_env_file
from portal.devstack.failures import DevstackError
from portal.devstack.places import FONTS, ROOT, VENDOR


def test_an_env_file_is_read_the_way_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "env"
    write_env_file(path, {"B": "two words", "A": "x=y#z"})
    assert read_env_file(path) == {"A": "x=y#z", "B": "two words"}
    assert path.stat().st_mode & 0o077 == 0
    path.write_text("# no\nexport A=1\nB=\"2\"\n\nC='3'\nnonsense\n")
    assert read_env_file(path) == {"A": "1", "B": "2", "C": "3"}


def test_half_a_configuration_is_refused(folder: Path) -> None:
    with pytest.raises(DevstackError, match="DATABASE_OWNER_URL is not"):
        Engines(folder / "engines", {"DATABASE_URL": "postgres://x/y"})


def test_sample_and_test_data_stay_away_from_production(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_MODE", "production")
    monkeypatch.setenv("DATABASE_URL", "postgres://portal_app@db.example/portal")
    monkeypatch.setenv("DATABASE_OWNER_URL", "postgres://portal_owner@db.example/portal")
    with pytest.raises(DevstackError, match="never put there"):
        testing.start()
    with pytest.raises(DevstackError, match="never put there"):
        demo.run()


def test_every_file_that_the_styles_name_is_there() -> None:
    assert assets.unresolved(VENDOR) == []
    assert not any("sourceMappingURL" in s.read_text() for s in VENDOR.rglob("*.css"))


@pytest.mark.parametrize("style", ["Regular", "Medium", "Bold"])
def test_the_fonts_together_have_every_syllable(style: str) -> None:
    letters: set[int] = set()
    for family in ("PretendardGOV", "Pretendard"):
        font = TTFont(FONTS / f"{family}-{style}.ttf", lazy=True)
        assert font.flavor is None
        letters |= set(font.getBestCmap())
    wanted = {*range(0xAC00, 0xD7A4), *map(ord, "㎡「」『』①㈜₩△·…")}
    assert wanted <= letters


def test_locks_have_hashes_and_no_addresses() -> None:
    for lock in (ROOT / "requirements").glob("*.txt"):
        text = lock.read_text()
        assert not re.search(r"https?://|file:|^-", text, re.MULTILINE), lock.name
        for block in re.split(r"\n(?=\S)", text.strip()):
            assert "--hash=sha256:" in block, block
    text = (ROOT / "package-lock.json").read_text()
    assert '"resolved"' not in text
    assert text.count('"integrity"') == text.count('"node_modules/')


def entry(msgid: str, msgstr: str, *flags: str) -> polib.POEntry:
    return polib.POEntry(msgid=msgid, msgstr=msgstr, flags=list(flags))


def test_each_fault_of_a_translation_is_named(tmp_path: Path) -> None:
    code, catalog = polib.POFile(), polib.POFile()
    code.extend(entry(text, "") for text in ("새 글", "같은 글", "빈 글", "흐린 글", "%(n)s개"))
    catalog.append(entry("같은 글", "Same"))
    catalog.append(entry("빈 글", ""))
    catalog.append(entry("흐린 글", "Blurred", "fuzzy"))
    catalog.append(entry("%(n)s개", "%(m)s pieces"))
    catalog.append(entry("옛 글", "Old"))
    code.save(str(tmp_path / "code.po"))
    catalog.save(str(tmp_path / "catalog.po"))
    found = translations.problems(tmp_path / "catalog.po", tmp_path / "code.po")
    assert found == [
        "not in the catalogue: '새 글'",
        "no longer in the code: '옛 글'",
        "not translated: '빈 글'",
        "marked fuzzy: '흐린 글'",
        "placeholders differ: '%(n)s개'",
    ]


def test_a_failed_check_keeps_its_words() -> None:
    outcome = checks.perform(checks.Check("x", ("sh", "-c", "echo broken; exit 3"), "mend it"))
    assert (outcome.passed, outcome.output) == (False, "broken")


def test_root_s_engines_avoid_folders_that_nobody_may_enter(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    assert homes.open_to_all(folder / "new")
    assert not homes.open_to_all(closed / "new")
    monkeypatch.setattr(homes, "OUTSIDE", folder / "outside")
    monkeypatch.setattr(homes, "engine_account", lambda: homes.pwd.getpwnam("nobody"))
    assert homes.engine_home(closed / "engines").is_relative_to(folder / "outside")


def test_a_port_that_is_no_port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "eighty")
    with pytest.raises(DevstackError, match="not a port"):
        demo.wanted_port()


@pytest.mark.skipif(not shutil.which("xgettext"), reason="needs gettext")
def test_texts_of_all_rooms_go_into_one_catalogue(tmp_path: Path) -> None:
    (tmp_path / "portal" / "locale").mkdir(parents=True)
    (tmp_path / "programs" / "demands").mkdir(parents=True)
    (tmp_path / "templates").mkdir()
    (tmp_path / "programs/demands/forms.py").write_text('from x import gettext as _\nlabel = _("과제명")\n')
    (tmp_path / "programs/demands/views.py").write_text('from x import gettext as _now\nlead = _now("과제입니다")\n')
    (tmp_path / "templates/a.html").write_text("{% load i18n %}{% translate '목록' %}")
    assert translations.main(["--check"], tmp_path) == 1
    assert translations.main(["--update"], tmp_path) == 0
    catalog = polib.pofile(str(translations.catalog_of(tmp_path)))
    assert sorted(e.msgid for e in catalog) == ["과제명", "과제입니다", "목록"]
    for text in catalog:
        text.msgstr = "English"
    catalog.save()
    assert translations.main(["--check"], tmp_path) == 0
    before = catalog.fpath and Path(catalog.fpath).read_text()
    assert translations.main(["--update"], tmp_path) == 0
    assert Path(catalog.fpath).read_text() == before


def test_an_unforeseen_failure_is_two_lines_and_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(command: str, rest: list[str]) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(command_line, "dispatch", broken)
    monkeypatch.setattr(command_line, "LOGS", tmp_path / "log")
    assert command_line.main(["demo"]) == 1
    said = capsys.readouterr().out
    assert said.count("\n") == 2
    assert "PermissionError" in said
    assert "→" in said
    assert "in broken" in (tmp_path / "log/devstack.log").read_text()
