"""What moves money happens once per Idempotency-Key: the same request again gets the stored answer.

The key, what the operation does and the answer are one transaction. A twin that comes at the same time waits at the
key's unique index until the first is through, then reads its answer; if it was rolled back, the twin does the work.
Keys are kept for KEPT: whoever repeats a request later than that must look first at what has become of it.
"""

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import IntegrityError, OperationalError, connection, transaction
from django.http import HttpResponse
from psycopg2.errors import LockNotAvailable
from rest_framework.request import Request

from portal.api.errors import InProgress, KeyRequired, KeyReused
from portal.api.inputs import sent
from portal.api.models import IdempotencyKey
from portal.api.problems import answer
from portal.kernel.errors import Refusal
from portal.kernel.ids import new_id
from portal.security.actor import system

HEADER = "Idempotency-Key"
KEPT = timedelta(days=7)
WAIT = "10s"  # for a twin that is at work
KEY = re.compile(r"[\x21-\x7e]{1,100}")

Work = Callable[[], HttpResponse]


def once(request: Request, prepare: Callable[[], Work]) -> HttpResponse:
    """The stored answer where there is one; else prepare (parse, check), then work and store the answer with it.

    A refusal by the operation is an answer, too. What `prepare` refuses is not stored: nothing was tried.
    """
    key, fingerprint = key_of(request), fingerprint_of(request)
    if found := _stored(request, key):
        return _again(found, fingerprint)
    work = prepare()
    actor = request._request.actor  # type: ignore[attr-defined]
    with transaction.atomic():
        row = IdempotencyKey(
            id=new_id(), membership_id=actor.membership_id, key=key, request_hash=fingerprint, created_at=actor.now
        )
        if not _first(row):
            found = _stored(request, key)
            assert found is not None
            return _again(found, fingerprint)
        response = _tried(request, work)
        row.status = response.status_code
        row.body = {"content": response.content.decode(), "headers": dict(response.headers)}
        row.save(update_fields=["status", "body"])
    return response


def forget(*, at: datetime) -> int:
    """Delete the keys that are older than KEPT. Returns how many."""
    with system("idempotency keys that have run out"):
        deleted: int = IdempotencyKey.objects.filter(created_at__lt=at - KEPT).delete()[0]
    return deleted


def key_of(request: Request) -> str:
    """Raises KeyRequired where there is none, or one that no column holds."""
    key = request.headers.get(HEADER, "")
    if not KEY.fullmatch(key):
        raise KeyRequired
    return key


def fingerprint_of(request: Request) -> str:
    """A hash of method, path and content. The order of JSON's keys and multipart's boundaries don't count."""
    digest = sha256(f"{request.method} {request.path}\n".encode())
    digest.update(json.dumps(sent(request), sort_keys=True).encode())
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            digest.update(f"\n{name} {file.name} {sha256(file.read()).hexdigest()}".encode())
            file.seek(0)
    return digest.hexdigest()


def _first(row: IdempotencyKey) -> bool:
    """Insert the key. False where it is there already; waits for a twin that is at work, at most WAIT."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [WAIT])
            row.save(force_insert=True)
            cursor.execute("SELECT set_config('lock_timeout', '0', true)")
    except IntegrityError:
        return False
    except OperationalError as fault:
        if isinstance(fault.__cause__, LockNotAvailable):
            raise InProgress from fault
        raise
    return True


def _tried(request: Request, work: Work) -> HttpResponse:
    try:
        with transaction.atomic():
            response = work()
            with connection.cursor() as cursor:  # what is deferred to the commit fails here
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except Refusal as refusal:
        if refusal.status >= 500:
            raise
        return answer(request._request, refusal)
    return response


def _stored(request: Request, key: str) -> IdempotencyKey | None:
    actor = request._request.actor  # type: ignore[attr-defined]
    found = IdempotencyKey.objects.visible_to(actor).filter(membership_id=actor.membership_id, key=key)
    first: IdempotencyKey | None = found.first()
    return first


def _again(found: IdempotencyKey, fingerprint: str) -> HttpResponse:
    if found.request_hash != fingerprint:
        raise KeyReused
    if found.status is None:
        raise InProgress
    kept = found.body or {}
    response = HttpResponse(kept.get("content", ""), status=found.status, headers=kept.get("headers"))
    response.headers["Idempotency-Replayed"] = "true"
    return response
