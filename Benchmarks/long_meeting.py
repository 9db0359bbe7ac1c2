"""A long meeting's journal, written faster than time passes, and how soon after its end its film is there."""

from __future__ import annotations

import argparse
import itertools
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from bench import LOAD_CORE, RELEASE, ROOT, SERVER_CORE, giaoban, load, say
from load import Load
from peers.giaoban import Giaoban
from scenarios import Scenario, populate

sys.path.append(str(ROOT / "Tests" / "EndToEnd"))

from support.film import probe  # noqa: E402
from support.media import CAMERA_RATE, camera_layer, voice_packets  # noqa: E402
from support.written_journal import Journal, encode, ivf_frames, rtp, vp8_payloads  # noqa: E402

SITES, PICTURES = 9, 3
LOOP = 30
"""Seconds of the clips that a meeting's media repeat."""
PAGE_SECONDS, TURN_SECONDS, ITEM_SECONDS = 40, 120, 900


class Meeting:
    """Nine voices, the pictures of three who are on the stage, pages and an agenda, for as long as is wished. What is said
    at a time follows from the time alone, so that one process begins the journal and another goes on."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.written = folder / "written.json"
        self.voice = [packet for _, packet in ivf_frames(voice_packets(140).read_bytes())]
        # Of each site's frames the packets, and how many there are before each of them; the last: in all.
        self.frames, self.counts = [], []
        for site in range(PICTURES):
            clip = ivf_frames(camera_layer("h", hue=120 * site, seconds=LOOP).read_bytes())
            frames = [vp8_payloads(frame) for _, frame in clip][:LOOP * CAMERA_RATE]
            self.frames.append(frames)
            self.counts.append([0, *itertools.accumulate(map(len, frames))])

    @staticmethod
    def begin(folder: Path) -> "Meeting":
        shutil.rmtree(folder, ignore_errors=True)
        meeting = Meeting(folder)
        meeting.journal = Journal(folder / "journal")
        pages = folder / "journal" / "pages"
        pages.mkdir()
        for number in range(1, 5):
            (pages / f"{number}.png").write_bytes(encode(
                "-f", "lavfi", "-i", f"testsrc=s=1240x1754:d=0.04,hue=h={number * 60}", "-frames:v", "1", "-c:v", "png", "-f",
                "image2pipe"))
        for site in range(SITES):
            meeting.journal.began(0, meeting._track(site), "voice", "opus", 48_000, f"p{site}", f"Điểm cầu {site + 1}")
        for site in range(PICTURES):
            meeting.journal.began(
                0, meeting._track(site) + 1, "camera", "vp8", 90_000, f"p{site}", f"Điểm cầu {site + 1}")
        meeting.journal.event(0, stage=[f"p{site}" for site in range(PICTURES)])
        meeting.second = 0
        return meeting

    @staticmethod
    def resume(folder: Path) -> "Meeting":
        meeting = Meeting(folder)
        known = json.loads(meeting.written.read_text())
        meeting.journal = Journal.again(folder / "journal", known["blocks"])
        meeting.second = known["seconds"]
        return meeting

    @staticmethod
    def _track(site: int) -> int:
        return 10 * (site + 1)

    def write(self, seconds: int, *, over=False) -> None:
        """The next seconds, a block each, as the recorder does."""
        with open(self.journal.path, "ab") as file:
            for _ in range(seconds):
                self._add(self.second)
                self.second += 1
                for block, _ in self.journal.blocks_of():
                    file.write(block)
                self.journal.records.clear()
                if self.second % 600 == 0:
                    say(f"  {self.second // 60} minutes written")
            if over:
                self.journal.event(self.second * 1_000_000, over=True)
                for block, _ in self.journal.blocks_of():
                    file.write(block)
                self.journal.records.clear()
            file.flush()
            os.fsync(file.fileno())
        self.written.write_text(json.dumps({"seconds": self.second, "blocks": self.journal.blocks}))

    def _add(self, second: int) -> None:
        journal, start = self.journal, second * 1_000_000
        for site in range(SITES):
            track, base = self._track(site), second * 50
            for index in range(50):
                number = base + index
                # All speak all the time.
                payload = self.voice[(number + site * 37) % len(self.voice)]
                journal.packet(start + index * 20_000 + 30_000 + site * 11, track,
                               rtp(number, number * 960, track, payload, payload_type=111))
            if second % 5 == 0:
                journal.clock(start + 30_500, track, base * 960, 3_976_000_000 + second)
        for site in range(PICTURES):
            track = self._track(site) + 1
            for index in range(CAMERA_RATE):
                number = second * CAMERA_RATE + index
                rounds, frame = divmod(number, len(self.frames[site]))
                parts = self.frames[site][frame]
                sequence = rounds * self.counts[site][-1] + self.counts[site][frame]
                for place, part in enumerate(parts):
                    journal.packet(
                        start + index * 40_000 + 35_000 + place * 300, track,
                        rtp(sequence + place, number * 3_600, track, part, marker=place == len(parts) - 1))
            journal.clock(start + 36_000, track, second * 90_000, 3_976_000_000 + second)
        if second % PAGE_SECONDS == 0:
            page = second // PAGE_SECONDS % 5
            journal.event(start, page=None if page == 4 else {"paper": "a", "page": page + 1, "image": f"pages/{page + 1}.png"})
        if second % TURN_SECONDS == 0:
            site = second // TURN_SECONDS % SITES
            journal.event(start, floor={"owners": [f"p{site}"], "name": f"Điểm cầu {site + 1}"}, speaker=f"p{site}")
        if second % ITEM_SECONDS == 0:
            item = second // ITEM_SECONDS + 1
            journal.event(start, item={"id": item, "title": f"Nội dung {item}"})


class Composing:
    """`giaoban archive compose --follow`, as a server starts it."""

    def __init__(self, folder: Path) -> None:
        self.out = folder / "film"
        self.process = subprocess.Popen(
            [str(RELEASE / "giaoban"), "archive", "compose", str(folder / "journal"), "--out", str(self.out), "--follow"])

    @property
    def state(self) -> dict:
        try:
            return json.loads((self.out / "state.json").read_text())
        except FileNotFoundError:
            return {}

    @property
    def _status(self) -> list[str]:
        return Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()

    @property
    def cpu(self) -> float:
        """Seconds so far."""
        user, system = self._status[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    @property
    def has_ended(self) -> bool:
        return self._status[0] in "ZX"

    def until(self, what: str, condition, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not condition(self.state):
            if self.has_ended and not condition(self.state):
                raise RuntimeError(f"the composer ended before {what}: {self.state}")
            if time.monotonic() > deadline:
                raise RuntimeError(f"waited {seconds:g} s in vain for {what}: {self.state}")
            time.sleep(0.1)

    def end(self) -> float:
        """Waits for its end. Returns the CPU seconds that it took in all."""
        _, status, usage = os.wait4(self.process.pid, 0)
        self.process.returncode = os.waitstatus_to_exitcode(status)
        return usage.ru_utime + usage.ru_stime

    def stop(self) -> None:
        """What it has done is kept."""
        if self.process.returncode is None:
            self.process.terminate()
            self.end()

    def __enter__(self) -> "Composing":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def prepare(arguments: argparse.Namespace) -> list[dict]:
    """The meeting up to its last minutes, and its film as far."""
    seconds = int(arguments.hours * 3600 - arguments.live)
    began = time.monotonic()
    meeting = Meeting.begin(arguments.folder)
    meeting.write(seconds)
    bytes_ = meeting.journal.path.stat().st_size
    say(f"{seconds / 60:.0f} minutes written in {time.monotonic() - began:.0f} s: {bytes_ / 1e6:.0f} MB")
    with Composing(arguments.folder) as composing:
        began = time.monotonic()
        composing.until("what is there is composed", lambda state: state.get("phase") == "following" and
                        state["composed"] > seconds - 30, seconds * 3 + 600)
        taken, cpu = time.monotonic() - began, composing.cpu
    result = {"step": "prepare", "minutes": seconds / 60, "composed s": taken, "times real time": seconds / taken,
              "CPU s a minute": cpu / (seconds / 60), "MB": bytes_ / 1e6}
    say(f"composed in {taken:.0f} s, {seconds / taken:.1f} x real time, {cpu / (seconds / 60):.1f} CPU seconds a minute")
    return [result]


def delays(rows: list[dict]) -> dict:
    """Of windows of a second: how long packets were on their way, all together and in the worst seconds."""
    counts = Counter()
    for row in rows:
        counts.update(dict(row["counts"]))
    found = sorted(row["delay"]["p99"] for row in rows)
    return {"packets": counts.total(), "p99": quantile(counts, 0.99), "p999": quantile(counts, 0.999),
            "max": max(row["delay"]["max"] for row in rows), "windows": len(rows),
            "p99 of a window": statistics.median(found), "of the worst": found[-5:]}


def quantile(counts: Counter, share: float) -> int:
    """The delay, in µs, that this share of the packets does not exceed; of a step of 10 µs its begin."""
    left = counts.total() * share
    for delay, number in sorted(counts.items()):
        left -= number
        if left <= 0:
            return delay
    return 0


def measure(clients: Load, seconds: float) -> dict:
    """A report of some seconds."""
    return clients.run(warmup=0.05, seconds=seconds, counts=True)


def finish(arguments: argparse.Namespace) -> list[dict]:
    """The meeting's end as time passes, another call beside it, and how long its film takes then."""
    meeting = Meeting.resume(arguments.folder)
    from_here = meeting.second
    scenario = Scenario("another call: 12, all to all", publishers=12, everybody=True)
    with giaoban(cpus={SERVER_CORE, LOAD_CORE}) as server, load("gcm") as clients:
        populate(server, clients, scenario)
        clients.deafen(4)
        alone = [measure(clients, 0.9) for _ in range(20)]
        with Composing(arguments.folder) as composing:
            # As it would be had it been there all the while.
            composing.until("what is there is composed again", lambda state: state.get("phase") == "following" and
                            state["composed"] > from_here - 30, 1800)
            cpu, began = composing.cpu, time.monotonic()
            beside, behind = [], []
            while (passed := time.monotonic() - began) < arguments.live:
                meeting.write(max(0, int(passed) + 1 - (meeting.second - from_here)))
                beside.append(measure(clients, 0.9))
                behind.append(meeting.second - composing.state.get("composed", 0))
            meeting.write(1, over=True)
            ended = time.monotonic()
            while composing.state.get("phase") != "done" and not composing.has_ended:
                beside.append(measure(clients, 0.9))
            composing.until("the film", lambda state: state.get("phase") == "done", 1)
            ready = time.monotonic() - ended
            cpu = composing.end() - cpu
    found = probe(composing.out / "film.mp4")
    live = meeting.second - from_here
    result = {
        "step": "finish", "film s": float(found["format"]["duration"]), "MB": int(found["format"]["size"]) / 1e6,
        "chapters": len(found["chapters"]), "ready s": ready, "live s": live, "CPU s a minute": cpu / (live / 60),
        "most behind s": max(behind),
        "delay of another call us": {"alone": delays(alone), "composing beside it": delays(beside)}}
    say(f"\na film of {result['film s'] / 60:.0f} minutes was there {ready:.1f} s after the end; "
        f"{result['CPU s a minute']:.1f} CPU seconds a minute; composing was {max(behind):.0f} s behind at most; the other "
        f"call's delay {result['delay of another call us']}")
    return [result]


def bench_ready(arguments: argparse.Namespace) -> list[dict]:
    results = []
    if arguments.step in ("all", "prepare"):
        results += prepare(arguments)
    if arguments.step in ("all", "finish"):
        results += finish(arguments)
    return results
