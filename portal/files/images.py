"""Pictures: a look at their measures before anything decodes them, then a new picture without whatever else was in it.

Cameras write the place and the owner into a picture, attackers hide scripts and archives behind it. What the portal
keeps is drawn anew from the pixels, in a process of its own (portal/files/image_writer.py).
"""

import struct
from collections.abc import Iterator
from typing import IO, Final

from django.utils.translation import gettext_lazy as _

from portal.files import image_writer
from portal.files.limited import TooMuch, run_limited
from portal.files.passages import passages, two_in_one
from portal.files.refusal import RefusedFile, damaged

MOST_PIXELS: Final = 60_000_000
_HIDDEN: Final = (
    b"PK\x05\x06\0\0\0\0", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"%PDF-", b"<script", b"<?php", b"<html", b"<svg",
)  # fmt: skip
_CHUNK: Final = 1024 * 1024


def check_png(stream: IO[bytes], size: int) -> None:
    """A PNG begins with its measures and ends with IEND: nothing may hide in it or behind it."""
    stream.seek(8)
    length, tag, width, height = struct.unpack(">I4sII", stream.read(16).ljust(16, b"\0"))
    stream.seek(max(0, size - 12))
    if (length, tag) != (13, b"IHDR") or stream.read() != b"\0\0\0\0IEND\xaeB`\x82":
        raise damaged()
    _require_reasonable(width, height)
    _require_one_thing(stream)


def check_jpg(stream: IO[bytes], size: int) -> None:
    """A JPEG has a frame header with its measures, found by going from segment to segment."""
    position = 2
    while position < size:
        stream.seek(position)
        segment = stream.read(9)
        if len(segment) < 9 or segment[0] != 0xFF:
            break
        marker, length, _bits, height, width = struct.unpack(">xBHBHH", segment)
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            _require_reasonable(width, height)
            return _require_one_thing(stream)
        position += 1 if marker == 0xFF else 2 + max(length, 2)
    raise damaged()


def redrawn(stream: IO[bytes], kind: str) -> bytes:
    """The picture drawn anew, upright, in sRGB, with nothing but its pixels. `kind` is "png" or "jpg".

    Leaves the stream at its beginning. Raises RefusedFile where there is no such picture in it.
    """
    stream.seek(0)
    try:
        writer = run_limited(image_writer.__file__, kind, str(MOST_PIXELS), content=stream.read())
    except TooMuch as error:
        raise _too_large() from error
    finally:
        stream.seek(0)
    if writer.returncode == image_writer.UNREADABLE:
        raise damaged()
    if writer.returncode or not writer.stdout:
        raise _too_large()
    return writer.stdout


def _require_one_thing(stream: IO[bytes]) -> None:
    """Neither an archive nor a page rides along."""
    for piece in passages(_chunks(stream)):
        small = piece.lower()
        if any(mark in piece or mark in small for mark in _HIDDEN):
            raise two_in_one()


def _chunks(stream: IO[bytes]) -> Iterator[bytes]:
    stream.seek(0)
    while chunk := stream.read(_CHUNK):
        yield chunk


def _require_reasonable(width: int, height: int) -> None:
    """A picture of few bytes can claim to be a square kilometre; whoever scales it pays."""
    if not 0 < width * height <= MOST_PIXELS:
        raise _too_large(_("그림의 크기(%(width)s×%(height)s)가 너무 큽니다.") % {"width": width, "height": height})


def _too_large(words: object = "") -> RefusedFile:
    return RefusedFile("image_too_large", words or _("그림이 너무 큽니다."), _("그림을 줄여 다시 올려 주십시오."))
