"""Papers shown in a meeting: pages turn together, strokes are seen by all, and nobody reads what is not theirs.

Pictures of the pages are left in out/papers.
"""

import asyncio
import contextlib
import time

import pytest

from support.api import Caller
from support.apart import apart
from support.axe import findings
from support.browsers import CHROMIUM_FLAGS, Chromium
from support.cast import FEW_PICTURES, Participant
from support.conduct import Seat, administrator, book, device_token, end_demonstration, seat, way_in
from support.listening import concealed
from support.pages import paper_with_pages
from support.presenting import ITEM, PAGES, SHOWN, WATCH, Presenting, count_strokes, drag, open_and_show, until_shown
from support.server import Server
from support.sites import PITCHES, Sites
from support.thinline import Line
from support.waiting import wait_for


@pytest.fixture
def presenting(playwright, province):
    with playwright.chromium.launch(executable_path="/usr/bin/chromium", args=[*CHROMIUM_FLAGS, FEW_PICTURES]) as browser:
        meeting = Presenting(browser, province)
        yield meeting
        meeting.close()


def test_pages_turn_together(presenting):
    chair, site = presenting.enter("chair"), presenting.enter("ba-be")
    chair.tab("lead")
    chair.press("Khai mạc phiên họp")
    # The item that begins offers its papers.
    chair.tab("agenda")
    chair.press(f"Bắt đầu: {ITEM}")
    chair.until("the offer", "() => document.querySelector('.paper-offer:not([hidden])')")
    presenting.shoot(chair, "chair-is-offered-a-paper")
    chair.page.locator(".paper-offer .paper-act").first.click()
    for who in (chair, site):
        until_shown(who, presenting.at(1))
    chair.tab("papers")
    presenting.shoot(chair, "chair-shows-a-paper")
    assert findings(chair.page, "the list of papers") == []
    presenting.shoot(site, "site-sees-a-paper")
    chair.press("Đóng", "#conduct-panel")
    # By key, by button, by list.
    chair.key("PageDown")
    until_shown(site, presenting.at(2))
    chair.press("Trang sau", "#papers")
    until_shown(site, presenting.at(3))
    chair.press("Danh sách trang", "#papers")
    chair.press("Đến trang 5", "#papers")
    until_shown(site, presenting.at(5))
    chair.key("End")
    until_shown(site, presenting.at(PAGES))
    chair.key("Home")
    until_shown(site, presenting.at(1))
    presenting.shoot(chair, "chair-with-the-list-of-pages")
    assert findings(chair.page, "the chair shows a paper") == []
    # On one's own, and back.
    site.key("PageDown", "PageDown")
    until_shown(site, presenting.at(3))
    chair.key("PageDown")
    until_shown(chair, presenting.at(2))
    presenting.shoot(site, "site-looks-on-its-own")
    assert findings(site.page, "a site looks on its own") == []
    assert site.page.evaluate(SHOWN, presenting.at(3))
    site.press("Theo người trình bày", "#papers")
    until_shown(site, presenting.at(2))
    # What was on the screen for a while is told, at once where the page is left.
    site.page.evaluate("() => Object.defineProperty(document, 'visibilityState', { value: 'hidden' })")

    def readers():
        site.page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
        units = presenting.cast.signed_in["secretary"].get(f"/api/papers/{presenting.report}/readings").body["units"]
        return [reader for unit in units for reader in unit["readers"]]
    assert wait_for("the reading", readers)[0]["pages"] >= 1


def test_what_is_drawn_is_seen_by_all_and_stays(presenting):
    chair, site = open_and_show(presenting), presenting.enter("ba-be")
    until_shown(site, presenting.at(1))
    for who in (chair, site):
        who.page.evaluate(WATCH)
    chair.press("Đóng", "#conduct-panel")
    chair.press("Bút vẽ", "#papers")
    chair.page.evaluate("""() => document.querySelector('.page-sheet').addEventListener(
        'pointerdown', () => { window.pressed = Date.now(); }, { capture: true, once: true })""")
    drag(chair, [(0.2, 0.3), (0.4, 0.28), (0.6, 0.31)])
    count_strokes(site, 1)
    late = site.page.evaluate("() => window.seen['strokes 1']") - chair.page.evaluate("() => window.pressed")
    print(f"a stroke is seen {late:.0f} ms after the pen touched the page")
    assert late <= 300
    chair.press("Bút đánh dấu", "#papers")
    drag(chair, [(0.12, 0.36), (0.85, 0.36)])
    chair.press("Màu thứ hai", "#papers")
    drag(chair, [(0.12, 0.34), (0.5, 0.34)])
    count_strokes(site, 3)
    chair.press("Con trỏ chỉ vị trí", "#papers")
    box = chair.page.locator(".page-sheet").bounding_box()
    chair.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.25)
    site.until("the pointer", "() => document.querySelector('.ink-pointer')?.checkVisibility()")
    presenting.shoot(site, "site-sees-what-is-drawn")
    presenting.shoot(chair, "chair-draws")
    # Who comes late sees all of it, with or without the call; the strokes stay on their page.
    late_comer = presenting.enter("na-ri")
    count_strokes(late_comer, 3)
    chair.key("PageDown")
    until_shown(late_comer, presenting.at(2))
    count_strokes(late_comer, 0)
    chair.key("PageUp")
    until_shown(late_comer, presenting.at(1))
    count_strokes(late_comer, 3)
    alone = Participant(presenting.browser, presenting.cast, "secretary")
    presenting.pages.append(alone)
    alone.visit(alone.way_in(presenting.id) + "&console=only")
    until_shown(alone, presenting.at(1))
    count_strokes(alone, 3)
    presenting.shoot(alone, "second-screen-without-the-call")
    # One stroke is erased, then the page.
    chair.press("Tẩy từng nét", "#papers")
    drag(chair, [(0.4, 0.28), (0.4, 0.285)])
    count_strokes(site, 2)
    # A server that is killed comes back with the page and its strokes.
    presenting.server.kill()
    presenting.server.start()
    site.until("the line is back", "() => giaoban.conduct.link === 'open'")
    assert site.told("paper")["page"] == 1
    count_strokes(site, 2)
    chair.until("the line is back", "() => giaoban.conduct.link === 'open'")
    chair.press("Xóa nét trên trang", "#papers")
    count_strokes(site, 0)
    chair.press("Dừng trình bày", "#papers")
    site.until("no paper", "() => document.querySelector('#papers').hidden")


def test_all_look_at_the_part_of_the_page_at_which_the_presenter_looks(presenting):
    chair, site = open_and_show(presenting), presenting.enter("ba-be")
    until_shown(site, presenting.at(1))
    chair.press("Đóng", "#conduct-panel")
    # Words of 12 points are read at 1366x768: the page is as wide as they need, and what does not fit is moved to.
    assert chair.page.locator(".page-sheet").bounding_box()["width"] >= 850
    top = "() => document.querySelector('.page-scroll').scrollTop / document.querySelector('.page-sheet').offsetHeight"
    chair.page.evaluate("() => document.querySelector('.page-scroll').scrollTo(0, 400)")
    part = chair.page.evaluate(top)
    assert part > 0.2
    site.until("the same part", f"(part) => Math.abs(({top})() - part) < 0.01", part)
    late = presenting.enter("na-ri")
    late.until("the same part", f"(part) => Math.abs(({top})() - part) < 0.01", part)
    presenting.shoot(late, "site-sees-the-same-part")
    # Who looks on their own stays where they are.
    site.press("Xem riêng", "#papers")
    chair.page.evaluate("() => document.querySelector('.page-scroll').scrollTo(0, 100)")
    late.until("the chair's part", f"(part) => Math.abs(({top})() - part) < 0.01", chair.page.evaluate(top))
    assert abs(site.page.evaluate(top) - part) < 0.01
    chair.key("PageDown")
    until_shown(late, presenting.at(2))
    late.until("its beginning", f"() => ({top})() === 0")


def test_whom_the_chair_asks_presents(presenting):
    chair, site = open_and_show(presenting), presenting.enter("ba-be")
    until_shown(site, presenting.at(1))
    assert not site.page.locator(".paper-bar").is_visible()
    chair.tab("papers")
    chair.press("Giao người trình bày…")
    chair.dialog("Giao trình bày", **{"Điểm cầu, đại biểu": site.told("you")["name"]})
    site.until("the presenter's tools", "() => document.querySelector('.paper-tools')?.checkVisibility()")
    site.key("PageDown")
    until_shown(chair, presenting.at(2))
    presenting.shoot(site, "site-presents")
    # The chair may turn a page all the same, when they mean to.
    chair.press("Điều khiển trang", "#papers")
    chair.key("PageDown")
    until_shown(site, presenting.at(3))
    chair.press("Thu quyền trình bày")
    site.until("no tools", "() => !document.querySelector('.paper-tools')?.checkVisibility()")
    # A wide table, to be read in parts.
    chair.press("Trình bày: Phụ lục: bảng tổng hợp thiệt hại", "#cview-papers")
    until_shown(site, f"{presenting.table}/1")
    presenting.shoot(site, "site-sees-a-wide-table")
    site.press("Phóng to 200 %", "#papers")
    site.until("a table wider than its field", "() => { const field = document.querySelector('.page-scroll'); return field.scrollWidth > field.clientWidth + 50 }")
    site.page.locator(".page-scroll").press("ArrowRight")
    site.until("it moves", "() => document.querySelector('.page-scroll').scrollLeft > 50")
    presenting.shoot(site, "site-reads-a-table-at-200")
    assert site.page.evaluate("() => document.querySelector('#paper-words').textContent").count("Bạch Thông") == 1


def test_a_room_without_anybody_sees_the_pages(presenting):
    open_and_show(presenting, 2)
    kiosk = Participant(presenting.browser, presenting.cast, "kiosk")
    presenting.pages.append(kiosk)
    kiosk.visit(f"/site#token={presenting.cast.device('na-ri')}")
    kiosk.until("the page in the frame", """(at) => document.querySelector('iframe.call-frame')?.contentDocument
        ?.querySelector('.page-sheet')?.dataset.shown === at""", presenting.at(2))
    presenting.shoot(kiosk, "room-without-anybody")


def test_who_may_read_a_page(province):
    secretary, chief = Caller(province.port).sign_in(), administrator(province.port)
    end_demonstration(secretary)
    one, other = secretary.site("ba-be"), secretary.site("na-ri")
    meeting = book(secretary, sites=[one])
    paper = paper_with_pages(province, meeting, pages=2)
    address = f"/api/papers/{paper}/pages"

    def bearer(token, **more):
        return {"headers": {"authorization": f"Bearer {token}", **more}}
    stranger = Caller(province.port)
    room, own = way_in(secretary, meeting)
    readers = {"a device of the site": device_token(chief, one), "a join token": own}

    async def come():
        await (await (await Seat(province.port, room, own).open()).told()).close()
    apart(lambda: asyncio.run(come()))
    for who, token in readers.items():
        for path in ("", "/1/s", "/2/l", "/1/text"):
            assert stranger.get(address + path, **bearer(token)).status == 200, (who, path)
        assert stranger.get(f"{address}/3/s", **bearer(token)).status == 404, who
    guest = province.token(room)
    for who, token, status in [("another site's device", device_token(chief, other), 404), ("a guest", guest, 404),
                               ("a forged token", own[:-2] + "xx", 401), ("nothing", None, 401)]:
        for path in ("", "/1/s", "/1/text"):
            answer = stranger.get(address + path, **(bearer(token) if token else {}))
            assert answer.status == status, (who, path, answer.status)
    # That it was looked at is noted of the site, and of nobody who may not read it.
    for token, status in [(device_token(chief, other), 404), (guest, 404), (readers["a device of the site"], 204)]:
        assert stranger.call("POST", f"/api/papers/{paper}/read", {"pages": [1, 2]}, **bearer(token)).status == status
    readings = secretary.get(f"/api/papers/{paper}/readings").body
    assert [reader["pages"] for unit in readings["units"] for reader in unit["readers"]] == [2] and readings["others"] == []
    assert stranger.call("POST", f"/api/papers/{paper}/read", {"page": 2}, **bearer(own)).status == 204
    assert [reader["pages"] for reader in secretary.get(f"/api/papers/{paper}/readings").body["others"]] == [1]
    # The rest of a page, and no more of it than there is.
    whole = stranger.get(f"{address}/1/m", **bearer(own)).data
    rest = stranger.get(f"{address}/1/m", **bearer(own, range="bytes=1000-"))
    assert rest.status == 206 and rest.data == whole[1000:]
    assert stranger.get(f"{address}/1/m", **bearer(own, range="bytes=9999999-")).status == 416
    begin = time.monotonic()
    assert stranger.get(f"{address}/1/m?pace=20000", **bearer(own)).data == whole
    assert time.monotonic() - begin >= 0.8 * (len(whole) - 1024) / 20000


def test_a_turn_is_small_and_strangers_draw_nothing(province):
    async def play():
        secretary, chief = Caller(province.port).sign_in(), Caller(province.port).sign_in("babe@backan.example")
        end_demonstration(secretary)
        meeting = book(secretary, sites=[secretary.site("ba-be")])
        paper = paper_with_pages(province, meeting, pages=3, title="Báo cáo " + "rất dài " * 30)
        desk, site = await seat(secretary, meeting), await seat(chief, meeting)
        assert await desk.act("open") is None
        assert await site.act("paper.show", paper=paper, page=1) == "not-presenter"
        assert await desk.act("paper.show", paper=paper, page=1) is None
        await site.until(lambda keys: (keys.get("paper") or {}).get("page") == 1, "the paper")
        assert await desk.act("paper.turn", page=2) is None
        await site.until(lambda keys: (keys.get("paper") or {}).get("page") == 2, "the turn")
        assert len(site.texts[-1].encode()) <= 200, site.texts[-1]
        # What somebody else draws goes nowhere; what the presenter draws comes.
        ink = dict(type="ink", paper=paper, page=2, tool="pen", points=[1, 2, 3, 4])
        await site.say(**ink, stroke="forged")
        await desk.say(**{**ink, "points": [1, 20000]}, stroke="outside")
        await desk.say(**{**ink, "page": 3}, stroke="elsewhere")
        await desk.say(**ink, stroke="drawn")
        await site.until(lambda _: any(one["stroke"] == "drawn" for one in site.inks), "the stroke")
        assert {one["stroke"] for one in site.inks} == {"drawn"} and desk.inks == []
        # A thin line is told a kilobyte a second at most, however fast somebody draws.
        await site.say(type="pace", thin=True)
        before, begin = len(site.inks), time.monotonic()
        for step in range(16):
            # Whenever the site has been told something, the presenter has drawn much more.
            count = len(site.inks)
            for part in range(6):
                await desk.say(**{**ink, "points": [(step * 6 + part) * 60 + number for number in range(32)]}, stroke="long")
            await site.until(lambda _, count=count: len(site.inks) > count, "more of the stroke")
        seconds = time.monotonic() - begin
        told = sum(len(str(one).encode()) + 90 for one in site.inks[before:])
        assert 300 * seconds <= told <= 1100 * seconds + 2500, (told, seconds)
        for one in (desk, site):
            await one.close()
    apart(lambda: asyncio.run(play()))


AT_HAND = """async ([paper, pages]) => {
  const cache = await caches.open('papers');
  const names = (await cache.keys()).map((one) => new URL(one.url).pathname);
  return Array.from({length: pages}, (_, n) => n + 1).every((n) => names.some((name) => name.startsWith(`/api/papers/${paper}/pages/${n}/`)));
}"""


def test_pages_turn_behind_64_kbit_per_second(playwright, tmp_path):
    line = Line("megawan-64k", tmp_path)
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(Server(tmp_path / "data", extra=["--demo"], announce=["127.0.0.1", line.host]))
        near = stack.enter_context(Chromium(playwright, tmp_path, flags=[FEW_PICTURES])).browser
        meeting = Presenting(near, server)
        chair = open_and_show(meeting)
        lan = meeting.enter("na-ri")
        meeting.browser = stack.enter_context(line.browser(playwright, tmp_path, [FEW_PICTURES])).browser
        server.page_host = line.host
        site = meeting.enter("ba-be", "&autojoin=1&cam=0&mic=0")
        server.page_host = "localhost"
        until_shown(site, meeting.at(1))
        # The pages came before the line became what it is, as they come the night before.
        site.until("the pages", AT_HAND, [meeting.report, 6])
        # Three voices, as in a real meeting: the chair's, and two that never pause.
        sites = stack.enter_context(Sites())
        for number in range(2):
            sites.voice(server, chair.page.evaluate("() => location.pathname.split('/')[2]"), f"Giọng {number + 1}", PITCHES[number])
        sites.wait_until_secure()
        line.wait_until_it_is_there()
        line.seconds_pass(10)
        quiet = concealed(site.page, line, 10)
        for who in (chair, lan, site):
            who.page.evaluate(WATCH)
        late = {"site": [], "lan": []}
        for page in range(2, 7):
            begin = chair.page.evaluate("""async (page) => {
                const begin = Date.now();
                await giaoban.conduct.act('paper.turn', {page});
                return begin;
            }""", page)
            for name, who in (("site", site), ("lan", lan)):
                until_shown(who, meeting.at(page))
                late[name].append(who.page.evaluate("(name) => window.seen[name]", f"page {meeting.at(page)}") - begin)
        print(f"a turn is on the screen after {late['site']} ms behind 64 kbit/s, {late['lan']} ms on the lan")
        chair.press("Đóng", "#conduct-panel")
        chair.press("Bút vẽ", "#papers")
        strokes = []
        for number in range(3):
            chair.page.evaluate("""() => document.querySelector('.page-sheet').addEventListener(
                'pointerdown', () => { window.pressed = Date.now(); }, { capture: true, once: true })""")
            drag(chair, [(0.2, 0.1 + 0.1 * number), (0.6, 0.12 + 0.1 * number)])
            count_strokes(site, number + 1)
            begin = chair.page.evaluate("() => window.pressed")
            strokes.append([who.page.evaluate("(name) => window.seen[name]", f"strokes {number + 1}") - begin for who in (site, lan)])
        print(f"a stroke begins on the screen after {strokes} ms (64 kbit/s, lan)")
        meeting.shoot(site, "behind-64-kbit-per-second")
        # A paper that is not there comes slowly, and the voices do not hear it.
        figures = "() => giaoban.papers.figures.bytes"
        before = site.page.evaluate(figures)
        chair.page.evaluate("(paper) => void giaoban.conduct.act('paper.show', {paper, page: 1})", meeting.table)
        busy = concealed(site.page, line, 15)
        site.until("the first page", SHOWN, f"{meeting.table}/1")
        came = site.page.evaluate(figures) - before
        print(f"concealed: {quiet:.4f} without, {busy:.4f} while {came} bytes of pages came")
        assert max(late["site"]) <= 2000 and max(late["lan"]) <= 500
        assert sorted(far for far, _ in strokes)[1] <= 300 and max(near for _, near in strokes) <= 300
        assert site.page.locator(".page-sheet").get_attribute("data-size") == "s"
        assert busy <= max(0.01, quiet + 0.005)
        meeting.close()
