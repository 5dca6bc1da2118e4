"""The reader of the API's description: it shows the operations and breaks no content policy."""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_reader_keeps_the_content_policy(live_server, browser):
    said = []
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda fault: said.append(str(fault)))
    page.goto(f"{live_server.url}/api/v1/docs/")
    page.locator("#operations-tag-demands").click()
    page.locator("#operations-demands-demands_create .opblock-summary-control").click()
    page.get_by_text("min_trl").first.wait_for()
    assert said == []
    page.close()
