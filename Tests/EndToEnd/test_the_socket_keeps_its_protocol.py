"""What media/signalling.md says, with bare sockets: who leads, images in pieces, texts that come compressed."""

import gzip
import json
import struct
import time
import urllib.request

from websockets.sync.client import connect

from support.server import ROOT

OFFER = (ROOT / "Tests/SDPTests/Fixtures/chromium-camera.sdp").read_bytes().decode()
HEADER = struct.Struct(">BBHQIII")
BETWEEN_TURNS = 0.1
"""Seconds between two page turns that a page is told of, at least: Pace.urgent."""


class Site:
    """A participant whose page is this test; its media never comes."""

    def __init__(self, server, name, token=None, **fields):
        body = json.dumps({"offer": OFFER, "name": name, "site": name, **fields})
        headers = {"content-type": "application/json"} | ({"authorization": f"Bearer {token}"} if token else {})
        status, _, text = server.request("POST", "/api/rooms/demo/join", body, headers)
        assert status == 200, text
        joined = json.loads(text)
        self.id, self.token, self.server, self.sequence = joined["participant"], joined["token"], server, 0
        self.open()

    def open(self):
        query = f"participant={self.id}&token={self.token}&after={self.sequence}"
        self.socket = connect(f"ws://127.0.0.1:{self.server.http_port}/api/rooms/demo/socket?{query}")

    def say(self, **message):
        self.socket.send(json.dumps(message))

    def hear(self, kind, seconds=5):
        """The next message of a type; `image`: the next binary one."""
        deadline = time.monotonic() + seconds
        while True:
            message = self.socket.recv(timeout=max(deadline - time.monotonic(), 0))
            if isinstance(message, bytes):
                if kind == "image":
                    return HEADER.unpack(message[:24]), message[24:]
                continue
            fields = json.loads(message)
            self.sequence = fields.get("seq", self.sequence)
            if fields["type"] == kind:
                return fields


def test_the_chair_gives_the_floor_and_nobody_else(server):
    chair = Site(server, "Chủ tọa", server.token("demo", "--chair"))
    site = Site(server, "Ba Bể")
    assert chair.hear("snapshot")["chair"] == chair.id
    assert site.hear("snapshot")["chair"] == chair.id
    chair.say(type="floor", participant=site.id)
    assert site.hear("floor")["participant"] == site.id
    site.say(type="floor", participant=None)
    assert "chair" in site.hear("error")["message"]
    chair.say(type="stage", participant="0000000000000001")
    assert "room" in chair.hear("error")["message"]
    site.socket.close()
    chair.say(type="stage", participant=site.id)
    assert chair.hear("stage")["participant"] == site.id
    site.open()
    assert site.hear("stage")["participant"] == site.id, "what was missed comes when the page is back"


def test_a_still_goes_to_whoever_shows_that_camera(server):
    camera, viewer = Site(server, "Ba Bể"), Site(server, "Tỉnh", line={"down": 64})
    picture = b"\xff\xd8\xff" + bytes(range(256)) * 12
    image = HEADER.pack(1, 0, 0, 0, 7, len(picture), 0) + picture
    camera.socket.send(image)
    assert camera.hear("error")["message"] == "the camera is off"
    camera.say(type="track", role="camera", active=True)
    viewer.say(type="view", wish=[{"participant": camera.id, "role": "camera", "height": 90}])
    assert camera.hear("stills")["seconds"] == 10
    camera.socket.send(image)
    got = b""
    while len(got) < len(picture):
        (kind, size, _, owner, version, total, offset), piece = viewer.hear("image", 10)
        assert (kind, size, f"{owner:016x}", version, total, offset) == (1, 0, camera.id, 7, len(picture), len(got))
        assert len(piece) <= 500
        got += piece
    assert got == picture
    camera.socket.send(b"\x01\x00")
    assert "image" in camera.hear("error")["message"]


def test_a_page_turn_reaches_all_at_once(server):
    presenter, viewer = Site(server, "Tỉnh", tracks={"1": "screen"}), Site(server, "Ba Bể", receive="audio")
    viewer.hear("snapshot")
    presenter.say(type="page", number=3)
    assert "screen" in presenter.hear("error")["message"]
    presenter.say(type="track", role="screen", active=True)
    # The relay knows that the screen is on: it says which of its layers anybody watches.
    presenter.hear("layers")
    told = float("-inf")
    for number in range(4, 8):
        presenter.say(type="page", number=number)
        begin = max(time.monotonic(), told + BETWEEN_TURNS)
        assert viewer.hear("page")["number"] == number
        told = time.monotonic()
        assert told - begin < 0.1


def test_the_pages_texts_come_compressed_and_are_not_sent_twice(server):
    def get(path, **headers):
        request = urllib.request.Request(server.plain_url + path, headers=headers)
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.headers, answer.read()

    headers, body = get("/assets/js/call.js", **{"accept-encoding": "gzip"})
    assert headers["content-encoding"] == "gzip"
    plain = (ROOT / "media/client/js/call.js").read_bytes()
    assert gzip.decompress(body) == plain
    assert len(body) < len(plain) / 2
    assert get("/assets/js/call.js")[1] == plain
    tag = headers["etag"]
    status, _, _ = server.request(
        "GET", "/assets/js/call.js", headers={"if-none-match": tag, "accept-encoding": "gzip"}
    )
    assert status == 304
