"""What is kept of a picture is drawn anew: upright, in sRGB, and silent about who took it where."""

import io
import struct
import zlib

import pytest
from PIL import Image, ImageCms, TiffImagePlugin

from portal.files import images
from portal.files.refusal import RefusedFile
from tests.files import samples

SECRET = b"GPS 37.5665 N, 126.9780 E, Hong Gildong"


def jpg(**more: object) -> bytes:
    """A photo that lies on its side, red at the left, with the place where it was taken."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010E], exif[0x013B] = 6, SECRET.decode(), "Hong Gildong"
    exif.get_ifd(0x8825)[2] = tuple(TiffImagePlugin.IFDRational(n) for n in (37, 33, 59))
    picture = Image.new("RGB", (80, 40), "blue")
    picture.paste("red", (0, 0, 40, 40))
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif, comment=SECRET, **more)
    return out.getvalue()


def png() -> bytes:
    def chunk(tag: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + tag + data + struct.pack(">I", zlib.crc32(tag + data))

    out = io.BytesIO()
    Image.new("RGBA", (30, 20), (10, 200, 30, 128)).save(out, "PNG")
    content = out.getvalue()
    return content[:33] + chunk(b"tEXt", b"Author\0" + SECRET) + chunk(b"hiDe", SECRET) + content[33:]


@pytest.mark.parametrize(("kind", "content"), [("jpg", jpg()), ("png", png())])
def test_nothing_but_the_picture_is_left(kind: str, content: bytes) -> None:
    assert SECRET in content
    stream = io.BytesIO(content)
    stream.seek(5)
    made = images.redrawn(stream, kind)
    assert SECRET not in made and b"Gildong" not in made and b"Exif" not in made and b"tEXt" not in made
    assert stream.tell() == 0
    with Image.open(io.BytesIO(made)) as picture:
        picture.load()
        assert not picture.getexif() and set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        if kind == "jpg":
            assert picture.size == (40, 80), "upright"
            top, bottom = picture.getpixel((20, 10)), picture.getpixel((20, 70))
            assert top[0] > 200 > 60 > top[2] and bottom[2] > 200 > 60 > bottom[0]
        else:
            assert picture.getpixel((5, 5)) == (10, 200, 30, 128)


def test_colours_keep_their_look_without_their_profile() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    made = images.redrawn(io.BytesIO(jpg(icc_profile=profile.tobytes())), "jpg")
    with Image.open(io.BytesIO(made)) as picture:
        assert "icc_profile" not in picture.info and picture.mode == "RGB"
        assert picture.getpixel((20, 10))[0] > 200
    with pytest.raises(RefusedFile):
        images.redrawn(io.BytesIO(jpg()), "png")


@pytest.mark.parametrize(
    ("kind", "content", "code"),
    [
        ("jpg", samples.jpg(), "file_damaged"),
        ("jpg", jpg()[:300], "file_damaged"),
        ("png", samples.png()[:41] + b"\0" * 8 + samples.png()[49:], "file_damaged"),
        ("png", samples.png(20_000, 20_000), "image_too_large"),
    ],
    ids=["no pixels", "cut off", "broken pixels", "square kilometre"],
)
def test_what_is_no_picture_inside_is_refused(kind: str, content: bytes, code: str) -> None:
    with pytest.raises(RefusedFile) as refused:
        images.redrawn(io.BytesIO(content), kind)
    assert refused.value.code == code


def test_a_decoder_that_runs_away_takes_nobody_with_it(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    script = tmp_path / "writer.py"
    script.write_text("bytearray(3 << 30)")
    monkeypatch.setattr(images.image_writer, "__file__", str(script))
    with pytest.raises(RefusedFile) as refused:
        images.redrawn(io.BytesIO(jpg()), "jpg")
    assert refused.value.code == "image_too_large"
