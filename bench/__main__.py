"""`make bench`: all figures in one table, and in `.run/bench/latest.json`. `python -m bench start`: see start.py.

`make bench ARGS=desks` measures lists and desks alone, `ARGS=suggestions` suggestions at full size.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import time
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from bench import stage
from bench.figures import table
from portal.devstack.failures import DevstackError
from portal.devstack.places import ROOT
from portal.devstack.progress import say, step

if TYPE_CHECKING:  # what needs Django's setup is imported where it is used
    from bench.desks import Cast, Growth
    from bench.rows import World


def main(arguments: list[str]) -> int:
    begin = time.monotonic()
    try:
        if arguments == ["start"]:
            from bench import start

            found = start.measure()
            save("start.json", found)
            return 0
        with stage.database():
            found = ALONE[arguments[0]]() if arguments else measure()
    except DevstackError as failure:
        say(f"✗ {failure}")
        return 1
    except KeyboardInterrupt:
        return 130
    name = f"{arguments[0]}.json" if arguments else "latest.json"
    save(name, found)
    say(f"\n{time.monotonic() - begin:.0f} s; as JSON in .run/bench/{name}; what it means: bench/README.md")
    return 0


def measure() -> dict[str, Any]:
    """Everything, in the order in which the rows grow."""
    from bench import desks, matches, outbox, pages, papers, suggestions, timetables, uploads, walls, weight

    world, first = few_rows()
    with stage.server() as port:
        with step("Pages"):
            mine = [
                ("sign-in page", "/accounts/login/", ""),
                ("home of a manager", "/", world.cookie),
                ("demand detail", f"/demands/{world.demand}/", world.cookie),
                ("API list", "/api/v1/demands/", world.cookie),
                ("demand list, 25 of 1,000", "/demands/", world.cookie),
            ]
            found = [pages.floor(port), *(pages.measure(port, *page) for page in mine)]
        with step("Page weight in a browser"):
            weights = weight.visits(
                port,
                world.cookie,
                {"sign-in page": mine[0][1], "demand list": "/demands/", "home": "/", "demand detail": mine[2][1]},
            )
        grown = lists_and_desks(port, world, first)
        say("\n" + table([desks.HEAD, *(g.shown() for g in grown)]))
        with step("Pages again"):
            found.append(pages.measure(port, "demand list, 25 of 100,000", "/demands/", world.cookie))
            found.append(pages.measure(port, "API list of 100,000", "/api/v1/demands/", world.cookie))
    with step("Row security, context"):
        costs = [
            *walls.row_security(world.manager, "manager"),
            *walls.row_security(world.officer, "officer"),
            walls.context(world.manager),
        ]
    with step("Outbox"):
        messages = outbox.throughput(world.manager)
    with step("Timetables"):
        planned = timetables.measure()
    with step("Matches"):
        quality = matches.measure()
    with step("Documents"):
        printed = papers.measure()
    with step("A list of 10,000 recommendations"):
        lists = uploads.measure()
    with step("Suggestions at full size"):
        large = suggestions.measure()
    known = [page for page in found if page is not None]
    report([p.shown() for p in known], [w.shown() for w in weights], [c.shown() for c in costs], messages, lists)
    say("\n" + table([timetables.HEAD, *(p.shown() for p in planned)]))
    head = ["nDCG@10", "floor", "words", "with sentences", "CPU ms a demand"]
    say("\n" + table([head, quality.shown()]))
    say("\n" + table([suggestions.HEAD, *(one.shown() for one in large)]))
    head = ["a document of two pages", "PDF ms", "seal ms", "HWPX ms", "all ms", "worker MB"]
    say("\n" + table([head, ["CPU, warm", *printed.shown()]]))
    return {
        "pages": [asdict(p) for p in known],
        "lists and desks": [g.kept() for g in grown],
        "weight": [asdict(w) for w in weights],
        "costs": [asdict(c) | {"extra": c.extra} for c in costs],
        "matches": asdict(quality),
        "suggestions": [asdict(one) | {"within": one.within} for one in large],
        "outbox": asdict(messages) | {"both": messages.both},
        "timetables": [asdict(p) for p in planned],
        "documents": asdict(printed) | {"whole": printed.whole},
        "upload": asdict(lists) | {"rate": lists.rate, "times": lists.times},
    }


def lists_alone() -> dict[str, Any]:
    """Lists and desks, and nothing else."""
    from bench import desks

    world, first = few_rows()
    with stage.server() as port:
        grown = lists_and_desks(port, world, first)
    say("\n" + table([desks.HEAD, *(g.shown() for g in grown)]))
    return {"lists and desks": [g.kept() for g in grown]}


def few_rows() -> tuple[World, Cast]:
    """Everybody who asks, and a thousand rows of each."""
    from bench import desks, rows

    with step("Rows: 1,000 of each"):
        world = rows.make()
        first = desks.cast(world)
        desks.fill(world, first, 0, desks.FEW)
    return world, first


def lists_and_desks(port: int, world: World, first: Cast) -> list[Growth]:
    """Measured with the few rows that there are, and again with a hundred thousand, which are there from then on."""
    from bench import desks, rows

    with step("Lists and desks"):
        few = desks.measure(port, first, desks.FEW)
    with step("Rows: 100,000 of each"):
        rows.many_demands_up_to(desks.MANY)
        desks.fill(world, first, desks.FEW, desks.MANY)
    with step("Lists and desks again"):
        return desks.grown(few, desks.measure(port, first, desks.MANY))


def suggestions_alone() -> dict[str, Any]:
    """Suggestions at full size, and nothing else."""
    from bench import rows, suggestions

    with step("Suggestions at full size"):
        rows.make()
        large = suggestions.measure()
    say("\n" + table([suggestions.HEAD, *(one.shown() for one in large)]))
    return {"suggestions": [asdict(one) | {"within": one.within} for one in large]}


ALONE = {"desks": lists_alone, "suggestions": suggestions_alone}
"""What is measured by itself."""


def report(pages: list[list[str]], weights: list[list[str]], costs: list[list[str]], messages: Any, lists: Any) -> None:
    say("\n" + table([["page", "median ms", "p95 ms", "× floor", "queries", "KB"], *pages]))
    if weights:
        head = ["in a browser", "KB", "files", "page", "styles", "scripts", "fonts"]
        say("\n" + table([head, *weights]))
    else:
        say("\n(no browser found: page weight was not measured)")
    say("\n" + table([["cost", "without ms", "with ms", "extra ms"], *costs]))
    shown = [f"{value:.0f}" for value in (messages.relay, messages.work, messages.both)]
    say("\n" + table([["outbox, messages a second", "relay", "work", "both"], ["one process", *shown]]))
    say("\n" + table(lists.shown()))


def save(name: str, found: dict[str, Any]) -> None:
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True)
    machine = {"cores": os.cpu_count(), "system": platform.platform(), "python": platform.python_version()}
    note = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "commit": commit.stdout.strip(), "machine": machine}
    stage.FOLDER.mkdir(parents=True, exist_ok=True)
    (stage.FOLDER / name).write_text(json.dumps(note | found, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
