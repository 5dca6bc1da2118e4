"""Draws one picture anew: `limited.py image_writer.py png|jpg MOST_PIXELS < picture > picture`.

Run by portal/files/images.py within limits, never imported for its work. Decoders are where pictures attack: here they
take nobody else with them. Exits with UNREADABLE; whatever else it dies of was too large.
Imports nothing of the portal, so that it starts within 0.1 s.
"""

import io
import sys
import warnings
from typing import Any

UNREADABLE = 65
_FORMATS = {"png": "PNG", "jpg": "JPEG"}


def drawn(content: bytes, kind: str, most_pixels: int) -> bytes:
    """The first frame, upright, in sRGB, without a word about it. Raises OSError and the like for what is broken."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = most_pixels
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    out = io.BytesIO()
    with Image.open(io.BytesIO(content), formats=[_FORMATS[kind]]) as source:
        source.load()
        picture = _in_srgb(ImageOps.exif_transpose(source))
    picture.info = {}
    if kind == "jpg":
        picture.convert("L" if picture.mode == "L" else "RGB").save(out, "JPEG", quality=90, optimize=True)
    else:
        picture.save(out, "PNG")
    return out.getvalue()


def _in_srgb(picture: Any) -> Any:
    """The colours as a screen shows them, because the profile that explains them is left out."""
    from PIL import ImageCms

    profile, transparency = picture.info.get("icc_profile"), picture.info.get("transparency")
    if transparency is not None:
        picture = picture.convert("RGBA")
    if profile and picture.mode in ("RGB", "RGBA", "CMYK", "L"):
        target = "RGBA" if picture.mode == "RGBA" else "RGB"
        try:
            made = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            return ImageCms.profileToProfile(picture, made, ImageCms.createProfile("sRGB"), outputMode=target)
        except (ImageCms.PyCMSError, OSError, ValueError):
            return picture
    return picture


if __name__ == "__main__":
    try:
        result = drawn(sys.stdin.buffer.read(), sys.argv[1], int(sys.argv[2]))
    except (OSError, ValueError, SyntaxError, EOFError, Warning):
        sys.exit(UNREADABLE)
    sys.stdout.buffer.write(result)
