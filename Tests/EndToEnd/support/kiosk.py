"""An unattended site: a Chromium with a profile of its own at /site, which can be killed as a power cut would."""

import contextlib
import datetime
import os
import pathlib
import shutil
import signal
import time

from playwright.sync_api import Error

from support.browsers import CHROMIUM_FLAGS, visit, wait_for
from support.clock import ZONE
from support.conduct import new_device
from support.scheduler_client import ADMINISTRATOR, SchedulerClient

# What a viewer in the room would find: the call's page is live, media come in and go out.
SITUATION = """async () => {
  const site = window.giaobanSite;
  const call = document.querySelector('iframe.call-frame')?.contentWindow?.giaoban;
  const found = {phase: site?.phase, server: site?.server, renewals: site?.renewals, beat: site?.beat,
    call: call?.phase, broken: call?.broken, connection: call?.peer?.connectionState,
    participant: call?.participantId, decoded: 0, sent: 0};
  // Of a frame that is taken away there are no statistics any more, and no word of it.
  const statistics = await Promise.race([call?.peer?.getStats(), new Promise((done) => setTimeout(done, 1000))]);
  for (const report of statistics?.values() ?? []) {
    if (report.type === 'inbound-rtp' && report.kind === 'video') found.decoded += report.framesDecoded ?? 0;
    if (report.type === 'outbound-rtp' && report.kind === 'video') found.sent += report.framesSent ?? 0;
  }
  return found;
}"""


class Room:
    """A meeting of today that a site is invited to, booked by the demo's secretary."""

    def __init__(self, server, code="ba-be", minutes_ago=10, title="Giao ban đột xuất về phòng, chống thiên tai"):
        self.server = server
        self.secretary = SchedulerClient(server.port).sign_in()
        administrator = SchedulerClient(server.port).sign_in(ADMINISTRATOR)
        self.site = self.secretary.site(code)
        made = new_device(administrator, self.site)
        self.token, self.token_id = made["token"], made["id"]
        self.administrator = administrator
        self.occurrence = self.book(minutes_ago, title) if title else None

    def book(self, minutes_ago: int, title: str, minutes: int = 240) -> int:
        start = datetime.datetime.now(ZONE) - datetime.timedelta(minutes=minutes_ago)
        booked = self.secretary.book(self.site, f"{start:%Y-%m-%dT%H:%M}", title, minutes=minutes)
        assert booked.status == 201, booked
        return booked.body["occurrence"]

    def chair_address(self) -> str:
        answer = self.secretary.call("POST", f"/api/occurrences/{self.occurrence}/join", {})
        assert answer.status == 200, answer
        return f"{self.server.url}{answer.body['url']}&autojoin=1"


class Kiosk:
    """A context manager; the browser runs in `line`, a network of its own, where one is given."""

    def __init__(self, playwright, server, folder: pathlib.Path, line=None, size=(1920, 1080), flags=()):
        self.playwright = playwright
        self.server = server
        self.profile = folder / "profile"
        self.size = size
        self.flags = list(flags)
        self.pid_file = folder / "browser.pid"
        chromium = line.program("/usr/bin/chromium", folder) if line else "/usr/bin/chromium"
        # Every step of the way to the browser is an exec: the number stays the browser's.
        script = folder / "kiosk-chromium"
        script.write_text(f'#!/bin/sh\necho $$ >{self.pid_file}\nexec {chromium} "$@"\n')
        script.chmod(0o755)
        self.executable = str(script)
        self.context = None
        self.page = None
        self.console = []

    def start(self, fragment=""):
        self.context = self.playwright.chromium.launch_persistent_context(
            self.profile, executable_path=self.executable, args=CHROMIUM_FLAGS + self.flags, ignore_https_errors=True,
            viewport={"width": self.size[0], "height": self.size[1]}, locale="vi-VN")
        self.page = self.context.pages[0] if self.context.pages else self.context.new_page()
        self.page.on("console", lambda message: self.console.append(message.text))
        self.page.on("pageerror", lambda error: self.console.append(f"error: {error}"))
        self.go(fragment)
        return self

    def go(self, fragment=""):
        visit(self.page, f"{self.server.url}/site{fragment}", wait_until="commit")

    def situation(self) -> dict:
        try:
            return self.page.evaluate(SITUATION)
        except Error as error:
            # A frame that is being made anew.
            return {"phase": None, "error": str(error)[:200]}

    def wait_for_phase(self, phase, seconds=20):
        try:
            wait_for(f"phase {phase}", lambda: self.situation()["phase"] == phase, seconds)
        except AssertionError as error:
            raise AssertionError(f"{error}; the page says {self.situation()}") from None

    def is_in_the_room(self, first: dict | None = None) -> bool:
        """In a call whose pictures have moved since `first`, in both directions."""
        if first is None:
            first = self.situation()
            try:
                wait_for("pictures that move", lambda: self.is_in_the_room(first), 0.5)
            except AssertionError:
                return False
            return True
        now = self.situation()
        return (now.get("phase") == "call" and now["call"] == "live" and not now["broken"]
                and now["participant"] == first.get("participant")
                and now["decoded"] > first["decoded"] and now["sent"] > first["sent"])

    def seconds_until_back(self, since: float, limit: float = 60) -> float:
        first = self.situation()

        def is_back():
            nonlocal first
            if self.is_in_the_room(first):
                return True
            now = self.situation()
            # A new connection counts from nothing.
            if now.get("participant") != first.get("participant"):
                first = now
            return False

        try:
            wait_for("the room", is_back, limit, 0.05)
        except AssertionError as error:
            raise AssertionError(f"{error}; the page says {self.situation()}, before {self.console[-4:]}") from None
        return time.monotonic() - since

    def kill(self):
        """As a power cut would: all of the browser at once, with nothing said."""
        os.killpg(int(self.pid_file.read_text()), signal.SIGKILL)
        with contextlib.suppress(Error):
            self.context.close()
        self.context = self.page = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.context:
            with contextlib.suppress(Error):
                self.context.close()
        shutil.rmtree(self.profile, ignore_errors=True)
