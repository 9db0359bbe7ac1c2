"""A line that loses a part of a page: the page says so and asks again, until it has come whole."""

import pytest

from support.waiting import wait_for

PAGES = {
    "the call": ("/r/demo", "**/js/room-state.js", "Họ và tên"),
    "the call, without its words": ("/r/demo", "**/locales/vi.json", "Họ và tên"),
    "the office": ("/", "**/js/shell.js", "Mật khẩu"),
    "an unattended site": ("/site", "**/kiosk/site.js", "Thiết bị này chưa có mã"),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_which_a_part_is_lost_comes_by_itself(province_for_all, browser, name):
    address, part, words = PAGES[name]
    context = browser.new_context(ignore_https_errors=True, locale="vi-VN")
    page = context.new_page()
    lost = []

    def lose(route):
        if len(lost) == 2:
            route.continue_()
        else:
            lost.append(route.request.url)
            route.abort("internetdisconnected")

    page.route(part, lose)
    page.goto(province_for_all.url + address)
    if name != "the call, without its words":
        wait_for("its words of excuse", lambda: page.locator("p[role=alert]", has_text="đang tự tải lại").count() > 0, 5, 0.02)
    page.get_by_text(words).first.wait_for(timeout=10_000)
    assert len(lost) == 2
    assert page.locator("p[role=alert]", has_text="đang tự tải lại").count() == 0
    context.close()
