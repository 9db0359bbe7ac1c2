"""Office files as they come: each becomes right pages, or a sentence that says what to do; none gets anything of the server's."""

import hashlib
import json
import os
import pathlib
import random
import socket
import sqlite3
import subprocess
import unicodedata

import pytest

from support import officefiles
from support.folders import paths_under
from support.officefiles import SENTENCE, LETTERS
from support.office import Office
from support.papers import blank_pdf
from support.server import BINARY
from support.waiting import wait_for

KILLS = int(os.environ.get("GIAOBAN_KILLS", "10"))
OUT = pathlib.Path(__file__).parent / "out"
# A conversion has what calls and everything else leave of the machine.
PATIENCE = 900


def photograph(folder: pathlib.Path) -> bytes:
    """4,000 × 3,000 px of what looks like no words."""
    made = folder / "anh.jpg"
    subprocess.run(["ffmpeg", "-y", "-loglevel", "error", "-f", "lavfi", "-i", "mandelbrot=size=4000x3000", "-frames:v", "1",
                    "-q:v", "3", str(made)], check=True)
    return made.read_bytes()


# How a camera keeps what it sees, by the number that it writes beside it (EXIF 2.32 §4.6.4).
KEPT = {1: "null", 2: "hflip", 3: "hflip,vflip", 4: "vflip", 5: "transpose=0", 6: "transpose=2", 7: "transpose=3", 8: "transpose=1"}
CORNERS = {"red": (0, 0), "green": (300, 0), "blue": (0, 400), "white": (300, 400)}


def turned_photograph(folder: pathlib.Path, orientation: int) -> bytes:
    """A high picture whose quarters have colours, as a camera keeps it that was held in some way."""
    boxes = ",".join(f"drawbox=x={x}:y={y}:w=300:h=400:color={colour}:t=fill" for colour, (x, y) in CORNERS.items())
    made = folder / f"{orientation}.jpg"
    subprocess.run(["ffmpeg", "-y", "-loglevel", "error", "-f", "lavfi", "-i", f"color=black:size=600x800,{boxes},{KEPT[orientation]}",
                    "-frames:v", "1", "-q:v", "2", str(made)], check=True)
    exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01" + orientation.to_bytes(2) + b"\0\0\0\0\0\0"
    data = made.read_bytes()
    return data[:2] + b"\xff\xe1" + (len(exif) + 2).to_bytes(2) + exif + data[2:]


def colours(folder: pathlib.Path, image: bytes) -> dict[str, tuple[int, ...]]:
    """In the middle of each quarter of a picture, which is high."""
    (folder / "page.webp").write_bytes(image)
    subprocess.run(["dwebp", "-quiet", "-ppm", str(folder / "page.webp"), "-o", str(folder / "page.ppm")], check=True)
    _, size, _, pixels = (folder / "page.ppm").read_bytes().split(b"\n", 3)
    width, height = map(int, size.split())
    assert abs(height - width * 4 / 3) <= 2, (width, height)
    return {colour: tuple(pixels[3 * ((2 * y + 400) * height // 1600 * width + (2 * x + 300) * width // 1200):][:3])
            for colour, (x, y) in CORNERS.items()}


def external_docx(plain: bytes, address: str) -> bytes:
    """A template on another machine, as a letter with a hook has it."""
    part = ('<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
            'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" '
            f'Target="{address}/mau.dotm" TargetMode="External"/></Relationships>')
    return officefiles.with_parts(plain, parts={"word/_rels/settings.xml.rels": part.encode(), "word/vbaProject.bin": os.urandom(4096)})


@pytest.fixture(scope="module")
def listener():
    """Nobody may ever come here."""
    with socket.socket() as waiting:
        waiting.bind(("127.0.0.1", 0))
        waiting.listen()
        waiting.setblocking(False)
        yield waiting


@pytest.fixture(scope="module")
def files(tmp_path_factory, listener) -> dict[str, tuple[bytes, int | str, list[str]]]:
    """By name: content, the number of pages or the reason for none, and words."""
    folder = tmp_path_factory.mktemp("files")
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    texts = {"van-ban.fodt": officefiles.text_source(), "macro.fodt": officefiles.macro_source(address.removeprefix("http://").replace(":", "/"))}
    odt = officefiles.by_libreoffice(folder / "odt", texts, "odt")
    docx = officefiles.by_libreoffice(folder / "docx", {"van-ban.fodt": texts["van-ban.fodt"]}, "docx")["van-ban"]
    doc = officefiles.by_libreoffice(folder / "doc", {"van-ban.fodt": texts["van-ban.fodt"]}, "doc")["van-ban"]
    sheets = {"bang.fods": officefiles.sheet_source(), "rong.fods": officefiles.sheet_source(60, 30)}
    xlsx = officefiles.by_libreoffice(folder / "xlsx", sheets, "xlsx")
    xls = officefiles.by_libreoffice(folder / "xls", {"bang.fods": sheets["bang.fods"]}, "xls")["bang"]
    ods = officefiles.by_libreoffice(folder / "ods", {"bang.fods": sheets["bang.fods"]}, "ods")["bang"]
    slides = {"trinh-chieu.fodp": officefiles.slide_source()}
    pptx = officefiles.by_libreoffice(folder / "pptx", slides, "pptx")["trinh-chieu"]
    ppt = officefiles.by_libreoffice(folder / "ppt", slides, "ppt")["trinh-chieu"]
    odp = officefiles.by_libreoffice(folder / "odp", slides, "odp")["trinh-chieu"]
    locked = officefiles.by_libreoffice(
        folder / "pdf", {"van-ban.fodt": texts["van-ban.fodt"]},
        'pdf:writer_pdf_Export:{"EncryptFile":{"type":"boolean","value":"true"},"DocumentOpenPassword":{"type":"string","value":"x"}}')
    pdf = officefiles.by_libreoffice(folder / "pdf2", {"van-ban.fodt": texts["van-ban.fodt"]}, "pdf")["van-ban"]
    photo = photograph(folder)
    letters = [LETTERS, LETTERS.upper(), SENTENCE, "Trang số 2", "Đơn vị 5", "185 hộ"]
    # The sum of 12 rows: 100 r + 1.
    sums = ["Chỉ tiêu 3", "Xã số 11", "6612"]
    titles = ["Kết quả quý 1", "Kết quả quý 3"]
    return {
        "van-ban.docx": (docx, 2, letters), "van-ban.doc": (doc, 2, letters), "van-ban.odt": (odt["van-ban"], 2, letters),
        "van-ban.pdf": (pdf, 2, letters), "bang.xlsx": (xlsx["bang"], 1, sums), "bang.xls": (xls, 1, sums),
        "bang.ods": (ods, 1, sums), "bang-rong.xlsx": (xlsx["rong"], 4, ["Chỉ tiêu 29", "Xã số 59"]),
        "trinh-chieu.pptx": (pptx, 3, titles), "trinh-chieu.ppt": (ppt, 3, titles), "trinh-chieu.odp": (odp, 3, titles),
        "anh-lon.odt": (officefiles.with_photograph(photo), 1, ["Ảnh hiện trường"]), "anh.jpg": (photo, 1, []),
        "ghi-chu.txt": (f"Ghi chú\n{LETTERS}\n".encode(), 1, [LETTERS]),
        "macro.odt": (odt["macro"], 1, ["Văn bản có macro"]), "lien-ket.odt": (officefiles.linked(address), 1, ["Tài liệu có liên kết ngoài"]),
        "mau-ngoai.docm": (external_docx(docx, address), 2, letters),
        "hong.docx": (docx[: len(docx) // 2], "hỏng", []), "hong.pdf": (pdf[:2000], "hỏng", []),
        "bom.docx": (officefiles.bomb(), "quá lớn", []), 
        "mat-khau.odt": (officefiles.encrypted_odt(odt["van-ban"]), "mật khẩu", []),
        "mat-khau.doc": (officefiles.encrypted_compound(), "mật khẩu", []),
        "mat-khau.pdf": (locked["van-ban"], "mật khẩu", []), "qua-dai.pdf": (blank_pdf(1001), "1000 trang", []),
    }


def converted(office: Office, paper: int) -> dict:
    def ended():
        pages = office.secretary.get(f"/api/papers/{paper}/pages").body
        return pages if pages["state"] in ("ready", "failed") else None
    return wait_for(f"pages of paper {paper}", ended, PATIENCE, 0.5)


def words(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def test_each_file_becomes_right_pages_or_a_sentence(office, files, listener):
    meeting = office.book()
    papers = {}
    for name, (data, _, _) in files.items():
        answer = office.secretary.upload(meeting.occurrence, data, filename=name, title=name)
        if answer.status == 422:
            # What can be told by looking at it does not even come in.
            assert files[name][1] in answer.error["message"], (name, answer.text)
            continue
        assert answer.status == 201, (name, answer.text)
        papers[name] = answer.body["id"]
    wrong = []
    for name, paper in papers.items():
        _, expected, parts = files[name]
        pages = converted(office, paper)
        if isinstance(expected, str):
            if pages["state"] != "failed" or expected not in pages["message"]["vi"] or not pages["message"]["en"]:
                wrong.append((name, pages))
            continue
        text = words(" ".join(office.secretary.get(f"/api/papers/{paper}/pages/{page['n']}/text").text for page in pages["pages"]))
        if len(pages["pages"]) != expected or not all(words(part) in text for part in parts):
            wrong.append((name, len(pages["pages"]), [part for part in parts if words(part) not in text], text[:500], pages.get("message")))
        if "root:" in text or "MACRO" in text:
            wrong.append((name, "what it may not have", text))
        for page in pages["pages"]:
            for size, width in pages["sizes"].items():
                image = office.secretary.get(f"/api/papers/{paper}/pages/{page['n']}/{size}")
                assert image.status == 200 and image.data[8:12] == b"WEBP" and len(image.data) == page["bytes"][size]
                assert image.headers["Cache-Control"] == "private, max-age=31536000, immutable"
                if page["n"] == 1:
                    OUT.mkdir(exist_ok=True)
                    (OUT / f"{name}-{size}.webp").write_bytes(image.data)
            if page["bytes"]["s"] > 34_000 or page["bytes"]["m"] > 90_000:
                wrong.append((name, "heavy", page))
    keep_table(office, papers, files)
    assert not wrong, json.dumps(wrong, ensure_ascii=False, indent=1)
    with pytest.raises(BlockingIOError):
        listener.accept()


def test_a_photograph_is_upright_however_its_camera_was_held(office, tmp_path):
    meeting = office.book()
    papers = {number: office.secretary.upload(
        meeting.occurrence, turned_photograph(tmp_path, number), filename=f"{number}.jpg", title=f"Ảnh {number}", kind="image/jpeg").body["id"]
        for number in KEPT}
    wanted = {"red": (255, 0, 0), "green": (0, 128, 0), "blue": (0, 0, 255), "white": (255, 255, 255)}
    for number, paper in papers.items():
        assert converted(office, paper)["state"] == "ready", number
        seen = colours(tmp_path, office.secretary.get(f"/api/papers/{paper}/pages/1/s").data)
        assert all(abs(a - b) < 24 for colour in wanted for a, b in zip(seen[colour], wanted[colour])), (number, seen)


def keep_table(office: Office, papers: dict[str, int], files):
    """Time and memory of each file."""
    base = sqlite3.connect(f"file:{office.server.data}/giaoban.sqlite?mode=ro", uri=True)
    lines = [f"{'file':20} {'bytes':>9} {'pages':>5} {'state':8} {'seconds':>8} {'peak MB':>8}  reason"]
    for name, paper in papers.items():
        state, pages, milliseconds, peak, reason = base.execute(
            "SELECT state, pages, milliseconds, peak_bytes, reason FROM conversion c JOIN paper p USING (sha256) WHERE p.id = ?",
            (paper,)).fetchone()
        seconds = f"{milliseconds / 1000:.1f}" if milliseconds else "-"
        lines.append(f"{name:20} {len(files[name][0]):9} {pages:5} {state:8} {seconds:>8} {f'{peak / 2**20:.0f}' if peak else '-':>8}  {reason}")
    base.close()
    OUT.mkdir(exist_ok=True)
    (OUT / "papers.txt").write_text("\n".join(lines) + "\n")
    print("\n" + "\n".join(lines))


def test_the_sandbox_holds(office):
    answer = subprocess.run([str(BINARY), "convert", "--check-sandbox", "--data", str(office.server.data)], capture_output=True,
                            text=True, timeout=PATIENCE)
    print(answer.stdout)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert answer.stdout.count("refused  ") == 14 and "ALLOWED" not in answer.stdout


def test_pages_go_when_the_last_paper_of_a_file_is_withdrawn(office):
    first, second = office.book(), office.book()
    data = blank_pdf(2)
    papers = [office.secretary.upload(meeting.occurrence, data).body["id"] for meeting in (first, second)]
    assert converted(office, papers[0])["total"] == 2
    folder = office.server.data / "pages" / hashlib.sha256(data).hexdigest()
    assert folder.exists()
    assert converted(office, papers[1])["state"] == "ready"
    assert office.secretary.call("DELETE", f"/api/papers/{papers[0]}").status == 204
    assert office.secretary.get(f"/api/papers/{papers[1]}/pages/2/s").status == 200
    assert office.secretary.get(f"/api/papers/{papers[0]}/pages").status == 404
    assert office.secretary.call("DELETE", f"/api/papers/{papers[1]}").status == 204
    wait_for("the pages' end", lambda: not folder.exists(), PATIENCE)


def test_a_server_killed_at_random_leaves_whole_pages(tmp_path):
    choose = random.Random(7)
    counts = [1, 2, 3, 5, 8]
    with Office(tmp_path) as office:
        meeting = office.book()
        # Each file another content; one by LibreOffice.
        papers = {office.secretary.upload(meeting.occurrence, blank_pdf(count), filename=f"{count}.pdf").body["id"]: count
                  for count in counts}
        papers[office.secretary.upload(meeting.occurrence, SENTENCE.encode(), filename="a.txt").body["id"]] = 1
        pages = office.server.data / "pages"
        kills = 0
        while kills < KILLS:
            # At any moment of the work: of a folder's beginning, of a page's, of the end.
            target = choose.randint(0, 4)
            def reached():
                made = sum(path.suffix == ".webp" and path.parent.name.startswith("new-") for path in paths_under(pages))
                return made >= target or not any(pages.glob("new-*"))
            wait_for("some work", reached, PATIENCE, choose.uniform(0.002, 0.05))
            office.server.kill()
            kills += 1
            for folder in pages.iterdir():
                assert folder.name.startswith("new-") or is_whole(folder), folder
            office.server.start()
            if all_ready(office.server.data, len(papers)):
                number = len(papers) + 10
                papers[office.secretary.upload(meeting.occurrence, blank_pdf(number), filename="n.pdf").body["id"]] = number
        office.caller()
        for paper, count in papers.items():
            found = converted(office, paper)
            assert found["state"] == "ready" and found["total"] == count, (paper, found)
            for page in found["pages"]:
                assert all(page["bytes"].values()), page
                assert office.secretary.get(f"/api/papers/{paper}/pages/{page['n']}/m").data[8:12] == b"WEBP"
        assert not list(pages.glob("new-*"))
        print(f"{kills} kills, {len(papers)} files whole")


def is_whole(folder: pathlib.Path) -> bool:
    """Three images of each page that there is, and none of them empty."""
    images = [file for file in folder.iterdir() if file.suffix == ".webp"]
    pages = {file.name.split("-")[0] for file in images}
    return len(images) == 3 * len(pages) > 0 and all(file.stat().st_size for file in images)


def all_ready(data: pathlib.Path, count: int) -> bool:
    base = sqlite3.connect(f"file:{data}/giaoban.sqlite?mode=ro", uri=True)
    try:
        return base.execute("SELECT count(*) FROM conversion WHERE state = 'ready'").fetchone()[0] >= count
    finally:
        base.close()
