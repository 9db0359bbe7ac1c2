"""A secretary's first day: signs in, books every Monday 7:30 with all districts, invites with a PDF."""

import pathlib
import re
import time

import pytest
from playwright.sync_api import expect

from support.server import Server
from support.waiting import wait_for

PASSWORD = "Giao ban 7 gio 30"
SHOTS = pathlib.Path(__file__).parent / "out" / "booking"

PDF = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj
trailer<</Root 1 0 R>>
%%EOF
"""


@pytest.fixture
def demo(tmp_path):
    letters = tmp_path / "letters"
    letters.mkdir()
    server = Server(tmp_path / "data", extra=["--demo", "--mail-relay", f"file://{letters}"])
    server.letters = letters
    server.start()
    yield server
    server.stop()


def new_secretary(server, browser):
    """Somebody who has never seen the system: the administrator makes the account."""
    context = browser.new_context(ignore_https_errors=True)
    me = context.request.post(
        f"{server.url}/api/session", data={"email": "quantri@backan.example", "password": PASSWORD}
    ).json()
    made = context.request.post(
        f"{server.url}/api/people",
        headers={"X-CSRF-Token": me["csrf"]},
        data={
            "name": "Phạm Thị Mới", "email": "moi@backan.example", "title": "Thư ký", "phone": "", "unit": 27,
            "password": "Ngay dau tien 2026", "roles": [{"role": "secretary", "unit": 1}],
        },
    )
    assert made.status == 201, made.text()
    context.close()


def test_a_new_user_books_every_monday_with_all_districts_and_invites_with_a_pdf(demo, tmp_path, playwright):
    SHOTS.mkdir(parents=True, exist_ok=True)
    paper = tmp_path / "Báo cáo tuần 48.pdf"
    paper.write_bytes(PDF)
    # As fast as somebody who reads before clicking: half a second an act, twelve letters a second.
    browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"], slow_mo=500)
    new_secretary(demo, browser)
    page = browser.new_context(
        ignore_https_errors=True, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh",
        viewport={"width": 1366, "height": 768},
    ).new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    begun = time.monotonic()
    page.goto(demo.url)
    page.get_by_label("Thư điện tử").press_sequentially("moi@backan.example", delay=20)
    page.get_by_label("Mật khẩu").press_sequentially("Ngay dau tien 2026", delay=20)
    page.get_by_role("button", name="Đăng nhập").click()
    page.get_by_role("link", name="Đặt lịch họp").first.click()
    page.get_by_label("Tên cuộc họp").press_sequentially("Giao ban đầu tuần với các huyện", delay=20)
    expect(page.get_by_label("Giờ bắt đầu")).to_have_value("07:30")
    page.get_by_label("Lặp lại").select_option(label="Hằng tuần")
    page.get_by_role("button", name=re.compile("Tất cả huyện")).click()
    expect(page.get_by_text("Đã chọn 8 điểm cầu").first).to_be_visible()
    page.get_by_label("Không mật").check()
    page.locator("input[type=file]").set_input_files(paper)
    expect(page.get_by_text("Thứ Hai hằng tuần").first).to_be_visible()
    page.screenshot(path=SHOTS / "1-filled-in.png")
    page.get_by_role("button", name="Đặt lịch và gửi giấy mời").click()
    page.wait_for_url(re.compile(r"/phien/\d+"))
    expect(page.get_by_role("heading", name="Giao ban đầu tuần với các huyện")).to_be_visible()
    seconds = time.monotonic() - begun
    page.screenshot(path=SHOTS / "2-booked.png", full_page=True)
    expect(page.get_by_text("Báo cáo tuần 48").first).to_be_visible()
    assert seconds < 120, f"{seconds:.0f} s"
    print(f"booked and invited after {seconds:.0f} s")
    wait_for("eight letters", lambda: len(list(demo.letters.glob("*.eml"))) >= 8, 20)
    letters = [file.read_bytes() for file in demo.letters.glob("*.eml")]
    assert len(letters) == 8
    assert all(b"method=REQUEST" in letter.replace(b'"', b"") and b"application/pdf" in letter for letter in letters)
    assert not errors
    browser.close()
