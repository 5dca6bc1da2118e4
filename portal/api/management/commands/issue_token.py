"""`manage.py issue_token EMAIL [--organization SLUG]`: print an API token, for demonstration and benchmarks."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.accounts.models import User
from portal.api import operations
from portal.api.models import SCOPES
from portal.kernel.clock import now
from portal.kernel.errors import Refusal
from portal.organizations.actors import active_memberships, actor_for
from portal.security.actor import acting


class Command(BaseCommand):
    help = "Print an API token of a person. Not under production settings: there people issue their own."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument(
            "--organization", metavar="SLUG", help="which of the person's organisations (default: the first)"
        )
        parser.add_argument("--scopes", default=",".join(SCOPES), help="comma-separated (default: %(default)s)")
        parser.add_argument("--days", type=int, default=30, help="until it expires (default: %(default)s)")

    def handle(
        self, *_args: Any, email: str, organization: str | None, scopes: str, days: int, **_options: Any
    ) -> None:
        if settings.PRODUCTION:
            raise CommandError(
                "Under production settings a person issues a token on the account page: /account/tokens/"
            )
        at = now()
        user = User.objects.filter(email__iexact=email, is_active=True).first()
        if user is None:
            raise CommandError(f"Nobody with the address {email} can sign in.")
        found = [m for m in active_memberships(user.id, at) if organization in (None, m.organization.slug)]
        if not found:
            raise CommandError(f"{email} is not a member of {organization or 'any organisation'}.")
        actor = actor_for(user, found[0], at)
        try:
            with acting(actor):
                _token, secret = operations.issue(actor=actor, name="issue_token", scopes=scopes.split(","), days=days)
        except Refusal as refusal:
            raise CommandError(f"{refusal} {refusal.fields}") from refusal
        self.stdout.write(secret)
