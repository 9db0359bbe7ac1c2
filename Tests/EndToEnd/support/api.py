"""Calls the scheduler's API as a browser does: one connection that is kept, a session's cookie, its CSRF token."""

import dataclasses
import http.client
import json
import ssl
import urllib.parse

PASSWORD = "Giao ban 7 gio 30"
"""Of everybody in the demo province."""
ADMINISTRATOR = "quantri@backan.example"
SECRETARY = "thuky@backan.example"
DELEGATE = "babe@backan.example"


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
    def code(self) -> str | None:
        """The name of what was wrong."""
        return self.error.get("code")

    @property
    def fields(self) -> dict:
        return self.error.get("fields") or {}


class Caller:
    """Somebody who calls the API over a connection of their own. Not for two threads at once.

    With `once` each call is sent once: what breaks on the way may have been done or not, and is the caller's to find
    out. Else a call for which the server had just closed the kept connection, as it may after any answer, is sent again
    over a new one."""

    def __init__(self, port: int, *, timeout: float = 60, once=False):
        self.port = port
        self.timeout = timeout
        self.once = once
        self.cookie: str | None = None
        self.csrf: str | None = None
        self.me: dict = {}
        self.language = "vi"
        self._connection = None

    def sign_in(self, email: str = SECRETARY, password: str = PASSWORD) -> "Caller":
        answer = self.try_password(email, password)
        assert answer.status == 200, (email, answer.status, answer.text)
        self.me = answer.body
        self.csrf = self.me["csrf"]
        return self

    def try_password(self, email: str, password: str, **more) -> Answer:
        return self.call("POST", "/api/session", {"email": email, "password": password}, **more)

    def like(self, other: "Caller") -> "Caller":
        """Goes on in another caller's session, over a connection of its own."""
        self.cookie, self.csrf = other.cookie, other.csrf
        return self

    def connect(self):
        """So that the handshake is over when the first call is made."""
        self.close()
        made = http.client.HTTPSConnection(
            "127.0.0.1", self.port, timeout=self.timeout, context=ssl._create_unverified_context())
        made.connect()
        self._connection = made

    def close(self):
        if self._connection:
            self._connection.close()
            self._connection = None

    def call(self, method: str, path: str, body=None, *, raw: bytes | None = None, kind="application/json",
             headers: dict | None = None, csrf=True, cookie=True) -> Answer:
        """Raises OSError or http.client.HTTPException where no answer came."""
        fields = {"Accept-Language": self.language}
        if cookie and self.cookie:
            fields["Cookie"] = self.cookie
        if csrf and self.csrf:
            fields["X-CSRF-Token"] = self.csrf
        data = raw if raw is not None else None if body is None else json.dumps(body).encode()
        if data is not None and kind:
            fields["Content-Type"] = kind
        found = self._send(method, path, data, fields | (headers or {}))
        for cookie in found.headers.get_all("Set-Cookie") or []:
            if cookie.startswith("__Host-giaoban="):
                self.cookie = cookie.split(";")[0]
        return found

    def get(self, path: str, **more) -> Answer:
        return self.call("GET", path, **more)

    def site(self, code: str) -> int:
        """The site of a unit."""
        units = self.get("/api/units").body["units"]
        return next(unit for unit in units if unit["code"] == code)["sites"][0]["id"]

    def upload(self, occurrence: int, data: bytes, filename="bao-cao.pdf", classification="thuong", title="Báo cáo",
               scope="this", kind="application/pdf", **more) -> Answer:
        """A paper."""
        query = urllib.parse.urlencode(
            {"title": title, "classification": classification, "scope": scope, "filename": filename})
        return self.call("POST", f"/api/occurrences/{occurrence}/papers?{query}", raw=data, kind=kind, **more)

    def _send(self, method: str, path: str, data: bytes | None, fields: dict) -> Answer:
        is_kept = self._connection is not None
        try:
            if not is_kept:
                self.connect()
            self._connection.request(method, path, data, fields)
            answer = self._connection.getresponse()
            found = Answer(answer.status, answer.headers, answer.read())
        except (OSError, http.client.HTTPException) as error:
            self.close()
            if self.once or not is_kept or not isinstance(error, (ConnectionError, ssl.SSLError)):
                raise
            return self._send(method, path, data, fields)
        if answer.will_close:
            self.close()
        return found
