"""Papers marked Mật and above stay out: nothing of their content is found anywhere afterwards, whichever way they came."""

import base64
import contextlib
import email.message
import email.policy
import itertools
import json
import os
import pathlib
import sqlite3
import tempfile

import pytest

from support.folders import files_under, paths_under
from support.office import PDF, Office
from support.waiting import wait_for

LEVELS = ["mat", "toi-mat", "tuyet-mat"]
NUMBERS = itertools.count(1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("secret")


@pytest.fixture(scope="module")
def mailbox(folder):
    for name in ("cur", "new", "tmp"):
        (folder / "letters" / name).mkdir(parents=True)
    return folder / "letters"


@pytest.fixture(scope="module")
def temporary(folder):
    """Where programs put what they need for a while."""
    made = folder / "temporary"
    made.mkdir()
    return made


@pytest.fixture(scope="module")
def office(folder, mailbox, temporary):
    before = os.environ.get("TMPDIR")
    os.environ["TMPDIR"] = str(temporary)
    try:
        with Office(folder, extra=["--mailbox", f"maildir://{mailbox}"]) as running:
            yield running
    finally:
        os.environ.pop("TMPDIR") if before is None else os.environ.update(TMPDIR=before)


def mark() -> bytes:
    """Content that is nowhere else, long enough not to lie in a buffer only."""
    return b"noi-dung-bi-mat-%d-5c2e" % next(NUMBERS)


def content(mark: bytes) -> bytes:
    return PDF + mark * 20_000


def assert_nowhere(office: Office, temporary: pathlib.Path, mark: bytes):
    """Neither in files (the database with its log, papers, what is coming in, letters, the server's own log), nor in
    their names, nor where programs put what is temporary."""
    # As it is, in hexadecimal, and as letters have it: in base64, wherever a group of three begins.
    forms = {mark, mark.hex().encode()} | {base64.b64encode((mark * 3)[shift:shift + 48])[:48] for shift in range(3)}
    searched = 0
    for root in (office.server.data, office.server.data.parent / "sent", temporary):
        assert not [path for path in paths_under(root) if mark.decode() in path.name]
        for file, data in files_under(root):
            searched += 1
            assert not [one for one in forms if one in data], file
    assert searched > 3
    # A file that is open and has no name any more is still a byte kept.
    for number in pathlib.Path(f"/proc/{office.server.process.pid}/fd").iterdir():
        try:
            target = os.readlink(number)
        except FileNotFoundError:  # Closed since.
            continue
        assert "(deleted)" not in target or "/memfd" in target or ".sqlite" in target, target


def refusals(office: Office) -> list[str]:
    with sqlite3.connect(f"file:{office.server.data}/giaoban.sqlite?mode=ro", uri=True) as db:
        return [detail for (detail,) in db.execute("SELECT detail FROM act WHERE what = 'paper.refused' ORDER BY id")]


def test_the_search_finds_what_is_kept(office, temporary):
    """Else the other tests would show nothing."""
    meeting, kept = office.book(), mark()
    assert office.secretary.upload(meeting.occurrence, content(kept)).status == 201
    with pytest.raises(AssertionError):
        assert_nowhere(office, temporary, kept)


@pytest.mark.parametrize("level", LEVELS)
def test_sent_at_once(office, temporary, level):
    meeting, secret = office.book(), mark()
    answer = office.secretary.upload(meeting.occurrence, content(secret), classification=level, title=f"Kế hoạch {level}")
    assert (answer.status, answer.code) == (422, "classified"), answer.text
    assert_nowhere(office, temporary, secret)
    assert refusals(office)[-1] == f"{level}: Kế hoạch {level}"
    assert office.secretary.get(f"/api/occurrences/{meeting.occurrence}").body["papers"] == []


@pytest.mark.parametrize("level", LEVELS)
def test_sent_in_pieces(office, temporary, level):
    meeting, secret = office.book(), mark()
    path = f"/api/occurrences/{meeting.occurrence}/uploads"
    form = {"title": f"Phương án {level}", "filename": "a.pdf", "classification": level, "bytes": 10_000}
    answer = office.secretary.call("POST", path, form)
    assert (answer.status, answer.code) == (422, "classified"), answer.text
    # Whoever sends the file along with what it is said to be, or goes on as if it had been taken.
    answer = office.secretary.call("POST", path, form | {"content": secret.decode() * 100})
    assert answer.code == "classified"
    for number in (1, 2, 3, 999):
        answer = office.secretary.call(
            "PATCH", f"/api/uploads/{number}", raw=content(secret), kind="application/octet-stream",
            headers={"Upload-Offset": "0"})
        assert answer.status == 404
    assert_nowhere(office, temporary, secret)
    assert refusals(office)[-1] == f"{level}: Phương án {level}"


@pytest.mark.parametrize("level", LEVELS)
def test_sent_with_a_reference(office, temporary, level):
    meeting, secret = office.book(), mark()
    path = f"/api/occurrences/{meeting.occurrence}/references"
    # A reference has no place for content, and the title of a classified paper is none for words.
    for form in ({"title": secret.decode(), "note": "", "classification": level},
                 {"title": "12/BC-UBND", "note": secret.decode() * 20, "classification": level}):
        answer = office.secretary.call("POST", path, form)
        assert answer.status == 422 and answer.fields, answer.text
    assert_nowhere(office, temporary, secret)
    answer = office.secretary.call("POST", path, {
        "title": "12/BC-UBND", "note": "Nhận tại văn thư", "classification": level, "file": secret.decode()})
    assert answer.status == 201 and "số 12/BC-UBND" in answer.body["title"], answer.text
    assert_nowhere(office, temporary, secret)
    assert office.secretary.get(f"/api/papers/{answer.body['id']}").status == 404


@pytest.mark.parametrize(("title", "filename"), [
    ("Kế hoạch TUYỆT MẬT năm 2027", "a.pdf"), ("Kế hoạch", "KH_TỐI MẬT.pdf"), ("Kế hoạch (MẬT)", "a.pdf"),
    ("Kế hoạch", "KH-TUYET-MAT.pdf")])
def test_a_name_that_carries_a_mark_is_asked_about(office, temporary, title, filename):
    meeting, secret = office.book(), mark()
    answer = office.secretary.upload(meeting.occurrence, content(secret), title=title, filename=filename)
    assert (answer.status, answer.code) == (422, "classified") and "?" in answer.error["message"], answer.text
    answer = office.secretary.call("POST", f"/api/occurrences/{meeting.occurrence}/uploads", {
        "title": title, "filename": filename, "classification": "thuong", "bytes": 1000})
    assert answer.code == "classified"
    assert_nowhere(office, temporary, secret)


@pytest.mark.parametrize("level", ["MẬT", "TỐI MẬT", "TUYỆT MẬT"])
def test_sent_by_mail_to_where_answers_go(office, temporary, mailbox, level):
    secret = mark()
    letter = email.message.EmailMessage(email.policy.SMTP)
    letter["Message-ID"] = f"<{secret.decode()[-9:]}@backan.example>"
    letter["From"] = "thuky@backan.example"
    letter["To"] = "vanphong@backan.example"
    letter["Subject"] = f"Báo cáo {level}"
    letter.set_content("Kính gửi\n" + secret.decode() + "\n")
    letter.add_attachment(content(secret), maintype="application", subtype="pdf", filename=f"{secret.decode()}.pdf")
    letter.add_attachment(secret.decode(), filename="a.txt", cte="7bit")
    (mailbox / "tmp" / secret.decode()[-9:]).write_bytes(bytes(letter))
    (mailbox / "tmp" / secret.decode()[-9:]).rename(mailbox / "new" / f"{next(NUMBERS)}.x")
    wait_for("the letter to be read", lambda: not list((mailbox / "new").iterdir()))
    # What was read is known by its number, so that it is not read twice; and by nothing else.
    with sqlite3.connect(f"file:{office.server.data}/giaoban.sqlite?mode=ro", uri=True) as db:
        # The index of the search holds words of what is in these tables, in a form that cannot be read back.
        tables = [name for name, in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB 'search*'")]
        dump = "\n".join(str(row) for table in tables for row in db.execute(f'SELECT * FROM "{table}"'))
    assert json.dumps(letter["Message-ID"])[2:-2] in dump
    assert secret.decode() not in dump
    assert_nowhere(office, temporary, secret)


def test_a_file_that_is_refused_for_what_it_is_leaves_nothing_either(office, temporary):
    meeting, secret = office.book(), mark()
    answer = office.secretary.upload(meeting.occurrence, b"<html>" + secret * 20_000, filename="a.pdf")
    assert answer.status == 422 and "văn bản thuần" in answer.fields["file"]
    data = b"<html>" + secret * 20_000
    made = office.secretary.call("POST", f"/api/occurrences/{meeting.occurrence}/uploads", {
        "filename": "a.docx", "classification": "thuong", "bytes": len(data)}).body
    half = len(data) // 2
    for offset, piece, status in ((0, data[:half], 200), (half, data[half:], 422)):
        answer = office.secretary.call(
            "PATCH", f"/api/uploads/{made['id']}", raw=piece, kind="application/octet-stream",
            headers={"Upload-Offset": str(offset)})
        assert answer.status == status, answer.text
    assert_nowhere(office, temporary, secret)


def test_the_marks_are_not_in_the_machines_temporary_folder():
    """Whatever is told to use another one."""
    for file in pathlib.Path(tempfile.gettempdir()).glob("*giaoban*"):
        # Other tests' servers come and go meanwhile.
        with contextlib.suppress(FileNotFoundError):
            assert not file.is_file() or b"noi-dung-bi-mat" not in file.read_bytes(), file
