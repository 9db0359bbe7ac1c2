"""Attacks on the scheduler, tried against a real server: none of them works, and none ends it."""

import email
import email.policy
import http.client
import pathlib
import re
import socket
import statistics
import subprocess
import sys
import time

import pytest

from support.browsers import CHROMIUM_FLAGS
from support.office import ADMINISTRATOR, PASSWORD, PDF, Office
from test_rights_of_every_route import routes_of_the_server

MARKUP = ['<script>window.hit = 1</script>', '"><img src=x onerror="window.hit = 1">', "<svg/onload=window.hit=1>",
          "{{constructor.constructor('window.hit=1')()}}", "</title><script>window.hit=1</script>"]
SQL = ["'", "''", "' OR '1'='1", "'; DROP TABLE person; --", '" OR ""="', "%", "_", "\\", "1 OR 1=1", "/*", "*/", "--",
       ");--", "x' UNION SELECT password FROM person --", "\x00", "a\x00b", "NULL", "0x27", "‘ OR 1=1", "\ud83d".encode(
           "utf-8", "surrogatepass").decode("utf-8", "replace")]
HUGE = [0, -1, 2**31, 2**53 + 1, 2**63 - 1, -(2**63), 2**63, 10**30, 1e308, 0.5]
TIMES = ["9999-12-31T23:59", "2199-12-31T23:59", "0001-01-01T00:00", "1969-12-31T00:00", "2026-02-30T07:30", "", "x",
         "2026-11-23", "2026-11-23T24:00", "-2026-11-23T07:30", "２０２６-11-23T07:30", "2026-11-23T07:30Z"]
RULES = ["FREQ=DAILY;COUNT=5000", "FREQ=DAILY", "FREQ=SECONDLY", "FREQ=DAILY;COUNT=99999999999999999999",
         "FREQ=DAILY;INTERVAL=2147483647", "FREQ=YEARLY;INTERVAL=9223372036854775807", "FREQ=WEEKLY;BYDAY=MO;UNTIL=99991231",
         "FREQ=MONTHLY;BYDAY=99MO", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=" + "X" * 5000,
         "FREQ=DAILY;" + ";".join(["BYHOUR=1"] * 2000), "FREQ=YEARLY;BYYEARDAY=366;BYSETPOS=-1"]


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
        time.sleep(wait + 1)
        assert caller.try_password(victim, PASSWORD).status == 200
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
    deadline = time.monotonic() + 20
    letters = []
    while not letters and time.monotonic() < deadline:
        time.sleep(0.3)
        letters = [letter for letter in sent_letters(office) if "script" in str(letter["Subject"])]
    assert letters, list((office.server.data.parent / "sent").rglob("*"))
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
    # And if one got in after all, the browser would not run it.
    page.evaluate("""() => {
        const script = document.createElement('script'); script.textContent = 'window.hit = 2'; document.body.append(script);
        document.body.insertAdjacentHTML('beforeend', '<img src=x onerror="window.hit = 3"><a id=away href="javascript:window.hit=4">x</a>');
        document.querySelector('#away').click();
    }""")
    page.wait_for_timeout(300)
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


# What would make a server trap


def every_form(office, value):
    """Calls in which a value stands at each place of a form, one at a time."""
    meeting = office.book()
    fresh = office.form(agenda=[{"title": "a", "owner": "b", "minutes": 1}])
    edit = {"scope": "all", "version": 1, "start": fresh["start"], "minutes": 30, "title": "t", "chair": None, "venue": None,
            "form": "online", "agenda": [], "addSites": [1], "removeSites": [], "addPeople": [], "removePeople": [],
            "notes": "", "rule": "FREQ=DAILY;COUNT=2", "holidays": "keep"}
    times = {"sites": [1], "people": [1], "venue": None, "minutes": 30, "from": "2031-01-06", "to": "2031-01-10",
             "earliest": "07:30", "latest": "17:00"}
    forms = [
        ("POST", "/api/series/preview", fresh), ("POST", "/api/series", fresh),
        ("PATCH", f"/api/series/{meeting.series}", fresh | {"version": 1}),
        ("PATCH", f"/api/occurrences/{meeting.occurrence}", edit), ("POST", "/api/freetimes", times),
        ("POST", f"/api/series/{meeting.series}/additions", {"start": fresh["start"], "minutes": 30}),
        ("POST", f"/api/occurrences/{meeting.occurrence}/answer", {"site": 1, "answer": "accept", "note": "", "scope": "this"}),
        ("PUT", f"/api/occurrences/{meeting.occurrence}/attendance", {"site": 1, "attendance": "online"}),
        ("POST", f"/api/occurrences/{meeting.occurrence}/cancel", {"scope": "this", "reason": "x", "version": 1}),
        ("PUT", "/api/settings", {"siteCap": 300, "officeUp": 1, "officeDown": 1, "invitationDays": 3, "targets": {"x": 1}}),
        ("POST", "/api/sites", {"unit": 1, "name": "x", "line": "lan", "down": 1, "up": 1, "device": "pc"}),
        ("POST", "/api/units", {"code": "x", "parent": 1, "name": "x", "kind": "x", "email": ""}),
        ("POST", "/api/units/1/merge", {"into": 1, "date": "2031-01-01"}),
        ("POST", "/api/people", {"name": "x", "email": "x", "unit": 1, "roles": [{"role": "chair", "unit": 1}]}),
    ]
    for method, path, form in forms:
        for key in form:
            yield method, path, form | {key: value}
            if isinstance(form[key], list):
                yield method, path, form | {key: [value]}


@pytest.mark.parametrize("value", [*HUGE, *TIMES, None, True, [], {}, [[]], "x" * 100_000, "\ufeff\u202e\u0000"], ids=repr)
def test_no_value_anywhere_in_a_form_ends_the_server(office, value):
    if isinstance(value, str) and len(value) > 1000:
        calls = [call for call in every_form(office, value)]
    else:
        calls = every_form(office, value)
    for method, path, form in calls:
        answer = office.administrator.call(method, path, form)
        assert answer.status < 500, (method, path, form, answer.text)
        if answer.status == 422:
            assert answer.error["message"], answer.text
    assert office.server.is_alive()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule[:40])
@pytest.mark.parametrize("start", ["2031-01-06T07:30", "2199-12-31T23:59", "1970-01-01T00:00"])
def test_no_rule_takes_long_or_ends_the_server(office, rule, start):
    for path in ("/api/series/preview", "/api/series"):
        began = time.monotonic()
        answer = office.secretary.call("POST", path, office.form(rule=rule, start=start, minutes=1440))
        assert answer.status in (200, 201, 409, 422), answer.text
        assert time.monotonic() - began < 5
    assert office.server.is_alive()


def test_far_days_end_nothing(office):
    for day in ("9999-12-31", "0001-01-01", "2199-12-31", "2400-02-29"):
        for path in (f"/api/calendar?from={day}&to={day}", f"/api/freebusy?sites=1&from={day}&to={day}",
                     f"/api/reports/kpi?from={day}&to={day}", f"/api/calendar.pdf?from={day}&to={day}"):
            assert office.administrator.get(path).status < 500, path
        assert office.administrator.call("PUT", f"/api/holidays/{day}", {"kind": "holiday", "name": "x"}).status < 500
        assert office.administrator.call("DELETE", f"/api/holidays/{day}").status < 500
    for number in HUGE:
        for path in ("/api/occurrences/{}", "/api/series/{}", "/api/papers/{}", "/api/holidays?year={}", "/api/people?unit={}",
                     "/api/audit?before={}", "/api/units/{}/history", "/api/calendar?from=2031-01-01&to=2031-01-02&unit={}"):
            assert office.administrator.get(path.format(number)).status < 500, (path, number)


def test_bodies_that_are_no_forms_end_nothing(office):
    deep = [b"[" * 100_000, b'{"a":' * 100_000, b'{"title":' * 300 + b"1" + b"}" * 300]
    broken = [b"", b"null", b"[]", b"1", b'"x"', b"{", b'{"title":"\xff\xfe"}', b"\xff" * 100, b"\x00" * 100,
              b'{"title":"\\ud800"}', b'{"minutes":1e400}', b'{"minutes":' + b"9" * 10_000 + b"}", b'{"a":1,"a":2}',
              "{\"title\":\"x\"}".encode("utf-16")]
    routes = [(method, path) for method, path in sorted(routes_of_the_server())
              if method in ("POST", "PUT", "PATCH") and not path.startswith("/auth")]
    for method, path in routes:
        target = path.replace(":id", "1").replace(":date", "2031-05-05").replace(":token", "x")
        for body in deep + broken:
            answer = office.administrator.call(method, target, raw=body)
            assert answer.status < 500, (method, path, body[:40], answer.text)
            if answer.status >= 400:
                assert answer.error.get("message"), (method, path, body[:40], answer.data)
    assert office.server.is_alive()


def test_bodies_that_are_too_long_are_refused(office):
    for path in ("/api/series", "/api/people", "/api/units.csv"):
        answer = office.administrator.call("POST", path, raw=b'{"title":"' + b"x" * (5 << 20) + b'"}')
        assert answer.status == 413 and answer.error["message"], (path, answer.status)


def test_a_list_of_units_cannot_make_a_ring(office):
    admin = office.administrator
    made = [admin.call("POST", "/api/units", {"code": code, "parent": office.unit["other"], "name": code, "kind": "commune"})
            for code in ("vong-a", "vong-b")]
    assert all(answer.status == 201 for answer in made)
    text = "code,parent,name,kind\nvong-a,vong-b,A,commune\nvong-b,vong-a,B,commune\n"
    answer = admin.call("POST", "/api/units.csv", raw=text.encode(), kind="text/csv")
    assert answer.status == 200 and [error["line"] for error in answer.body["errors"]] == [2, 3], answer.text
    units = {unit["code"]: unit.get("parent") for unit in admin.get("/api/units").body["units"]}
    assert units["vong-a"] == units["vong-b"] == office.unit["other"]


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


# Everything that the description allows, and much that it does not


def test_nothing_that_the_description_names_breaks_the_server(office, tmp_path):
    caller = office.caller(ADMINISTRATOR)
    description = pathlib.Path(__file__).resolve().parents[2] / "scheduler" / "openapi.json"
    command = [
        str(pathlib.Path(sys.executable).parent / "schemathesis"), "run", str(description), "--url", office.server.url,
        "--tls-verify", "false", "--checks", "not_a_server_error", "--max-time", "50", "--no-color",
        "--request-timeout", "20", "--continue-on-failure", "-H", f"Cookie: {caller.cookie}",
        "-H", f"X-CSRF-Token: {caller.csrf}",
        # What would end the session, or shut its address out.
        "--exclude-path-regex", "^/(api/session|api/me/password|auth/.*|api/setup)$",
    ]
    found = subprocess.run(command, capture_output=True, text=True, timeout=180, cwd=tmp_path)
    # Some of what it makes is no HTTP and ends its connection: for it an error of the network, for us none.
    assert "Server error" not in found.stdout and " failed" not in found.stdout, found.stdout[-6000:]
    assert re.search(r"\d{3,} generated", found.stdout), found.stdout[-2000:] + found.stderr[-2000:]
    assert office.server.is_alive()
    assert caller.get("/api/me").status == 200


# Bytes that are no HTTP

JUNK = {
    "a TLS hello": b"\x16\x03\x01\x00\r\n\r\n",
    "a long address": b"GET /api/freebusy?x=" + b"%F0%A3%BE%81" * 9000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
    "a long field": b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 100_000 + b"\r\n\r\n",
    "a zero byte": b"GET / HTTP/1.1\r\nHost: a\r\nX: a\x00b\r\n\r\n",
    "two lengths": b"POST /api/session HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
    "a length and chunks": b"POST /api/session HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\nz\r\n",
    "a chunk that is none": b"POST /api/session HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
    "gzip that is none": b"POST /api/session HTTP/1.1\r\nHost: a\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nxxxx",
    "junk after a request": b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n\x00\x01junk\r\n\r\n",
    "junk after many": b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n" * 20 + b"\x00\x01junk\r\n\r\n",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "an expectation": b"POST /api/session HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n{}",
}


@pytest.mark.parametrize("bytes_", JUNK.values(), ids=JUNK)
def test_bytes_that_are_no_http_end_their_connection_only(office, bytes_):
    taken = b""
    with socket.create_connection(("127.0.0.1", office.server.http_port), timeout=10) as connection:
        connection.settimeout(1)
        try:
            connection.sendall(bytes_)
            while part := connection.recv(65536):
                taken += part
        except OSError:
            pass
    assert b"HTTP/1.1 5" not in taken, taken
    time.sleep(0.1)
    assert office.server.is_alive() and office.caller().get("/api/signin-options").status == 200
