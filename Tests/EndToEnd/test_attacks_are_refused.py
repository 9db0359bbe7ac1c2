"""Attacks on sign-in and sessions, tried against a real server: none of them works."""

import statistics
import time
from urllib.parse import quote

import pytest

from support.api import ADMINISTRATOR, PASSWORD
from support.office import Office
from support.routes import routes_of_the_server
from support.waiting import wait_for

# Another site's pages (CSRF)


def test_every_route_that_changes_something_wants_the_pages_token(office):
    unsafe = sorted((method, path) for method, path in routes_of_the_server() if method != "GET"
                    and path not in ("/api/session", "/api/setup", "/api/answers/:token")
                    # Devices and signers' machines come with a token of their own, and with no cookie.
                    and path not in ("/api/site/join", "/api/signing-ticket") or method == "DELETE")
    assert len(unsafe) > 30
    other = office.caller(ADMINISTRATOR)
    for method, path in unsafe:
        target = path.replace(":id", "1").replace(":date", "2031-05-05")
        for token in (None, "", "x", "A" * 43, other.csrf):
            headers = {} if token is None else {"X-CSRF-Token": token}
            answer = office.administrator.call(method, target, {}, csrf=False, headers=headers)
            assert (answer.status, answer.error.get("code")) == (403, "csrf"), (method, path, token, answer.text)


@pytest.mark.parametrize("headers", [
    {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"},
    {"Origin": "null"}, {"Origin": "https://127.0.0.1"},
], ids=lambda headers: " ".join(headers.values()))
def test_what_comes_from_another_site_is_refused(office, headers):
    caller = office.caller()
    for answer in (
        office.secretary.call("POST", "/api/series", office.form(), headers=headers),
        caller.try_password(office.email("person"), PASSWORD, headers=headers),
        caller.call("POST", "/api/answers/abc", {"answer": "accept"}, headers=headers),
        caller.call("POST", "/api/setup", {}, headers=headers),
    ):
        assert (answer.status, answer.error["code"]) == (403, "cross-site")
    assert caller.cookie is None


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_what_a_form_can_send_is_refused(office, kind):
    answer = office.secretary.call("POST", "/api/series", office.form(), kind=kind)
    assert answer.status == 415, answer.text
    caller = office.caller()
    assert caller.try_password(office.email("person"), PASSWORD, kind=kind).status == 415
    assert caller.cookie is None


# Sessions


def test_a_session_begins_with_a_secret_of_its_own(office):
    caller = office.caller()
    planted = caller.cookie = "__Host-giaoban=" + "A" * 43
    answer = caller.try_password(office.email("person"), PASSWORD)
    cookie = answer.headers["Set-Cookie"]
    assert answer.status == 200 and caller.cookie != planted
    assert {part.strip() for part in cookie.split(";")[1:]} >= {"Path=/", "Secure", "HttpOnly", "SameSite=Lax"}
    assert "domain" not in cookie.lower()
    first = caller.cookie
    caller.sign_in(office.email("person"))
    assert caller.cookie != first
    assert office.caller().get("/api/me", headers={"Cookie": planted}).status == 401


def test_signing_out_ends_the_session_on_the_server(office):
    caller = office.caller(office.email("person"))
    kept = caller.cookie
    assert caller.call("DELETE", "/api/session").status == 204
    assert office.caller().get("/api/me", headers={"Cookie": kept}).status == 401


def test_a_new_password_ends_the_other_sessions(office):
    office.add_person("doi-mat-khau", "other")
    one, other = (office.caller("doi-mat-khau@backan.example") for _ in range(2))
    new = "Mot hai ba bon nam"
    assert one.call("PUT", "/api/me/password", {"old": PASSWORD, "new": new}).status == 204
    assert one.get("/api/me").status == 200
    assert other.get("/api/me").status == 401
    assert office.caller().try_password("doi-mat-khau@backan.example", PASSWORD).status == 401
    office.caller("doi-mat-khau@backan.example", new)


# Guessing passwords


def test_passwords_cannot_be_tried_out(tmp_path):
    with Office(tmp_path) as office:
        caller = office.caller()
        victim = "nan-nhan@backan.example"
        office.add_person("nan-nhan", "other")
        wrong = [caller.try_password(victim, "sai mat khau").status for _ in range(10)]
        assert wrong[:6] == [401] * 6 and 429 in wrong
        throttled = caller.try_password(victim, PASSWORD)
        wait = int(throttled.headers["Retry-After"])
        assert throttled.status == 429 and 1 <= wait <= 8 and str(wait) in throttled.error["message"]
        # Others are not held up.
        assert caller.try_password(office.email("person"), PASSWORD).status == 200
        # One second more: Retry-After is in whole ones.
        wait_for("the right password to count again", lambda: caller.try_password(victim, PASSWORD).status == 200, wait + 1)
        # Nor does an open session help to try the old password out.
        session = office.caller(victim)
        tried = [session.call("PUT", "/api/me/password", {"old": "sai", "new": "Mot hai ba bon nam"}).status
                 for _ in range(10)]
        assert tried[:6] == [422] * 6 and 429 in tried
        # An account that is not there takes as long, and is told the same.
        def timed(address):
            began = time.monotonic()
            answer = caller.try_password(address, "sai mat khau")
            return time.monotonic() - began, answer.data

        known, unknown = ([timed(name) for name in names] for names in (
            [office.email(role) for role in ("person", "delegate", "stranger", "chair")],
            [f"khong-co-{number}@backan.example" for number in range(4)]))
        assert {text for _, text in known} == {text for _, text in unknown}
        assert statistics.median(t for t, _ in unknown) > 0.5 * statistics.median(t for t, _ in known)
        # One address, many accounts.
        answers = [caller.try_password(f"ai-{number}@backan.example", "sai mat khau").status for number in range(100)]
        assert answers.count(401) < 100 and answers[-1] == 429
        assert caller.try_password("moi-den@backan.example", PASSWORD).status == 429
        # Who has signed in here before still does.
        assert caller.try_password(office.email("secretary"), PASSWORD).status == 200


# Where a sign-in leads


@pytest.mark.parametrize("next", [
    "//evil.example/", "https://evil.example/", "/\\evil.example", "\\\\evil.example", "/\t/evil.example", "javascript:window.hit=1",
    "/%09/evil.example", "https:evil.example", "////evil.example", "/\n/evil.example"], ids=repr)
def test_a_sign_in_leads_to_pages_of_ours_only(office, browser, next):
    context = browser.new_context(ignore_https_errors=True, locale="vi-VN")
    page = context.new_page()
    page.goto(f"{office.server.url}/dang-nhap?next={quote(next, safe='')}")
    page.fill("input[type=email]", office.email("person"))
    page.fill("input[type=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_function("() => !location.pathname.startsWith('/dang-nhap')", timeout=10_000)
    assert page.evaluate("() => location.origin") == office.server.url
    assert page.evaluate("() => window.hit") is None
    context.close()
