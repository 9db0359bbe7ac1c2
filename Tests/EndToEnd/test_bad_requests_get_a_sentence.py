"""What is wrong is said, with the line that is wrong; nothing falls over."""

import json

GOOD = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n"


def whip(server, body, **headers):
    token = server.token("room")
    return server.request(
        "POST", "/whip/room", body, {"content-type": "application/sdp", "authorization": f"Bearer {token}", **headers}
    )


def test_a_malformed_offer_gets_400_with_the_line_that_is_wrong(server):
    for body, line in [
        ("nonsense", "1: nonsense"),
        (GOOD + "m=audio\r\n", "5: m=audio"),
        (GOOD + "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=rtpmap:999 opus/48000/2\r\n", "6: a=rtpmap:999"),
        (GOOD + "a=ice-ufrag:x\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n", "5: a=ice-ufrag:x"),
        (GOOD + "a=fingerprint:sha-256 XX:YY\r\nm=audio 9 RTP/SAVPF 1\r\n", "5: a=fingerprint"),
    ]:
        status, _, text = whip(server, body)
        assert status == 400, text
        assert line in text, text


def test_the_pages_join_names_the_line_in_the_language_that_is_asked_for(server):
    body = json.dumps({"offer": GOOD + "m=video\r\n", "name": "A", "site": "B"})
    status, _, text = server.request(
        "POST", "/api/rooms/demo/join", body, {"content-type": "application/json", "accept-language": "en"}
    )
    error = json.loads(text)["error"]
    assert (status, error["line"], error["text"]) == (400, 5, "m=video")
    assert "line 5" in error["message"]
    status, _, text = server.request("POST", "/api/rooms/demo/join", body, {"content-type": "application/json"})
    assert "dòng 5" in json.loads(text)["error"]["message"]


def test_endless_and_hostile_bodies_are_refused_and_the_server_lives(server):
    for body in [b"\x00" * 1000, b"v=0\r\n" + b"a=" + b"x" * 900_000, b"v=0\r\n" * 60_000, b"v=0\r\nm=audio 9 X 0\r\n" * 2000]:
        status, _, _ = whip(server, body)
        assert status in (400, 413)
    status, _, _ = whip(server, b"v=0\r\n" * 1_000_000)
    assert status == 413
    for body in ["", "[]", "{", '{"offer": 7}', "null", '{"offer":"x","tracks":{"0":"nonsense"}}']:
        status, _, text = server.request("POST", "/api/rooms/demo/join", body, {"content-type": "application/json"})
        assert status == 400, text
    assert server.is_alive()


def test_tokens_types_and_names_are_checked(server):
    assert server.request("POST", "/whip/room", "v=0", {"content-type": "application/sdp"})[0] == 401
    other = server.token("other")
    assert server.request(
        "POST", "/whip/room", "v=0", {"content-type": "application/sdp", "authorization": f"Bearer {other}"}
    )[0] == 401
    viewing = server.token("room", "--view")
    assert server.request(
        "POST", "/whip/room", "v=0", {"content-type": "application/sdp", "authorization": f"Bearer {viewing}"}
    )[0] == 401
    assert whip(server, "v=0", **{"content-type": "text/plain"})[0] == 415
    assert server.request("POST", "/api/rooms/b%20ad/join", "{}")[0] == 404
    assert server.request("GET", "/assets/../conftest.py")[0] in (400, 404)
    assert server.request("GET", "/assets/%2e%2e/conftest.py")[0] in (400, 404)


def test_pages_come_with_a_strict_policy(server):
    status, headers, _ = server.request("GET", "/r/demo", secure=True)
    assert status == 200
    headers = {name.lower(): value for name, value in headers.items()}
    assert "default-src 'self'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
