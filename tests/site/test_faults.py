"""What users see when something is broken."""

import pytest
from django.db import OperationalError, connection
from django.test import Client


@pytest.fixture
def no_database(db):
    """Every connection fails, as when PostgreSQL is down."""

    def refuse(*_args, **_kwargs):
        raise OperationalError("connection refused")

    with pytest.MonkeyPatch.context() as patched:
        for name in ("cursor", "ensure_connection", "set_autocommit"):
            patched.setattr(connection, name, refuse)
        patched.setattr(connection, "close", lambda: None)
        yield


@pytest.mark.parametrize("method", ["get", "post"])
def test_database_down_says_so(no_database, method):
    client = Client(raise_request_exception=False)
    client.cookies["sessionid"] = "x" * 32
    response = getattr(client, method)("/demands/new/")
    assert response.status_code == 503
    assert response.headers["Retry-After"]
    assert "저장" in response.content.decode()


def test_what_was_typed_is_kept_for_sending_again(no_database):
    client = Client(raise_request_exception=False)
    client.cookies["sessionid"] = "x" * 32
    typed = {"title": "<b>로봇</b> 손", "tags": ["가", "나"], "password1": "geheim", "csrfmiddlewaretoken": "t0ken"}
    page = client.post("/demands/new/?program=1", typed).content.decode()
    assert 'action="/demands/new/?program=1"' in page
    assert 'name="title" value="&lt;b&gt;로봇&lt;/b&gt; 손"' in page
    assert 'value="가"' in page
    assert 'value="나"' in page
    assert 'value="t0ken"' in page
    assert "geheim" not in page


def test_database_down_for_the_api(no_database):
    response = Client(raise_request_exception=False).get("/api/v1/demands/")
    assert response.status_code == 503
    assert response.json()["code"] == "unavailable"


def test_ready_names_what_is_missing(no_database):
    client = Client(raise_request_exception=False)
    assert client.get("/healthz").status_code == 200
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["database"] == "OperationalError"


def test_a_fault_has_a_page(db, monkeypatch):
    def fail(*_args, **_kwargs):
        raise RuntimeError

    monkeypatch.setattr("portal.web.middleware.active_memberships", fail)
    monkeypatch.setattr("portal.web.middleware.identify", fail)
    response = Client(raise_request_exception=False).get("/")
    assert response.status_code == 500
    assert response.headers["X-Request-ID"] in response.content.decode()


def test_missing_page(db):
    response = Client().get("/nothing/here/")
    assert response.status_code == 404
    assert "찾을 수 없" in response.content.decode()
