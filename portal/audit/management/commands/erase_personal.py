"""`manage.py erase_personal (--user ID | --before DAY) --reason WHY`: erase personal fields of access records."""

from datetime import datetime, time
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.audit.erasing import erase
from portal.audit.sealing import seal
from portal.kernel.clock import now
from portal.kernel.formats import SEOUL
from portal.security.actor import Actor, acting


class Command(BaseCommand):
    help = "Erase name, user and address from sealed access records; the chain stays whole, and a record says so."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--user", type=UUID, help="whose records")
        parser.add_argument("--before", type=datetime.fromisoformat, help="all records before this day (YYYY-MM-DD)")
        parser.add_argument("--reason", required=True)

    def handle(self, *, user: UUID | None, before: datetime | None, reason: str, **options: Any) -> None:
        if user is None and before is None:
            raise CommandError("Say --user or --before.")
        until = datetime.combine(before.date(), time.min, SEOUL) if before else None
        while seal():
            pass
        with acting(Actor.public(now())) as actor:
            count = erase(reason=reason, actor=actor, user_id=user, before=until)
        self.stdout.write(f"Erased in {count:,} records.")
