"""The menu: a few links as they are, many under headings, one that stands where the reader is."""

import re

import pytest

from portal.kernel.roles import Kind, Role
from portal.security.actor import Actor
from portal.web.registry import FLAT, Heading, NavItem, menu_for, nav_for

KINDS = {
    Kind.MINISTRY: Role.OFFICER,
    Kind.CORPORATION: Role.MANAGER,
    Kind.STARTUP: Role.REPRESENTATIVE,
    Kind.CENTER: Role.HEAD,
    Kind.FOUNDATION: Role.CASE_MANAGER,
}


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_reads_more_than_seven_entries_and_nothing_is_lost(world, kind):
    actor = world(world.organization(kind, "기관"), KINDS[kind], Role.ADMINISTRATOR)
    menu = menu_for(actor)
    assert len(menu) <= FLAT
    links = [i for entry in menu for i in (entry.items if isinstance(entry, Heading) else [entry])]
    assert links == list(nav_for(actor))
    assert all(len(entry.items) > 1 for entry in menu if isinstance(entry, Heading))
    names = [str(link.label) for link in links]
    assert len(set(names)) == len(names)


def test_the_public_has_plain_links(world, client, frozen):
    assert all(isinstance(entry, NavItem) for entry in menu_for(Actor.public(world.now)))
    page = client.get("/programs/").content.decode()
    nav = page.split('<nav class="p-nav')[1].split("</nav>")[0]
    assert re.findall(r'href="([^"]+)"', nav) == ["/programs/", "/demands/", "/results/"]
    assert 'href="/programs/" aria-current="page"' in " ".join(nav.split())


def test_the_heading_of_the_page_is_marked(world, client_of, frozen):
    startup = world.organization(Kind.STARTUP, "라온")
    page = client_of(world(startup, Role.REPRESENTATIVE)).get("/awards/").content.decode()
    nav = page.split('<nav class="p-nav')[1].split("</nav>")[0]
    assert nav.count("p-nav-heading current") == nav.count('aria-current="page"') == 1
    assert 'href="/awards/"' in nav.split("p-nav-heading current")[1].split("</details>")[0]
