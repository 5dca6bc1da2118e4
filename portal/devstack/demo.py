"""`make demo`: from a set-up machine to a running portal, and back by Ctrl-C."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

from portal.devstack import assets, catalogs, stamps
from portal.devstack.engines import Engines
from portal.devstack.environment import demo_defaults, given, refuse_production, write_env_file
from portal.devstack.failures import DevstackError
from portal.devstack.homes import engine_home, remove
from portal.devstack.places import DEMO, LOGS, ROOT, RUN, VENDOR, python, tool
from portal.devstack.progress import say, step
from portal.devstack.seals import made as made_seal
from portal.devstack.service import Service
from portal.devstack.supervisor import Supervisor, interruptible

PORT = 8000
PASSWORD = "valueup-demo-2025!"  # for sample data only
ACCOUNTS = (
    ("ministry", "officer@mss.example, approver@, finance@, auditor@, operator@mss.example"),
    ("corporation", "manager@hyundai.example, evaluator1@, signatory@hyundai.example"),
    ("startup", "ceo@tesollo.example, member@tesollo.example"),
    ("center", "head@gyeonggi.example, coordinator@gyeonggi.example"),
    ("foundation", "case@foundation.example, advisor1@, advisor2@foundation.example"),
)


def run(*, fresh: bool = False) -> None:
    """Start everything, print the address, watch until Ctrl-C."""
    os.umask(0o022)
    interruptible()
    port = wanted_port()
    refuse_production("sample data is")
    with only_one(port):
        check_port(port)
        if fresh:
            reset()
        supervisor = Supervisor(DEMO, LOGS, lambda line: say(f"! {line}"))
        supervisor.open()
        try:
            start(supervisor, port)
            supervisor.run()
        except KeyboardInterrupt:
            say("\n· Stopping …")
        finally:
            supervisor.stop()
        say("Stopped. Your data is kept; `make demo` continues, `make demo-reset` starts over.")


def start(supervisor: Supervisor, port: int) -> None:
    """Everything between a set-up machine and the printed address."""
    with step("Front-end assets and fonts"):
        assets.prepare()
        catalogs.compile_all()
    environment = {**demo_defaults(port), **made_seal(DEMO), **given(), "PORTAL_MODE": "demo"}
    with step("Database and broker"):
        engines = Engines(DEMO / "engines", environment)
        engines.start(supervisor)
    environment |= engines.environment()
    write_env_file(DEMO / "environment", only_ours(environment))
    if not engines.remembers(schema_content()):
        with step("Tables"):
            manage(environment, "migrate", "--no-input", "-v", "0")
        with step("Sample data"):
            manage(environment, "seed_demo")
        engines.remember(schema_content())
    gather_static(environment)
    with step("Web, worker and scheduler"):
        for service in processes(environment, port):
            supervisor.spawn(service)
        supervisor.wait_until_ready()
    welcome(port)


def gather_static(environment: Mapping[str, str]) -> None:
    """Gather and pack the static files where something about them has changed."""
    gathered = Path(environment.get("STATIC_ROOT", str(RUN / "static"))) / "staticfiles.json"
    if gathered.is_file() and stamps.is_current("static", static_content()):
        return
    with step("Static files"):
        manage(environment, "collectstatic", "--no-input", "--clear", "-v", "0")
        stamps.record("static", static_content())


def processes(environment: Mapping[str, str], port: int) -> list[Service]:
    """The same three processes as in production."""
    web = [
        tool("gunicorn"), "portal.wsgi:application", "--bind", f"127.0.0.1:{port}",
        "--workers", environment.get("WEB_WORKERS", "2"), "--worker-class", "gthread",
        "--threads", "4", "--graceful-timeout", "5", "--access-logfile", "-", "--no-control-socket",
    ]  # fmt: skip
    celery = [tool("celery"), "-A", "portal"]
    worker = [*celery, "worker", "--concurrency", "2", "--loglevel", "INFO", "--without-gossip", "--without-mingle"]
    beat = [*celery, "beat", "--loglevel", "INFO", "--pidfile", ""]
    return [
        Service("web", web, environment, ready=lambda: answers(port), grace=8),
        Service("worker", worker, environment, grace=8),
        Service("beat", beat, environment, grace=4),
    ]


def manage(environment: Mapping[str, str], *arguments: str) -> None:
    """Run a management command; its output is shown only when it fails."""
    done = subprocess.run(
        [python(), "manage.py", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        raise DevstackError(
            f"`manage.py {' '.join(arguments)}` failed:\n{done.stdout.strip()[-4000:]}",
            cure="`make demo-reset` starts over with fresh sample data, if that is what is broken",
        )


def schema_content() -> str:
    """Fingerprint of all code: grants and row security come from models and rules, not only from migrations."""
    folders = [ROOT / name for name in ("portal", "programs", "matching", "agreements")]
    code = [p for folder in folders for p in sorted(folder.rglob("*.py")) if "devstack" not in p.parts]
    return stamps.fingerprint([*code, ROOT / "requirements" / "app.txt"])


def static_content() -> str:
    """Fingerprint of what collectstatic gathers: our files and the locked packages'."""
    ours = [p for p in sorted((ROOT / "static").iterdir()) if p != VENDOR]
    lock = ROOT / "requirements" / "app.txt"
    rooms = [p for name in ("portal", "programs", "matching", "agreements") for p in (ROOT / name).rglob("static")]
    how = [ROOT / "portal" / "settings.py", ROOT / "portal" / "web" / "storage.py"]
    return stamps.fingerprint([*ours, lock, *rooms, *how], assets.content())


def answers(port: int) -> bool:
    """Whether the web process answers at all; an error page is an answer."""
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def wanted_port() -> int:
    """`PORT=` of the caller, or 8000."""
    value = given().get("PORT", str(PORT))
    if not value.isdigit() or not 1 <= int(value) <= 65535:
        raise DevstackError(f"PORT={value} is not a port", cure="choose a number, as in `make demo PORT=8080`")
    return int(value)


def check_port(port: int) -> None:
    """Refuse a taken port before anything is started."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise DevstackError(f"port {port} needs the superuser", cure="make demo PORT=8080") from None
        except OSError:
            raise DevstackError(
                f"port {port} is taken by another program", cure=f"make demo PORT={free_port(port)}"
            ) from None


def free_port(after: int) -> int:
    """The next port that nobody listens on."""
    for port in range(after + 1, 65536):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    return 0


@contextlib.contextmanager
def only_one(port: int) -> Iterator[None]:
    """One demo per checkout: the second says where the first is, and ends well."""
    DEMO.mkdir(parents=True, exist_ok=True)
    with (DEMO / "running").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            known = json.loads(file.read() or "{}")
            address = known.get("address", "in another terminal")
            say(f"The portal of this checkout is already running: {address} (process {known.get('pid', '?')})")
            raise SystemExit(0) from None
        file.truncate(0)
        file.write(json.dumps({"pid": os.getpid(), "address": f"http://127.0.0.1:{port}"}))
        file.flush()
        yield
        file.truncate(0)


def reset() -> None:
    """Forget the demo's data; libraries and assets stay."""
    with step("Removing the sample data"):
        Supervisor(DEMO, LOGS, say).wait_for_predecessor()
        remove(engine_home(DEMO / "engines"))
        for name in ("media", "environment", "beat", "keys.env"):
            remove_any(DEMO / name)


def remove_any(path: Path) -> None:
    if path.is_dir():
        remove(path)
    else:
        path.unlink(missing_ok=True)


def only_ours(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables that `manage.py` needs in a second terminal."""
    names = ("PORTAL_", "DATABASE_", "BROKER_", "CACHE_", "EMAIL_", "MEDIA_", "FIELD_", "STATIC_")
    single = ("SECRET_KEY", "ALLOWED_HOSTS", "BASE_URL", "DEFAULT_FROM_EMAIL")
    return {k: v for k, v in environment.items() if k.startswith(names) or k in single}


def welcome(port: int) -> None:
    lines = ["", f"  The portal is running:  http://127.0.0.1:{port}", ""]
    lines += [f"  {kind:<12} {emails}" for kind, emails in ACCOUNTS]
    lines += [
        f"  {'password':<12} {PASSWORD}   (all accounts; the README lists more)",
        f"  {'mail':<12} .run/mail/      logs  .run/log/      stop  Ctrl-C",
        "",
    ]
    say("\n".join(lines))
