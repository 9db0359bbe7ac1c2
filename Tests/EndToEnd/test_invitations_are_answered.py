"""Answers by calendar programs, by the letter's link, and letters that come back."""

import datetime
import re
import urllib.parse

import pytest

from support.imapserver import PASSWORD, USER, ImapServer
from support.invitations import Office, calendar_of, monday
from support.mailserver import MailServer
from support.waiting import next_second_of_the_clock, wait_for

UNITS = ["ba-be", "bach-thong", "cho-don", "na-ri", "ngan-son", "pac-nam"]

# The zone as Outlook names and describes it.
OUTLOOK_ZONE = """BEGIN:VTIMEZONE
TZID:SE Asia Standard Time
BEGIN:STANDARD
DTSTART:16010101T000000
TZOFFSETFROM:+0700
TZOFFSETTO:+0700
END:STANDARD
END:VTIMEZONE
"""


def gmail(uid, mail, answer, sequence, recurrence=None, **more):
    """Times in UTC, its own PRODID, the text beside an application/ics of the same."""
    at = f"RECURRENCE-ID:{utc(recurrence)}\n" if recurrence else ""
    return "mixed", f"""BEGIN:VCALENDAR
PRODID:-//Google Inc//Google Calendar 70.9054//EN
VERSION:2.0
CALSCALE:GREGORIAN
METHOD:REPLY
BEGIN:VEVENT
DTSTART:20261207T070000Z
DTEND:20261207T080000Z
DTSTAMP:20261121T080000Z
ORGANIZER;CN=UBND:mailto:giaoban@backan.example
UID:{uid}
ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT={answer};CN={mail}
 ;X-NUM-GUESTS=0:mailto:{mail}
{at}CREATED:20261121T075900Z
LAST-MODIFIED:20261121T080000Z
SEQUENCE:{sequence}
STATUS:CONFIRMED
SUMMARY:Giao ban
TRANSP:OPAQUE
END:VEVENT
END:VCALENDAR
"""


def outlook(uid, mail, answer, sequence, recurrence=None, comment="", **more):
    """Windows' zone names, MAILTO in capitals, the comment as COMMENT with a language."""
    at = f"RECURRENCE-ID;TZID=SE Asia Standard Time:{basic(recurrence)}\n" if recurrence else ""
    return "alternative", f"""BEGIN:VCALENDAR
METHOD:REPLY
PRODID:Microsoft Exchange Server 2010
VERSION:2.0
{OUTLOOK_ZONE}BEGIN:VEVENT
ATTENDEE;PARTSTAT={answer};CN={mail}:MAILTO:{mail}
COMMENT;LANGUAGE=vi-VN:{comment}\\n
UID:{uid}
{at}SUMMARY;LANGUAGE=vi-VN:Accepted: Giao ban
DTSTART;TZID=SE Asia Standard Time:20261207T140000
DTEND;TZID=SE Asia Standard Time:20261207T150000
CLASS:PUBLIC
PRIORITY:5
DTSTAMP:20261121T080000Z
TRANSP:OPAQUE
STATUS:CONFIRMED
SEQUENCE:{sequence}
X-MICROSOFT-CDO-APPT-SEQUENCE:{sequence}
END:VEVENT
END:VCALENDAR
"""


def thunderbird(uid, mail, answer, sequence, recurrence=None, delegate=None, **more):
    at = f"RECURRENCE-ID;TZID=Asia/Ho_Chi_Minh:{basic(recurrence)}\n" if recurrence else ""
    to = f";DELEGATED-TO=\"mailto:{delegate}\"" if delegate else ""
    second = (
        f"ATTENDEE;PARTSTAT=NEEDS-ACTION;DELEGATED-FROM=\"mailto:{mail}\":mailto:{delegate}\n" if delegate else "")
    return "alternative", f"""BEGIN:VCALENDAR
PRODID:-//Mozilla.org/NONSGML Mozilla Calendar V1.1//EN
VERSION:2.0
METHOD:REPLY
BEGIN:VTIMEZONE
TZID:Asia/Ho_Chi_Minh
BEGIN:STANDARD
TZOFFSETFROM:+0700
TZOFFSETTO:+0700
TZNAME:+07
DTSTART:19700101T000000
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
CREATED:20261121T080000Z
LAST-MODIFIED:20261121T080000Z
DTSTAMP:20261121T080000Z
UID:{uid}
SUMMARY:Giao ban
ORGANIZER:mailto:giaoban@backan.example
ATTENDEE;PARTSTAT={answer}{to};ROLE=REQ-PARTICIPANT:mailto:{mail}
{second}{at}DTSTART;TZID=Asia/Ho_Chi_Minh:20261207T140000
DTEND;TZID=Asia/Ho_Chi_Minh:20261207T150000
SEQUENCE:{sequence}
END:VEVENT
END:VCALENDAR
"""


PROGRAMS = {"gmail": gmail, "outlook": outlook, "thunderbird": thunderbird}


def basic(text):
    return text.replace("-", "").replace(":", "") + "00"


def utc(text):
    """Seven hours earlier."""
    return (datetime.datetime.fromisoformat(text) - datetime.timedelta(hours=7)).strftime("%Y%m%dT%H%M%SZ")


def letter(made, sender, number) -> bytes:
    """A REPLY in the mail that brings it."""
    kind, calendar = made
    return (
        f"From: =?UTF-8?Q?Huy=E1=BB=87n?= <{sender}>\nTo: giaoban@backan.example\nSubject: Accepted: Giao ban\n"
        f"Message-ID: <tra-loi-{number}@{sender.split('@')[1]}>\nDate: Sat, 21 Nov 2026 15:00:00 +0700\n"
        f"MIME-Version: 1.0\nContent-Type: multipart/{kind}; boundary=phan\n\n"
        "--phan\nContent-Type: text/plain; charset=utf-8\n\nĐã trả lời.\n"
        f"--phan\nContent-Type: text/calendar; charset=utf-8; method=REPLY\n\n{calendar}"
        f"--phan--\n"
    ).replace("\n", "\r\n").encode()


def address(unit):
    return f"{unit}@backan.example"


class Meeting:
    """An invited series."""

    def __init__(self, office, rule="FREQ=WEEKLY;BYDAY=MO;COUNT=8", clock="14:00"):
        self.office = office
        self.booked = office.book(
            [office.sites[unit] for unit in UNITS], start=f"{monday(2)}T{clock}", rule=rule)
        office.invite(self.booked["occurrence"])
        self.letters = office.received()
        event = calendar_of(self.letters[address("ba-be")][0]).walk("VEVENT")[0]
        self.uid, self.sequence = str(event["UID"]), int(event["SEQUENCE"])
        self.occurrences = office.occurrences(self.booked["id"])
        self.number = 0

    def reply(self, program, unit, answer, *, sender=None, recurrence=None, sequence=None, **more):
        self.number += 1
        made = PROGRAMS[program](
            self.uid, address(unit), answer, self.sequence if sequence is None else sequence, recurrence, **more)
        return letter(made, sender or address(unit), f"{self.booked['id']}-{self.number}")

    def answers(self, index=0):
        names = {site: unit for unit, site in self.office.sites.items()}
        detail = self.office.get(f"/api/occurrences/{self.occurrences[index]['id']}")
        return {names[line["site"]]: line["answer"] for line in detail["invitees"]}

    def invitee(self, unit, index=0):
        return self.office.invitee(self.occurrences[index]["id"], self.office.sites[unit])


@pytest.fixture
def office(tmp_path):
    with MailServer() as relay, Office(tmp_path, relay=relay) as office:
        yield office


@pytest.mark.parametrize("program", PROGRAMS)
def test_answers_of_a_calendar_program_show_on_the_page(office, program):
    meeting = Meeting(office)
    second = meeting.occurrences[1]["start"]
    office.deliver(
        meeting.reply(program, "ba-be", "ACCEPTED", comment="Có mặt"),
        meeting.reply(program, "bach-thong", "DECLINED"),
        meeting.reply(program, "cho-don", "TENTATIVE"),
        meeting.reply(program, "na-ri", "DELEGATED", delegate="pho@backan.example"),
        meeting.reply(program, "ba-be", "DECLINED", recurrence=second),
        meeting.reply(program, "ngan-son", "ACCEPTED", recurrence=second))
    office.wait_read()
    assert meeting.answers(0) == {
        "ba-be": "accept", "bach-thong": "decline", "cho-don": "accept", "na-ri": "delegate", "ngan-son": "none",
        "pac-nam": "none"}
    assert meeting.answers(1) == {
        "ba-be": "decline", "bach-thong": "decline", "cho-don": "accept", "na-ri": "delegate", "ngan-son": "accept",
        "pac-nam": "none"}
    assert meeting.invitee("cho-don")["note"].startswith("Dự kiến dự")
    if program == "outlook":
        assert "Có mặt" in meeting.invitee("ba-be")["note"]
    if program == "thunderbird":
        assert meeting.invitee("na-ri")["delegate"]["email"] == "pho@backan.example"
    # The invitations themselves are marked as sent.
    assert {meeting.invitee(unit)["mail"] for unit in UNITS} == {"sent"}


def test_a_single_meeting_is_answered_without_a_recurrence(office):
    meeting = Meeting(office, rule=None)
    office.deliver(meeting.reply("gmail", "ba-be", "DECLINED"))
    office.wait_read()
    assert meeting.answers()["ba-be"] == "decline"


def test_an_answer_to_a_time_that_is_no_more_is_refused(office):
    meeting = Meeting(office)
    first = meeting.occurrences[0]
    office.deliver(meeting.reply("gmail", "ba-be", "ACCEPTED"))
    office.wait_read()
    assert meeting.answers()["ba-be"] == "accept"
    # Answers and changes are told apart by the second.
    next_second_of_the_clock()
    office.patch(f"/api/occurrences/{first['id']}", {"scope": "this", "start": first["start"][:11] + "16:00"})
    [moved] = calendar_of(office.received()[address("ba-be")][0]).walk("VEVENT")
    # The old answer is not to the new time, but still to the other meetings.
    assert meeting.answers(0)["ba-be"] == "none" and meeting.answers(1)["ba-be"] == "accept"
    office.deliver(meeting.reply("outlook", "ba-be", "ACCEPTED", recurrence=first["start"], sequence=0))
    office.wait_read()
    assert meeting.answers(0)["ba-be"] == "none"
    office.deliver(
        meeting.reply("outlook", "ba-be", "ACCEPTED", recurrence=first["start"], sequence=int(moved["SEQUENCE"])))
    office.wait_read()
    assert meeting.answers(0)["ba-be"] == "accept"


def test_nobody_answers_for_another_unit(office):
    meeting = Meeting(office)
    before = meeting.answers()
    office.deliver(
        # A stranger who has got hold of the invitation, another invitee, and a spelling of the same.
        meeting.reply("gmail", "ba-be", "DECLINED", sender="ke-gian@vi-du.example"),
        meeting.reply("outlook", "ba-be", "DECLINED", sender=address("bach-thong")),
        meeting.reply("outlook", "ba-be", "DECLINED", sender="ba-be@backan.example.vi-du.example"),
        # Another meeting's name, a meeting that is not there, and no calendar at all.
        meeting.reply("gmail", "ba-be", "DECLINED", recurrence="2026-01-01T14:00"),
        letter(gmail("khong-co@localhost", address("ba-be"), "DECLINED", 0), address("ba-be"), "x1"),
        letter(("mixed", "BEGIN:VCALENDAR\nMETHOD:REPLY\n"), address("ba-be"), "x2"),
        b"From: a@b.example\r\n\r\nXin chao", b"\xff\x00")
    office.wait_read()
    assert meeting.answers() == before
    # A person of the unit's own office answers for it as on the page; a program that names its owner otherwise too.
    office.deliver(
        meeting.reply("outlook", "ba-be", "ACCEPTED", sender="babe@backan.example"),
        letter(gmail(meeting.uid, "vanphong.nari@vi-du.example", "ACCEPTED", 0), address("na-ri"), "x3"))
    office.wait_read()
    assert meeting.answers()["ba-be"] == "accept" and meeting.answers()["na-ri"] == "accept"


def test_a_letter_that_comes_twice_counts_once(office):
    meeting = Meeting(office)
    accept, decline = meeting.reply("gmail", "ba-be", "ACCEPTED"), meeting.reply("gmail", "ba-be", "DECLINED")
    for one in (accept, decline, accept):
        office.deliver(one)
        office.wait_read()
    assert meeting.answers()["ba-be"] == "decline"
    lines = office.get("/api/audit?q=answer.", who=office.administrator)["lines"]
    assert [line["what"] for line in lines].count("answer.accept") == 1


def bounce(id, recipient, action="failed", words="550 5.1.1 Khong co hop thu nay"):
    return f"""From: MAILER-DAEMON@backan.example
To: giaoban@backan.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <tra-lai-{action}@backan.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=phan

--phan
Content-Type: text/plain

Khong gui duoc.
--phan
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.backan.example

Final-Recipient: rfc822; {recipient}
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; {words}

--phan
Content-Type: text/rfc822-headers

From: giaoban@backan.example
Message-ID: <{id}>

--phan--
""".replace("\n", "\r\n").encode()


def test_a_letter_that_comes_back_has_failed_with_its_reason(office):
    meeting = Meeting(office)
    id = meeting.letters[address("ba-be")][0].id
    office.deliver(bounce(id, address("ba-be"), action="delayed"))
    office.wait_read()
    assert meeting.invitee("ba-be")["mail"] == "sent"
    office.deliver(bounce(id, address("ba-be")))
    office.wait_read()
    line = meeting.invitee("ba-be")
    assert line["mail"] == "failed" and "Khong co hop thu nay" in line["mailError"]
    [failed] = office.letters(state="failed")
    assert failed["to"] == address("ba-be") and "Khong co hop thu nay" in failed["error"]
    office.post(f"/api/mail/{failed['id']}/retry")
    assert [letter.id for letter in office.received()[address("ba-be")]] == [id]
    assert meeting.invitee("ba-be")["mail"] == "sent"


def test_the_letters_link_answers_only_when_it_is_sent_back(office):
    meeting = Meeting(office)
    text = meeting.letters[address("ba-be")][0].message.get_body(("plain",)).get_content()
    links = re.findall(r"https://\S+/tra-loi/\S+", text)
    assert len(links) == 3
    for link in links:
        # A mail filter follows every link.
        parts = urllib.parse.urlsplit(link)
        status, _, _ = office.server.request("GET", f"{parts.path}?{parts.query}", secure=True)
        assert status == 200
        token = parts.path.rsplit("/", 1)[1]
        status, _, page = office.server.request("GET", f"/api/answers/{token}", secure=True)
        assert status == 200 and "Ba Bể" in page
    assert meeting.answers()["ba-be"] == "none"
    status, _, text = office.server.request(
        "POST", f"/api/answers/{token}", '{"answer":"delegate","delegateName":"Hoàng Văn Phó","note":"Đi công tác"}',
        {"content-type": "application/json"}, secure=True)
    assert status < 300, text
    line = meeting.invitee("ba-be", 3)
    assert (line["answer"], line["delegate"]["name"]) == ("delegate", "Hoàng Văn Phó")
    forged = token[:-4] + ("AAAA" if token[-4:] != "AAAA" else "BBBB")
    assert office.server.request("POST", f"/api/answers/{forged}", '{"answer":"decline"}',
                                 {"content-type": "application/json"}, secure=True)[0] == 404


def test_answers_come_in_by_imap(tmp_path):
    with ImapServer(tmp_path / "imap") as imap, MailServer() as relay:
        box = f"imaps://{USER}:{urllib.parse.quote(PASSWORD, safe='')}@localhost:{imap.port}/INBOX?ca={imap.authority}"
        with Office(tmp_path, relay=relay, mailbox_address=box) as office:
            meeting = Meeting(office)
            client = imap.client()
            client.append("INBOX", None, None, meeting.reply("outlook", "ba-be", "ACCEPTED"))
            client.append("INBOX", None, None, meeting.reply("gmail", "na-ri", "DECLINED"))
            wait_for("the second letter's answer", lambda: meeting.answers()["na-ri"] != "none", 120)
            assert meeting.answers()["ba-be"] == "accept" and meeting.answers()["na-ri"] == "decline"
            client.select()
            # A letter is marked when its answer is kept, and not before. NOOP brings what others have marked (RFC 3501 §6.1.2).
            wait_for("no unread letter", lambda: client.noop() and client.search(None, "UNSEEN")[1] == [b""])
            client.logout()
