"""Calls the scheduler's API as a program does: one connection that is kept, a session's cookie, its CSRF token."""

import dataclasses
import http.client
import json
import ssl

SECRETARY = "thuky@backan.example"
ADMINISTRATOR = "quantri@backan.example"
DELEGATE = "babe@backan.example"
PASSWORD = "Giao ban 7 gio 30"


@dataclasses.dataclass
class Answer:
    status: int
    body: dict | None

    @property
    def code(self) -> str | None:
        """The name of what was wrong."""
        return self.body.get("error", {}).get("code") if isinstance(self.body, dict) else None


class SchedulerClient:
    """Not for two threads at once."""

    def __init__(self, port: int, host: str = "127.0.0.1", timeout: float = 60):
        self.address = (host, port)
        self.timeout = timeout
        self.cookie = None
        self.csrf = None
        self.connection = None

    def sign_in(self, email: str = SECRETARY, password: str = PASSWORD) -> "SchedulerClient":
        answer = self.call("POST", "/api/session", {"email": email, "password": password})
        assert answer.status == 200, answer
        self.csrf = answer.body["csrf"]
        return self

    def like(self, other: "SchedulerClient") -> "SchedulerClient":
        """Goes on in another client's session, over a connection of its own."""
        self.cookie, self.csrf = other.cookie, other.csrf
        return self

    def connect(self):
        """So that the handshake is over when the first call is made."""
        self.close()
        self.connection = http.client.HTTPSConnection(
            *self.address, timeout=self.timeout, context=ssl._create_unverified_context()
        )
        self.connection.connect()

    def close(self):
        if self.connection:
            self.connection.close()
            self.connection = None

    def call(self, method: str, path: str, body: dict | None = None, **headers: str) -> Answer:
        """Sends once: what breaks on the way may have been done or not, and is the caller's to find out.

        Raises OSError or http.client.HTTPException where no answer came.
        """
        if self.connection is None:
            self.connect()
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookie:
            fields["Cookie"] = self.cookie
        if self.csrf:
            fields["X-CSRF-Token"] = self.csrf
        data = None
        if body is not None:
            data = json.dumps(body).encode()
            fields["Content-Type"] = "application/json"
        try:
            self.connection.request(method, path, data, fields)
            answer = self.connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException):
            self.close()
            raise
        cookie = answer.getheader("Set-Cookie")
        if cookie:
            self.cookie = cookie.split(";")[0]
        return Answer(answer.status, json.loads(text) if text else None)

    def get(self, path: str) -> Answer:
        return self.call("GET", path)

    def book(self, site: int, start: str, title: str, minutes: int = 30, **more) -> Answer:
        """One meeting of one site."""
        form = {"title": title, "start": start, "minutes": minutes, "form": "online", "sites": [site], "people": []}
        headers = more.pop("headers", {})
        return self.call("POST", "/api/series", form | more, **headers)
