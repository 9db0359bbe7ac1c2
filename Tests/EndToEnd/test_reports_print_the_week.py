"""The printed week and the printed list of invitees: what stands on them, and for whom."""

import csv
import datetime
import io

import pytest

from support.files import fetch
from support.history import ZONE, Directory
from support.scheduler_client import ADMINISTRATOR, DELEGATE, PASSWORD, SchedulerClient

STRANGER = "xa@backan.example"


@pytest.fixture(scope="module")
def office(province_for_all):
    return province_for_all


@pytest.fixture(scope="module")
def secretary(office) -> SchedulerClient:
    return SchedulerClient(office.port).sign_in()


@pytest.fixture(scope="module")
def monday(secretary) -> datetime.date:
    """Of a week that has one briefing, as the next one has: a holiday moves it into another, which then has two."""
    today = datetime.datetime.now(ZONE).date()
    first = today - datetime.timedelta(days=today.weekday())
    week = datetime.timedelta(weeks=1)
    mondays = [first + number * week for number in range(4, 30)]
    return next(day for day in mondays if len(briefings(secretary, day)) == len(briefings(secretary, day + week)) == 1)


@pytest.fixture(scope="module")
def stranger(office) -> SchedulerClient:
    """A secretary of a commune that nobody invites."""
    directory = Directory.read(office.data)
    commune = next(unit for unit, kind in directory.kinds.items() if kind == "commune")
    made = SchedulerClient(office.port).sign_in(ADMINISTRATOR).call("POST", "/api/people", {
        "name": "Nông Văn Xã", "email": STRANGER, "title": "", "phone": "", "unit": commune, "password": PASSWORD,
        "roles": [{"role": "secretary", "unit": commune}]})
    assert made.status == 201, made
    return SchedulerClient(office.port).sign_in(STRANGER)


def briefings(client, monday) -> list[dict]:
    page = client.get(f"/api/calendar?from={monday}&to={monday + datetime.timedelta(days=6)}").body
    return [entry for entry in page["occurrences"] if entry["title"].startswith("Giao ban tuần")]


def the_briefing(client, monday) -> dict:
    return briefings(client, monday)[0]


def test_the_week_shows_what_the_calendar_shows(office, secretary, stranger, monday):
    path = f"/api/calendar.pdf?from={monday}&to={monday + datetime.timedelta(days=6)}"
    sheet = fetch(secretary, path)
    assert (sheet.status, sheet.type) == (200, "application/pdf")
    words = sheet.words
    assert "LỊCH CÔNG TÁC TUẦN" in words and f"{monday:%d/%m/%Y}" in words
    assert "Trần Văn Chủ" in words and "sở, ban, ngành" in words and "trực tuyến" in words
    assert "Trần Văn Chủ" in fetch(SchedulerClient(office.port).sign_in(DELEGATE), path).words
    theirs = fetch(stranger, path).words
    assert "LỊCH CÔNG TÁC TUẦN" in theirs and "Trần Văn Chủ" not in theirs and "Giao ban" not in theirs.split("Lập từ")[0]


def test_days_in_the_middle_of_weeks_print_whole_weeks(secretary, monday):
    days = (monday + datetime.timedelta(days=2), monday + datetime.timedelta(days=9))
    words = fetch(secretary, f"/api/calendar.pdf?from={days[0]}&to={days[1]}").words
    assert words.count("LỊCH CÔNG TÁC TUẦN") == 2 and words.count("Trần Văn Chủ") == 2


def test_the_list_of_invitees_says_answers_and_is_for_editors_only(office, secretary, stranger, monday):
    briefing = the_briefing(secretary, monday)
    path = f"/api/occurrences/{briefing['id']}"
    meeting = secretary.get(path).body
    delegate = SchedulerClient(office.port).sign_in(DELEGATE)
    own = next(row for row in meeting["invitees"] if row["name"] == "Huyện Ba Bể")
    answered = delegate.call("POST", f"{path}/answer", {
        "site": own["site"], "answer": "delegate", "delegateName": "=Đặng Văn Thay", "delegateEmail": "thay@x.example",
        "note": "Bận họp \"HĐND\", đi công tác", "scope": "this"})
    assert answered.status == 204, answered
    table = fetch(secretary, f"{path}/invitees.csv")
    assert (table.status, table.type) == (200, "text/csv")
    rows = list(csv.reader(io.StringIO(table.data.decode("utf-8-sig"))))
    assert len(rows) == 1 + len(meeting["invitees"])
    ours = next(row for row in rows if row[0] == "Huyện Ba Bể")
    # A name that a spreadsheet would take for a formula has an apostrophe before it.
    assert ours[2:6] == ["Cử người dự thay", "'=Đặng Văn Thay", "thay@x.example", 'Bận họp "HĐND", đi công tác']
    words = fetch(secretary, f"{path}/invitees.pdf").words
    assert "THÀNH PHẦN DỰ HỌP" in words and "Đặng Văn Thay" in words and "cử người dự thay: 1" in words
    for ending in ("csv", "pdf"):
        assert fetch(delegate, f"{path}/invitees.{ending}").status == 403
        assert fetch(stranger, f"{path}/invitees.{ending}").status == 404
        assert fetch(SchedulerClient(office.port), f"{path}/invitees.{ending}").status == 401
