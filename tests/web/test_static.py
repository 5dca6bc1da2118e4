"""What browsers fetch: hashed names that reach into modules, packed, kept for good."""

import re
import shutil
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.http import FileResponse, HttpResponse, JsonResponse
from django.test import RequestFactory
from whitenoise.middleware import WhiteNoiseMiddleware

from portal.web.middleware import PackMiddleware
from portal.web.storage import StaticFiles, StaticStorage

SOURCES = Path(settings.BASE_DIR) / "static"


@pytest.fixture
def gathered(tmp_path, settings):
    """Our scripts and pictures as collectstatic leaves them, and the storage that did it."""
    for name in ("js", "img"):
        shutil.copytree(SOURCES / name, tmp_path / name)
    settings.STATIC_ROOT = str(tmp_path)
    settings.WHITENOISE_AUTOREFRESH = settings.WHITENOISE_USE_FINDERS = False
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": "portal.web.storage.StaticStorage"}}
    storage = StaticStorage(location=str(tmp_path), base_url=settings.STATIC_URL)
    source = FileSystemStorage(location=str(tmp_path))
    paths = {str(p.relative_to(tmp_path)): (source, str(p.relative_to(tmp_path))) for p in tmp_path.rglob("*.*")}
    for name, _, processed in storage.post_process(paths):
        assert not isinstance(processed, Exception), (name, processed)
    return storage


def test_modules_import_each_other_by_hashed_names(gathered):
    script = Path(gathered.path(gathered.stored_name("js/portal.js"))).read_text()
    imported = re.findall(r'import\s*"\./([^"]+)"', script)
    assert len(imported) == (SOURCES / "js" / "portal.js").read_text().count("import ")
    for name in imported:
        assert re.fullmatch(r"\w+\.[0-9a-f]{12}\.js", name)
        assert gathered.exists(f"js/{name}")


def test_only_hashed_files_are_kept_and_each_is_packed(gathered):
    assert not gathered.exists("js/portal.js")
    for packed in (".gz", ".br"):
        assert gathered.exists(gathered.stored_name("js/portal.js") + packed)


def test_hashed_files_are_kept_by_browsers_for_good(gathered):
    middleware = WhiteNoiseMiddleware(lambda _request: HttpResponse(status=404))
    response = middleware(RequestFactory().get("/static/" + gathered.stored_name("js/portal.js")))
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "max-age=315360000, public, immutable"


def test_what_no_page_asks_for_is_not_served():
    assert {"fonts-ttf", "*.map"} <= set(StaticFiles.ignore_patterns)


@pytest.mark.parametrize(
    ("answer", "packed"),
    [
        (HttpResponse("가" * 500), True),
        (JsonResponse({"a": "가" * 500}), True),
        (HttpResponse(b"%PDF" * 500, content_type="application/pdf"), False),
        (FileResponse([b"a" * 500], content_type="text/html"), False),
    ],
)
def test_pages_are_packed_and_files_are_not(answer, packed):
    request = RequestFactory().get("/", HTTP_ACCEPT_ENCODING="gzip")
    response = PackMiddleware(lambda _request: answer)(request)
    assert (response.headers.get("Content-Encoding") == "gzip") is packed
