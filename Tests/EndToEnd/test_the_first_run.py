"""An empty server asks for the province and its first administrator."""

import re

import pytest
from playwright.sync_api import expect

from support.api import PASSWORD
from support.browsers import CHROMIUM_FLAGS
from support.server import Server


@pytest.fixture
def server(tmp_path):
    with Server(tmp_path / "data") as running:
        yield running


def test_the_provinces_name_is_asked_for_and_not_guessed(server, playwright):
    browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM_FLAGS)
    try:
        page = browser.new_context(ignore_https_errors=True, locale="vi-VN").new_page()
        page.goto(f"{server.url}/thiet-lap")
        province = page.get_by_label("Tên tỉnh hoặc cơ quan")
        expect(province).to_have_value("")
        expect(province).to_have_attribute("placeholder", re.compile("Tỉnh"))
        page.get_by_label("Họ và tên").fill("Nguyễn Văn Quản")
        page.get_by_label("Thư điện tử").fill("quantri@laocai.example")
        for field in page.locator("input[type=password]").all():
            field.fill(PASSWORD)
        page.locator("form button[type=submit]").click()
        # What is left empty is asked for again.
        expect(page).to_have_url(re.compile("/thiet-lap$"))
        province.fill("Tỉnh Lào Cai")
        page.locator("form button[type=submit]").click()
        expect(page.locator("body")).to_contain_text("Tỉnh Lào Cai", timeout=20_000)
    finally:
        browser.close()
