"""Random recurrence rules and edits, and the program that answers for our side."""

import datetime
import json
import os
import pathlib
import random
import subprocess

from support.server import ROOT

BINARY = pathlib.Path(os.environ.get("RECURRENCE_ORACLE", ROOT / ".build/release/RecurrenceOracle"))
WEEKDAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]


def text(moment: datetime.datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M")


def moment(text: str) -> datetime.datetime:
    return datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M")


def answers(questions: list[dict], binary=BINARY) -> list[dict]:
    """What our side says to each question."""
    lines = "".join(json.dumps(question) + "\n" for question in questions)
    run = subprocess.run([binary], input=lines, capture_output=True, text=True, timeout=300, check=True)
    given = [json.loads(line) for line in run.stdout.splitlines()]
    assert len(given) == len(questions)
    return given


def some(chance: random.Random, values, most: int) -> str:
    values = list(values)
    return ",".join(str(value) for value in sorted(chance.sample(values, chance.randint(1, min(most, len(values))))))


def signed(largest: int) -> list[int]:
    return [*range(-largest, 0), *range(1, largest + 1)]


def random_start(chance: random.Random) -> datetime.datetime:
    """Often at a month's or a year's end, and on leap days."""
    year = chance.randint(2023, 2032)
    day = chance.choice([
        datetime.date(year, chance.randint(1, 12), chance.randint(1, 28)),
        datetime.date(year, 1, 1) + datetime.timedelta(days=chance.randint(0, 364)),
        datetime.date(year, chance.choice([1, 3, 5, 7, 8, 10, 12]), 31),
        datetime.date(2024 + 4 * chance.randint(0, 2), 2, 29),
    ])
    return datetime.datetime(day.year, day.month, day.day, chance.randint(0, 23), chance.choice([0, 15, 30, 45, 59]))


def random_parts(chance: random.Random, start: datetime.datetime) -> dict[str, str]:
    """A rule that RFC 5545 §3.3.10 allows."""
    frequency = chance.choice(["DAILY", "WEEKLY", "WEEKLY", "MONTHLY", "MONTHLY", "YEARLY", "YEARLY"])
    parts = {"FREQ": frequency}
    if chance.random() < 0.5:
        parts["INTERVAL"] = str(chance.choice([1, 2, 2, 3, 4, 5, 6, 7, 12, 13]))
    if chance.random() < 0.3:
        parts["BYMONTH"] = some(chance, range(1, 13), 4)
    if frequency == "YEARLY" and chance.random() < 0.12:
        parts["BYYEARDAY"] = some(chance, signed(366), 4)
    elif frequency == "YEARLY" and chance.random() < 0.12:
        # Weeks counted from the end: dateutil overlooks -52 and -53 in the next year's first days.
        parts["BYWEEKNO"] = some(chance, [*range(-51, 0), *range(1, 54)], 4)
    elif frequency != "WEEKLY" and chance.random() < 0.35:
        parts["BYMONTHDAY"] = some(chance, signed(31), 5)
    # A week's day that BYWEEKNO leaves open is the start's by RFC 5545 §3.3.10, and all seven by dateutil: say it.
    if "BYYEARDAY" not in parts and (chance.random() < 0.5 or "BYWEEKNO" in parts):
        days = chance.sample(WEEKDAYS, chance.randint(1, 5))
        if frequency in ("MONTHLY", "YEARLY") and not {"BYWEEKNO", "BYMONTHDAY"} & parts.keys():
            largest = 53 if frequency == "YEARLY" and "BYMONTH" not in parts else 5
            if chance.random() < 0.5:
                days = [f"{chance.choice(signed(largest))}{day}" for day in days]
        parts["BYDAY"] = ",".join(days)
    if frequency != "DAILY" and len(parts.keys() - {"FREQ", "INTERVAL"}) > 0 and chance.random() < 0.3:
        parts["BYSETPOS"] = some(chance, signed(4), 2)
    if chance.random() < 0.25:
        parts["WKST"] = chance.choice(WEEKDAYS)
    end = chance.random()
    if end < 0.3:
        parts["COUNT"] = str(chance.randint(1, 60))
    elif end < 0.6:
        parts["UNTIL"] = text(start + datetime.timedelta(minutes=chance.randint(0, 4 * 365 * 1440)))
    return parts


def rule_text(parts: dict[str, str]) -> str:
    """As RFC 5545 writes it, UNTIL on the same clock as the start."""
    def value(name):
        return moment(parts[name]).strftime("%Y%m%dT%H%M00") if name == "UNTIL" else parts[name]
    return ";".join(f"{name}={value(name)}" for name in parts)
