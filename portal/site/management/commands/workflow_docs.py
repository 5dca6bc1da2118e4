"""Write docs/workflows.md."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from portal.site.workflowdocs import render


class Command(BaseCommand):
    help = "Writes docs/workflows.md from the workflow tables."

    def handle(self, *_args: Any, **_options: Any) -> None:
        (settings.BASE_DIR / "docs" / "workflows.md").write_text(render(), encoding="utf-8")
