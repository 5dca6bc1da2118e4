"""`python -m bench start`: from nothing to the printed address, cold and warm, in a copy of this checkout.

Cold: no `.venv`, no `.run`, no `node_modules`; pip's and npm's own caches are used as they are on the machine.
Warm: the same command again.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from portal.devstack import demo
from portal.devstack.failures import DevstackError
from portal.devstack.places import ROOT
from portal.devstack.progress import say
from portal.devstack.supervisor import interruptible

PATIENCE = 900.0
ADDRESS = "The portal is running"


def measure() -> dict[str, Any]:
    """Seconds of both starts and of each of their steps."""
    interruptible()  # so that the copy is removed whatever ends this
    with tempfile.TemporaryDirectory(prefix="portal-start-") as folder:
        Path(folder).chmod(0o755)  # PostgreSQL runs as another user there
        checkout = Path(folder) / "portal"
        copy(checkout)
        cold = start(checkout, "cold")
        warm = start(checkout, "warm")
    say(f"\ncold {cold['seconds']:.1f} s, warm {warm['seconds']:.1f} s; as JSON in .run/bench/start.json")
    return {"cold": cold, "warm": warm}


def copy(target: Path) -> None:
    """What git knows of this checkout, as it lies here."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)


def start(checkout: Path, name: str) -> dict[str, Any]:
    """One `make demo` up to the address, then Ctrl-C."""
    say(f"· make demo, {name} …")
    log = checkout.parent / f"{name}.txt"
    begin = time.monotonic()
    with log.open("w") as output:
        process = subprocess.Popen(
            ["make", "demo"],
            cwd=checkout,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        while ADDRESS not in log.read_text():
            if process.poll() is not None or time.monotonic() - begin > PATIENCE:
                raise DevstackError(f"`make demo` did not start:\n{log.read_text()[-3000:]}")
            time.sleep(0.1)
        seconds = time.monotonic() - begin
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGINT)
            process.wait(timeout=60)
    words = log.read_text()
    say(words.partition(ADDRESS)[0].rstrip())
    steps = re.findall(r"^· (.+?) … ([\d.]+) s$", words, re.MULTILINE)
    steps += re.findall(r"^· (.+?) …\n +done in ([\d.]+) s$", words, re.MULTILINE)
    return {"seconds": seconds, "steps": {step: float(taken) for step, taken in steps}}


def environment() -> dict[str, str]:
    """The caller's environment without what belongs to this checkout, on a free port."""
    ours = (
        "PORTAL_",
        "DATABASE_",
        "BROKER_",
        "CACHE_",
        "VIRTUAL_ENV",
        "PYTHONPATH",
        "PYTHONPYCACHEPREFIX",
        "DJANGO_",
        "MAKE",
        "MFLAGS",
    )
    return {k: v for k, v in os.environ.items() if not k.startswith(ours)} | {"PORT": str(demo.free_port(8200))}
