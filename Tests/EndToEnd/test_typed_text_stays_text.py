"""SQL, line ends and markup in all that can be typed: they come out as they went in, and do nothing."""

import datetime
import email
import email.policy
import re
from urllib.parse import quote

from support.api import PASSWORD
from support.browsers import follow_requests, settled
from support.folders import files_under
from support.office import PDF
from support.waiting import wait_for

MARKUP = ['<script>window.hit = 1</script>', '"><img src=x onerror="window.hit = 1">', "<svg/onload=window.hit=1>",
          "{{constructor.constructor('window.hit=1')()}}", "</title><script>window.hit=1</script>"]
SQL = ["'", "''", "' OR '1'='1", "'; DROP TABLE person; --", '" OR ""="', "%", "_", "\\", "1 OR 1=1", "/*", "*/", "--",
       ");--", "x' UNION SELECT password FROM person --", "\x00", "a\x00b", "NULL", "0x27", "‘ OR 1=1", "\ud83d".encode(
           "utf-8", "surrogatepass").decode("utf-8", "replace")]


def test_sql_in_queries_stays_text(office):
    caller = office.administrator
    units = len(caller.get("/api/units").body["units"])
    people = len(caller.get("/api/people").body["people"])
    paths = ["/api/people?q={}", "/api/people?unit={}", "/api/audit?q={}", "/api/audit?before={}",
             "/api/calendar?from={}&to=2031-01-31", "/api/calendar?from=2031-01-01&to=2031-01-31&unit={}",
             "/api/mail?state={}", "/api/mail?occurrence={}", "/api/holidays?year={}",
             "/api/freebusy?sites={}&from=2031-01-01&to=2031-01-31", "/api/occurrences/{}", "/api/series/{}",
             "/api/papers/{}", "/api/units/{}/history", "/api/answers/{}", "/api/sites/{}/device-tokens"]
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
    return [email.message_from_bytes(data, policy=email.policy.default) for _, data in sorted(files_under(folder))]


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
    follow_requests(page)
    boxes = []
    page.on("dialog", lambda dialog: (boxes.append(dialog.message), dialog.dismiss()))
    for path in (f"/?ngay={soon}", f"/phien/{occurrence}", f"/dinh-ky/{series}", "/dat-lich", "/giay-moi", "/don-vi",
                 "/nguoi-dung", "/thu", "/bao-cao", "/nhat-ky", "/dang-nhap?next=" + MARKUP[0]):
        page.goto(office.server.url + path)
        settled(page)
        assert page.evaluate("() => window.hit") is None and not boxes, path
        assert page.evaluate("() => document.querySelectorAll('img[src=x], svg[onload], [onerror]').length") == 0, path
    page.goto(f"{office.server.url}/phien/{occurrence}")
    settled(page)
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
