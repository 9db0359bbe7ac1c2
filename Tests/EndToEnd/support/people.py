"""Somebody signed in to the demo province, who reads English."""

import datetime

from support.api import PASSWORD, Caller


class Person:
    def __init__(self, server, name: str):
        self.email = f"{name}@backan.example"
        self.caller = Caller(server.port)
        self.caller.language = "en"
        self.me = self.caller.sign_in(self.email).me

    def ask(self, method: str, path: str, body=None) -> tuple[int, dict]:
        """Status and answer, whatever it is."""
        answer = self.caller.call(method, path, body)
        return answer.status, answer.body or {}

    def call(self, method: str, path: str, body=None) -> dict:
        status, answer = self.ask(method, path, body)
        assert status < 300, (method, path, status, answer)
        return answer

    def site(self, code: str) -> int:
        """The site of a unit."""
        return self.caller.site(code)

    def calendar(self, first, last, query="") -> list[dict]:
        """The meetings of a span of any length, those that take place."""
        found = []
        day = first
        while day <= last:
            end = min(last, day + datetime.timedelta(days=60))
            found += self.call("GET", f"/api/calendar?from={day}&to={end}{query}")["occurrences"]
            day = end + datetime.timedelta(days=1)
        return [meeting for meeting in found if meeting["state"] != "cancelled"]


__all__ = ["PASSWORD", "Person"]
