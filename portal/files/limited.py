"""Runs a script that reads what a stranger has sent: `python -I limited.py SCRIPT ARGUMENT… < content > result`.

The script meets limits on memory and time and takes nobody else with it, whatever the content does to its libraries.
Started as a script this file imports nothing of the portal, so that it is there within 0.1 s.
"""

import resource
import runpy
import subprocess
import sys

_MEMORY = 1024 * 1024 * 1024
_SECONDS = 20
_PATIENCE = 60


class TooMuch(Exception):
    """The script didn't come to an end in time."""


def run_limited(script: str, *arguments: str, content: bytes) -> "subprocess.CompletedProcess[bytes]":
    """The script's end: its return code is its own, negative where it met a limit. Raises TooMuch."""
    try:
        return subprocess.run(
            [sys.executable, "-I", "-X", "utf8", __file__, script, *arguments],
            input=content,
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise TooMuch from error


def _limit() -> None:
    """No more memory and time than a full-size file takes, three times over; no core dump of what people wrote."""
    for what, most in (
        (resource.RLIMIT_AS, _MEMORY),
        (resource.RLIMIT_CPU, _SECONDS),
        (resource.RLIMIT_CORE, 0),
    ):
        _soft, hard = resource.getrlimit(what)
        resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


if __name__ == "__main__":
    _limit()
    sys.argv = sys.argv[1:]
    runpy.run_path(sys.argv[0], run_name="__main__")
