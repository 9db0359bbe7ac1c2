"""Nothing but STUN is answered to an address that ICE has not validated, and nothing is remembered of it."""

import os
import socket
import struct

from support.server import host_address


def datagrams():
    """What a stranger may send: handshakes, media, reports, junk, and checks that authenticate nobody."""
    transaction = os.urandom(12)
    username = b"abcdefghij:klmn"
    attribute = struct.pack("!HH", 6, len(username)) + username + b"\0"
    yield b"\x16\xfe\xfd" + bytes(10) + b"\x01" + os.urandom(200)  # DTLS ClientHello
    yield b"\x80\x60" + os.urandom(1000)  # RTP
    yield b"\x80\xc8\x00\x06" + os.urandom(40)  # RTCP
    yield os.urandom(300)
    yield b""
    yield struct.pack("!HHI", 1, 0, 0x2112A442) + transaction  # a binding request of nobody
    yield struct.pack("!HHI", 1, len(attribute), 0x2112A442) + transaction + attribute  # of an unknown user
    yield struct.pack("!HHI", 1, len(attribute) + 24, 0x2112A442) + transaction + attribute + (
        struct.pack("!HH", 8, 20) + os.urandom(20)
    )


def test_a_stranger_gets_no_answer_at_all(server):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        stranger.settimeout(0.3)
        stranger.connect((host_address(), server.media_port))
        for datagram in datagrams():
            for _ in range(5):
                stranger.send(datagram)
        try:
            answer = stranger.recv(2000)
        except TimeoutError:
            answer = None
    assert answer is None, f"answered {answer!r}"


def test_memory_does_not_grow_with_strangers(server):
    def flood(count):
        for number in range(count):
            address = f"127.{number % 200 + 1}.{number // 200 % 250}.{number % 250 + 1}"
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
                stranger.bind((address, 0))
                for datagram in datagrams():
                    stranger.sendto(datagram, ("127.0.0.1", server.media_port))

    flood(500)
    before = server.metrics()["resident_bytes"]
    flood(5_000)
    after = server.metrics()
    assert after["resident_bytes"] - before < 2 << 20, "5,000 strangers cost memory"
    assert after["participants"] == 0
    assert server.is_alive()
