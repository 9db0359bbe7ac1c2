"""A real Chromium behind an emulated line (ops/line): how it is started there, and what the line itself counted."""

import csv
import itertools
import json
import os
import pathlib
import time

from support.browsers import Chromium
from support.server import ROOT

LINES = {row["name"]: {key: float(row[key]) for key in row if key not in ("name", "description")}
         for row in csv.DictReader((ROOT / "media/lines.csv").open())}
JOIN_SECONDS = 14
"""For which a line is as a lan, so that browser, page and join are there before the line that is meant begins."""
_nets = itertools.count(150 + os.getpid() % 40)


class Line:
    """`ops/line` for one browser. `host` is this machine as seen from behind it: a server announces it.

    - `steps`: [(seconds after the profile has begun, profile or values)…]
    - `from_the_start`: the browser starts and joins behind the profile itself, and not on a lan that becomes it."""

    def __init__(self, profile: str, folder: pathlib.Path, steps=(), from_the_start=False):
        self.profile = profile
        self.net = next(net for net in _nets if not os.path.exists(f"/sys/class/net/gbline{net}"))
        self.host = f"10.99.{self.net}.1"
        self.figures = folder / f"line{self.net}.jsonl"
        self.from_the_start = from_the_start
        self.lead = 0 if from_the_start else JOIN_SECONDS
        all_steps = [] if from_the_start else [(0, profile)]
        all_steps += steps
        words = [str(ROOT / "ops/line"), profile if from_the_start else "lan", "--net", str(self.net), "--stats",
                 str(self.figures)]
        for seconds, values in all_steps:
            words += ["--step", f"{self.lead + seconds}:{values}"]
        self.script = folder / f"chromium{self.net}"
        self.script.write_text(f'#!/bin/sh\nexec {" ".join(words)} -- /usr/bin/chromium "$@"\n')
        self.script.chmod(0o755)
        self.began = 0.0

    @property
    def rates(self) -> dict:
        """kbit/s of the profile, by way."""
        return {"up": LINES[self.profile]["up_kbps"], "down": LINES[self.profile]["down_kbps"]}

    def browser(self, playwright, folder, flags=()) -> Chromium:
        self.began = time.monotonic()
        return Chromium(playwright, folder, executable=str(self.script), flags=flags)

    def wait_until_it_is_there(self):
        """Until the profile holds."""
        time.sleep(max(0.0, self.began + self.lead - time.monotonic()))

    def rows(self) -> list[dict]:
        """What it has counted so far, a line a second and way."""
        if not self.figures.exists():
            return []
        lines = self.figures.read_text().splitlines()
        found = []
        for line in lines:
            try:
                found.append(json.loads(line))
            except json.JSONDecodeError:
                pass  # being written
        return found


def summary(rows: list[dict], way: str, rate: float) -> dict:
    """Of some of a line's rows. The p95 of the whole is not in them: what is given is the p95 of the seconds' p95s,
    and the median of their means."""
    mine = [row for row in rows if row["way"] == way]
    if len(mine) < 2:
        return {}
    seconds = len(mine)
    packets = sum(row["packets"] + row["lost"] + row["overflowed"] for row in mine) or 1
    return {
        "kbps": sum(row["bytes"] for row in mine) * 8 / 1000 / seconds,
        "use": sum(row["bytes"] for row in mine) * 8 / 1000 / seconds / rate,
        "queue_p50": quantile([row["queue_mean_ms"] for row in mine], 0.5),
        "queue_p95": quantile([row["queue_p95_ms"] for row in mine], 0.95),
        "queue_max": max(row["queue_max_ms"] for row in mine),
        "lost": sum(row["lost"] for row in mine) / packets,
        "overflowed": sum(row["overflowed"] for row in mine) / packets,
    }


def quantile(values, share: float):
    """The smallest of the values that so many are not above; None of none."""
    ordered = sorted(values)
    return ordered[max(0, min(len(ordered) - 1, int(len(ordered) * share + 0.999999) - 1))] if ordered else None
