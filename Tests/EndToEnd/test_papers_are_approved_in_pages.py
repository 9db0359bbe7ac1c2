"""A paper's way of approval as its people see it: laid out, commented at a place of a page, signed by a copied command."""

import json
import os
import pathlib
import re
import subprocess

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from playwright.sync_api import expect

from support.approval import Approvals, a_pdf
from support.axe import findings
from support.browsers import follow_requests, settled, visit
from support.office import Office
from support.signing import Authority
from support.waiting import wait_for

PICTURES = pathlib.Path(os.environ["GIAOBAN_PICTURES"]) if "GIAOBAN_PICTURES" in os.environ else None


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture(scope="module")
def office(authority, tmp_path_factory):
    with Office(tmp_path_factory.mktemp("office"), ["--sign-roots", str(authority.roots)]) as running:
        yield running


@pytest.fixture(scope="module")
def approvals(office):
    return Approvals(office)


@pytest.fixture(scope="module")
def pdf(tmp_path_factory):
    return a_pdf(tmp_path_factory.mktemp("pdf"))


@pytest.fixture(scope="module")
def pictures(pdf, tmp_path_factory):
    """The pages as a conversion gives them."""
    folder = tmp_path_factory.mktemp("pages")
    (folder / "paper.pdf").write_bytes(pdf)
    subprocess.run(["pdftoppm", "-png", "-r", "110", str(folder / "paper.pdf"), str(folder / "page")], check=True)
    return sorted(folder.glob("*.png"))


@pytest.fixture
def opened(browser, office, pictures):
    contexts = []

    def open_as(role: str, language="vi"):
        context = browser.new_context(ignore_https_errors=True, locale="vi-VN", viewport={"width": 1366, "height": 768},
                                      reduced_motion="reduce", permissions=["clipboard-read", "clipboard-write"])
        contexts.append(context)
        context.add_init_script(f"localStorage.setItem('giaoban.language', '{language}')")
        name, value = office.signed_in[role].cookie.split("=", 1)
        context.add_cookies([{"name": name, "value": value, "url": office.server.url, "secure": True, "httpOnly": True}])
        page = context.new_page()
        page.failures = []
        page.on("pageerror", lambda error: page.failures.append(str(error)))
        # Whether and when a conversion is over is not what is tested here.
        pages = [{"n": number + 1, "width": 1240, "height": 1754, "bytes": {"s": 1, "m": 1, "l": 1}} for number in range(len(pictures))]
        answer = {"state": "ready", "done": len(pages), "total": len(pages), "message": None, "pages": pages}
        page.route(re.compile(r"/api/papers/\d+/pages$"),
                   lambda route: route.fulfill(status=200, content_type="application/json", body=json.dumps(answer)))
        page.route(re.compile(r"/api/papers/\d+/pages/\d+/m$"), lambda route: route.fulfill(
            status=200, content_type="image/png", path=str(pictures[int(route.request.url.split("/")[-2]) - 1])))
        follow_requests(page)
        return page

    yield open_as
    for context in contexts:
        context.close()


def go(page, office, path):
    visit(page, office.server.url + path)
    settled(page)


def picture(page, name):
    if PICTURES:
        page.screenshot(path=str(PICTURES / f"{name}.png"), full_page=True)


def choose(page, place, name):
    box = place.locator("input[role=combobox]")
    box.fill(name)
    page.get_by_role("option").filter(has_text=name).first.click()


def test_a_secretary_submits_a_paper_from_its_meeting(opened, office, pdf):
    meeting = office.book()
    office.secretary.upload(meeting.occurrence, pdf, title="Báo cáo kinh tế – xã hội tuần 48")
    page = opened("secretary")
    go(page, office, f"/phien/{meeting.occurrence}")
    picture(page, "meeting")
    page.get_by_role("link", name="Trình ký duyệt").click()
    steps = page.locator(".route-step")
    expect(steps).to_have_count(3)
    # What is missing is told at its field.
    page.get_by_role("button", name="Trình ký duyệt", exact=True).click()
    expect(page.get_by_text("Chưa chọn người thực hiện bước này.").first).to_be_visible()
    for number, people in enumerate([["Người delegate", "Người person"], ["Người chair"], ["Người auditor"]]):
        for name in people:
            choose(page, steps.nth(number), name)
    assert findings(page, "start") == []
    picture(page, "start")
    page.get_by_role("button", name="Trình ký duyệt", exact=True).click()
    expect(page).to_have_url(re.compile(r"/ky-duyet/\d+$"))
    expect(page.locator(".approval-steps .current")).to_contain_text("Cho ý kiến")
    route = page.url.rsplit("/", 1)[1]
    # The meeting's page says where it is, and does not offer to submit it again.
    go(page, office, f"/phien/{meeting.occurrence}")
    expect(page.get_by_role("link", name="Ký duyệt Báo cáo kinh tế – xã hội tuần 48: Đang lấy ý kiến")).to_have_attribute("href", f"/ky-duyet/{route}")
    expect(page.get_by_role("link", name="Trình ký duyệt")).to_have_count(0)
    assert "approval" not in office.signed_in["delegate"].get(f"/api/occurrences/{meeting.occurrence}").body["papers"][0]
    assert page.failures == []


def test_comments_are_pinned_where_somebody_has_pressed(opened, office, approvals, pdf):
    paper = approvals.paper(pdf, title="Kế hoạch phòng, chống thiên tai")
    route = approvals.start(paper, ("comment", "delegate", "person"), ("approve", "chair"), ("sign", "auditor"))["id"]
    page = opened("delegate")
    go(page, office, "/ky-duyet")
    picture(page, "list")
    assert findings(page, "list") == []
    page.get_by_role("link", name="Kế hoạch phòng, chống thiên tai").click()
    image = page.locator(".approval-sheet img").first
    expect(image).to_be_visible()
    image.click(position={"x": 200, "y": 150})
    expect(page.get_by_text("Tại vị trí đã chọn")).to_be_visible()
    page.get_by_label("Nội dung ý kiến").fill("Đề nghị bổ sung số liệu của các xã")
    page.get_by_role("button", name="Gửi ý kiến").click()
    pin = page.locator(".approval-pin")
    expect(pin).to_have_count(1)
    box, sheet = pin.bounding_box(), image.bounding_box()
    assert abs(box["x"] - sheet["x"] - 200) < 6 and abs(box["y"] + box["height"] - sheet["y"] - 150) < 6
    picture(page, "comments")
    assert findings(page, "comments") == []
    wait_for("the reading to be told", lambda: [
        reader for unit in office.secretary.get(f"/api/papers/{paper}/readings").body["units"] for reader in unit["readers"] if reader["pages"]], 20)
    page.get_by_role("button", name="Đã xử lý").click()
    expect(page.locator(".approval-pin.resolved")).to_have_count(1)
    page.get_by_role("button", name="Hoàn thành ý kiến").click()
    page.get_by_label("Ý kiến kèm theo").fill("Nhất trí")
    page.get_by_role("dialog").get_by_role("button", name="Phê duyệt", exact=True).or_(
        page.get_by_role("dialog").get_by_role("button", name="Hoàn thành ý kiến")).click()
    expect(page.locator(".approval-part.done")).to_contain_text("Nhất trí")
    assert approvals.detail(route)["steps"][0]["parts"][0]["state"] == "done"
    assert page.failures == []


def test_the_page_gives_a_command_that_signs_and_sees_the_signature_come(opened, office, approvals, authority, pdf):
    paper = approvals.paper(pdf, title="Quyết định phân công nhiệm vụ")
    route = approvals.start(paper, ("approve", "chair"), ("sign", "chair"), agency="Ủy ban nhân dân tỉnh Bắc Kạn",
                            number="12/QĐ-UBND")["id"]
    page = opened("chair")
    go(page, office, f"/ky-duyet/{route}")
    page.get_by_role("button", name="Phê duyệt", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Phê duyệt", exact=True).click()
    page.get_by_role("button", name="Ký số", exact=True).click()
    page.get_by_text("Chữ ký của cơ quan").click()
    picture(page, "sign")
    assert findings(page, "sign") == []
    page.get_by_role("button", name="Chuẩn bị ký").click()
    expect(page.get_by_text("Đang chờ chữ ký số")).to_be_visible()
    commands = page.locator(".signing-command code")
    page.get_by_role("dialog").get_by_role("button", name="Sao chép").nth(1).click()
    expect(page.get_by_text("Đã sao chép lệnh.")).to_be_visible()
    command = page.evaluate("navigator.clipboard.readText()")
    assert command == commands.nth(1).inner_text()
    picture(page, "waiting")
    assert findings(page, "waiting") == []
    ticket = re.search(r"--ticket (\S+)", command)[1]
    assert f"--server {office.server.url}" in command and "--p12" in command
    approvals.sign_with({"ticket": ticket}, authority.key_file("Người chair", rsa.generate_private_key(65537, 2048)))
    expect(page.get_by_text("Máy chủ đã nhận chữ ký số.")).to_be_visible(timeout=15_000)
    expect(page.locator(".signatures .valid")).to_contain_text("Người chair")
    expect(page.locator(".approval-facts")).to_contain_text("Chờ ban hành")
    picture(page, "signed")
    assert findings(page, "signed") == [] and page.failures == []


def test_the_pages_speak_english(opened, office, approvals, pdf):
    route = approvals.start(approvals.paper(pdf), ("approve", "chair"))["id"]
    page = opened("chair", "en")
    go(page, office, f"/ky-duyet/{route}")
    expect(page.get_by_role("button", name="Approve", exact=True)).to_be_visible()
    expect(page.get_by_text("There are no signatures.")).to_be_visible()
    assert page.failures == []
