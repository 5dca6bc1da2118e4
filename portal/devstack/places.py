"""Where things lie in a checkout. Everything that can be made again is under `.run/`."""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

ROOT = Path(os.environ.get("PORTAL_CHECKOUT") or Path(__file__).resolve().parents[2])
RUN = ROOT / ".run"
VENV = ROOT / ".venv"
LOGS = RUN / "log"
STAMPS = RUN / "stamps"
MAIL = RUN / "mail"
DEMO = RUN / "demo"
TEST = RUN / "test"
VENDOR = ROOT / "static" / "vendor"
FONTS = VENDOR / "fonts-ttf"
NODE_MODULES = ROOT / "node_modules"


def checkout_key() -> str:
    """Eight letters that differ between two checkouts, and between two users of one."""
    return hashlib.sha256(f"{ROOT}:{os.geteuid()}".encode()).hexdigest()[:8]


def python() -> str:
    """The interpreter of the virtualenv, or the running one where there is none (containers)."""
    own = VENV / "bin" / "python"
    return str(own) if own.exists() else sys.executable


def tool(name: str) -> str:
    """A console script that was installed beside the interpreter."""
    return str(Path(python()).parent / name)
