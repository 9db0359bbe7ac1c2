"""Starts `giaoban serve`, waits until it is well, and kills it."""

import itertools
import json
import os
import pathlib
import random
import re
import signal
import socket
import ssl
import subprocess
import urllib.error
import urllib.request

from support.waiting import wait_for

ROOT = pathlib.Path(__file__).resolve().parents[3]
BINARY = pathlib.Path(os.environ.get("GIAOBAN_PROGRAM", ROOT / ".build/release/giaoban"))


def _ports(count=2_000):
    """Ports below those that the system takes for the near ends of connections (32768 and up): such a one, taken between
    the choice of a port and the listening on it, would be in the way. Each process of a run has some of its own, and
    each is given once in a round; in no order, since a server may take the ports behind the one it is given, too."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw8").removeprefix("gw"))
    first = 11_000 + worker % 9 * count
    return itertools.cycle(random.sample(range(first, first + count), count))


PORTS = _ports()


def free_port() -> int:
    """A port that is free on every address, for TCP and for UDP: media listens on both."""
    for port in PORTS:
        with socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
            try:
                tcp.bind(("", port))
                udp.bind(("", port))
                return port
            except OSError:
                continue


class Server:
    def __init__(self, data: pathlib.Path, *, workers=1, announce=(), extra=()):
        self.data = data
        self.port = free_port()
        self.http_port = free_port()
        self.media_port = free_port()
        self.workers = workers
        self.announce = announce
        self.extra = list(extra)
        self.page_host = "localhost"
        self.process = None
        self.log = None

    @property
    def url(self) -> str:
        return f"https://{self.page_host}:{self.port}"

    @property
    def plain_url(self) -> str:
        return f"http://127.0.0.1:{self.http_port}"

    @property
    def arguments(self) -> list[str]:
        arguments = [
            str(BINARY), "serve", "--data", str(self.data), "--listen", f"0.0.0.0:{self.port}",
            "--http", f"127.0.0.1:{self.http_port}", "--media-port", str(self.media_port),
            "--workers", str(self.workers), "--open-rooms", *self.extra,
        ]
        for address in self.announce:
            arguments += ["--announce", address]
        return arguments

    def start(self):
        self.data.mkdir(parents=True, exist_ok=True)
        self.log = open(self.data / "log", "ab")
        self.process = subprocess.Popen(self.arguments, stdout=self.log, stderr=self.log)
        try:
            wait_for("the server", lambda: not self.is_alive() or self._answers(), 60, 0.05)
            assert self.is_alive(), "the server ended"
        except AssertionError as error:
            self.kill()
            raise AssertionError(f"{error}:\n{(self.data / 'log').read_text()}") from None
        return self

    def _answers(self) -> bool:
        try:
            return bool(self.get("/healthz"))
        except (urllib.error.URLError, ConnectionError):
            return False

    def kill(self):
        """As a power cut would."""
        self.process.kill()
        self.process.wait()

    def stop(self, timeout=10):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout)
        if self.log:
            self.log.close()
        return self.process.returncode if self.process else None

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.log.close()

    def get(self, path: str) -> str:
        with urllib.request.urlopen(self.plain_url + path, timeout=5) as answer:
            return answer.read().decode()

    def request(self, method: str, path: str, body: bytes | str = b"", headers=None, secure=False):
        """Status, headers and text of an answer, whatever it is."""
        data = body.encode() if isinstance(body, str) else body
        base = self.url if secure else self.plain_url
        request = urllib.request.Request(base + path, data=data or None, headers=headers or {}, method=method)
        context = ssl._create_unverified_context() if secure else None
        try:
            with urllib.request.urlopen(request, timeout=10, context=context) as answer:
                return answer.status, dict(answer.headers), answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, dict(error.headers), error.read().decode()

    def metrics(self) -> dict[str, int]:
        values = {}
        for line in self.get("/metrics").splitlines():
            match = re.fullmatch(r"giaoban_(\w+) (\d+)", line)
            if match:
                values[match[1]] = int(match[2])
        return values

    def health(self) -> dict:
        return json.loads(self.get("/healthz"))

    def token(self, room: str, *flags: str) -> str:
        return subprocess.check_output(
            [str(BINARY), "token", "--room", room, "--data", str(self.data), *flags], text=True
        ).strip()

    def is_alive(self) -> bool:
        return self.process.poll() is None


def host_address() -> str:
    """This machine's own address, without asking anybody."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            return probe.getsockname()[0]
        except OSError:
            return "127.0.0.1"
