"""The console with all of the province's sites at 1366×768: by the keyboard alone, and nothing serious found by axe."""

import datetime

import pytest

from support.axe import findings
from support.cast import Cast, Participant
from support.clock import ZONE
from support.conduct import sites_of

LANGUAGES = ["vi", "en"]
ITEM = "Tình hình mưa lũ và thiệt hại"
LIGHT = "&autojoin=1&cam=0"
TABS = ["agenda", "floor", "roll", "sites", "door", "votes", "chat", "decisions", "lead"]


class Meeting:
    """A meeting of all sites, and acts in it from elsewhere."""

    def __init__(self, cast: Cast):
        self.cast = cast
        start = datetime.datetime.now(ZONE).replace(second=0, microsecond=0, tzinfo=None) + datetime.timedelta(minutes=1)
        self.sites = sites_of(cast.signed_in["secretary"], "all")
        assert len(self.sites) > 250
        self.id = cast.book(start, title="Giao ban toàn tỉnh", sites=self.sites, agenda=[
            {"title": ITEM, "owner": "Sở Nông nghiệp và Môi trường", "minutes": 10},
            {"title": "Phân công ứng trực", "owner": "Văn phòng UBND tỉnh", "minutes": 5}])

    def act(self, do: str, **fields):
        path = f"/api/occurrences/{self.id}/acts"
        answer = self.cast.signed_in["secretary"].call("POST", path, {"do": do, **fields})
        assert answer.status == 204, (do, answer.text)

    def is_open(self) -> bool:
        return self.cast.conduct("secretary", self.id)["meeting"]["state"] == "open"

    def opened(self) -> "Meeting":
        """Open, and nobody is asked anything."""
        if not self.is_open():
            self.act("open")
        if self.cast.conduct("secretary", self.id)["roll"]["state"] == "open":
            self.act("roll.close")
        return self


@pytest.fixture(scope="module")
def meeting(province_for_all):
    return Meeting(Cast(province_for_all))


@pytest.fixture
def enter(browser, meeting):
    """Opens a page for somebody; what it may not do is to fail."""
    opened = []

    def enter(role, language="vi") -> Participant:
        opened.append(Participant(browser, meeting.cast, role, language))
        return opened[-1]
    yield enter
    for page in opened:
        assert not page.failures, (page.role, page.failures)
        page.close()


def test_a_briefing_of_all_sites_is_led_by_the_keyboard_alone(meeting, enter):
    site = enter("ba-be")
    site.visit(site.way_in(meeting.id) + LIGHT).until_in_the_call()
    chair = enter("chair")
    chair.visit(chair.way_in(meeting.id) + LIGHT).until_in_the_call()
    chair.sees("#conduct-panel .agenda-rows", ITEM)
    babe, nari = (f"s{meeting.cast.site(code)}" for code in ("ba-be", "na-ri"))

    chair.command("mo phan phien hop", "Mở phần Phiên họp")
    chair.tab_to("Khai mạc phiên họp")
    chair.key("Enter")
    chair.until_told("the opening", "meeting", "(meeting) => meeting.state === 'open'")

    chair.command("mo phan diem danh", "Mở phần Điểm danh")
    chair.tab_to("Mở điểm danh")
    chair.key("Enter")
    chair.tab_to("Bắt đầu điểm danh")
    chair.key("Enter")
    chair.until_told("the roll call", "roll", "(roll) => roll.state === 'open'")
    site.until_card("roll")
    site.key("Enter")
    chair.until_told("an answer", "roll", "(roll) => roll.counts.present === 1")

    chair.command("moi phat bieu ba be", "Mời phát biểu Huyện Ba Bể")
    site.until_card("floor")
    site.key("Space")
    chair.until_told("the turn", "floor", "(floor) => floor?.state === 'holds'")

    chair.command("tat micro na ri", "Tắt micrô Huyện Na Rì")
    chair.until_told("silence", f"seat/{nari}", "(seat) => seat.muted")

    chair.command("chieu lon ba be", "Chiếu lớn Huyện Ba Bể")
    chair.until_told("the stage", "stage", f"(stage) => stage.seats[0]?.seat === '{babe}'")

    chair.command("bat dau tinh hinh", ITEM)
    chair.until_told("the item", "agenda", "(agenda) => agenda[0].since")

    chair.command("mo phan bieu quyet", "Mở phần Biểu quyết")
    chair.tab_to("Mở biểu quyết")
    chair.key("Enter")
    chair.sees("dialog[open]", "Nội dung biểu quyết")
    chair.page.keyboard.type("Thông qua phương án ứng trực")
    chair.key("Enter")
    chair.until("the vote", "() => giaoban.conduct.list('vote').some(({state}) => state === 'open')")
    chair.tab_to("Kết thúc biểu quyết")
    chair.key("Enter")
    chair.sees("dialog[open]", "phiếu chưa gửi")
    chair.key("Enter")
    chair.until("its result", "() => giaoban.conduct.list('vote').some(({state, result}) => state === 'closed' && result)")
    assert chair.page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_tab_of_the_console_is_accessible(meeting, enter, language):
    meeting.opened()
    chair = enter("chair", language)
    chair.visit(chair.way_in(meeting.id) + "&console=only")
    found = []
    for tab in TABS:
        chair.tab(tab)
        chair.sees(f"#cview-{tab}")
        chair.page.locator("#conduct-panel").evaluate("async (one) => { await Promise.all(one.getAnimations({subtree: true}).map((a) => a.finished)); }")
        found += findings(chair.page, f"{language} {tab}")
    chair.tab("sites")
    chair.page.locator("#cview-sites .tree-seat").first.click()
    found += findings(chair.page, f"{language} a chosen site")
    chair.key("Control+k")
    chair.sees("dialog.palette[open]")
    found += findings(chair.page, f"{language} the palette")
    assert not found, "\n".join(found)


def test_every_card_of_a_delegates_page_is_accessible(meeting, enter):
    meeting.opened()
    site = enter("na-ri")
    site.visit(site.way_in(meeting.id) + LIGHT).until_in_the_call()
    seat, found = f"s{meeting.cast.site('na-ri')}", []

    def see(what: str):
        for language in reversed(LANGUAGES):
            site.page.evaluate("async (name) => (await import('/assets/js/i18n.js')).setLanguage(name)", language)
            found.extend(findings(site.page, f"{language} {what}"))

    def look(card: str, act: str, **fields):
        meeting.act(act, **fields)
        site.until_card(card)
        see(f"the card {card}")

    # Whoever has missed a roll is asked first of all, and once.
    if not site.told("you")["asked"]:
        meeting.act("roll.open")
    site.until_card("roll")
    see("the card roll")
    site.key("Enter")
    site.until_card("thanks")
    see("the card thanks")
    meeting.opened()
    see("the call")
    look("floor", "floor.give", seat=seat)
    meeting.act("floor.take")
    meeting.act("mute", seats=[seat], hold=True)
    site.until_told("being held", "you", "(you) => you.muted && you.hold")
    see("held silent")
    look("unmute", "unmute", seats=[seat])
    site.key("Escape")
    look("vote", "vote.open", title="Thông qua phương án", kind="secret", by="seat", choices=["Tán thành", "Không tán thành"],
         rule="majority", of="cast", needsQuorum=False)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_beside_the_console_are_accessible(meeting, enter, language):
    found = []
    secretary = enter("secretary", language)
    for path, ready in ((f"/san-sang/{meeting.id}", ".readiness-board .tile"), ("/trieu-tap", "main h1"),
                        (f"/bien-ban/{meeting.id}", ".minutes-paper h2")):
        secretary.visit(path).sees(ready)
        found += findings(secretary.page, f"{language} {path}")
    kiosk = enter("kiosk", language)
    kiosk.visit("/site").sees("#register")
    found += findings(kiosk.page, f"{language} /site without a token")
    assert not found, "\n".join(found)


def test_a_site_that_waits_is_accessible(province, browser):
    cast, found = Cast(province), []
    token = cast.device("ba-be")
    for language in LANGUAGES:
        kiosk = Participant(browser, cast, "kiosk", language)
        kiosk.visit(f"/site#token={token}").sees("#standby", "Ba Bể")
        found += findings(kiosk.page, f"{language} /site")
        assert not kiosk.failures, kiosk.failures
        kiosk.close()
    assert not found, "\n".join(found)
