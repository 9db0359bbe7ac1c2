"""ops/bench recording: what recording costs the calls, how it does with many, and how soon a long meeting can be watched."""

from __future__ import annotations

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bench import LOAD_CORE, RELEASE, ROOT, SERVER_CORE, load, say
from load import Load
from peers.giaoban import Giaoban
from scenarios import Scenario, populate

sys.path.append(str(ROOT / "Tests" / "EndToEnd"))

from support.api import Caller  # noqa: E402
from support.conduct import end_demonstration  # noqa: E402

RELAY, RECORDER = "relay-", "recorder"


class RecordedServer(Giaoban):
    """A server with meetings of the demo province that its secretary can have recorded; room N is that of meeting N."""

    # Who leads may come in to a meeting without a seat.
    rights = ("--publish", "--view", "--chair")

    def __init__(self, folder: Path, *, workers: int = 1, cpus: set[int] | None = None) -> None:
        super().__init__(RELEASE / "giaoban", folder, workers=workers, cpus=cpus, flags=["--demo"])
        self.meetings: list[int] = []
        self.names: dict[int, str] = {}

    def room(self, number: int) -> str:
        return self.names.get(number) or super().room(number)

    def book(self, count: int) -> None:
        """Meetings that are on now, each of a site of its own; they are opened."""
        self.secretary = Caller(self.https_port).sign_in()
        end_demonstration(self.secretary)
        sites = next(group["sites"] for group in self.secretary.get("/api/groups").body["groups"] if group["id"] == "all")
        start = datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")) + timedelta(minutes=1)
        for number in range(1, count + 1):
            answer = self.secretary.call("POST", "/api/series", {
                "title": f"Giao ban {number}", "organiser": self.secretary.me["person"]["unit"]["id"], "chair": None,
                "start": start.strftime("%Y-%m-%dT%H:%M"), "minutes": 60, "rule": None, "holidays": "keep", "form": "online",
                "periodic": False, "venue": None, "sites": [sites[number - 1]], "people": [], "agenda": [], "notes": ""})
            if answer.status != 201:
                raise RuntimeError(f"meeting {number} was not booked: {answer.text}")
            meeting = answer.body["occurrence"]
            self.meetings.append(meeting)
            way = self.secretary.call("POST", f"/api/occurrences/{meeting}/join", {}).body["url"]
            self.names[number] = way.split("/")[2].split("?")[0]
            self.act(number, "open")

    def act(self, number: int, do: str) -> None:
        answer = self.secretary.call("POST", f"/api/occurrences/{self.meetings[number - 1]}/acts", {"do": do})
        if answer.status >= 300:
            raise RuntimeError(f"{do} was refused: {answer.text}")

    def journals(self) -> list[Path]:
        """Folders of recordings."""
        return sorted((self.folder / "var" / "recordings").glob("*"))

    def shown(self, journal: Path) -> dict:
        """What a journal holds."""
        done = subprocess.run([str(self.binary), "archive", "show", str(journal)], capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"{journal.name}: {done.stderr}")
        return json.loads(done.stdout)

    def end_composers(self) -> int:
        """Kills those that follow a recording now. Returns how many there were."""
        found = composers(self.pid)
        for process in found:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        return len(found)


def composers(server: int) -> list[int]:
    """A server's processes that make films."""
    found = []
    for task in Path(f"/proc/{server}/task").iterdir():
        try:
            children = (task / "children").read_text().split()
            found += [int(child) for child in children if b"compose" in Path(f"/proc/{child}/cmdline").read_bytes()]
        except (FileNotFoundError, ProcessLookupError):  # It has just ended.
            continue
    return found


@contextmanager
def recorded(count: int, *, workers: int = 1, cpus: set[int] | None = None):
    with tempfile.TemporaryDirectory(prefix="bench") as folder:
        server = RecordedServer(Path(folder), workers=workers, cpus=cpus)
        server.start()
        try:
            server.book(count)
            yield server
        finally:
            server.stop()


def cpu_by_thread(pid: int) -> dict[str, float]:
    """Seconds of CPU time by the beginning of threads' names."""
    found: dict[str, float] = {RELAY: 0, RECORDER: 0, "others": 0}
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            name = (task / "comm").read_text().strip()
            seconds = int((task / "schedstat").read_text().split()[0]) / 1e9
        except FileNotFoundError:
            continue
        found[next((kind for kind in (RELAY, RECORDER) if name.startswith(kind)), "others")] += seconds
    return found


def window(server: RecordedServer, clients: Load, seconds: float) -> dict:
    """A run of some seconds: its report, the CPU seconds of the server's threads, and what came to journals meanwhile."""
    marks: list[tuple[float, dict[str, float], int]] = []

    def mark() -> None:
        marks.append((time.monotonic(), cpu_by_thread(server.pid), written(server.journals())))

    # What has gathered before a pause is flushed within a second.
    report = clients.run(warmup=1.5, seconds=seconds, at_begin=mark, at_end=mark)
    (begin, before, old), (end, after, new) = marks
    return {"report": report, "seconds": end - begin, "cpu": {name: after[name] - before[name] for name in before},
            "MB a second": (new - old) / 1e6 / (end - begin)}


def written(journals: list[Path]) -> int:
    """Bytes of journals."""
    return sum(one.stat().st_size for journal in journals for one in journal.glob("*.giaoban-journal"))


def until(what: str, condition, seconds: float = 60):
    """What a condition gives once that is true."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise RuntimeError(f"waited {seconds:g} s in vain for {what}")
        time.sleep(0.1)
    return value


# tap: the same load with and without a recording, in turns


def bench_tap(arguments: argparse.Namespace) -> list[dict]:
    results = []
    for scenario in (Scenario("meeting of 12, all to all", publishers=12, everybody=True), Scenario("video 1 -> 10", viewers=10),
                     Scenario("video 1 -> 50", viewers=50)):
        if arguments.only not in scenario.name:
            continue
        with recorded(1, cpus={SERVER_CORE}) as server, load("gcm") as clients:
            populate(server, clients, scenario)
            server.act(1, "record.start")
            journal, = until("a recording", server.journals)
            # Films are another matter: a composer that fails some times is not begun again.
            for _ in range(3):
                until("a composer", server.end_composers, 30)
            until("pictures and voices in the journal", lambda: {"voice", "camera"} <= {
                track["role"] for track in server.shown(journal).get("tracks", []) if track["packets"] > 50})
            rows: dict[bool, list[dict]] = {True: [], False: []}
            is_on = True
            for number in range(2 * arguments.rounds):
                # On, off, off, on: what gets slower with time does so for both.
                wanted = number % 4 in (0, 3)
                if wanted != is_on:
                    server.act(1, "record.start" if wanted else "record.pause")
                    is_on = wanted
                row = window(server, clients, arguments.seconds)
                if wanted != (row["MB a second"] > 0.03):
                    raise RuntimeError(f"{row['MB a second']} MB/s were written {'with' if wanted else 'without'} a recording")
                sent = row["report"]["sent"] / row["report"]["seconds"]
                rows[wanted].append({
                    "us": row["cpu"][RELAY] / row["seconds"] / (sent * scenario.watchers) * 1e6,
                    "recorder": row["cpu"][RECORDER] / row["seconds"], "kept": row["MB a second"], "delay": row["report"]["delay"],
                    "loss": row["report"]["lost"] / max(1, row["report"]["received"])})
            server.act(1, "record.stop")
        pairs = [on["us"] / off["us"] for on, off in zip(rows[True], rows[False])]
        mean = {state: statistics.fmean(row["us"] for row in rows[state]) for state in rows}
        result = {
            "scenario": scenario.name, "us": {"recorded": mean[True], "not": mean[False]}, "ratio": mean[True] / mean[False],
            "median of pairs": statistics.median(pairs), "pairs": [round(pair, 3) for pair in pairs],
            "recorder cores": statistics.fmean(row["recorder"] for row in rows[True]),
            "MB a second": statistics.fmean(row["kept"] for row in rows[True]),
            "delay p99 us": {name: statistics.median(row["delay"]["p99"] for row in rows[state])
                             for name, state in (("recorded", True), ("not", False))},
            "loss": max(row["loss"] for state in rows for row in rows[state])}
        results.append(result)
        say(f"\n{scenario.name}: forwarding {mean[True]:.2f} us a packet recorded, {mean[False]:.2f} not: "
            f"ratio {result['ratio']:.3f} (median of pairs {result['median of pairs']:.3f}); the recorder's own thread "
            f"{result['recorder cores'] * 100:.1f} % of a core for {result['MB a second']:.2f} MB/s; delay p99 {result['delay p99 us']}")
    return results


# many: twenty recordings at once


def bench_many(arguments: argparse.Namespace) -> list[dict]:
    rooms = arguments.recordings
    scenario = Scenario(f"{rooms} rooms of 3, all to all", rooms=rooms, publishers=3, everybody=True)
    with recorded(rooms, cpus={SERVER_CORE, LOAD_CORE}) as server, load("gcm") as clients:
        populate(server, clients, scenario)
        before = window(server, clients, arguments.seconds)
        for number in range(1, rooms + 1):
            server.act(number, "record.start")
        journals = until("recordings", lambda: server.journals() if len(server.journals()) == rooms else None)
        during = window(server, clients, arguments.seconds)
        for number in range(1, rooms + 1):
            server.act(number, "record.stop")
        until("their journals' ends", lambda: all(
            any("over" in event["event"] for event in server.shown(journal)["events"]) for journal in journals))
        dropped, damaged, packets, holes = 0, 0, 0, 0.0
        for journal in journals:
            body = server.shown(journal)
            dropped += sum(track["lost"] for track in body["tracks"])
            packets += sum(track["packets"] for track in body["tracks"])
            holes = max(holes, *(track["gap"] for track in body["tracks"]))
            damaged += bool(body["damage"])
        until("their hashes", lambda: verified(server)[0] == rooms, 120)
        checked, different = verified(server)
    result = {
        "recordings": rooms, "seconds": during["seconds"], "MB a second": during["MB a second"], "packets kept": packets,
        "packets dropped": dropped, "damaged": damaged, "longest gap of a track s": holes, "checked": checked,
        "different": different,
        "cores": {name: value / during["seconds"] for name, value in during["cpu"].items()},
        "cores before": {name: value / before["seconds"] for name, value in before["cpu"].items()},
        "delay us": {"recorded": during["report"]["delay"], "before": before["report"]["delay"]},
        "loss": during["report"]["lost"] / max(1, during["report"]["received"])}
    say(f"\n{rooms} recordings at once: {packets} packets kept, {dropped} dropped, {damaged} damaged; "
        f"{checked} journals verified, {different} different; {during['MB a second']:.1f} MB/s; recorder {result['cores'][RECORDER]:.3f}, "
        f"relay {result['cores'][RELAY]:.2f} cores ({result['cores before'][RELAY]:.2f} before); delay p99 "
        f"{during['report']['delay']['p99']} us ({before['report']['delay']['p99']} before)")
    return [result]


def verified(server: RecordedServer) -> tuple[int, int]:
    """Journals that `giaoban archive verify` has compared with the chain of acts, and how many differ."""
    done = subprocess.run([str(server.binary), "archive", "verify", "--data", str(server.folder / "var")], capture_output=True,
                          text=True)
    words = done.stdout.strip().splitlines()[-1].split() if done.stdout.strip() else ["0", "", "0"]
    return int(words[0]), int(words[2])


def main() -> None:
    from long_meeting import bench_ready

    parser = argparse.ArgumentParser(prog="ops/bench recording", description=__doc__)
    parser.add_argument("what", choices=["tap", "many", "ready"])
    parser.add_argument("step", nargs="?", choices=["all", "prepare", "finish"], default="all",
                        help="ready: prepare writes and composes the meeting up to its last minutes; finish goes on from there")
    parser.add_argument("--rounds", type=int, default=10, help="tap: windows with and without a recording")
    parser.add_argument("--seconds", type=float, default=4, help="of a window")
    parser.add_argument("--only", default="", help="tap: loads whose name has this in it")
    parser.add_argument("--recordings", type=int, default=20, help="many: how many at once")
    parser.add_argument("--hours", type=float, default=3, help="ready: how long the meeting is")
    parser.add_argument("--live", type=float, default=150, help="ready: seconds of its end that are written as time passes")
    parser.add_argument("--folder", type=Path, default=ROOT / "var" / "bench" / "meeting", help="ready: where it is kept")
    arguments = parser.parse_args()
    results = {"tap": bench_tap, "many": bench_many, "ready": bench_ready}[arguments.what](arguments)
    folder = ROOT / "var" / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"recording-{arguments.what}-{datetime.now():%Y%m%d-%H%M%S}.json"
    path.write_text(json.dumps({"machine": os.uname().release, "cores": os.cpu_count(), "results": results}, indent=1))
    say(f"\nSaved as {path.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
