"""The portal's seal: a PAdES signature over the whole printed file, so that any PDF reader finds a changed byte."""

import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

from portal.documents.pdf import PaperFault
from portal.kernel.clock import now

FIELD = "Seal"
_ROOM = (
    16_384  # for signature and certificates, in hexadecimal; without it everything is signed twice to learn the size
)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A file as it is stored, and whose certificate stands in it ("" where none is configured)."""

    content: bytes
    by: str


def seal(pdf: bytes, *, number: str) -> Sealed:
    """The file with the seal in it: it forbids every later change. Without a certificate the file as it is.

    Raises PaperFault where a certificate is configured and can't be used: better no paper than one without its seal.
    """
    if not settings.SEAL_PKCS12:
        return Sealed(pdf, "")
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
    from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner

    signer = _signer(settings.SEAL_PKCS12, settings.SEAL_PASSPHRASE)
    by = _valid_name(signer.signing_cert)
    about = PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
        name=by,
        reason=number,
    )
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    with ThreadPoolExecutor(1) as own:  # pyHanko runs an event loop, which a thread that has one refuses
        signed = own.submit(PdfSigner(about, signer).sign_pdf, writer, bytes_reserved=_ROOM).result()
    return Sealed(signed.getvalue(), by)


def warm_up() -> None:
    """Load the library now, before the worker forks. A certificate of no use shows with the first paper."""
    if settings.SEAL_PKCS12:
        import pyhanko.sign.signers  # noqa: F401


@cache
def _signer(path: str, passphrase: str) -> Any:
    """Certificate and key, read once a process."""
    from pyhanko.sign.signers import SimpleSigner

    try:
        found = SimpleSigner.load_pkcs12_data(Path(path).read_bytes(), [], passphrase.encode() or None)
    except (OSError, ValueError) as fault:
        raise PaperFault(f"the seal's certificate {path} can't be opened: {fault}") from fault
    return _with_key_at_hand(found)


def _with_key_at_hand(signer: Any) -> Any:
    """pyHanko loads and checks the key anew for every signature, two thirds of the seal's cost: it is kept instead."""
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

    key = serialization.load_der_private_key(signer.signing_key.dump(), password=None)
    if isinstance(key, RSAPrivateKey) and not signer.prefer_pss:
        rsa = key

        async def sign(data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
            return rsa.sign(data, PKCS1v15(), getattr(hashes, digest_algorithm.upper())())

        signer.async_sign_raw = sign
    return signer


def _valid_name(certificate: Any) -> str:
    """Whose certificate it is. Raises PaperFault where it holds no more, or not yet."""
    if not certificate.not_valid_before <= now() <= certificate.not_valid_after:
        raise PaperFault(f"the seal's certificate holds until {certificate.not_valid_after:%Y-%m-%d}")
    named = certificate.subject.native
    return str(named.get("common_name") or named.get("organization_name") or certificate.subject.human_friendly)[:120]
