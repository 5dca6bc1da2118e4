"""The portal's seal: a PAdES signature over the whole printed file, so that any PDF reader finds a changed byte."""

import io
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

from portal.documents.pdf import PaperFault

FIELD = "Seal"


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
    signed = PdfSigner(about, signer).sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)))
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
    return found


def _valid_name(certificate: Any) -> str:
    """Whose certificate it is. Raises PaperFault where it holds no more, or not yet."""
    if not certificate.not_valid_before <= datetime.now(UTC) <= certificate.not_valid_after:
        raise PaperFault(f"the seal's certificate holds until {certificate.not_valid_after:%Y-%m-%d}")
    named = certificate.subject.native
    return str(named.get("common_name") or named.get("organization_name") or certificate.subject.human_friendly)[:120]
