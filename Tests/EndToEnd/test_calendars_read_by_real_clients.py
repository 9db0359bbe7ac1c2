"""Feeds and CalDAV, read by other people's programs: icalendar, recurring-ical-events, caldav and vdirsyncer."""

import datetime
import math
import os
import pathlib
import statistics
import subprocess
import sys
import time

import caldav
import icalendar
import pytest
import recurring_ical_events

from support.clock import ZONE
from support.feeds import access, basic, path_of
from support.people import PASSWORD, Person
from support.waiting import next_second_of_the_clock

TODAY = datetime.datetime.now(ZONE).date()
END = TODAY + datetime.timedelta(days=300)


def weekday(number: int, weeks=2) -> datetime.date:
    """A day of the week (Monday is 0) some weeks ahead."""
    return TODAY + datetime.timedelta(days=(number - TODAY.weekday()) % 7 + 7 * weeks)


def book(person, title, day, sites, people=(), rule=None, organiser=None, clock="14:00") -> dict:
    return person.call("POST", "/api/series", {
        "title": title, "organiser": organiser or 1, "chair": None, "start": f"{day}T{clock}", "minutes": 60,
        "rule": rule, "holidays": "next-working-day", "form": "online", "periodic": False, "venue": None,
        "sites": list(sites), "people": list(people), "agenda": [], "notes": "Mang số liệu; đúng giờ, \"đủ\" & gọn"})


def meetings(series: dict, person) -> list[dict]:
    found = person.call("GET", f"/api/series/{series['id']}")["occurrences"]
    return [meeting for meeting in found if meeting["state"] == "planned"]


def edit(person, meeting: dict, **what) -> dict:
    version = person.call("GET", f"/api/occurrences/{meeting['id']}")["version"]
    return person.call("PATCH", f"/api/occurrences/{meeting['id']}", {"scope": "this", "version": version, **what})


def a_full_calendar(server):
    """Everything that a calendar has to say: moved, cancelled, added and single meetings, some of them not for all."""
    secretary = Person(server, "thuky")
    ba_be, other = secretary.site("ba-be"), secretary.site("na-ri")
    weekly = book(secretary, "Giao ban Ba Bể", weekday(3), [ba_be, other], rule="FREQ=WEEKLY;BYDAY=TH", clock="08:15")
    first, second, third, fourth = meetings(weekly, secretary)[:4]
    day = datetime.date.fromisoformat(second["start"][:10])
    edit(secretary, second, start=f"{day + datetime.timedelta(days=1)}T13:00", title="Giao ban Ba Bể (dời)")
    secretary.call("POST", f"/api/occurrences/{third['id']}/cancel", {"scope": "this", "reason": "Bão"})
    edit(secretary, fourth, removeSites=[ba_be])
    secretary.call("POST", f"/api/series/{weekly['id']}/additions", {"start": f"{weekday(1, 5)}T09:00"})
    book(secretary, "Họp chuyên đề", weekday(2), [ba_be])
    elsewhere = book(secretary, "Giao ban Na Rì", weekday(4), [other], rule="FREQ=WEEKLY;BYDAY=FR", clock="16:00")
    edit(secretary, meetings(elsewhere, secretary)[1], addSites=[ba_be])
    monthly = book(
        secretary, "Đầu tháng", weekday(1), [ba_be], rule="FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1", clock="10:00")
    edit(secretary, meetings(monthly, secretary)[2], start=f"{weekday(2, 12)}T08:00")
    return secretary, weekly


def expanded(texts) -> set[tuple]:
    """Title, start and end of what another program makes of calendars, until END."""
    found = set()
    for text in texts:
        calendar = icalendar.Calendar.from_ical(text)
        for event in recurring_ical_events.of(calendar).between(TODAY, END + datetime.timedelta(days=1)):
            if event.get("STATUS") != "CANCELLED":
                found.add((str(event["SUMMARY"]), event["DTSTART"].dt.astimezone(ZONE).isoformat()[:16],
                           event["DTEND"].dt.astimezone(ZONE).isoformat()[:16]))
    return found


def shown(person, query="") -> set[tuple]:
    return {(m["title"], m["start"], m["end"]) for m in person.calendar(TODAY, END, query)}


def test_a_feed_says_what_the_calendar_page_says(province):
    secretary, weekly = a_full_calendar(province)
    delegate = Person(province, "babe")
    unit = delegate.me["person"]["unit"]["id"]
    feeds = {
        "person": access(delegate)["feed"],
        "unit": secretary.call("POST", f"/api/units/{unit}/calendar")["feed"],
        "site": secretary.call("POST", f"/api/sites/{secretary.site('ba-be')}/calendar")["feed"],
    }
    expected = shown(delegate)
    assert len(expected) > 80
    for name, feed in feeds.items():
        status, headers, text = province.request("GET", path_of(feed))
        assert status == 200 and headers["Content-Type"].startswith("text/calendar"), name
        assert headers["Cache-Control"] == "private, max-age=900"
        assert "REFRESH-INTERVAL;VALUE=DURATION:PT15M" in text and "X-PUBLISHED-TTL:PT15M" in text
        assert expanded([text]) == expected, name
        assert province.request("GET", path_of(feed), headers={"if-none-match": headers["ETag"]})[0] == 304
    # The chair of the province is at the head of all these meetings' organiser.
    chair = Person(province, "chutich")
    text = province.request("GET", path_of(access(chair)["feed"]))[2]
    assert expanded([text]) == shown(chair)


def test_a_meeting_of_a_series_that_is_not_ones_own_stands_alone(province):
    a_full_calendar(province)
    text = province.request("GET", path_of(access(Person(province, "babe"))["feed"]))[2]
    events = [event for event in icalendar.Calendar.from_ical(text).walk("VEVENT")]
    alone = [event for event in events if event["SUMMARY"] == "Giao ban Na Rì"]
    assert len(alone) == 1 and "RRULE" not in alone[0] and "RECURRENCE-ID" not in alone[0]
    masters = {event["UID"] for event in events if "RECURRENCE-ID" not in event}
    assert {event["UID"] for event in events} == masters


def test_the_caldav_client_lists_reads_and_searches(province):
    secretary, weekly = a_full_calendar(province)
    delegate = Person(province, "babe")
    given = access(delegate)
    with caldav.DAVClient(
        url=province.plain_url + "/", username=given["user"], password=given["password"]
    ) as client:
        principal = client.principal()
        calendars = principal.calendars()
        assert len(calendars) == 1
        calendar = calendars[0]
        assert "Lý Thị Bể" in calendar.get_display_name()
        assert "VEVENT" in calendar.get_supported_components()
        events = calendar.events()
        assert expanded(event.data for event in events) == shown(delegate)
        # One object is one UID.
        for event in events:
            found = {str(part["UID"]) for part in icalendar.Calendar.from_ical(event.data).walk("VEVENT")}
            assert len(found) == 1
        first = weekday(3)
        start = datetime.datetime.combine(first, datetime.time(), ZONE)
        found = calendar.search(start=start, end=start + datetime.timedelta(days=1), event=True, expand=True)
        assert [str(event.icalendar_component["SUMMARY"]) for event in found] == ["Giao ban Ba Bể"]
        uid = found[0].icalendar_component["UID"]
        assert calendar.event_by_uid(uid).icalendar_component["UID"] == uid
        # A week in which the rule would give a meeting that has been cancelled.
        third = start + datetime.timedelta(days=14)
        found = calendar.search(start=third, end=third + datetime.timedelta(days=1), event=True)
        assert "Giao ban Ba Bể" not in [str(event.icalendar_component["SUMMARY"]) for event in found]
        with pytest.raises(caldav.error.AuthorizationError):
            calendar.save_event(dtstart=start, dtend=start, summary="Không được")
        with pytest.raises(caldav.error.DAVError):
            events[0].delete()
        with pytest.raises(caldav.error.DAVError):
            principal.make_calendar(name="Không được")


def vdirsyncer(folder: pathlib.Path, *arguments: str) -> str:
    run = subprocess.run(
        [str(pathlib.Path(sys.executable).parent / "vdirsyncer"), "-c", str(folder / "config"), *arguments],
        input="y\n" * 10, text=True, capture_output=True, timeout=120)
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout + run.stderr


def files(folder: pathlib.Path) -> dict[str, tuple]:
    return {
        str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.read_bytes())
        for path in folder.rglob("*.ics")}


def test_vdirsyncer_mirrors_caldav_and_feed(province, tmp_path):
    secretary, weekly = a_full_calendar(province)
    delegate = Person(province, "babe")
    given = access(delegate)
    folder = tmp_path / "sync"
    folder.mkdir()
    (folder / "config").write_text(f"""
[general]
status_path = "{folder}/status/"

[pair dav]
a = "dav_local"
b = "dav_remote"
collections = ["from b"]
conflict_resolution = "b wins"

[storage dav_local]
type = "filesystem"
path = "{folder}/dav/"
fileext = ".ics"

[storage dav_remote]
type = "caldav"
url = "{province.plain_url}/"
username = "{given['user']}"
password = "{given['password']}"
read_only = true

[pair feed]
a = "feed_local"
b = "feed_remote"
collections = null
conflict_resolution = "b wins"

[storage feed_local]
type = "filesystem"
path = "{folder}/feed/"
fileext = ".ics"

[storage feed_remote]
type = "http"
url = "{province.plain_url}{path_of(given['feed'])}"
""")
    vdirsyncer(folder, "discover")
    vdirsyncer(folder, "sync")
    before = {name: files(folder / name) for name in ["dav", "feed"]}
    for name, found in before.items():
        assert len(found) >= 4, name
        assert expanded(text for _, text in found.values()) == shown(delegate), name
    # DTSTAMP is by the second: what is made anew must not differ for it.
    next_second_of_the_clock()
    vdirsyncer(folder, "sync")
    assert {name: files(folder / name) for name in ["dav", "feed"]} == before

    meeting = meetings(weekly, secretary)[6]
    day = datetime.date.fromisoformat(meeting["start"][:10]) + datetime.timedelta(days=1)
    edit(secretary, meeting, start=f"{day}T17:00")
    vdirsyncer(folder, "sync")
    for name in ["dav", "feed"]:
        found = files(folder / name)
        times = expanded(text for _, text in found.values())
        assert times == shown(delegate) and ("Giao ban Ba Bể", f"{day}T17:00", f"{day}T18:00") in times
        assert len([key for key in found if found[key] != before[name].get(key)]) == 1, name


def test_an_address_opens_what_its_owner_may_read_and_no_more(province):
    secretary, weekly = a_full_calendar(province)
    administrator, delegate = Person(province, "quantri"), Person(province, "babe")
    old = access(delegate)
    given = access(delegate)
    home = f"/dav/calendars/{delegate.me['person']['id']}/"
    credentials = basic(given["user"], given["password"])

    def find(path, headers):
        return province.request("PROPFIND", path, headers={"depth": "0", **headers})[0]

    assert find(home, credentials) == 207
    # What a new address replaces is worth nothing.
    assert province.request("GET", path_of(old["feed"]))[0] == 404
    assert find(home, basic(old["user"], old["password"])) == 401
    # A secret is for one person, one purpose, one kind of address.
    assert find(home, basic("thuky@backan.example", given["password"])) == 401
    assert find(home, basic(given["user"], PASSWORD)) == 401
    feed_secret = path_of(given["feed"]).split("/")[-1].removesuffix(".ics")
    assert find(home, basic(given["user"], feed_secret)) == 401
    for path in [f"/calendar/u/{feed_secret}.ics", f"/calendar/s/{feed_secret}.ics", "/calendar/p/x.ics",
                 f"/calendar/p/{given['password']}.ics", f"/calendar/p/{feed_secret}"]:
        assert province.request("GET", path)[0] == 404, path
    # Nobody looks into another's calendar.
    assert find(f"/dav/calendars/{secretary.me['person']['id']}/", credentials) == 404
    assert find("/dav/calendars/4/meetings/series-999.ics", credentials) == 404
    # Who may make a unit's.
    unit = delegate.me["person"]["unit"]["id"]
    assert delegate.ask("POST", f"/api/units/{unit}/calendar")[0] == 403
    assert delegate.ask("POST", f"/api/sites/{delegate.site('na-ri')}/calendar")[0] == 403
    assert delegate.ask("POST", f"/api/sites/{delegate.site('ba-be')}/calendar")[0] == 200
    assert secretary.ask("POST", "/api/units/99999/calendar")[0] == 404
    # A meeting that one is taken off is gone from the calendar.
    assert len(expanded([province.request("GET", path_of(given["feed"]))[2]])) > 50
    # An account that is closed.
    administrator.call("PATCH", f"/api/people/{delegate.me['person']['id']}", {"active": False})
    assert province.request("GET", path_of(given["feed"]))[0] == 404
    assert find(home, credentials) == 401


def test_guessing_is_slowed_and_the_owner_is_not(province):
    given = access(Person(province, "babe"))
    began = time.monotonic()
    answers = [
        province.request("PROPFIND", "/dav/", headers={"depth": "0", **basic(given["user"], f"guess {number}")})
        for number in range(12)]
    seconds = math.ceil(time.monotonic() - began) + 1
    assert answers[0][0] == 401 and answers[0][1]["WWW-Authenticate"].startswith("Basic ")
    # Six at once; each further one waits twice as long as the one before, from one second on.
    looked_at = [answer for answer in answers if answer[0] == 401]
    refused = [answer for answer in answers if answer[0] == 429]
    assert refused and len(looked_at) + len(refused) == 12
    assert len(looked_at) <= 6 + math.log2(seconds + 1)
    assert all(int(answer[1]["Retry-After"]) >= 1 for answer in refused)
    right = basic(given["user"], given["password"])
    assert province.request("PROPFIND", "/dav/", headers={"depth": "0", **right})[0] == 207
    assert Person(province, "babe").me["person"]["email"] == given["user"]


def test_five_years_of_every_site_come_at_once(province):
    secretary = Person(province, "thuky")
    sites = [site["id"] for unit in secretary.call("GET", "/api/units")["units"] for site in unit["sites"]]
    series = book(
        secretary, "Toàn tỉnh", weekday(3), sites, rule="FREQ=WEEKLY;COUNT=260;BYDAY=TH", clock="10:00")
    assert series["occurrences"] == 260
    given = access(secretary)
    times = []
    busy = processor_time(province)
    for _ in range(40):
        began = time.monotonic()
        status, _, text = province.request("GET", path_of(given["feed"]))
        times.append((time.monotonic() - began) * 1000)
        assert status == 200
    busy = (processor_time(province) - busy) / len(times)
    print(f"{len(sites)} sites, {len(text)} octets: {busy:.1f} ms of a processor, median {statistics.median(times):.1f} ms,"
          f" p95 {statistics.quantiles(times, n=20)[-1]:.1f} ms")
    # The neighbours' load is in the time on the wall, and not in the processor's.
    assert busy < 50


def processor_time(server) -> float:
    """Milliseconds that the server's process has used (proc(5): utime and stime)."""
    fields = pathlib.Path(f"/proc/{server.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")
