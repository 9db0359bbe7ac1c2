"""The report of online meetings against a count of its own, who may read how much of it, and how long it takes."""

import csv
import datetime
import io
import pathlib
import random
import time

import pytest

from support.files import fetch
from support.history import ATTENDANCE, ZONE, Directory, History, Meeting
from support.scheduler_client import ADMINISTRATOR, DELEGATE, PASSWORD, SchedulerClient
from support.server import Server

DISTRICT_SECRETARY = "thuky.babe@backan.example"


@pytest.fixture(scope="module")
def office(province_for_all):
    return province_for_all


@pytest.fixture(scope="module")
def meetings(office) -> list[Meeting]:
    return fill_at_random(office.data, seed=20261123)


def moment(day: datetime.date, hour: int, minute: int = 0) -> datetime.datetime:
    return datetime.datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE)


def fill_at_random(data: pathlib.Path, seed: int) -> list[Meeting]:
    """Two hundred series of all kinds, the year round and into the future, with all that single meetings can change."""
    directory = Directory.read(data)
    chance = random.Random(seed)
    units, sites = sorted(directory.parents), sorted(directory.sites)
    today = datetime.datetime.now(ZONE).date()
    everything = []
    with History(data, seed) as history:
        for number in range(200):
            organiser = chance.choice(units)
            form = chance.choice(["online", "mixed", "in-person"])
            listed = chance.sample(sites, chance.randint(0, 12))
            series = history.series(organiser, f"Họp thử {number}", form, listed)
            first = today - datetime.timedelta(days=chance.randint(0, 300))
            made = []
            for week in range(chance.randint(1, 12)):
                invited = [site for site in listed if chance.random() < 0.95]
                if chance.random() < 0.1:
                    invited.append(chance.choice([site for site in sites if site not in listed]))
                called = chance.random() < 0.7
                made.append(Meeting(
                    organiser, moment(first + datetime.timedelta(days=7 * week), chance.choice([0, 7, 14, 23])),
                    form if chance.random() < 0.8 else chance.choice(["online", "mixed", "in-person"]),
                    chance.choices(["planned", "held", "cancelled", "skipped"], [6, 2, 1, 1])[0],
                    {site: chance.choice(ATTENDANCE) if called else "none" for site in invited},
                    chance.choice([30, 60, 90])))
            history.meetings(series, listed, form, made)
            everything += made
    return everything


def counted(meetings, directory, first, last, now) -> dict[int, dict[str, int]]:
    """By unit: what the report should say, counted meeting by meeting."""
    figures = {unit: dict.fromkeys(["held", "online", "invited", "called", "attended", "on"], 0)
               for unit in directory.parents}
    for meeting in meetings:
        over = meeting.start + datetime.timedelta(minutes=meeting.minutes) <= now
        if not over or meeting.state in ("cancelled", "skipped") or not first <= meeting.start.date() <= last:
            continue
        figures[meeting.organiser]["held"] += 1
        figures[meeting.organiser]["online"] += meeting.form != "in-person"
        called = any(kept != "none" for kept in meeting.invited.values())
        for site, kept in meeting.invited.items():
            row = figures[directory.sites[site]]
            row["invited"] += 1
            row["called"] += called
            row["attended"] += kept in ("online", "in-person", "late")
            row["on"] += kept in ("online", "in-person")
    return figures


def share(part: int, whole: int):
    return part / whole if whole else None


def expect(row: dict, wanted: dict):
    assert {key: row[key] for key in ("held", "online", "invited", "called", "attended")} == {
        key: wanted[key] for key in ("held", "online", "invited", "called", "attended")}
    for name, value in (
        ("share", share(wanted["online"], wanted["held"])),
        ("attendance", share(wanted["attended"], wanted["called"])),
        ("onTime", share(wanted["on"], wanted["attended"])),
    ):
        assert row[name] == (None if value is None else pytest.approx(value)), (name, row)


def sums(rows) -> dict[str, int]:
    total = {}
    for row in rows:
        for key, value in row.items():
            total[key] = total.get(key, 0) + value
    return total


def test_every_figure_agrees_with_a_count_of_its_own(office, meetings):
    directory = Directory.read(office.data)
    client = SchedulerClient(office.port).sign_in()
    today = datetime.datetime.now(ZONE).date()
    held = 0
    for first, last in [
        (today - datetime.timedelta(days=91), today),
        (today - datetime.timedelta(days=300), today + datetime.timedelta(days=60)),
        (today, today), (today + datetime.timedelta(days=1), today + datetime.timedelta(days=30)),
    ]:
        report = client.get(f"/api/reports/kpi?from={first}&to={last}").body
        figures = counted(meetings, directory, first, last, datetime.datetime.now(ZONE))
        assert {row["unit"]["id"] for row in report["rows"]} == set(figures)
        targets = {"committee": 0.95, "party": 0.95, "department": 0.9, "district": 0.7, "commune": 0.5}
        for row in report["rows"]:
            wanted = figures[row["unit"]["id"]]
            expect(row, wanted)
            assert row["target"] == targets.get(row["kind"], 0.5)
            assert row["met"] == (wanted["online"] / wanted["held"] >= row["target"] if wanted["held"] else None)
        expect(report["total"], sums(figures.values()))
        held += report["total"]["held"]
    assert held > 500, "the history is too thin to prove anything"


def test_the_table_and_the_sheet_say_the_same(office, meetings):
    client = SchedulerClient(office.port).sign_in()
    today = datetime.datetime.now(ZONE).date()
    period = f"from={today - datetime.timedelta(days=91)}&to={today}"
    report = client.get(f"/api/reports/kpi?{period}").body
    table = fetch(client, f"/api/reports/kpi.csv?{period}")
    assert (table.status, table.type) == (200, "text/csv") and "attachment" in table.name
    rows = list(csv.reader(io.StringIO(table.data.decode("utf-8-sig"))))
    assert [(row[0], int(row[2]), int(row[3]), int(row[7]), int(row[9])) for row in rows[1:-1]] == [
        (row["unit"]["name"], row["held"], row["online"], row["invited"], row["attended"]) for row in report["rows"]]
    assert [int(rows[-1][column]) for column in (2, 3, 7, 9)] == [
        report["total"][key] for key in ("held", "online", "invited", "attended")]
    sheet = fetch(client, f"/api/reports/kpi.pdf?{period}")
    assert (sheet.status, sheet.type) == (200, "application/pdf")
    words = sheet.words
    assert "TỶ LỆ HỌP TRỰC TUYẾN" in words and "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in words
    total = report["total"]
    assert f"Tổng cộng {total['held']} {total['online']} " in sheet.lines


def test_a_district_reads_of_itself_and_its_communes_only(office, meetings):
    directory = Directory.read(office.data)
    district = next(unit for unit, name in directory.names.items() if name == "Huyện Ba Bể")
    administrator = SchedulerClient(office.port).sign_in(ADMINISTRATOR)
    made = administrator.call("POST", "/api/people", {
        "name": "Ma Thị Pác", "email": DISTRICT_SECRETARY, "title": "Văn thư", "phone": "", "unit": district,
        "password": PASSWORD, "roles": [{"role": "secretary", "unit": district}]})
    assert made.status == 201, made
    client = SchedulerClient(office.port).sign_in(DISTRICT_SECRETARY)
    today = datetime.datetime.now(ZONE).date()
    first = today - datetime.timedelta(days=300)
    report = client.get(f"/api/reports/kpi?from={first}&to={today}").body
    below = {unit for unit in directory.parents if directory.is_within(unit, district)}
    figures = counted(meetings, directory, first, today, datetime.datetime.now(ZONE))
    assert {row["unit"]["id"] for row in report["rows"]} == below
    for row in report["rows"]:
        expect(row, figures[row["unit"]["id"]])
    expect(report["total"], sums(figures[unit] for unit in below))
    table = fetch(client, f"/api/reports/kpi.csv?from={first}&to={today}").data.decode()
    sheet = fetch(client, f"/api/reports/kpi.pdf?from={first}&to={today}").words
    for unit in set(directory.parents) - below:
        if not any(directory.names[unit] in directory.names[own] for own in below | {directory.parents[district]}):
            assert directory.names[unit] not in table and directory.names[unit] not in sheet


def test_who_has_no_report_gets_none(office):
    delegate = SchedulerClient(office.port).sign_in(DELEGATE)
    for ending in ("", ".csv", ".pdf"):
        path = f"/api/reports/kpi{ending}?from=2026-01-01&to=2026-03-31"
        assert fetch(delegate, path).status == 403
        assert fetch(SchedulerClient(office.port), path).status == 401


@pytest.mark.parametrize("period", ["", "from=2026-01-01", "from=x&to=y", "from=2026-03-01&to=2026-02-01",
                                    "from=2016-01-01&to=2026-01-01"])
def test_a_period_that_is_none_is_said(office, period):
    client = SchedulerClient(office.port).sign_in()
    answer = client.get(f"/api/reports/kpi?{period}")
    assert answer.status == 422 and set(answer.body["error"]["fields"]) <= {"from", "to"}
    assert fetch(client, f"/api/calendar.pdf?{period}").status == 422


def test_ten_years_of_every_unit_make_a_quarter_wait_less_than_two_seconds(tmp_path):
    server = Server(tmp_path / "data", extra=["--demo"])
    with server:
        directory = Directory.read(server.data)
        chance = random.Random(7)
        today = datetime.datetime.now(ZONE).date()
        with History(server.data) as history:
            for unit in directory.parents:
                sites = chance.sample(sorted(directory.sites), 12)
                series = history.series(unit, "Giao ban tuần", "mixed", sites)
                history.meetings(series, sites, "mixed", [
                    Meeting(unit, moment(today - datetime.timedelta(days=7 * week + unit % 7), 8), "mixed", "planned",
                            dict.fromkeys(sites, "online") if week < 26 else {site: "none" for site in sites})
                    for week in range(520)])
        client = SchedulerClient(server.port).sign_in()
        first = today - datetime.timedelta(days=91)
        for ending in ("", ".csv", ".pdf"):
            began = time.monotonic()
            answer = fetch(client, f"/api/reports/kpi{ending}?from={first}&to={today}")
            took = time.monotonic() - began
            assert answer.status == 200
            print(f"kpi{ending}: {took * 1000:.0f} ms")
            assert took < 2
        assert client.get(f"/api/reports/kpi?from={first}&to={today}").body["total"]["held"] > 263 * 12
