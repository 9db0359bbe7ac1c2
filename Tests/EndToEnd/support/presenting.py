"""A meeting that is shown papers, in real browsers: who is in it, what is done with the viewer's own buttons and the mouse,
and when it is on the screen."""

import datetime
import pathlib

from support.cast import Cast, Participant
from support.clock import ZONE
from support.pages import paper_with_pages

PICTURES = pathlib.Path(__file__).parents[1] / "out" / "papers"
ITEM = "Tình hình mưa lũ"
PAGES = 8
SHOWN = "(at) => document.querySelector('.page-sheet')?.dataset.shown === at"
# When a page is there on the screen, and when some of a stroke is, by the wall clock that all pages of a machine share.
WATCH = """() => {
  window.seen = {};
  const note = (name) => { window.seen[name] ??= Date.now(); };
  new MutationObserver(() => {
    const sheet = document.querySelector('.page-sheet');
    if (sheet?.dataset.shown) note('page ' + sheet.dataset.shown);
    const count = document.querySelectorAll('.ink path').length;
    note('strokes ' + count);
    if (sheet && !document.querySelector('.ink-pointer')?.hidden) note('pointer');
  }).observe(document.querySelector('#papers'), { subtree: true, childList: true, attributes: true });
}"""


class Presenting:
    """A meeting of the demo province with two papers: a report of an agenda item, and a wide table."""

    def __init__(self, browser, server, codes=("ba-be", "na-ri")):
        self.browser, self.server = browser, server
        self.cast = Cast(server)
        start = datetime.datetime.now(ZONE).replace(second=0, microsecond=0, tzinfo=None) + datetime.timedelta(minutes=1)
        self.id = self.cast.book(
            start, title="Giao ban công tác phòng, chống thiên tai", sites=[self.cast.site(code) for code in codes],
            people=[self.cast.number("deputy")], agenda=[
                {"title": ITEM, "owner": "Sở Nông nghiệp và Môi trường", "minutes": 10},
                {"title": "Phân công ứng trực", "owner": "Văn phòng UBND tỉnh", "minutes": 5}])
        self.report = paper_with_pages(server, self.id, pages=PAGES, item=ITEM)
        self.table = paper_with_pages(server, self.id, pages=2, title="Phụ lục: bảng tổng hợp thiệt hại", wide=True)
        self.pages: list[Participant] = []

    def enter(self, role: str, options="&autojoin=1&cam=0", language="vi") -> Participant:
        page = Participant(self.browser, self.cast, role, language)
        self.pages.append(page)
        return page.visit(page.way_in(self.id) + options).until_in_the_call()

    def at(self, page: int) -> str:
        return f"{self.report}/{page}"

    def shoot(self, who: Participant, name: str):
        who.shoot(PICTURES / f"{name}.png")

    def close(self):
        for page in self.pages:
            page.close()
            assert page.failures == []


def until_shown(who: Participant, at: str):
    who.until(f"page {at}", SHOWN, at)


def open_and_show(presenting, page=1):
    """The chair has opened the meeting and shows the report."""
    chair = presenting.enter("chair")
    chair.page.evaluate("""async ([paper, page]) => {
        await giaoban.conduct.act('open');
        await giaoban.conduct.act('paper.show', {paper, page});
    }""", [presenting.report, page])
    until_shown(chair, presenting.at(page))
    return chair


def drag(who: Participant, points):
    """A stroke by the mouse, over parts of the page's width and height."""
    box = who.page.locator(".page-sheet").bounding_box()
    at = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    who.page.mouse.move(*at[0])
    who.page.mouse.down()
    for place in at[1:]:
        who.page.mouse.move(*place, steps=4)
    who.page.mouse.up()


def count_strokes(who: Participant, count: int):
    who.until(f"{count} strokes", "(count) => document.querySelectorAll('.ink path[data-mark]').length === count", count)
