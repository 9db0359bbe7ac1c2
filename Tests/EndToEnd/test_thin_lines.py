"""The briefing on thin lines: what issue 4 must show, a short run each. Long ones: support/briefing.py, events.py."""

import pytest

from support.briefing import measure
from support.events import moved, step, uplink
from support.thinline import LINES

SECONDS, SETTLE = 25, 10

# What each line must show; what is not named is not asked of it.
#   concealed: share of a voice's samples; delay: ms from mouth to ear, p95; rate, height: of the speaker's picture;
#   still: seconds between two new pictures, at most; used: share of the downlink; queue: ms that are added, p95;
#   live: thumbnails that move.
MUST_SHOW = {
    "megawan-64k": dict(concealed=0.01, delay=400),
    "adsl-worst": dict(concealed=0.02, still=5),
    "adsl-bad": dict(concealed=0.01, rate=5),
    "adsl-typical": dict(concealed=0.005, rate=20, height=360, used=0.8, queue=150),
    "leased-2m": dict(height=720, used=0.8, live=4),
    "adsl-good": dict(height=720, used=0.8, live=4),
}
EVENTS_MUST_SHOW = dict(drained=2, regained=8, used=0.8, changes=1, others_change=0.02, inflation=100, voice=0.01)
# A downlink that is wider than all that is on view cannot be filled: 720p, eight thumbnails of 180 lines, three voices.
OFFERED_KBPS = 3000
# What the server cannot do yet. A line taken out of here has to hold.
PENDING = {*MUST_SHOW, "step", "uplink"}


def pending(name):
    return [pytest.mark.xfail(reason="the relay does not heed thin lines yet", strict=False)] if name in PENDING else []


def misses(found, wanted, rate) -> list[str]:
    """In words, what is not as it must be."""
    sound, delay, picture, down = found["sound"], found["delay"], found["picture"], found["down"]
    all_of_it = min(1.0, OFFERED_KBPS / rate)
    checks = {
        "concealed": (sound["concealed"], lambda got, want: got is not None and got <= want),
        "delay": (delay.get("p95"), lambda got, want: got is not None and got <= want),
        "rate": (picture["rate"], lambda got, want: got >= want),
        "height": (picture["height"], lambda got, want: got >= want),
        "still": (picture["gap"], lambda got, want: got <= want),
        "used": (down.get("use", 0), lambda got, want: got >= want * all_of_it),
        "queue": (down.get("queue_p95", 1e9), lambda got, want: got <= want),
        "live": (picture["live"], lambda got, want: got >= want),
    }
    wrong = [f"{name} is {got}, must be {want}" for name, want in wanted.items()
             for got, holds in [checks[name]] if not holds(got, want)]
    if picture["black"]:
        wrong.append(f"the picture was black {picture['black']} times")
    if found["rejoins"]:
        wrong.append(f"the page had to join again {found['rejoins']} times")
    if wrong:
        wrong.append(f"(the page's clock came {found['late_p95']:.0f} ms late: above 50 the machine was too busy)")
    return wrong


@pytest.mark.parametrize("profile", [pytest.param(name, marks=pending(name)) for name in MUST_SHOW])
def test_a_briefing_behind(playwright, profile):
    found = measure(playwright, profile, SECONDS, SETTLE)
    assert misses(found, MUST_SHOW[profile], LINES[profile]["down_kbps"]) == []


@pytest.mark.parametrize("_", [pytest.param("step", marks=pending("step"))])
def test_a_line_that_narrows_and_widens(playwright, _):
    found = step(playwright, seconds=20)
    drained, regained = found["drained"], found["regained"]
    assert drained is not None and drained <= EVENTS_MUST_SHOW["drained"], found["queue_after_step"]
    assert regained is not None and regained <= EVENTS_MUST_SHOW["regained"], found["kbps_after_return"]
    assert found["phases"]["narrow"]["down"]["use"] >= EVENTS_MUST_SHOW["used"]
    assert found["changes_in_ten_seconds"] <= EVENTS_MUST_SHOW["changes"]


@pytest.mark.parametrize("_", [pytest.param("moved", marks=pending("moved"))])
def test_a_viewer_on_the_worst_line_is_nobody_elses_business(playwright, _):
    found = moved(playwright, seconds=15)
    before, after = found["before"], found["after"]
    assert after["height"] == before["height"] and not after["changes"]
    assert found["rate_change"] <= EVENTS_MUST_SHOW["others_change"], (before, after)
    # Short parts hold now more, now fewer keyframes: rates are compared in the long run, support/events.py.
    assert found["kbps_change"] <= 4 * EVENTS_MUST_SHOW["others_change"]


@pytest.mark.parametrize("_", [pytest.param("uplink", marks=pending("uplink"))])
def test_a_camera_that_starts_leaves_the_voice_alone(playwright, _):
    found = uplink(playwright, seconds=20)
    assert found["queue_p95"] <= EVENTS_MUST_SHOW["inflation"]
    assert found["after"]["sound"]["concealed"] <= EVENTS_MUST_SHOW["voice"]
