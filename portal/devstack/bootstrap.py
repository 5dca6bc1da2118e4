"""Stage 0: run by the machine's own Python, before there is a virtualenv.

    python3 portal/devstack/bootstrap.py demo | demo-reset | test | check | prove | bench | …

It needs nothing but the standard library: finds what is missing on the machine (as root on
Debian it installs that, else it prints the one command that does), makes `.venv` with the
hash-pinned packages, and hands over to `python -m portal.devstack COMMAND` there.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
OLDEST = (3, 11)

# Debian's name, Homebrew's name, what it is for.
PANGO = [
    ("libpango-1.0.so.0", "libpango-1.0.dylib", "libpango-1.0-0", "pango"),
    ("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib", "libpangoft2-1.0-0", "pango"),
    ("libharfbuzz-subset.so.0", "libharfbuzz-subset.dylib", "libharfbuzz-subset0", "harfbuzz"),
]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC_BROWSERS = ("/Applications/Google Chrome.app", "/Applications/Chromium.app")
NEEDS_DEV = {"test", "check", "prove", "bench", "format", "locks", "translations", "setup-dev"}
NEEDS_GETTEXT = {"test", "check", "translations"}
NEEDS_BROWSER = {"test", "prove"}
# Servers that tests talk to: installed where we install things ourselves; elsewhere those tests say what they lack.
SERVERS = [("clamd", "clamav-daemon"), ("nginx", "nginx-light")]
NEEDS_SERVERS = {"test", "prove"}


def main(arguments: list[str]) -> int:
    """Set up, then become the command in the virtualenv: no process of ours stays in between."""
    command = arguments[0] if arguments else "demo"
    try:
        in_right_python()
        missing = missing_packages(command)
        if missing and not install(missing):
            return 1
        environment(dev=command in NEEDS_DEV)
    except subprocess.CalledProcessError as error:
        print(f"✗ {Path(str(error.cmd[0])).name} ended with exit code {error.returncode}; its last lines are above")
        print("  → check the network and the disk, then start again: what is done is not done twice")
        return 1
    except KeyboardInterrupt:
        return 130
    sys.stdout.flush()
    python = str(VENV / "bin" / "python")
    keep_bytecode()
    os.chdir(ROOT)
    return os.execv(python, [python, "-m", "portal.devstack", command, *arguments[1:]])


def keep_bytecode() -> None:
    """Where Python may leave nothing beside its modules, as in many containers, what it has compiled lies under `.run`:
    each of our processes, and there are dozens, would else compile everything anew, four seconds long.
    """
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", None):
        os.environ.setdefault("PYTHONPYCACHEPREFIX", str(ROOT / ".run" / "bytecode"))


def in_right_python() -> None:
    """Change to a newer Python where `python3` is too old and one is installed beside it."""
    if sys.version_info >= OLDEST:
        return
    for minor in (13, 12, 11, 14):
        other = shutil.which(f"python3.{minor}")
        if other:
            os.execv(other, [other, *sys.argv])
    raise SystemExit(
        "✗ Python {}.{} is too old; the portal needs 3.11 or newer\n  → {}".format(
            *sys.version_info[:2],
            "brew install python@3.13" if sys.platform == "darwin" else "install python3.11 or newer",
        )
    )


def missing_packages(command: str) -> list[str]:
    """Names of system packages to install, in the words of this machine's package manager."""
    mac = sys.platform == "darwin"
    missing = [
        brew if mac else debian
        for linux_name, mac_name, debian, brew in PANGO
        if not has_library(mac_name if mac else linux_name)
    ]
    if not has_venv():
        missing.append("python3-venv")
    if command in NEEDS_GETTEXT and not (shutil.which("xgettext") and shutil.which("msgmerge")):
        missing.append("gettext")
    if command in NEEDS_BROWSER and not has_browser():
        missing.append("--cask chromium" if mac else "chromium")
    if command in NEEDS_SERVERS and installs():
        missing += [debian for server, debian in SERVERS if not has_server(server)]
    return list(dict.fromkeys(missing))


def has_library(name: str) -> bool:
    """Whether the loader finds the library, the way the PDF engine will look for it."""
    folders = ("", "/opt/homebrew/lib/", "/usr/local/lib/") if sys.platform == "darwin" else ("",)
    for folder in folders:
        try:
            ctypes.CDLL(folder + name)
        except OSError:
            continue
        return True
    return False


def has_venv() -> bool:
    """Debian's python3 comes without ensurepip, which `python3 -m venv` needs."""
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        return (VENV / "bin" / "pip").exists()
    return True


def has_server(name: str) -> bool:
    return shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin") is not None


def installs() -> bool:
    """Whether we may install packages ourselves: as root on Debian, in containers mostly."""
    return bool(shutil.which("apt-get")) and os.geteuid() == 0


def has_browser() -> bool:
    if os.environ.get("CHROMIUM"):
        return True
    return any(map(shutil.which, BROWSERS)) or any(Path(app).exists() for app in MAC_BROWSERS)


def install(packages: list[str]) -> bool:
    """As root on Debian: install. Otherwise: say the one command, in one line. False: it is not done."""
    names = " ".join(packages)
    if sys.platform == "darwin":
        print(f"✗ This machine lacks a few packages. Run this once, then start again:  brew install {names}")
        return False
    if not shutil.which("apt-get"):
        print(f"✗ This machine lacks what Debian calls {names}: install the same here, then start again")
        return False
    if os.geteuid() != 0:
        print(f"✗ This machine lacks a few packages. Run this once, then start again:  sudo apt-get install -y {names}")
        return False
    with Step(f"Installing system packages ({names})"):
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        apt = ["apt-get", "-qq", "-o", "Dpkg::Use-Pty=0"]
        run([*apt, "update"], quiet)
        run([*apt, "install", "-y", "--no-install-recommends", *packages], quiet)
    return True


def environment(dev: bool) -> None:
    """`.venv` with exactly the locked packages; a changed lock is installed again."""
    if not (VENV / "bin" / "python").exists() or not works(VENV / "bin" / "python"):
        with Step("Making the virtualenv"):
            shutil.rmtree(VENV, ignore_errors=True)
            run([sys.executable, "-m", "venv", str(VENV)])
    locks = ["app", "engines", *(["dev"] if dev else [])]
    stamp = VENV / "installed"
    done = stamp.read_text().split() if stamp.exists() else []
    wanted = {lock: fingerprint(ROOT / "requirements" / f"{lock}.txt") for lock in locks}
    new = [lock for lock in locks if wanted[lock] not in done]
    if not new:
        return
    with Step("Installing Python packages (once, a minute or two)"):
        command = [str(VENV / "bin" / "python"), "-m", "pip", "install", "--quiet"]
        command += ["--disable-pip-version-check", "--no-input", "--require-hashes", "--prefer-binary", "--no-compile"]
        for lock in new:
            command += ["-r", str(ROOT / "requirements" / f"{lock}.txt")]
        run(command)
    stamp.write_text("\n".join([*done, *wanted.values()]))


def works(python: Path) -> bool:
    """A virtualenv whose Python was removed or that was copied elsewhere does not start."""
    try:
        return subprocess.run([str(python), "-c", "import pip"], capture_output=True).returncode == 0
    except OSError:
        return False


def fingerprint(path: Path) -> str:
    version = bytes(sys.version_info[:2])
    return hashlib.sha256(version + path.read_bytes()).hexdigest()[:32]


def run(command: list[str], env: dict[str, str] | None = None) -> None:
    """Run quietly; the output is shown only when it fails."""
    done = subprocess.run(command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        print(done.stdout.decode(errors="replace")[-4000:])
        raise subprocess.CalledProcessError(done.returncode, command)


class Step:
    """One line: what is being done, and how long it took."""

    def __init__(self, words: str) -> None:
        self.words = words

    def __enter__(self) -> None:
        self.begin = time.monotonic()
        print(f"· {self.words} …", flush=True)

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            print(f"  done in {time.monotonic() - self.begin:.0f} s", flush=True)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
