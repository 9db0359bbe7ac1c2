"""A whole server with the demo province, its letters caught by a real SMTP server, its mailbox a folder."""

import collections
import datetime
import mailbox
import pathlib
import urllib.parse

import icalendar

from support.api import ADMINISTRATOR, SECRETARY, Caller
from support.mailserver import MailServer
from support.server import Server
from support.waiting import wait_for


def monday(weeks: int) -> datetime.date:
    """The Monday `weeks` weeks after the next one."""
    today = datetime.date.today()
    return today + datetime.timedelta(days=7 - today.weekday() + 7 * weeks)


def calendar_of(letter) -> icalendar.Calendar:
    """A letter's calendar part, which must say the method as its header does (RFC 6047 §2.4)."""
    [part] = [part for part in letter.message.walk() if part.get_content_type() == "text/calendar"]
    calendar = icalendar.Calendar.from_ical(part.get_payload(decode=True))
    assert part.get_param("method") == calendar["METHOD"]
    return calendar


class Office:
    """The server, a secretary signed in, and what the relay has received."""

    def __init__(self, folder: pathlib.Path, *, relay: MailServer | None = None, mailbox_address=None, extra=()):
        self.relay = relay
        self.box = mailbox.Maildir(folder / "box", create=True)
        arguments = ["--demo", *extra]
        if relay:
            arguments += ["--mail-relay", f"smtp://127.0.0.1:{relay.port}"]
        arguments += ["--mailbox", mailbox_address or f"maildir://{folder}/box"]
        self.server = Server(folder / "data", extra=arguments)
        self.sites = {}

    def __enter__(self):
        self.start()
        # The demo's own meetings take the sites' time.
        for series in self.get("/api/series")["series"]:
            self.post(f"/api/series/{series['id']}/cancel", {"reason": "Nhường lịch"})
        return self

    def __exit__(self, *exception):
        self.server.__exit__(*exception)

    def start(self):
        self.server.start()
        self.sign_in()

    def sign_in(self):
        # The administrator sees how many letters wait in all.
        self.administrator = Caller(self.server.port).sign_in(ADMINISTRATOR)
        self.secretary = Caller(self.server.port).sign_in(SECRETARY)
        if not self.sites:
            for unit in self.get("/api/units")["units"]:
                for site in unit["sites"]:
                    self.sites[unit["code"]] = site["id"]

    def attempt(self, method, path, body=None, *, who: Caller | None = None):
        """The status and what was answered, whatever it is."""
        answer = (who or self.secretary).call(method, path, body)
        return answer.status, answer.body

    def call(self, method, path, body=None, *, status=None, **options):
        code, answer = self.attempt(method, path, body, **options)
        assert code == status if status else code < 300, f"{method} {path}: {code} {answer}"
        return answer

    def get(self, path, **options):
        return self.call("GET", path, **options)

    def post(self, path, body=None, **options):
        return self.call("POST", path, body if body is not None else {}, **options)

    def patch(self, path, body, **options):
        return self.call("PATCH", path, body, **options)

    # Booking

    def organiser(self):
        return next(unit["id"] for unit in self.get("/api/units")["units"] if unit["code"] == "ubnd-tinh")

    def book(self, sites, *, start, rule="FREQ=WEEKLY;BYDAY=MO;COUNT=12", minutes=60, title="Giao ban phòng, chống lụt bão",
             **more):
        return self.post("/api/series", {
            "title": title, "organiser": self.organiser(), "start": start, "minutes": minutes, "rule": rule,
            "holidays": "next-working-day", "form": "online", "periodic": False, "sites": sites, "people": [],
            "agenda": [{"title": "Điểm danh", "owner": "Văn phòng", "minutes": 5}], "notes": "", **more})

    def book_everybody(self, count=264, **more):
        """A meeting with so many sites; what was booked, and how many they are."""
        sites = list(self.sites.values())[:count]
        return self.book(sites, start=f"{monday(2)}T14:00", **more), len(sites)

    def invite(self, occurrence, scope="series", message=""):
        return self.post(f"/api/occurrences/{occurrence}/invitations", {"scope": scope, "message": message})

    def upload(self, occurrence, data: bytes, filename, title, scope="series"):
        answer = self.secretary.upload(occurrence, data, filename, title=title, scope=scope)
        assert answer.status < 300, answer.text
        return answer.body

    def occurrences(self, series):
        """The series' meetings that are to be held, in the order of their time."""
        return [line for line in self.get(f"/api/series/{series}")["occurrences"] if line["state"] == "planned"]

    # Letters

    def letters(self, **query):
        return self.get("/api/mail?" + urllib.parse.urlencode(query))["letters"]

    def settled(self, timeout=60):
        """Waits until no letter waits any more; returns how many there are in each state."""
        def counts() -> dict | None:
            found = self.get("/api/mail?state=waiting", who=self.administrator)["counts"]
            return None if found.get("waiting") else found

        return wait_for("letters to leave", counts, timeout, 0.05)

    def received(self):
        """The letters that have come in since this was last asked, by address."""
        self.settled()
        with self.relay.lock:
            letters, self.relay.letters = self.relay.letters, []
        by_address = collections.defaultdict(list)
        for letter in letters:
            assert len(letter.recipients) == 1
            by_address[letter.recipients[0]].append(letter)
        return by_address

    # Answers

    def deliver(self, *letters: bytes):
        for letter in letters:
            self.box.add(letter)

    def invitee(self, occurrence, site):
        for line in self.get(f"/api/occurrences/{occurrence}")["invitees"]:
            if line["site"] == site:
                return line
        return None

    def wait_read(self, timeout=45):
        """Until every letter of the mailbox's folder has been read."""
        new = pathlib.Path(self.box._path) / "new"
        wait_for("the mailbox to be read", lambda: not any(new.iterdir()), timeout, 0.05)
