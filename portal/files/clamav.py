"""ClamAV, over clamd's own protocol (clamd(8)): commands that end in a null byte, INSTREAM for content.

Nothing is installed for it: the one library on PyPI is of 2014, and what is needed of it is this page.
"""

import socket
import struct
from typing import IO, Final
from urllib.parse import urlsplit

from django.conf import settings

_STEP: Final = 64 * 1024
_PATIENCE: Final = 60


class ScannerAway(Exception):
    """The scanner can't be reached or gives no verdict. No refusal: the job that met it is done again later."""


def is_configured() -> bool:
    return bool(settings.CLAMAV_URL)


def signatures(patience: float = 5) -> str:
    """The engine and the number of its signature database, such as "1.4.6/27456". Raises ScannerAway."""
    with _connected(patience) as connection:
        answer = _asked(connection, b"zVERSION\0")
    engine, _slash, rest = answer.removeprefix("ClamAV ").partition("/")
    return f"{engine}/{rest.partition('/')[0]}".strip("/ ")


def virus_in(stream: IO[bytes]) -> str:
    """The name of the virus in the stream, "" where there is none. Raises ScannerAway."""
    stream.seek(0)
    with _connected(_PATIENCE) as connection:
        try:
            connection.sendall(b"zINSTREAM\0")
            while chunk := stream.read(_STEP):
                connection.sendall(struct.pack(">I", len(chunk)) + chunk)
            answer = _asked(connection, struct.pack(">I", 0))
        except ConnectionError as fault:  # it closes the door on what is too long for it
            raise ScannerAway(str(fault)) from fault
    verdict = answer.removeprefix("stream: ")
    if verdict == "OK":
        return ""
    if verdict.endswith(" FOUND"):
        return verdict.removesuffix(" FOUND")
    raise ScannerAway(answer)


def _connected(patience: float) -> socket.socket:
    address = urlsplit(settings.CLAMAV_URL)
    try:
        if address.scheme == "unix":
            connection = socket.socket(socket.AF_UNIX)
            connection.settimeout(patience)
            connection.connect(address.path)
            return connection
        return socket.create_connection((address.hostname or "", address.port or 3310), timeout=patience)
    except OSError as fault:
        raise ScannerAway(str(fault)) from fault


def _asked(connection: socket.socket, command: bytes) -> str:
    """The answer to a command, without its null byte."""
    try:
        connection.sendall(command)
        answer = b""
        while not answer.endswith(b"\0") and (piece := connection.recv(4096)):
            answer += piece
    except OSError as fault:
        raise ScannerAway(str(fault)) from fault
    if not answer:
        raise ScannerAway("no answer")
    return answer.rstrip(b"\0\n").decode("utf-8", "replace")
