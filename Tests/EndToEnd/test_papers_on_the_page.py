"""Papers on a meeting's page: sent over a line that fails, replaced, referred to, read, each copy with its reader's name."""

import collections
import gzip
import json
import pathlib
import random
import re
import subprocess

import pytest
from playwright.sync_api import expect

from support.api import Caller
from support.axe import findings
from support.pages import made, put_pages
from support.signed_in_pages import opened_pages
from support.waiting import wait_for

SHOTS = pathlib.Path(__file__).parent / "out" / "papers"
SLOW = 150 * 1024
"""Bytes a second up: slow enough to be cut in the middle of a file."""


def pdf(pages: int = 2) -> bytes:
    """Made by hand: pages of A4 with a line of text, the second turned."""
    objects = [b"<</Type/Catalog/Pages 2 0 R>>",
               b"<</Type/Pages/Count %d/Kids[%s]/Resources<</Font<</F 3 0 R>>>>>>" % (
                   pages, b" ".join(b"%d 0 R" % (4 + 2 * n) for n in range(pages))),
               b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]
    for n in range(pages):
        text = b"BT /F 24 Tf 72 700 Td (Trang %d) Tj ET" % (n + 1)
        objects.append(b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Rotate %d/Contents %d 0 R>>" % (90 * (n % 2), 5 + 2 * n))
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(text), text))
    out, places = b"%PDF-1.6\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + b"".join(b"%010d 00000 n \n" % one for one in places)
    return out + b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)


@pytest.fixture
def open_page(office, browser):
    SHOTS.mkdir(parents=True, exist_ok=True)
    with opened_pages(office, browser) as open:
        yield open


@pytest.fixture
def meeting(office):
    return office.book(agenda=[{"title": "Tình hình thu ngân sách", "owner": "Sở Tài chính", "minutes": 20},
                               {"title": "Giải phóng mặt bằng", "owner": "UBND huyện", "minutes": 15}]).occurrence


def line(page):
    """What the page's line bears; `None` is as much as there is, 0 nothing."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")

    def bears(up: int | None):
        session.send("Network.emulateNetworkConditions", {
            "offline": up == 0, "latency": 0, "downloadThroughput": -1, "uploadThroughput": up or -1})

    return bears


def papers(office, meeting) -> list[dict]:
    return office.secretary.get(f"/api/occurrences/{meeting}").body["papers"]


def choose(page, *files):
    page.get_by_role("button", name="Thêm tài liệu").click()
    page.get_by_label("Không mật", exact=True).check()
    page.locator("dialog input[type=file]").set_input_files([str(file) for file in files])


def said(page):
    """What the lines of the files say."""
    return page.locator(".upload-said")


def share(page) -> int:
    found = re.search(r"(\d+) %", said(page).first.inner_text())
    return int(found[1]) if found else 0


def test_a_paper_goes_on_after_the_line_was_cut_and_after_a_reload(office, open_page, meeting, tmp_path):
    file = tmp_path / "Báo cáo tuần 48.pdf"
    file.write_bytes(pdf() + random.Random(1).randbytes(3_000_000))
    page = open_page(f"/phien/{meeting}")
    offsets = []
    page.on("request", lambda one: one.method == "PATCH" and offsets.append(int(one.headers["upload-offset"])))
    bears = line(page)
    choose(page, file)
    page.get_by_label("Tên hiển thị của Báo cáo tuần 48.pdf").fill("Báo cáo thu ngân sách tuần 48")
    page.get_by_label("Nội dung trong chương trình").select_option(label="Tình hình thu ngân sách")
    page.screenshot(path=SHOTS / "1-chosen.png")
    assert findings(page, "papers") == []
    bears(SLOW)
    page.get_by_role("button", name="Gửi 1 tệp").click()
    wait_for("a third of it", lambda: share(page) >= 33, 30)
    bears(0)
    expect(said(page)).to_contain_text("có mạng sẽ tự gửi tiếp", timeout=20_000)
    page.screenshot(path=SHOTS / "2-line-is-away.png")
    before = len(offsets)
    bears(SLOW)
    wait_for("more of it", lambda: share(page) >= 60, 30)
    # No byte that was acknowledged is sent again.
    assert offsets[before:] == sorted(offsets[before:]) and offsets[before] > 0
    page.reload()
    before = len(offsets)
    bears(None)
    choose(page, file)
    expect(page.get_by_text("Còn tệp gửi dở: Báo cáo tuần 48.pdf")).to_be_visible()
    page.screenshot(path=SHOTS / "3-after-a-reload.png")
    page.get_by_role("button", name="Gửi 1 tệp").click()
    expect(said(page)).to_have_text("Đã tải lên", timeout=20_000)
    assert offsets[before] > 1_000_000
    [paper] = papers(office, meeting)
    # It was said at its beginning what it is.
    assert paper["title"] == "Báo cáo thu ngân sách tuần 48" and paper["item"]
    assert office.secretary.get(paper["url"]).data == file.read_bytes()
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('paper-upload:'))") == []
    assert not page.errors


def test_a_paper_that_is_cancelled_leaves_nothing(office, open_page, meeting, tmp_path):
    file = tmp_path / "a.pdf"
    file.write_bytes(pdf() + random.Random(2).randbytes(3_000_000))
    page = open_page(f"/phien/{meeting}")
    bears = line(page)
    choose(page, file)
    bears(SLOW)
    page.get_by_role("button", name="Gửi 1 tệp").click()
    wait_for("some of it", lambda: share(page) >= 10, 30)
    page.get_by_role("button", name="Hủy gửi a.pdf").click()
    expect(page.locator(".upload")).to_have_count(0)
    wait_for("it to be gone", lambda: not list((office.server.data / "uploads").iterdir()))
    assert papers(office, meeting) == []


def test_what_is_refused_says_so_in_its_line_and_the_others_go_on(office, open_page, meeting, tmp_path):
    (tmp_path / "gia.docx").write_bytes(pdf())
    (tmp_path / "KH_TUYỆT MẬT.pdf").write_bytes(pdf())
    (tmp_path / "that.pdf").write_bytes(pdf())
    page = open_page(f"/phien/{meeting}")
    choose(page, tmp_path / "gia.docx", tmp_path / "KH_TUYỆT MẬT.pdf", tmp_path / "that.pdf")
    page.get_by_role("button", name="Gửi 3 tệp").click()
    expect(said(page).nth(0)).to_contain_text("nội dung là tệp PDF")
    expect(said(page).nth(1)).to_contain_text("Đây có phải tài liệu bí mật nhà nước không?")
    expect(said(page).nth(2)).to_have_text("Đã tải lên")
    page.screenshot(path=SHOTS / "4-refused.png")
    assert [one["title"] for one in papers(office, meeting)] == ["that"]


def test_the_list_shows_items_versions_and_who_has_read(office, open_page, meeting, tmp_path):
    agenda = office.secretary.get(f"/api/occurrences/{meeting}").body["agenda"]
    made = office.secretary.upload(meeting, pdf(), title="Biểu thu ngân sách", filename="bieu.pdf").body
    office.secretary.call("POST", f"/api/occurrences/{meeting}/links", {
        "title": "Nghị quyết 12/NQ-HĐND", "url": "https://example.com/", "item": agenda[1]["id"]})
    page = open_page(f"/phien/{meeting}")
    # A reference.
    page.get_by_role("button", name="Thêm tài liệu").click()
    page.get_by_text("Ghi tài liệu phát giấy").click()
    form = page.locator("dialog form").last
    form.get_by_label("Độ mật của tài liệu").select_option(label="Tối mật")
    form.get_by_label("Số, ký hiệu").fill("Kế hoạch bố phòng")
    form.get_by_role("button", name="Ghi vào danh sách").click()
    expect(form.locator(".wrong", has_text="chỉ ghi số, ký hiệu")).to_be_visible()
    form.get_by_label("Số, ký hiệu").fill("45/KH-BCH")
    form.get_by_label("Nơi nhận tài liệu").fill("Văn thư mật, tầng 2")
    page.screenshot(path=SHOTS / "5-reference.png")
    form.get_by_role("button", name="Ghi vào danh sách").click()
    expect(page.locator(".upload.done")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".papers").get_by_text("Tài liệu tối mật số 45/KH-BCH")).to_be_visible()
    # A newer version.
    (tmp_path / "bieu-2.pdf").write_bytes(pdf(3))
    page.get_by_role("button", name="Thay bản mới cho Biểu thu ngân sách").click()
    page.get_by_label("Không mật", exact=True).check()
    page.locator("dialog input[type=file]").set_input_files(str(tmp_path / "bieu-2.pdf"))
    page.get_by_role("button", name="Gửi", exact=True).click()
    expect(page.get_by_role("button", name="Bản 2 của Biểu thu ngân sách")).to_be_visible()
    newest = next(one for one in papers(office, meeting) if one["title"] == "Biểu thu ngân sách")
    # Who has read it: somebody of the district, and nobody else.
    reader = office.signed_in["delegate"]
    assert newest["seen"] == {"seen": 0, "of": 2}
    for number in (1, 3, 3):
        assert reader.call("POST", f"/api/papers/{newest['id']}/read", {"page": number}).status == 204
    assert reader.get(newest["url"]).status == 200
    assert reader.call("POST", f"/api/papers/{newest['id']}/read", {"page": 0}).status == 422
    page.reload()
    page.get_by_role("button", name="1/2 đơn vị đã xem").click()
    expect(page.get_by_text(re.compile("Người delegate · .* · đã xem 2 trang · đã tải về"))).to_be_visible()
    expect(page.get_by_text("chưa xem", exact=True)).to_have_count(1)
    page.screenshot(path=SHOTS / "6-who-has-read.png")
    assert findings(page, "papers") == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Bản 2 của Biểu thu ngân sách").click()
    expect(page.get_by_role("link", name=re.compile("^Bản 1:"))).to_have_attribute("href", f"/tai-lieu/{made['id']}?phien={meeting}")
    page.screenshot(path=SHOTS / "7-versions.png")
    page.keyboard.press("Escape")
    page.screenshot(path=SHOTS / "8-list.png", full_page=True)
    assert findings(page, "papers") == []
    # A delegate reads, and is shown nothing to change and nobody's reading.
    assert all("seen" not in one for one in reader.get(f"/api/occurrences/{meeting}").body["papers"])
    theirs = open_page(f"/phien/{meeting}", "delegate")
    expect(theirs.locator(".papers").get_by_text("Tài liệu tối mật số 45/KH-BCH")).to_be_visible()
    expect(theirs.get_by_role("button", name=re.compile("Thay bản mới|Thu hồi"))).to_have_count(0)
    assert not page.errors


def paper_of_pages(office, meeting, title: str, pages=4) -> int:
    data, images, rows = made(pages, False)
    data += f"%{title} {meeting}\n".encode()
    put_pages(office.server, data, images, rows)
    return office.secretary.upload(meeting, data, title=title, filename="bao-cao.pdf").body["id"]


SHOWN = "(at) => document.querySelector('.page-sheet')?.dataset.shown === at"


def test_a_paper_is_read_by_its_pages_outside_of_a_call(office, open_page, meeting):
    paper = paper_of_pages(office, meeting, "Báo cáo tình hình mưa lũ")
    page = open_page(f"/phien/{meeting}", "delegate")
    page.locator(".papers").get_by_role("link", name="Báo cáo tình hình mưa lũ").click()
    page.wait_for_function(SHOWN, arg=f"{paper}/1")
    expect(page.get_by_role("heading", level=1)).to_have_text("Báo cáo tình hình mưa lũ")
    # Whose copy it is stands on it.
    expect(page.locator(".sheet-copy")).to_contain_text("Người delegate")
    page.get_by_role("button", name="Trang sau").click()
    page.wait_for_function(SHOWN, arg=f"{paper}/2")
    assert page.url.endswith(f"/tai-lieu/{paper}?phien={meeting}&trang=2")
    page.keyboard.press("End")
    page.wait_for_function(SHOWN, arg=f"{paper}/4")
    page.keyboard.press("+")
    expect(page.get_by_role("button", name="Vừa chiều rộng")).to_have_attribute("aria-pressed", "true")
    page.screenshot(path=SHOTS / "9-pages.png")
    assert findings(page, "paper") == []
    # What was on the screen for a while is told; a page that was leafed past is not.
    reading = wait_for("it to be told", lambda: [
        reader for unit in office.secretary.get(f"/api/papers/{paper}/readings").body["units"] for reader in unit["readers"]
        if reader["pages"]], 20)
    assert reading[0]["name"] == "Người delegate" and reading[0]["pages"] in (1, 2, 3) and not reading[0]["downloaded"]
    page.reload()
    page.wait_for_function(SHOWN, arg=f"{paper}/4")
    page.get_by_role("link", name="Phiên họp").click()
    expect(page).to_have_url(re.compile(rf"/phien/{meeting}$"))
    # Others do not know of it.
    strangers = open_page(f"/tai-lieu/{paper}", "stranger")
    expect(strangers.get_by_role("heading", level=1)).to_be_visible()
    expect(strangers.locator(".page-sheet")).to_have_count(0)
    assert not page.errors


def test_a_hit_of_a_search_opens_the_paper_at_its_page(office, open_page, meeting):
    paper = paper_of_pages(office, meeting, "Báo cáo tìm theo trang")
    office.secretary.call("POST", f"/api/occurrences/{meeting}/acts", {"do": "note", "item": None, "text": ""})
    page = open_page("/tim-kiem?q=%22Ph%E1%BA%A7n%203%22")
    hit = page.locator(f"a.found-link[href^='/tai-lieu/{paper}?']")
    expect(hit).to_have_attribute("href", f"/tai-lieu/{paper}?trang=3&phien={meeting}", timeout=20_000)
    hit.click()
    page.wait_for_function(SHOWN, arg=f"{paper}/3")
    assert not page.errors


def test_a_list_of_papers_follows_their_conversion_by_itself(office, open_page, meeting):
    good = office.secretary.upload(meeting, pdf(), title="Biểu số liệu", filename="bieu.pdf").body["id"]
    page = open_page(f"/phien/{meeting}")
    row = page.locator(".papers li", has_text="Biểu số liệu")

    def answer(**more):
        body = {"state": "converting", "done": 0, "total": 0, "message": None, "pages": []} | more
        page.unroute_all()
        page.route(re.compile(rf"/api/papers/{good}/pages$"), lambda route: route.fulfill(
            status=200, content_type="application/json", body=json.dumps(body)))
        page.route(re.compile(rf"/api/occurrences/{meeting}$"), lambda route: route.fulfill(json={
            **(shown := route.fetch().json()), "papers": [one | {"state": "waiting", "pages": None} for one in shown["papers"]]}))
    answer(done=3, total=12)
    page.reload()
    expect(row.locator(".paper-state")).to_contain_text("chờ chuyển đổi")
    expect(row.locator(".paper-state")).to_contain_text("đang chuyển đổi 3/12")
    page.screenshot(path=SHOTS / "10-converting.png")
    # Read meanwhile, it says how far it is, and opens when it is ready.
    row.get_by_role("link", name="Biểu số liệu", exact=True).click()
    expect(page.locator(".paper-none")).to_contain_text("Đã xong 3/12 trang")
    expect(page.get_by_role("link", name="Mở tệp")).to_have_attribute("href", f"/api/papers/{good}")
    page.screenshot(path=SHOTS / "11-converting.png")
    assert findings(page, "converting") == []
    answer(state="failed", message={"vi": "Tài liệu có mật khẩu nên không lập được trang xem.", "en": "It has a password."})
    expect(page.locator(".paper-none")).to_contain_text("Tài liệu có mật khẩu", timeout=20_000)
    page.go_back()
    expect(row.locator(".paper-state")).to_contain_text("chưa hiển thị được", timeout=20_000)
    expect(row.locator(".paper-state")).to_contain_text("Tài liệu có mật khẩu")
    page.screenshot(path=SHOTS / "12-failed.png")
    answer(state="ready", done=12, total=12)
    page.reload()
    expect(row.locator(".paper-state")).to_be_empty(timeout=20_000)
    assert not page.errors


def text_of(data: bytes) -> str:
    return subprocess.run(["pdftotext", "-", "-"], input=data, capture_output=True, check=True).stdout.decode()


def test_a_copy_says_whose_it_is_and_a_signed_one_is_left_alone(office, meeting, tmp_path):
    paper = office.secretary.upload(meeting, pdf()).body
    original = office.secretary.get(paper["url"])
    assert original.data == pdf() and original.headers["X-Watermark"] == "none"
    copy = office.signed_in["delegate"].get(paper["url"])
    assert copy.headers["X-Watermark"] == "marked" and copy.data.startswith(pdf())
    (tmp_path / "copy.pdf").write_bytes(copy.data)
    checked = subprocess.run(["pdfinfo", str(tmp_path / "copy.pdf")], capture_output=True, text=True)
    assert "Pages:           2" in checked.stdout and not checked.stderr, checked.stderr
    for number in (1, 2):
        words = subprocess.run(["pdftotext", "-f", str(number), "-l", str(number), str(tmp_path / "copy.pdf"), "-"],
                               capture_output=True, text=True, check=True).stdout
        # Of letters that rise across the page pdftotext makes lines of its own.
        wanted = collections.Counter(f"Trang {number}" + "Huyện Ba Bể – Người delegate" * 3)
        assert collections.Counter(words) | collections.Counter({" ": 99}) >= wanted, words
    subprocess.run(["pdftoppm", "-r", "50", "-png", str(tmp_path / "copy.pdf"), str(SHOTS / "copy")], check=True)
    assert office.signed_in["delegate"].get(paper["url"] + "?original=1").status == 403
    assert office.secretary.get(paper["url"] + "?original=1").data == pdf()
    # A file in which nothing can be added is still to be read.
    broken = b"%PDF-1.7\nhong"
    paper = office.secretary.upload(meeting, broken).body
    assert office.signed_in["delegate"].get(paper["url"]).data == broken
    assert json.dumps(office.secretary.get(f"/api/papers/{paper['id']}/readings").body)


def test_a_paper_that_goes_packed_ends_with_its_last_byte(office, meeting):
    content = b"So lieu bao cao\n" * 20_000
    made = office.secretary.upload(meeting, content, "so-lieu.txt", kind="text/plain")
    assert made.status == 201, made.text
    # Whoever waits for more bytes than come waits until the connection is closed, a minute later.
    impatient = Caller(office.port, timeout=20, once=True).like(office.secretary)
    answer = impatient.get(f"/api/papers/{made.body['id']}", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip" and gzip.decompress(answer.data) == content
    assert impatient.get(f"/api/papers/{made.body['id']}").data == content
