"""Secrets of the second factor lie encrypted (ASVS 6.5.2): the TOTP key and the seed of the recovery codes."""

from collections.abc import Iterable
from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from django.db import transaction

from portal.security.actor import system
from portal.security.encryption import current_prefix, decrypt, encrypt

PURPOSE = "mfa.authenticator"
SECRETS = ("secret", "seed")


class FactorAdapter(DefaultMFAAdapter):
    def encrypt(self, text: str) -> str:
        return encrypt(text, PURPOSE)

    def decrypt(self, encrypted_text: str) -> str:
        return decrypt(encrypted_text, PURPOSE)


def encrypt_plain(factors: Iterable[Any]) -> None:
    """Encrypt what was stored before the adapter did (migration)."""
    for factor in factors:
        for name in set(SECRETS) & set(factor.data):
            factor.data[name] = encrypt(factor.data[name], PURPOSE)
        factor.save(update_fields=["data"])


def reencrypt(batch: int) -> int:
    """Move one batch of secrets to the newest key. Returns how many."""
    from allauth.mfa.models import Authenticator  # the adapter is loaded while the models are

    moved = 0
    with system("encrypted fields move to the newest key"), transaction.atomic():
        for name in SECRETS:
            old = Authenticator.objects.filter(data__has_key=name).exclude(
                **{f"data__{name}__startswith": current_prefix()}
            )
            for factor in old.select_for_update(skip_locked=True)[:batch]:
                factor.data[name] = encrypt(decrypt(factor.data[name], PURPOSE), PURPOSE)
                factor.save(update_fields=["data"])
                moved += 1
    return moved
