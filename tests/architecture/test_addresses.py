"""No package registry's address and no path of somebody's machine: whatever host or folder is written stands here."""

import re
import subprocess
from functools import cache

import pytest

from matching.evaluations.conflicts import WEBMAIL
from tests.architecture.test_code import ROOT, routes

HOSTS = WEBMAIL | {
    "www.w3.org", "schemas.openxmlformats.org", "www.hancom.co.kr", "www.idpf.org",  # names of formats
    "htmx.org", "github.com",  # a package's name, and whom one thanks
    "eicar.org", "eicar.com", "research.swtch.com",  # what the scanners are tried with
    "example.com",
}  # fmt: skip
RESERVED = (".example", ".invalid", ".internal", ".local")
FOLDERS = {
    "usr", "etc", "var", "tmp", "dev", "proc", "run", "srv", "opt", "bin", "Applications",  # of a system
    "app", "build", "docker-entrypoint-initdb.d",  # of an image
    "static", "private", "private-files", "problems", "bench", "word",  # addresses that are no page of the portal
    "a", "b", "download", "file", "letter", "list", "no", "nothing", "out", "p", "publish", "receipt", "send",
    "template", "x",  # made up by tests
}  # fmt: skip
HOST = re.compile(r"://(?:[^\s/@]*@)?([\w-]+(?:\.[\w-]+)+)|\b((?:[a-z0-9-]+\.)+(?:org|com|net|io|dev|kr))\b", re.I)
FOLDER = re.compile(r"(?:(?<![\w.)}\]>*~</\\-])|(?<=file://))/([a-z][\w.-]*)/", re.I)


@cache
def pages():
    return {route.lstrip("^").split("/")[0] for route, _entry in routes()}


def strange(text):
    """Hosts and top folders in the text that are none of the above; numbers are addresses of tests."""
    hosts = {(linked or bare).lower() for linked, bare in HOST.findall(text)} - HOSTS
    folders = set(FOLDER.findall(text)) - FOLDERS - pages()
    return {host for host in hosts if not host.endswith(RESERVED) and not host[0].isdigit()} | folders


def test_no_address_of_a_registry_and_no_path_of_a_machine():
    for name in subprocess.check_output(["git", "ls-files", "-z"], cwd=ROOT, text=True).split("\0"):
        path = ROOT / name
        if path.is_file() and b"\0" not in (content := path.read_bytes()):
            assert not strange(content.decode()), name


@pytest.mark.parametrize(
    "sample",
    [
        "https://{host}/simple/wheel-1.0-py3-none-any.whl",
        "pip install --index-url http://user:secret@{host}/simple",
        "--extra-index-url=https://{host}:8080/simple",
        "trusted-host = {host}",
        "registry={host}",
        '"resolved": "https://{host}/package/-/package-1.0.0.tgz"',
        "# taken from {host}, mirrored",
        "package @ git+ssh://git@{host}/package.git",
    ],
)
def test_a_strange_host_is_found(sample):
    host = ".".join(["packages", "example", "org"])
    assert strange(sample.format(host=host)) == {host}


@pytest.mark.parametrize(
    "sample",
    ['"{folder}"', "cd {folder}project && make", "Path('{folder}somebody/notes.txt')", "PATH=/usr/bin:{folder}bin",
     "file://{folder}somebody/", "see {folder}.", "MEDIA_ROOT={folder}media", "({folder})", "-v {folder}data:/srv/data/"],
)  # fmt: skip
@pytest.mark.parametrize("top", ["elsewhere", "Somebody", "disk-2"])
def test_a_strange_folder_is_found(sample, top):
    assert strange(sample.format(folder=f"/{top}/")) == {top}


@pytest.mark.parametrize(
    "sample", ["/demands/{id}/", "https://portal.example/", "/usr/bin/env", "and/or/both", "{a}/x/"]
)
def test_what_the_product_says_is_let_be(sample):
    assert not strange(sample)
