"""Calling a stranger's address without being led into our own network.

The name is resolved once, every address of it must be a public one, and the connection goes to the address that was
checked (a name that answers differently the second time changes nothing). No redirect is followed, no proxy asked, and
the whole call ends after DEADLINE, however slowly the other side talks.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

CONNECT_WITHIN, DEADLINE = 5.0, 15.0
PORTS = {443, 8443}
# Addresses that lead to an IPv4 address inside: NAT64, 6to4, Teredo.
TUNNELS = [ipaddress.ip_network(n) for n in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")]


class Refused(Exception):
    """An address that is not called, in words."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int | None
    words: str
    milliseconds: int

    @property
    def delivered(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def parts_of(url: str) -> tuple[str, int, str]:
    """Host, port and path. Raises Refused for what can't be a public https address by its looks alone."""
    try:
        parts = urlsplit(url)
        port, host = parts.port or 443, (parts.hostname or "").encode("idna").decode()
    except ValueError:
        raise Refused(_("주소의 형식이 올바르지 않습니다.")) from None
    if parts.scheme != "https":
        raise Refused(_("https://로 시작하는 주소만 쓸 수 있습니다."))
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise Refused(_("주소에 사용자 이름, 비밀번호, #을 넣을 수 없습니다."))
    if port not in PORTS:
        raise Refused(_("443번과 8443번 포트만 쓸 수 있습니다."))
    with suppress(ValueError):
        ipaddress.ip_address(host)
        raise Refused(_("IP 주소가 아니라 도메인 이름을 적어 주십시오."))
    inside = {"localhost", "local", "internal", "localdomain", "arpa"}
    if "." not in host or host.rstrip(".").rpartition(".")[2] in inside or host.rstrip(".")[-1:].isdigit():
        raise Refused(_("인터넷에서 찾을 수 있는 도메인 이름을 적어 주십시오."))
    return host, port, (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def is_public(address: str) -> bool:
    """Whether the address belongs to somebody on the internet."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            return is_public(str(found.ipv4_mapped))
        if any(found in network for network in TUNNELS):
            return False
    return found.is_global and not (found.is_multicast or found.is_reserved or found.is_unspecified)


def resolve(host: str, port: int) -> str:
    """The address to call. Raises Refused where any address of the name is not public, OSError where there is none."""
    found = [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not all(is_public(address) for address in found):
        raise Refused(_("이 도메인은 내부 또는 사설 주소를 가리켜 호출하지 않습니다."))
    return found[0]


def tls() -> ssl.SSLContext:
    return ssl.create_default_context()


class Pinned(http.client.HTTPSConnection):
    """A connection to the address that was checked; the certificate must be the name's."""

    def __init__(self, host: str, port: int, address: str) -> None:
        super().__init__(host, port, timeout=CONNECT_WITHIN)
        self.address, self.context = address, tls()

    def connect(self) -> None:
        plain = socket.create_connection((self.address, self.port), self.timeout)
        try:
            self.sock = self.context.wrap_socket(plain, server_hostname=self.host)
        except BaseException:
            plain.close()
            raise

    def cut(self) -> None:
        with suppress(OSError, AttributeError):
            self.sock.shutdown(socket.SHUT_RDWR)


def call(url: str, body: bytes, headers: dict[str, str]) -> Answer:
    """POST the body. Everything that can go wrong is an Answer in words."""
    began = time.monotonic()

    def answer(status: int | None, words: str) -> Answer:
        return Answer(status, words[:200], round((time.monotonic() - began) * 1000))

    try:
        host, port, path = parts_of(url)
        connection = Pinned(host, port, resolve(host, port))
    except Refused as refusal:
        return answer(None, str(refusal))
    except (OSError, UnicodeError):
        return answer(None, _("도메인의 주소를 찾지 못했습니다."))
    end = threading.Timer(DEADLINE, connection.cut)
    end.start()
    try:
        connection.request("POST", path, body=body, headers=headers | {"Connection": "close"})
        status = connection.getresponse().status  # what it says besides is not read
    except ssl.SSLCertVerificationError:
        return answer(None, _("인증서를 확인하지 못했습니다."))
    except TimeoutError:
        return answer(None, _("제때 답하지 않았습니다."))
    except (OSError, http.client.HTTPException) as fault:
        return answer(None, _("연결이 끊겼습니다(%(fault)s).") % {"fault": type(fault).__name__})
    finally:
        end.cancel()
        connection.close()
    redirected = _("다른 주소로 넘기는 응답은 따라가지 않습니다.") if 300 <= status < 400 else ""
    return answer(status, redirected)
