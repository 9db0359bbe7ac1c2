"""Pages of a coming meeting's papers reach a site behind a bad line before it begins.

GIAOBAN_PAGES=200 fetches two hundred pages instead of a few. What it took is printed with -s.
"""

import datetime
import os
import pathlib
import time

import pytest

from support.browsers import visit, wait_for
from support.cast import FEW_PICTURES
from support.clock import ZONE
from support.kiosk import Room
from support.pages import paper_with_pages
from support.scheduler_client import SchedulerClient
from support.server import Server
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


def coming_paper(server, room: Room, pages: int) -> int:
    """A paper of a meeting of tomorrow, to which the room's site has its invitation."""
    start = datetime.datetime.now(ZONE).replace(hour=8, minute=0) + datetime.timedelta(days=1)
    booked = room.secretary.book(room.site, f"{start:%Y-%m-%dT%H:%M}", "Giao ban sáng mai")
    assert booked.status == 201, booked
    paper = paper_with_pages(server, booked.body["occurrence"], pages=pages)
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
    paper = coming_paper(server, room, PAGES)
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
