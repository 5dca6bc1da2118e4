"""Every sign-in, sign-out and failed try, as a line of the log: who (by id), from where, in which request.

What was typed stays out: people type passwords into the field for the address.
"""

import logging
from typing import Any

from django.contrib.auth import signals

log = logging.getLogger("portal.signins")


def listen() -> None:
    for name, signal in (
        ("signed in", signals.user_logged_in),
        ("signed out", signals.user_logged_out),
        ("failed", signals.user_login_failed),
    ):
        signal.connect(_writer(name), weak=False, dispatch_uid=f"portal sign-ins: {name}")


def _writer(name: str) -> Any:
    def write(request: Any = None, user: Any = None, **_given: Any) -> None:
        address = request.META.get("REMOTE_ADDR", "") if request is not None else ""
        told = (name, user.pk if user is not None else "-", address, getattr(request, "id", "-"))
        log.info("%s: user %s from %s, request %s", *told)

    return write
