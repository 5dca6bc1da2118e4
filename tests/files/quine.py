"""A zip that contains itself: unpacked, it is itself again, as deep as anybody looks.

After Russ Cox, "Zip Files All The Way Down" (research.swtch.com/zip, 2010): a DEFLATE stream of blocks of five bytes
each, stored ones that print what follows and compressed ones that repeat what was printed last, arranged so that they
print header, stream and directory. Its own CRC-32 is the solution of a linear system, for a CRC is affine.
"""

import struct
import zlib

NAME = b"word/embeddings/a document holding itself.docx"  # with 43 to 55 letters every block has five bytes


def stored(count: int) -> bytes:
    """The block that prints the next `count` bytes."""
    return struct.pack("<BHH", 0, count, count ^ 0xFFFF)


def packed(*parts: tuple[int, int, bool]) -> bytes:
    """Bits as DEFLATE writes them: (value, width, whether it is a Huffman code, which begins with its highest bit)."""
    bits = [(value >> (width - 1 - i if code else i)) & 1 for value, width, code in parts for i in range(width)]
    assert len(bits) == 40
    return sum(bit << i for i, bit in enumerate(bits)).to_bytes(5, "little")


def twenty() -> bytes:
    """The block that repeats the last twenty bytes: two matches of ten."""
    match = ((264 - 256, 7, True), (8, 5, True), (20 - 17, 3, False))
    return packed((0, 1, False), (1, 2, False), *match, *match, (0, 7, True))


def repeat_header(count: int) -> bytes:
    """The block that repeats the last `count` bytes (68 to 115), which end with 0xFF."""
    code, rest = divmod(count - 1 - 67, 16)
    length = ((277 + code - 256, 7, True), (rest, 4, False))
    return packed((0, 1, False), (1, 2, False), *length, *distance(count), (0x1FF, 9, True), (0, 7, True))


def repeat_directory(count: int) -> bytes:
    """The last block: repeats the last `count` bytes (116 to 128), which end with 0."""
    length = ((0b11000000, 8, True), (count - 1 - 115, 4, False))
    return packed((1, 1, False), (1, 2, False), *length, *distance(count), (0x30, 8, True), (0, 7, True))


def distance(count: int) -> tuple[tuple[int, int, bool], ...]:
    """A match's distance of 65 to 128: one of the two codes with five further bits."""
    code, rest = divmod(count - 65, 32)
    return (12 + code, 5, True), (rest, 5, False)


def built(crc: int, size: int = 0) -> bytes:
    """The zip with this CRC in its four places."""
    stream = 0 if not size else size - 30 - len(NAME) - 68 - len(NAME)
    about = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 33, crc, stream, size, len(NAME), 0)
    header = b"PK\x03\x04" + about + NAME
    directory = b"PK\x01\x02" + struct.pack("<H", 20) + about + struct.pack("<HHHII", 0, 0, 0, 0, 0) + NAME
    end = struct.pack("<HHHHIIH", 0, 0, 1, 1, len(directory), len(header) + stream, 0)
    tail = directory + b"PK\x05\x06" + end
    lp, rp, ls, rs = (
        stored(len(header) + 5), repeat_header(len(header) + 5), stored(len(tail) + 5), repeat_directory(len(tail) + 5),
    )  # fmt: skip
    l0, l5, l20, r20 = stored(0), stored(5), stored(20), twenty()
    body = lp + header + lp + rp + l5 + rp + l5 + l5 + l20 + rp + l5 + l5 + l20 + r20
    body += l20 + r20 + l20 + r20 + l20 + r20 + l20 + r20 + l0 + l0 + ls + r20 + l0 + l0 + ls + rs + tail + rs
    return header + body + tail


def quine() -> bytes:
    size = len(built(0))
    nothing = zlib.crc32(built(0, size))
    # What each bit of the field does to the CRC, the bit itself taken off: solved by elimination over two elements.
    rows = [(zlib.crc32(built(1 << i, size)) ^ nothing ^ (1 << i), 1 << i) for i in range(32)]
    wanted, crc = nothing, 0
    for bit in range(32):
        pivot = next((row for row in rows if row[0] >> bit & 1), None)
        if pivot is None:
            assert not wanted >> bit & 1, "no solution: another name has one"
            continue
        rows.remove(pivot)
        rows = [(a ^ pivot[0], b ^ pivot[1]) if a >> bit & 1 else (a, b) for a, b in rows]
        if wanted >> bit & 1:
            wanted, crc = wanted ^ pivot[0], crc ^ pivot[1]
    return built(crc, size)
