"""ops/line, measured from both of its ends with datagrams whose times of sending and arrival are known."""

import csv
import json
import os
import pathlib
import signal
import statistics
import subprocess
import sys
import time
import uuid

import pytest

from support.server import ROOT, free_port
from support.thinline import quantile
from support.waiting import wait_for

LINE = str(ROOT / "ops/line")
DATAGRAMS = str(pathlib.Path(__file__).parent / "support/datagrams.py")
PROFILES = list(csv.DictReader((ROOT / "media/lines.csv").open()))
MOMENT = 0.0015  # what waking up and a system call may take, in seconds


@pytest.fixture(scope="module", autouse=True)
def root():
    assert os.geteuid() == 0, "these tests make network namespaces: run them as root"
    # Built on first use: not while times are taken.
    subprocess.run([LINE, "lan", "true"], check=True)


class Way:
    """What arrived at one end: phases of (number, time sent, time arrived, size), in the order of arrival."""

    def __init__(self, sender, receiver, phases):
        self.sent = sender["sent"]
        self.began = receiver["began"]
        self.phases = [
            [(number, sent, came, size) for number, at, sent, came, size in receiver["arrived"] if at == phase["at"]]
            for phase in phases
        ]

    def delays(self, phase):
        return [came - sent for _, sent, came, _ in self.phases[phase]]

    def numbers(self, phase):
        return [row[0] for row in self.phases[phase]]

    def kbps(self, phase, after=0.0, before=float("inf")):
        rows = [row for row in self.phases[phase] if after <= row[2] < before]
        return sum(row[3] for row in rows[1:]) * 8 / 1000 / (rows[-1][2] - rows[0][2])


def net():
    return next(x for x in range(100 + os.getpid() % 100, 255) if not os.path.exists(f"/sys/class/net/gbline{x}"))


def measure(profile, up, down, *options, tail=0.0):
    """Both ends send their phases [(seconds, kbps, size)…] at the same time. Returns the ways up and down."""
    x, port, start = net(), free_port(), time.monotonic() + 0.35

    def plan(phases):
        planned, at = [], start
        for seconds, kbps, size in phases:
            planned.append({"at": at, "seconds": seconds, "kbps": kbps, "size": size})
            at += seconds
        return planned, at

    (up_plan, up_end), (down_plan, down_end) = plan(up), plan(down)
    end = max(up_end, down_end) + tail

    def command(address, phases):
        return [sys.executable, DATAGRAMS, str(port), address, json.dumps({"end": end, "phases": phases})]

    inside = subprocess.Popen(
        [LINE, profile, "--net", str(x), *options, "--", *command(f"10.99.{x}.1", up_plan)], stdout=subprocess.PIPE)
    outside = subprocess.Popen(command(f"10.99.{x}.2", down_plan), stdout=subprocess.PIPE)
    far, near = (json.loads(one.communicate(timeout=30)[0]) for one in (inside, outside))
    assert inside.returncode == outside.returncode == 0
    return Way(far, near, up_plan), Way(near, far, down_plan)


@pytest.mark.parametrize("profile", PROFILES, ids=lambda row: row["name"])
def test_rate_delay_queue_and_order_are_the_profiles(profile):
    rates = {"up": float(profile["up_kbps"]), "down": float(profile["down_kbps"])}
    delay, jitter, queue = (float(profile[key]) / 1000 for key in ("rtt_ms", "jitter_ms", "queue_ms"))
    loss = float(profile["loss_pct"]) / 100
    idle_size = 48
    idle = (0.6, idle_size * 8 / 30, idle_size)  # one in 30 ms
    # Long enough for the queue to be filled and passed through; a fast line would only be a test of Python.
    flood = {way: (queue * 1.7 + 0.6, rate * (1.3 if rate > 50000 else 3), 1500 if rate > 10000 else 200)
             for way, rate in rates.items()}
    ways = measure(profile["name"], [idle, flood["up"]], [idle, flood["down"]])
    print()
    for name, way in zip(("up", "down"), ways):
        sending = idle_size * 8 / 1000 / rates[name]
        least, most = delay / 2 - jitter / 2 + sending, delay / 2 + jitter / 2 + sending
        delays = way.delays(0)
        rate = way.kbps(1)
        longest = max(way.delays(1))
        print(f"{profile['name']:12} {name:4} idle {min(delays) * 1000:.1f} / {statistics.median(delays) * 1000:.1f} / "
              f"{max(delays) * 1000:.1f} ms of {least * 1000:.1f}–{most * 1000:.1f}, {rate:.1f} kbit/s of "
              f"{rates[name]:g} ({rate / rates[name] / (1 - loss):.3f}), longest {longest * 1000:.1f} ms")
        assert min(delays) >= least - 0.0001
        assert quantile(delays, 0.9) <= most + MOMENT
        chance = 4 * (loss / len(way.phases[1])) ** 0.5
        assert rate / rates[name] / (1 - loss) == pytest.approx(1, abs=0.05 + chance)
        # All but what a busy machine has kept for a moment.
        assert quantile(way.delays(1), 0.99) <= delay / 2 + jitter / 2 + queue + 0.002
        assert longest >= delay / 2 - jitter / 2 + queue * 0.85, "the queue never filled"
        for phase in (0, 1):
            assert way.numbers(phase) == sorted(way.numbers(phase))


def lost(way):
    arrived = set(way.numbers(0))
    return [number for number in range(way.sent[0]) if number not in arrived]


def test_losses_are_as_many_as_named_and_follow_from_the_seed():
    phase = [(0.8, 10000, 100)]
    values = "up=20000,down=20000,loss=5"
    found = [measure(values, phase, phase, "--seed", seed, tail=0.05) for seed in ("7", "7", "8")]
    for ways in found:
        for way in ways:
            # 10 000 draws at 5 %: a deviation of 0.22 %.
            assert len(lost(way)) / way.sent[0] == pytest.approx(0.05, abs=0.009)
    first, again, other = (tuple(map(lost, ways)) for ways in found)
    assert first == again
    assert first != other
    assert first[0] != first[1], "both ways lost the same packets"


def test_losses_come_in_bursts_of_the_length_named():
    phase = [(1.2, 10000, 100)]
    for way in measure("up=20000,down=20000,loss=5,burst=4", phase, phase, tail=0.05):
        gone = lost(way)
        bursts = 1 + sum(after != before + 1 for before, after in zip(gone, gone[1:]))
        # About 190 bursts of geometric length: 4 ± 0.25 in one deviation.
        assert len(gone) / bursts == pytest.approx(4, abs=1)
        assert len(gone) / way.sent[0] == pytest.approx(0.05, abs=0.02)


def test_a_step_changes_the_rate_at_once():
    flood = [(2.2, 4000, 500)]
    _, down = measure("up=2000,down=2000,rtt=20,queue=100", [(1, 10, 50)], flood,
                      "--step", "1:down=500", "--step", "1.8:down=2000")
    # The line's clock starts with its command, and that is Python, which takes a while to begin.
    start = down.began
    assert down.kbps(0, start + 0.5, start + 0.9) == pytest.approx(2000, rel=0.05)
    assert down.kbps(0, start + 1.2, start + 1.7) == pytest.approx(500, rel=0.05)
    assert down.kbps(0, start + 2.0, start + 2.3) == pytest.approx(2000, rel=0.05)


def test_figures_are_written_for_each_second_and_way(tmp_path):
    file = tmp_path / "figures"
    values = "up=1000,down=2000,queue=100,loss=2"
    up, down = measure(values, [(1.2, 2000, 500)], [(1.2, 1000, 500)], "--stats", str(file))
    rows = [json.loads(line) for line in file.read_text().splitlines()]
    assert [row["way"] for row in rows] == ["up", "down"] * (len(rows) // 2)
    for name, way in (("up", up), ("down", down)):
        mine = [row for row in rows if row["way"] == name]
        # What is still on its way when the measuring ends counts here and not there.
        assert sum(row["packets"] for row in mine) == pytest.approx(len(way.phases[0]), rel=0.1)
        # The system may send a word of its own over a line, as neighbours look for each other.
        assert sum(row["bytes"] for row in mine) == pytest.approx(500 * sum(row["packets"] for row in mine), rel=0.01)
    assert sum(row["overflowed"] for row in rows if row["way"] == "down") == 0
    assert sum(row["overflowed"] for row in rows if row["way"] == "up") > 200
    assert sum(row["lost"] for row in rows) > 0
    longest = max(row["queue_max_ms"] for row in rows if row["way"] == "up")
    assert 90 < longest <= 100
    assert all(0 <= row["queue_mean_ms"] <= row["queue_max_ms"] >= row["queue_p95_ms"] for row in rows)


def processes(marker):
    """Of the command or of what it started: all inherit its environment."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            if f"LINE_TEST={marker}".encode() in (entry / "environ").read_bytes().split(b"\0"):
                found.append(int(entry.name))
        except OSError:
            pass
    return found


def command_of(pid):
    try:
        words = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""
    return words if words.startswith(b"sleep\0") else b""


@pytest.mark.parametrize("end", ["exits", "TERM", "INT of its group", "HUP", "KILL", "KILL of the command", "deaf"])
def test_nothing_is_left(end):
    x, marker = net(), uuid.uuid4().hex
    device = f"/sys/class/net/gbline{x}"
    trap = "trap '' TERM;" if end == "deaf" else ""
    last = "exit 7" if end == "exits" else "exec sleep 1001"
    line = subprocess.Popen(
        [LINE, "lan", "--net", str(x), "--", "sh", "-c",
         f"{trap} setsid sleep 1000 & (sleep 1000 &) ; echo started; {last}"],
        env=os.environ | {"LINE_TEST": marker}, stdout=subprocess.PIPE, start_new_session=True)
    try:
        assert line.stdout.readline() == b"started\n"
        if end == "KILL of the command":
            while not (found := [pid for pid in processes(marker) if b"\x001001" in command_of(pid)]):
                pass
            os.kill(found[0], signal.SIGKILL)
        elif end == "INT of its group":
            os.killpg(line.pid, signal.SIGINT)
        elif end != "exits":
            assert os.path.exists(device)
            line.send_signal({"deaf": signal.SIGTERM}.get(end) or signal.Signals[f"SIG{end}"])
        code = line.wait(timeout=5)
        if end == "exits":
            assert code == 7
        wait_for("nothing to be left", lambda: not os.path.exists(device) and not processes(marker), 1, 0.02)
    finally:
        line.kill()
        line.stdout.close()


def test_a_wrong_line_gets_a_sentence():
    for arguments, expected in (
        (["nowhere", "true"], "There is no line nowhere"),
        (["up=5,down=x", "true"], "'down=x' is not a value of a line"),
        (["up=5", "true"], "needs up= and down="),
        (["lan"], "A command is missing"),
        (["lan", "--step", "5", "true"], "SECONDS:PROFILE"),
    ):
        result = subprocess.run([LINE, *arguments], capture_output=True, text=True)
        assert result.returncode != 0 and expected in result.stderr and result.stdout == ""
