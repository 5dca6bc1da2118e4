"""Files as people and attackers send them, made on the spot."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

OFFICE = "application/vnd.openxmlformats-officedocument."
MAIN = {
    "xlsx": OFFICE + "spreadsheetml.sheet.main+xml",
    "docx": OFFICE + "wordprocessingml.document.main+xml",
    "pptx": OFFICE + "presentationml.presentation.main+xml",
}


def zipped(members: Mapping[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def content_types(*types: str) -> bytes:
    parts = "".join(f'<Override PartName="/part{i}.xml" ContentType="{name}"/>' for i, name in enumerate(types))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{parts}</Types>'
    ).encode()


def office(kind: str, **more: bytes) -> bytes:
    """A DOCX, PPTX or XLSX of the right shape (not one that the program would enjoy)."""
    members = {"[Content_Types].xml": content_types(MAIN[kind]), "part0.xml": b"<x/>"}
    return zipped(members | {name.replace("__", "/"): content for name, content in more.items()})


def hwpx(**more: bytes) -> bytes:
    members = {"mimetype": b"application/hwp+zip", "Contents/content.hpf": b"<opf/>", "Contents/section0.xml": b"<s/>"}
    return zipped(members | {name.replace("__", "/"): content for name, content in more.items()})


def pdf(body: bytes = b"1 0 obj<<>>endobj\n") -> bytes:
    return b"%PDF-1.7\n" + body + b"trailer<<>>\n%%EOF\n"


def png(width: int = 2, height: int = 2) -> bytes:
    def chunk(tag: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + tag + data + struct.pack(">I", zlib.crc32(tag + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"\0\0\0" * 2)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def jpg(width: int = 2, height: int = 2) -> bytes:
    app0 = b"\xff\xe0" + struct.pack(">H", 16) + b"JFIF\0\1\1\0\0\1\0\1\0\0"
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\1\x11\0"
    return b"\xff\xd8" + app0 + frame + b"\xff\xd9"


def ole(text: str = "") -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 3000 + text.encode("utf-16-le") + b"\0" * 100


def with_directory_changed(archive: bytes, offset: int, new: bytes) -> bytes:
    """The archive with some bytes of its last directory entry overwritten (offsets: APPNOTE 4.3.12)."""
    entry = archive.rindex(b"PK\x01\x02") + offset
    return archive[:entry] + new + archive[entry + len(new) :]


def with_link() -> bytes:
    out = io.BytesIO(office("docx"))
    with zipfile.ZipFile(out, "a") as archive:
        link = zipfile.ZipInfo("link")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    return out.getvalue()


def overlapping_bomb() -> bytes:
    """Many directory entries that share one member (Fifield 2019): each is harmless, together they unpack to 800 MB."""
    one = office("docx", **{"b.bin": b"\0" * 8_000_000})
    at = one.index(b"PK\x01\x02", one.index(b"PK\x01\x02", one.index(b"PK\x01\x02") + 4) + 4)
    end = one.index(b"PK\x05\x06")
    entry = one[at:end]
    directory_at = one.index(b"PK\x01\x02")
    directory = one[directory_at:end] + entry * 99
    tail = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 102, 102, len(directory), directory_at, 0)
    return one[:directory_at] + directory + tail


def quoted_overlap() -> bytes:
    """Members under different names, each of which has the next one's header in its own content (Fifield 2019)."""
    kernel = zipped({"z": b"\0" * 4_000_000})
    entry = kernel[: kernel.index(b"PK\x01\x02")]
    packed = entry[31:]
    headers, directory = b"", b""
    base = office("docx")
    start = base.index(b"PK\x01\x02")
    known = base[start : base.index(b"PK\x05\x06")]
    for number in range(8):
        at = start + len(headers)
        name = b"%d" % number
        head = entry[:30] + name
        headers += head
        fields = struct.pack(
            "<4sBBHHHHHIIIHHHHHII", b"PK\x01\x02", 20, 3, 20, 0, 8, 0, 0, *struct.unpack("<III", entry[14:26]),
            1, 0, 0, 0, 0, 0, at,
        )  # fmt: skip
        directory += fields + name
    content = base[:start] + headers + packed
    end = struct.pack(
        "<4sHHHHIIH", b"PK\x05\x06", 0, 0, 10, 10, len(known) + len(directory), len(content), 0
    )  # fmt: skip
    return content + known + directory + end
