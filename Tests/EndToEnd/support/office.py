"""The demo province with a person of every role, and meetings of one unit to try them on.

A department (`organiser`) books; the district Ba Bể (`invited`) is invited; the district Na Rì (`other`) has nothing to do
with it.
"""

import dataclasses
import http.client
import itertools
import json
import ssl
import urllib.parse

from support.server import Server, free_port

PASSWORD = "Giao ban 7 gio 30"
ADMINISTRATOR = "quantri@backan.example"
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
class Answer:
    status: int
    headers: http.client.HTTPMessage
    data: bytes

    @property
    def text(self) -> str:
        return self.data.decode()

    @property
    def body(self):
        return json.loads(self.data) if self.data else None

    @property
    def error(self) -> dict:
        """What was wrong; empty where nothing was, or where it is not said as the API says it."""
        try:
            found = self.body
        except ValueError:
            return {}
        return found.get("error", {}) if isinstance(found, dict) else {}

    @property
    def fields(self) -> dict:
        return self.error.get("fields") or {}


class Caller:
    """Somebody who calls the API over a connection of their own; the session is kept as a browser keeps it."""

    def __init__(self, port: int):
        self.port = port
        self.cookie: str | None = None
        self.csrf: str | None = None
        self.me: dict = {}
        self.language = "vi"
        self._connection = None

    def sign_in(self, email: str, password: str = PASSWORD) -> "Caller":
        answer = self.try_password(email, password)
        assert answer.status == 200, (email, answer.status, answer.text)
        self.me = answer.body
        self.csrf = self.me["csrf"]
        return self

    def try_password(self, email: str, password: str, **more) -> Answer:
        return self.call("POST", "/api/session", {"email": email, "password": password}, **more)

    def call(self, method: str, path: str, body=None, *, raw: bytes | None = None, kind="application/json",
             headers: dict | None = None, csrf=True, cookie=True) -> Answer:
        fields = {"Accept-Language": self.language}
        if cookie and self.cookie:
            fields["Cookie"] = self.cookie
        if csrf and self.csrf:
            fields["X-CSRF-Token"] = self.csrf
        data = raw if raw is not None else None if body is None else json.dumps(body).encode()
        if data is not None and kind:
            fields["Content-Type"] = kind
        fields |= headers or {}
        for attempt in (1, 2):
            connection = self._connection or http.client.HTTPSConnection(
                "127.0.0.1", self.port, timeout=60, context=ssl._create_unverified_context())
            self._connection = connection
            try:
                connection.request(method, path, data, fields)
                answer = connection.getresponse()
                found = Answer(answer.status, answer.headers, answer.read())
                break
            except (http.client.RemoteDisconnected, ConnectionError, ssl.SSLError):
                # The server has closed a kept connection, as it may after any answer.
                connection.close()
                self._connection = None
                if attempt == 2:
                    raise
        if answer.will_close:
            connection.close()
            self._connection = None
        for cookie in found.headers.get_all("Set-Cookie") or []:
            if cookie.startswith("__Host-giaoban="):
                self.cookie = cookie.split(";")[0]
        return found

    def get(self, path: str, **more) -> Answer:
        return self.call("GET", path, **more)

    def upload(self, occurrence: int, data: bytes, filename="bao-cao.pdf", classification="thuong", title="Báo cáo",
               scope="this", **more) -> Answer:
        query = urllib.parse.urlencode(
            {"title": title, "classification": classification, "scope": scope, "filename": filename})
        return self.call("POST", f"/api/occurrences/{occurrence}/papers?{query}", raw=data, kind="application/pdf",
                         **more)


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

    def is_the_same_process(self) -> bool:
        """No request has ended the server."""
        return self.caller().get("/api/signin-options").status == 200 and self.server.is_alive()


__all__ = ["ADMINISTRATOR", "Answer", "Caller", "Meeting", "Office", "PASSWORD", "PDF", "PEOPLE", "free_port"]
