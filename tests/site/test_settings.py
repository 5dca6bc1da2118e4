"""Settings from the environment: what is left empty is not set."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

SHOW = "from portal import settings as s; print(s.MEDIA_ROOT, s.FILE_MAX_BYTES, s.BASE_URL)"


def loaded(**given: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if k not in {"MEDIA_ROOT", "FILE_MAX_BYTES", "BASE_URL"}}
    return subprocess.run(
        [sys.executable, "-c", SHOW], env=environment | given, cwd=settings.BASE_DIR, capture_output=True, text=True
    )


@pytest.mark.parametrize("empty", [{}, {"MEDIA_ROOT": "", "FILE_MAX_BYTES": "", "BASE_URL": ""}])
def test_left_empty_is_the_default(empty: dict[str, str]) -> None:
    said = loaded(PORTAL_MODE="test", **empty).stdout.split()
    assert said == [str(settings.BASE_DIR / ".run" / "media"), str(20 * 1024 * 1024), "http://127.0.0.1:8000"]


def test_an_empty_secret_key_is_none() -> None:
    refused = loaded(PORTAL_MODE="production", SECRET_KEY="")
    assert refused.returncode and "SECRET_KEY" in refused.stderr
