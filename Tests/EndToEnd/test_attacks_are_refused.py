"""Attacks on the scheduler, tried against a real server: none of them works, and none ends it."""

import email
import email.policy
import http.client
import pathlib
import re
import statistics
import time

import pytest

from support.browsers import CHROMIUM_FLAGS
from support.office import ADMINISTRATOR, PASSWORD, PDF, Office
from support.waiting import wait_for
from test_rights_of_every_route import routes_of_the_server

MARKUP = ['<script>window.hit = 1</script>', '"><img src=x onerror="window.hit = 1">', "<svg/onload=window.hit=1>",
          "{{constructor.constructor('window.hit=1')()}}", "</title><script>window.hit=1</script>"]
SQL = ["'", "''", "' OR '1'='1", "'; DROP TABLE person; --", '" OR ""="', "%", "_", "\\", "1 OR 1=1", "/*", "*/", "--",
       ");--", "x' UNION SELECT password FROM person --", "\x00", "a\x00b", "NULL", "0x27", "‘ OR 1=1", "\ud83d".encode(
           "utf-8", "surrogatepass").decode("utf-8", "replace")]

@pytest.fixture(scope="module")
def office(tmp_path_factory):
    with Office(tmp_path_factory.mktemp("office")) as running:
        yield running
        assert running.is_the_same_process()


@pytest.fixture(scope="module")
def browser(playwright):
    running = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM_FLAGS)
    yield running
    running.close()


def everything_under(folder: pathlib.Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file() and file.name != "log")


# Another site's pages (CSRF)


def test_every_route_that_changes_something_wants_the_pages_token(office):
    unsafe = sorted((method, path) for method, path in routes_of_the_server() if method != "GET"
                    and path not in ("/api/session", "/api/setup", "/api/answers/:token") or method == "DELETE")
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


# Injection


def test_sql_in_queries_stays_text(office):
    caller = office.administrator
    units = len(caller.get("/api/units").body["units"])
    people = len(caller.get("/api/people").body["people"])
    paths = ["/api/people?q={}", "/api/people?unit={}", "/api/audit?q={}", "/api/audit?before={}",
             "/api/calendar?from={}&to=2031-01-31", "/api/calendar?from=2031-01-01&to=2031-01-31&unit={}",
             "/api/mail?state={}", "/api/mail?occurrence={}", "/api/holidays?year={}",
             "/api/freebusy?sites={}&from=2031-01-01&to=2031-01-31", "/api/occurrences/{}", "/api/series/{}",
             "/api/papers/{}", "/api/units/{}/history", "/api/answers/{}", "/api/sites/{}/device-tokens"]
    from urllib.parse import quote

    for path in paths:
        for text in SQL:
            answer = caller.get(path.format(quote(text, safe="")))
            assert answer.status in (200, 404, 422, 400), (path, text, answer.status, answer.text)
    for text in ("%", "_", "' OR '1'='1", "\\"):
        assert caller.get(f"/api/people?q={quote(text)}").body["people"] == []
    assert caller.get("/api/audit?q=%25").body["lines"] == []
    assert len(caller.get("/api/units").body["units"]) == units
    assert len(caller.get("/api/people").body["people"]) == people


def test_sql_in_forms_stays_text(office):
    for text in SQL:
        answer = office.secretary.call("POST", "/api/series", office.form(title=text, notes=text, agenda=[
            {"title": text, "owner": text, "minutes": 1}]))
        if answer.status == 201:
            shown = office.secretary.get(f"/api/series/{answer.body['id']}").body
            assert shown["title"] == text and shown["notes"] == text and shown["agenda"][0]["owner"] == text
        else:
            assert answer.status == 422 and answer.fields, (text, answer.text)
        for path, form in [
            ("/api/session", {"email": text, "password": text}), ("/api/people", {"name": text, "email": text}),
            ("/api/units", {"code": text, "name": text, "kind": text, "email": text}),
            ("/api/sites", {"unit": office.unit["other"], "name": "x", "line": text, "device": text}),
        ]:
            assert office.administrator.call("POST", path, form).status in (201, 401, 422, 429), (path, text)


def test_line_ends_do_not_get_into_names_and_headers(office):
    for text in ("Họp\r\nBcc: ai@evil.example", "Họp\nX: y", "Họp\r\n\r\n<html>", "Họp\u0085X", "Họp\x00"):
        assert "title" in office.secretary.call("POST", "/api/series", office.form(title=text)).fields
        assert "name" in office.administrator.call(
            "POST", "/api/people", {"name": text, "email": "a@b.example", "unit": office.unit["other"]}).fields
        assert "name" in office.administrator.call(
            "PATCH", f"/api/units/{office.unit['other']}", {"name": text}).fields
        assert "mailName" in office.administrator.call("PUT", "/api/settings", {"mailName": text}).fields
    for address in ("a@b.example\r\nBcc: c@d.example", "a@b.example, c@d.example", "a@b.example>", "<a@b.example",
                    "a b@c.example", "a@b.example\x00", "@", "a@@b.example"):
        assert "email" in office.administrator.call(
            "PATCH", f"/api/units/{office.unit['other']}", {"email": address}).fields, address
        assert "delegateEmail" in office.signed_in["delegate"].call(
            "POST", f"/api/occurrences/{office.book().occurrence}/answer",
            {"site": office.site["invited"], "answer": "delegate", "delegateName": "Ai", "delegateEmail": address}).fields


def sent_letters(office) -> list[email.message.EmailMessage]:
    folder = office.server.data.parent / "sent"
    found = []
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            found.append(email.message_from_bytes(file.read_bytes(), policy=email.policy.default))
    return found


def test_letters_carry_markup_as_text(office):
    title = 'Họp <script>alert(1)</script> "><img src=x onerror=alert(1)> & nữa'
    name = 'Bà "Hoa" <ai@evil.example>, x'
    assert office.administrator.call(
        "PATCH", f"/api/units/{office.unit['invited']}", {"name": name}).status == 200
    meeting = office.book(title=title, notes=MARKUP[1], agenda=[{"title": MARKUP[0], "owner": MARKUP[1], "minutes": 5}])
    answer = office.secretary.call(
        "POST", f"/api/occurrences/{meeting.occurrence}/invitations", {"scope": "this", "message": MARKUP[0]})
    assert answer.status == 200 and answer.body["mail"] >= 1
    letters = wait_for("the letters", lambda: [
        letter for letter in sent_letters(office) if "script" in str(letter["Subject"])], 20)
    for letter in letters:
        assert len(letter["To"].addresses) == 1 and "evil" not in letter["To"].addresses[0].addr_spec
        assert letter["Bcc"] is None
        pages = [part.get_content() for part in letter.walk() if part.get_content_type() == "text/html"]
        assert pages
        for page in pages:
            assert "&lt;script&gt;" in page
            assert not re.search(r"<(script|img|svg)\b[^>]*(alert|hit|onerror)|<script", page), page


def test_markup_in_names_and_titles_does_nothing_in_pages(office, browser):
    admin = office.administrator
    texts = " ".join(MARKUP)[:190]
    unit = admin.call("POST", "/api/units", {"code": "xss", "parent": office.unit["invited"], "name": texts,
                                             "kind": "commune"}).body["id"]
    site = admin.call("POST", "/api/sites", {"unit": unit, "name": texts[:110], "technician": {"name": texts[:110]}})
    assert site.status == 201, site.text
    person = admin.call("POST", "/api/people", {
        "name": texts[:110], "email": "xss@backan.example", "title": texts[:110], "unit": office.unit["organiser"],
        "password": PASSWORD, "roles": [{"role": "secretary", "unit": office.unit["organiser"]}]})
    assert person.status == 201, person.text
    import datetime

    soon = datetime.date.today() + datetime.timedelta(days=2)
    made = office.caller("xss@backan.example").call("POST", "/api/series", office.form(
        title=texts, notes=texts, start=f"{soon}T05:00", rule="FREQ=DAILY;COUNT=3", people=[person.body["id"]],
        chair=person.body["id"], agenda=[{"title": texts, "owner": texts, "minutes": 5}],
        sites=[office.site["organiser"], site.body["id"]]))
    assert made.status == 201, made.text
    occurrence, series = made.body["occurrence"], made.body["id"]
    office.secretary.upload(occurrence, PDF, title=texts, filename='a"><img src=x onerror=window.hit=1>.pdf')
    office.secretary.call("POST", f"/api/occurrences/{occurrence}/links", {"title": texts, "url": "https://x.example/\"><script>"})
    bad = office.secretary.call("POST", f"/api/occurrences/{occurrence}/links", {"title": "x", "url": "javascript:alert(1)"})
    assert bad.status == 422 and "url" in bad.fields
    office.secretary.call("POST", f"/api/occurrences/{occurrence}/answer", {
        "site": office.site["organiser"], "answer": "delegate", "delegateName": texts[:110], "note": texts})
    office.secretary.call("POST", f"/api/occurrences/{occurrence}/invitations", {"scope": "series", "message": texts})

    context = browser.new_context(ignore_https_errors=True, locale="vi-VN")
    name, value = office.caller("xss@backan.example").cookie.split("=", 1)
    context.add_cookies([{"name": name, "value": value, "url": office.server.url, "secure": True, "httpOnly": True}])
    page = context.new_page()
    boxes = []
    page.on("dialog", lambda dialog: (boxes.append(dialog.message), dialog.dismiss()))
    for path in (f"/?ngay={soon}", f"/phien/{occurrence}", f"/dinh-ky/{series}", "/dat-lich", "/giay-moi", "/don-vi",
                 "/nguoi-dung", "/thu", "/bao-cao", "/nhat-ky", "/dang-nhap?next=" + MARKUP[0]):
        page.goto(office.server.url + path)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("() => window.hit") is None and not boxes, path
        assert page.evaluate("() => document.querySelectorAll('img[src=x], svg[onload], [onerror]').length") == 0, path
    page.goto(f"{office.server.url}/phien/{occurrence}")
    page.wait_for_load_state("networkidle")
    assert "<script>window.hit" in page.inner_text("body")
    # And if one got in after all, the browser would not run it: it says of each of the three that it does not (CSP3 §5).
    page.evaluate("""() => new Promise((refused) => {
        let count = 0;
        document.addEventListener('securitypolicyviolation', () => { if (++count === 3) refused(); });
        const script = document.createElement('script'); script.textContent = 'window.hit = 2'; document.body.append(script);
        document.body.insertAdjacentHTML('beforeend', '<img src=x onerror="window.hit = 3"><a id=away href="javascript:window.hit=4">x</a>');
        document.querySelector('#away').click();
    })""")
    assert page.evaluate("() => window.hit") is None
    context.close()


# Files


def test_no_path_leads_out_of_the_pages(office):
    outside = ["units.csv", "token-secret", "database", "root:", "PRIVATE KEY"]
    for prefix in ("/app/", "/assets/", "/"):
        for path in ("../directory/units.csv", "../../Package.swift", "%2e%2e/directory/units.csv", "..%2fdirectory%2funits.csv",
                     "..\\directory\\units.csv", "%2e%2e%2f%2e%2e%2fetc%2fpasswd", "/etc/passwd", "//etc/passwd",
                     "js/../../directory/units.csv", ".hidden.js", "js/%00app.js", "%c0%ae%c0%ae/units.csv", "....//x.json",
                     "../openapi.json", "js/./app.js"):
            connection = http.client.HTTPConnection("127.0.0.1", office.server.http_port, timeout=10)
            connection.request("GET", prefix + path)
            answer = connection.getresponse()
            text = answer.read().decode(errors="replace")
            connection.close()
            assert answer.status in (400, 404), (prefix + path, answer.status)
            assert not any(word in text for word in outside)


@pytest.mark.parametrize(("filename", "data"), [
    ("bao-cao.pdf", b"<!doctype html><script>alert(1)</script>"), ("bao-cao.pdf", b"MZ\x90\x00" + b"\0" * 100),
    ("bao-cao.docx", b"%PDF-1.7"), ("anh.png", b"<svg onload=alert(1)>"), ("trang.html", b"<html>"),
    ("trang.svg", b"<svg/>"), ("chay.exe", b"MZ"), ("van-ban.txt", b"\0\1\2"), ("rong.pdf", b""),
    ("../../ra-ngoai.pdf", PDF), ("..\\ra-ngoai.pdf", PDF), (".htaccess", b"x"), ("a/b.pdf", PDF), ("a\0.pdf", PDF),
    ("a\r\nX: y.pdf", PDF), ("x" * 300 + ".pdf", PDF), ("", PDF), ("pdf", PDF + b"1"),
], ids=lambda value: repr(value)[:24])
def test_files_that_are_not_what_they_say_are_refused(office, filename, data):
    meeting = office.book()
    answer = office.secretary.upload(meeting.occurrence, data + b"mark-2f9c" if data else data, filename=filename)
    if filename == "pdf":
        assert answer.status in (201, 422)
        return
    assert answer.status == 422 and answer.fields, answer.text
    assert b"mark-2f9c" not in everything_under(office.server.data)
    assert not list(office.server.data.rglob("new-*")) and not list(office.server.data.parent.rglob("ra-ngoai*"))


@pytest.mark.parametrize("level", ["mat", "toi-mat", "tuyet-mat", "", "khac", "MAT", "thuong\0"])
def test_no_byte_of_a_classified_paper_is_kept(office, level):
    meeting = office.book()
    mark = b"noi-dung-mat-7d41"
    answer = office.secretary.upload(meeting.occurrence, PDF + mark * 100_000, classification=level)
    assert answer.status == 422, answer.text
    assert mark not in everything_under(office.server.data)
    assert office.secretary.get(f"/api/occurrences/{meeting.occurrence}").body["papers"] == []


def test_a_file_that_is_too_large_leaves_nothing(office):
    meeting = office.book()
    before = set(office.server.data.rglob("*"))
    # The answer may come before the last byte is taken.
    connection = http.client.HTTPConnection("127.0.0.1", office.server.http_port, timeout=60)
    path = f"/api/occurrences/{meeting.occurrence}/papers?title=x&classification=thuong&scope=this&filename=a.pdf"
    connection.putrequest("POST", path)
    for name, value in {"Cookie": office.secretary.cookie, "X-CSRF-Token": office.secretary.csrf,
                        "Content-Length": str(51 << 20)}.items():
        connection.putheader(name, value)
    connection.endheaders()
    try:
        for _ in range(51):
            connection.send(PDF + b"x" * ((1 << 20) - len(PDF)))
    except (BrokenPipeError, ConnectionResetError):
        pass
    assert connection.getresponse().status == 413
    connection.close()
    assert {path for path in set(office.server.data.rglob("*")) - before if "paper" in str(path)} == set()


def test_a_paper_cannot_act_as_a_page_of_ours(office):
    meeting = office.book()
    paper = office.secretary.upload(meeting.occurrence, b"<script>alert(1)</script>", filename="ghi-chu.txt")
    answer = office.secretary.get(f"/api/papers/{paper.body['id']}")
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    assert "no-store" in answer.headers["Cache-Control"]


# Where a sign-in leads


@pytest.mark.parametrize("next", [
    "//evil.example/", "https://evil.example/", "/\\evil.example", "\\\\evil.example", "/\t/evil.example", "javascript:window.hit=1",
    "/%09/evil.example", "https:evil.example", "////evil.example", "/\n/evil.example"], ids=repr)
def test_a_sign_in_leads_to_pages_of_ours_only(office, browser, next):
    from urllib.parse import quote

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
