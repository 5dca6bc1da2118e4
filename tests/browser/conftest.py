"""A real browser against a real server, with a real worker and scheduler in processes of their own."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page

from portal.kernel.clock import now
from portal.outbox.models import Message
from portal.security.actor import Actor, acting, system
from portal.site.sample.people import PASSWORD, Cast

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright's loop runs in the test's thread
ROOT = Path(__file__).resolve().parents[2]
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    return {"executable_path": found, "args": FLAGS}


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """The sample's organisations and accounts."""
    made = Cast()
    with acting(Actor.public(now())), system("sample people"):
        made.assemble()
    return made


@pytest.fixture
def worker(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """Celery worker and scheduler as processes of their own, on the test's database."""
    celery = [sys.executable, "-m", "celery", "-A", "portal"]
    log = (tmp_path / "celery.log").open("wb")
    options = {
        "cwd": ROOT,
        "env": os.environ | {"MEDIA_ROOT": str(settings.MEDIA_ROOT)},
        "stdout": log,
        "stderr": log,
    }
    running = [
        subprocess.Popen([*celery, "worker", "--concurrency", "1", "--loglevel", "warning"], **options),
        subprocess.Popen([*celery, "beat", "--schedule", str(tmp_path / "beat")], **options),
    ]
    yield
    for process in running:
        process.terminate()
    for process in running:
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


@pytest.fixture
def settled() -> Callable[[], None]:
    """Wait until the outbox has nothing left to do."""

    def wait(seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with acting(Actor.public(now())), system("wait for the outbox"):
                left = list(Message.objects.exclude(state="done").values_list("job", "state", "error"))
            if not left:
                return
            time.sleep(0.2)
        raise AssertionError(f"still in the outbox: {left}")

    return wait


@pytest.fixture
def sign_in(browser: Browser, live_server: Any) -> Iterator[Callable[..., Page]]:
    """`sign_in(email)`: a browser window of its own, signed in through the form. Phones: `width=390`."""
    contexts: list[BrowserContext] = []

    def enter(email: str, width: int = 1280, height: int = 900) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": height},
            locale="ko-KR",
            accept_downloads=True,
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.goto("/accounts/login/")
        page.fill("input[name=login]", email)
        page.fill("input[name=password]", PASSWORD)
        page.click("main button[type=submit]")
        page.wait_for_url(lambda url: "/accounts/login/" not in url)
        return page

    yield enter
    for context in contexts:
        context.close()
