"""What an uploaded file really is: judged by its content, never by its name or by what the browser says.

Pure: streams in, facts or a refusal out; nothing is stored, nothing is unpacked to disk or as a whole into
memory. This is no virus scanner: it lets in the few kinds the programme needs, each in the shape it should
have, and keeps out what would hurt whoever opens it next (bombs, macros, disguises, locked files).
The unpack guard itself is portal/files/containers.py. All limits are [ours].
"""

import codecs
import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Final

import puremagic
from django.utils.translation import gettext_lazy as _

from portal.files.containers import Container
from portal.files.images import check_jpg, check_png
from portal.files.passages import is_program, passages
from portal.files.pdfs import check_pdf
from portal.files.refusal import RefusedFile, damaged

MEGABYTE: Final = 1024 * 1024
LARGEST: Final = 100 * MEGABYTE
LONGEST_NAME: Final = 150
LONGEST_LINE: Final = 256 * 1024


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file the portal can take."""

    mime: str
    extensions: frozenset[str]


_OFFICE: Final = "application/vnd.openxmlformats-officedocument."
KINDS: Final = {
    "pdf": Kind("application/pdf", frozenset({"pdf"})),
    "png": Kind("image/png", frozenset({"png"})),
    "jpg": Kind("image/jpeg", frozenset({"jpg", "jpeg"})),
    "csv": Kind("text/csv", frozenset({"csv"})),
    "xlsx": Kind(_OFFICE + "spreadsheetml.sheet", frozenset({"xlsx"})),
    "docx": Kind(_OFFICE + "wordprocessingml.document", frozenset({"docx"})),
    "pptx": Kind(_OFFICE + "presentationml.presentation", frozenset({"pptx"})),
    "hwpx": Kind("application/hwp+zip", frozenset({"hwpx"})),
}

DOCUMENTS: Final = frozenset({"pdf", "docx", "pptx", "xlsx", "hwpx"})
IMAGES: Final = frozenset({"png", "jpg"})
SPREADSHEETS: Final = frozenset({"xlsx", "csv"})


@dataclass(frozen=True, slots=True)
class Inspected:
    """What the portal knows about a file it took: `size` in bytes, `sha256` in hex, `name` safe to show and store."""

    kind: str
    mime: str
    extension: str
    size: int
    sha256: str
    name: str


def inspect(name: str, stream: IO[bytes], size: int, allowed: frozenset[str], *, limit: int = LARGEST) -> Inspected:
    """Check one upload and say what it is. `allowed` names kinds of KINDS, `limit` is in bytes.

    `stream` must be seekable and is left at its beginning. Raises RefusedFile, whose message says what is wrong
    and whose hint says what to do; its `code` is stable. Raises ValueError for a kind that doesn't exist.
    """
    if unknown := allowed - KINDS.keys():
        raise ValueError(f"no such kinds of files: {sorted(unknown)}")
    name = _safe_name(name)
    extension = name.rpartition(".")[2].lower()
    if size == 0:
        raise RefusedFile("file_empty", _("빈 파일입니다."), _("내용이 있는 파일인지 확인한 뒤 다시 올려 주십시오."))
    if size > limit:
        raise RefusedFile(
            "file_too_large",
            _("파일이 너무 큽니다(최대 %(limit)s MB).") % {"limit": limit // MEGABYTE or 1},
            _("그림의 해상도를 낮추거나 파일을 나누어 다시 올려 주십시오."),
        )
    try:
        digest = _digest(stream, size)
        kind = _kind_of(stream, size, extension)
        _require_allowed(kind, extension, allowed)
        _SHAPE_CHECKS[kind](stream, size)
    finally:
        stream.seek(0)
    return Inspected(kind, KINDS[kind].mime, extension, size, digest, name)


_DEVICE: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
_PROGRAM_INSIDE: Final = re.compile(
    r"\.(exe|scr|bat|cmd|pif|js|jse|vbs|vbe|wsf|hta|ps1|lnk|msi|jar|dll|html?|xhtml|svg|php\d?|jspx?|aspx?|sh)\s*\.",
    re.IGNORECASE,
)


# --- name, size, kind ----------------------------------------------------------------------------------------


def _safe_name(name: str) -> str:
    """The name as one line of composed Hangul (macOS sends it decomposed), refused where it could mislead.

    A path would be read as one by somebody; a control or direction character shows "fdp.exe" as "exe.pdf"; where
    endings are hidden, "a.exe.pdf" and "a.pdf.exe" look the same; Windows opens "con.pdf" as a device.
    """
    name = unicodedata.normalize("NFC", name).strip()
    hidden = any(unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for letter in name)
    odd = re.search(r'[/\\:*?"<>|]|[. ]$', name) or not name.strip(". ") or len(name) > LONGEST_NAME
    if hidden or odd or _DEVICE.match(name) or _PROGRAM_INSIDE.search(name):
        raise RefusedFile(
            "file_name",
            _("파일 이름에 쓸 수 없는 문자나 확장자가 있거나 이름이 너무 깁니다."),
            _("파일 이름을 한글, 영문, 숫자로 짧게 바꾼 뒤 다시 올려 주십시오."),
        )
    return name


def _chunks(stream: IO[bytes]) -> Iterator[bytes]:
    """The stream from its beginning, one megabyte at a time."""
    stream.seek(0)
    while chunk := stream.read(MEGABYTE):
        yield chunk


def _digest(stream: IO[bytes], size: int) -> str:
    """SHA-256 of the whole stream, which must have exactly the size it was announced with."""
    digest, seen = hashlib.sha256(), 0
    for chunk in _chunks(stream):
        digest.update(chunk)
        seen += len(chunk)
        if seen > size:
            break
    if seen != size:
        raise damaged()
    return digest.hexdigest()


def _kind_of(stream: IO[bytes], size: int, extension: str) -> str:
    """The kind that the content shows. Only CSV needs the name's help: any text could be one."""
    stream.seek(0)
    head = stream.read(4096)
    if head.startswith(b"%PDF-"):
        return "pdf"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if head.startswith(b"PK\x03\x04"):
        return Container(stream, size).kind()
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        raise _compound_file(stream)
    if extension == "csv" and not is_program(head) and not head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return "csv"
    found = _name_of_content(head)
    raise RefusedFile(
        "file_kind",
        _("받을 수 없는 형식의 파일입니다(%(found)s).") % {"found": found}
        if found
        else _("받을 수 없는 형식의 파일입니다."),
        _("PDF, 한글(HWPX), 워드·엑셀·파워포인트(DOCX·XLSX·PPTX) 등 안내된 형식으로 저장해 다시 올려 주십시오."),
    )


def _name_of_content(head: bytes) -> str:
    """What unknown content most likely is, as an extension such as ".exe"; "" where nobody knows."""
    try:
        matches = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return ""
    return str(matches[0].extension) if matches else ""


def _require_allowed(kind: str, extension: str, allowed: frozenset[str]) -> None:
    """The kind must be wanted here, and the name must say the same as the content."""
    if kind not in allowed:
        wanted = ", ".join(sorted(ending.upper() for name in allowed for ending in KINDS[name].extensions))
        raise RefusedFile(
            "file_kind",
            _("여기에는 %(kind)s 파일을 올릴 수 없습니다.") % {"kind": kind.upper()},
            _("다음 형식으로 저장해 다시 올려 주십시오: %(wanted)s") % {"wanted": wanted},
        )
    if extension not in KINDS[kind].extensions:
        raise RefusedFile(
            "file_disguised",
            _("파일 이름의 확장자(.%(extension)s)와 내용(%(kind)s)이 다릅니다.")
            % {"extension": extension, "kind": kind.upper()},
            _("원래 프로그램에서 다시 저장하거나 확장자를 내용에 맞게 바꾸어 올려 주십시오."),
        )


def _compound_file(stream: IO[bytes]) -> RefusedFile:
    """The refusal of an OLE2 file: an Office document with a password, or one of before 2007 (.hwp, .xls, .doc)."""
    marker, rest = "EncryptedPackage".encode("utf-16-le"), b""
    for chunk in _chunks(stream):
        if marker in rest + chunk:
            return RefusedFile(
                "file_locked",
                _("암호가 걸린 파일입니다."),
                _("암호를 해제하고 저장한 뒤 다시 올려 주십시오."),
            )
        rest = chunk[-len(marker) :]
    return RefusedFile(
        "file_kind",
        _("이전 형식의 파일(.hwp, .xls, .doc, .ppt)은 받지 않습니다."),
        _("HWPX, XLSX, DOCX, PPTX 또는 PDF로 저장해 다시 올려 주십시오."),
    )


# --- the shape each kind must have -----------------------------------------------------------------------------


def _check_csv(stream: IO[bytes], size: int) -> None:
    """Text all the way through, in an encoding that Korean offices use; no commands, no line without end."""
    for piece in passages(_chunks(stream)):
        if max(map(len, piece.split(b"\n"))) > LONGEST_LINE:
            raise RefusedFile(
                "file_bomb",
                _("한 행이 지나치게 긴 파일입니다."),
                _("행마다 줄이 바뀌는지 확인하고 엑셀에서 다시 저장해 올려 주십시오."),
            )
        if _COMMAND.search(piece):
            raise RefusedFile(
                "file_external",
                _("다른 프로그램을 부르는 수식(DDE)이 들어 있는 파일입니다."),
                _("수식을 지우고 값만 남긴 뒤 다시 올려 주십시오."),
            )
    text_encoding(stream)


def _check_container(stream: IO[bytes], size: int) -> None:
    """Unpacked once, in passing."""
    Container(stream, size).check()


_SHAPE_CHECKS: Final = {
    "pdf": check_pdf,
    "png": check_png,
    "jpg": check_jpg,
    "csv": _check_csv,
    **dict.fromkeys(("xlsx", "docx", "pptx", "hwpx"), _check_container),
}

# Excel runs =cmd|'/c calc'!A0: a program, a topic and an item (OWASP: CSV injection). Nothing here may look at the same
# bytes twice: twenty megabytes of almost such cells must cost no more than any others.
_COMMAND: Final = re.compile(
    rb"\w\|'[^'\r\n]{0,400}'!"
    rb"|(?:^|[,;\t\r\n\"])[ \"']{0,4}[=+\-@] ?(?:[A-Za-z]\w{0,30}\|\w{1,60}!"
    rb"|(?i:DDE|WEBSERVICE|IMPORT[A-Z]{2,8}|CALL|REGISTER(?:\.ID)?) ?\()",
)
_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def text_encoding(stream: IO[bytes]) -> str:
    """ "utf-8-sig" (with or without mark) or "cp949" (Excel in Korea), whichever reads the whole stream.

    UTF-8 first: hardly any CP949 text is valid UTF-8, while much UTF-8 is readable nonsense in CP949.
    Raises RefusedFile where neither does, or where control characters show that it is no text.
    """
    for encoding in ("utf-8-sig", "cp949"):
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            binary = any(_NO_TEXT.search(decoder.decode(chunk)) for chunk in _chunks(stream))
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        if not binary:
            return encoding
    raise RefusedFile(
        "file_encoding",
        _("글자를 읽을 수 없는 파일입니다."),
        _("엑셀에서 'CSV UTF-8' 또는 XLSX 형식으로 저장해 다시 올려 주십시오."),
    )
