"""Fill the portal with many rows, to try it at a size that no year has reached yet."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.site.sample import scale


class Command(BaseCommand):
    help = "Adds invented startups and applications to the sample. Refused under production settings."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--startups", type=int, default=0, metavar="N", help="startups to add")
        parser.add_argument("--applications", type=int, default=0, metavar="N", help="applications of them to add")

    def handle(self, *_args: Any, startups: int, applications: int, **_options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("Invented rows must not come into a production portal (PORTAL_MODE=production).")
        if startups < 0 or applications < 0 or startups + applications == 0:
            raise CommandError("Say how many: --startups N, --applications N, or both; whole numbers from 1 on.")
        try:
            scale.seed(startups, applications)
        except scale.NoRoom as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(f"added {startups:,} startups and {applications:,} applications")
