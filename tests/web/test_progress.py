"""How far a long job is: in place of the page's body, asked again while it is at work, the whole page read at the end."""

import pytest
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse

from portal.audit.models import RecordCheck
from portal.kernel.roles import Kind, Role
from portal.security.actor import system
from portal.web.page import Progress
from portal.web.rooms import rooms

FAULT = {"kind": "missing", "number": 7}


@pytest.fixture
def house(world):
    return world.organization(Kind.MINISTRY)


@pytest.fixture
def check(world):
    with system("test world"):
        return RecordCheck.objects.create(
            state="running", requested_at=world.now, requested_by="감사", checked=3, total=4, faults=[FAULT]
        )


def ended(check):
    with system("test world"):
        RecordCheck.objects.filter(pk=check.pk).update(state="faulty", checked=4)


def test_the_page_shows_it_instead_of_its_body_until_the_end(world, house, check, client_of, frozen):
    client, url = client_of(world(house, Role.AUDITOR)), f"/record-checks/{check.pk}/"
    page, part = client.get(url).content.decode(), client.get(f"{url}progress/")
    for shown in (page, part.content.decode()):
        assert "75%" in shown and "기록 확인" in shown and f'hx-get="{url}progress/"' in shown
        assert 'hx-trigger="every 2s"' in shown and "X-Background" in shown
    assert "7번 기록" not in page and "<html" not in part.content.decode()
    assert "HX-Refresh" not in part.headers
    ended(check)
    part = client.get(f"{url}progress/")
    assert (part.status_code, part.headers["HX-Refresh"], part.content) == (200, "true", b"")
    page = client.get(url).content.decode()
    assert "7번 기록" in page and "p-progress" not in page and f"{url}progress/" not in page


def test_who_does_not_see_the_object_learns_nothing_of_it(world, house, check, client_of, frozen):
    """Nor, at the end, that it has ended."""
    rival = world(world.organization(Kind.CORPORATION, "경쟁사"), Role.MANAGER)
    strangers = [client_of(actor) for actor in (rival, world(house, Role.OFFICER))]
    for _state in ("at work", "ended"):
        for client in strangers:
            answer = client.get(f"/record-checks/{check.pk}/progress/")
            assert answer.status_code == 404 and "HX-Refresh" not in answer.headers
        ended(check)


def test_only_rooms_with_long_jobs_have_the_page():
    working = {name for name, room in rooms().items() if room.progress}
    assert {"record-checks", "document-batches", "match-runs", "timetables", "recommendation-uploads"} <= working
    for name in rooms():
        try:
            found = bool(reverse(f"{name}:progress", args=["01a206a3-f2e6-7f5a-9548-7965c8344590"]))
        except NoReverseMatch:
            found = False
        assert found == (name in working), name


def test_what_else_there_is_to_say_is_escaped(rf):
    note = "<script>alert(1)</script>"
    html = render_to_string("web/progress.html", {"progress": Progress(1, 2, note, note, "/p/")}, rf.get("/"))
    assert "<script" not in html and html.count("&lt;script&gt;") == 2 and "&amp;lt;" not in html
