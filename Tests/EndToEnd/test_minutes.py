"""The minutes of a briefing: written while it runs, read when it is over, as a page and as files that other programs open."""

import csv
import io
import re
import zipfile
from xml.etree import ElementTree

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from support.files import fetch
from support.office import Caller, Office
from support.waiting import wait_for

TITLE = 'Giao ban <tuần> & "tháng"'
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]},
         "resultTypes": ["violations"]}


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    with Office(tmp_path_factory.mktemp("minutes")) as running:
        yield running


class Briefing:
    """A meeting of the department with the district, and acts in it over HTTP."""

    def __init__(self, office: Office, **more):
        self.office = office
        booked = office.book(title=TITLE, chair=office.person["chair"], agenda=[
            {"title": "Thu ngân sách", "owner": "Sở Tài chính", "minutes": 15},
            {"title": "Phòng, chống thiên tai", "owner": "", "minutes": 10}], **more)
        self.id = booked.occurrence
        self.path = f"/api/occurrences/{self.id}"

    def act(self, role: str, do: str, **fields):
        answer = self.office.signed_in[role].call("POST", f"{self.path}/acts", {"do": do, **fields})
        assert answer.status == 204, (do, answer.status, answer.text)

    def minutes(self, role="secretary"):
        answer = self.office.signed_in[role].get(f"{self.path}/minutes")
        assert answer.status == 200, answer.text
        return answer.body

    def open_with_a_roll(self):
        self.act("secretary", "open")
        self.act("secretary", "roll.open")
        self.act("delegate", "roll.confirm")
        self.act("secretary", "roll.close")

    def vote(self, kind: str, title: str):
        self.act("secretary", "vote.open", title=title, kind=kind, by="unit", choices=["Tán thành", "Không tán thành"],
                 rule="majority", of="cast", needsQuorum=False)
        number = self.minutes()["votes"][-1]["id"]
        self.act("delegate", "vote.cast", vote=number, choice=0)
        return number


def words(minutes) -> str:
    return "\n".join(" ".join([block.get("label", ""), block.get("text", ""), block.get("subject", "")]).strip()
                     for block in minutes["document"]["blocks"])


def test_minutes_are_for_those_who_keep_them_and_afterwards_for_all_who_may_read(office):
    briefing = Briefing(office)
    briefing.open_with_a_roll()

    def status(role, ending=""):
        return office.signed_in[role].get(f"{briefing.path}/minutes{ending}").status

    assert [status(role) for role in ("secretary", "chair", "delegate", "auditor", "stranger", "nobody")] == [
        200, 200, 403, 403, 404, 401]
    assert status("delegate", ".pdf") == 403 and status("stranger", ".docx") == 404
    briefing.act("secretary", "close")
    assert [status(role) for role in ("secretary", "chair", "delegate", "auditor", "stranger", "nobody")] == [
        200, 200, 200, 200, 404, 401]
    assert not briefing.minutes("delegate")["mayEdit"] and briefing.minutes()["mayEdit"]


def test_the_draft_tells_what_happens_and_only_news_are_sent(office):
    briefing = Briefing(office)
    before = briefing.minutes()
    same = office.secretary.get(f"{briefing.path}/minutes?after={before['version']}")
    assert same.status == 204
    briefing.open_with_a_roll()
    briefing.act("secretary", "note", item=before["agenda"][0]["id"], text="Thu đạt 92% dự toán.\nCòn nợ đọng.")
    briefing.act("secretary", "decision.add", text="Thu hồi nợ đọng", due="2045-03-01", owner="Cục Thuế", item=None)
    news = office.secretary.get(f"{briefing.path}/minutes?after={before['version']}")
    assert news.status == 200
    said = words(news.body)
    assert TITLE in said and "Thu đạt 92% dự toán." in said
    assert "Thu hồi nợ đọng. Đơn vị thực hiện: Cục Thuế. Thời hạn: ngày 01 tháng 3 năm 2045." in said
    assert "Huyện Ba Bể" in next(line for line in said.split("\n") if line.startswith(("- Có mặt", "- Vào muộn")))
    assert news.body["decisions"][0]["due"] == "2045-03-01"


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_files_open_in_other_programs_and_say_the_same(office):
    briefing = Briefing(office)
    briefing.open_with_a_roll()
    briefing.vote("open", "Thông qua kế hoạch")
    briefing.act("secretary", "decision.add", text="Báo cáo <gấp> & đủ", due=None, owner="", item=None)
    briefing.act("secretary", "close")
    odt = fetch(office.secretary, f"{briefing.path}/minutes.odt")
    assert (odt.status, odt.type) == (200, "application/vnd.oasis.opendocument.text") and ".odt" in odt.name
    # ODF 1.3 part 2, §3.3: by this every program knows the format.
    assert odt.data[30:77] == b"mimetypeapplication/vnd.oasis.opendocument.text"
    docx = fetch(office.secretary, f"{briefing.path}/minutes.docx")
    assert docx.status == 200 and "wordprocessingml" in docx.type and ".docx" in docx.name
    pdf = fetch(office.secretary, f"{briefing.path}/minutes.pdf")
    assert (pdf.status, pdf.type) == (200, "application/pdf")
    texts = [" ".join("".join(ElementTree.fromstring(parts_of(file.data)[part]).itertext()).split())
             for file, part in ((odt, "content.xml"), (docx, "word/document.xml"))]
    for part in parts_of(docx.data).values():
        ElementTree.fromstring(part)
    for text in [*texts, pdf.words]:
        for said in (TITLE, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Báo cáo <gấp> & đủ", "THƯ KÝ", "CHỦ TỌA", "Nơi nhận",
                     "Thông qua kế hoạch"):
            assert said in text, (said, text[:400])


def test_a_roll_says_whether_it_is_signed(office):
    briefing = Briefing(office)
    briefing.open_with_a_roll()
    assert "CHƯA ĐƯỢC KÝ XÁC NHẬN" in fetch(office.secretary, f"{briefing.path}/roll.pdf").words
    other = next(line for line in briefing.minutes()["roll"]["lines"] if line["state"] == "absent")
    briefing.act("secretary", "roll.correct", seat=other["seat"], state="present", reason="=Mất điện")
    briefing.act("secretary", "roll.sign")
    table = fetch(office.secretary, f"{briefing.path}/roll.csv")
    rows = list(csv.DictReader(io.StringIO(table.data.decode("utf-8-sig"))))
    assert len(rows) == 2 and all("Người secretary" in row["Ký xác nhận"] for row in rows)
    corrected = next(row for row in rows if row["Đơn vị, đại biểu"] == other["name"])
    # A reason that a spreadsheet would take for a formula has an apostrophe before it.
    assert corrected["Tình trạng"] == "Có mặt" and corrected["Lý do, ghi chú"] == "'=Mất điện"
    sheet = fetch(office.secretary, f"{briefing.path}/roll.pdf").words
    assert "ký xác nhận lúc" in sheet and "CHƯA ĐƯỢC KÝ" not in sheet


def test_result_sheets_name_voters_but_never_those_of_a_secret_ballot(office):
    briefing = Briefing(office)
    briefing.open_with_a_roll()
    open_, secret = briefing.vote("open", "Chương trình"), briefing.vote("secret", "Nhân sự")
    assert "Số phiếu" not in fetch(office.secretary, f"{briefing.path}/votes/{secret}.pdf").words
    for number in (open_, secret):
        briefing.act("secretary", "vote.close", vote=number)
    sheets = {number: fetch(office.secretary, f"{briefing.path}/votes/{number}.pdf") for number in (open_, secret)}
    assert all(sheet.status == 200 and "Được thông qua." in sheet.words for sheet in sheets.values())
    assert "Huyện Ba Bể" in sheets[open_].words and "Huyện Ba Bể" not in sheets[secret].words
    assert fetch(office.secretary, f"{briefing.path}/votes/99.pdf").status == 404
    assert fetch(office.secretary, f"{briefing.path}/votes/x.pdf").status == 404


def opened(playwright_browser, office, role, path):
    context = playwright_browser.new_context(
        ignore_https_errors=True, locale="vi-VN", viewport={"width": 1366, "height": 768}, reduced_motion="reduce")
    caller: Caller = office.signed_in[role]
    name, value = caller.cookie.split("=", 1)
    context.add_cookies([{"name": name, "value": value, "url": office.server.url, "secure": True, "httpOnly": True}])
    page = context.new_page()
    page.failures = []
    page.on("pageerror", lambda error: page.failures.append(str(error)))
    page.goto(office.server.url + path)
    return page


def findings(page) -> list[str]:
    assert not page.failures, page.failures
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in Axe().run(page, options=RULES).response["violations"]
            if one["impact"] in ("serious", "critical")]


def test_a_secretary_writes_while_it_runs_by_keyboard_and_nothing_has_to_be_saved(office, browser):
    briefing = Briefing(office)
    briefing.open_with_a_roll()
    page = opened(browser, office, "secretary", f"/bien-ban/{briefing.id}")
    sheet = page.locator(".minutes-paper")
    expect(sheet).to_contain_text("BIÊN BẢN", timeout=20_000)
    assert not findings(page)
    page.get_by_role("button", name="Thêm kết luận").focus()
    page.keyboard.press("Enter")
    page.keyboard.type("Thu hồi nợ đọng thuế")
    page.keyboard.press("Tab")
    page.keyboard.type("Cục Thuế")
    page.keyboard.press("Tab")
    page.keyboard.type("4/3/2045")
    expect(sheet).to_contain_text("Thu hồi nợ đọng thuế. Đơn vị thực hiện: Cục Thuế. Thời hạn: ngày 04 tháng 3 năm 2045.",
                                  timeout=15_000)
    # It was one decision all the time, however it was saved between the keys.
    wait_for("one decision", lambda: [one["owner"] for one in briefing.minutes()["decisions"]] == ["Cục Thuế"])
    page.get_by_role("tab", name="Kết luận").focus()
    page.keyboard.press("ArrowRight")
    page.get_by_label("1. Thu ngân sách").fill("Thu đạt 92% dự toán.")
    expect(sheet).to_contain_text("Thu đạt 92% dự toán.", timeout=15_000)
    # What others do comes by itself, and does not take away what is being typed.
    page.get_by_label("2. Phòng, chống thiên tai").press_sequentially("Trực")
    briefing.act("chair", "note", item=briefing.minutes()["agenda"][0]["id"], text="Thu đạt 93% dự toán.")
    expect(sheet).to_contain_text("Thu đạt 93% dự toán.", timeout=15_000)
    expect(page.get_by_label("2. Phòng, chống thiên tai")).to_have_value("Trực")
    assert not findings(page)
    page.get_by_role("tab", name="Điểm danh").click()
    page.get_by_role("button", name=re.compile("Điều chỉnh điểm danh")).first.click()
    page.get_by_label("Lý do điều chỉnh").fill("Xác nhận qua điện thoại")
    assert not findings(page)
    page.get_by_role("button", name="Lưu").click()
    expect(page.locator(".minutes-roll")).to_contain_text("Xác nhận qua điện thoại")
    page.get_by_role("button", name="Ký xác nhận danh sách").click()
    page.get_by_role("dialog").get_by_role("button", name="Ký xác nhận danh sách").click()
    expect(page.locator(".minutes-panel:visible")).to_contain_text("đã ký xác nhận lúc")
    assert not findings(page)
    page.context.close()


def test_a_delegate_is_told_when_the_minutes_open_and_then_reads_them(office, browser):
    briefing = Briefing(office)
    briefing.open_with_a_roll()
    page = opened(browser, office, "delegate", f"/bien-ban/{briefing.id}")
    expect(page.locator("main")).to_contain_text("sau khi phiên họp kết thúc", timeout=20_000)
    briefing.act("secretary", "close")
    page.reload()
    expect(page.locator(".minutes-paper")).to_contain_text("Phiên họp kết thúc vào", timeout=20_000)
    expect(page.get_by_role("tab", name="Kết luận")).to_have_count(0)
    expect(page.get_by_role("button", name=re.compile("Điều chỉnh"))).to_have_count(0)
    assert not findings(page)
    page.context.close()
