"""A walk through the portal by its links, without a browser: one page of every kind that a person finds."""

import re
from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.test import Client

ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9A-Z]{4}(-[0-9A-Z]{4}){3}")
LINK = re.compile(r'href="(/[^"#?]*)')
NOT_FOLLOWED = re.compile(
    r"^/(static|api/v1/(docs|schema)|accounts/logout|styleguide)|/(download|letter|receipt|template|file)/$"
)


def pages(client: Client) -> Iterator[tuple[str, Any]]:
    """Every kind of page that can be reached from the home page, with its answer; then its form, sent empty."""
    waiting, known = ["/"], {"/"}
    while waiting:
        path = waiting.pop(0)
        response = client.get(path)
        yield path, response
        if not response.headers.get("Content-Type", "").startswith("text/html"):
            continue
        text = response.content.decode()
        if '<form class="p-form"' in text and 'method="post"' in text and not path.startswith("/accounts/"):
            with transaction.atomic():
                yield f"{path} (sent empty)", client.post(path)
                transaction.set_rollback(True)
        for link in LINK.findall(text):
            if ID.sub("ID", link) not in known and not NOT_FOLLOWED.search(link):
                known.add(ID.sub("ID", link))
                waiting.append(link)
