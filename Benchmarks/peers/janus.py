"""Janus as a peer of the relay benchmark: its process, its rooms, and the signalling of all clients.

The load generator plays the media of the clients (ICE, DTLS and SRTP); this module only brings both sides together:
it gives Janus the generator's ICE and DTLS parameters in SDP, and hands back those of Janus. Standard library only.

Everything is set in favour of Janus: a fixed number of event loops, ICE-lite with one candidate, one plugin, one
transport, next to no logging, and rooms without bandwidth caps, header extensions or periodic keyframe requests.

What Janus 1.1.2 asks of the generator:

- Its ICE library checks connectivity even as ICE-lite. The generator has to answer a binding request on each
  connection, some 20 ms after its own first one; a ClientHello that is there before Janus has the answer is dropped.
- A subscriber gets no retransmissions until one of its receiver reports gives a round trip of a millisecond or more:
  only then does Janus begin to keep packets. Over loopback, the delay in the report has to be understated for that.
"""

from __future__ import annotations

import http.client
import json
import resource
import socket
import subprocess
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Any

from .sessions import Remote, Transport, remote

BINARY = Path("/usr/bin/janus")
MODULES = Path("/usr/lib/x86_64-linux-gnu/janus")
PLUGIN = "janus.plugin.videoroom"

HTTP_ADDRESS = "127.0.0.1"

MEDIA_PORTS = (12000, 31999)
"""Below Linux's ephemeral ports (32768 and up), so that neither the generator's sockets nor HTTP can take one."""

START_TIMEOUT = 15.0
REPLY_TIMEOUT = 30.0
"""Longer than any answer of Janus takes, and as long as Janus holds a long poll that has nothing to tell."""

IDLE_LIMIT = 30.0
"""Janus closes HTTP connections that are idle for long; one that has been idle this long is opened anew."""

EVENTS_PER_POLL = 100

VIDEO_FEEDBACK = ("nack", "nack pli", "ccm fir")


class JanusError(RuntimeError):
    """Janus did not start, or refused a request."""

    def __init__(self, message: str, code: int | None = None) -> None:
        super().__init__(message)
        self.code = code


class Janus:
    """One Janus process, and one API session in it that holds the handles of all clients.

    Methods may be called from several threads: requests go through one connection, one after the other. That costs
    no time, since the plugin has a single thread for them anyway.
    """

    def __init__(self, *, event_loops: int, folder: Path, cpus: set[int] | None = None) -> None:
        """`event_loops` threads carry the media of all clients; `folder` is for configuration and log."""
        self._event_loops = event_loops
        self._folder = folder.absolute()
        self._cpus = cpus
        self._process: subprocess.Popen[bytes] | None = None
        self._http = http.client.HTTPConnection(HTTP_ADDRESS)
        self._last_use = 0.0
        self._session = 0
        self._room_handle = 0
        self._published: dict[int, list[int]] = {}  # The feeds in each room.
        self._transactions = 0
        self._lock = threading.RLock()

    def __enter__(self) -> Janus:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    # The process

    @property
    def pid(self) -> int:
        """The process to measure."""
        if self._process is None:
            raise JanusError("Janus is not running")
        return self._process.pid

    def start(self) -> None:
        """Writes the configuration, starts Janus and returns once its API answers."""
        http_port = _free_port()
        self._write_configuration(http_port)
        self._http = http.client.HTTPConnection(HTTP_ADDRESS, http_port, timeout=REPLY_TIMEOUT + 5)
        # Each handle needs several descriptors and the usual soft limit is 1024. Both tools exec what follows, so the
        # process stays the same, and all its threads inherit limit and CPUs.
        command = ["prlimit", f"--nofile={resource.getrlimit(resource.RLIMIT_NOFILE)[1]}"]
        if self._cpus is not None:
            command += ["taskset", "--cpu-list", ",".join(map(str, sorted(self._cpus)))]
        command += [str(BINARY), f"--config={self._folder / 'janus.jcfg'}", f"--configs-folder={self._folder}"]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            self._wait_until_answering()
            self._open_session()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Ends the process; it gets ten seconds to do so by itself."""
        self._http.close()
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None
        self._published.clear()

    @property
    def _log(self) -> Path:
        return self._folder / "janus.log"

    def _write_configuration(self, http_port: int) -> None:
        """Janus loads every module in its folders, so these folders hold links to the only two that are used."""
        plugins, transports, nothing = (self._folder / name for name in ("plugins", "transports", "nothing"))
        for folder in (plugins, transports, nothing):
            folder.mkdir(parents=True, exist_ok=True)
        for link, module in (
            (plugins / "libjanus_videoroom.so", MODULES / "plugins" / "libjanus_videoroom.so"),
            (transports / "libjanus_http.so", MODULES / "transports" / "libjanus_http.so"),
        ):
            link.unlink(missing_ok=True)
            link.symlink_to(module)
        # No session timeout: clients are silent for as long as a measurement lasts, and keep-alives would disturb it.
        (self._folder / "janus.jcfg").write_text(f"""\
general: {{
    configs_folder = "{self._folder}"
    plugins_folder = "{plugins}"
    transports_folder = "{transports}"
    events_folder = "{nothing}"
    loggers_folder = "{nothing}"
    debug_level = 2
    debug_colors = false
    session_timeout = 0
    event_loops = {self._event_loops}
}}
media: {{
    rtp_port_range = "{MEDIA_PORTS[0]}-{MEDIA_PORTS[1]}"
    no_media_timer = 0
    slowlink_threshold = 0
}}
nat: {{
    ice_lite = true
    ice_tcp = false
    full_trickle = false
    ice_enforce_list = "{_media_address()}"
}}
events: {{
    broadcast = false
}}
""")
        (self._folder / "janus.transport.http.jcfg").write_text(f"""\
general: {{
    events = false
    json = "compact"
    base_path = "/janus"
    http = true
    ip = "{HTTP_ADDRESS}"
    port = {http_port}
    https = false
}}
admin: {{
    admin_http = false
    admin_https = false
}}
""")
        (self._folder / "janus.plugin.videoroom.jcfg").write_text("general: {\n    events = false\n}\n")

    def _wait_until_answering(self) -> None:
        assert self._process is not None
        deadline = time.monotonic() + START_TIMEOUT
        while True:
            if self._process.poll() is not None:
                raise JanusError(f"Janus ended with status {self._process.returncode}: {self._log_tail()}")
            try:
                self._exchange("GET", "/janus/info")
                return
            except OSError:
                if time.monotonic() > deadline:
                    raise JanusError(f"Janus does not answer: {self._log_tail()}") from None
                time.sleep(0.05)

    def _log_tail(self) -> str:
        return self._log.read_text(errors="replace")[-2000:]

    # Rooms and clients

    def make_room(self, room: int, publishers: int) -> None:
        """Makes an empty room for that many publishers (and any number of subscribers), in place of an older one."""
        with self._lock:
            if room in self._published:
                self._ask_plugin(self._room_handle, {"request": "destroy", "room": room})
            self._ask_plugin(
                self._room_handle,
                {
                    "request": "create",
                    "room": room,
                    "permanent": False,
                    "publishers": publishers,
                    "bitrate": 0,
                    "fir_freq": 0,
                    "audiocodec": "opus",
                    "videocodec": "vp8",
                    "opus_fec": False,
                    "audiolevel_ext": False,
                    "audiolevel_event": False,
                    "videoorient_ext": False,
                    "playoutdelay_ext": False,
                    "transport_wide_cc_ext": False,
                    "record": False,
                    "notify_joining": False,
                },
            )
            self._published[room] = []

    def publish(
        self, room: int, transport: Transport, *, audio: tuple[int, int] | None, video: tuple[int, int] | None
    ) -> Remote:
        """Joins as a publisher of Opus, VP8 or both, each given as its SSRC and payload type.

        The result's `feed` is what to subscribe to, once the generator has finished ICE and DTLS with this client.
        """
        streams = {kind: stream for kind, stream in (("audio", audio), ("video", video)) if stream is not None}
        lines = _session_lines(bundle=" ".join(streams))
        for kind, (ssrc, payload_type) in streams.items():
            lines += _published_media(kind, ssrc, payload_type, transport)
        with self._lock:
            event = self._ask_plugin_later(
                self._attach(),
                {
                    "request": "joinandconfigure",
                    "ptype": "publisher",
                    "room": room,
                    "audio": audio is not None,
                    "video": video is not None,
                },
                {"type": "offer", "sdp": _sdp(lines)},
            )
            feed: int = event["plugindata"]["data"]["id"]
            self._published[room].append(feed)
        return remote(event["jsep"]["sdp"], feed)

    def subscribe(
        self, room: int, feeds: list[int] | None, transport: Transport, *, timeout: float = REPLY_TIMEOUT
    ) -> Remote:
        """Joins as a subscriber to these feeds, or to all that were published in the room, over one PeerConnection.

        A participant in an all-to-all room publishes and subscribes separately; `feeds` are then those of the others.
        Janus knows a feed only once its publisher's DTLS handshake is done, so this waits for all of them to be.
        """
        if feeds is None:
            feeds = list(self._published[room])
        self._wait_for_feeds(room, set(feeds), timeout)
        with self._lock:
            handle = self._attach()
            event = self._ask_plugin_later(
                handle,
                {
                    "request": "join",
                    "ptype": "subscriber",
                    "room": room,
                    "autoupdate": False,
                    "use_msid": False,
                    "streams": [{"feed": feed} for feed in feeds],
                },
            )
            offer: str = event["jsep"]["sdp"]
            answer = {"type": "answer", "sdp": _answer(offer, transport)}
            self._ask_plugin_later(handle, {"request": "start"}, answer)
        return remote(offer)

    def feeds(self, room: int) -> set[int]:
        """Who publishes in this room as Janus sees it: those whose DTLS handshake is done."""
        with self._lock:
            data = self._ask_plugin(self._room_handle, {"request": "listparticipants", "room": room})
        return {participant["id"] for participant in data["participants"] if participant.get("publisher")}

    def _wait_for_feeds(self, room: int, feeds: set[int], timeout: float) -> None:
        deadline = time.monotonic() + timeout
        while missing := feeds - self.feeds(room):
            if time.monotonic() > deadline:
                raise JanusError(f"Nobody publishes {sorted(missing)} in room {room}: is their DTLS handshake done?")
            time.sleep(0.02)

    def leave_all(self) -> None:
        """Takes all clients out of all rooms, and closes their PeerConnections; the rooms stay."""
        with self._lock:
            self._request(f"/janus/{self._session}", {"janus": "destroy"})
            self._open_session()
            for feeds in self._published.values():
                feeds.clear()

    # The API

    def _open_session(self) -> None:
        self._session = self._request("/janus", {"janus": "create"})["data"]["id"]
        self._room_handle = self._attach()

    def _attach(self) -> int:
        reply = self._request(f"/janus/{self._session}", {"janus": "attach", "plugin": PLUGIN})
        handle: int = reply["data"]["id"]
        return handle

    def _ask_plugin(self, handle: int, body: dict[str, Any]) -> dict[str, Any]:
        """For what the plugin answers at once: the management of rooms."""
        reply = self._request(f"/janus/{self._session}/{handle}", {"janus": "message", "body": body})
        return _plugin_data(reply)

    def _ask_plugin_later(
        self, handle: int, body: dict[str, Any], jsep: dict[str, str] | None = None
    ) -> dict[str, Any]:
        """For what the plugin answers with an event: polls for it, past those that nobody asked for."""
        message: dict[str, Any] = {"janus": "message", "body": body}
        if jsep is not None:
            message["jsep"] = jsep
        transaction: str = self._request(f"/janus/{self._session}/{handle}", message)["transaction"]
        deadline = time.monotonic() + REPLY_TIMEOUT
        while time.monotonic() < deadline:
            events = self._exchange("GET", f"/janus/{self._session}?maxev={EVENTS_PER_POLL}")
            if not isinstance(events, list):
                raise JanusError(f"Janus has lost the session: {events}")
            # Other events may come with the answer, but only one answer can: there is one request at a time.
            event: dict[str, Any]
            for event in events:
                if event.get("transaction") == transaction:
                    _plugin_data(event)
                    return event
        raise JanusError(f"Janus does not answer {body['request']}")

    def _request(self, path: str, message: dict[str, Any]) -> dict[str, Any]:
        self._transactions += 1
        reply: dict[str, Any] = self._exchange("POST", path, {**message, "transaction": str(self._transactions)})
        if reply["janus"] == "error":
            raise JanusError(f"Janus refused {message['janus']}: {reply['error']['reason']}", reply["error"]["code"])
        return reply

    def _exchange(self, method: str, path: str, message: dict[str, Any] | None = None) -> Any:
        """One HTTP request over the connection that all share."""
        with self._lock:
            if time.monotonic() - self._last_use > IDLE_LIMIT:
                self._http.close()
            try:
                self._http.request(method, path, None if message is None else json.dumps(message))
                body = self._http.getresponse().read()
            except (OSError, http.client.HTTPException):
                self._http.close()
                raise
            self._last_use = time.monotonic()
        return json.loads(body)


def _plugin_data(event: dict[str, Any]) -> dict[str, Any]:
    """What the plugin said; raises if that is an error."""
    if event["janus"] == "error":
        raise JanusError(f"Janus: {event['error']['reason']}", event["error"]["code"])
    data: dict[str, Any] = event["plugindata"]["data"]
    if "error_code" in data:
        raise JanusError(f"Janus' video room: {data['error']}", data["error_code"])
    return data


def _media_address() -> str:
    """An address of this machine that is not loopback: Janus skips that, and then takes all others, IPv6 included.

    Linux sends what goes to an address of its own over loopback all the same.
    """
    addresses = subprocess.run(["hostname", "-I"], check=True, capture_output=True, text=True).stdout.split()
    for address in addresses:
        if ":" not in address:
            return address
    raise JanusError("Janus needs an IPv4 address besides loopback, and this machine has none")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HTTP_ADDRESS, 0))
        port: int = probe.getsockname()[1]
        return port


# SDP: only as much of it as Janus' own offers and answers need.


def _sdp(lines: list[str]) -> str:
    return "".join(f"{line}\r\n" for line in lines)


def _session_lines(bundle: str) -> list[str]:
    return ["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0", f"a=group:BUNDLE {bundle}"]


def _transport_lines(transport: Transport) -> list[str]:
    """The generator is always the DTLS client; it has no candidate, Janus learns its address from its checks."""
    return [
        "c=IN IP4 0.0.0.0",
        "a=rtcp-mux",
        f"a=ice-ufrag:{transport.ufrag}",
        f"a=ice-pwd:{transport.password}",
        f"a=fingerprint:sha-256 {transport.fingerprint}",
        "a=setup:active",
    ]


def _feedback_lines(payload_type: int | str) -> list[str]:
    return [f"a=rtcp-fb:{payload_type} {feedback}" for feedback in VIDEO_FEEDBACK]


def _published_media(kind: str, ssrc: int, payload_type: int, transport: Transport) -> list[str]:
    codec = "opus/48000/2" if kind == "audio" else "VP8/90000"
    return [
        f"m={kind} 9 UDP/TLS/RTP/SAVPF {payload_type}",
        *_transport_lines(transport),
        f"a=mid:{kind}",
        "a=sendonly",
        f"a=rtpmap:{payload_type} {codec}",
        *(_feedback_lines(payload_type) if kind == "video" else []),
        f"a=ssrc:{ssrc} cname:bench",
    ]


def _answer(offer: str, transport: Transport) -> str:
    """Takes every stream that Janus offers, but no retransmission format (RTX) and no header extension."""
    media: list[str] = []
    mids: list[str] = []
    payload_type = ""
    feedback: list[str] = []
    for line in offer.splitlines():
        if line.startswith("m="):
            kind, port, protocol, payload_type, *_ = line.split()
            feedback = _feedback_lines(payload_type)
            media += [f"{kind} {port} {protocol} {payload_type}", *_transport_lines(transport), "a=recvonly"]
        elif line.startswith("a=mid:"):
            media.append(line)
            mids.append(line.removeprefix("a=mid:"))
        elif line.startswith(f"a=rtpmap:{payload_type} ") or line in feedback:
            media.append(line)
    return _sdp(_session_lines(bundle=" ".join(mids)) + media)
