"""QR codes for papers: the address of the public page that checks a document."""

import io

import segno


def qr_png(text: str, *, scale: int = 8) -> bytes:
    """A QR code of `text` as PNG bytes, `scale` pixels a module, four modules of quiet zone (ISO/IEC 18004).

    Error correction is at least M, so that a crease or a stamp over a corner does no harm; it is never a
    Micro QR code, which many phones can't read. Raises ValueError for an empty text or one too long for a code.
    """
    out = io.BytesIO()
    _code(text).save(out, kind="png", scale=scale, border=4)
    return out.getvalue()


def qr_svg(text: str) -> bytes:
    """The same as SVG bytes: one path, sharp at any size, with nothing in it that refers elsewhere."""
    out = io.BytesIO()
    _code(text).save(out, kind="svg", border=4, xmldecl=False, svgclass=None, lineclass=None, omitsize=True)
    return out.getvalue()


def _code(text: str) -> segno.QRCode:
    """The code itself."""
    if not text:
        raise ValueError("a QR code needs a text")
    try:
        return segno.make_qr(text, error="m")
    except segno.DataOverflowError as overflow:
        raise ValueError(f"too long for a QR code: {len(text)} characters") from overflow
