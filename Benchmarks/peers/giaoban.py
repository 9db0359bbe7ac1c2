"""Our own server as the benchmark's driver sees it: WHIP for who sends, WHEP for who watches."""

import http.client
import os
import signal
import socket
import subprocess
import time
from pathlib import Path

from .sessions import Remote, Transport, remote


def free_port() -> int:
    """A TCP port that nobody has."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Giaoban:
    """One `giaoban serve` on plain HTTP, its media on 127.0.0.1."""

    name = "giaoban"
    rights: tuple[str, ...] = ()
    """What its tokens allow, as the command's flags; none: to send and to receive."""

    def __init__(self, binary: Path, folder: Path, *, workers: int = 1, cpus: set[int] | None = None,
                 flags: list[str] | None = None) -> None:
        self.binary, self.folder, self.workers, self.cpus = binary, folder, workers, cpus
        self.flags = flags or []
        self.http_port = free_port()
        self.https_port = free_port()
        self.tokens: dict[str, str] = {}
        self.process: subprocess.Popen | None = None
        self.connection: http.client.HTTPConnection | None = None

    def start(self) -> None:
        """Starts it and waits until it answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        log = open(self.folder / "giaoban.log", "w")
        cpus = self.cpus
        self.process = subprocess.Popen(
            [str(self.binary), "serve", "--data", str(self.folder / "var"), "--open-rooms",
             "--listen", f"127.0.0.1:{self.https_port}", "--http", f"127.0.0.1:{self.http_port}",
             "--media-port", "0", "--announce", "127.0.0.1", "--workers", str(self.workers), "--log-level", "warning",
             *self.flags],
            stdout=log, stderr=log,
            preexec_fn=(lambda: os.sched_setaffinity(0, cpus)) if cpus else None)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                with socket.create_connection(("127.0.0.1", self.http_port), 1):
                    break
            except OSError:
                time.sleep(0.05)
        else:
            raise RuntimeError(f"giaoban did not start: see {self.folder}/giaoban.log")
        self.connection = http.client.HTTPConnection("127.0.0.1", self.http_port, timeout=60)

    @property
    def pid(self) -> int:
        assert self.process
        return self.process.pid

    def stop(self) -> None:
        """Ends it."""
        if self.process:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def _request(self, method: str, path: str, body: str = "", kind: str = "application/sdp") -> tuple[int, str, str]:
        assert self.connection
        headers = {"Content-Type": kind}
        if path.startswith("/wh"):
            headers["Authorization"] = f"Bearer {self._token(path.split('/')[2].split('?')[0])}"
        try:
            self.connection.request(method, path, body, headers)
            answer = self.connection.getresponse()
        except (http.client.HTTPException, ConnectionError):
            # The server ends a connection that has been idle for long.
            self.connection.close()
            self.connection.request(method, path, body, headers)
            answer = self.connection.getresponse()
        return answer.status, answer.read().decode(), answer.getheader("Location") or ""

    def room(self, number: int) -> str:
        """The name of a room."""
        return f"bench{number}"

    def _token(self, room: str) -> str:
        if room not in self.tokens:
            command = [str(self.binary), "token", "--room", room, "--data", str(self.folder / "var"), *self.rights]
            self.tokens[room] = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
        return self.tokens[room]

    def _offer(self, transport: Transport, sections: list[str]) -> str:
        lines = ["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0",
                 "a=group:BUNDLE " + " ".join(str(mid) for mid in range(len(sections)))]
        for mid, section in enumerate(sections):
            head, *rest = section.split("\n")
            lines += [head, "c=IN IP4 0.0.0.0", f"a=mid:{mid}", f"a=ice-ufrag:{transport.ufrag}",
                      f"a=ice-pwd:{transport.password}", f"a=fingerprint:sha-256 {transport.fingerprint}",
                      "a=setup:active", "a=rtcp-mux", *rest]
        return "\r\n".join(lines) + "\r\n"

    @staticmethod
    def _section(kind: str, direction: str, payload_type: int, ssrc: int | None) -> str:
        lines = [f"m={kind} 9 UDP/TLS/RTP/SAVPF {payload_type}", f"a={direction}"]
        if kind == "audio":
            lines.append(f"a=rtpmap:{payload_type} opus/48000/2")
        else:
            lines += [f"a=rtpmap:{payload_type} VP8/90000", f"a=rtcp-fb:{payload_type} nack",
                      f"a=rtcp-fb:{payload_type} nack pli", f"a=rtcp-fb:{payload_type} ccm fir"]
        if ssrc is not None:
            lines.append(f"a=ssrc:{ssrc} cname:load")
        return "\n".join(lines)

    def make_room(self, room: int, publishers: int) -> None:
        """Rooms make themselves."""

    def publish(self, room: int, transport: Transport, *, audio: tuple[int, int] | None = None,
                video: tuple[int, int] | None = None) -> Remote:
        """WHIP with the given (SSRC, payload type) for each kind."""
        sections = []
        if audio:
            sections.append(self._section("audio", "sendonly", audio[1], audio[0]))
        if video:
            sections.append(self._section("video", "sendonly", video[1], video[0]))
        status, text, location = self._request("POST", f"/whip/{self.room(room)}", self._offer(transport, sections))
        if status != 201:
            raise RuntimeError(f"WHIP answered {status}: {text}")
        answer = remote(text)
        answer.feed = int(location.rsplit("/", 1)[-1], 16)
        return answer

    def subscribe(self, room: int, feeds: list[int] | None, transport: Transport, *, voices: int, pictures: int,
                  exclude: int | None = None) -> Remote:
        """WHEP with as many slots as there are tracks to watch."""
        sections = [self._section("audio", "recvonly", 111, None)] * voices
        sections += [self._section("video", "recvonly", 96, None)] * pictures
        path = f"/whep/{self.room(room)}" + (f"?exclude={exclude:016x}" if exclude is not None else "")
        status, text, location = self._request("POST", path, self._offer(transport, sections))
        if status != 201:
            raise RuntimeError(f"WHEP answered {status}: {text}")
        answer = remote(text)
        answer.feed = int(location.rsplit("/", 1)[-1], 16)
        return answer

    def leave(self, room: int, participant: int, kind: str = "whep") -> None:
        """A participant goes."""
        self._request("DELETE", f"/{kind}/{self.room(room)}/{participant:016x}")

    def metrics(self) -> dict[str, float]:
        """The server's own counters."""
        _, text, _ = self._request("GET", "/metrics")
        return {line.split()[0]: float(line.split()[1]) for line in text.splitlines() if line and line[0] != "#"}
