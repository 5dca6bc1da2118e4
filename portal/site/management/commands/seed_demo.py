"""Fill the portal with its sample: accounts, organisations, and the programs that `make demo` shows."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.site.sample import story


class Command(BaseCommand):
    help = (
        "Makes the sample accounts and programs. Again: completes what is missing. Refused under production settings."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("The sample must not come into a production portal (PORTAL_MODE=production).")
        for line in story.tell():
            self.stdout.write(line)
