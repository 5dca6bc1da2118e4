"""hook.example on this machine: an https server that keeps what it gets and answers as it is told."""

import http.server
import socket
import ssl
import threading
import time
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from portal.kernel.clock import now
from portal.webhooks import calling


def certificate(folder, name="hook.example"):
    """A certificate that signs itself. Returns the path of both parts."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder().subject_name(who).issuer_name(who).public_key(key.public_key())
        .serial_number(1).not_valid_before(now() - timedelta(days=1)).not_valid_after(now() + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path = folder / f"{name}.pem"
    plain = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    path.write_bytes(key.private_bytes(*plain) + made.public_bytes(serialization.Encoding.PEM))
    return path


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((self.path, dict(self.headers), body))
        if self.server.answer == "drip":
            for _ in range(200):
                self.wfile.write(b"H")
                time.sleep(0.1)
        if self.server.answer == "hang up":
            return
        self.send_response(self.server.answer)
        if self.server.answer == 302:
            self.send_header("Location", "https://127.0.0.1/admin")
        self.end_headers()

    def log_message(self, *_words):
        pass


@pytest.fixture
def receiver(tmp_path, monkeypatch):
    """An https server as hook.example, on this machine: the address check knows this one port, and nothing else."""
    pem = certificate(tmp_path)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    server.handle_error = lambda *_a: None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.got, server.answer = [], 200
    threading.Thread(target=server.serve_forever, daemon=True).start()
    trusted = ssl.create_default_context(cafile=pem)
    monkeypatch.setattr(calling, "tls", lambda: trusted)
    monkeypatch.setattr(calling, "resolve", lambda host, port: "127.0.0.1")
    plain = socket.create_connection
    monkeypatch.setattr(calling.socket, "create_connection", lambda a, t: plain((a[0], server.server_address[1]), t))
    yield server
    server.shutdown()
    server.server_close()
