"""Signing in, seeing what waits, and leaving."""

import pytest

pytestmark = pytest.mark.browser


def test_sign_in_and_home(cast, sign_in):
    page = sign_in("officer@mss.example")
    assert page.title()
    assert page.locator("h1").inner_text()
    assert "시연용" in page.content()
