"""What a PDF may not carry: scripts, programs to start, other files, a password.

Nothing is rendered. Names are looked for in the file as it lies there and in its object streams, where most of a
modern PDF is packed away; a name may be written with hexadecimal escapes (ISO 32000-2, 7.3.5), so both forms count.
"""

import re
import zlib
from collections.abc import Iterator
from typing import IO, Final

from django.utils.translation import gettext_lazy as _

from portal.files.passages import OVERLAP, passages, two_in_one
from portal.files.refusal import RefusedFile, bomb, damaged

MOST_STREAMS: Final = 20_000
MOST_UNPACKED: Final = 24 * 1024 * 1024

_CHUNK: Final = 1024 * 1024
_ACTIVE: Final = re.compile(
    rb"/(?:JavaScript|Launch|RichMedia|Rendition|SubmitForm|ImportData|GoToE|GoToR|XFA(?=[\s\[<%]))(?![A-Za-z])"
)
_FILES: Final = re.compile(
    rb"/(?:EmbeddedFiles?(?![A-Za-z])|FileAttachment|EF(?:\s{0,60}(?:<<|%[ -~]{0,50}[\r\n])|\s{1,60}\d|\s{61}))"
)
_LOCKED: Final = re.compile(rb"/Encrypt(?![A-Za-z])")
_ESCAPED: Final = re.compile(rb"/[A-Za-z]{0,20}#[0-9A-Fa-f]{2}[A-Za-z#0-9]{0,60}")
_ESCAPE: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM: Final = re.compile(rb"stream[ \t]*(?:\r?\n|\r)")
# An object stream begins with pairs of numbers: where its objects lie. Its declared type may be missing.
_NUMBERS: Final = re.compile(rb"\s*\d+\s+\d+\s")
_PAGE: Final = re.compile(rb"<(?:html|script|!doctype|\?php)", re.IGNORECASE)


def check_pdf(stream: IO[bytes], size: int) -> None:
    """Raises RefusedFile where the PDF is cut off, locked, active, carries files, or is a second thing besides."""
    stream.seek(max(0, size - 2048))
    if b"%%EOF" not in stream.read():
        raise damaged()
    stream.seek(0)
    if _PAGE.search(stream.read(1024)):
        raise two_in_one()
    streams: set[int] = set()
    position = 0
    for piece in passages(_chunks(stream)):
        if b"PK\x05\x06\0\0\0\0" in piece:
            raise two_in_one()
        _require_plain(piece)
        begin = max(0, position - OVERLAP)
        # Asked afterwards: a look behind in the pattern would cost thirty times the search.
        streams.update(begin + m.end() for m in _STREAM.finditer(piece) if piece[m.start() - 3 : m.start()] != b"end")
        if len(streams) > MOST_STREAMS:
            raise damaged()
        position = begin + len(piece)
    _check_streams(stream, sorted(streams))


def _chunks(stream: IO[bytes]) -> Iterator[bytes]:
    stream.seek(0)
    while chunk := stream.read(_CHUNK):
        yield chunk


def _check_streams(stream: IO[bytes], positions: list[int]) -> None:
    """Look into every stream that holds objects."""
    left = MOST_UNPACKED
    for position in positions:
        back = min(position, 4096)
        stream.seek(position - back)
        piece = stream.read(back + 512)
        words = piece[:back].rpartition(b"obj")[2]
        declared = b"/ObjStm" in _unescaped(words)
        inflater = zlib.decompressobj()
        try:
            head = inflater.decompress(piece[back:], 256)
        except zlib.error:
            if declared:  # packed in a way that hides it from us
                raise _active() from None
            continue
        if declared or _NUMBERS.match(head):
            stream.seek(position)
            left -= _check_objects(stream, left)


def _check_objects(stream: IO[bytes], left: int) -> int:
    """Unpack one object stream in passing. Returns how many bytes it had."""
    seen = 0
    for piece in passages(_inflated(stream)):
        seen += len(piece)
        if seen > left:
            raise bomb()
        _require_plain(piece)
    return seen


def _inflated(stream: IO[bytes]) -> Iterator[bytes]:
    inflater = zlib.decompressobj()
    try:
        while not inflater.eof and (packed := inflater.unconsumed_tail or stream.read(65_536)):
            yield inflater.decompress(packed, _CHUNK)
    except zlib.error:  # readers take what there was until here
        return


def _unescaped(text: bytes) -> bytes:
    return _ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), text)


def _require_plain(piece: bytes) -> None:
    """No name that makes the PDF do something, hold a file, or lock."""
    escaped = b" ".join(_unescaped(name) + b" " for name in _ESCAPED.findall(piece))
    for text in (piece, escaped) if escaped else (piece,):
        if _LOCKED.search(text):
            raise RefusedFile(
                "file_locked",
                _("암호나 사용 제한이 걸린 PDF입니다."),
                _("암호와 제한을 해제하고 저장한 뒤 다시 올려 주십시오."),
            )
        if _FILES.search(text):
            raise RefusedFile(
                "file_embedded",
                _("다른 파일이 첨부된 PDF는 받지 않습니다."),
                _("첨부된 파일을 빼고 저장한 뒤 따로 올려 주십시오."),
            )
        if _ACTIVE.search(text):
            raise _active()


def _active() -> RefusedFile:
    return RefusedFile(
        "file_active",
        _("스크립트나 실행 동작이 들어 있는 PDF는 받지 않습니다."),
        _("인쇄 메뉴에서 'PDF로 저장'을 골라 새 파일로 만든 뒤 다시 올려 주십시오."),
    )
