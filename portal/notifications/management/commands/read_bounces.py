"""`manage.py read_bounces [--maildir FOLDER]`: take in bounces: a Maildir's new ones, or one on standard input."""

import sys
from argparse import ArgumentParser
from collections import Counter
from mailbox import Maildir
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.kernel.clock import now
from portal.notifications.bounces import BOUNCES, LARGEST, read_bounce


class Command(BaseCommand):
    help = "Read bounces and set the state of the mails that came back. What is no bounce of ours changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--maildir", type=Path, metavar="FOLDER", help="read its new messages, and mark them seen")

    def handle(self, *_args: Any, maildir: Path | None, **_options: Any) -> None:
        if maildir is None:
            found = Counter([read_bounce(sys.stdin.buffer.read(LARGEST), at=now())])
        elif not (maildir / "new").is_dir():
            raise CommandError(f"{maildir} is no Maildir: it has no folder 'new'.")
        else:
            found = Counter(_each(maildir))
        self.stdout.write(", ".join(f"{name} {found[name]}" for name in BOUNCES))


def _each(folder: Path) -> list[str]:
    """A message is marked as seen only after its result is stored: read twice is as read once."""
    box, results = Maildir(folder, factory=None, create=False), []
    for key in box.keys():  # noqa: SIM118 (a mailbox iterates over messages)
        message = box.get_message(key)
        if message.get_subdir() != "new":
            continue
        with box.get_file(key) as file:
            results.append(read_bounce(file.read(LARGEST), at=now()))
        message.set_subdir("cur")
        message.add_flag("S")
        box[key] = message
    return results
