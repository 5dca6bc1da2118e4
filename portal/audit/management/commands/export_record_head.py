"""`manage.py export_record_head [--folder FOLDER] [--mail ADDRESS]`: the chain's head, for safe-keeping."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.audit import operations
from portal.kernel.clock import now
from portal.security.actor import Actor, acting


class Command(BaseCommand):
    help = "Print the signed head of the access records' chain, and keep it in a folder or a mailbox."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--folder", default="")
        parser.add_argument("--mail", default="")

    def handle(self, *, folder: str, mail: str, **options: Any) -> None:
        with acting(Actor.public(now())) as actor:
            head = operations.keep_head(actor=actor, folder=folder, mail=mail)
        if head is None:
            raise CommandError("Nothing is sealed yet.")
        self.stdout.write(head.text())
