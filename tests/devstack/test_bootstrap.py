"""Stage 0: what it says and does on a machine where something is missing."""

from __future__ import annotations

import ast
import os
import sys
from pathlib import Path

import pytest

from portal.devstack import bootstrap


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """A Debian without any of the packages; what would be run is collected."""
    ran: list[list[str]] = []
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(bootstrap, "has_library", lambda name: False)
    monkeypatch.setattr(bootstrap, "has_venv", lambda: False)
    monkeypatch.setattr(bootstrap, "has_browser", lambda: False)
    monkeypatch.setattr(
        bootstrap.shutil, "which", lambda name, path="": f"/usr/bin/{name}" if name == "apt-get" else None
    )
    monkeypatch.setattr(bootstrap, "run", lambda command, env=None: ran.append(command))
    return ran


def test_an_ordinary_user_is_told_one_command_in_one_line(
    bare: list[list[str]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: 1000)
    assert bootstrap.main(["demo"]) == 1
    said = capsys.readouterr().out
    assert said.count("\n") == 1
    assert said.strip().endswith(
        "sudo apt-get install -y libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 python3-venv"
    )
    assert bare == []


def test_root_installs_without_asking(bare: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: 0)
    assert bootstrap.install(bootstrap.missing_packages("test"))
    assert bare[-1][-4:] == ["gettext", "chromium", "clamav-daemon", "nginx-light"]
    assert "-y" in bare[-1]


def test_servers_for_tests_are_asked_of_nobody_else(bare: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    assert "nginx-light" not in bootstrap.missing_packages("demo")
    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: 1000)
    assert "nginx-light" not in bootstrap.missing_packages("test")


def test_homebrew_names_on_macos(
    bare: list[list[str]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(bootstrap, "has_venv", lambda: True)
    assert not bootstrap.install(bootstrap.missing_packages("demo"))
    assert capsys.readouterr().out.strip().endswith("brew install pango harfbuzz")


def test_only_what_the_command_needs_is_asked_for(bare: list[list[str]]) -> None:
    assert "chromium" not in bootstrap.missing_packages("demo")
    assert "gettext" not in bootstrap.missing_packages("demo")
    assert "gettext" in bootstrap.missing_packages("check")


def test_stage_0_and_the_watchdog_need_only_the_standard_library() -> None:
    for name in ("bootstrap.py", "watchdog.py"):
        tree = ast.parse(Path(bootstrap.__file__).with_name(name).read_text())
        for node in ast.walk(tree):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert {n.split(".")[0] for n in names} <= sys.stdlib_module_names


def test_an_old_python_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap.sys, "version_info", (3, 9, 2, "final", 0))
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: None)
    with pytest.raises(SystemExit, match=r"Python 3\.9 is too old"):
        bootstrap.in_right_python()


def test_compiled_modules_are_kept_where_python_may_leave_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHONPYCACHEPREFIX", raising=False)
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    bootstrap.keep_bytecode()
    assert "PYTHONDONTWRITEBYTECODE" not in os.environ
    assert os.environ["PYTHONPYCACHEPREFIX"] == str(bootstrap.ROOT / ".run" / "bytecode")
    monkeypatch.delenv("PYTHONPYCACHEPREFIX")
    bootstrap.keep_bytecode()
    assert "PYTHONPYCACHEPREFIX" not in os.environ, "beside the modules, where nothing forbids it"
