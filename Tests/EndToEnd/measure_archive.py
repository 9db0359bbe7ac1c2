"""How long the archive's list takes with many recordings: `ops/bench archive`."""

import datetime
import pathlib
import random
import secrets
import sqlite3
import sys
import tempfile
import time

from support.api import DELEGATE, SECRETARY, Caller
from support.clock import ZONE
from support.history import Directory, History, Meeting
from support.server import Server
from support.thinline import quantile

SERIES = 200
TITLES = ["Giao ban công tác tuần", "Họp ứng phó mưa lũ", "Giao ban thu ngân sách", "Họp giải phóng mặt bằng", "Giao ban cải cách hành chính"]
ROUNDS = 40
MOST = 100
"""ms that a list may take, 95 of 100 times."""


def fill(data: pathlib.Path, count: int):
    """Meetings of the last ten years, each with a recording."""
    chance = random.Random(1)
    directory = Directory.read(data)
    sites = list(directory.sites)
    tops = [unit for unit, parent in directory.parents.items() if parent is not None]
    end = datetime.datetime.now(ZONE).replace(hour=7, minute=30, second=0, microsecond=0)
    with History(data) as history:
        for number in range(SERIES):
            invited = chance.sample(sites, 8)
            organiser = chance.choice(tops)
            series = history.series(organiser, f"{TITLES[number % len(TITLES)]} số {number}", "online", invited)
            history.meetings(series, invited, "online", [
                Meeting(organiser, end - datetime.timedelta(days=chance.randrange(3_650), minutes=chance.randrange(480)), "online",
                        "held", dict.fromkeys(invited, "online"))
                for _ in range(count // SERIES)])
    with sqlite3.connect(data / "giaoban.sqlite", timeout=30) as store:
        held = store.execute("SELECT id, start_at, end_at FROM occurrence WHERE room LIKE 'history-%'").fetchall()
        store.executemany(
            "INSERT INTO recording (id, occurrence, number, state, started_at, ended_at, bytes, sha256) "
            "VALUES (?, ?, 1, 'closed', ?, ?, 300000000, ?)",
            [(secrets.token_hex(16), id, start * 1000, end * 1000, secrets.token_hex(32)) for id, start, end in held])
        store.execute("ANALYZE")
    store.close()


def measure(port: int):
    print(f"{'the archive, ms':44} {'p50':>7} {'p95':>7} {'max':>7}")
    slow = []
    day = datetime.date.today() - datetime.timedelta(days=2_000)
    for who, email in (("all", SECRETARY), ("one district's", DELEGATE)):
        caller = Caller(port).sign_in(email)
        second = caller.get("/api/recordings").body["next"]
        for name, query in (("newest", ""), ("further", f"?cursor={second}"), ("words of many", "?q=mua+lu"),
                            ("words of one series", "?q=mua+lu+so+101"), ("words of none", "?q=dong+dat"),
                            ("a month", f"?from={day}&to={day + datetime.timedelta(days=30)}")):
            times = []
            for _ in range(ROUNDS):
                begin = time.perf_counter()
                answer = caller.get(f"/api/recordings{query}")
                times.append((time.perf_counter() - begin) * 1000)
                assert answer.status == 200, answer.text
            p95 = quantile(times, 0.95)
            print(f"{f'{who}: {name}':44} {quantile(times, 0.5):7.1f} {p95:7.1f} {max(times):7.1f}")
            if p95 > MOST:
                slow.append(f"{who}: {name}")
    return slow


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder, Server(pathlib.Path(folder) / "data", extra=["--demo"]) as running:
        fill(running.data, int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
        slow = measure(running.port)
    sys.exit(f"Slower than {MOST} ms: {', '.join(slow)}" if slow else 0)
