"""A mail server as a process of its own: `python -m tests.portal.mailserver LOG [unwelcome|no-sign-in]`.

It speaks SMTP on a free port, which it prints. What it does with a mail the recipient's name says; what it has taken
stands in LOG, one JSON object a line (Message-ID, envelope, the letter).
"""

import json
import socketserver
import subprocess
import sys
import threading
from contextlib import contextmanager, suppress
from email import message_from_bytes
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
AT_RCPT = {"busy": "450 4.2.1 try later", "nobody": "550 5.1.1 no such user", "blocked": "550 5.7.1 not wanted"}
AT_DATA = {"slow": "451 4.3.0 busy", "spam": "554 5.6.0 content refused"}
_lock, _seen = threading.Lock(), set()


class Talk(socketserver.StreamRequestHandler):
    def say(self, words):
        self.wfile.write(words.encode() + b"\r\n")

    def handle(self) -> None:
        with suppress(ConnectionError):
            if self.server.mood == "unwelcome":
                self.say("554 5.3.2 not accepting mail from you")
                return
            self.say("220 mail.example ESMTP")
            while line := self.rfile.readline():
                if self.answer(*line.decode().strip().partition(" ")[::2]) == "over":
                    return

    def answer(self, verb, rest):
        match verb.upper():
            case "EHLO" | "HELO":
                self.say(
                    "250-mail.example\r\n250 AUTH PLAIN" if self.server.mood == "no-sign-in" else "250 mail.example"
                )
            case "AUTH":
                self.say("535 5.7.8 wrong user or password")
            case "MAIL":
                self.sender, self.to = rest.split(":")[1].split()[0].strip("<>"), ""
                self.say("250 ok")
            case "RCPT":
                return self.recipient(rest.split(":")[1].split()[0].strip("<>"))
            case "DATA":
                return self.letter()
            case "QUIT":
                self.say("221 bye")
                return "over"
            case _:
                self.say("250 ok")
        return None

    def recipient(self, address):
        self.to, name = address, address.partition("@")[0]
        if name == "hangup":
            return "over"
        with _lock:
            late = name == "grey" and address not in _seen
            _seen.add(address)
        self.say("451 4.7.1 greylisted" if late else AT_RCPT.get(name, "250 ok"))
        return None

    def letter(self):
        self.say("354 go on")
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return "over"
            lines.append(line)
        name = self.to.partition("@")[0]
        if name in AT_DATA:
            return self.say(AT_DATA[name])
        raw = b"".join(lines)
        taken = {"id": message_from_bytes(raw)["Message-ID"], "from": self.sender, "to": self.to, "raw": raw.decode()}
        with _lock, open(self.server.log, "a") as log:
            log.write(json.dumps(taken) + "\n")
        if name == "lost":
            return "over"
        return self.say("250 2.0.0 taken")


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = allow_reuse_address = True
    request_queue_size = 100


class Running:
    def __init__(self, port, log):
        self.port, self.log = port, log
        self.url = f"smtp://127.0.0.1:{port}"

    def taken(self):
        return [json.loads(line) for line in self.log.read_text().splitlines()] if self.log.exists() else []


@contextmanager
def running(folder, mood=""):
    log = folder / f"mail{mood}.jsonl"
    command = [sys.executable, "-m", "tests.portal.mailserver", str(log), *([mood] if mood else [])]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        yield Running(int(process.stdout.readline()), log)
    finally:
        process.kill()
        process.wait()


if __name__ == "__main__":
    with Server(("127.0.0.1", 0), Talk) as server:
        server.log, server.mood = sys.argv[1], (sys.argv[2:] or [""])[0]
        print(server.server_address[1], flush=True)
        server.serve_forever()
