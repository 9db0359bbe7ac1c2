"""Papers that have pages: a PDF of so many pages, put into the server as it came and with the pages that it has.

What pages files become is tested elsewhere; here they are made by poppler and cwebp at once, so that a test of showing
them waits for nothing.
"""

import functools
import hashlib
import pathlib
import re
import sqlite3
import subprocess
import tempfile

from support.api import SECRETARY, Caller
from support.server import Server

WIDTHS = {"s": 640, "m": 1280, "l": 1920}
QUALITY = {"s": 40, "m": 55, "l": 60}
SENTENCES = [
    "Lượng mưa phổ biến từ 80 đến 150 mm, có nơi trên 200 mm; mực nước các sông lên nhanh.",
    "Thiệt hại ban đầu: 12 nhà bị sạt lở, 35 ha lúa và hoa màu bị ngập, 4 tuyến đường bị chia cắt.",
    "Đề nghị các địa phương trực ban 24/24 giờ, chủ động sơ tán dân khỏi khu vực nguy hiểm.",
    "Sở Nông nghiệp và Môi trường tổng hợp, báo cáo Ủy ban nhân dân tỉnh trước 16 giờ hằng ngày.",
]
PLACES = ["Ba Bể", "Na Rì", "Chợ Đồn", "Bạch Thông", "Ngân Sơn", "Pác Nặm", "Chợ Mới", "thành phố Bắc Kạn"]


def report(pages: int, wide=False) -> str:
    """HTML of a report: headed text and a table on each page."""
    def page(number):
        rows = "".join(f"<tr><td>{place}</td><td>{number * 7 + index}</td><td>{index * 13 % 50}</td><td>{index * 31 % 90},5</td></tr>"
                       for index, place in enumerate(PLACES))
        words = "".join(f"<p>{number}.{index + 1}. {SENTENCES[(number + index) % 4]}</p>" for index in range(4))
        return f"""<section><h1>Phần {number}. Tình hình mưa lũ và công tác ứng phó</h1>{words}
          <table><tr><th>Địa phương</th><th>Số hộ</th><th>Diện tích (ha)</th><th>Mưa (mm)</th></tr>{rows}</table></section>"""
    return f"""<!doctype html><html lang="vi"><meta charset="utf-8"><style>
      @page {{ size: A4 {'landscape' if wide else 'portrait'}; margin: 18mm }} body {{ font: 13pt 'Liberation Serif', serif; margin: 0 }}
      section {{ break-after: page }} section:last-child {{ break-after: auto }} h1 {{ font-size: 16pt; color: #7a1010 }}
      table {{ border-collapse: collapse; width: 100% }} td, th {{ border: 1px solid #444; padding: 4px 8px; text-align: left }}
      th {{ background: #dfeae5 }}</style>{"".join(page(number + 1) for number in range(pages))}</html>"""


def pdf_of(html: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        source, target = pathlib.Path(folder) / "a.html", pathlib.Path(folder) / "a.pdf"
        source.write_text(html, encoding="utf-8")
        subprocess.run(["/usr/bin/chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer",
                        f"--user-data-dir={folder}/u", f"--print-to-pdf={target}", f"file://{source}"],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=120)
        return target.read_bytes()


@functools.cache
def made(pages: int, wide: bool) -> tuple[bytes, dict[str, bytes], list]:
    """A report, its pages' images by the names of their files, and (number, width, height, words) of each."""
    pdf = pdf_of(report(pages, wide))
    with tempfile.TemporaryDirectory() as folder:
        images, rows = _images(pathlib.Path(folder), pdf)
    assert len(rows) == pages
    return pdf, images, rows


def _images(folder: pathlib.Path, pdf: bytes):
    source = folder / "paper.pdf"
    source.write_bytes(pdf)
    words = subprocess.run(["pdftotext", "-layout", source, "-"], check=True, capture_output=True).stdout.decode().split("\f")
    rows = []
    subprocess.run(["pdftoppm", "-png", "-scale-to-x", "1920", "-scale-to-y", "-1", source, folder / "l"], check=True)
    for image in sorted(folder.glob("l-*.png")):
        number = int(re.search(r"(\d+)\.png$", image.name).group(1))
        for size, width in WIDTHS.items():
            subprocess.run(["cwebp", "-quiet", "-q", str(QUALITY[size]), "-m", "2", "-resize", str(width), "0", image, "-o",
                            folder / f"{number}-{size}.webp"], check=True)
        header = image.read_bytes()[16:24]
        rows.append((number, int.from_bytes(header[:4]), int.from_bytes(header[4:]), words[number - 1]))
    return {image.name: image.read_bytes() for image in folder.glob("*.webp")}, rows


def put_pages(server: Server, pdf: bytes, images: dict[str, bytes], rows: list):
    """What a conversion leaves, before the file itself has come."""
    name = hashlib.sha256(pdf).hexdigest()
    folder = server.data / "pages" / name
    folder.mkdir(parents=True)
    for image, data in images.items():
        (folder / image).write_bytes(data)
    with sqlite3.connect(server.data / "giaoban.sqlite", timeout=30) as store:
        store.execute("INSERT INTO conversion (sha256, type, state, pages, done, queued_at, ended_at) "
                      "VALUES (?, 'application/pdf', 'ready', ?, ?, 0, 0)", (name, len(rows), len(rows)))
        store.executemany("INSERT INTO page (sha256, number, width, height, text) VALUES (?, ?, ?, ?, ?)",
                          [(name, *row) for row in rows])
    store.close()


def paper_with_pages(server: Server, occurrence: int, *, pages: int, title="Báo cáo tình hình mưa lũ", wide=False, item=None) -> int:
    """A paper of a meeting. Returns its number."""
    pdf, images, rows = made(pages, wide)
    pdf += f"%{title}\n".encode()
    put_pages(server, pdf, images, rows)
    answer = Caller(server.port).sign_in(SECRETARY).upload(occurrence, pdf, title=title)
    assert answer.status == 201, answer.text
    if item is not None:
        with sqlite3.connect(server.data / "giaoban.sqlite", timeout=30) as store:
            store.execute("UPDATE paper SET item = (SELECT id FROM agenda_item WHERE title = ? AND is_current = 1 "
                          "ORDER BY id DESC LIMIT 1) WHERE id = ?", (item, answer.body["id"]))
        store.close()
    return answer.body["id"]
