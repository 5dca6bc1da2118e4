"""`manage.py verify_records [--head FILE …]`: verify the chain of access records. Ends with 1 where it is broken."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.audit import safekeeping
from portal.audit.verification import Head, Verification
from portal.kernel.clock import now
from portal.security.actor import Actor


class Command(BaseCommand):
    help = "Verify the access records against their chain, and against heads kept outside."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--head", action="append", default=[], help="a file with a head that was exported")

    def handle(self, *, head: list[str], **options: Any) -> None:
        try:
            heads = [*safekeeping.kept(), *(Head.read(Path(name).read_text(encoding="utf-8")) for name in head)]
        except (OSError, ValueError) as wrong:
            raise CommandError(f"A head can't be used: {wrong}") from wrong
        verification = Verification(heads)
        for done in verification.run(actor=Actor.public(now())):
            self.stdout.write(f"{done:,} / {verification.total:,}")
        for kind, number in verification.faults:
            self.stdout.write(f"{kind} {number}")
        if verification.found:
            raise CommandError(f"{verification.found} faults in {verification.total} records.")
        self.stdout.write(f"{verification.total:,} records are as they were written ({len(heads)} heads compared).")
