"""What a part of an Office or Hangul document may not be or say.

Such a document is a folder of parts. Those that hurt the next reader: programs and old compound files (OLE objects,
ActiveX), XML that a parser could choke on, relationships that fetch something from outside as soon as the document is
opened, and fields that run or fetch something (DDE). Links that a person must click are fine.
"""

import re
from collections.abc import Iterable
from typing import Any, Final, NoReturn
from xml.parsers import expat

from django.utils.translation import gettext_lazy as _

from portal.files.passages import Seam, is_program
from portal.files.refusal import RefusedFile

_OLE: Final = b"\xd0\xcf\x11\xe0"
_BAD_PART: Final = re.compile(
    r"(^|/)activex/|\.(exe|dll|scr|com|bat|cmd|js|jse|vbs|vbe|wsf|hta|ps1|lnk|msi|jar|htm|html|mht|rtf|ole)$",
    re.IGNORECASE,
)
_FETCHING_PART: Final = re.compile(r"(^|/)(externallinks/|connections\.xml$|querytables/)", re.IGNORECASE)
_XML_NAME: Final = re.compile(r"\.(xml|rels|hpf|opf|vml|svg)$", re.IGNORECASE)
_RELATIONSHIPS: Final = re.compile(r"(^|/)_rels/[^/]*\.rels$", re.IGNORECASE)
_SCRIPT: Final = re.compile(r"(^|/)scripts/", re.IGNORECASE)
_ENCODING: Final = re.compile(rb"<\?xml[^>]*encoding\s*=\s*[\"']([^\"']*)", re.IGNORECASE)
_WIDE: Final = re.compile(rb"(?:\xff\xfe|\xfe\xff|\0\0\xfe\xff)?\0*<\0|\0+<|\xfe\xff\0")
_READABLE: Final = {b"utf-8", b"us-ascii", b"ascii"}
_LINKS: Final = ("http://", "https://", "mailto:", "tel:", "#")
_IMPORTED: Final = {"afchunk", "control", "activexcontrolbinary", "attachedtoolbars", "externallink", "connections"}
_RUNNING_FIELDS: Final = {
    "DDE", "DDEAUTO", "LINK", "IMPORT", "DATABASE", "INCLUDE", "INCLUDETEXT", "INCLUDEPICTURE", "RD", "MACROBUTTON",
}  # fmt: skip
# What Hangul writes by itself: names for its objects, and empty functions with a remark.
_EMPTY_SCRIPT: Final = re.compile(
    r"//[^\r\n]*|function\s+\w+\s*\(\s*\)\s*\{(?:\s|//[^\r\n]*)*\}|\s|\ufeff"
    r"|var\s+\w+\s*=\s*(?:XHwpDocuments|Documents\.Active_XHwpDocument|Document\.XHwpForm\w+\.ItemFromName\(\"[^\"\\]*\"\))\s*;"
)
LARGEST_SCRIPT: Final = 16 * 1024
LARGEST_WHOLE: Final = 1024 * 1024


class Part:
    """One part, fed as it is unpacked. Raises RefusedFile as soon as something is wrong with it.

    `wants_fields` at the end: it has fields, which `check_fields` reads.
    """

    def __init__(self, name: str) -> None:
        self._is_script = bool(_SCRIPT.search(name))
        if _BAD_PART.search(name) and not self._is_script:
            raise _embedded()
        if _FETCHING_PART.search(name):
            raise _outside()
        self._is_xml = bool(_XML_NAME.search(name))
        self._whole = bytearray() if self._is_script or _RELATIONSHIPS.search(name) else None
        self._seam: Seam | None = None
        self.wants_fields = False

    def feed(self, chunk: bytes) -> None:
        if self._seam is None:
            if not chunk:
                return
            self._check_head(chunk)
            self._seam = Seam()
        piece = self._seam.piece(chunk)
        if self._is_xml:
            self._check_xml(piece)
        if self._whole is not None:
            self._whole += chunk
            if len(self._whole) > LARGEST_WHOLE:
                raise _odd()

    def close(self) -> None:
        """The part is at its end: what must be read as a whole is read now."""
        if self._whole is not None:
            (_check_script if self._is_script else _check_relationships)(bytes(self._whole))

    def _check_head(self, head: bytes) -> None:
        if head.startswith(_OLE) or is_program(head):
            raise _embedded()
        text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
        declared = _ENCODING.match(text)
        # In another encoding nothing would be found: no program that writes such documents uses one.
        if _WIDE.match(head) or (declared and declared[1].lower() not in _READABLE):
            raise _odd()
        if self._is_xml and text and not text.startswith(b"<"):
            raise _odd()
        self._is_xml = text.startswith(b"<")

    def _check_xml(self, piece: bytes) -> None:
        if b"<!DOCTYPE" in piece or b"<!ENTITY" in piece:
            raise _odd()
        if b"ddeLink" in piece or b"oleLink" in piece or b'isEmbeded="0"' in piece:
            raise _outside()
        self.wants_fields = self.wants_fields or b"nstrText" in piece or b":instr" in piece


def _check_relationships(xml: bytes) -> None:
    def element(_tag: str, said: dict[str, str]) -> None:
        kind = said.get("Type", "").rpartition("/")[2].lower()
        if kind in _IMPORTED:
            raise _outside()
        if said.get("TargetMode", "").lower() == "external":
            target = said.get("Target", "").strip().lower()
            if kind != "hyperlink" or not (target.startswith(_LINKS) or ":" not in target.partition("/")[0]):
                raise _outside()
            if target.startswith(("\\", "//")):
                raise _outside()

    parser = expat.ParserCreate()
    parser.StartElementHandler = element
    _parse(parser, [xml])


def _check_script(content: bytes) -> None:
    """The scripts of a Hangul document: those that it writes by itself do nothing."""
    text = content.decode("utf-16-le" if b"\0" in content[:100] else "utf-8", "replace")
    if len(content) > LARGEST_SCRIPT or _EMPTY_SCRIPT.sub("", text):
        raise RefusedFile(
            "file_macro",
            _("매크로가 들어 있는 파일은 받지 않습니다."),
            _("매크로를 지우고 다시 저장하거나 PDF로 저장해 올려 주십시오."),
        )


def check_fields(chunks: Iterable[bytes]) -> None:
    """Read a part's field instructions, which a writer may spread over any number of runs. Raises RefusedFile."""
    fields = _Fields()
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = fields.start, fields.end
    parser.CharacterDataHandler = fields.text
    _parse(parser, chunks)
    fields.flush()


class _Fields:
    """Puts instructions together. Their first word says what they do."""

    def __init__(self) -> None:
        self.words, self.listening, self.depth = "", False, 0

    def start(self, tag: str, said: dict[str, str]) -> None:
        match tag.rpartition(":")[2]:
            case "instrText" | "delInstrText":
                self.listening = True
            case "fldSimple":
                self.flush()
                self.words = next((value for name, value in said.items() if name.endswith("instr")), "")
                self.flush()
            case "fldChar":
                kind = next((value for name, value in said.items() if name.endswith("fldCharType")), "")
                # A field whose first word is itself computed hides what it does.
                if kind == "begin" and self.depth and not self.words.strip():
                    raise _outside()
                self.flush()
                self.depth = int(kind == "begin")

    def end(self, tag: str) -> None:
        self.listening = self.listening and tag.rpartition(":")[2] not in ("instrText", "delInstrText")

    def text(self, words: str) -> None:
        if self.listening:
            self.words = (self.words + words)[:4096]

    def flush(self) -> None:
        first = re.match(r"[\s\"\\]*([A-Za-z]+)", self.words)
        self.words = ""
        if first and first[1].upper() in _RUNNING_FIELDS:
            raise _outside()


def _parse(parser: Any, chunks: Iterable[bytes]) -> None:
    parser.StartDoctypeDeclHandler = _no_doctype
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise _odd() from error


def _no_doctype(*_arguments: object) -> NoReturn:
    raise _odd()


def _embedded() -> RefusedFile:
    return RefusedFile(
        "file_embedded",
        _("문서 안에 실행 파일이나 다른 프로그램의 개체가 들어 있습니다."),
        _("안에 끼워 넣은 개체를 지우거나 그림으로 바꾸어 다시 저장해 올려 주십시오."),
    )


def _outside() -> RefusedFile:
    return RefusedFile(
        "file_external",
        _("열 때 바깥의 파일이나 주소를 불러오는 연결이 들어 있습니다."),
        _("연결(외부 문서, 서식 파일, DDE)을 끊고 값으로 바꾸어 다시 저장해 올려 주십시오."),
    )


def _odd() -> RefusedFile:
    return RefusedFile(
        "file_unsafe",
        _("문서 안에 올바르지 않은 내용이 들어 있습니다."),
        _("원래 프로그램에서 새 파일로 다시 저장해 올려 주십시오."),
    )
