"""Fields that are encrypted at rest: AES-256-GCM, the key's id in the value, so that keys can be changed while the
portal runs.

`FIELD_KEYS` names the keys, the newest first: it encrypts, all of them decrypt. `manage.py reencrypt_fields` moves
what older keys hold to the newest, in batches; then the old ones can go. A value is bound to its `purpose`: put into
another column, it doesn't decrypt. Where a field is shown, it is shown by its end (`masked`).
"""

import base64
import hashlib
import json
import os
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import models

MARK = "enc1"
_NONCE = 12
_JSON = json.JSONEncoder(ensure_ascii=False)


class Undecipherable(RuntimeError):
    """A value whose key is missing, or that somebody has changed. A fault, never shown to users."""


def key_id(key: bytes) -> str:
    return hashlib.sha256(b"portal field key" + key).hexdigest()[:8]


def keys() -> dict[str, bytes]:
    """The keys by id, the newest first. Raises ValueError where one isn't 32 bytes in base64."""
    return _keys(tuple(settings.FIELD_KEYS))


@lru_cache(maxsize=8)
def _keys(texts: Sequence[str]) -> dict[str, bytes]:
    found = [base64.urlsafe_b64decode(text) for text in texts]
    if not found or any(len(key) != 32 for key in found):
        raise ValueError("FIELD_KEYS: every key is 32 bytes in base64")
    return {key_id(key): key for key in found}


_cipher = lru_cache(maxsize=8)(AESGCM)


def current_prefix() -> str:
    """What a value begins with that the newest key has encrypted."""
    return f"{MARK}:{next(iter(keys()))}:"


def encrypt(text: str, purpose: str) -> str:
    """The text under the newest key."""
    name, key = next(iter(keys().items()))
    nonce = os.urandom(_NONCE)
    sealed = _cipher(key).encrypt(nonce, text.encode(), purpose.encode())
    return f"{MARK}:{name}:{base64.urlsafe_b64encode(nonce + sealed).decode()}"


def decrypt(value: str, purpose: str) -> str:
    """What was encrypted. Raises Undecipherable for anything else."""
    mark, _, rest = value.partition(":")
    name, _, packed = rest.partition(":")
    key = keys().get(name) if mark == MARK else None
    if key is None:
        raise Undecipherable(f"{purpose}: no key {name!r}" if mark == MARK else f"{purpose}: not encrypted")
    try:
        raw = base64.urlsafe_b64decode(packed)
        return _cipher(key).decrypt(raw[:_NONCE], raw[_NONCE:], purpose.encode()).decode()
    except (InvalidTag, ValueError) as wrong:
        raise Undecipherable(f"{purpose}: changed, or from another field") from wrong


def masked(text: str) -> str:
    """The end of a value, enough to recognise it: "****4567". A short one isn't shown at all."""
    return "" if not text else f"****{text[-4:]}" if len(text) >= 8 else "****"


class EncryptedField(models.TextField):  # type: ignore[type-arg]
    """A text that the database holds encrypted; in Python it is plain. Nothing can be searched or sorted by it."""

    def __init__(self, *args: Any, purpose: str, **kwargs: Any) -> None:
        self.purpose = purpose
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"purpose": self.purpose}

    def get_prep_value(self, value: Any) -> Any:
        text = super().get_prep_value(value)
        return encrypt(text, self.purpose) if text else text

    def from_db_value(self, value: str | None, *_: Any) -> str | None:
        return decrypt(value, self.purpose) if value else value

    def get_lookup(self, lookup_name: str) -> Any:
        """Only whether there is a value: every encryption of the same text is another."""
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None


class EncryptedJSONField(EncryptedField):
    """Lists and dicts of texts, encrypted as one."""

    _pyi_private_set_type: Any
    _pyi_private_get_type: Any

    def get_prep_value(self, value: Any) -> Any:
        return super().get_prep_value(_JSON.encode(value))

    def from_db_value(self, value: str | None, *_: Any) -> Any:
        text = super().from_db_value(value)
        return json.loads(text) if text else None
