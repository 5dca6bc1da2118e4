"""Zip containers (XLSX, DOCX, PPTX, HWPX): what they are, and that they unpack to something bearable.

Sizes in a zip's directory are claims. The guard therefore inflates every member itself, in passing, counts
what really comes out, and stops at the first byte too many: a file of 1 MB that would unpack to 300 MB is
refused within a tenth of a second and a megabyte of memory. Limits are [ours].
"""

import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, Final
from xml.parsers import expat

from django.utils.translation import gettext_lazy as _

from portal.files.parts import Part, check_fields
from portal.files.refusal import RefusedFile, bomb

MOST_UNPACKED: Final = 200 * 1024 * 1024
MOST_GROWTH: Final = 50
"""Unpacked bytes per packed byte. Office documents stay below 20; a bomb has 200 to 1,000."""
GROWTH_COUNTS_FROM: Final = 32 * 1024 * 1024
MOST_MEMBERS: Final = 3_000
LARGEST_DIRECTORY: Final = 1024 * 1024
LARGEST_NESTED: Final = 32 * 1024 * 1024
DEEPEST: Final = 2
LARGEST_PART: Final = 1024 * 1024

_STEP: Final = 256 * 1024
_MAGIC: Final = b"PK\x03\x04"
_TYPES: Final = "[Content_Types].xml"
_ENCRYPTED: Final = 0x1
_MAIN_PARTS: Final = {
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": "xlsx",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": "docx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml": "pptx",
}
_MACRO = re.compile(r"macro|vbaproject", re.IGNORECASE)
_BAD_NAME = re.compile(r"(^|/)\.\.(/|$)|^/|^[A-Za-z]:|[\\\x00-\x1f]")


class Budget:
    """How much may still be unpacked, for a container and all that is nested in it."""

    def __init__(self, packed: int) -> None:
        self.left = min(MOST_UNPACKED, max(GROWTH_COUNTS_FROM, packed * MOST_GROWTH))

    def spend(self, amount: int) -> None:
        """Raises RefusedFile once the budget is spent."""
        self.left -= amount
        if self.left < 0:
            raise bomb()


class Container:
    """A zip file in `stream` (seekable, `size` bytes). Making one reads its directory; raises RefusedFile if odd."""

    def __init__(self, stream: IO[bytes], size: int) -> None:
        self._stream = stream
        self._size = size
        self._members = {member.filename: member for member in self._directory()}

    def __contains__(self, name: object) -> bool:
        return name in self._members

    def names(self) -> list[str]:
        return list(self._members)

    def kind(self) -> str:
        """ "xlsx", "docx", "pptx" or "hwpx". Raises RefusedFile for any other zip, macros and locked files."""
        if _TYPES in self:
            return self._office_kind()
        if "mimetype" in self and self.read("mimetype").strip() == b"application/hwp+zip":
            if "META-INF/manifest.xml" in self and b"encryption-data" in self.read("META-INF/manifest.xml"):
                raise _locked()
            if "Contents/content.hpf" in self:
                return "hwpx"
        raise RefusedFile(
            "file_kind",
            _("압축 파일(ZIP)은 받지 않습니다."),
            _("압축을 풀어 안의 문서를 하나씩 올려 주십시오."),
        )

    def check(self) -> None:
        """Unpack everything once, in passing. Raises RefusedFile for bombs, damage and unsafe nested files."""
        self._spend(Budget(self._size), depth=1)

    def read(self, name: str, *, limit: int = LARGEST_PART) -> bytes:
        """One member whole, of at most `limit` bytes. Raises RefusedFile where it is larger or damaged."""
        content = bytearray()
        for chunk in self.chunks(name):
            content += chunk
            if len(content) > limit:
                raise _damaged()
        return bytes(content)

    def chunks(self, name: str) -> Iterator[bytes]:
        """One member, unpacked step by step. Raises RefusedFile where size or checksum aren't as announced."""
        member = self._members[name]
        self._seek_content(member)
        seen = checksum = 0
        for chunk in self._inflated(member):
            seen += len(chunk)
            checksum = zlib.crc32(chunk, checksum)
            yield chunk
        # Another reader may trust the announced size: where both differ, it would see another file than we do.
        if (seen, checksum) != (member.file_size, member.CRC):
            raise _damaged()

    def _directory(self) -> list[zipfile.ZipInfo]:
        """The members that the directory names, after checks that keep reading it cheap and unambiguous."""
        self._check_end()
        self._stream.seek(0)
        try:
            with zipfile.ZipFile(self._stream) as archive:
                members = archive.infolist()
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OverflowError, struct.error, OSError) as error:
            raise _damaged() from error
        names = {member.filename.lower() for member in members}
        if len(members) > MOST_MEMBERS or len(names) != len(members):
            raise _damaged()
        _require_apart(members)
        for member in members:
            if not 0 <= member.header_offset < self._size:
                raise _damaged()
            if _BAD_NAME.search(member.filename) or stat.S_ISLNK(member.external_attr >> 16):
                raise RefusedFile(
                    "file_unsafe",
                    _("파일 안에 안전하지 않은 경로가 들어 있습니다."),
                    _("원래 프로그램에서 새 파일로 다시 저장해 올려 주십시오."),
                )
            if member.flag_bits & _ENCRYPTED:
                raise _locked()
        return members

    def _check_end(self) -> None:
        """The end record: one, at the very end, not of the 64-bit kind, with a directory of bearable size."""
        self._stream.seek(max(0, self._size - 66_000))
        tail = self._stream.read()
        end = tail.rfind(b"PK\x05\x06")
        if end < 0 or end + 22 > len(tail):
            raise _damaged()
        directory_size, comment = struct.unpack_from("<I4xH", tail, end + 12)
        is_64_bit = tail[max(0, end - 20) : end].startswith(b"PK\x06\x07")
        if is_64_bit or directory_size > LARGEST_DIRECTORY or end + 22 + comment != len(tail):
            raise _damaged()

    def _seek_content(self, member: zipfile.ZipInfo) -> None:
        """Go to the first packed byte; the member's own header must give the same name as the directory."""
        self._stream.seek(member.header_offset)
        header = self._stream.read(30)
        if len(header) < 30 or not header.startswith(_MAGIC):
            raise _damaged()
        flags, name_length, extra_length = struct.unpack("<6xH18xHH", header)
        name = self._stream.read(name_length).decode("utf-8" if flags & 0x800 else "cp437", "replace")
        if name.split("\0")[0] != member.orig_filename.split("\0")[0]:
            raise _damaged()
        self._stream.seek(extra_length, io.SEEK_CUR)

    def _inflated(self, member: zipfile.ZipInfo) -> Iterator[bytes]:
        """The content step by step, at most _STEP bytes at a time, however well it was packed."""
        if member.compress_type == zipfile.ZIP_STORED:
            yield from self._packed(member)
            return
        if member.compress_type != zipfile.ZIP_DEFLATED:
            raise _damaged()
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            for packed in self._packed(member):
                while packed and not inflater.eof:
                    yield inflater.decompress(packed, _STEP)
                    packed = inflater.unconsumed_tail
        except zlib.error as error:
            raise _damaged() from error
        if not inflater.eof:
            raise _damaged()

    def _packed(self, member: zipfile.ZipInfo) -> Iterator[bytes]:
        left = member.compress_size
        while left and (packed := self._stream.read(min(left, _STEP))):
            # The consumer may read elsewhere between two steps (a nested file does not, but callers could).
            position = self._stream.tell()
            yield packed
            self._stream.seek(position)
            left -= len(packed)

    def _spend(self, budget: Budget, depth: int) -> None:
        """Unpack every member at the cost of `budget`, and containers in it likewise."""
        for name in self._members:
            content, is_nested, part = bytearray(), True, Part(name)
            for chunk in self.chunks(name):
                budget.spend(len(chunk))
                part.feed(chunk)
                if is_nested:
                    content += chunk
                    is_nested = content.startswith(_MAGIC[: len(content)])
                if is_nested and (depth == DEEPEST or len(content) > LARGEST_NESTED):
                    raise RefusedFile(
                        "file_bomb",
                        _("파일 안에 다른 파일이 너무 깊거나 크게 들어 있습니다."),
                        _("안에 끼워 넣은 파일을 빼고 따로 올려 주십시오."),
                    )
            part.close()
            if part.wants_fields:
                check_fields(self.chunks(name))
            if is_nested and len(content) >= len(_MAGIC):
                nested = Container(io.BytesIO(content), len(content))
                nested._spend(budget, depth + 1)
                nested.kind()

    def _declared_types(self) -> list[str]:
        """The content types of an Office document. Raises RefusedFile where one of them is a macro."""
        declared = _content_types(self.read(_TYPES))
        if any(_MACRO.search(text) for text in (*declared, *self._members)):
            raise RefusedFile(
                "file_macro",
                _("매크로가 들어 있는 파일은 받지 않습니다."),
                _("매크로 없는 형식(DOCX, XLSX, PPTX)이나 PDF로 저장해 다시 올려 주십시오."),
            )
        return declared

    def _office_kind(self) -> str:
        """What [Content_Types].xml declares the main part to be."""
        declared = self._declared_types()
        kinds = {_MAIN_PARTS[text] for text in declared if text in _MAIN_PARTS}
        if len(kinds) != 1:
            raise RefusedFile(
                "file_kind",
                _("어떤 문서인지 알 수 없는 파일입니다."),
                _("DOCX, XLSX, PPTX 또는 PDF로 저장해 다시 올려 주십시오."),
            )
        return kinds.pop()


def _require_apart(members: list[zipfile.ZipInfo]) -> None:
    """The members lie one after the other from the very beginning: none within another, nothing before the first."""
    end = 0
    for member in sorted(members, key=lambda m: m.header_offset):
        if member.header_offset < end or (not end and member.header_offset):
            raise _damaged()
        end = member.header_offset + 30 + _name_length(member) + member.compress_size


def _name_length(member: zipfile.ZipInfo) -> int:
    return len(member.orig_filename.encode("utf-8" if member.flag_bits & 0x800 else "cp437", "replace"))


def _content_types(xml: bytes) -> list[str]:
    """All ContentType attributes. A document type (the way to entity bombs) is refused before it is read."""
    found: list[str] = []

    def element(_tag: str, attributes: dict[str, str]) -> None:
        found.append(attributes.get("ContentType", ""))

    def doctype(*_arguments: object) -> None:
        raise _damaged()

    parser = expat.ParserCreate()
    parser.StartElementHandler = element
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(xml, True)
    except expat.ExpatError as error:
        raise _damaged() from error
    return found


def _locked() -> RefusedFile:
    return RefusedFile("file_locked", _("암호가 걸린 파일입니다."), _("암호를 해제하고 저장한 뒤 다시 올려 주십시오."))


def _damaged() -> RefusedFile:
    return RefusedFile(
        "file_damaged",
        _("파일이 손상되었거나 올바른 문서가 아닙니다."),
        _("파일이 열리는지 확인하고 원래 프로그램에서 다시 저장해 올려 주십시오."),
    )
