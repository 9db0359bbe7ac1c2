"""Whatever comes in, the server stays the same process, answers with a sentence, and answers soon."""

import pathlib
import re
import socket
import subprocess
import sys
import time

import pytest

from support.api import ADMINISTRATOR
from support.routes import routes_of_the_server

HUGE = [0, -1, 2**31, 2**53 + 1, 2**63 - 1, -(2**63), 2**63, 10**30, 1e308, 0.5]
TIMES = ["9999-12-31T23:59", "2199-12-31T23:59", "0001-01-01T00:00", "1969-12-31T00:00", "2026-02-30T07:30", "", "x",
         "2026-11-23", "2026-11-23T24:00", "-2026-11-23T07:30", "２０２６-11-23T07:30", "2026-11-23T07:30Z"]
RULES = ["FREQ=DAILY;COUNT=5000", "FREQ=DAILY", "FREQ=SECONDLY", "FREQ=DAILY;COUNT=99999999999999999999",
         "FREQ=DAILY;INTERVAL=2147483647", "FREQ=YEARLY;INTERVAL=9223372036854775807", "FREQ=WEEKLY;BYDAY=MO;UNTIL=99991231",
         "FREQ=MONTHLY;BYDAY=99MO", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=" + "X" * 5000,
         "FREQ=DAILY;" + ";".join(["BYHOUR=1"] * 2000), "FREQ=YEARLY;BYYEARDAY=366;BYSETPOS=-1"]


# What would make a server trap


def every_form(office, value):
    """Calls in which a value stands at each place of a form, one at a time."""
    meeting = office.book()
    fresh = office.form(agenda=[{"title": "a", "owner": "b", "minutes": 1}])
    edit = {"scope": "all", "version": 1, "start": fresh["start"], "minutes": 30, "title": "t", "chair": None, "venue": None,
            "form": "online", "agenda": [], "addSites": [1], "removeSites": [], "addPeople": [], "removePeople": [],
            "notes": "", "rule": "FREQ=DAILY;COUNT=2", "holidays": "keep"}
    times = {"sites": [1], "people": [1], "venue": None, "minutes": 30, "from": "2031-01-06", "to": "2031-01-10",
             "earliest": "07:30", "latest": "17:00"}
    forms = [
        ("POST", "/api/series/preview", fresh), ("POST", "/api/series", fresh),
        ("PATCH", f"/api/series/{meeting.series}", fresh | {"version": 1}),
        ("PATCH", f"/api/occurrences/{meeting.occurrence}", edit), ("POST", "/api/freetimes", times),
        ("POST", f"/api/series/{meeting.series}/additions", {"start": fresh["start"], "minutes": 30}),
        ("POST", f"/api/occurrences/{meeting.occurrence}/answer", {"site": 1, "answer": "accept", "note": "", "scope": "this"}),
        ("PUT", f"/api/occurrences/{meeting.occurrence}/attendance", {"site": 1, "attendance": "online"}),
        ("POST", f"/api/occurrences/{meeting.occurrence}/cancel", {"scope": "this", "reason": "x", "version": 1}),
        ("PUT", "/api/settings", {"siteCap": 300, "officeUp": 1, "officeDown": 1, "invitationDays": 3, "targets": {"x": 1}}),
        ("POST", "/api/sites", {"unit": 1, "name": "x", "line": "lan", "down": 1, "up": 1, "device": "pc"}),
        ("POST", "/api/units", {"code": "x", "parent": 1, "name": "x", "kind": "x", "email": ""}),
        ("POST", "/api/units/1/merge", {"into": 1, "date": "2031-01-01"}),
        ("POST", "/api/people", {"name": "x", "email": "x", "unit": 1, "roles": [{"role": "chair", "unit": 1}]}),
    ]
    for method, path, form in forms:
        for key in form:
            yield method, path, form | {key: value}
            if isinstance(form[key], list):
                yield method, path, form | {key: [value]}


@pytest.mark.parametrize("value", [*HUGE, *TIMES, None, True, [], {}, [[]], "x" * 100_000, "\ufeff\u202e\u0000"], ids=repr)
def test_no_value_anywhere_in_a_form_ends_the_server(office, value):
    if isinstance(value, str) and len(value) > 1000:
        calls = [call for call in every_form(office, value)]
    else:
        calls = every_form(office, value)
    for method, path, form in calls:
        answer = office.administrator.call(method, path, form)
        assert answer.status < 500, (method, path, form, answer.text)
        if answer.status == 422:
            assert answer.error["message"], answer.text
    assert office.server.is_alive()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule[:40])
@pytest.mark.parametrize("start", ["2031-01-06T07:30", "2199-12-31T23:59", "1970-01-01T00:00"])
def test_no_rule_takes_long_or_ends_the_server(office, rule, start):
    for path in ("/api/series/preview", "/api/series"):
        began = time.monotonic()
        answer = office.secretary.call("POST", path, office.form(rule=rule, start=start, minutes=1440))
        assert answer.status in (200, 201, 409, 422), answer.text
        assert time.monotonic() - began < 5
    assert office.server.is_alive()


def test_far_days_end_nothing(office):
    for day in ("9999-12-31", "0001-01-01", "2199-12-31", "2400-02-29"):
        for path in (f"/api/calendar?from={day}&to={day}", f"/api/freebusy?sites=1&from={day}&to={day}",
                     f"/api/reports/kpi?from={day}&to={day}", f"/api/calendar.pdf?from={day}&to={day}"):
            assert office.administrator.get(path).status < 500, path
        assert office.administrator.call("PUT", f"/api/holidays/{day}", {"kind": "holiday", "name": "x"}).status < 500
        assert office.administrator.call("DELETE", f"/api/holidays/{day}").status < 500
    for number in HUGE:
        for path in ("/api/occurrences/{}", "/api/series/{}", "/api/papers/{}", "/api/holidays?year={}", "/api/people?unit={}",
                     "/api/audit?before={}", "/api/units/{}/history", "/api/calendar?from=2031-01-01&to=2031-01-02&unit={}"):
            assert office.administrator.get(path.format(number)).status < 500, (path, number)


def test_bodies_that_are_no_forms_end_nothing(office):
    deep = [b"[" * 100_000, b'{"a":' * 100_000, b'{"title":' * 300 + b"1" + b"}" * 300]
    broken = [b"", b"null", b"[]", b"1", b'"x"', b"{", b'{"title":"\xff\xfe"}', b"\xff" * 100, b"\x00" * 100,
              b'{"title":"\\ud800"}', b'{"minutes":1e400}', b'{"minutes":' + b"9" * 10_000 + b"}", b'{"a":1,"a":2}',
              "{\"title\":\"x\"}".encode("utf-16")]
    routes = [(method, path) for method, path in sorted(routes_of_the_server())
              if method in ("POST", "PUT", "PATCH") and not path.startswith("/auth")]
    for method, path in routes:
        target = path.replace(":id", "1").replace(":date", "2031-05-05").replace(":token", "x")
        for body in deep + broken:
            answer = office.administrator.call(method, target, raw=body)
            assert answer.status < 500, (method, path, body[:40], answer.text)
            if answer.status >= 400:
                assert answer.error.get("message"), (method, path, body[:40], answer.data)
    assert office.server.is_alive()


def test_bodies_that_are_too_long_are_refused(office):
    for path in ("/api/series", "/api/people", "/api/units.csv"):
        answer = office.administrator.call("POST", path, raw=b'{"title":"' + b"x" * (5 << 20) + b'"}')
        assert answer.status == 413 and answer.error["message"], (path, answer.status)


def test_a_list_of_units_cannot_make_a_ring(office):
    admin = office.administrator
    made = [admin.call("POST", "/api/units", {"code": code, "parent": office.unit["other"], "name": code, "kind": "commune"})
            for code in ("vong-a", "vong-b")]
    assert all(answer.status == 201 for answer in made)
    text = "code,parent,name,kind\nvong-a,vong-b,A,commune\nvong-b,vong-a,B,commune\n"
    answer = admin.call("POST", "/api/units.csv", raw=text.encode(), kind="text/csv")
    assert answer.status == 200 and [error["line"] for error in answer.body["errors"]] == [2, 3], answer.text
    units = {unit["code"]: unit.get("parent") for unit in admin.get("/api/units").body["units"]}
    assert units["vong-a"] == units["vong-b"] == office.unit["other"]


# Everything that the description allows, and much that it does not


def test_nothing_that_the_description_names_breaks_the_server(office, tmp_path):
    caller = office.caller(ADMINISTRATOR)
    description = pathlib.Path(__file__).resolve().parents[2] / "scheduler" / "openapi.json"
    command = [
        str(pathlib.Path(sys.executable).parent / "schemathesis"), "run", str(description), "--url", office.server.url,
        "--tls-verify", "false", "--checks", "not_a_server_error", "--max-time", "50", "--no-color",
        "--request-timeout", "20", "--continue-on-failure", "-H", f"Cookie: {caller.cookie}",
        "-H", f"X-CSRF-Token: {caller.csrf}",
        # What would end the session, or shut its address out.
        "--exclude-path-regex", "^/(api/session|api/me/password|auth/.*|api/setup)$",
    ]
    found = subprocess.run(command, capture_output=True, text=True, timeout=180, cwd=tmp_path)
    # Some of what it makes is no HTTP and ends its connection: for it an error of the network, for us none.
    assert "Server error" not in found.stdout and " failed" not in found.stdout, found.stdout[-6000:]
    assert re.search(r"\d{2,} generated", found.stdout), found.stdout[-2000:] + found.stderr[-2000:]
    assert office.server.is_alive()
    assert caller.get("/api/me").status == 200


# Bytes that are no HTTP

JUNK = {
    "a TLS hello": b"\x16\x03\x01\x00\r\n\r\n",
    "a long address": b"GET /api/freebusy?x=" + b"%F0%A3%BE%81" * 9000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
    "a long field": b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 100_000 + b"\r\n\r\n",
    "a zero byte": b"GET / HTTP/1.1\r\nHost: a\r\nX: a\x00b\r\n\r\n",
    "two lengths": b"POST /api/session HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
    "a length and chunks": b"POST /api/session HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\nz\r\n",
    "a chunk that is none": b"POST /api/session HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
    "gzip that is none": b"POST /api/session HTTP/1.1\r\nHost: a\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nxxxx",
    "junk after a request": b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n\x00\x01junk\r\n\r\n",
    "junk after many": b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n" * 20 + b"\x00\x01junk\r\n\r\n",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "an expectation": b"POST /api/session HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n{}",
}


@pytest.mark.parametrize("bytes_", JUNK.values(), ids=JUNK)
def test_bytes_that_are_no_http_end_their_connection_only(office, bytes_):
    taken = b""
    with socket.create_connection(("127.0.0.1", office.server.http_port), timeout=10) as connection:
        connection.settimeout(1)
        try:
            connection.sendall(bytes_)
            while part := connection.recv(65536):
                taken += part
        except OSError:
            pass
    assert b"HTTP/1.1 5" not in taken, taken
    # The same listener answers the next one, and so does the other.
    assert office.server.get("/healthz") and office.is_the_same_process()
