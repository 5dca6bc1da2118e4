"""`python -m portal.devstack COMMAND`: what the Makefile's targets run inside the virtualenv."""

from __future__ import annotations

import os
import sys
import traceback

from portal.devstack.failures import DevstackError
from portal.devstack.places import LOGS


def main(arguments: list[str]) -> int:
    command, rest = (arguments or ["help"])[0], arguments[1:]
    try:
        return dispatch(command, rest)
    except DevstackError as failure:
        print(f"✗ {failure}", flush=True)
        return 1
    except KeyboardInterrupt:
        return 130
    except Exception as failure:
        print(f"✗ {unforeseen(failure)}", flush=True)
        return 1


def unforeseen(failure: Exception) -> DevstackError:
    """A mistake of this program in two lines; its traceback goes to a file."""
    story = LOGS / "devstack.log"
    LOGS.mkdir(parents=True, exist_ok=True)
    story.write_text(traceback.format_exc())
    words = traceback.format_exception_only(failure)[-1].strip()
    return DevstackError(
        f"something unforeseen: {words}",
        cure=f"the whole story is in {story}; start again, or report it with that file",
    )


def dispatch(command: str, rest: list[str]) -> int:
    """Import late: each command loads only what it needs."""
    if command in ("demo", "demo-reset"):
        from portal.devstack import demo

        demo.run(fresh=command == "demo-reset")
        return 0
    if command in ("setup", "setup-dev"):
        from portal.devstack import assets, catalogs

        assets.prepare()
        catalogs.compile_all()
        return 0
    if command in ("test", "prove", "bench", "check", "format", "locks", "translations"):
        from portal.devstack import commands

        return commands.run(command, rest)
    print(f"unknown command {command!r} (see `make help`)")
    return 2


if __name__ == "__main__":
    os.umask(0o022)
    raise SystemExit(main(sys.argv[1:]))
