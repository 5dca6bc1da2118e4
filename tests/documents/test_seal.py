"""The seal: every reader can check it, and nobody changes a byte unnoticed."""

import asyncio
import hashlib
import io
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.files.storage import default_storage

from portal.devstack.seals import NAME, certificate
from portal.documents import tasks
from portal.documents.pdf import PaperFault, render_pdf
from portal.documents.seal import _signer, seal
from tests.documents.conftest import fresh


@pytest.fixture
def sealed(ready) -> bytes:
    with default_storage.open(ready.key) as file:
        return file.read()


def checked(pdf: bytes, trusted: object) -> object:
    """What pyHanko says of the one signature in the file; a file that can't be read is no valid one."""
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    (signature,) = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    with ThreadPoolExecutor(1) as own:  # beside a browser's event loop
        return own.submit(validate_pdf_signature, signature, ValidationContext(trust_roots=[trusted])).result()


@pytest.fixture
def trusted(settings) -> object:
    return _signer(settings.SEAL_PKCS12, settings.SEAL_PASSPHRASE).signing_cert


def test_the_stored_file_is_sealed_and_its_hash_is_that_of_the_sealed_one(ready, sealed, trusted):
    status = checked(sealed, trusted)
    assert status.bottom_line, status.pretty_print_details()
    assert status.coverage.name == "ENTIRE_FILE" and status.docmdp_ok
    assert ready.sealed_by == NAME and ready.sha256 == hashlib.sha256(sealed).hexdigest()
    assert ready.size == len(sealed) and b"/ETSI.CAdES.detached" in sealed


def test_another_certificate_is_not_trusted(sealed):
    from pyhanko.sign.signers import SimpleSigner

    other = SimpleSigner.load_pkcs12_data(certificate("x"), [], b"x").signing_cert
    assert not checked(sealed, other).bottom_line


@pytest.mark.parametrize("share", [0.01, 0.1, 0.3, 0.5, 0.7, 0.995])
def test_one_changed_byte_is_found(sealed, trusted, share):
    at = int(len(sealed) * share)
    forged = sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]
    try:
        intact = checked(forged, trusted).intact
    except Exception:
        intact = False  # so damaged that it is no PDF any more
    assert not intact


def test_what_is_added_afterwards_is_found(sealed, trusted):
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(io.BytesIO(sealed))
    page = writer.root["/Pages"]["/Kids"][0]
    page["/Rotate"] = writer.root["/Pages"]["/Count"]
    writer.update_container(page)
    out = io.BytesIO()
    writer.write(out)
    assert not checked(out.getvalue(), trusted).bottom_line


def test_poppler_finds_the_seal_and_the_forgery(sealed, tmp_path):
    tool = shutil.which("pdfsig")
    if tool is None:
        pytest.skip("no pdfsig on this machine")

    def said(pdf: bytes) -> str:
        path = tmp_path / "paper.pdf"
        path.write_bytes(pdf)
        done = subprocess.run([tool, "-nocert", str(path)], capture_output=True, text=True, errors="replace")
        return done.stdout

    assert "Signature is Valid" in said(sealed) and "Total document signed" in said(sealed)
    at = sealed.index(b"stream", 100) + 40
    assert "Signature is Valid" not in said(sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :])


def test_the_sealed_file_is_still_for_archives_and_readers(sealed):
    import pypdf

    catalog = pypdf.PdfReader(io.BytesIO(sealed)).trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"] and catalog["/StructTreeRoot"]
    assert 'pdfaid:part="2"' in catalog["/Metadata"].get_data().decode()


def test_without_a_certificate_the_paper_says_that_it_has_no_seal(issue, officer, settings, client, frozen):
    settings.SEAL_PKCS12 = ""
    document = issue()
    tasks.render(actor=officer, document_id=document.pk)
    document = fresh(document)
    assert document.state == "ready" and document.sealed_by == ""
    page = client.get(f"/verify/{document.code}/").content.decode()
    assert "전자관인" in page and "없음" in page and NAME not in page


@pytest.mark.parametrize("fault", ["gone", "wrong passphrase", "run out"])
def test_a_certificate_of_no_use_makes_no_paper(settings, tmp_path, fault):
    archive = tmp_path / "seal.p12"
    if fault != "gone":
        archive.write_bytes(certificate("right", days=-1 if fault == "run out" else 30))
    settings.SEAL_PKCS12, settings.SEAL_PASSPHRASE = str(archive), "wrong" if fault == "wrong passphrase" else "right"
    with pytest.raises(PaperFault, match="certificate"):
        seal(b"%PDF-1.7", number="DTV-2025-결과-0001")


def test_it_seals_beside_a_running_event_loop():
    paper = render_pdf("<p>본문</p>", pictures={})

    async def sealing():
        return seal(paper, number="D-1")

    assert b"/ETSI.CAdES.detached" in asyncio.run(sealing()).content
