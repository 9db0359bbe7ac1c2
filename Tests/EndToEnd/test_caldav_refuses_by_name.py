"""What CalDAV refuses, by the names of RFC 4791 and RFC 3744, and what its queries find."""

import json
import time
from xml.etree import ElementTree

import pytest

from support.feeds import access, basic
from support.people import Person

DAV = "{DAV:}"


@pytest.fixture(scope="module")
def given(province_for_all) -> dict:
    """The delegate's access to their calendar."""
    return access(Person(province_for_all, "babe"))


def test_what_would_write_is_refused_by_name(province_for_all, given):
    province = province_for_all
    headers = basic(given["user"], given["password"])
    for method in ["PUT", "DELETE", "PROPPATCH", "MKCALENDAR", "MKCOL", "MOVE", "COPY", "POST"]:
        status, _, text = province.request(method, "/dav/calendars/4/meetings/x.ics", "x", headers)
        assert status == 403, method
        assert ElementTree.fromstring(text).find(f"{DAV}need-privileges/{DAV}resource/{DAV}privilege/{DAV}write") \
            is not None
        assert province.request(method, "/dav/calendars/4/meetings/x.ics", "x")[0] == 401, method
    large = "<propfind xmlns='DAV:'>" + " " * 70_000 + "</propfind>"
    assert province.request("PROPFIND", "/dav/", large, {"depth": "0", **headers})[0] == 413
    assert province.request("PROPFIND", "/dav/", "", {"depth": "infinity", **headers})[0] == 403
    for body in ["<a/>", '<a xmlns="DAV:"/>']:
        status, _, text = province.request("PROPFIND", "/dav/", body, {"depth": "0", **headers})
        assert status == 400 and "propfind" in json.loads(text)["error"]["message"]
    status, _, text = province.request("REPORT", "/dav/calendars/4/meetings/", "<a/>", headers)
    assert status == 403 and "supported-report" in text
    status, fields, _ = province.request("OPTIONS", "/dav/")
    assert status == 204 and "calendar-access" in fields["DAV"]


BILLION_LAUGHS = """<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol">%s]><propfind xmlns="DAV:"><prop>&j;</prop>
</propfind>""" % "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij"))


@pytest.mark.parametrize("body", [
    BILLION_LAUGHS,
    '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
    '<!doctype a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
    BILLION_LAUGHS.encode("utf-16"),
    b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE a+AD4APA-a/+AD4-',
    "<a><b></a>", "<", "no xml", "\0", b"\xff\xfe", "<a>&undefined;</a>", "<a/><b/>",
    "<a>" * 200 + "</a>" * 200, '<propfind xmlns="DAV:">' + "<p/>" * 9000 + "</propfind>",
], ids=range(14))
def test_bad_xml_gets_a_sentence(province_for_all, given, body):
    province = province_for_all
    headers = {"depth": "0", "accept-language": "en", **basic(given["user"], given["password"])}
    began = time.monotonic()
    for method, path in [("PROPFIND", "/dav/"), ("REPORT", "/dav/calendars/4/meetings/")]:
        status, _, text = province.request(method, path, body, headers)
        assert status == 400 and len(json.loads(text)["error"]["message"]) > 15, text
    assert time.monotonic() - began < 2
    assert province.is_alive()


def query(province, given, inner: str) -> tuple[int, str]:
    body = f"""<C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:prop><D:getetag/></D:prop>
        <C:filter><C:comp-filter name="VCALENDAR">{inner}</C:comp-filter></C:filter></C:calendar-query>"""
    headers = {"depth": "1", **basic(given["user"], given["password"])}
    status, _, text = province.request("REPORT", "/dav/calendars/4/meetings/", body, headers)
    return status, text


@pytest.mark.parametrize("inner, expected", [
    ('<C:comp-filter name="VEVENT"/>', 1),
    ('<C:comp-filter name="VTODO"/>', 0),
    ('<C:comp-filter name="VTODO"><C:is-not-defined/></C:comp-filter>', 1),
    ('<C:comp-filter name="VEVENT"><C:time-range start="20200101T000000Z" end="20210101T000000Z"/></C:comp-filter>', 0),
    ('<C:comp-filter name="VEVENT"><C:time-range start="20200101T000000Z"/></C:comp-filter>', 1),
    ('<C:comp-filter name="VEVENT"><C:prop-filter name="SUMMARY"><C:text-match>GIAO BAN</C:text-match></C:prop-filter>'
     '</C:comp-filter>', 1),
    ('<C:comp-filter name="VEVENT"><C:prop-filter name="UID"><C:text-match>none</C:text-match></C:prop-filter>'
     '</C:comp-filter>', 0),
    ('<C:comp-filter name="VEVENT"><C:time-range start="today"/></C:comp-filter>', "valid-filter"),
    ('<C:comp-filter name="VEVENT"><C:prop-filter name="X-NEW"/></C:comp-filter>', "supported-filter"),
])
def test_a_query_finds_what_its_filter_names(province_for_all, given, inner, expected):
    status, text = query(province_for_all, given, inner)
    if isinstance(expected, str):
        assert status == 403 and expected in text
    else:
        assert status == 207, text
        assert len(ElementTree.fromstring(text).findall(f"{DAV}response")) == expected
