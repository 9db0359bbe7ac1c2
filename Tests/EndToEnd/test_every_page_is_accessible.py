"""Every page and its states by axe (WCAG 2.1 AA), and the two acts that matter most by the keyboard alone."""

import json
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from support.browsers import follow_requests, settled, visit
from support.office import PASSWORD, PDF, Caller, Office
from support.pages import made
from support.recordings import put_recording, short_film, shown_pages

AXE = Axe()
# What is well is not asked for: of a long page it is megabytes.
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]},
         "resultTypes": ["violations"]}
LANGUAGES = ["vi", "en"]


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    with Office(tmp_path_factory.mktemp("office")) as running:
        running.meeting = running.book(
            title="Họp chuyên đề thủy lợi", start="2032-03-01T08:00", rule="FREQ=WEEKLY;COUNT=4", chair=running.person["chair"],
            people=[running.person["person"]], agenda=[{"title": "Báo cáo", "owner": "Chi cục", "minutes": 15}])
        running.secretary.upload(running.meeting.occurrence, PDF)
        put_recording(
            running.server.data, running.meeting.occurrence, pages={"a.webp": made(1, False)[1]["1-m.webp"]},
            film=short_film() | {"pages.json": shown_pages((0, 3, "0", 1, "a.webp"), (3, 6, "0", 1, "a.webp"))})
        sent = running.secretary.call(
            "POST", f"/api/occurrences/{running.meeting.occurrence}/invitations", {"scope": "series", "message": ""})
        assert sent.status == 200
        raised = running.secretary.call(
            "POST", "/api/emergencies", {"title": "Cháy rừng", "message": "", "sites": [running.site["organiser"]]})
        assert raised.status == 201
        running.emergency = raised.body["occurrence"]
        ended = running.secretary.call("POST", f"/api/emergencies/{running.emergency}/end", {})
        assert ended.status == 204
        yield running


def opened(browser, office, role, language="vi", width=1366):
    context = browser.new_context(
        ignore_https_errors=True, locale="vi-VN", viewport={"width": width, "height": 860},
        reduced_motion="reduce")
    context.add_init_script(f"localStorage.setItem('giaoban.language', '{language}')")
    caller: Caller = office.signed_in[role]
    if caller.cookie:
        name, value = caller.cookie.split("=", 1)
        context.add_cookies([{"name": name, "value": value, "url": office.server.url, "secure": True, "httpOnly": True}])
    page = context.new_page()
    page.failures = []
    page.on("pageerror", lambda error: page.failures.append(str(error)))
    follow_requests(page)
    return page


def go(page, office, path):
    visit(page, office.server.url + path)
    settled(page)


def findings(page, where) -> list[str]:
    """What axe calls serious or critical."""
    assert not page.failures, page.failures
    found = AXE.run(page, options=RULES).response["violations"]
    return [
        f"{where}: {one['id']} ({one['impact']}): " + "; ".join(node["html"][:160] for node in one["nodes"][:3])
        for one in found if one["impact"] in ("serious", "critical")
    ]


def pages(office) -> list[tuple[str, str]]:
    return [
        ("nobody", "/dang-nhap"), ("nobody", "/dang-nhap?error=expired"), ("nobody", "/tra-loi/khong-co"),
        ("nobody", "/khong-co-trang-nay"), ("secretary", "/?ngay=2032-03-01"), ("secretary", "/"), ("secretary", "/dat-lich"),
        ("secretary", f"/phien/{office.meeting.occurrence}"), ("delegate", f"/phien/{office.meeting.occurrence}"),
        ("secretary", f"/dinh-ky/{office.meeting.series}"), ("secretary", "/phien/999999"), ("delegate", "/giay-moi"),
        ("person", "/giay-moi"), ("administrator", "/don-vi"), ("administrator", f"/don-vi?id={office.unit['invited']}"),
        ("administrator", "/nguoi-dung"), ("administrator", "/bao-cao"), ("secretary", "/thu"), ("administrator", "/nhat-ky"),
        ("administrator", "/cai-dat"), ("secretary", "/luu-tru"), ("delegate", "/luu-tru?speaker=khong+co"),
        ("secretary", f"/phien/{office.meeting.occurrence}?ban-ghi=1"), ("delegate", f"/phien/{office.meeting.occurrence}?ban-ghi=1&luc=4"),
        ("secretary", "/trieu-tap"), ("secretary", f"/trieu-tap/{office.emergency}"),
        ("secretary", "/luu-tru/thoi-han"), ("auditor", "/luu-tru/thoi-han?hien=kept"),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page(office, browser, language):
    found, opened_by = [], {}
    for role, path in pages(office):
        page = opened_by.get(role) or opened_by.setdefault(role, opened(browser, office, role, language))
        go(page, office, path)
        assert page.evaluate("() => document.documentElement.lang") == language
        assert page.title(), path
        found += findings(page, f"{language} {role} {path}")
    for page in opened_by.values():
        page.context.close()
    assert not found, "\n".join(found)


def test_pages_on_a_telephone(office, browser):
    found = []
    for role, path in [("secretary", "/?ngay=2032-03-01"), ("delegate", f"/phien/{office.meeting.occurrence}"),
                       ("delegate", "/giay-moi"), ("secretary", "/dat-lich"), ("administrator", "/bao-cao"), ("secretary", "/luu-tru"),
                       ("secretary", f"/phien/{office.meeting.occurrence}?ban-ghi=1"), ("secretary", "/trieu-tap"), ("secretary", f"/trieu-tap/{office.emergency}")]:
        page = opened(browser, office, role, width=390)
        go(page, office, path)
        found += findings(page, f"390 px {role} {path}")
        wide = page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
        assert wide <= 1, f"{path} is {wide} px too wide"
        page.context.close()
    assert not found, "\n".join(found)


def buttons(page) -> list[str]:
    """Numbers of the buttons that may open a dialog."""
    return page.evaluate("""() => [...document.querySelectorAll('main button')]
        .filter((one) => one.offsetParent && !one.disabled && one.type !== 'submit')
        .map((one, index) => { one.dataset.index = index; return String(index); })""")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_dialog(office, browser, language):
    found, count = [], 0
    for role, path in [("secretary", f"/phien/{office.meeting.occurrence}"), ("administrator", f"/don-vi?id={office.unit['invited']}"), ("administrator", "/nguoi-dung"),
                       ("administrator", "/cai-dat")]:
        page = opened(browser, office, role, language)
        go(page, office, path)
        seen = set()
        for name in buttons(page)[:60]:
            button = page.locator(f"main button[data-index='{name}']")
            if not button.count() or not button.is_visible():
                continue
            words = (button.get_attribute("aria-label") or button.inner_text()).strip()
            # Rows of a table have the same dialog each.
            kind = re.sub(r"[:“].*|\\d+", "", words)[:12]
            if kind in seen:
                continue
            seen.add(kind)
            button.click()
            settled(page)
            if page.locator("dialog[open]").count():
                count += 1
                found += findings(page, f"{language} {path} [{words}]")
                page.keyboard.press("Escape")
                if page.locator("dialog[open]").count():
                    page.keyboard.press("Escape")
                expect(page.locator("dialog[open]")).to_have_count(0)
            if not page.url.endswith(path):
                go(page, office, path)
                buttons(page)
        page.context.close()
    assert count >= 8, f"only {count} dialogs opened"
    assert not found, "\n".join(found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_errors_are_shown_and_said(office, browser, language):
    found = []
    page = opened(browser, office, "nobody", language)
    go(page, office, "/dang-nhap")
    page.locator("form button[type=submit]").click()
    expect(page.locator("[aria-invalid=true]").first).to_be_visible()
    found += findings(page, f"{language} sign-in with errors")
    page.context.close()
    page = opened(browser, office, "secretary", language)
    go(page, office, "/dat-lich")
    page.locator(".booking-actions button[type=submit]").click()
    expect(page.locator("[aria-invalid=true]").first).to_be_visible()
    # Each wrong field names its sentence.
    for field in page.locator("[aria-invalid=true]").all():
        said = (field.get_attribute("aria-describedby") or field.get_attribute("aria-errormessage") or "").split()
        assert said and page.evaluate(
            "(ids) => ids.map((id) => document.getElementById(id)?.textContent ?? '').join('').trim().length", said) > 5
    found += findings(page, f"{language} booking with errors")
    page.context.close()
    assert not found, "\n".join(found)


# By the keyboard alone


def tab_to(page, matches: str, limit=150, back=False):
    """Tab until the element with the focus matches; it must be seen to have it."""
    for _ in range(limit):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        if page.evaluate("(matches) => document.activeElement?.matches(matches)", matches):
            assert page.evaluate("""() => {
                const style = getComputedStyle(document.activeElement), box = document.activeElement.getBoundingClientRect();
                const near = document.activeElement.closest('label, .field, .group-chip') ?? document.activeElement;
                const other = getComputedStyle(near);
                return box.width > 0 && (style.outlineStyle !== 'none' || style.boxShadow !== 'none'
                    || other.outlineStyle !== 'none' || other.boxShadow !== 'none');
            }"""), f"the focus on {matches} is not seen"
            return
    raise AssertionError(f"Tab does not reach {matches}")


def named(page, name: str) -> str:
    """A selector of the control with a label."""
    control = page.get_by_label(name, exact=True).first
    control.evaluate("(one, name) => one.setAttribute('data-named', name)", name)
    return f"[data-named={json.dumps(name, ensure_ascii=False)}]"


def test_a_weekly_meeting_is_booked_by_the_keyboard(office, browser):
    page = opened(browser, office, "nobody")
    go(page, office, "/dang-nhap")
    tab_to(page, "input[type=email]", 12)
    page.keyboard.type(office.email("secretary"))
    tab_to(page, "input[type=password]", 3)
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(office.server.url + "/")
    settled(page)
    tab_to(page, "a[href='/dat-lich']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/dat-lich")
    settled(page)
    if not page.evaluate("() => document.activeElement?.matches('form.booking input')"):
        tab_to(page, named(page, "Tên cuộc họp"))
    page.keyboard.type("Giao ban bằng bàn phím")
    tab_to(page, named(page, "Ngày"))
    page.keyboard.press("Control+a")
    page.keyboard.type("5/4/2032")
    tab_to(page, named(page, "Giờ bắt đầu"))
    page.keyboard.press("Control+a")
    page.keyboard.type("7h30")
    tab_to(page, named(page, "Lặp lại"))
    for _ in range(2):
        page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Lặp lại", exact=True)).to_have_value("weekly")
    tab_to(page, ".group-chip[data-group='kind:district']")
    page.keyboard.press("Space")
    expect(page.get_by_text("Đã chọn 8 điểm cầu").first).to_be_visible()
    tab_to(page, ".booking-actions button[type=submit]")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/phien/\d+"))
    expect(page.get_by_role("heading", name="Giao ban bằng bàn phím")).to_be_visible()
    # Where one has come to is where the keyboard is.
    assert page.evaluate("() => document.activeElement !== document.body")
    made = next(one for one in office.secretary.get("/api/series").body["series"] if one["title"] == "Giao ban bằng bàn phím")
    assert made["words"]["vi"].startswith("Thứ Hai hằng tuần, 7 giờ 30") and made["sites"] == 8
    page.context.close()


def test_an_invitation_is_answered_by_the_keyboard(office, browser):
    page = opened(browser, office, "delegate")
    go(page, office, f"/phien/{office.meeting.occurrence}")
    tab_to(page, ".mine button.accept, .mine .answer.accept")
    page.keyboard.press("Enter")
    expect(page.locator(".mine [aria-pressed=true]")).to_have_count(1)
    settled(page)
    tab_to(page, ".mine button.delegate, .mine .answer.delegate")
    page.keyboard.press("Space")
    page.keyboard.type("Nguyễn Văn Thay")
    page.keyboard.press("Enter")
    settled(page)
    expect(page.locator(".mine")).to_contain_text("Nguyễn Văn Thay")
    shown = office.secretary.get(f"/api/occurrences/{office.meeting.occurrence}").body
    mine = next(one for one in shown["invitees"] if one.get("site") == office.site["invited"])
    assert mine["answer"] == "delegate" and mine["delegate"]["name"] == "Nguyễn Văn Thay"
    page.context.close()


def test_a_dialog_keeps_the_keyboard_and_gives_it_back(office, browser):
    page = opened(browser, office, "secretary")
    go(page, office, f"/phien/{office.meeting.occurrence}")
    opener = page.get_by_role("button", name="Hủy phiên họp").first
    opener.focus()
    page.keyboard.press("Enter")
    expect(page.locator("dialog[open]")).to_be_visible()
    for _ in range(12):
        page.keyboard.press("Tab")
        assert page.evaluate("() => document.activeElement === document.body || Boolean(document.activeElement.closest('dialog'))")
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    assert opener.evaluate("(one) => one === document.activeElement")
    page.context.close()
