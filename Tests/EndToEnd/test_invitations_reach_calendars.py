"""Invitations, changes and cancellations of a whole server, as a real SMTP server receives them and a calendar program
takes them in."""

import collections
import datetime
import os
import random
import re
import subprocess

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from support.calendarprogram import CalendarProgram
from support.invitations import Office, calendar_of, monday
from support.mailserver import MailServer
from support.pages import pdf_of
from support.server import BINARY
from support.signing import Authority

# Any bytes: the letter's reader must find the same.
PDF = b"%PDF-1.7\n" + random.Random(1).randbytes(200_000) + b"\r\n.\r\n..\n%%EOF"
UNITS = ["ba-be", "bach-thong", "cho-don"]


@pytest.fixture
def office(tmp_path):
    with MailServer() as relay, Office(tmp_path, relay=relay) as office:
        yield office


def address(unit):
    return f"{unit}@backan.example"


def at(day, clock="14:00"):
    return f"{day}T{clock}"


def only(by_address, unit):
    [letter] = by_address[address(unit)]
    return letter


def plain(letter):
    return letter.message.get_body(("plain",)).get_content()


def events(letter):
    return calendar_of(letter).walk("VEVENT")


def local(property):
    return property.dt.replace(tzinfo=None)


class Programs:
    """A calendar program for each unit, fed with all that comes in."""

    def __init__(self, office, units):
        self.office = office
        self.programs = {unit: CalendarProgram(address(unit)) for unit in units}

    def take_in(self):
        by_address = self.office.received()
        for unit, program in self.programs.items():
            for letter in by_address.get(address(unit), []):
                program.receive(calendar_of(letter))
        return by_address

    def check(self, *series, about=None):
        """Each shows those meetings of the series to which its unit is invited, and no other."""
        meetings = [self.office.get(f"/api/occurrences/{number}") for number in
                    {occurrence["id"] for id in series for occurrence in self.office.occurrences(id)}]
        for unit, program in self.programs.items():
            site = self.office.sites[unit]
            assert program.meetings() == {
                (datetime.datetime.fromisoformat(meeting["start"]), datetime.datetime.fromisoformat(meeting["end"]),
                 meeting["title"])
                for meeting in meetings if any(invitee["site"] == site for invitee in meeting["invitees"])
            }, (unit, about)


def attached(letter, filename: str) -> bytes:
    [part] = [part for part in letter.message.iter_attachments() if part.get_filename() == filename]
    return part.get_payload(decode=True)


def letters(text: str) -> collections.Counter:
    return collections.Counter("".join(text.split()))


def text_of(data: bytes) -> str:
    return subprocess.run(["pdftotext", "-", "-"], input=data, capture_output=True, check=True).stdout.decode()


def test_a_paper_in_a_letter_says_whose_copy_it_is_and_a_signed_one_is_left_alone(office, tmp_path):
    booked = office.book([office.sites[unit] for unit in UNITS], start=at(monday(2)))
    plain_one = pdf_of("<p>Báo cáo thu ngân sách</p>")
    who = Authority(tmp_path / "ca").key_file("Nông Văn Ký", rsa.generate_private_key(65537, 2048))
    (tmp_path / "a.pdf").write_bytes(plain_one)
    for step in (["prepare", "a.pdf", "--out", "b.pdf", "--signer", "Nông Văn Ký"], ["key", "b.pdf", "--out", "c.der", *who],
                 ["embed", "b.pdf", "c.der", "--out", "d.pdf"]):
        subprocess.run([str(BINARY), "sign", *step], cwd=tmp_path, check=True, capture_output=True)
    signed_one = (tmp_path / "d.pdf").read_bytes()
    office.upload(booked["occurrence"], plain_one, "thuong.pdf", "Báo cáo")
    office.upload(booked["occurrence"], signed_one, "ky.pdf", "Báo cáo đã ký")
    office.invite(booked["occurrence"])
    by_address = office.received()
    for unit, name in [("ba-be", "Huyện Ba Bể"), ("cho-don", "Huyện Chợ Đồn")]:
        letter = only(by_address, unit)
        # Of letters that rise across the page pdftotext makes lines of its own.
        assert letters(text_of(attached(letter, "thuong.pdf"))) == letters("Báo cáo thu ngân sách" + 3 * name)
        assert attached(letter, "ky.pdf") == signed_one


def test_an_invitation_of_five_years_says_what_the_calendar_says(office):
    sites = [office.sites[unit] for unit in UNITS]
    start = monday(2)
    booked = office.book(sites, start=at(start), rule="FREQ=WEEKLY;BYDAY=MO", minutes=90)
    paper = office.upload(booked["occurrence"], PDF, "Báo cáo tuần.pdf", "Báo cáo tuần")
    office.upload(booked["occurrence"], "Đề nghị mang theo số liệu.".encode(), "Ghi chú.txt", "Ghi chú")
    assert office.invite(booked["occurrence"], message="Đề nghị chuẩn bị ý kiến.") == {"mail": 3, "without": []}
    by_address = office.received()
    assert sorted(by_address) == sorted(address(unit) for unit in UNITS)

    letter = only(by_address, "ba-be")
    assert str(letter.message["Subject"]).startswith("Giấy mời: Giao ban phòng, chống lụt bão")
    text = plain(letter)
    for words in ["GIẤY MỜI", "Kính gửi: Huyện Ba Bể", "14 giờ 00 đến 15 giờ 30, Thứ Hai", "Thứ Hai hằng tuần",
                  "Đề nghị chuẩn bị ý kiến.", "13 giờ 00", "/tra-loi/", "Báo cáo tuần"]:
        assert words in text, words
    assert "Báo cáo tuần" in letter.message.get_body(("html",)).get_content()
    papers = [part for part in letter.message.iter_attachments() if part.get_content_type() == "application/pdf"]
    assert [(part.get_filename(), part.get_payload(decode=True)) for part in papers] == [("Báo cáo tuần.pdf", PDF)]
    assert paper["bytes"] == len(PDF)
    texts = [part.get_content() for part in letter.message.iter_attachments() if part.get_filename() == "Ghi chú.txt"]
    assert [text.strip() for text in texts] == ["Đề nghị mang theo số liệu."]

    calendar = calendar_of(letter)
    assert calendar["METHOD"] == "REQUEST"
    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == ["Asia/Ho_Chi_Minh"]
    master, *own = calendar.walk("VEVENT")
    assert str(master["ORGANIZER"]) == "mailto:giaoban@backan.example"
    assert "Bắc Kạn" in master["ORGANIZER"].params["CN"]
    for event in [master, *own]:
        assert str(event["ATTENDEE"]) == "mailto:ba-be@backan.example"
        assert event["ATTENDEE"].params["RSVP"] == "TRUE"
        assert event["ATTENDEE"].params["PARTSTAT"] == "NEEDS-ACTION"
        assert event["UID"] == master["UID"] and event["SEQUENCE"] == 0
        assert event["DTSTART"].params["TZID"] == "Asia/Ho_Chi_Minh"
        assert event["STATUS"] == "CONFIRMED"
        [alarm] = event.walk("VALARM")
        assert alarm["TRIGGER"].dt == datetime.timedelta(minutes=-10)
    assert re.fullmatch(r"[0-9a-f-]{36}@localhost", master["UID"])
    assert {str(event["UID"]) for unit in UNITS for event in events(only(by_address, unit))} == {str(master["UID"])}

    program = CalendarProgram(address("ba-be"))
    program.receive(calendar)
    shown, day = set(), start
    while day < start + datetime.timedelta(days=366 * 5 + 60):
        last = day + datetime.timedelta(days=60)
        for line in office.get(f"/api/calendar?from={day}&to={last}")["occurrences"]:
            if line["series"] == booked["id"] and line["state"] == "planned":
                shown.add((
                    datetime.datetime.fromisoformat(line["start"]), datetime.datetime.fromisoformat(line["end"]),
                    line["title"]))
        day = last + datetime.timedelta(days=1)
    assert len(shown) > 255
    assert program.meetings() == shown
    # Holidays have moved some off their Monday.
    assert sum(meeting[0].weekday() != 0 for meeting in shown) == len(own) >= 5


def test_each_change_is_told_to_those_it_concerns(office):
    sites = [office.sites[unit] for unit in UNITS[:2]]
    booked = office.book(sites, start=at(monday(2)))
    series = booked["id"]
    office.invite(booked["occurrence"])
    programs = Programs(office, UNITS)
    invitation = events(only(programs.take_in(), "ba-be"))[0]
    uid = invitation["UID"]
    programs.check(series)
    third = office.occurrences(series)[2]

    # One meeting is moved.
    moved_to = monday(4) + datetime.timedelta(days=1)
    assert office.patch(f"/api/occurrences/{third['id']}", {"scope": "this", "start": at(moved_to, "08:00")})["mail"] == 2
    letter = only(programs.take_in(), "ba-be")
    [event] = events(letter)
    assert (event["UID"], local(event["RECURRENCE-ID"])) == (uid, datetime.datetime.fromisoformat(third["start"]))
    assert event["SEQUENCE"] > invitation["SEQUENCE"]
    old = datetime.datetime.fromisoformat(third["start"])
    assert f"Thời gian cũ: 14 giờ 00 đến 15 giờ 00, Thứ Hai ngày {old:%d/%m/%Y}" in plain(letter)
    new = moved_to
    assert f"Thời gian mới: 8 giờ 00 đến 9 giờ 00, Thứ Ba ngày {new:%d/%m/%Y}" in plain(letter)
    programs.check(series)

    # A site is added to one meeting, and taken off it; another is taken off.
    fourth = office.occurrences(series)[3]["id"]
    third_site = office.sites[UNITS[2]]
    office.patch(f"/api/occurrences/{fourth}", {"scope": "this", "addSites": [third_site], "removeSites": [sites[1]]})
    by_address = programs.take_in()
    assert calendar_of(only(by_address, UNITS[2]))["METHOD"] == "REQUEST"
    cancel = calendar_of(only(by_address, UNITS[1]))
    assert cancel["METHOD"] == "CANCEL"
    [event] = cancel.walk("VEVENT")
    assert event["STATUS"] == "CANCELLED" and "RECURRENCE-ID" in event
    programs.check(series)

    # A change of all: whoever was taken off one meeting does not get it back, whoever is invited to one is told of it.
    office.patch(f"/api/occurrences/{fourth}", {"scope": "all", "title": "Giao ban mới"})
    by_address = programs.take_in()
    [single] = events(only(by_address, UNITS[2]))
    assert "RECURRENCE-ID" in single and single["SUMMARY"] == "Giao ban mới"
    programs.check(series)

    # All are moved.
    office.patch(f"/api/occurrences/{fourth}", {"scope": "all", "start": office.get(f"/api/occurrences/{fourth}")["start"][:11] + "15:00"})
    letter = programs.take_in()[address("ba-be")][-1]
    assert events(letter)[0]["UID"] == uid
    assert "Thời gian cũ" in plain(letter) and "15 giờ 00" in plain(letter)
    programs.check(series)

    # All that follow are moved: another series, and the old one ends before.
    sixth = office.occurrences(series)[5]
    edited = office.patch(f"/api/occurrences/{sixth['id']}", {"scope": "following", "start": sixth["start"][:11] + "16:00"})
    letters = programs.take_in()[address("ba-be")]
    next_series = edited["series"]
    assert next_series != series
    by_uid = {events(letter)[0]["UID"]: events(letter)[0] for letter in letters}
    assert len(letters) == 2 and len(by_uid) == 2
    assert by_uid[uid]["RRULE"]["UNTIL"][0].replace(tzinfo=None) < datetime.datetime.fromisoformat(sixth["start"])
    programs.check(series, next_series)

    # A site comes to all, another goes from all.
    office.patch(f"/api/series/{next_series}", {"sites": [sites[0], third_site]})
    by_address = programs.take_in()
    assert [calendar_of(letter)["METHOD"] for letter in by_address[address(UNITS[1])]] == ["CANCEL"]
    programs.check(series, next_series)

    # One more meeting beside the rule.
    extra = office.post(
        f"/api/series/{next_series}/additions", {"start": at(monday(40) + datetime.timedelta(days=3), "09:00"), "minutes": 45})
    programs.take_in()
    programs.check(series, next_series)
    office.patch(f"/api/occurrences/{extra['occurrence']}", {"scope": "this", "start": at(monday(40) + datetime.timedelta(days=3), "10:00")})
    programs.take_in()
    programs.check(series, next_series)

    # One is cancelled, then the series.
    last = office.occurrences(next_series)[1]["id"]
    office.post(f"/api/occurrences/{last}/cancel", {"scope": "this", "reason": "Bão số 9"})
    letter = only(programs.take_in(), "ba-be")
    [event] = events(letter)
    assert (calendar_of(letter)["METHOD"], event["STATUS"]) == ("CANCEL", "CANCELLED")
    assert "RECURRENCE-ID" in event and "Bão số 9" in plain(letter)
    programs.check(series, next_series)
    office.post(f"/api/series/{next_series}/cancel", {"reason": "Sáp nhập đơn vị"})
    letter = only(programs.take_in(), "ba-be")
    [event] = events(letter)
    assert (calendar_of(letter)["METHOD"], event["STATUS"]) == ("CANCEL", "CANCELLED")
    assert "RECURRENCE-ID" not in event
    programs.check(series, next_series)
    assert [program.ignored for program in programs.programs.values()] == [0, 0, 0]


def test_a_series_that_is_ended_at_its_first_meeting_leaves_nothing_behind(office):
    booked = office.book([office.sites["ba-be"]], start=at(monday(2)))
    office.invite(booked["occurrence"])
    programs = Programs(office, ["ba-be"])
    programs.take_in()
    office.post(f"/api/occurrences/{booked['occurrence']}/cancel", {"scope": "following", "reason": "Không còn cần"})
    assert calendar_of(only(programs.take_in(), "ba-be"))["METHOD"] == "CANCEL"
    assert programs.programs["ba-be"].meetings() == set()


@pytest.mark.parametrize("way", ["this", "all", "series"])
def test_a_single_meeting_is_changed_and_cancelled_from_any_page(office, way):
    booked = office.book([office.sites["ba-be"]], start=at(monday(2)), rule=None)
    office.invite(booked["occurrence"])
    programs = Programs(office, ["ba-be"])
    first = events(only(programs.take_in(), "ba-be"))[0]
    assert "RECURRENCE-ID" not in first and "RRULE" not in first
    programs.check(booked["id"])
    for number, clock in enumerate(["15:00", "16:00"]):
        if way == "series":
            office.patch(f"/api/series/{booked['id']}", {"start": at(monday(2), clock)})
        else:
            office.patch(f"/api/occurrences/{booked['occurrence']}", {"scope": way, "start": at(monday(2), clock)})
        [event] = events(only(programs.take_in(), "ba-be"))
        assert event["SEQUENCE"] == number + 1 and event["UID"] == first["UID"]
        programs.check(booked["id"])
    if way == "series":
        office.post(f"/api/series/{booked['id']}/cancel", {"reason": "Hoãn"})
    else:
        office.post(f"/api/occurrences/{booked['occurrence']}/cancel", {"scope": way, "reason": "Hoãn"})
    assert calendar_of(only(programs.take_in(), "ba-be"))["METHOD"] == "CANCEL"
    assert programs.programs["ba-be"].meetings() == set()


def test_who_was_invited_to_one_meeting_of_a_series_is_told_of_the_series_changes(office):
    booked = office.book([office.sites["ba-be"]], start=at(monday(2)))
    second = office.occurrences(booked["id"])[1]["id"]
    office.invite(second, scope="this")
    programs = Programs(office, ["ba-be"])
    programs.take_in()
    start = office.get(f"/api/occurrences/{second}")["start"]
    assert len(programs.programs["ba-be"].meetings()) == 1
    assert office.patch(f"/api/occurrences/{second}", {"scope": "all", "start": start[:11] + "15:00"})["mail"] > 0
    programs.take_in()
    [meeting] = programs.programs["ba-be"].meetings()
    assert meeting[0] == datetime.datetime.fromisoformat(start[:11] + "15:00")
    assert office.post(f"/api/occurrences/{second}/cancel", {"scope": "all", "reason": "Hoãn"})["mail"] == 1
    programs.take_in()
    assert programs.programs["ba-be"].meetings() == set()


SEEDS = [int(seed) for seed in (os.environ.get("INVITATION_SEEDS") or "1 2 3").split()]


@pytest.mark.parametrize("seed", SEEDS)
def test_calendar_programs_show_what_the_server_shows_after_thirty_random_edits(office, seed):
    chance = random.Random(seed)
    units = [*UNITS, "na-ri", "ngan-son"]
    sites = {unit: office.sites[unit] for unit in units}
    booked = office.book(
        list(sites.values())[:3], start=at(monday(2)), rule=chance.choice(
            ["FREQ=WEEKLY;BYDAY=MO;COUNT=14", "FREQ=WEEKLY;BYDAY=MO;INTERVAL=2;COUNT=10", "FREQ=DAILY;COUNT=12"]))
    office.invite(booked["occurrence"])
    programs, series = Programs(office, units), [booked["id"]]
    programs.take_in()
    programs.check(*series)
    done, log = 0, []
    while done < 30:
        current = [id for id in series if office.occurrences(id)]
        if not current:
            break
        id = chance.choice(current)
        meeting = chance.choice(office.occurrences(id))["id"]
        detail = office.get(f"/api/occurrences/{meeting}")
        start = datetime.datetime.fromisoformat(detail["start"])
        clock = f"{chance.choice([8, 9, 10, 13, 14, 15, 16])}:{chance.choice(['00', '15', '30'])}".rjust(5, "0")
        act = chance.choice(["move", "move", "time", "title", "sites", "sites", "cancel", "add"])
        scope = chance.choice(["this", "this", "following", "all"])
        body = {"scope": scope}
        if act == "move":
            days = chance.randint(1, 3) if scope == "this" else 0
            body["start"] = f"{start.date() + datetime.timedelta(days=days)}T{clock}"
        elif act == "time":
            body["minutes"] = chance.choice([30, 45, 60, 75])
        elif act == "title":
            body["title"] = f"Giao ban {done}"
        elif act == "sites":
            there = {line["site"] for line in detail["invitees"]}
            some = chance.sample(list(sites.values()), 2)
            body["addSites"] = [site for site in some if site not in there]
            body["removeSites"] = [site for site in some if site in there] if len(there) > 2 else []
        log.append((id, meeting, act, body))
        if act == "cancel":
            # Rarely more than one: something must be left to edit.
            if scope != "this" and chance.random() < 0.8:
                continue
            method, path, body = "POST", f"/api/occurrences/{meeting}/cancel", {"scope": scope, "reason": "Hoãn"}
        elif act == "add":
            day = start.date() + datetime.timedelta(days=chance.randint(1, 6))
            method, path, body = "POST", f"/api/series/{id}/additions", {"start": f"{day}T{clock}", "minutes": 30}
        else:
            method, path = "PATCH", f"/api/occurrences/{meeting}"
        code, answer = office.attempt(method, path, body)
        # A time that is taken, or one that the series has already, is refused and changes nothing.
        assert code < 300 or code in (409, 422), answer
        if code < 300:
            done += 1
            if answer.get("series") and answer["series"] not in series:
                series.append(answer["series"])
            programs.take_in()
        programs.check(*series, about=log[-3:])
    assert done >= 10
    assert sum(program.ignored for program in programs.programs.values()) == 0
