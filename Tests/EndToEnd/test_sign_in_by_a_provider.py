"""Signing in with an account that the office has at an OpenID Connect provider, in a real browser."""

import re
from urllib.parse import quote

import pytest

from support.browsers import follow_requests, settled
from support.oidc_provider import OIDCProvider
from support.office import Office

FLOW = "__Host-giaoban-oidc"
SESSION = "__Host-giaoban"


@pytest.fixture(scope="module")
def provider():
    with OIDCProvider() as running:
        yield running


@pytest.fixture(scope="module")
def office(tmp_path_factory, provider):
    folder = tmp_path_factory.mktemp("office")
    secret = folder / "secret"
    secret.write_text(provider.client_secret, encoding="utf-8")
    running = Office(folder, extra=[
        "--oidc-issuer", provider.issuer, "--oidc-client", provider.client_id, "--oidc-secret-file", str(secret),
        "--oidc-name", "Định danh tỉnh"])
    # The way back is the address that people open.
    running.server.page_host = "localhost"
    provider.redirect_uris.add(f"https://localhost:{running.server.port}/auth/oidc/callback")
    with running:
        made = running.administrator.call("POST", "/api/people", {
            "name": "Nguyễn Thị Hòa", "email": "hoa.nguyen@backan.example", "title": "", "phone": "",
            "unit": running.unit["invited"], "roles": [{"role": "delegate", "unit": running.unit["invited"]}]})
        assert made.status == 201, made.text
        running.hoa = made.body["id"]
        yield running


@pytest.fixture
def page(browser, provider):
    provider.faults.clear()
    context = browser.new_context(ignore_https_errors=True, locale="vi-VN")
    made = context.new_page()
    follow_requests(made)
    yield made
    context.close()


def cookies(page) -> dict[str, dict]:
    return {cookie["name"]: cookie for cookie in page.context.cookies()}


def press(page, office, who="Nguyễn Thị Hòa", path="/dang-nhap"):
    """From the sign-in page to the provider and back."""
    page.goto(office.server.url + path)
    page.get_by_role("link", name="Đăng nhập bằng Định danh tỉnh").click()
    page.get_by_role("button", name=who).click()
    page.wait_for_url(re.compile(re.escape(office.server.url) + ".*"))
    settled(page)


def said(page) -> str:
    return page.get_by_role("alert").inner_text()


def test_a_person_signs_in(office, page):
    press(page, office)
    assert page.evaluate("async () => (await (await fetch('/api/me')).json()).person.id") == office.hoa
    kept = cookies(page)
    assert FLOW not in kept
    assert kept[SESSION]["httpOnly"] and kept[SESSION]["secure"] and kept[SESSION]["sameSite"] == "Lax"


def test_the_page_that_was_wanted_opens(office, page):
    page.goto(f"{office.server.url}/giay-moi?loc=chua")
    page.wait_for_url("**/dang-nhap**")
    page.get_by_role("link", name="Đăng nhập bằng Định danh tỉnh").click()
    page.get_by_role("button", name="Nguyễn Thị Hòa").click()
    page.wait_for_url(office.server.url + "/giay-moi?loc=chua")


@pytest.mark.parametrize("next", [
    "https://evil.example/", "//evil.example/", "/\\evil.example", "/\t/evil.example", "javascript:alert(1)", "/api/me",
    "/auth/oidc/start", "evil.example", "/x\r\nSet-Cookie: a=b", "/" + "x" * 600], ids=repr)
def test_no_other_place_does(office, page, next):
    page.goto(f"{office.server.url}/auth/oidc/start?next={quote(next, safe='')}")
    page.get_by_role("button", name="Nguyễn Thị Hòa").click()
    page.wait_for_url(office.server.url + "/")
    assert set(cookies(page)) == {SESSION}


@pytest.mark.parametrize("fault", [
    "nonce", "audience", "issuer", "expired", "signature", "alg-none", "alg-hs256", "key-unpublished", "token-500"])
def test_an_answer_that_is_not_for_us_is_refused_with_a_sentence(office, page, provider, fault):
    provider.faults.add(fault)
    press(page, office, path="/dang-nhap?next=%2Fgiay-moi")
    assert "/dang-nhap" in page.url and "mật khẩu" in said(page), said(page)
    assert "next=%2Fgiay" in page.url
    assert set(cookies(page)) & {SESSION, FLOW} == set()


def test_a_refusal_at_the_provider_is_told(office, page):
    press(page, office, who="Từ chối")
    assert said(page) == "Việc đăng nhập đã bị hủy hoặc bị từ chối tại hệ thống định danh."


def test_who_has_no_account_is_told_whom_to_ask(office, page, provider):
    provider.people["nv-0003"] = {"email": "khach@khac.example", "email_verified": True, "name": "Khách"}
    press(page, office, who="Khách")
    assert "quản trị" in said(page)
    assert SESSION not in cookies(page)


def test_an_address_that_is_not_verified_opens_nothing(office, page, provider):
    provider.people["nv-0004"] = {"email": "thuky@backan.example", "email_verified": False, "name": "Kẻ giả"}
    press(page, office, who="Kẻ giả")
    assert SESSION not in cookies(page)


def test_words_in_the_address_are_not_the_servers(office, page):
    page.goto(office.server.url + "/dang-nhap?error=oidc&reason=Chuyen%20tien%20ngay")
    assert "Chuyen tien" not in said(page) and "không thành công" in said(page)


def test_a_way_back_that_nobody_asked_for_signs_nobody_in(office, page, provider):
    page.goto(f"{office.server.url}/auth/oidc/start")
    address = provider.answer(
        dict(re.findall(r"[?&](\w+)=([^&]+)", page.url)) | {
            "redirect_uri": f"{office.server.url}/auth/oidc/callback"}, "nv-0001")
    # The same link in another browser: its cookie is not there.
    stranger = page.context.browser.new_context(ignore_https_errors=True, locale="vi-VN").new_page()
    follow_requests(stranger)
    stranger.goto(address)
    assert "/dang-nhap" in stranger.url and "hết hạn" in said(stranger)
    assert SESSION not in cookies(stranger)
    stranger.context.close()
    page.goto(f"{office.server.url}/auth/oidc/callback?code=x&state=y")
    assert "/dang-nhap" in page.url and SESSION not in cookies(page) and FLOW not in cookies(page)


def test_an_account_stays_its_persons_when_addresses_change(office, page, provider):
    before = provider.people["nv-0001"]
    press(page, office)
    try:
        provider.people["nv-0001"] = before | {"email": "hoa.moi@backan.example"}
        page.context.clear_cookies()
        press(page, office)
        assert page.evaluate("async () => (await (await fetch('/api/me')).json()).person.id") == office.hoa
        # The old address has gone to another person, who is not let into the account by it.
        provider.people["nv-0005"] = before | {"name": "Người mới"}
        page.context.clear_cookies()
        press(page, office, who="Người mới")
        assert SESSION not in cookies(page) and "quản trị" in said(page)
    finally:
        provider.people["nv-0001"] = before


def test_an_account_that_is_withdrawn_is_closed_to_the_provider_too(office, page):
    path = f"/api/people/{office.hoa}"
    assert office.administrator.call("PATCH", path, {"active": False}).status == 200
    try:
        press(page, office)
        assert SESSION not in cookies(page) and "quản trị" in said(page)
    finally:
        assert office.administrator.call("PATCH", path, {"active": True}).status == 200


def test_english_speakers_are_told_in_english(office, page, provider):
    provider.faults.add("signature")
    page.goto(office.server.url + "/dang-nhap")
    page.get_by_role("button", name="English").click()
    page.get_by_role("link", name=re.compile("Định danh tỉnh")).click()
    page.get_by_role("button", name="Nguyễn Thị Hòa").click()
    settled(page)
    assert "provider's answer is not valid" in said(page)
