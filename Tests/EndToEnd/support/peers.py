"""WHIP and WHEP clients by aiortc."""

import aiohttp
import numpy as np
from aiortc import (
    AudioStreamTrack, RTCBundlePolicy, RTCConfiguration, RTCPeerConnection, RTCSessionDescription, VideoStreamTrack,
)
from aiortc import rtcdtlstransport
from av import VideoFrame

ALL_PROFILES = list(rtcdtlstransport.SRTP_PROFILES)


def offer_only(profile: str | None):
    """Lets aiortc offer one SRTP profile; None for all that it knows."""
    rtcdtlstransport.SRTP_PROFILES[:] = [
        known for known in ALL_PROFILES if profile is None or profile in known.openssl_profile.decode()
    ]


class Colour(VideoStreamTrack):
    """A solid colour at 30 frames/s."""

    def __init__(self, colour, width=320, height=240):
        super().__init__()
        self.picture = np.full((height, width, 3), colour, dtype=np.uint8)

    async def recv(self):
        pts, time_base = await self.next_timestamp()
        frame = VideoFrame.from_ndarray(self.picture, format="rgb24")
        frame.pts, frame.time_base = pts, time_base
        return frame


class Peer:
    def __init__(self, server, room, token):
        self.server, self.room, self.token = server, room, token
        self.connection = RTCPeerConnection(RTCConfiguration(bundlePolicy=RTCBundlePolicy.MAX_BUNDLE))
        self.location = None

    async def post(self, path):
        await self.connection.setLocalDescription(await self.connection.createOffer())
        async with aiohttp.ClientSession() as session:
            async with session.post(
                self.server.plain_url + path, data=self.connection.localDescription.sdp,
                headers={"content-type": "application/sdp", "authorization": f"Bearer {self.token}"},
            ) as answer:
                text = await answer.text()
                assert answer.status == 201, f"{answer.status}: {text}"
                assert answer.headers["content-type"] == "application/sdp"
                self.location = answer.headers["location"]
        await self.connection.setRemoteDescription(RTCSessionDescription(text, "answer"))
        return text

    async def delete(self):
        async with aiohttp.ClientSession() as session:
            async with session.delete(
                self.server.plain_url + self.location, headers={"authorization": f"Bearer {self.token}"}
            ) as answer:
                return answer.status

    async def close(self):
        await self.connection.close()


async def publish(server, room, colour) -> Peer:
    peer = Peer(server, room, server.token(room))
    peer.connection.addTrack(AudioStreamTrack())
    peer.connection.addTrack(Colour(colour))
    await peer.post(f"/whip/{room}")
    return peer


class Viewer(Peer):
    """Counts what comes in each slot and keeps the last picture."""

    def __init__(self, server, room, token):
        super().__init__(server, room, token)
        self.frames: dict[str, int] = {}
        self.last: dict[str, np.ndarray] = {}
        self.tasks = []

    async def watch(self, audio=1, video=1, query=""):
        import asyncio

        for kind, count in (("audio", audio), ("video", video)):
            for _ in range(count):
                self.connection.addTransceiver(kind, direction="recvonly")
        answer = await self.post(f"/whep/{self.room}{query}")
        for transceiver in self.connection.getTransceivers():
            if transceiver.currentDirection == "recvonly":
                self.tasks.append(asyncio.ensure_future(self._count(transceiver)))
        return answer

    async def _count(self, transceiver):
        from aiortc.mediastreams import MediaStreamError

        key = f"{transceiver.kind}{transceiver.mid}"
        try:
            while True:
                frame = await transceiver.receiver.track.recv()
                self.frames[key] = self.frames.get(key, 0) + 1
                if transceiver.kind == "video":
                    self.last[key] = frame.to_ndarray(format="rgb24")[60, 100]
        except MediaStreamError:
            pass
