"""Nonsense gets a sentence that says what to mend, at its field and in the reader's language; nothing typed is lost."""

import pytest
from playwright.sync_api import expect

from support.office import PASSWORD, Office


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    with Office(tmp_path_factory.mktemp("office")) as running:
        running.meeting = running.book()
        yield running


def nonsense(office) -> list[tuple[str, str, dict, set[str]]]:
    """Forms, and the fields that must be named."""
    meeting, other = f"/api/occurrences/{office.meeting.occurrence}", office.unit["other"]
    return [
        ("POST", "/api/series", {}, {"title", "start", "minutes", "sites"}),
        ("POST", "/api/series", office.form(title=" ", start="mai", minutes=0, form="x", holidays="x", sites=[999999]),
         {"title", "start", "minutes", "form", "holidays", "sites"}),
        ("POST", "/api/series", office.form(rule="FREQ=NEVER"), {"rule"}),
        ("POST", "/api/series", office.form(minutes="ba mươi"), {"minutes"}),
        ("POST", "/api/series", office.form(sites=["một"]), {"sites.0"}),
        ("POST", "/api/series", office.form(people=[999999]), {"people"}),
        ("POST", "/api/series", office.form(chair=999999), {"chair"}),
        ("POST", "/api/series", office.form(agenda=[{"title": "", "minutes": -1}]), {"agenda.0.title", "agenda.0.minutes"}),
        ("PATCH", meeting, {"scope": "x"}, {"scope"}),
        ("PATCH", meeting, {"scope": "this", "start": "x"}, {"start"}),
        ("PATCH", meeting, {"scope": "this", "rule": "FREQ=DAILY"}, {"rule"}),
        ("POST", f"{meeting}/cancel", {"scope": "this", "reason": ""}, {"reason"}),
        ("POST", f"{meeting}/invitations", {"scope": "x"}, {"scope"}),
        ("POST", f"{meeting}/answer", {"site": office.site["invited"], "answer": "maybe"}, {"answer"}),
        ("POST", f"{meeting}/answer", {"site": office.site["invited"], "answer": "delegate"}, {"delegateName"}),
        ("POST", f"{meeting}/links", {"title": "", "url": "ftp://x"}, {"title", "url"}),
        ("PUT", f"{meeting}/attendance", {"site": office.site["invited"], "attendance": "x"}, {"attendance"}),
        ("POST", "/api/units", {"code": "Đơn vị", "name": "", "kind": "?", "email": "x", "parent": 999999},
         {"code", "name", "kind", "email", "parent"}),
        ("POST", f"/api/units/{other}/merge", {}, {"into", "date"}),
        ("PATCH", f"/api/units/{other}", {"name": "x" * 300, "from": "31/12/2026"}, {"name", "from"}),
        ("POST", "/api/sites", {}, {"unit"}),
        ("PATCH", f"/api/sites/{office.site['other']}", {"down": 1, "device": "x", "technician": {"phone": "abc", "email": "x"}},
         {"down", "device", "technician.phone", "technician.email"}),
        ("POST", f"/api/sites/{office.site['other']}/device-tokens", {}, {"name"}),
        ("POST", "/api/people", {"name": "", "email": "x"}, {"name", "email"}),
        ("POST", "/api/people", {"name": "A", "email": "thuky@backan.example"}, {"email"}),
        ("POST", "/api/people", {"name": "A", "email": "a@b.example", "password": "123"}, {"password"}),
        ("PUT", "/api/me/password", {"old": PASSWORD, "new": "1"}, {"new"}),
        ("PUT", "/api/settings", {"siteCap": 1, "mailFrom": "x", "targets": {"commune": 101}},
         {"siteCap", "mailFrom", "targets.commune"}),
        ("PUT", "/api/holidays/2026-13-01", {"kind": "x", "name": ""}, {"date", "kind", "name"}),
        ("GET", "/api/calendar", None, {"from", "to"}), ("GET", "/api/holidays?year=x", None, {"year"}),
        ("GET", "/api/people?unit=x", None, {"unit"}),
        ("POST", "/api/freetimes", {"minutes": 9999, "from": "2031-01-06", "to": "2031-01-07", "earliest": "7h"},
         {"minutes", "earliest"}),
    ]


def test_every_form_says_what_to_mend_in_both_languages(office):
    for method, path, form, fields in nonsense(office):
        said = {}
        for language in ("vi", "en"):
            answer = office.administrator.call(method, path, form, headers={"Accept-Language": language})
            assert answer.status == 422, (method, path, form, answer.status, answer.text)
            assert set(answer.fields) >= fields, (method, path, form, answer.fields)
            for sentence in [answer.error["message"], *answer.fields.values()]:
                assert len(sentence) > 5 and not sentence[0].islower() and sentence.endswith((".", "?", "!")), sentence
            said[language] = answer.fields
        assert all(said["vi"][field] != said["en"][field] for field in fields), said


def test_a_booking_keeps_what_was_typed_through_errors_a_reload_and_an_ended_session(office, browser):
    context = browser.new_context(ignore_https_errors=True, locale="vi-VN")
    page = context.new_page()
    page.goto(office.server.url + "/dang-nhap?next=/dat-lich")
    page.fill("input[type=email]", office.email("secretary"))
    page.fill("input[type=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/dat-lich")
    name = page.get_by_label("Tên cuộc họp")
    name.fill("Họp giữ chữ đã gõ")
    page.get_by_label("Ghi chú").fill("Mang theo số liệu")
    send = page.locator(".booking-actions button[type=submit]")
    # No site is chosen: it is said, and all stays.
    send.click()
    expect(page.locator("[aria-invalid=true]").first).to_be_visible()
    expect(name).to_have_value("Họp giữ chữ đã gõ")
    page.reload()
    expect(name).to_have_value("Họp giữ chữ đã gõ")
    expect(page.get_by_label("Ghi chú")).to_have_value("Mang theo số liệu")
    # The page asks by itself what such a booking would be, and last when the sites are busy: none of it may find the
    # session ended.
    with page.expect_response(lambda answer: "/api/freebusy?" in answer.url):
        page.locator(".group-chip[data-group='kind:district']").click()
    # The session ends elsewhere meanwhile.
    assert page.evaluate("""async () => {
        const me = await (await fetch('/api/me')).json();
        return (await fetch('/api/session', {method: 'DELETE', headers: {'X-CSRF-Token': me.csrf}})).status;
    }""") == 204
    send.click()
    box = page.locator("dialog[open]")
    expect(box).to_be_visible()
    box.locator("input[type=password]").fill("sai mat khau")
    page.keyboard.press("Enter")
    expect(box).to_contain_text("không đúng")
    box.locator("input[type=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/phien/*")
    expect(page.get_by_role("heading", name="Họp giữ chữ đã gõ")).to_be_visible()
    context.close()
