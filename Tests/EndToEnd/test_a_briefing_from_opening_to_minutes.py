"""A briefing from opening to minutes in real browsers: a chair, a secretary, two sites, a deputy who comes late, and a kiosk.

Everything is done with the pages' own buttons and keys; a picture of each state is left in out/briefing.
"""

import datetime
import itertools
import pathlib
import shutil
import subprocess

import pytest

from support.browsers import CHROMIUM_FLAGS
from support.cast import FEW_PICTURES, LONGEST, Cast, Participant
from support.clock import ZONE
from support.voices import is_silenced, until_heard

PICTURES = pathlib.Path(__file__).parent / "out" / "briefing"
TITLE = "Giao ban công tác phòng, chống thiên tai"
FIRST, SECOND = "Tình hình mưa lũ và thiệt hại", "Phân công ứng trực"
DECISION = "Giao Sở Nông nghiệp và Môi trường báo cáo phương án di dời dân trước ngày 30"
NOTE = "Huyện Ba Bể báo cáo 12 hộ phải di dời; huyện Na Rì đề nghị hỗ trợ vật tư."
IS_HEARD = "() => document.querySelector('#tool-mic').getAttribute('aria-pressed') === 'true'"
IS_IN_THE_CALL = "() => document.querySelector('iframe.call-frame')?.contentWindow?.giaoban?.phase === 'live'"


class Briefing:
    def __init__(self, browser, cast: Cast):
        self.browser, self.cast = browser, cast
        self.numbers = itertools.count(1)
        start = datetime.datetime.now(ZONE).replace(second=0, microsecond=0, tzinfo=None) + datetime.timedelta(minutes=1)
        self.sites = {code: cast.site(code) for code in ("ba-be", "na-ri", "cho-don")}
        self.id = cast.book(start, title=TITLE, sites=list(self.sites.values()), people=[cast.number("deputy")], agenda=[
            {"title": FIRST, "owner": "Sở Nông nghiệp và Môi trường", "minutes": 10},
            {"title": SECOND, "owner": "Văn phòng UBND tỉnh", "minutes": 5}])
        self.chair = Participant(browser, cast, "chair")
        self.secretary = Participant(browser, cast, "secretary")
        self.one = Participant(browser, cast, "ba-be")
        self.other = Participant(browser, cast, "na-ri")
        self.kiosk = Participant(browser, cast, "kiosk")
        self.everybody = [self.chair, self.secretary, self.one, self.other, self.kiosk]

    def shoot(self, who: Participant, name: str):
        who.shoot(PICTURES / f"{next(self.numbers):02}-{name}.png")

    def enter(self, who: Participant, camera=True) -> Participant:
        return who.visit(who.way_in(self.id) + f"&autojoin=1&cam={int(camera)}").until_in_the_call()

    def choose(self, *codes: str):
        """Selects these sites, and no others, in the console's list."""
        self.chair.tab("sites")
        clear = self.chair.page.locator("#cview-sites .bulk").get_by_role("button", name="Bỏ chọn")
        if clear.is_visible():
            clear.click()
        for code in codes:
            self.chair.page.locator(f"#cview-sites [data-key='s{self.sites[code]}']").click(timeout=LONGEST * 1000)

    def verb(self, name: str, *codes: str):
        self.choose(*codes)
        self.chair.press(name, "#cview-sites .bulk")

    def told_everybody(self, what: str, key: str, test: str):
        for page in (self.chair, self.secretary, self.one):
            page.until_told(what, key, test)

    # The acts of the play

    def readiness(self):
        self.kiosk.visit(f"/site#token={self.cast.device('cho-don')}")
        self.secretary.visit(f"/san-sang/{self.id}").sees(".readiness-board", "Ba Bể")
        self.kiosk.until("the kiosk is in the call", IS_IN_THE_CALL)
        self.shoot(self.secretary, "readiness-board")
        self.shoot(self.kiosk, "kiosk-before-the-opening")

    def gathering(self):
        self.chair.visit(f"/phien/{self.id}").sees(".join-part", "Vào phòng họp")
        self.shoot(self.chair, "the-meetings-page")
        self.chair.press("Vào phòng họp")
        self.chair.until("its own picture", "() => document.querySelector('#preview')?.videoWidth > 0")
        self.shoot(self.chair, "lobby")
        self.chair.page.locator("#join").click(timeout=LONGEST * 1000)
        # Pictures are not what is looked at here, and each costs the machine six times.
        self.enter(self.one)
        for page in (self.secretary, self.other):
            self.enter(page, camera=False)
        self.chair.until_in_the_call()
        self.chair.sees("#conduct-panel .agenda-rows", FIRST)
        self.shoot(self.one, "site-before-the-opening")
        self.shoot(self.chair, "console-before-the-opening")

    def opening(self):
        self.chair.tab("lead")
        self.shoot(self.chair, "console-how-it-is-led")
        self.chair.press("Khai mạc phiên họp")
        self.told_everybody("the opening", "meeting", "(meeting) => meeting?.state === 'open'")

    def roll_call(self):
        self.chair.tab("roll")
        self.chair.press("Mở điểm danh")
        self.shoot(self.chair, "roll-dialog")
        self.chair.dialog("Bắt đầu điểm danh")
        self.one.until_card("roll")
        self.other.until_card("roll")
        self.shoot(self.one, "site-is-asked-for-the-roll")
        self.one.key("Enter")
        self.other.press("Có mặt", ".ask", exact=False)
        self.chair.until_told("three are there", "roll", "(roll) => roll.counts.present + (roll.counts.late ?? 0) === 3")
        assert self.chair.told(f"seat/s{self.sites['cho-don']}")["how"] == "device"
        self.shoot(self.one, "site-is-thanked")
        self.shoot(self.chair, "roll-open")
        self.chair.press("Kết thúc điểm danh")
        self.chair.press("Ký xác nhận", "#cview-roll")
        self.shoot(self.chair, "roll-to-be-signed")
        self.chair.dialog("Ký xác nhận")
        self.chair.until_told("the signature", "roll", "(roll) => roll.state === 'signed' && roll.by")
        self.shoot(self.chair, "roll-signed")

    def agenda(self):
        self.chair.tab("agenda")
        self.chair.press(f"Bắt đầu: {FIRST}")
        self.one.sees(".brief-agenda", f"1/2 · {FIRST}")
        self.shoot(self.chair, "agenda")

    def floor(self):
        self.one.page.locator("#call-room").focus()
        self.one.key("h")
        self.one.sees(".brief-hand", "thứ 1/1")
        self.shoot(self.one, "site-has-raised-its-hand")
        self.chair.tab("floor")
        self.chair.page.locator("#cview-floor").get_by_label("Thời gian mỗi lượt").select_option(label="3 phút")
        self.chair.sees("#cview-floor .queue-row", "Ba Bể")
        self.shoot(self.chair, "queue-of-one")
        self.chair.press("Mời lượt tiếp theo")
        self.one.until_card("floor")
        self.shoot(self.one, "site-is-asked-to-speak")
        self.one.key("Space")
        self.told_everybody("the turn", "floor", "(floor) => floor?.state === 'holds' && floor.until")
        self.other.until_told("silence", "you", "(you) => you?.muted")
        self.one.until("its microphone is on", IS_HEARD)
        until_heard(self.chair, self.one)
        assert is_silenced(self.chair, self.other), "the relay carries the voice of a muted site"
        self.shoot(self.one, "site-speaks")
        self.shoot(self.chair, "floor-with-its-limit")
        until = self.chair.told("floor")["until"]
        self.chair.press("Thêm 1 phút")
        self.chair.until_told("a minute more", "floor", f"(floor) => floor.until > {until}")
        self.one.press("Kết thúc phát biểu")
        self.told_everybody("the end of the turn", "floor", "(floor) => floor === null")

    def shared_turn(self):
        self.chair.tab("floor")
        for number, page in enumerate((self.other, self.one), 1):
            page.page.locator("#call-room").focus()
            page.key("h")
            self.chair.until_told("hands", "queue", f"(queue) => queue.length === {number}")
        merge = self.chair.page.get_by_role("button", name="Ghép với lượt trước: ").last
        merge.click(timeout=LONGEST * 1000)
        self.chair.until_told("one turn of two", "queue", "(queue) => queue.length === 1 && queue[0].seats.length === 2")
        self.shoot(self.chair, "queue-with-a-shared-turn")
        self.chair.press("Mời lượt tiếp theo")
        self.one.until_card("floor")
        self.one.press("Nhận lời phát biểu", ".ask", exact=False)
        self.told_everybody("the shared turn", "floor", "(floor) => floor?.state === 'holds' && floor.seats.length === 2")
        self.shoot(self.secretary, "secretary-sees-the-shared-turn")
        self.chair.press("Kết thúc lượt phát biểu")
        self.told_everybody("its end", "floor", "(floor) => floor === null")

    def stage(self):
        self.verb("Chiếu lớn", "ba-be")
        self.other.sees(".staged", "Lý Thị Bể")
        self.shoot(self.other, "site-sees-what-is-on-the-stage")
        self.shoot(self.chair, "sites-one-chosen")
        self.verb("Chiếu đôi", "ba-be", "na-ri")
        self.kiosk.until("two on the kiosk's stage", """() => {
            const frame = document.querySelector('iframe.call-frame');
            const staged = frame?.contentDocument?.querySelector('.staged'), conduct = frame?.contentWindow?.giaoban?.conduct;
            return staged && !staged.hidden && staged.textContent.includes('Nông Thị Hà')
                && conduct.link === 'open' && conduct.meeting.state === 'open';
        }""")
        self.shoot(self.kiosk, "kiosk-sees-two-on-the-stage")
        self.choose()
        self.chair.press("Lưới", "#cview-sites")
        self.other.sees(".staged", "lưới")
        self.shoot(self.other, "site-sees-the-grid")
        self.chair.press("Tự chọn", "#cview-sites")
        self.told_everybody("an empty stage", "stage", "(stage) => stage.layout === 'speaker' && !stage.seats.length")

    def silence(self):
        self.chair.press("Tắt và giữ", "#cview-sites")
        self.shoot(self.chair, "hold-all-dialog")
        self.chair.dialog("Tắt và giữ")
        self.other.until_told("being held", "you", "(you) => you?.muted && you.hold")
        self.other.page.locator("#call-room").focus()
        self.other.key("m")
        self.other.sees("#toast", "")
        self.shoot(self.other, "site-is-held-silent")
        self.shoot(self.chair, "sites-all-held")
        self.chair.press("Cho bật", "#cview-sites")
        self.other.until_card("unmute")
        self.shoot(self.other, "site-is-asked-for-its-microphone")
        self.other.key("Space")
        self.other.until("its microphone is on", IS_HEARD)
        self.one.until_card("unmute")
        self.one.press("Để sau", ".ask", exact=False)

    def votes(self):
        for kind, title in (("Công khai", "Thông qua phương án ứng trực"), ("Kín", "Tín nhiệm Ban Chỉ huy")):
            self.chair.tab("votes")
            self.chair.press("Mở biểu quyết", "#cview-votes")
            by = {"Quyền bỏ phiếu": "Mỗi điểm cầu, đại biểu"} if kind == "Kín" else {}
            self.chair.page.locator("dialog[open]").get_by_label("Nội dung biểu quyết").fill(title)
            self.shoot(self.chair, f"vote-dialog-{'secret' if by else 'open'}")
            self.chair.dialog("Mở biểu quyết", **{"Hình thức": kind}, **by)
            self.one.until_card("vote")
            self.one.key("1")
            self.shoot(self.one, f"site-votes-{'secretly' if by else 'openly'}")
            self.one.key("Enter")
            self.other.until_card("vote")
            self.other.page.locator(".ask .choice").nth(1 if by else 0).click()
            self.other.press("Gửi phiếu", ".ask", exact=False)
            self.chair.sees("#cview-votes .vote-row[data-state=open] .vote-cast", "Đã gửi 2/")
            self.shoot(self.chair, f"vote-open-{'secret' if by else 'open'}")
            self.chair.press("Kết thúc biểu quyết")
            if self.chair.page.locator("dialog[open]").is_visible():
                self.chair.dialog("Kết thúc")
            self.chair.until("the result", """(title) => giaoban.conduct.list('vote')
                .some((vote) => vote.title === title && vote.state === 'closed' && vote.result)""", title)
        self.shoot(self.chair, "votes-closed")
        open_one, secret = sorted(self.chair.page.evaluate("() => giaoban.conduct.list('vote')"), key=lambda vote: vote["since"])
        assert open_one["result"]["counts"][0] == 2 and len(open_one["ballots"]) == 2
        assert secret["result"]["counts"][:2] == [1, 1] and not secret.get("ballots")

    def chat(self):
        self.chair.tab("chat")
        self.chair.page.get_by_label("Viết tin nhắn").fill("Đề nghị các điểm cầu chuẩn bị số liệu.")
        self.chair.key("Enter")
        self.secretary.tab("chat")
        self.secretary.page.locator("#cview-chat").get_by_label("Gửi tới").select_option(label="Bộ phận kỹ thuật")
        self.secretary.page.get_by_label("Viết tin nhắn").fill("Điểm cầu Na Rì tiếng nhỏ, đề nghị kiểm tra.")
        self.secretary.press("Gửi", "#cview-chat")
        self.verb("Nhắn riêng", "na-ri")
        self.chair.page.get_by_label("Viết tin nhắn").fill("Na Rì báo cáo ngay sau Ba Bể.")
        self.chair.key("Enter")
        self.other.page.locator("#call-room").focus()
        self.other.key("c")
        self.other.sees(".chat-text", "Na Rì báo cáo ngay sau Ba Bể.")
        self.one.page.locator("#call-room").focus()
        self.one.key("c")
        self.one.sees(".chat-text", "Đề nghị các điểm cầu chuẩn bị số liệu.")
        assert "Na Rì báo cáo" not in self.one.page.locator("#cview-chat").inner_text()
        self.chair.sees("#cview-chat .private .chat-text", "Điểm cầu Na Rì tiếng nhỏ")
        for page in (self.one, self.other):
            assert "tiếng nhỏ" not in page.page.locator("#cview-chat").inner_text(), "a word to the technician is told to a site"
        self.shoot(self.other, "site-reads-a-private-word")
        self.shoot(self.chair, "chat")
        self.one.key("Escape", "Escape")
        self.other.key("Escape", "Escape")

    def doors(self):
        self.chair.tab("door")
        self.chair.page.get_by_role("switch", name="Phòng chờ").click()
        self.chair.page.get_by_role("switch", name="Khóa phòng họp").click()
        self.chair.until_told("both", "meeting", "(meeting) => meeting.waiting && meeting.locked")
        self.deputy = Participant(self.browser, self.cast, "deputy")
        self.everybody.append(self.deputy)
        self.deputy.visit(self.deputy.way_in(self.id) + "&autojoin=1&cam=0").sees("#door", "Phòng họp đã khóa")
        self.shoot(self.deputy, "latecomer-before-the-locked-room")
        self.chair.page.get_by_role("switch", name="Khóa phòng họp").click()
        self.deputy.sees("#door", "Đang chờ vào phòng họp")
        self.chair.sees("#cview-door", "Triệu Đức Minh")
        self.shoot(self.deputy, "latecomer-waits")
        self.shoot(self.chair, "waiting-room")
        self.chair.press("Cho vào: Triệu Đức Minh")
        self.deputy.until_in_the_call()
        self.chair.page.get_by_role("switch", name="Khóa phòng họp").click()
        self.chair.until_told("the lock", "meeting", "(meeting) => meeting.locked")
        self.verb("Mời ra khỏi phiên họp", "na-ri")
        self.shoot(self.chair, "removal-dialog")
        self.chair.dialog("Mời ra", **{"Lý do": "Tiếng dội làm gián đoạn phiên họp"})
        self.other.sees("#door", "Điểm cầu đã được mời ra")
        self.shoot(self.other, "site-was-removed")
        self.shoot(self.chair, "sites-with-one-removed")
        self.verb("Cho vào lại", "na-ri")
        self.chair.until_told("the way back", f"seat/s{self.sites['na-ri']}", "(seat) => !seat.removed")
        self.other.until_in_the_call()
        self.chair.tab("door")
        self.chair.page.get_by_role("switch", name="Khóa phòng họp").click()
        self.chair.page.get_by_role("switch", name="Phòng chờ").click()

    def chairs(self):
        self.pick("Giao quyền chủ trì", "chair-handed-over-dialog")
        self.deputy.until_told("the chair", "meeting", "(meeting) => meeting.acting && meeting.chair.name.includes('Minh')")
        self.deputy.sees("#conduct-panel .agenda-rows", FIRST)
        self.shoot(self.deputy, "deputy-has-the-chair")
        self.shoot(self.chair, "chair-has-handed-over")
        self.chair.press("Nhận lại quyền chủ trì")
        self.told_everybody("the chair's return", "meeting", "(meeting) => !meeting.acting")
        self.pick("Thêm người điều hành thay", "deputy-dialog")
        self.chair.until_told("the deputy", "meeting", "(meeting) => meeting.deputies.length === 1")
        self.shoot(self.chair, "deputy-named")
        self.chair.close()
        self.everybody.remove(self.chair)
        self.secretary.until_told("the deputy in the chair", "meeting", "(meeting) => meeting.acting")
        self.deputy.until("leading", "() => giaoban.conduct.leads")
        self.deputy.tab("agenda")
        self.deputy.press(f"Bắt đầu: {SECOND}")
        self.secretary.sees(".brief-agenda", f"2/2 · {SECOND}")
        self.shoot(self.deputy, "deputy-leads-while-the-chair-is-away")
        self.chair = self.enter(Participant(self.browser, self.cast, "chair"), camera=False)
        self.everybody.append(self.chair)
        self.shoot(self.chair, "chair-comes-back")
        self.chair.press("Nhận lại quyền chủ trì")
        self.told_everybody("the chair's return", "meeting", "(meeting) => !meeting.acting")

    def pick(self, button: str, picture: str):
        """Chooses the deputy in a dialog of the tab that says how the meeting is led."""
        self.chair.tab("lead")
        self.chair.press(button)
        self.chair.page.locator("dialog[open]").get_by_label("Tìm điểm cầu, đại biểu").fill("trieu duc minh")
        self.shoot(self.chair, picture)
        self.chair.dialog("Thực hiện")

    def conclusions(self):
        page = self.secretary.page
        self.secretary.tab("decisions")
        page.get_by_label("Thuộc nội dung").select_option(label=f"1. {FIRST}")
        page.get_by_label("Ghi chép của thư ký").fill(NOTE)
        page.get_by_label("Ý kiến chỉ đạo, kết luận").last.fill(DECISION)
        page.get_by_label("Đơn vị thực hiện").last.fill("Sở Nông nghiệp và Môi trường")
        page.get_by_label("Thời hạn").last.fill("2030-12-30")
        self.secretary.press("Ghi kết luận")
        self.secretary.until("note and decision", """([note, text]) => giaoban.conduct.list('decision').some((one) => one.text === text)
            && giaoban.conduct.list('note').some((one) => one.text === note)""", [NOTE, DECISION])
        self.shoot(self.secretary, "secretary-writes-conclusions")

    def ending(self):
        self.chair.tab("lead")
        self.chair.press("Kết thúc phiên họp")
        self.shoot(self.chair, "closing-dialog")
        self.chair.dialog("Kết thúc phiên họp")
        self.one.sees("#door", "Phiên họp đã kết thúc")
        self.shoot(self.one, "site-after-the-end")
        self.secretary.until("the console alone", "() => document.body.classList.contains('console-only')")
        self.shoot(self.secretary, "console-after-the-end")
        self.kiosk.sees("#standby", "")
        assert TITLE not in self.kiosk.page.locator("#standby").inner_text()
        self.shoot(self.kiosk, "kiosk-after-the-end")
        self.secretary.visit(f"/phien/{self.id}").sees(".when-day", "Đã họp")
        assert not self.secretary.page.locator(".join-part").count()

    def minutes(self, folder: pathlib.Path):
        paper = self.secretary.visit(f"/bien-ban/{self.id}").page
        self.secretary.sees(".minutes-paper", DECISION)
        words = paper.locator(".minutes-paper").inner_text()
        for needed in ("Ba Bể", "Na Rì", "Chợ Đồn", FIRST, SECOND, NOTE, "Thông qua phương án ứng trực", "Tín nhiệm Ban Chỉ huy"):
            assert needed in words, f"the minutes do not name {needed}:\n{words}"
        self.shoot(self.secretary, "minutes")
        paper.locator(".minutes-paper").screenshot(path=PICTURES / f"{next(self.numbers):02}-minutes-sheet.png")
        for name in ("roll", "votes"):
            paper.locator(f"#tab-{name}").click()
            self.shoot(self.secretary, f"minutes-{name}")
        for kind in ("docx", "odt"):
            with paper.expect_download() as going:
                paper.locator(f"a[href$='minutes.{kind}']").click()
            file = folder / f"minutes.{kind}"
            going.value.save_as(file)
            assert file.stat().st_size > 2000 and file.read_bytes()[:2] == b"PK"
        link = paper.locator("a[href$='minutes.pdf']").get_attribute("href")
        answer = self.cast.signed_in["secretary"].get(link)
        assert answer.status == 200
        text = subprocess.run(["pdftotext", "-", "-"], input=answer.data, capture_output=True, check=True).stdout.decode()
        assert DECISION in " ".join(text.split())


@pytest.fixture
def browser_of_few_pictures(playwright):
    running = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=[*CHROMIUM_FLAGS, FEW_PICTURES])
    yield running
    running.close()


def test_a_briefing_from_opening_to_minutes(province, browser_of_few_pictures, tmp_path):
    shutil.rmtree(PICTURES, ignore_errors=True)
    play = Briefing(browser_of_few_pictures, Cast(province))
    try:
        for act in (play.readiness, play.gathering, play.opening, play.roll_call, play.agenda, play.floor, play.shared_turn,
                    play.stage, play.silence, play.votes, play.chat, play.doors, play.chairs, play.conclusions, play.ending):
            act()
        play.minutes(tmp_path)
    except BaseException:
        for page in play.everybody:
            play.shoot(page, f"failed-{page.role}")
        raise
    for page in play.everybody:
        assert not page.failures, (page.role, page.failures)
        page.close()
