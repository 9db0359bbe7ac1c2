"""A real Chromium behind an emulated line (ops/line): how it is started there, and what the line itself counted."""

import csv
import itertools
import json
import os
import pathlib

from support.browsers import Chromium
from support.server import ROOT
from support.waiting import wait_for

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

    @property
    def rates(self) -> dict:
        """kbit/s of the profile, by way."""
        return {"up": LINES[self.profile]["up_kbps"], "down": LINES[self.profile]["down_kbps"]}

    def browser(self, playwright, folder, flags=()) -> Chromium:
        return Chromium(playwright, folder, executable=str(self.script), flags=flags)

    @property
    def seconds(self) -> int:
        """For which it has run, by its own clock: that of its steps and of its figures."""
        rows = self.rows()
        return int(rows[-1]["t"]) if rows else 0

    def wait_until_it_is_there(self):
        """Until the profile holds."""
        self._wait_until(self.lead)

    def seconds_pass(self, count: float):
        """So many whole seconds of its figures, from the last that it has written. Right after another wait they begin
        now."""
        self._wait_until(self.seconds + count)

    def _wait_until(self, second: float):
        wait_for(f"second {second:g} of the line", lambda: self.seconds >= second, max(second - self.seconds, 0) + 30)

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
    arrived = sum(row["packets"] for row in mine)
    packets = arrived + sum(row["lost"] + row["overflowed"] for row in mine) or 1
    return {
        "packets": arrived / seconds,
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
