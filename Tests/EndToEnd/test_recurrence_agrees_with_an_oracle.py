"""Recurrence, edits and holidays against programs that others wrote: dateutil, icalendar, recurring-ical-events, and the
moon and the sun of PyEphem. Seeds are fixed; a failure names its rule."""

import datetime
import functools
import random
import types

import dateutil.rrule
import ephem
import holidays
import icalendar
import pytest
import recurring_ical_events

from support.recurrence import answers, moment, random_parts, random_start, rule_text, text

HORIZON = datetime.timedelta(days=5 * 365)
# dateutil looks for the next match up to the year 9999, for many seconds a rule: end its search after our horizon.
dateutil.rrule.datetime = types.SimpleNamespace(**{**vars(datetime), "MAXYEAR": 2045})


def aligned(start: datetime.datetime, parts: dict[str, str]) -> datetime.datetime:
    """A start at which RFC 5545 and dateutil mean the same: with BYSETPOS dateutil takes a weekly rule's first set from
    the start on, RFC 5545 from the week's first day."""
    if parts["FREQ"] != "WEEKLY" or "BYSETPOS" not in parts:
        return start
    first = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"].index(parts.get("WKST", "MO"))
    return start - datetime.timedelta(days=(start.weekday() - first) % 7)


def expected_dates(rule: str, start: datetime.datetime, last: datetime.datetime) -> list[str]:
    dates = []
    for date in dateutil.rrule.rrulestr(rule, dtstart=start):
        if date > last:
            break
        dates.append(text(date))
    return dates


def test_ten_thousand_random_rules_give_the_same_dates_as_dateutil():
    chance = random.Random(20261123)
    cases = []
    for _ in range(10_000):
        start = random_start(chance)
        parts = random_parts(chance, start)
        start = aligned(start, parts)
        cases.append((rule_text(parts), start, start + HORIZON))
    given = answers([
        {"ask": "dates", "rule": rule, "start": text(start), "through": text(last)} for rule, start, last in cases])

    wrong, matching, leap_days = [], 0, 0
    for (rule, start, last), answer in zip(cases, given):
        expected = expected_dates(rule, start, last)
        # The only rules that are refused name a day that their months never have.
        ours = [] if answer.get("error", "").startswith("No day ever matches") else answer.get("dates")
        if ours != expected:
            wrong.append((rule, text(start), answer.get("error"), expected[:5], (ours or [])[:5]))
        matching += bool(expected)
        leap_days += any("-02-29T" in date for date in expected)
    assert not wrong, f"{len(wrong)} rules differ, such as {wrong[:5]}"
    # The sample says something: most rules give dates, many of them leap days.
    assert matching > 8000 and leap_days > 500


def test_a_normalised_rule_is_read_again_as_the_same_rule():
    chance = random.Random(7)
    cases = []
    for _ in range(1000):
        start = random_start(chance)
        cases.append((rule_text(random_parts(chance, start)), start))

    def ask(rules):
        return answers([
            {"ask": "dates", "rule": rule, "start": text(start), "through": text(start + HORIZON)}
            for rule, start in rules])

    first = ask(cases)
    kept = [(case, answer) for case, answer in zip(cases, first) if "text" in answer]
    again = ask([(answer["text"], start) for (_, start), answer in kept])
    assert len(kept) > 900
    for (_, before), after in zip(kept, again):
        assert after == before


# --- Edit sequences

def random_series(chance: random.Random) -> dict:
    """A series that starts on a day of its rule, as the editor makes it."""
    while True:
        start = random_start(chance)
        parts = random_parts(chance, start)
        if "BYWEEKNO" in parts:
            continue
        parts.pop("WKST", None)
        rule = rule_text(parts)
        dates = expected_dates(rule, aligned(start, parts), start + HORIZON)
        dates = [date for date in dates if date >= text(start)]
        if len(dates) < 3:
            continue
        if "BYSETPOS" in parts and dates != expected_dates(rule, moment(dates[0]), start + HORIZON):
            continue
        return {
            "dates": dates,
            "series": {
                "start": dates[0], "minutes": chance.choice([30, 60, 90, 480]), "rule": rule,
                "policy": chance.choice(["keep", "keep", "next-working-day", "skip"]), "exclusions": [],
                "additions": [],
            },
        }


def random_edits(chance: random.Random, dates: list[str]) -> list[dict]:
    edits = []
    within = dates[:40]
    for _ in range(chance.randint(0, 8)):
        kind = chance.choice(["exclude", "add", "move", "move", "split"])
        at = chance.choice(within)
        other = moment(at) + datetime.timedelta(minutes=chance.choice([-1440, -60, 30, 120, 1440, 3000, 10_000]))
        if kind == "add":
            edits.append({"kind": "add", "at": text(other)})
        elif kind == "move":
            edits.append({"kind": "move", "at": at, "to": text(other), "minutes": chance.choice([15, 60, 120])})
        else:
            edits.append({"kind": kind, "at": at})
    return edits


def local(value) -> datetime.datetime:
    """On the province's clock, which the text's own VTIMEZONE describes."""
    assert value.utcoffset() == datetime.timedelta(hours=7)
    return value.replace(tzinfo=None)


def test_edited_series_mean_the_same_to_recurring_ical_events():
    chance = random.Random(2030)
    questions = []
    for _ in range(2500):
        made = random_series(chance)
        first = moment(made["dates"][0])
        questions.append({
            "ask": "series", "series": made["series"], "edits": random_edits(chance, made["dates"]),
            "from": text(first - datetime.timedelta(days=60)), "through": text(first + datetime.timedelta(days=700)),
        })
    given = answers(questions)

    meetings = 0
    for question, answer in zip(questions, given):
        assert "error" not in answer, (question, answer["error"])
        assert answer["isReadBack"], question
        calendar = icalendar.Calendar.from_ical(answer["text"])
        first, last = moment(question["from"]), moment(question["through"])
        zone = datetime.timezone(datetime.timedelta(hours=7))
        events = recurring_ical_events.of(calendar).between(
            first.replace(tzinfo=zone), (last + datetime.timedelta(minutes=1)).replace(tzinfo=zone))
        expected = sorted([text(local(event.start)), text(local(event.end))] for event in events)
        expected = [span for span in expected if text(first) <= span[0] <= text(last)]
        assert answer["meetings"] == expected, (question, answer["text"])
        meetings += len(expected)
    assert meetings > 100_000


def test_every_line_of_a_text_is_short_and_the_text_has_no_errors():
    chance = random.Random(5)
    made = random_series(chance)
    last = text(moment(made["dates"][0]) + HORIZON)
    answer, = answers([{
        "ask": "series", "series": made["series"], "edits": random_edits(chance, made["dates"]),
        "from": made["dates"][0], "through": last}])
    lines = answer["text"].encode().split(b"\r\n")
    assert all(len(line) <= 75 and b"\n" not in line and b"\r" not in line for line in lines)
    calendar = icalendar.Calendar.from_ical(answer["text"])
    assert all(not component.errors for component in calendar.walk())


# --- The moon and the holidays

def vietnamese_day(date: ephem.Date) -> datetime.date:
    return (date.datetime() + datetime.timedelta(hours=7)).date()


@functools.cache
def moon_months(year: int) -> list[tuple[datetime.date, int, bool]]:
    """First day, number and whether it is a leap month, from the eleventh month before a year to its own eleventh:
    PyEphem's new moons (VSOP87 and a lunar theory of its own) and solar longitudes, at UTC+7."""
    def eleventh(year):
        solstice = vietnamese_day(ephem.next_solstice(f"{year}/12/1"))
        moon = ephem.previous_new_moon(f"{year}/12/31")
        while vietnamese_day(moon) > solstice:
            moon = ephem.previous_new_moon(moon - 1)
        following = ephem.next_new_moon(moon + 1)
        return following if vietnamese_day(following) <= solstice else moon

    def term(day):
        midnight = ephem.Date(datetime.datetime.combine(day, datetime.time())) - 7 / 24
        sun = ephem.Sun(midnight, epoch=midnight)
        return int(ephem.Ecliptic(sun, epoch=midnight).lon / (ephem.pi / 6))

    moons = [eleventh(year - 1)]
    end = vietnamese_day(eleventh(year))
    while vietnamese_day(moons[-1]) < end:
        moons.append(ephem.next_new_moon(moons[-1] + 1))
    days = [vietnamese_day(moon) for moon in moons]
    leap = next((i for i in range(1, 13) if term(days[i]) == term(days[i + 1])), None) if len(days) == 14 else None
    months = []
    for index, day in enumerate(days[:-1]):
        passed = leap is not None and index >= leap
        months.append((day, (10 + index - passed) % 12 + 1, index == leap))
    return months


def test_the_lunar_calendar_agrees_with_pyephem_from_1990_to_2060():
    answer, = answers([{"ask": "lunar", "from": "1990-01-01", "through": "2060-12-31"}])
    ours = answer["lunar"]
    assert "no way back" not in ours.values()
    leap_months = 0
    for year in range(1991, 2061):
        for day, number, is_leap in moon_months(year):
            _, month, first = ours[day.isoformat()].split("-")
            assert (month, first) == (f"{number}{'+' if is_leap else ''}", "1"), (day, ours[day.isoformat()])
            leap_months += is_leap
    assert leap_months > 20


# The days that the Government and the almanacs give for mùng 1 Tết.
TET = {
    2025: "01-29", 2026: "02-17", 2027: "02-06", 2028: "01-26", 2029: "02-13", 2030: "02-02", 2031: "01-23",
    2032: "02-11", 2033: "01-31", 2034: "02-19", 2035: "02-08",
}


@pytest.mark.parametrize("year", range(2025, 2036))
def test_tet_and_the_hung_kings_day_fall_where_other_sources_say(year):
    lunar, off = answers([
        {"ask": "lunar", "from": f"{year}-01-01", "through": f"{year}-12-31"}, {"ask": "holidays", "year": year}])
    days = {value: day for day, value in lunar["lunar"].items()}
    months = moon_months(year)
    tet = next(day for day, number, is_leap in months if number == 1 and not is_leap)
    third = next(day for day, number, is_leap in months if number == 3 and not is_leap)
    assert days[f"{year}-1-1"] == tet.isoformat() == f"{year}-{TET[year]}"
    hung_kings = (third + datetime.timedelta(days=9)).isoformat()
    assert days[f"{year}-3-10"] == hung_kings
    assert "Tết" in off["holidays"][tet.isoformat()]
    assert "Hùng Kings" in off["holidays"][hung_kings]

    # The PyPI project holidays keeps tables of Vietnam's days of its own. How many of Tết's five days lie before it is
    # chosen each year, as is National Day's second day; swapped days are data.
    theirs = holidays.country_holidays("VN", years=year, observed=False, language="en_US")
    named = ("New Year's Day", "Lunar New Year", "Hung Kings", "Liberation Day", "International Labor Day", "National Day")
    for day, name in theirs.items():
        if day.year == year and name.startswith(named):
            assert day.isoformat() in off["holidays"], (day, name)
    assert theirs[tet] == "Lunar New Year"
