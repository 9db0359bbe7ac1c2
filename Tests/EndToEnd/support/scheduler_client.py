"""A client of the scheduler for tests in which what has no answer matters: each call is sent once."""

from support.api import ADMINISTRATOR, DELEGATE, PASSWORD, SECRETARY, Answer, Caller


class SchedulerClient(Caller):
    def __init__(self, port: int, timeout: float = 60):
        super().__init__(port, timeout=timeout, once=True)

    def book(self, site: int, start: str, title: str, minutes: int = 30, headers: dict | None = None, **more) -> Answer:
        """One meeting of one site."""
        form = {"title": title, "start": start, "minutes": minutes, "form": "online", "sites": [site], "people": []}
        return self.call("POST", "/api/series", form | more, headers=headers)


__all__ = ["ADMINISTRATOR", "DELEGATE", "PASSWORD", "SECRETARY", "SchedulerClient"]
