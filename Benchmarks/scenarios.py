"""The loads: who publishes what to how many, on any server."""

from __future__ import annotations

from dataclasses import dataclass

from load import Load
from peers.giaoban import Giaoban
from peers.janus import Janus

VOICE_BYTES = 92
"""RTP packet of a 20 ms voice at 32 kbit/s."""

PICTURE_BYTES, PICTURE_KBPS, PICTURE_FPS = 1100, 1500, 30


def patience(server: Giaoban | Janus) -> int:
    """ms: Janus ignores a ClientHello until its own connectivity check has been answered."""
    return 120 if isinstance(server, Janus) else 0


@dataclass(frozen=True)
class Scenario:
    """Rooms that are all alike."""

    name: str
    rooms: int = 1
    publishers: int = 1
    viewers: int = 0
    voices: bool = True
    pictures: bool = True
    everybody: bool = False
    """Every publisher also watches all the others."""
    uneven: bool = False
    """Pictures split as Chromium does: the last packets one byte longer."""

    @property
    def watchers(self) -> int:
        """Receivers of one publisher's packets."""
        return self.publishers - 1 if self.everybody else self.viewers

    def limit(self) -> dict:
        """The same packets for the limit loop: all publishers of all rooms, one room's receivers."""
        senders = self.rooms * self.publishers
        return {"fps": PICTURE_FPS * senders if self.pictures else 0, "kbps": PICTURE_KBPS * senders,
                "packet_bytes": PICTURE_BYTES, "voices": senders if self.voices else 0, "voice_bytes": VOICE_BYTES}


SCENARIOS = [
    *(Scenario(f"video 1 -> {viewers}", viewers=viewers) for viewers in (10, 50, 200, 264)),
    Scenario("pictures alone 1 -> 200", viewers=200, voices=False),
    Scenario("video 1 -> 200, split as Chromium splits", viewers=200, uneven=True),
    Scenario("audio 3 -> 264", publishers=3, viewers=264, pictures=False),
    Scenario("meeting of 12, all to all", publishers=12, everybody=True),
    Scenario("20 rooms, 1 -> 10", rooms=20, viewers=10),
]


def populate(server: Giaoban | Janus, load: Load, scenario: Scenario) -> int:
    """Connects everybody of a scenario. Returns the number of sessions."""
    ssrc = 1000
    sessions = 0
    for room in range(1, scenario.rooms + 1):
        server.make_room(room, scenario.publishers)
        feeds: list[int] = []
        for session, transport in load.open(scenario.publishers):
            voice, picture = (ssrc, 111), (ssrc + 1, 96)
            remote = server.publish(room, transport, audio=voice if scenario.voices else None,
                                    video=picture if scenario.pictures else None)
            load.connect(
                session, remote, patience=patience(server),
                voice={"ssrc": ssrc, "payloadType": 111, "rate": 50, "bytes": VOICE_BYTES} if scenario.voices else None,
                picture={"ssrc": ssrc + 1, "payloadType": 96, "rate": PICTURE_FPS, "bytes": PICTURE_BYTES,
                         "kbps": PICTURE_KBPS, "uneven": scenario.uneven} if scenario.pictures else None)
            assert remote.feed is not None
            feeds.append(remote.feed)
            ssrc += 10
            sessions += 1
        load.wait_until_secure(sessions)
        excluded = feeds if scenario.everybody else [None] * scenario.viewers
        for (session, transport), own in zip(load.open(len(excluded)), excluded):
            watched = [feed for feed in feeds if feed != own]
            load.connect(session, subscribe(server, room, watched, own, transport, scenario),
                         patience=patience(server))
            sessions += 1
        load.wait_until_secure(sessions)
    return sessions


def subscribe(server: Giaoban | Janus, room: int, watched: list[int], own: int | None, transport, scenario: Scenario):
    """One watcher of all `watched` publishers; `own` is its own publisher, which it does not get."""
    if isinstance(server, Giaoban):
        return server.subscribe(room, None, transport, exclude=own, voices=len(watched) if scenario.voices else 0,
                                pictures=len(watched) if scenario.pictures else 0)
    return server.subscribe(room, watched, transport)
