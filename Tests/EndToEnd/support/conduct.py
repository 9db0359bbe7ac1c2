"""A meeting that is conducted: booked for now, its sites at their conduct sockets."""

import asyncio
import datetime
import json
import ssl
import urllib.parse

import websockets

from support.api import ADMINISTRATOR, Answer, Caller
from support.clock import ZONE


def book(secretary: Caller, *, sites: list[int], chair: str = "chutich@backan.example", minutes=60, title="Giao ban") -> int:
    """A meeting that begins in a minute, so that everybody may come. Returns its number."""
    start = datetime.datetime.now(ZONE).replace(second=0, microsecond=0, tzinfo=None) + datetime.timedelta(minutes=1)
    people = secretary.call("GET", "/api/people?q=").body["people"]
    chairs = [person["id"] for person in people if person["email"] == chair]
    agenda = [{"title": "Tình hình mưa lũ", "owner": "Sở Nông nghiệp", "minutes": 10},
              {"title": "Phân công", "owner": "Văn phòng", "minutes": 5}]
    answer = secretary.call("POST", "/api/series", {
        "title": title, "organiser": secretary.me["person"]["unit"]["id"], "chair": chairs[0],
        "start": start.isoformat(timespec="minutes"), "minutes": minutes, "rule": None, "holidays": "keep",
        "form": "online", "periodic": False, "venue": None, "sites": sites, "people": [], "agenda": agenda, "notes": ""})
    assert answer.status == 201, answer.text
    return answer.body["occurrence"]


def end_demonstration(secretary: Caller):
    """The demonstration's own call, which is on now, gives way."""
    today = datetime.datetime.now(ZONE).date()
    near = f"from={today - datetime.timedelta(1)}&to={today + datetime.timedelta(1)}"
    for one in secretary.call("GET", f"/api/calendar?{near}").body["occurrences"]:
        if one["state"] == "planned" and one["title"].startswith("Thử đường truyền"):
            version = secretary.call("GET", f"/api/occurrences/{one['id']}").body["version"]
            answer = secretary.call("POST", f"/api/occurrences/{one['id']}/cancel", {
                "scope": "this", "reason": "nhường", "version": version})
            assert answer.status == 200, answer.text


def sites_of(caller: Caller, kind: str = "district") -> list[int]:
    groups = caller.call("GET", "/api/groups").body["groups"]
    return next(group["sites"] for group in groups if group["id"] == (kind if kind == "all" else f"kind:{kind}"))


def way_in(caller: Caller, occurrence: int) -> tuple[str, str]:
    """The room and the token with which a caller joins."""
    return _way(caller.call("POST", f"/api/occurrences/{occurrence}/join", {}))


def device_way_in(port: int, token: str, occurrence: int) -> tuple[str, str]:
    """The same of a site's device."""
    return _way(Caller(port).call(
        "POST", "/api/site/join", {"occurrence": occurrence}, headers={"authorization": f"Bearer {token}"}))


def _way(answer: Answer) -> tuple[str, str]:
    assert answer.status == 200, answer.text
    address = urllib.parse.urlparse(answer.body["url"])
    return address.path.split("/")[2], urllib.parse.parse_qs(address.query)["token"][0]


def new_device(administrator: Caller, site: int) -> dict:
    """A device of a site: its number and its token."""
    answer = administrator.call("POST", f"/api/sites/{site}/device-tokens", {"name": "Máy phòng họp"})
    assert answer.status == 201, answer.text
    return answer.body


def device_token(administrator: Caller, site: int) -> str:
    return new_device(administrator, site)["token"]


class Seat:
    """One page's conduct socket, and what it has been told."""

    def __init__(self, port: int, room: str, token: str, session: str = "a"):
        self.address = f"wss://127.0.0.1:{port}/api/rooms/{room}/conduct?token={token}&session={session}"
        self.keys: dict = {}
        self.you: dict = {}
        self.number = 0
        self.answers: dict[int, asyncio.Future] = {}
        # What others draw, as it came, and the texts of messages that told something new.
        self.inks: list[dict] = []
        self.texts: list[str] = []
        self.changed = asyncio.Event()
        self.socket = None
        self._reader = None
        self.close_code = None

    async def open(self) -> "Seat":
        self.keys, self.close_code = {}, None
        self.socket = await websockets.connect(
            self.address, ssl=ssl._create_unverified_context(), max_size=None, open_timeout=30, ping_interval=None)
        self._reader = asyncio.create_task(self._read())
        return self

    async def told(self) -> "Seat":
        """Until the first state has come."""
        await self.until(lambda keys: "meeting" in keys, "the first state")
        return self

    async def close(self):
        if self.socket:
            await self.socket.close()
        if self._reader:
            await self._reader

    async def _read(self):
        try:
            async for text in self.socket:
                message = json.loads(text)
                if message.get("set") or message["type"] == "ink":
                    self.texts = [*self.texts[-99:], text]
                self._take(message)
        except websockets.ConnectionClosed:
            pass
        self.close_code = self.socket.close_code
        for answer in self.answers.values():
            if not answer.done():
                answer.set_result(None)
        self.changed.set()

    def _take(self, message):
        if message["type"] == "conduct":
            if message.get("reset"):
                self.keys, self.you = {}, message["you"]
                self.number = max(self.number, message["you"]["acted"])
            self.keys.update(message["set"])
            for key in message.get("gone", []):
                self.keys.pop(key, None)
            self.changed.set()
        elif message["type"] == "ink":
            self.inks.append(message)
            self.changed.set()
        elif message["n"] in self.answers and not self.answers[message["n"]].done():
            self.answers[message["n"]].set_result(message)

    async def act(self, do: str, **fields):
        """Acts and waits for the answer: None where it was done, else the code of the refusal."""
        answer = await self.send(do, **fields)
        assert answer is not None, f"the socket closed ({self.close_code}) before {do} was answered"
        return None if answer["type"] == "acted" else answer["code"]

    async def send(self, do: str, *, n: int | None = None, **fields):
        """The server's answer as it came; None where the socket closed before it."""
        if n is None:
            self.number += 1
            n = self.number
        self.answers[n] = asyncio.get_running_loop().create_future()
        try:
            await self.socket.send(json.dumps({"type": "act", "n": n, "do": do, **fields}))
        except websockets.ConnectionClosed:
            return None
        return await asyncio.wait_for(self.answers[n], 30)

    async def say(self, **message):
        """What nobody answers."""
        await self.socket.send(json.dumps(message))

    async def until(self, condition, what: str, seconds: float = 20):
        deadline = asyncio.get_running_loop().time() + seconds
        while not condition(self.keys):
            assert self.close_code is None, f"the socket closed ({self.close_code}) while waiting for {what}"
            self.changed.clear()
            left = deadline - asyncio.get_running_loop().time()
            assert left > 0, f"waited {seconds} s in vain for {what}: {self.keys.get('you')}"
            try:
                await asyncio.wait_for(self.changed.wait(), left)
            except asyncio.TimeoutError:
                pass


async def seat(caller: Caller, occurrence: int, session="a") -> Seat:
    room, token = way_in(caller, occurrence)
    return await (await Seat(caller.port, room, token, session).open()).told()


def administrator(port: int) -> Caller:
    return Caller(port).sign_in(ADMINISTRATOR)
