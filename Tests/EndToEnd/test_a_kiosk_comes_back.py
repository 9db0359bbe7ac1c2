"""An unattended site in a briefing of a real server: whatever ends, it is back in the room within 15 s of the end of the
cause, without a hand.

GIAOBAN_ROUNDS=50 does fifty rounds of each kind instead of two, GIAOBAN_CUT_SECONDS=300 cuts the line for five minutes.
What each round took is printed with -s.
"""

import os
import shutil
import time

import pytest

from support.browsers import Chromium, wait_for
from support.kiosk import Kiosk, Room
from support.netns import Namespace
from support.server import Server

ROUNDS = int(os.environ.get("GIAOBAN_ROUNDS", "2"))
CUT_SECONDS = int(os.environ.get("GIAOBAN_CUT_SECONDS", "20"))
LIMIT = 15

pytestmark = pytest.mark.skipif(not shutil.which("nft"), reason="nft is missing: ops/test installs nftables")


@pytest.fixture
def line():
    with Namespace() as namespace:
        yield namespace


@pytest.fixture
def server(tmp_path, line):
    with Server(tmp_path / "data", announce=[line.outside], extra=["--demo"]) as running:
        running.page_host = line.outside
        yield running


@pytest.fixture
def room(server):
    return Room(server)


@pytest.fixture
def kiosk(playwright, server, tmp_path, line):
    with Kiosk(playwright, server, tmp_path, line, size=(1280, 720)) as running:
        yield running


@pytest.fixture
def chair(playwright, clips, server, room):
    """Somebody whose picture the site sees."""
    with Chromium(playwright, clips, (200, 40, 40), 440) as browser:
        context = browser.browser.new_context(ignore_https_errors=True, viewport={"width": 800, "height": 600})
        page = context.new_page()
        page.goto(room.chair_address())
        wait_for("the chair", lambda: page.evaluate("() => window.giaoban?.phase") == "live", 30)
        yield page


def told(kind: str, figures: list[float]):
    ordered = sorted(figures)
    print(f"\n{kind}: {sum(figure <= LIMIT for figure in figures)} of {len(figures)} back within {LIMIT} s; "
          f"median {ordered[len(ordered) // 2]:.1f} s, longest {ordered[-1]:.1f} s")
    assert ordered[-1] <= LIMIT, f"{kind}: {[round(figure, 1) for figure in figures]}"


@pytest.fixture
def in_the_room(kiosk, room, chair):
    kiosk.start(f"#token={room.token}")
    kiosk.seconds_until_back(time.monotonic())
    return kiosk


def test_a_site_is_back_after_a_killed_server(in_the_room, server):
    def once():
        server.kill()
        wait_for("the loss to show", lambda: in_the_room.situation().get("broken"), 20)
        server.start()
        return in_the_room.seconds_until_back(time.monotonic())

    told("killed server", [once() for _ in range(ROUNDS)])


def test_a_site_is_back_after_a_cut_line(in_the_room, line, chair):
    def once():
        line.cut()
        ends = time.monotonic() + CUT_SECONDS
        wait_for("the chair's list to say so", lambda: chair.evaluate(
            "() => giaoban.conduct.list('seat').filter((seat) => seat.connected).length") == 1, CUT_SECONDS)
        wait_for("the end of the cut", lambda: time.monotonic() >= ends, CUT_SECONDS + 5)
        assert not in_the_room.is_in_the_room()
        line.clear()
        return in_the_room.seconds_until_back(time.monotonic())

    told(f"{CUT_SECONDS} s without a line", [once() for _ in range(ROUNDS)])


def test_a_site_is_back_after_a_power_cut(in_the_room):
    def once():
        in_the_room.kill()
        power = time.monotonic()
        # As ops/kiosk starts it: the address brings no token a second time.
        in_the_room.start()
        return in_the_room.seconds_until_back(power)

    told("killed browser", [once() for _ in range(ROUNDS)])


def test_a_call_page_that_died_is_made_anew(in_the_room):
    def once():
        renewals = in_the_room.situation()["renewals"]
        frame = next(frame for frame in in_the_room.page.frames if "/r/" in frame.url)
        frame.evaluate("() => { setTimeout(() => location.replace('about:blank'), 0); }")
        died = time.monotonic()
        seconds = in_the_room.seconds_until_back(died)
        assert in_the_room.situation()["renewals"] > renewals
        return seconds

    told("dead call page", [once() for _ in range(ROUNDS)])


def test_a_site_that_waits_joins_when_the_line_comes_back(kiosk, server, room, line, chair):
    """The room opened while the line was away."""
    kiosk.start(f"#token={room.token}")
    kiosk.seconds_until_back(time.monotonic())
    room.secretary.call("POST", f"/api/occurrences/{room.occurrence}/cancel", {"scope": "this", "reason": "Thử"})
    kiosk.wait_for_phase("standby")
    line.cut()
    wait_for("the loss to show", lambda: kiosk.situation()["server"] is False, 60)
    room.occurrence = room.book(5, "Họp lại")
    line.clear()
    restored = time.monotonic()
    wait_for("the call", lambda: kiosk.situation().get("call") == "live", LIMIT)
    assert time.monotonic() - restored <= LIMIT


def test_a_site_goes_in_when_the_chair_opens_and_rests_when_they_end(kiosk, server):
    """Before its time, which is when nobody but the chair says that the room is open."""
    room = Room(server, minutes_ago=-40, title="Giao ban sớm")
    kiosk.start(f"#token={room.token}")
    kiosk.wait_for_phase("standby")
    upcoming = kiosk.page.locator("#next-list", has_text="Giao ban sớm")
    # It is not announced: a site knows of it when its room opens.
    assert upcoming.count() == 0

    def act(name):
        answer = room.secretary.call("POST", f"/api/occurrences/{room.occurrence}/acts", {"do": name})
        assert answer.status == 204, answer

    act("open")
    wait_for("the call", lambda: kiosk.situation().get("call") == "live", LIMIT)
    assert upcoming.count() == 1
    act("close")
    kiosk.wait_for_phase("standby", LIMIT)
    wait_for("the next meetings without it", lambda: upcoming.count() == 0, LIMIT)
    assert not kiosk.situation().get("call")


def test_an_emergency_is_answered_without_a_hand(kiosk, room, chair):
    """The server's part of it is played: what counts here is what the site does."""
    alert = {"id": "7", "kind": "emergency", "title": "Mưa lũ diện rộng", "message": "Có mặt ngay.", "room": "x",
             "occurrence": room.occurrence, "raisedAt": 0, "rings": 1, "acknowledged": False, "seat": f"s{room.site}"}
    kiosk.start()
    state = {"answered": [], "raised": False}

    def alerts(route):
        if not state["raised"]:
            return route.fulfill(status=404, json={})
        shown = alert | {"acknowledged": bool(state["answered"])}
        route.fulfill(json={"version": 1, "alerts": [shown]})

    def acknowledge(route):
        state["answered"].append((time.monotonic(), route.request.post_data_json))
        answer = room.secretary.call("POST", f"/api/occurrences/{room.occurrence}/join", {})
        route.fulfill(json=answer.body)

    def site(route):
        # Until it is raised the site knows of no meeting.
        answer = route.fetch()
        page = answer.json()
        if not state["raised"]:
            page |= {"next": [], "join": None}
        route.fulfill(json=page)

    kiosk.page.route("**/api/site", site)
    kiosk.page.route("**/api/alerts?*", alerts)
    kiosk.page.route("**/api/alerts/7/acknowledge", acknowledge)
    kiosk.go(f"#token={room.token}")
    kiosk.page.reload()
    kiosk.wait_for_phase("standby")
    state["raised"] = True
    kiosk.page.evaluate("() => dispatchEvent(new Event('online'))")
    kiosk.page.reload()
    ring = kiosk.page.locator("#ring")
    ring.wait_for(state="visible", timeout=10_000)
    rang = time.monotonic()
    assert "Mưa lũ diện rộng" in ring.inner_text()
    # Routes are served while the browser is asked something.
    wait_for("the answer", lambda: kiosk.situation() and state["answered"], 12)
    assert state["answered"][0][1] == {"answer": "device"}
    assert 3 <= state["answered"][0][0] - rang <= 8
    kiosk.seconds_until_back(rang)
    assert len(state["answered"]) == 1


def test_nobody_leaves_by_accident(in_the_room):
    frame = next(frame for frame in in_the_room.page.frames if "/r/" in frame.url)
    assert frame.locator("#tool-mic").count() == 1 and frame.locator("#tool-leave").count() == 0
    frame.locator("body").press("r")
    assert frame.locator("dialog[open]").count() == 0


def test_a_revoked_token_ends_what_the_device_may_do(kiosk, room, chair):
    kiosk.start(f"#token={room.token}")
    kiosk.seconds_until_back(time.monotonic())
    answer = room.administrator.call("DELETE", f"/api/device-tokens/{room.token_id}")
    assert answer.status == 204
    kiosk.wait_for_phase("register", 40)
    assert kiosk.page.locator("#register-trouble").inner_text()
    assert kiosk.page.locator("iframe").count() == 0


def test_only_our_own_pages_may_frame_a_call_and_nothing_else(server):
    def policy(path):
        return server.request("GET", path, secure=True)[1]["Content-Security-Policy"]

    assert "frame-ancestors 'self'" in policy("/r/demo")
    for path in ("/", "/site", "/phong", "/dat-lich", "/assets/js/call.js", "/api/site"):
        assert "frame-ancestors 'none'" in policy(path), path
