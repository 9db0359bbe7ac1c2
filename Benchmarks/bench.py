"""ops/bench: what a forwarded packet costs, beside a peer and beside the machine's limit, in one run.

Times on a shared machine vary twofold from minute to minute, so every figure is taken in turns (ours, the peer's, the
limit's, ours …) and reported as a median of rounds and as a ratio within the run.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path

from load import Load, Usage, limit_loop
from peers.giaoban import Giaoban
from peers.janus import Janus
from scenarios import SCENARIOS, Scenario, populate, subscribe

ROOT = Path(__file__).resolve().parent.parent
RELEASE = ROOT / ".build" / "release"
SERVER_CORE, LOAD_CORE = 0, 1


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def median(values: list[float]) -> float:
    return statistics.median(values)


def measure(server: Giaoban | Janus, load: Load, watchers: int, seconds: float, warmup: float = 1.0) -> dict:
    """One round: the load's report, and what the server used for it. Each packet sent goes to `watchers`."""
    marks: list[tuple[float, Usage]] = []

    def mark() -> None:
        marks.append((time.monotonic(), Usage.of(server.pid)))

    report = load.run(warmup=warmup, seconds=seconds, at_begin=mark, at_end=mark)
    used = marks[1][1].since(marks[0][1])
    # On a saturated machine the marks themselves come late: CPU counts over their time, packets over the load's.
    cores = used.cpu / (marks[1][0] - marks[0][0])
    rate = report["sent"] * watchers / report["seconds"]
    return {"us": cores / rate * 1e6, "cores": cores, "rate": rate, "resident": used.resident, "report": report,
            "user": used.user / max(used.user + used.system, 0.01),
            "loss": report["lost"] / max(1, report["received"] + report["lost"])}


def counted_calls(server: Giaoban, load: Load) -> float:
    """System calls of our media threads a packet, by the server's own counters."""
    before = server.metrics()
    load.run(warmup=0, seconds=4)
    # The counters are published every half second.
    time.sleep(0.6)
    after = server.metrics()
    calls = sum(after[f"giaoban_{kind}_calls_total"] - before[f"giaoban_{kind}_calls_total"]
                for kind in ("send", "receive", "wait"))
    return calls / max(1, after["giaoban_packets_forwarded_total"] - before["giaoban_packets_forwarded_total"])


def traced_calls(server: Janus, load: Load) -> float:
    """System calls a packet of a process without counters of its own, by strace; too slow for anything else."""
    with tempfile.NamedTemporaryFile("r") as output:
        tracer: list[subprocess.Popen] = []

        def begin() -> None:
            tracer.append(subprocess.Popen(
                ["strace", "-f", "-c", "-qq", "-o", output.name, "-p", str(server.pid)], stderr=subprocess.DEVNULL))

        def end() -> None:
            tracer[0].terminate()

        report = load.run(warmup=0, seconds=3, at_begin=begin, at_end=end)
        tracer[0].wait()
        total = [line for line in output.read().splitlines() if line.endswith("total")]
    return int(total[0].split()[3]) / max(1, report["received"]) if total else 0.0


@contextmanager
def giaoban(workers: int = 1, cpus: set[int] | None = None, flags: list[str] | None = None):
    """A running server of ours."""
    with tempfile.TemporaryDirectory(prefix="bench") as folder:
        server = Giaoban(RELEASE / "giaoban", Path(folder), workers=workers, cpus=cpus, flags=flags)
        server.start()
        try:
            yield server
        finally:
            server.stop()


@contextmanager
def janus():
    """A running Janus on the same core; event loops as many as that core can use."""
    with tempfile.TemporaryDirectory(prefix="bench") as folder:
        with Janus(event_loops=2, folder=Path(folder), cpus={SERVER_CORE}) as server:
            yield server


def load(profile: str) -> Load:
    return Load(RELEASE / "LoadGenerator", profile, LOAD_CORE)


# relay: every scenario, in turns


def compare(scenario: Scenario, profile: str, rounds: int, seconds: float, with_peer: bool) -> dict:
    """Ours, the peer's and the limit's cost of one scenario."""
    with ExitStack() as stack:
        servers: dict[str, tuple] = {}
        kinds = {"giaoban": giaoban(cpus={SERVER_CORE})} | ({"janus": janus()} if with_peer else {})
        for name, context in kinds.items():
            server = stack.enter_context(context)
            clients = stack.enter_context(load(profile))
            empty = Usage.of(server.pid).resident
            sessions = populate(server, clients, scenario)
            clients.pace(0)
            servers[name] = (server, clients, empty, sessions)
        sinks = stack.enter_context(load(profile))
        ports = sinks.sinks(scenario.watchers)
        results: dict[str, list[dict]] = {}
        for _ in range(rounds):
            for name, (server, clients, _, _) in servers.items():
                clients.pace(1)
                results.setdefault(name, []).append(measure(server, clients, scenario.watchers, seconds))
                clients.pace(0)
            for mode in ("gso", "plain"):
                out = limit_loop(RELEASE / "LimitLoop", SERVER_CORE, profile, mode, ports, seconds=seconds,
                                 **scenario.limit())
                results.setdefault(f"limit {mode}", []).append(
                    {"us": (out["user"] + out["system"]) / out["packets"] * 1e6, "packets": out["packets"]})
        summary: dict = {"scenario": scenario.name, "profile": profile, "rounds": rounds, "seconds": seconds}
        for name, rows in results.items():
            summary[name] = {"us": median([row["us"] for row in rows]), "all us": [round(row["us"], 3) for row in rows]}
            if name not in servers:
                continue
            server, clients, empty, sessions = servers[name]
            summary[name] |= {
                "user share": median([row["user"] for row in rows]), "loss": max(row["loss"] for row in rows),
                "packets a second": median([row["rate"] for row in rows]),
                "kB a session": (rows[-1]["resident"] - empty) / sessions / 1024,
                "delay": {key: median([row["report"]["delay"][key] for row in rows]) for key in ("p50", "p95", "p99")}
                | {"max": max(row["report"]["delay"]["max"] for row in rows)}}
            clients.pace(1)
            if isinstance(server, Giaoban):
                summary[name]["calls a packet"] = counted_calls(server, clients)
            else:
                summary[name]["calls a packet"] = traced_calls(server, clients)
            clients.pace(0)
        pairs = {f"/ {name}": [ours["us"] / theirs["us"] for ours, theirs in zip(results["giaoban"], rows)]
                 for name, rows in results.items() if name != "giaoban"}
        summary["ratios"] = {name: median(values) for name, values in pairs.items()}
        return summary


def show(summary: dict) -> None:
    say(f"\n{summary['scenario']} ({summary['profile']})")
    for name in ("giaoban", "janus", "limit gso", "limit plain"):
        if name not in summary:
            continue
        row = summary[name]
        more = ""
        if "delay" in row:
            delay = row["delay"]
            more = (f"  delay p50 {delay['p50'] / 1000:.2f} p99 {delay['p99'] / 1000:.2f} max {delay['max'] / 1000:.2f}"
                    f" ms  loss {row['loss']:.5f}  {row['kB a session']:.0f} kB a session"
                    f"  {row['calls a packet']:.3f} calls")
        say(f"  {name:12} {row['us']:7.2f} us a packet{more}")
    say("  ratios  " + "  ".join(f"{name} {value:.3f}" for name, value in summary["ratios"].items()))


def bench_relay(arguments: argparse.Namespace) -> list[dict]:
    wanted = [scenario for scenario in SCENARIOS if arguments.only in scenario.name]
    profiles = [arguments.profile] if arguments.profile != "both" else ["gcm", "cm"]
    summaries = []
    for profile in profiles:
        for scenario in wanted:
            if profile == "cm" and arguments.profile == "both" and scenario.name not in ("video 1 -> 200",
                                                                                        "pictures alone 1 -> 200"):
                continue
            summaries.append(
                compare(scenario, profile, arguments.rounds, arguments.seconds, not arguments.without_peer))
            show(summaries[-1])
    return summaries


# saturation, and the delay at half of it


def saturate(server: Giaoban, clients: Load, watchers: int, step: float = 1.12) -> dict:
    """Raises the pace until packets are lost, twice in a row; the last pace without loss."""
    best: dict = {}
    factor = 1.0
    failures = 0
    while factor < 200 and failures < 2:
        clients.pace(factor)
        row = measure(server, clients, watchers, 2, warmup=0.7)
        if row["loss"] > 0.0001 or row["report"]["delay"]["p99"] > 50_000:
            failures += 1
            continue
        failures = 0
        best = {"factor": factor, "packets a second": row["rate"], "us": row["us"], "cores": row["cores"],
                "generator cores": row["report"]["ownCPU"] / 2}
        factor *= step if row["cores"] > 0.5 else 1.5
    clients.pace(1)
    return best


def bench_delay(arguments: argparse.Namespace) -> list[dict]:
    results = []
    for name, workers in (("20 rooms, 1 -> 10", 1), ("meeting of 12, all to all", 1), ("video 1 -> 200", 1),
                          ("video 1 -> 200", 2)):
        if arguments.only not in name:
            continue
        scenario = next(one for one in SCENARIOS if one.name == name)
        with giaoban(workers=workers, cpus={SERVER_CORE, LOAD_CORE} if workers > 1 else {SERVER_CORE}) as server, \
                load("gcm") as clients:
            populate(server, clients, scenario)
            # Each eighth client listens, the others' packets end in the kernel: the generator keeps up.
            clients.deafen(8)
            top = saturate(server, clients, scenario.watchers)
            clients.pace(top["factor"] / 2)
            quiet = measure(server, clients, scenario.watchers, arguments.seconds)
            composer = subprocess.Popen(
                ["nice", "-n", "15", "taskset", "-c", str(LOAD_CORE), "ffmpeg", "-v", "quiet", "-f", "lavfi", "-re",
                 "-i", "testsrc2=size=1280x720:rate=60", "-c:v", "libx264", "-preset", "medium", "-f", "null", "-"],
                stdin=subprocess.DEVNULL)
            try:
                busy = measure(server, clients, scenario.watchers, arguments.seconds)
            finally:
                composer.kill()
                composer.wait()
        name = f"{name}, {workers} worker{'s' * (workers > 1)}"
        row = {"scenario": name, "saturation": top, "half": quiet["report"]["delay"] | {"loss": quiet["loss"]},
               "half, composing beside it": busy["report"]["delay"] | {"loss": busy["loss"]}}
        results.append(row)
        say(f"\n{name}: {top['packets a second']:.0f} packets/s on {top['cores']:.2f} cores without loss"
            f" ({top['us']:.2f} us a packet)")
        for key in ("half", "half, composing beside it"):
            delay = row[key]
            say(f"  {key}: p50 {delay['p50']} p95 {delay['p95']} p99 {delay['p99']} max {delay['max']} us,"
                f" loss {delay['loss']:.6f}")
    return results


# joins: a province comes into a running call


def bench_joins(arguments: argparse.Namespace) -> list[dict]:
    with giaoban(workers=arguments.workers) as server, load("gcm") as clients:
        populate(server, clients, Scenario("running call", publishers=3, viewers=20))
        watched = [0, 0, 0]
        opened = clients.open(264)
        clients.say(verb="run", warmup=1, seconds=34)
        while clients.hear().get("event") != "begin":
            pass
        start = time.monotonic()
        for place, (session, transport) in enumerate(opened):
            time.sleep(max(0, start + place * 30 / 264 - time.monotonic()))
            asked = time.time()
            remote = subscribe(server, 1, watched, None, transport, Scenario("", voices=True, pictures=True))
            clients.connect(session, remote, asked=asked)
        while True:
            report = clients.hear()
            if report.get("event") == "report":
                break
    first = sorted(report["firstMedia"])
    result = {"joined": len(first), "first media p50 ms": first[len(first) // 2],
              "first media p99 ms": first[int(len(first) * 0.99)], "first media max ms": first[-1],
              "delay": report["delay"], "lost": report["lost"], "workers": arguments.workers}
    say(f"\n264 joins in 30 s: {result['joined']} in media, first media p50 {result['first media p50 ms']:.0f} ms,"
        f" p99 {result['first media p99 ms']:.0f} ms; delay of the running call p99 {report['delay']['p99']} us,"
        f" max {report['delay']['max']} us; lost {report['lost']}")
    return [result]


# workers: what two carry


def bench_workers(arguments: argparse.Namespace) -> list[dict]:
    results = []
    # Few publishers and many viewers, so that the generator, which needs part of the second core, needs little.
    for scenario, flags in ((Scenario("4 rooms, 1 -> 66", rooms=4, viewers=66), []),
                            (Scenario("one room over both, 1 -> 264", viewers=264), ["--room-share", "132"])):
        name = scenario.name
        rows: dict[int, list[dict]] = {1: [], 2: []}
        for _ in range(arguments.rounds):
            for workers in (1, 2):
                with giaoban(workers=workers, cpus={0, 1}, flags=flags) as server, load("gcm") as clients:
                    populate(server, clients, scenario)
                    clients.deafen(16)
                    rows[workers].append(saturate(server, clients, scenario.watchers, step=1.06))
        carried = {workers: median([row["packets a second"] for row in list_]) for workers, list_ in rows.items()}
        capacity = {workers: workers / median([row["us"] for row in list_]) * 1e6 for workers, list_ in rows.items()}
        results.append({"scenario": name, "rows": rows, "carried": carried, "capacity": capacity,
                        "ratio carried": carried[2] / carried[1], "ratio capacity": capacity[2] / capacity[1]})
        say(f"\n{name}: one worker carries {carried[1]:.0f} packets/s, two {carried[2]:.0f} with the generator on the"
            f" second core ({carried[2] / carried[1]:.2f} x); by CPU time of their own {capacity[2] / capacity[1]:.2f} x")
    return results


# soak: people come and go


def bench_soak(arguments: argparse.Namespace) -> list[dict]:
    samples = []
    scenario = Scenario("", publishers=2, viewers=8, rooms=20)
    with giaoban(workers=arguments.workers) as server, load("gcm") as clients:
        populate(server, clients, scenario)
        clients.pace(0.2)
        start = time.monotonic()
        present: list[tuple[int, int, int]] = []
        turn = 0
        while time.monotonic() - start < arguments.minutes * 60:
            turn += 1
            room = turn % 20 + 1
            (session, transport), = clients.open(1)
            remote = server.subscribe(room, None, transport, voices=2, pictures=2)
            clients.connect(session, remote)
            present.append((session, room, remote.feed or 0))
            if len(present) > 60:
                gone, its_room, participant = present.pop(0)
                clients.close(gone)
                # Half of them say goodbye, half just vanish.
                if turn % 2:
                    server.leave(its_room, participant)
            time.sleep(0.5)
            if turn % 20 == 0:
                minute = (time.monotonic() - start) / 60
                samples.append((round(minute, 2), Usage.of(server.pid).resident))
                if turn % 240 == 0:
                    say(f"minute {minute:.1f}: {samples[-1][1] / 1e6:.1f} MB,"
                        f" {server.metrics()['giaoban_participants']:.0f} participants")
    after_five = median([resident for minute, resident in samples if 5 <= minute < 6] or [samples[0][1]])
    end = median([resident for _, resident in samples[-6:]])
    say(f"\nresident after minute five {after_five / 1e6:.2f} MB, at the end {end / 1e6:.2f} MB:"
        f" {(end / after_five - 1) * 100:+.2f} %")
    return [{"after minute five": after_five, "end": end, "growth": end / after_five - 1, "samples": samples}]


def main() -> None:
    parser = argparse.ArgumentParser(prog="ops/bench", description=__doc__)
    parser.add_argument("what", choices=["relay", "delay", "joins", "workers", "soak"])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=10, help="of each round")
    parser.add_argument("--only", default="", help="scenarios whose name has this in it")
    parser.add_argument("--profile", choices=["gcm", "cm", "both"], default="both")
    parser.add_argument("--without-peer", action="store_true")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--minutes", type=float, default=60)
    arguments = parser.parse_args()
    results = {"relay": bench_relay, "delay": bench_delay, "joins": bench_joins, "workers": bench_workers,
               "soak": bench_soak}[arguments.what](arguments)
    folder = ROOT / "var" / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{arguments.what}-{datetime.now():%Y%m%d-%H%M%S}.json"
    path.write_text(json.dumps({"machine": os.uname().release, "cores": os.cpu_count(), "results": results}, indent=1))
    say(f"\nSaved as {path.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
