"""Content as it passes by: a piece at a time, with what must not occur in any file the portal takes."""

from collections.abc import Iterable, Iterator
from typing import Final

from django.utils.translation import gettext_lazy as _

from portal.files.refusal import RefusedFile

OVERLAP: Final = 128
"""Bytes of the last piece that come again before the next one. Longer than anything that is looked for."""

# The test virus that every scanner knows (eicar.org), so that the road of a refused file can be tried anywhere.
_TEST_VIRUS: Final = b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE"
_PROGRAMS: Final = (
    b"MZ",
    b"\x7fELF",
    b"#!",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
    b"L\0\0\0\x01\x14\x02\0",
    b"{\\rtf",
    b"<html",
    b"<script",
    b"<hta:",
    b"<!doctype html",
    b"<?php",
)


class Seam:
    """Gives each chunk with the end of the one before: nothing short is missed at a seam."""

    def __init__(self) -> None:
        self._rest = b""

    def piece(self, chunk: bytes) -> bytes:
        """Raises RefusedFile where the test virus passes."""
        piece = self._rest + chunk
        if _TEST_VIRUS in piece:
            raise virus()
        self._rest = piece[-OVERLAP:]
        return piece


def passages(chunks: Iterable[bytes]) -> Iterator[bytes]:
    seam = Seam()
    for chunk in chunks:
        yield seam.piece(chunk)


def is_program(head: bytes) -> bool:
    """Whether content that begins like this is run, or read as a page, by whoever opens it."""
    return head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(tuple(magic.lower() for magic in _PROGRAMS))


def virus(name: str = "") -> RefusedFile:
    """What a virus is answered with; `name` is the signature's."""
    return RefusedFile(
        "file_virus",
        _("악성코드가 발견된 파일입니다(%(name)s).") % {"name": name} if name else _("악성코드가 발견된 파일입니다."),
        _("사용 중인 컴퓨터를 백신으로 검사하고, 깨끗한 파일을 새로 만들어 올려 주십시오."),
    )


def two_in_one() -> RefusedFile:
    return RefusedFile(
        "file_disguised",
        _("다른 형식의 내용이 함께 숨어 있는 파일입니다."),
        _("원래 프로그램에서 새 파일로 다시 저장해 올려 주십시오."),
    )
