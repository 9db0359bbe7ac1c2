"""Briefings in which a line changes, or somebody's camera starts, measured. As a tool:

    .venv/bin/python Tests/EndToEnd/support/events.py step moved uplink voices --binary .build/release/giaoban"""

import argparse
import json
import os
import pathlib
import sys
import tempfile

if __name__ == "__main__":
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from playwright.sync_api import sync_playwright

from support import briefing, media, server as servers
from support.briefing import PUBLISHER, Briefing, begin_watching, now_ms, wait_until_live, watch_and_judge, watched
from support.thinline import Line, quantile, summary

WIDE, NARROW = 2000, 500  # kbit/s
DRAINED_MS = 150
"""What may wait in a queue that counts as drained."""


def step(playwright, seconds=30, publisher="site") -> dict:
    """A viewer's line goes from 2 Mbit/s to 500 kbit/s and back. The line's figures are for whole seconds, and so are
    the times that follow from them."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        settle = 10
        down_at, up_at = settle + seconds, settle + 2 * seconds
        # A queue of 400 ms: one that is short would drain whatever the server does.
        line = Line("leased-2m", folder, steps=[(0, f"down={WIDE},queue=400"), (down_at, f"down={NARROW}"),
                                                (up_at, f"down={WIDE}")])
        with Briefing(playwright, folder, [line], publisher) as room:
            page = room.viewer(line)
            wait_until_live(page)
            begin_watching(page)
            line.wait_until_it_is_there()
            zero = now_ms()
            line.seconds_pass(up_at + seconds)
            watch, rows, report = watched(page), line.rows(), room.sites.report()
    phases = {}
    for phase, start, rate in (("wide", 0, WIDE), ("narrow", down_at, NARROW), ("wide again", up_at, WIDE)):
        from_, to = (start + (settle if phase == "wide" else 8)), start + seconds + (settle if phase == "wide" else 0)
        inside = [row for row in rows if from_ + 1 <= row["t"] - line.lead <= to]
        begin, end = zero + from_ * 1000, zero + to * 1000
        phases[phase] = briefing.judge(watch, begin, end, report, line, inside, {"up": 2048, "down": rate})
    down = [row for row in rows if row["way"] == "down"]

    def first(after, is_so):
        """Seconds from a step to the first whole second in which something is so."""
        return next((row["t"] - 1 - line.lead - after for row in down
                     if row["t"] - 1 - line.lead >= after - 0.05 and is_so(row)), None)

    changes = [change for phase in phases.values() for change in per_ten(phase["picture"]["changes"])]
    return {
        "phases": phases, "drained": first(down_at, lambda row: row["queue_p95_ms"] <= DRAINED_MS),
        "regained": first(up_at, lambda row: row["bytes"] * 8 / 1000 >= 0.8 * WIDE),
        "changes_in_ten_seconds": max(changes, default=0),
        "queue_after_step": [round(row["queue_p95_ms"]) for row in down if 0 < row["t"] - line.lead - down_at <= 10],
        "kbps_after_return": [round(row["bytes"] * 8 / 1000) for row in down if 0 < row["t"] - line.lead - up_at <= 15],
    }


def per_ten(times):
    """For each of these times: how many fall into the ten seconds that it begins."""
    return [sum(begin <= other < begin + 10 for other in times) for begin in times]


def moved(playwright, seconds=30, publisher="site", profile="adsl-worst") -> dict:
    """One of two real viewers comes to sit behind the worst line: what the other one, on the lan, notices of it."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        line = Line("lan", folder, steps=[(seconds, profile)])
        with Briefing(playwright, folder, [line], publisher) as room:
            page = room.viewer(line, "Bị chuyển")
            other = room.viewer(None, "Ở lại")
            for one in (page, other):
                wait_until_live(one)
                begin_watching(one)
            line.wait_until_it_is_there()
            zero = now_ms()
            # Three seconds after the move count: what the move shakes, it shakes there.
            line.seconds_pass(2 * seconds + 1)
            watch, moved_watch, report = watched(other), watched(page), room.sites.report()
    cut = zero + seconds * 1000
    halves = [(zero, cut), (cut, cut + seconds * 1000)]
    found = {}
    for phase, (begin, end) in zip(("before", "after"), halves):
        picture = briefing.judge_pictures(watch, begin, end)
        found[phase] = {
            "kbps": briefing.received_kbps(watch, begin, end), "rate": picture["rate"], "height": picture["height"],
            "share_720": picture["share_720"], "arrived": picture["arrived"], "changes": picture["changes"],
            "sound": briefing.judge_sound(watch, begin, end, [stream["name"] for stream in report["streams"]]),
            "moved_kbps": briefing.received_kbps(moved_watch, begin, end),
            "late_p95": briefing.lateness(watch, begin, end),
        }
    before, after = found["before"], found["after"]
    rates = [(rate, after["arrived"].get(who, 0)) for who, rate in before["arrived"].items()]
    found["rate_change"] = max(abs(two - one) / one for one, two in rates if one)
    found["kbps_change"] = abs(after["kbps"] - before["kbps"]) / before["kbps"]
    return found


def uplink(playwright, seconds=30, profile="adsl-typical") -> dict:
    """A publisher behind a thin uplink speaks; then its camera starts. Its round trip by the browser's own checks and
    by the server's reports, and its voice as somebody on the lan hears it."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        line = Line(profile, folder)
        with Briefing(playwright, folder, [line], publisher=None, voices=1, others=1) as room:
            flags = [f"--use-file-for-fake-video-capture={media.camera_clip()}",
                     f"--use-file-for-fake-audio-capture={media.voice_clip(180)}"]
            page = room.viewer(line, PUBLISHER, flags, mic=1)
            viewer = room.viewer(None, "Người xem")
            for one in (page, viewer):
                begin_watching(one)
            line.wait_until_it_is_there()
            line.seconds_pass(5)
            begin, rows_before = now_ms(), len(line.rows())
            line.seconds_pass(seconds / 2)
            page.page.keyboard.press("v")
            middle, rows_middle = now_ms(), len(line.rows())
            line.seconds_pass(seconds)
            end, rows = now_ms(), line.rows()
            sent, seen = watched(page), watched(viewer)
    found = {}
    for phase, from_, to, part in (("before", begin, middle, rows[rows_before:rows_middle]),
                                   ("after", middle, end, rows[rows_middle:])):
        inside = [row for row in sent["rows"] if from_ <= row["at"] <= to and "pair" in row]
        checks = []
        for one, two in zip(inside, inside[1:]):
            answers = two["pair"]["answers"] - one["pair"]["answers"]
            if answers:
                checks.append((two["pair"]["total"] - one["pair"]["total"]) / answers * 1000)
        reports = [entry["rtt"] * 1000 for row in inside for entry in row.get("remote", []) if entry.get("rtt")]
        last = inside[-1]["sent"] if inside else []
        found[phase] = {
            "checks_p50": quantile(checks, 0.5), "checks_p95": quantile(checks, 0.95),
            "reports_p50": quantile(reports, 0.5), "reports_p95": quantile(reports, 0.95),
            "up": summary(part, "up", line.rates["up"]),
            "sound": briefing.judge_sound(seen, from_, to, [PUBLISHER]),
            "picture": briefing.judge_pictures(seen, from_, to),
            "layers": [one for one in last if one["kind"] == "video" and one["rid"]],
        }
    both = [found[phase]["checks_p50"] for phase in ("before", "after")]
    found["inflation"] = None if None in both else found["after"]["checks_p95"] - found["before"]["checks_p50"]
    # Checks come every few seconds only: the line's own figures are of all packets.
    found["queue_p95"] = found["after"]["up"].get("queue_p95")
    found["late_p95"] = briefing.lateness(seen, begin, end)
    return found


def voices(playwright, seconds=30, profile="megawan-64k", count=1) -> dict:
    """What voices alone cost on a line, all headers and all signalling included: kbit/s of IP packets, packets a
    second."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        line = Line(profile, folder)
        with Briefing(playwright, folder, [line], publisher=None, voices=count, others=0) as room:
            found = watch_and_judge(room.viewer(line), line, room.sites, seconds, settle=5)
    return {"voices": count, **{key: found[key] for key in ("sound", "delay", "down", "up")}}


SCENARIOS = {"step": step, "moved": moved, "uplink": uplink, "voices": voices}


def main():
    parser = argparse.ArgumentParser(description="Briefings in which something changes, measured with real browsers.")
    parser.add_argument("scenario", nargs="+", choices=SCENARIOS)
    parser.add_argument("--seconds", type=float, default=30, help="of each part")
    parser.add_argument("--binary", type=pathlib.Path, help="a giaoban to measure")
    parser.add_argument("--nice", type=int, default=0, help="for all processes; not below -7: Chromium's sound is at -8")
    options = parser.parse_args()
    os.nice(options.nice)
    if options.binary:
        servers.BINARY = options.binary.resolve()
    with sync_playwright() as playwright:
        for name in options.scenario:
            found = SCENARIOS[name](playwright, options.seconds)
            print(name, json.dumps(found, indent=1, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
