"""The storage of private files: a folder, or a bucket of an S3-compatible server. Its keys are all that leads there."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from botocore.exceptions import BotoCoreError, ClientError  # type: ignore[import-untyped]
from django.core.files import File as Content
from django.core.files.storage import default_storage

from portal.kernel.errors import Unavailable

FAULTS = (OSError, BotoCoreError, ClientError)


class StorageAway(Exception):
    """The storage can't be reached or has lost the file. No refusal: the job that met it is done again later."""


def new_key(folder: str) -> str:
    """An unguessable place in the storage: 256 random bits, nothing of the file or its owner in it."""
    return f"{folder}/{secrets.token_urlsafe(32)}"


def keep(key: str, content: Content) -> None:  # type: ignore[type-arg]
    """Write the content under the key, which must be free. Raises FileExistsError where it is not, Unavailable where
    the storage takes nothing.
    """
    try:
        stored = default_storage.save(key, content)
    except FAULTS as fault:
        raise Unavailable from fault
    if stored != key:  # the storage has dodged a taken name
        default_storage.delete(stored)
        raise FileExistsError(key)


@contextmanager
def opened(key: str) -> Iterator[IO[bytes]]:
    """The content, to be read from its beginning. Raises StorageAway where it can't be had."""
    try:
        with default_storage.open(key) as stream:
            stream.seek(0)
            yield stream
    except FAULTS as fault:
        raise StorageAway(str(fault)) from fault
