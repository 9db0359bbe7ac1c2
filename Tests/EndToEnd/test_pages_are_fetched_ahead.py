"""Pages of a coming meeting's papers reach a site behind a bad line before it begins, and leave a call on it alone.

GIAOBAN_PAGES=200 fetches two hundred pages instead of a few. What it took is printed with -s.
"""

import contextlib
import datetime
import os
import pathlib
import time

import pytest

from support.browsers import Chromium, visit, wait_for
from support.cast import FEW_PICTURES, Participant
from support.clock import ZONE
from support.kiosk import Room
from support.listening import concealed
from support.measuring import measured
from support.pages import paper_with_pages
from support.presenting import Presenting, open_and_show
from support.scheduler_client import SchedulerClient
from support.server import Server
from support.sites import PITCHES, Sites
from support.thinline import LINES, Line

PICTURES = pathlib.Path(__file__).parent / "out" / "papers"
PAGES = int(os.environ.get("GIAOBAN_PAGES", "8"))
HERE = """async (paper) => {
  const found = {pages: 0, bytes: 0};
  const cache = await caches.open('papers');
  for (const one of await cache.keys()) {
    if (!new URL(one.url).pathname.startsWith(`/api/papers/${paper}/pages/`)) continue;
    found.pages += 1;
    found.bytes += (await (await cache.match(one)).blob()).size;
  }
  return found;
}"""


def coming_paper(server, sites: list[int], pages: int) -> int:
    """A paper of a meeting of tomorrow, to which the sites have their invitation."""
    start = datetime.datetime.now(ZONE).replace(hour=8, minute=0) + datetime.timedelta(days=1)
    booked = SchedulerClient(server.port).sign_in().book(sites[0], f"{start:%Y-%m-%dT%H:%M}", "Giao ban sáng mai", sites=sites)
    assert booked.status == 201, booked
    paper = paper_with_pages(server, booked.body["occurrence"], pages=pages, title="Báo cáo sáng mai")
    # A client of its own: the server has ended what was idle while the pages were made.
    invited = SchedulerClient(server.port).sign_in().call("POST", f"/api/occurrences/{booked.body['occurrence']}/invitations", {"scope": "series", "message": ""})
    assert invited.status in (200, 202), invited
    return paper


@pytest.fixture
def behind(tmp_path):
    """A server, and a line to it as bad as any on which sites are."""
    line = Line("adsl-worst", tmp_path, from_the_start=True)
    with Server(tmp_path / "data", extra=["--demo"], announce=["127.0.0.1", line.host]) as server:
        yield server, line


def test_all_pages_are_there_before_the_meeting(playwright, tmp_path, behind):
    server, line = behind
    room = Room(server, title="")
    paper = coming_paper(server, [room.site], PAGES)
    with line.browser(playwright, tmp_path, [FEW_PICTURES]) as browser:
        page = browser.browser.new_context(ignore_https_errors=True, viewport={"width": 1366, "height": 768}, locale="vi-VN").new_page()
        server.page_host = line.host
        begin = time.monotonic()
        visit(page, f"{server.url}/site#token={room.token}")
        wait_for("the first page", lambda: page.evaluate(HERE, paper)["pages"] >= 1, 120)
        PICTURES.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=PICTURES / "site-fetches-ahead.png")
        wait_for("all pages", lambda: page.evaluate(HERE, paper)["pages"] == PAGES, 60 + 15 * PAGES)
        seconds, came = time.monotonic() - begin, page.evaluate(HERE, paper)
        assert "đủ" in page.locator("#fact-papers").inner_text()
        page.screenshot(path=PICTURES / "site-has-all-pages.png")
    rate = came["bytes"] * 8 / 1000 / seconds
    print(f"\n{PAGES} pages, {came['bytes'] / 1e6:.1f} MB, in {seconds:.0f} s behind {line.profile}: {rate:.0f} kbit/s of {LINES[line.profile]['down_kbps']:.0f}")
    assert rate <= LINES[line.profile]["down_kbps"] / 2, "nothing is left of the line for others"


@measured
def test_a_call_on_the_line_does_not_notice(playwright, tmp_path):
    quiet, busy = concealed_without_and_with_pages(playwright, tmp_path)
    assert busy <= max(0.01, quiet + 0.005), f"{busy:.4f} of the voices are concealed while pages come, {quiet:.4f} else"


def concealed_without_and_with_pages(playwright, tmp_path) -> tuple[float, float]:
    """Shares of a call's voices, while nothing else and while pages of another meeting come over its line."""
    line = Line("adsl-worst", tmp_path)
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(Server(tmp_path / "data", extra=["--demo"], announce=["127.0.0.1", line.host]))
        near = stack.enter_context(Chromium(playwright, tmp_path, flags=[FEW_PICTURES])).browser
        meeting = Presenting(near, server, ["ba-be"])
        paper = coming_paper(server, [meeting.cast.site("ba-be"), meeting.cast.site("na-ri")], PAGES)
        chair = open_and_show(meeting)
        far = stack.enter_context(line.browser(playwright, tmp_path, [FEW_PICTURES])).browser
        meeting.browser, server.page_host = far, line.host
        site = meeting.enter("ba-be", "&autojoin=1&cam=0&mic=0")
        sites = stack.enter_context(Sites())
        for number in range(2):
            sites.voice(server, chair.page.evaluate("() => location.pathname.split('/')[2]"), f"Giọng {number + 1}", PITCHES[number])
        sites.wait_until_secure()
        line.wait_until_it_is_there()

        def beside(role):
            """Another computer on the same line: a browser shares nothing with the one that is in the call. And what it has asked for."""
            one, asked = Participant(far, meeting.cast, role), []
            meeting.pages.append(one)
            one.page.on("response", lambda answer: asked.append(answer) if answer.url.endswith("/api/papers/coming") else None)
            return one.visit("/").page, asked

        # One of the site's own waits until the call is over. Of a guest from another site the server cannot know on whose line
        # they are: their pages come, and gently.
        own, guest = beside("ba-be"), beside("na-ri")
        line.seconds_pass(8)
        quiet = concealed(site.page, line, 10)
        assert guest[0].evaluate(HERE, paper)["pages"] == 0
        for page, asked in (own, guest):
            wait_for("it has asked for what is coming", lambda page=page, asked=asked: page.evaluate("() => 1") and asked, 60)
        busy = concealed(site.page, line, 20)
        came = guest[0].evaluate(HERE, paper)
        print(f"\nconcealed: {quiet:.4f} alone, {busy:.4f} while {came['bytes'] / 1e3:.0f} kB of pages came")
        assert came["pages"] > 0 and own[0].evaluate(HERE, paper)["pages"] == 0
        meeting.close()
        return quiet, busy
