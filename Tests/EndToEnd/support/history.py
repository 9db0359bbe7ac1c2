"""Meetings of the past, written into a server's file as years of use would have left them there.

The API books no meeting in the past, and ten years cannot be waited for.
"""

import dataclasses
import datetime
import pathlib
import random
import sqlite3

from support.clock import ZONE

STATES = ["planned", "held"]
ATTENDANCE = ["none", "online", "in-person", "late", "absent"]


@dataclasses.dataclass
class Meeting:
    organiser: int
    start: datetime.datetime
    form: str
    state: str
    # Site to attendance; "none" where nothing was noted.
    invited: dict[int, str]
    minutes: int = 60


@dataclasses.dataclass
class Directory:
    # Unit to parent, unit to kind, unit to name, site to unit.
    parents: dict[int, int | None]
    kinds: dict[int, str]
    names: dict[int, str]
    sites: dict[int, int]

    @classmethod
    def read(cls, data: pathlib.Path) -> "Directory":
        with sqlite3.connect(data / "giaoban.sqlite") as db:
            units = db.execute("SELECT id, parent, kind, name FROM unit").fetchall()
            sites = dict(db.execute("SELECT id, unit FROM site").fetchall())
        return cls({u[0]: u[1] for u in units}, {u[0]: u[2] for u in units}, {u[0]: u[3] for u in units}, sites)

    def is_within(self, unit: int, top: int) -> bool:
        while unit is not None:
            if unit == top:
                return True
            unit = self.parents[unit]
        return False


class History:
    """Writes series and meetings; one series may change a meeting's form and list of sites."""

    def __init__(self, data: pathlib.Path, seed: int = 1):
        self.db = sqlite3.connect(data / "giaoban.sqlite", timeout=30)
        self.random = random.Random(seed)
        self.occurrence = self.db.execute("SELECT coalesce(max(id), 0) FROM occurrence").fetchone()[0]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.db.commit()
        self.db.close()

    def series(self, organiser: int, title: str, form: str, sites: list[int]) -> int:
        row = self.db.execute(
            """INSERT INTO series (uid, title, organiser, start, minutes, rule, holidays, form, is_periodic, notes,
                state, version, sequence, answers_since, laid_out_through, site_count, created_at)
               VALUES (?, ?, ?, '2016-01-04T07:30', 60, 'FREQ=WEEKLY', 'keep', ?, 0, '', 'active', 1, 0, 0,
                '2026-12-31', ?, 0)""",
            (f"history-{self.random.getrandbits(64):x}@test", title, organiser, form, len(sites)))
        self.db.executemany(
            "INSERT INTO invitee (series, occurrence, site, person, is_removed) VALUES (?, NULL, ?, NULL, 0)",
            [(row.lastrowid, site) for site in sites])
        return row.lastrowid

    def meetings(self, series: int, list_of_series: list[int], form_of_series: str, meetings: list[Meeting]):
        occurrences, invitees, attendance = [], [], []
        for meeting in meetings:
            self.occurrence += 1
            start = int(meeting.start.timestamp())
            occurrences.append((
                self.occurrence, series, meeting.start.strftime("%Y-%m-%dT%H:%M"), start,
                start + meeting.minutes * 60, meeting.state,
                None if meeting.form == form_of_series else meeting.form, f"history-{self.occurrence}"))
            for site in set(meeting.invited) - set(list_of_series):
                invitees.append((series, self.occurrence, site, 0))
            for site in set(list_of_series) - set(meeting.invited):
                invitees.append((series, self.occurrence, site, 1))
            attendance += [(self.occurrence, site, kept) for site, kept in meeting.invited.items() if kept != "none"]
        self.db.executemany(
            """INSERT INTO occurrence (id, series, recurrence, start_at, end_at, state, moved_for, is_edited, version,
                sequence, answers_since, form, has_agenda, room) VALUES (?, ?, ?, ?, ?, ?, '', 0, 1, 0, 0, ?, 0, ?)""",
            occurrences)
        self.db.executemany(
            "INSERT INTO invitee (series, occurrence, site, person, is_removed) VALUES (?, ?, ?, NULL, ?)", invitees)
        self.db.executemany(
            "INSERT INTO attendance (occurrence, site, state, joined_at) VALUES (?, ?, ?, NULL)", attendance)
