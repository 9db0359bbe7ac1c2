"""A briefing on a thin line, measured: one publisher at 720p, three voices, eight other cameras, and a viewer in a real
Chromium behind a line of media/lines.csv. As a tool it prints the table:

    .venv/bin/python Tests/EndToEnd/support/briefing.py adsl-bad leased-2m --seconds 60 --binary .build/release/giaoban

The voices carry marks at known times, so the delay from mouth to ear is measured, on one clock: from when a mark would
have been spoken into a site's microphone (20 ms before its packet was sent) to when it comes out of the viewer's jitter
buffer. The sound card's own buffer behind it is not in the figure."""

import argparse
import contextlib
import json
import os
import pathlib
import statistics
import sys
import tempfile
import time

if __name__ == "__main__":
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from playwright.sync_api import sync_playwright

from support import media, server as servers
from support.browsers import Chromium
from support.server import Server
from support.sites import PITCHES, Sites
from support.thinline import Line, quantile, summary
from support.waiting import wait_for

WATCH = (pathlib.Path(__file__).parent / "watch.js").read_text()
PUBLISHER = "Chủ trì"
# The call page shows large who spoke last. Here somebody else speaks all the time, so the viewer's page is told that
# the publisher does: what it shows large is what it wishes of the relay.
STAGE = """
localStorage.setItem('giaoban.view', 'speaker');
{
  let shown = null;
  const told = (data) => {
    let message;
    try { message = JSON.parse(data); } catch { return data; }
    shown = message.participants?.find((one) => one.name === NAME)?.id ?? shown;
    const list = { snapshot: 'speakers', speakers: 'ids' }[message.type];
    if (!list || !shown) return data;
    message[list] = [shown, ...(message[list] ?? []).filter((id) => id !== shown)];
    return JSON.stringify(message);
  };
  const Native = WebSocket;
  window.WebSocket = class extends Native {
    set onmessage(handler) { super.onmessage = handler && ((event) => handler({ data: told(event.data) })); }
    get onmessage() { return super.onmessage; }
  };
}
"""
WINDOW = (1366, 900)


class Briefing:
    """The room and everybody in it but its viewers; a context manager.

    - `publisher`: "chromium" (a real one, on the lan), "site" (simulated, the same three layers) or None."""

    def __init__(self, playwright, folder: pathlib.Path, lines=(), publisher="chromium", voices=3, others=8, extra=()):
        self.playwright, self.folder = playwright, folder
        self.publisher, self.voices, self.others = publisher, voices, others
        self.room = "demo"
        self.stack = contextlib.ExitStack()
        self.server = Server(folder / "data", announce=["127.0.0.1", *(line.host for line in lines)], extra=extra)

    def __enter__(self):
        self.stack.enter_context(self.server)
        self.sites = self.stack.enter_context(Sites())
        if self.publisher == "chromium":
            flags = [f"--use-file-for-fake-video-capture={media.camera_clip()}"]
            browser = self.stack.enter_context(Chromium(self.playwright, self.folder, flags=flags))
            # Its window is small: what it shows of others costs the machine, and nobody looks.
            self.page = browser.open(self.server, self.room, PUBLISHER, size=(320, 240), mic=0)
        elif self.publisher == "site":
            self.sites.camera(self.server, self.room, PUBLISHER, layers="qhf")
        # Pictures first: the page's strip shows who came first.
        for number in range(self.others):
            self.sites.camera(self.server, self.room, f"Xã {number + 1}", hue=120 * (number % 2), offset=number / 8)
        for number in range(self.voices):
            self.sites.voice(self.server, self.room, f"Giọng {number + 1}", PITCHES[number % 3])
        self.sites.wait_until_secure()
        return self

    def __exit__(self, *_):
        self.stack.close()

    def viewer(self, line: Line | None = None, name="Người xem", flags=(), **options):
        """A page in a browser of its own, behind a line or on the lan."""
        if line:
            browser = line.browser(self.playwright, self.folder, flags)
        else:
            browser = Chromium(self.playwright, self.folder, flags=flags)
        self.stack.enter_context(browser)
        self.server.page_host = line.host if line else "localhost"
        page = open_stage(browser, self, name, **options)
        self.server.page_host = "localhost"
        return page


def open_stage(browser, briefing, name, main=PUBLISHER, **options):
    original = browser.browser.new_context

    def prepared(**arguments):
        context = original(**arguments)
        context.set_default_timeout(60_000)
        context.add_init_script(STAGE.replace("NAME", json.dumps(main)))
        return context

    browser.browser.new_context = prepared
    try:
        return browser.open(briefing.server, briefing.room, name, size=WINDOW, **{"mic": 0, "cam": 0, **options})
    finally:
        browser.browser.new_context = original


def begin_watching(page, main=PUBLISHER):
    is_connected = "() => window.giaoban?.peer?.connectionState === 'connected'"
    wait_for("the page's join", lambda: page.evaluate(is_connected), 30)
    page.evaluate(WATCH, {"main": main, "marks": list(media.MARKS)})


def watched(page) -> dict:
    return page.evaluate("() => window.watch")


def now_ms() -> float:
    return time.time() * 1000


# What was seen, judged.


def steps(rows, begin, end):
    """Pairs of a stream's counters a second apart, with who was in the slot at both ends: (row before, before, after,
    seconds)."""
    inside = [row for row in rows if begin <= row["at"] <= end]
    for one, two in zip(inside, inside[1:]):
        before = {stream["mid"]: stream for stream in one["streams"]}
        for stream in two["streams"]:
            old = before.get(stream["mid"])
            if old and stream["who"] and old["who"] == stream["who"]:
                yield one, old, stream, (two["at"] - one["at"]) / 1000


def grown(old, new, name):
    return (new.get(name) or 0) - (old.get(name) or 0)


def judge_sound(watch, begin, end, voices) -> dict:
    """Of all slots in which one of these speaks; they speak without a pause."""
    total = concealed = silent = lost = received = left_out = 0
    buffers = []
    by_voice = {}
    for _, old, new, _ in steps(watch["rows"], begin, end):
        if new["kind"] != "audio" or new["who"] not in voices:
            continue
        samples = grown(old, new, "totalSamplesReceived")
        # A voice that the line has no room for is left out, and the page is told; what is heard of the others counts.
        if not grown(old, new, "packetsReceived"):
            left_out += samples
            continue
        total += samples
        concealed += grown(old, new, "concealedSamples")
        silent += grown(old, new, "silentConcealedSamples")
        lost += grown(old, new, "packetsLost")
        received += grown(old, new, "packetsReceived")
        one = by_voice.setdefault(new["who"], [0, 0])
        one[0] += grown(old, new, "concealedSamples")
        one[1] += samples
        if emitted := grown(old, new, "jitterBufferEmittedCount"):
            buffers.append(grown(old, new, "jitterBufferDelay") / emitted * 1000)
    return {
        "seconds": total / 48_000, "left_out": left_out / 48_000, "concealed": concealed / total if total else None,
        "silent": silent / total if total else None, "lost": lost / (lost + received) if received else None,
        "buffer_p95": quantile(buffers, 0.95),
        "by_voice": {who: concealed / total for who, (concealed, total) in by_voice.items() if total},
    }


def judge_delay(watch, begin, end, report) -> dict:
    """From mouth to ear, by the marks."""
    voices = {stream["name"]: stream for stream in report["streams"] if stream["name"].startswith("Giọng")}
    if not watch["heard"]:
        return {"marks": 0}
    # Sound is handed over late when the page is busy; its own stamps are not late, so their smallest distance holds.
    shift = min(mark["now"] - mark["stamp"] for mark in watch["heard"])
    found = []
    for mark in watch["heard"]:
        heard = mark["stamp"] + shift
        if not begin <= heard <= end:
            continue
        row = min(watch["rows"], key=lambda row: abs(row["at"] - heard))
        who = next((stream["who"] for stream in row["streams"] if stream["mid"] == mark["mid"]), None)
        if who not in voices:
            continue
        period = len(media.MARKS) * 1000
        spoken = voices[who]["start"] / 1000 + mark["tone"] * 1000 - 20
        found.append((heard - spoken) % period)
    # A mark that is heard just before it was spoken would be one of an hour ago.
    return {"marks": len(found), "p50": quantile(found, 0.5), "p95": quantile(found, 0.95),
            "max": max(found, default=None)}


def judge_pictures(watch, begin, end) -> dict:
    """Frames a second and lines of everybody's picture, and of the large one its gaps and whether it was black."""
    frames, arrived, heights, spans, freezes = {}, {}, {}, {}, {}
    changes, last = [], {}
    for row, old, new, seconds in steps(watch["rows"], begin, end):
        if new["kind"] != "video":
            continue
        who = new["who"]
        frames[who] = frames.get(who, 0) + grown(old, new, "framesDecoded")
        arrived[who] = arrived.get(who, 0) + grown(old, new, "framesReceived")
        spans[who] = spans.get(who, 0) + seconds
        one = freezes.setdefault(who, [0, 0])
        one[0] += grown(old, new, "freezeCount")
        one[1] += grown(old, new, "totalFreezesDuration")
        if height := new.get("frameHeight"):
            heights.setdefault(who, []).append(height)
            if who == PUBLISHER and last.get(who, height) != height:
                changes.append((row["at"] - begin) / 1000)
            last[who] = height
    rates = {who: frames[who] / spans[who] for who in frames}
    looks = [look for look in watch["main"] if begin <= look["at"] <= end]
    times = [begin, *(look["at"] for look in looks if look["isNew"]), end]
    seen = [look["brightest"] for look in looks if "brightest" in look]
    lines = heights.get(PUBLISHER, [])
    return {
        "rate": rates.get(PUBLISHER, 0.0), "height": statistics.median_low(lines) if lines else 0,
        "share_360": sum(height >= 360 for height in lines) / len(lines) if lines else 0,
        "share_720": sum(height >= 720 for height in lines) / len(lines) if lines else 0,
        "changes": changes, "freezes": freezes.get(PUBLISHER, [0, 0]),
        "gap": max(after - before for before, after in zip(times, times[1:])) / 1000,
        "black": sum(brightest < 24 for brightest in seen),
        "missing": sum(not look["isShown"] for look in looks) / len(looks) if looks else 1,
        "tile": looks[-1]["high"] if looks else 0,
        "others": {who: rate for who, rate in sorted(rates.items()) if who != PUBLISHER},
        # What came over the line, whether or not the machine found time to decode it.
        "arrived": {who: arrived[who] / spans[who] for who in sorted(arrived)},
        "live": sum(rate >= 1 for who, rate in rates.items() if who != PUBLISHER),
    }


def received_kbps(watch, begin, end):
    rows = [row for row in watch["rows"] if begin <= row["at"] <= end and "pair" in row]
    if len(rows) < 2:
        return None
    return (rows[-1]["pair"]["received"] - rows[0]["pair"]["received"]) * 8 / (rows[-1]["at"] - rows[0]["at"])


def lateness(watch, begin, end):
    """ms by which the page's own clock comes late, p95: above some 50 the machine was too busy to measure on."""
    times = [look["at"] for look in watch["main"] if begin <= look["at"] <= end]
    return quantile([after - before - 100 for before, after in zip(times, times[1:])], 0.95)


def judge(watch, begin, end, report, line: Line | None, rows, rates=None) -> dict:
    found = {
        "sound": judge_sound(watch, begin, end, [stream["name"] for stream in report["streams"]]),
        "delay": judge_delay(watch, begin, end, report), "picture": judge_pictures(watch, begin, end),
        "kbps": received_kbps(watch, begin, end), "sites_core": report["core"],
        "late_p95": lateness(watch, begin, end),
        "rejoins": watch["rows"][-1]["rejoins"] - watch["rows"][0]["rejoins"] if watch["rows"] else None,
    }
    if line:
        rates = rates or line.rates
        found["down"] = summary(rows, "down", rates["down"])
        found["up"] = summary(rows, "up", rates["up"])
    return found


def watch_and_judge(page, line: Line, sites: Sites, seconds, settle, keep=None) -> dict:
    """What comes to a page behind a line in so many seconds, once the line is there and has settled."""
    begin_watching(page)
    line.wait_until_it_is_there()
    line.seconds_pass(settle)
    first, begin = len(line.rows()), now_ms()
    line.seconds_pass(seconds)
    end, rows = now_ms(), line.rows()[first:]
    watch, report = watched(page), sites.report()
    if keep:
        seen = {"watch": watch, "rows": rows, "begin": begin, "end": end, "report": report}
        keep.write_text(json.dumps(seen))
    return judge(watch, begin, end, report, line, rows)


def measure(playwright, profile, seconds=60.0, settle=10.0, publisher="chromium", from_the_start=False, keep=None):
    """The room behind one profile. Returns what `judge` found."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        line = Line(profile, folder, from_the_start=from_the_start)
        with Briefing(playwright, folder, [line], publisher) as briefing:
            asked = time.monotonic()
            page = briefing.viewer(line)
            joined = time.monotonic() - asked
            wait_until_live(page)
            found = watch_and_judge(page, line, briefing.sites, seconds, settle, keep)
            found["page_seconds"] = joined
            return found


def wait_until_live(page, seconds=12):
    """Until the room's pictures have begun; on a line too thin for that, until the time is over."""
    with contextlib.suppress(AssertionError):
        page.wait_for_others(2, seconds)


HEAD = (
    "profile", "concealed %", "delay p50 / p95 ms", "speaker fps", "lines", "longest still s", "black", "not shown %",
    "thumbs live", "used %", "queue p50 / p95 / max ms", "lost / overflowed %", "layer changes", "freezes",
    "page late ms")


def table_row(profile, found) -> str:
    def number(value, form="{:.0f}"):
        return "–" if value is None else form.format(value)

    sound, delay, picture, down = found["sound"], found["delay"], found["picture"], found.get("down") or {}
    cells = [
        profile, number(None if sound["concealed"] is None else sound["concealed"] * 100, "{:.2f}"),
        f"{number(delay.get('p50'))} / {number(delay.get('p95'))}", number(picture["rate"], "{:.1f}"),
        number(picture["height"]), number(picture["gap"], "{:.1f}"), str(picture["black"]),
        number(picture["missing"] * 100), str(picture["live"]),
        number(down.get("use", 0) * 100), " / ".join(number(down.get(f"queue_{key}")) for key in ("p50", "p95", "max")),
        f"{down.get('lost', 0) * 100:.1f} / {down.get('overflowed', 0) * 100:.1f}", str(len(picture["changes"])),
        f"{picture['freezes'][0]} ({picture['freezes'][1]:.1f} s)", number(found["late_p95"]),
    ]
    return "| " + " | ".join(cells) + " |"


def main():
    parser = argparse.ArgumentParser(description="The briefing on thin lines, measured with real browsers.")
    parser.add_argument("profile", nargs="+")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--settle", type=float, default=10)
    parser.add_argument("--binary", type=pathlib.Path, help="a giaoban to measure")
    parser.add_argument("--publisher", choices=("chromium", "site"), default="chromium")
    parser.add_argument("--from-the-start", action="store_true", help="the page is loaded and joins there, too")
    parser.add_argument("--nice", type=int, default=0, help="for all processes; not below -7: Chromium's sound is at -8")
    parser.add_argument("--json", type=pathlib.Path, help="a folder for what was found, and for all that was seen")
    options = parser.parse_args()
    os.nice(options.nice)
    if options.binary:
        servers.BINARY = options.binary.resolve()
    if options.json:
        options.json.mkdir(parents=True, exist_ok=True)
    print("| " + " | ".join(HEAD) + " |\n|" + "---|" * len(HEAD), flush=True)
    with sync_playwright() as playwright:
        for profile in options.profile:
            keep = options.json and options.json / f"{profile}-seen.json"
            found = measure(playwright, profile, options.seconds, options.settle, options.publisher,
                            options.from_the_start, keep)
            print(table_row(profile, found), flush=True)
            if options.json:
                (options.json / f"{profile}.json").write_text(json.dumps(found, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
