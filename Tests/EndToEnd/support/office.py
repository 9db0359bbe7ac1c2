"""The demo province with a person of every role, and meetings of one unit to try them on.

A department (`organiser`) books; the district Ba Bể (`invited`) is invited; the district Na Rì (`other`) has nothing to do
with it.
"""

import dataclasses
import datetime
import itertools

from support.api import ADMINISTRATOR, PASSWORD, Answer, Caller
from support.clock import ZONE
from support.server import Server

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"

# Role of the table: (home, role, where the role is held).
PEOPLE = {
    "person": ("other", None, None),
    "delegate": ("invited", "delegate", "invited"),
    "stranger": ("other", "delegate", "other"),
    "technician": ("invited", "technician", "invited"),
    "chair": ("organiser", "chair", "organiser"),
    "secretary": ("organiser", "secretary", "organiser"),
    "neighbour": ("other", "secretary", "other"),
    "keeper": ("other", "administrator", "other"),
    "auditor": ("top", "auditor", "top"),
}


@dataclasses.dataclass
class Meeting:
    series: int
    occurrence: int


class Office:
    """A context manager. `signed_in["secretary"]` calls as the secretary, `signed_in["nobody"]` as nobody."""

    def __init__(self, folder, extra=()):
        self.server = Server(folder / "data", extra=["--demo", "--mail-relay", f"file://{folder}/sent", *extra])
        self.numbers = itertools.count(1)

    def __enter__(self) -> "Office":
        self.server.__enter__()
        try:
            self._fill()
        except BaseException:
            self.server.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.server.__exit__()

    @property
    def port(self) -> int:
        return self.server.port

    def caller(self, email: str | None = None, password: str = PASSWORD) -> Caller:
        made = Caller(self.port)
        return made.sign_in(email, password) if email else made

    def email(self, role: str) -> str:
        return ADMINISTRATOR if role == "administrator" else f"{role}@backan.example"

    def _fill(self):
        self.administrator = self.caller(ADMINISTRATOR)
        units = self.administrator.get("/api/units").body["units"]
        by_code = {unit["code"]: unit for unit in units}
        found = {"top": by_code["ubnd-tinh"], "organiser": by_code["so-05"], "invited": by_code["ba-be"],
                 "other": by_code["na-ri"]}
        self.unit = {name: unit["id"] for name, unit in found.items()}
        self.site = {name: unit["sites"][0]["id"] for name, unit in found.items()}
        self.person = {}
        self.signed_in = {"nobody": Caller(self.port), "administrator": self.administrator}
        for role, (home, kind, where) in PEOPLE.items():
            answer = self.add_person(role, home, [(kind, where)] if kind else [])
            self.person[role] = answer.body["id"]
            self.signed_in[role] = self.caller(self.email(role))
        self.person["administrator"] = self.administrator.me["person"]["id"]
        self.secretary = self.signed_in["secretary"]

    def add_person(self, name: str, home: str, roles=()) -> Answer:
        answer = self.administrator.call("POST", "/api/people", {
            "name": f"Người {name}", "email": f"{name}@backan.example", "title": "Chuyên viên", "phone": "",
            "unit": self.unit[home], "password": PASSWORD,
            "roles": [{"role": role, "unit": self.unit[where]} for role, where in roles]})
        assert answer.status == 201, answer.text
        return answer

    def form(self, **more) -> dict:
        """A meeting of the department with the district; each at a time that no other has."""
        number = next(self.numbers)
        day, slot = divmod(number, 40)
        hour, minute = divmod(slot * 30, 60)
        month, day = divmod(day, 28)
        return {
            "title": f"Họp chuyên đề {number}", "organiser": self.unit["organiser"], "chair": None,
            "start": f"2045-{month + 1:02}-{day + 1:02}T{hour:02}:{minute:02}", "minutes": 30, "rule": None,
            "holidays": "keep", "form": "online", "periodic": False, "venue": None,
            "sites": [self.site["organiser"], self.site["invited"]], "people": [], "agenda": [], "notes": "",
        } | more

    def book(self, by: Caller | None = None, **more) -> Meeting:
        answer = (by or self.secretary).call("POST", "/api/series", self.form(**more))
        assert answer.status == 201, answer.text
        return Meeting(answer.body["id"], answer.body["occurrence"])

    def book_now(self) -> Meeting:
        """One whose room is open."""
        start = datetime.datetime.now(ZONE) + datetime.timedelta(minutes=20)
        return self.book(start=start.strftime("%Y-%m-%dT%H:%M"))

    def is_the_same_process(self) -> bool:
        """No request has ended the server."""
        return self.caller().get("/api/signin-options").status == 200 and self.server.is_alive()


__all__ = ["ADMINISTRATOR", "Answer", "Caller", "Meeting", "Office", "PASSWORD", "PDF", "PEOPLE"]
