"""SIGTERM: every page hears 1001, nobody's connection holds the server back, and a port in use ends it."""

import base64
import http.client
import json
import os
import socket
import ssl
import subprocess
import time

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from support.server import ROOT, Server

OFFER = (ROOT / "Tests/SDPTests/Fixtures/chromium-camera.sdp").read_bytes().decode()
GOING_AWAY = 1001
UNVERIFIED = ssl._create_unverified_context()


def join(server, room="demo") -> str:
    """Joins as a page does; the path of its socket."""
    body = json.dumps({"offer": OFFER, "name": "Lan", "site": "Ba Bể"})
    status, _, text = server.request(
        "POST", f"/api/rooms/{room}/join", body, {"content-type": "application/json"}
    )
    assert status == 200, text
    joined = json.loads(text)
    return f"/api/rooms/{room}/socket?participant={joined['participant']}&token={joined['token']}"


def page(server, secure=True):
    """A page's socket, which has had its first message: the server knows it."""
    if secure:
        opened = connect(f"wss://localhost:{server.port}{join(server)}", ssl=UNVERIFIED)
    else:
        opened = connect(f"ws://127.0.0.1:{server.http_port}{join(server)}")
    opened.recv(timeout=5)
    return opened


def close_code(opened) -> int | None:
    with pytest.raises(ConnectionClosed) as closed:
        while True:
            opened.recv(timeout=5)
    return closed.value.rcvd.code if closed.value.rcvd else None


def deaf_page(server, secure=True):
    """A socket whose peer reads nothing any more, and so never answers a close frame."""
    stream = socket.socket()
    # Room for what the tests read, and no more.
    stream.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
    stream.connect(("127.0.0.1", server.port if secure else server.http_port))
    if secure:
        stream = UNVERIFIED.wrap_socket(stream)
    key = base64.b64encode(os.urandom(16)).decode()
    stream.sendall(
        f"GET {join(server)} HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\n"
        f"sec-websocket-version: 13\r\nsec-websocket-key: {key}\r\n\r\n".encode()
    )
    answer = b""
    while b'"type"' not in answer:
        answer += stream.recv(4096)
    assert answer.startswith(b"HTTP/1.1 101")
    return stream


def last_words(stream) -> bytes:
    words = b""
    try:
        while chunk := stream.recv(4096):
            words += chunk
    except OSError:
        pass
    return words


def keep_alive(server, secure):
    """An HTTP connection that has had its answer and is kept for the next request."""
    client = (
        http.client.HTTPSConnection("localhost", server.port, context=UNVERIFIED)
        if secure
        else http.client.HTTPConnection("127.0.0.1", server.http_port)
    )
    client.request("GET", "/healthz")
    assert client.getresponse().read()
    return client


def seconds_to_stop(server) -> float:
    begin = time.monotonic()
    assert server.stop() == 0
    return time.monotonic() - begin


def test_with_nobody_there_it_ends_at_once(server):
    assert seconds_to_stop(server) < 0.5


def test_every_page_hears_1001_over_tls_and_over_plain_http(server):
    pages = [page(server), page(server), page(server), page(server, secure=False)]
    assert seconds_to_stop(server) < 1.5
    assert [close_code(opened) for opened in pages] == [GOING_AWAY] * 4


@pytest.mark.parametrize("secure", [True, False])
def test_pages_of_one_listener_hear_1001_though_the_other_has_none(server, secure):
    pages = [page(server, secure), page(server, secure)]
    assert seconds_to_stop(server) < 1.5
    assert [close_code(opened) for opened in pages] == [GOING_AWAY] * 2


def test_pages_that_never_answer_hear_1001_and_are_not_waited_for(server):
    pages = [deaf_page(server), deaf_page(server), deaf_page(server), deaf_page(server, secure=False)]
    assert seconds_to_stop(server) < 1.5
    for stream in pages:
        assert last_words(stream).endswith(b"\x88\x02" + GOING_AWAY.to_bytes(2, "big"))


@pytest.mark.parametrize("secure", [True, False])
def test_idle_connections_are_not_waited_for(server, secure):
    kept = keep_alive(server, secure)
    silent = socket.create_connection(("127.0.0.1", server.port if secure else server.http_port))
    assert seconds_to_stop(server) < 1.5
    kept.close()
    silent.close()


def test_a_page_that_hangs_up_without_a_close_frame_is_not_waited_for(server):
    stream = deaf_page(server)
    stream.shutdown(socket.SHUT_WR)
    assert seconds_to_stop(server) < 1.5
    stream.close()


@pytest.mark.parametrize("secure", [True, False])
def test_a_page_that_takes_nothing_any_more_is_not_waited_for(server, secure):
    stream = deaf_page(server, secure)
    ping = b"\x89\xfd\0\0\0\0" + b"x" * 125
    # More answers than the kernel takes for a peer that reads nothing: the close frame cannot go out.
    for _ in range(256):
        stream.sendall(ping * 256)
    assert seconds_to_stop(server) < 1.5
    stream.close()


@pytest.mark.parametrize("port, flag", [("port", "--listen"), ("http_port", "--http")])
def test_a_port_in_use_ends_the_whole_server_and_says_which_and_what_to_do(server, tmp_path, port, flag):
    second = Server(tmp_path / "second")
    setattr(second, port, getattr(server, port))
    ended = subprocess.run(second.arguments, capture_output=True, text=True, timeout=10)
    assert ended.returncode != 0
    said = (ended.stdout + ended.stderr).splitlines()[-1]
    number = getattr(server, port)
    assert f"{flag} " in said and f":{number}: another program has this port" in said
    assert f"`ss -ltnp sport = :{number}`" in said and f"choose another port with {flag}." in said


def test_an_address_that_is_not_this_machines_is_said_so(tmp_path):
    server = Server(tmp_path / "data")
    arguments = [f"192.0.2.77:{server.port}" if it == f"0.0.0.0:{server.port}" else it for it in server.arguments]
    ended = subprocess.run(arguments, capture_output=True, text=True, timeout=10)
    assert ended.returncode != 0
    assert f"--listen 192.0.2.77:{server.port}: this machine does not have this address" in ended.stderr + ended.stdout
