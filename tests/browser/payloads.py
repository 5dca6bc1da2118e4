"""Text that would run as a script if a page took it for markup, and a way to write it, or any words, into everything people fill in."""

import itertools
import json
import os
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg2
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models
from psycopg2 import sql

from portal.security.encryption import EncryptedField, EncryptedJSONField, decrypt, encrypt

PAYLOADS = [
    "<svg onload=X()>",
    "<b onclick=X()>",
    "'-X()-'",
    "${X()}{{X()}}",
    "<img src=x onerror=X()>",
    "<script>X()</script>",
    '"autofocus onfocus=X() x="',
    "' autofocus onfocus=X() x='",
    '"><svg/onload=X()>',
    "'><img src=x onerror=X()>",
    "</title><svg onload=X()>",
    "</textarea><svg onload=X()>",
    "</script><script>X()</script>",
    "</option></select><svg onload=X()>",
    "<details open ontoggle=X()>",
    "<input autofocus onfocus=X()>",
    "<body onload=X()>",
    "<a href=javascript:X()>x</a>",
    "javascript:X()//",
    "<iframe srcdoc='<script>parent.X()</script>'>",
    "<iframe src=javascript:parent.X()>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content=0;url=javascript:X()>",
    "<style>*{background:url(//evil.example)}</style>",
    "<form action=javascript:X()><button>x",
    "<math><mtext><style><img src=x onerror=X()></style>",
    "<div hx-get=/ hx-trigger=load hx-on::load=X()>",
    "<!--><img src=x onerror=X()>-->",
    "&lt;img src=x onerror=X()&gt;",
    "\u202e<svg onload=X()>\u2028",
]

# What the program writes by itself, or what is checked to have a shape; nobody types into it.
TECHNICAL = re.compile(
    r"password|slug|.*hash|sha256|.*key|code|url|job|language|media_type|template|kind|list|version|event|cause"
    r"|request_id|message_id|region|number|demand_number|.*business_no|corporate_no|pgh_label|arguments|error|address"
)
NOT_TYPED = {"accounts.User.email", "files.File.subject", "documents.Document.subject", "audit.AccessRecord.subject",
             "security.Grant.purpose", "legal.LegalCase.subject"}  # fmt: skip
HANGUL = re.compile("[가-힣]")


def packed(longest: int | None, first: int) -> str:
    """As many payloads as the column holds, beginning with the one of that number."""
    text = ""
    for payload in itertools.chain(PAYLOADS[first % len(PAYLOADS) :], PAYLOADS[: first % len(PAYLOADS)]):
        if longest is None or len(text) + len(payload) <= longest:
            text += payload
    return text


def columns() -> Iterator[tuple[type[models.Model], Any]]:
    """Every column of every model, histories too, that holds what people have typed."""
    for model in apps.get_models():
        if model.__module__.partition(".")[0] not in ("portal", "programs", "matching", "agreements"):
            continue
        for field in model._meta.local_concrete_fields:
            textual = isinstance(field, models.CharField | models.TextField | models.JSONField)
            label = f"{model._meta.label}.{field.name}".replace("History.", ".")
            if not textual or isinstance(field, ArrayField) or field.choices or label in NOT_TYPED:
                continue
            if not TECHNICAL.fullmatch(field.name):
                yield model, field


def planted(value: Any, fill: Callable[[], str]) -> Any:
    """The value with every text in it that people have written replaced."""
    if isinstance(value, dict):
        return {name: planted(part, fill) for name, part in value.items()}
    if isinstance(value, list):
        return [planted(part, fill) for part in value]
    return fill() if isinstance(value, str) and HANGUL.search(value) else value


class Planter:
    """Fills all columns of all rows, past every trigger; each time the short ones hold other payloads.

    `held` is the payloads that each column has held, `written` the number of values, `refused` the columns that the
    database wouldn't have any in.
    """

    def __init__(self, words: str = "") -> None:
        self.words = words  # written instead of payloads, where given
        self.held: dict[str, set[str]] = {}
        self.refused: list[str] = []
        self.written = 0
        self.number = itertools.count()

    def plant(self, database: str) -> "Planter":
        url = urlunsplit(urlsplit(os.environ["DATABASE_ADMIN_URL"])._replace(path=f"/{database}"))
        connection = psycopg2.connect(url)
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            for model, field in columns():
                try:
                    self._fill(cursor, model, field)
                except psycopg2.Error as fault:
                    self.refused.append(f"{model._meta.label}.{field.name}: {str(fault).splitlines()[0]}")
        connection.close()
        return self

    def _fill(self, cursor: Any, model: type[models.Model], field: Any) -> None:
        key = model._meta.pk.column  # type: ignore[union-attr]
        names = {"t": sql.Identifier(model._meta.db_table), "c": sql.Identifier(field.column), "k": sql.Identifier(key)}
        cursor.execute(sql.SQL("SELECT {k}, {c} FROM {t}").format(**names))
        rows = [(self._text(field, value), key) for key, value in cursor.fetchall()]
        cursor.executemany(sql.SQL("UPDATE {t} SET {c} = %s WHERE {k} = %s").format(**names), rows)
        self.written += len(rows)
        if rows:
            texts = "".join(text or "" for text, _key in rows)
            held = {payload for payload in PAYLOADS if payload in texts or json.dumps(payload)[1:-1] in texts}
            self.held.setdefault(f"{model._meta.label}.{field.name}", set()).update(held)

    def _text(self, field: Any, value: Any) -> Any:
        if isinstance(field, EncryptedJSONField):
            known = json.loads(decrypt(value, field.purpose)) if value else []
            return encrypt(
                json.dumps(planted(known, lambda: self.words or packed(200, next(self.number)))), field.purpose
            )
        if isinstance(field, EncryptedField):
            return encrypt(self.words or packed(30, next(self.number)), field.purpose)
        if self.words:
            long = (field.max_length or 0) >= 1000  # some have a least length, too
            fill = f"{self.words} {next(self.number)} {self.words * 10 * long}"[: field.max_length or 3000]
            return json.dumps(planted(value, lambda: fill)) if isinstance(field, models.JSONField) else fill
        if isinstance(field, models.JSONField):
            return json.dumps(planted(value, lambda: packed(200, next(self.number) * 5)))
        return packed(min(field.max_length or 3000, 3000), next(self.number))
