"""Somebody signed in to the demo province, by the JSON API."""

import json

PASSWORD = "Giao ban 7 gio 30"


class Person:
    def __init__(self, server, name: str):
        self.server = server
        self.email = f"{name}@backan.example"
        status, headers, text = server.request(
            "POST", "/api/session", json.dumps({"email": self.email, "password": PASSWORD}),
            {"content-type": "application/json"})
        assert status == 200, text
        self.me = json.loads(text)
        self.cookie = headers["Set-Cookie"].split(";")[0]

    def ask(self, method: str, path: str, body=None) -> tuple[int, dict]:
        """Status and answer, whatever it is."""
        headers = {
            "cookie": self.cookie, "x-csrf-token": self.me["csrf"], "content-type": "application/json",
            "accept-language": "en"}
        status, _, text = self.server.request(
            method, path, json.dumps(body) if body is not None else b"", headers)
        return status, json.loads(text) if text else {}

    def call(self, method: str, path: str, body=None) -> dict:
        status, answer = self.ask(method, path, body)
        assert status < 300, (method, path, status, answer)
        return answer

    def site(self, code: str) -> int:
        """The site of a unit."""
        return next(unit for unit in self.call("GET", "/api/units")["units"] if unit["code"] == code)["sites"][0]["id"]

    def calendar(self, first, last, query="") -> list[dict]:
        """The meetings of a span of any length, those that take place."""
        import datetime

        found = []
        day = first
        while day <= last:
            end = min(last, day + datetime.timedelta(days=60))
            found += self.call("GET", f"/api/calendar?from={day}&to={end}{query}")["occurrences"]
            day = end + datetime.timedelta(days=1)
        return [meeting for meeting in found if meeting["state"] != "cancelled"]
