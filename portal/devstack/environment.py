"""The environment variables of a start: the caller's, then `.env`, then what the engines give.

The same order as in the settings: a variable that is set wins over the line in `.env`.
"""

from __future__ import annotations

import os
import platform
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from pathlib import Path

from portal.devstack.failures import DevstackError
from portal.devstack.places import DEMO, MAIL, ROOT


def read_env_file(path: Path) -> dict[str, str]:
    """`NAME=value` lines; comments, blank lines, `export` and surrounding quotes are allowed."""
    values: dict[str, str] = {}
    if not path.is_file():
        return values
    for line in path.read_text(encoding="utf-8").splitlines():
        name, equals, value = line.strip().removeprefix("export ").partition("=")
        if not equals or name.startswith("#"):
            continue
        value = value.strip()
        if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
            value = value[1:-1]
        values[name.strip()] = value
    return values


def write_env_file(path: Path, values: Mapping[str, str]) -> None:
    """Write variables for `manage.py` in a second terminal; readable by the owner only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text("".join(f"{name}='{value}'\n" for name, value in sorted(values.items())))


def given() -> dict[str, str]:
    """What the caller decided: the environment over `.env`; empty values count as not set."""
    values = {**read_env_file(ROOT / ".env"), **os.environ}
    return {name: value for name, value in values.items() if value}


def refuse_production(what: str) -> None:
    """Keep sample data and tests away from servers that a production `.env` names."""
    values = given()
    if values.get("PORTAL_MODE") == "production" and {"DATABASE_URL", "BROKER_URL"} & set(values):
        raise DevstackError(
            f"PORTAL_MODE=production is set together with its servers; {what} never put there",
            cure="unset PORTAL_MODE, or remove DATABASE_URL and BROKER_URL (environment and .env)",
        )


def demo_defaults(port: int) -> dict[str, str]:
    """The demo's settings that have nothing to do with engines."""
    MAIL.mkdir(parents=True, exist_ok=True)
    media = DEMO / "media"
    media.mkdir(parents=True, exist_ok=True)
    return {
        "PORTAL_MODE": "demo",
        "BASE_URL": f"http://127.0.0.1:{port}",
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "EMAIL_URL": f"filemail:///{MAIL}",
        "DEFAULT_FROM_EMAIL": "딥테크 밸류업 <noreply@valueup.example>",
        "MEDIA_ROOT": str(media),
        "CELERY_BEAT_SCHEDULE_FILENAME": str(DEMO / "beat"),
        "PYTHONUNBUFFERED": "1",
        **_keys(DEMO / "keys.env"),
        **library_path(),
    }


def library_path() -> dict[str, str]:
    """Where Homebrew's Pango lies; macOS's loader does not look there by itself."""
    if platform.system() != "Darwin":
        return {}
    return {"DYLD_FALLBACK_LIBRARY_PATH": "/opt/homebrew/lib:/usr/local/lib:/usr/lib"}


def _keys(path: Path) -> dict[str, str]:
    """Keys made once per checkout: sessions and encrypted fields outlive a restart."""
    if not path.is_file():
        field_key = urlsafe_b64encode(secrets.token_bytes(32)).decode()
        write_env_file(path, {"SECRET_KEY": secrets.token_urlsafe(60), "FIELD_KEYS": field_key})
    return read_env_file(path)
