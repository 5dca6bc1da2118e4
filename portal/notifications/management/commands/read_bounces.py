"""`manage.py read_bounces [--maildir FOLDER]`: take in bounces: a Maildir's new ones, or one on standard input."""

import sys
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.kernel.clock import now
from portal.notifications.bounces import BOUNCES, LARGEST, read_bounce, read_folder


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
            found = Counter(read_folder(maildir))
        self.stdout.write(", ".join(f"{name} {found[name]}" for name in BOUNCES))
