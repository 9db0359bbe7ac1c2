"""The dossier of a meeting: on a page, and as one file that other programs open, other servers take in, and nobody changes."""

import hashlib
import io
import json
import random
import subprocess
import zipfile

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from support.files import fetch
from support.office import PDF, Office
from support.server import BINARY, ROOT

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]},
         "resultTypes": ["violations"]}
RECORDS = ["acts", "invitees", "letters", "meeting", "minutes", "papers", "roll", "votes"]


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    with Office(tmp_path_factory.mktemp("dossier")) as running:
        yield running


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory):
    """Another province's server."""
    with Office(tmp_path_factory.mktemp("elsewhere")) as running:
        yield running


class Held:
    """A meeting of the department with the district, from its booking to its minutes."""

    def __init__(self, office: Office):
        self.office = office
        booked = office.book(title="Giao ban <phòng chống> & thiên tai", chair=office.person["chair"], agenda=[
            {"title": "Tình hình mưa lũ", "owner": "Sở Nông nghiệp", "minutes": 10}])
        self.id = booked.occurrence
        self.path = f"/api/occurrences/{self.id}"
        self.files = {"Báo cáo tháng 10.pdf": PDF + b"% one\n", "ghi-chu.txt": "Ghi chú\n".encode(), "bỏ.pdf": PDF + b"% no\n"}
        self.papers = {}
        for name, data in self.files.items():
            made = office.secretary.upload(self.id, data, filename=name, title=f"Tài liệu {name}",
                                           kind="text/plain" if name.endswith("txt") else "application/pdf")
            assert made.status == 201, made.text
            self.papers[name] = made.body["id"]
        assert office.secretary.call("DELETE", f"/api/papers/{self.papers['bỏ.pdf']}").status == 204
        sent = office.secretary.call("POST", f"{self.path}/invitations", {"scope": "this", "message": ""})
        assert sent.status == 200, sent.text
        answer = office.signed_in["delegate"].call("POST", f"{self.path}/answer", {
            "site": office.site["invited"], "answer": "delegate", "delegateName": "Bà Hoa", "delegateEmail": "hoa@x.example",
            "note": "bận việc riêng"})
        assert answer.status == 204, answer.text
        self.act("secretary", "open")
        self.act("secretary", "roll.open")
        self.act("delegate", "roll.confirm")
        self.act("secretary", "roll.close")
        self.vote("open", "Thông qua kế hoạch")
        self.vote("secret", "Bầu tổ trưởng")
        self.act("secretary", "decision.add", text="Sơ tán dân vùng trũng", due="2045-03-01", owner="Huyện Ba Bể", item=None)
        self.act("secretary", "note", item=None, text="Mưa to từ 3 giờ.")
        self.act("secretary", "close")

    def act(self, role: str, do: str, **fields):
        answer = self.office.signed_in[role].call("POST", f"{self.path}/acts", {"do": do, **fields})
        assert answer.status == 204, (do, answer.status, answer.text)

    def vote(self, kind: str, title: str):
        self.act("secretary", "vote.open", title=title, kind=kind, by="unit", choices=["Tán thành", "Không tán thành"],
                 rule="majority", of="cast", needsQuorum=False)
        number = self.office.secretary.get(f"{self.path}/minutes").body["votes"][-1]["id"]
        self.act("delegate", "vote.cast", vote=number, choice=0)
        self.act("secretary", "vote.close", vote=number)

    def archive(self) -> bytes:
        return fetch(self.office.secretary, f"{self.path}/dossier.zip").data


@pytest.fixture(scope="module")
def held(office):
    return Held(office)


@pytest.fixture(scope="module")
def archive(held):
    return held.archive()


def giaoban(*arguments):
    return subprocess.run([str(BINARY), "dossier", *map(str, arguments)], cwd=ROOT, text=True, capture_output=True)


def test_the_archive_is_whole_and_other_programs_open_it(held, archive):
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        assert opened.testzip() is None
        parts = {name: opened.read(name) for name in opened.namelist()}
    manifest = json.loads(parts.pop("manifest.json"))
    assert [file["name"] for file in manifest["files"]] == list(parts)
    for file in manifest["files"]:
        assert hashlib.sha256(parts[file["name"]]).hexdigest() == file["sha256"], file
        assert len(parts[file["name"]]) == file["size"]
    assert (manifest["format"], manifest["version"], manifest["title"]) == (
        "giaoban-dossier", 1, "Giao ban <phòng chống> & thiên tai")
    records = {name: json.loads(parts[f"records/{name}.json"]) for name in RECORDS}
    # Papers as they came; of one that was withdrawn only that it was.
    originals = {parts[name] for name in parts if name.startswith("papers/")}
    assert originals == {held.files["Báo cáo tháng 10.pdf"], held.files["ghi-chu.txt"]}
    by_name = {paper["filename"]: paper for paper in records["papers"]}
    assert by_name["bỏ.pdf"]["withdrawn"] and by_name["bỏ.pdf"].get("file") is None
    assert by_name["Báo cáo tháng 10.pdf"]["file"] == f"papers/{held.papers['Báo cáo tháng 10.pdf']}-v1-bao-cao-thang-10.pdf"
    assert {line["name"]: line["answer"] for line in records["invitees"]}["Huyện Ba Bể"] == "delegate"
    assert any(letter["kind"] == "invitation" for letter in records["letters"])
    assert [line["text"] for line in records["minutes"]["conclusions"]] == ["Sơ tán dân vùng trũng"]
    assert {act["what"] for act in records["acts"]} >= {"series.book", "paper.add", "paper.withdraw", "conduct.open"}
    assert parts["minutes/bien-ban.pdf"].startswith(b"%PDF") and parts["minutes/bien-ban.odt"].startswith(b"PK")
    assert "DỰ THẢO".encode() not in parts["minutes/diem-danh.csv"]


def test_who_has_chosen_what_in_secret_is_nowhere(archive):
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        votes = json.loads(opened.read("records/votes.json"))
        everything = b"".join(opened.read(name) for name in opened.namelist() if name.startswith("records/")).decode()
    assert [(vote["kind"], vote["counts"]) for vote in votes] == [("open", [1, 0]), ("secret", [1, 0])]
    assert votes[0]["ballots"] and votes[1].get("ballots") is None
    assert '"choice":0' in everything and everything.count('"choice":') == len(votes[0]["ballots"])


def test_the_same_meeting_is_the_same_bytes_from_the_page_and_the_command_line(office, held, archive, tmp_path):
    assert held.archive() == archive
    done = giaoban("export", "--occurrence", held.id, "--out", tmp_path / "a.zip", "--data", office.server.data)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "a.zip").read_bytes() == archive
    checked = giaoban("verify", tmp_path / "a.zip")
    assert checked.returncode == 0 and hashlib.sha256(archive).hexdigest() in checked.stdout
    again = giaoban("export", "--occurrence", held.id, "--out", tmp_path / "a.zip", "--data", office.server.data)
    assert again.returncode != 0 and "there already" in again.stderr


def test_another_server_takes_it_in_and_gives_it_back_byte_for_byte(elsewhere, archive, tmp_path):
    (tmp_path / "a.zip").write_bytes(archive)
    for words in ("Brought in", "there already"):
        done = giaoban("import", tmp_path / "a.zip", "--data", elsewhere.server.data)
        assert done.returncode == 0 and words in done.stdout, done.stderr
    listed = elsewhere.administrator.get("/api/dossiers?q=PHONG+chong").body["dossiers"]
    assert [one["title"] for one in listed] == ["Giao ban <phòng chống> & thiên tai"]
    assert elsewhere.administrator.get("/api/dossiers?q=khac").body["dossiers"] == []
    number = listed[0]["id"]
    assert fetch(elsewhere.administrator, f"/api/dossiers/{number}/dossier.zip").data == archive
    done = giaoban("export", "--imported", number, "--out", tmp_path / "b.zip", "--data", elsewhere.server.data)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "b.zip").read_bytes() == archive
    shown = elsewhere.administrator.get(f"/api/dossiers/{number}")
    assert shown.status == 200 and shown.body["minutes"]["conclusions"][0]["text"] == "Sơ tán dân vùng trũng"
    for role, status in (("auditor", 200), ("secretary", 403), ("delegate", 403), ("nobody", 401)):
        for path in ("/api/dossiers", f"/api/dossiers/{number}", f"/api/dossiers/{number}/dossier.zip"):
            assert elsewhere.signed_in[role].get(path).status == status, (role, path)
    assert elsewhere.administrator.get(f"/api/dossiers/{number + 1}").status == 404
    assert elsewhere.administrator.get("/api/audit?q=dossier.import").body["lines"][0]["what"] == "dossier.import"


def refused(data: bytes, folder, server_data=None) -> str:
    file = folder / "changed.zip"
    file.write_bytes(data)
    done = giaoban("import", file, "--data", server_data) if server_data else giaoban("verify", file)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stderr and "Fatal" not in done.stderr
    return done.stderr


def test_a_changed_byte_is_refused_by_the_name_of_its_file(elsewhere, archive, tmp_path):
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        lines = opened.infolist()
    places = {line.header_offset + 30 + len(line.filename.encode()) + line.compress_size // 2: line.filename for line in lines}
    for place, name in places.items():
        changed = bytearray(archive)
        changed[place] ^= 1
        assert name in refused(bytes(changed), tmp_path), place
    dice = random.Random(11)
    for place in dice.sample(range(len(archive)), 25):
        changed = bytearray(archive)
        changed[place] ^= 1 << dice.randrange(8)
        refused(bytes(changed), tmp_path)
    before = elsewhere.administrator.get("/api/dossiers").body["dossiers"]
    for data in (archive[:-1], archive[:1000], archive + b"x", b"", b"PK\5\6" + bytes(18), archive[1:]):
        refused(data, tmp_path, elsewhere.server.data)
    assert elsewhere.administrator.get("/api/dossiers").body["dossiers"] == before
    assert not list((elsewhere.server.data / "dossiers").glob("new-*"))


def test_files_added_taken_or_leading_out_of_the_folder_are_refused(archive, tmp_path):
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        parts = [(line.filename, opened.read(line)) for line in opened.infolist()]

    def packed(parts) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as made:
            for name, data in parts:
                made.writestr(name, data)
        return out.getvalue()

    for changed in (parts + [("../../etc/passwd", b"x")], parts + [("extra.txt", b"x")], parts[:-1], parts[::-1], []):
        refused(packed(changed), tmp_path)


def test_the_dossier_is_for_those_who_may_read_the_minutes_and_the_archive_for_few(office, held):
    def status(role, ending=""):
        return office.signed_in[role].get(f"{held.path}/dossier{ending}").status

    roles = ("secretary", "chair", "delegate", "auditor", "administrator", "stranger", "neighbour", "nobody")
    assert [status(role) for role in roles] == [200, 200, 200, 200, 200, 404, 404, 401]
    assert [status(role, ".zip") for role in roles] == [200, 403, 403, 200, 200, 404, 404, 401]
    full = office.secretary.get(f"{held.path}/dossier").body
    assert full["letters"] and full["acts"] and full["mayExport"]
    mine = office.signed_in["delegate"].get(f"{held.path}/dossier")
    assert mine.body.get("letters") is None and mine.body.get("acts") is None and not mine.body["mayExport"]
    assert "hoa@x.example" not in mine.text and "bận việc riêng" not in mine.text and "bỏ.pdf" not in mine.text
    assert "hoa@x.example" in json.dumps(full)


def test_a_paper_that_was_damaged_on_the_server_is_said_and_not_sent(office, held, archive):
    name = next(path for path in (office.server.data / "papers").iterdir() if path.read_bytes() == held.files["ghi-chu.txt"])
    kept = name.read_bytes()
    try:
        name.write_bytes(b"changed")
        answer = office.secretary.get(f"{held.path}/dossier.zip")
        assert answer.status == 422 and answer.error["code"] == "paper-damaged"
    finally:
        name.write_bytes(kept)
    assert held.archive() == archive


def opened(browser, office: Office, path: str):
    """A page as the administrator sees it, and what fails in it."""
    context = browser.new_context(
        ignore_https_errors=True, viewport={"width": 1366, "height": 768}, locale="vi-VN", reduced_motion="reduce")
    name, value = office.administrator.cookie.split("=", 1)
    context.add_cookies([{"name": name, "value": value, "url": office.server.url, "secure": True, "httpOnly": True}])
    page = context.new_page()
    failures = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.goto(office.server.url + path)
    return page, failures


def test_a_dossier_that_was_brought_in_is_read_as_others_are(elsewhere, archive, browser, tmp_path):
    (tmp_path / "a.zip").write_bytes(archive)
    assert giaoban("import", tmp_path / "a.zip", "--data", elsewhere.server.data).returncode == 0
    page, failures = opened(browser, elsewhere, "/ho-so")
    page.locator("a[href^='/ho-so/nhap/']").first.click()
    expect(page.locator(".dossier-part")).to_have_count(9)
    expect(page.locator("#part-conclusions li")).to_contain_text("Sơ tán dân vùng trũng")
    # Its papers are not this server's.
    expect(page.locator("a[href^='/api/papers']")).to_have_count(0)
    assert not failures
    page.screenshot(path="Tests/EndToEnd/out/dossier-imported.png")
    page.context.close()


@pytest.mark.parametrize("path", ["/ho-so/{id}", "/ho-so", "/phien/{id}"])
def test_the_pages_are_accessible(office, held, browser, path):
    page, failures = opened(browser, office, path.format(id=held.id))
    expect(page.locator(".page h1")).to_be_visible()
    if path == "/ho-so/{id}":
        expect(page.locator(".dossier-part")).to_have_count(9)
        expect(page.locator("#part-conclusions li")).to_contain_text("Sơ tán dân vùng trũng")
    if path == "/phien/{id}":
        expect(page.locator(f"a[href='/ho-so/{held.id}']")).to_be_visible()
    results = Axe().run(page, options=RULES)
    serious = [one["id"] for one in results.response["violations"] if one["impact"] in ("serious", "critical")]
    assert not serious and not failures, (serious, failures)
    page.screenshot(path=f"Tests/EndToEnd/out/dossier{path.replace('/', '-').replace('{id}', 'n')}.png", full_page=True)
    page.context.close()
