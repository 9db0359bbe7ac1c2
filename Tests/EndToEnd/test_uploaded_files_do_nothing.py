"""Files that are not what they say, secret papers, ways out of a folder: refused, and nothing is kept of them."""

import http.client
import pathlib

import pytest

from support.folders import files_under, paths_under
from support.office import PDF


def everything_under(folder: pathlib.Path) -> bytes:
    return b"".join(data for file, data in files_under(folder) if file.name != "log")


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
    assert not [path for path in paths_under(office.server.data) if path.name.startswith("new-")]
    assert not [path for path in paths_under(office.server.data.parent) if path.name.startswith("ra-ngoai")]


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
    before = set(paths_under(office.server.data))
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
    assert {path for path in set(paths_under(office.server.data)) - before if "paper" in str(path)} == set()


def test_a_paper_cannot_act_as_a_page_of_ours(office):
    meeting = office.book()
    paper = office.secretary.upload(meeting.occurrence, b"<script>alert(1)</script>", filename="ghi-chu.txt")
    answer = office.secretary.get(f"/api/papers/{paper.body['id']}")
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    assert "no-store" in answer.headers["Cache-Control"]
