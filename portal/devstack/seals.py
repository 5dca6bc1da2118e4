"""A self-made certificate for the seal of the demo and the tests; made once per run folder, never committed."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path

from portal.devstack.environment import read_env_file, write_env_file

NAME = "딥테크 밸류업 시연용 전자관인"


def made(folder: Path) -> dict[str, str]:
    """Settings that name the folder's certificate; made where it is missing or soon at its end."""
    note, archive = folder / "seal.env", folder / "seal.p12"
    known = read_env_file(note)
    if archive.is_file() and known.get("SEAL_PKCS12") == str(archive) and known["UNTIL"] > _day(30):
        return {name: known[name] for name in ("SEAL_PKCS12", "SEAL_PASSPHRASE")}
    folder.mkdir(parents=True, exist_ok=True)
    settings = {"SEAL_PKCS12": str(archive), "SEAL_PASSPHRASE": secrets.token_urlsafe(24)}
    fresh = archive.with_suffix(".new")
    fresh.touch(mode=0o600)
    fresh.write_bytes(certificate(settings["SEAL_PASSPHRASE"]))
    fresh.replace(archive)
    write_env_file(note, {**settings, "UNTIL": _day(364)})
    return settings


def certificate(passphrase: str, *, days: int = 365) -> bytes:
    """A PKCS#12 archive with a new key and a certificate that it has signed itself."""
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
    from cryptography.x509.oid import NameOID

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "KR"), x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    at = datetime.now(UTC)
    usage = dict.fromkeys(
        ["key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign"], False
    )
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(days=400))
        .not_valid_after(at + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=True, content_commitment=True, encipher_only=False, decipher_only=False, **usage
            ),
            critical=True,
        )
        .sign(key, SHA256())
    )
    return pkcs12.serialize_key_and_certificates(
        NAME.encode(), key, built, None, BestAvailableEncryption(passphrase.encode())
    )


def _day(later: int) -> str:
    return (datetime.now(UTC) + timedelta(days=later)).date().isoformat()
