"""Recordings on a meeting's page: listed, watched with chapters and keys, given out in ranges, and only to whom they concern."""

import functools
import json
import pathlib
import re
import sqlite3
import subprocess
import urllib.parse

import pytest
from playwright.sync_api import expect

from support.axe import findings
from support.film import beeps, coded_pictures, probe
from support.office import Office
from support.pages import made, paper_with_pages
from support.recordings import COMPOSING, DONE, put_copy, put_recording, shown_pages
from support.server import BINARY
from support.signed_in_pages import opened_pages
from support.waiting import wait_for
from support.written_journal import Journal, Sender

SHOTS = pathlib.Path(__file__).parent / "out" / "recordings"
SECONDS = 32
CHAPTERS = [(0, "Mở đầu"), (8, "Tình hình mưa lũ <tuần>"), (16, "Tình hình mưa lũ <tuần> – Huyện Chợ Đồn"), (24, "Thu ngân sách")]


@pytest.fixture(scope="module")
def film(tmp_path_factory) -> dict[str, bytes]:
    """The files of a film of half a minute, by their names."""
    folder = tmp_path_factory.mktemp("film")
    journal = Journal(folder / "journal")
    sender = Sender(journal, 1, "p1", "Huyện Ba Bể")
    sender.voice(beeps(SECONDS))
    sender.camera(coded_pictures(SECONDS * 25))
    Sender(journal, 2, "p2", "Huyện Chợ Đồn", begin=16).voice(beeps(8))
    journal.event(0, stage=["p1"], speaker="p1")
    journal.event(8_000_000, item={"id": 1, "title": CHAPTERS[1][1]})
    journal.event(16_000_000, floor={"owners": ["p2"], "name": "Huyện Chợ Đồn"}, speaker="p2")
    journal.event(24_000_000, item={"id": 2, "title": CHAPTERS[3][1]}, floor=None, speaker="p1")
    journal.write()
    done = subprocess.run(
        [str(BINARY), "archive", "compose", str(folder / "journal"), "--out", str(folder / "film"), "--nice", "0"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert done.returncode == 0, done.stdout
    return {file.name: file.read_bytes() for file in (folder / "film").iterdir() if file.is_file()}


@pytest.fixture(scope="module")
def meeting(office) -> int:
    return office.book(title="Giao ban tuần", agenda=[{"title": "Tình hình mưa lũ", "owner": "", "minutes": 10}]).occurrence


@pytest.fixture(scope="module")
def recording(office, meeting, film) -> str:
    return put_recording(office.server.data, meeting, film=film, seconds=SECONDS)


@pytest.fixture
def open_page(office, browser):
    SHOTS.mkdir(parents=True, exist_ok=True)
    with opened_pages(office, browser) as open:
        yield functools.partial(open, role="delegate")


def asked(office, recording, name, role="delegate", **headers):
    headers = {key.replace("_", "-"): value for key, value in headers.items()}
    return office.signed_in[role].call("GET", f"/api/recordings/{recording}/film/{name}", headers=headers)


def test_a_meeting_lists_its_recordings_and_what_there_is_of_their_films(office, meeting, recording, film):
    answer = office.signed_in["delegate"].get(f"/api/occurrences/{meeting}/recordings")
    assert answer.status == 200, answer.text
    (one,) = [one for one in answer.body["recordings"] if one["id"] == recording]
    assert (one["number"], one["state"], one["started"], one["bytes"]) == (1, "closed", "2026-01-05T08:30", 1_234_567)
    assert len(one["sha256"]) == 64
    assert one["film"]["phase"] == "done" and one["film"]["remaining"] == 0
    assert abs(one["film"]["composed"] - SECONDS) < 1
    there = {file["name"]: file["bytes"] for file in one["film"]["files"]}
    names = ["film.mp4", "low.mp4", "sound.mp4", "chapters.vtt", "speakers.vtt", "talk.json"]
    assert there == {name: len(film[name]) for name in names}


def test_a_film_is_given_whole_and_in_ranges(office, recording, film):
    content = film["film.mp4"]
    length = len(content)
    whole = asked(office, recording, "film.mp4")
    assert whole.status == 200 and whole.data == content and whole.headers["Accept-Ranges"] == "bytes"
    assert whole.headers["Cache-Control"].startswith("private, max-age")
    for wanted, first, last in (("0-99", 0, 99), ("0-", 0, length - 1), ("1000-1000", 1000, 1000), ("-50", length - 50, length - 1),
                                (f"{length - 7}-{length + 500}", length - 7, length - 1), (f"{length // 3}-", length // 3, length - 1)):
        answer = asked(office, recording, "film.mp4", Range=f"bytes={wanted}")
        assert answer.status == 206, wanted
        assert answer.headers["Content-Range"] == f"bytes {first}-{last}/{length}"
        assert int(answer.headers["Content-Length"]) == last + 1 - first
        assert answer.data == content[first:last + 1], wanted
    for wanted in (f"{length}-", "99999999999-", "-0"):
        answer = asked(office, recording, "film.mp4", Range=f"bytes={wanted}")
        assert (answer.status, answer.headers["Content-Range"]) == (416, f"bytes */{length}")
    # A range that was begun of another film is of no use.
    tag = whole.headers["ETag"]
    assert asked(office, recording, "film.mp4", Range="bytes=5-9", If_Range=tag).data == content[5:10]
    assert asked(office, recording, "film.mp4", Range="bytes=5-9", If_Range='"other"').data == content
    # Text goes packed, but not in ranges: those are of the bytes that are sent.
    packed = asked(office, recording, "chapters.vtt", Range="bytes=0-5", Accept_Encoding="gzip")
    assert (packed.status, packed.data) == (206, b"WEBVTT") and "Content-Encoding" not in packed.headers
    # It is watched: what is kept as a file is a copy with a name on it.
    assert "Content-Disposition" not in office.signed_in["delegate"].get(f"/api/recordings/{recording}/film/film.mp4?download=1").headers


def test_a_film_is_for_those_who_may_read_the_meeting(office, meeting, recording):
    for role in ("delegate", "chair", "secretary", "auditor"):
        assert asked(office, recording, "sound.mp4", role, Range="bytes=0-0").status == 206, role
    for role in ("stranger", "neighbour", "keeper", "person"):
        for name in ("film.mp4", "chapters.vtt", "talk.json"):
            assert asked(office, recording, name, role).status == 404, (role, name)
        assert office.signed_in[role].get(f"/api/occurrences/{meeting}/recordings").status == 404
    assert asked(office, recording, "film.mp4", "nobody").status == 401
    for name in ("state.json", "growing.mp4", "film.mp4.new", "..%2F000000.giaoban-journal", "voices", ""):
        assert asked(office, recording, name, "secretary").status == 404, name
    for id in ("0" * 32, "..", "%2e%2e%2f" + recording):
        assert asked(office, id, "film.mp4", "secretary").status == 404, id


def test_whoever_is_given_a_film_is_a_line_in_the_chain_of_acts_once(office, film):
    meeting = office.book().occurrence
    id = put_recording(office.server.data, meeting, film=film)
    for role in ("delegate", "delegate", "chair"):
        for part in ("bytes=0-99", "bytes=100-"):
            assert asked(office, id, "film.mp4", role, Range=part).status == 206
    assert asked(office, id, "talk.json", "secretary").status == 200
    assert asked(office, id, "film.mp4", "stranger").status == 404
    with sqlite3.connect(office.server.data / "giaoban.sqlite", timeout=10) as store:
        lines = store.execute("SELECT who, what, detail FROM act WHERE object = ?", [f"recording {id}"]).fetchall()
    assert lines == [(f"person {office.person[role]}", "recording.fetch", "film") for role in ("delegate", "chair")]


def playing(page, until: float, name: str):
    wait_for(name, lambda: page.evaluate("document.querySelector('video').currentTime") > until, 30)


def test_a_film_plays_and_its_chapters_are_sought_by_the_keyboard(office, meeting, recording, open_page):
    page = open_page(f"/phien/{meeting}")
    part = page.locator("#ban-ghi")
    expect(part.get_by_text("Đã xong")).to_be_visible()
    part.get_by_role("button", name="Xem").click()
    video = page.locator("video")
    expect(video).to_be_focused()
    expect(page.locator(".film-chapters li")).to_have_text([f"0:{start:02}{title}" for start, title in CHAPTERS])
    page.keyboard.press("k")
    playing(page, 0.5, "the film to play")
    page.keyboard.press("3")
    playing(page, CHAPTERS[2][0] + 0.3, "the third chapter")
    expect(page.locator(".film-chapters [aria-current]")).to_have_text(f"0:16{CHAPTERS[2][1]}")
    spoken = "[...document.querySelector('video').textTracks[0].activeCues].map((cue) => cue.text)"
    wait_for("who speaks then", lambda: page.evaluate(spoken) == ["Huyện Chợ Đồn"])
    page.keyboard.press("k")
    now = page.evaluate("(() => { const video = document.querySelector('video'); return [video.paused, video.currentTime] })()")
    assert now[0]
    page.keyboard.press("ArrowLeft")
    assert abs(page.evaluate("document.querySelector('video').currentTime") - (now[1] - 10)) < 0.05
    page.keyboard.press("l")
    assert abs(page.evaluate("document.querySelector('video').currentTime") - now[1]) < 0.05
    # By the list: its buttons are reached with Tab.
    page.locator(".film-chapters button").nth(1).focus()
    page.keyboard.press("Enter")
    playing(page, CHAPTERS[1][0] + 0.3, "the second chapter")
    speed, form = page.get_by_label("Tốc độ"), page.get_by_label("Bản phát")
    speed.select_option("1.5")
    assert page.evaluate("document.querySelector('video').playbackRate") == 1.5
    page.screenshot(path=SHOTS / "player.png")
    form.select_option("sound")
    playing(page, CHAPTERS[1][0] + 1, "the sound to go on where the film was")
    assert page.evaluate("document.querySelector('video').currentSrc").endswith("/sound.mp4")
    assert page.evaluate("document.querySelector('video').playbackRate") == 1.5
    expect(page.locator(".film-listening strong")).to_have_text(re.compile("Huyện (Ba Bể|Chợ Đồn)"))
    page.get_by_text("Thời gian phát biểu").click()
    expect(page.locator(".talk tbody th")).to_have_text(["Huyện Ba Bể", "Huyện Chợ Đồn"])
    page.get_by_text("Mã kiểm tra bản ghi").click()
    page.screenshot(path=SHOTS / "sound.png", full_page=True)
    assert not findings(page, "player") and not page.errors


def test_on_a_thin_line_the_sound_alone_is_what_plays_first(office, meeting, recording, open_page):
    page = open_page(f"/phien/{meeting}?ban-ghi=1", before=(
        "Object.defineProperty(navigator, 'connection', {value: {downlink: 0.02, effectiveType: '3g', saveData: false}})"))
    expect(page.get_by_label("Bản phát")).to_have_value("sound")
    page.keyboard.press("k")
    playing(page, 0.5, "the sound to play")
    assert page.evaluate("document.querySelector('video').currentSrc").endswith("/sound.mp4")


def test_the_form_that_somebody_has_chosen_is_remembered_and_the_lightest_that_the_line_bears_is_chosen_else(office, film, open_page):
    meeting = office.book().occurrence
    rate = 8 * len(film["film.mp4"]) / 1000 / SECONDS
    put_recording(office.server.data, meeting, film=film | {"low.mp4": film["film.mp4"][:len(film["film.mp4"]) // 2]})
    line = "Object.defineProperty(navigator, 'connection', {value: {downlink: %f, effectiveType: '4g', saveData: false}})"
    page = open_page(f"/phien/{meeting}?ban-ghi=1", before=line % (rate * 1.4 / 1000))
    form = page.get_by_label("Bản phát")
    expect(form).to_have_value("film")
    expect(form.locator("option")).to_have_count(3)
    page = open_page(f"/phien/{meeting}?ban-ghi=1", before=line % (rate * 0.7 / 1000))
    form = page.get_by_label("Bản phát")
    expect(form).to_have_value("low")
    assert page.evaluate("document.querySelector('video').src").endswith("/low.mp4")
    form.select_option("film")
    page.reload()
    expect(page.get_by_label("Bản phát")).to_have_value("film")


def test_the_keys_are_shown_by_a_question_mark(office, meeting, recording, open_page):
    page = open_page(f"/phien/{meeting}?ban-ghi=1", role="secretary")
    # The keys of what may be done here are shown: it is asked for behind the film.
    expect(page.get_by_role("button", name="Cắt đoạn")).to_be_visible()
    page.locator("video").focus()
    page.keyboard.press("?")
    expect(page.locator("dialog[open] dt")).to_have_count(11)
    page.screenshot(path=SHOTS / "keys.png")
    assert not findings(page, "keys")
    page.keyboard.press("Escape")
    expect(page.locator("video")).to_be_focused()
    at = "document.querySelector('video').currentTime"
    page.keyboard.press("n")
    wait_for("the next chapter", lambda: abs(page.evaluate(at) - CHAPTERS[1][0]) < 3)
    page.keyboard.press("p")
    wait_for("the chapter before", lambda: page.evaluate(at) < 3)
    page.keyboard.press("m")
    assert page.evaluate("document.querySelector('video').muted")
    page.keyboard.press(">")
    assert page.evaluate("document.querySelector('video').playbackRate") == 1.25


def copies_of(office, recording, role="secretary") -> dict:
    return office.signed_in[role].get(f"/api/recordings/{recording}/copies").body


def test_a_passage_is_cut_at_the_play_position_and_fetched_with_a_name_on_it(office, film, open_page):
    meeting = office.book(title="Họp cắt đoạn").occurrence
    id = put_recording(office.server.data, meeting, film=film)
    page = open_page(f"/phien/{meeting}?ban-ghi=1", role="secretary")
    page.locator("video").focus()
    wait_for("the film", lambda: page.evaluate("document.querySelector('video').readyState") >= 1)
    page.evaluate("document.querySelector('video').currentTime = 9")
    page.keyboard.press("i")
    expect(page.get_by_label("Từ", exact=True)).to_have_value("0:09")
    page.get_by_label("Đến", exact=True).fill("0:75")
    page.get_by_role("button", name="Tạo bản tải về").click()
    expect(page.locator(".film-cut .wrong:visible")).to_have_text("Không phải mốc thời gian. Ví dụ: 0:12:30.")
    page.get_by_label("Đến", exact=True).fill("0:00:13")
    expect(page.locator(".film-cut [role=status]")).to_have_text("Dài 0:04")
    page.get_by_role("button", name="Xem thử đoạn này").click()
    wait_for("the preview's end", lambda: page.evaluate("(({paused, currentTime}) => paused && Math.abs(currentTime - 13) < 0.5)(document.querySelector('video'))"), 40)
    page.screenshot(path=SHOTS / "cut.png")
    assert not findings(page, "cutting")
    page.get_by_role("button", name="Tạo bản tải về").click()
    fetch = page.get_by_role("link", name="Lưu đoạn 0:09 – 0:13 về máy")
    expect(fetch).to_be_visible(timeout=300_000)
    page.screenshot(path=SHOTS / "copy.png")
    (copy,) = copies_of(office, id)["copies"]
    assert (copy["from"], copy["to"], copy["state"]) == (9_000, 13_000, "done")
    assert re.fullmatch(r"Người secretary · .+ · \d\d/\d\d/\d{4} \d\d:\d\d", copy["mark"]), copy["mark"]
    with page.expect_download() as download:
        fetch.click()
    assert download.value.suggested_filename.endswith("-0.00.09-0.00.13.mp4")
    file = SHOTS / "passage.mp4"
    download.value.save_as(file)
    assert abs(float(probe(file)["format"]["duration"]) - 4) < 0.1 and file.stat().st_size == copy["bytes"]
    for role in ("chair", "delegate", "administrator"):
        assert office.signed_in[role].get(f"/api/copies/{copy['id']}/file").status == 404, role
    with sqlite3.connect(office.server.data / "giaoban.sqlite", timeout=10) as store:
        lines = store.execute("SELECT what, detail FROM act WHERE object = ? AND what LIKE 'recording.copy%' ORDER BY id", [f"recording {id}"]).fetchall()
    assert lines == [(what, f"{copy['id']} 0:00:09–0:00:13") for what in ("recording.copy", "recording.copy.fetch")]
    page.get_by_role("button", name="Xóa bản 0:09 – 0:13").click()
    expect(fetch).to_have_count(0)
    assert office.secretary.get(f"/api/copies/{copy['id']}/file").status == 404
    assert not (office.server.data / "copies" / copy["id"]).exists() and not page.errors


def test_copies_are_for_the_office_that_holds_the_meeting_and_others_are_told_so(office, film, open_page):
    meeting = office.book().occurrence
    id = put_recording(office.server.data, meeting, film=film)
    page = open_page(f"/phien/{meeting}?ban-ghi=1", role="delegate")
    expect(page.get_by_text("Bản ghi chỉ xem tại đây.")).to_be_visible()
    expect(page.get_by_role("button", name="Cắt đoạn")).to_have_count(0)
    refused = office.signed_in["delegate"].call("POST", f"/api/recordings/{id}/copies", {})
    assert refused.status == 403 and "đề nghị văn thư" in refused.body["error"]["message"]
    for passage, field in (({"from": -1}, "from"), ({"from": 40_000}, "from"), ({"from": 9_000, "to": 9_500}, "to"), ({"to": -5}, "to"),
                           ({"from": 1, "to": -2**63}, "to"), ({"from": -2**63}, "from"), ({"from": 2**63 - 1, "to": 2**63 - 1}, "from")):
        wrong = office.secretary.call("POST", f"/api/recordings/{id}/copies", passage)
        assert wrong.status == 422 and field in wrong.body["error"]["fields"], (passage, wrong.text)
    growing = put_recording(office.server.data, meeting, film={"state.json": json.dumps(COMPOSING).encode()})
    assert office.secretary.call("POST", f"/api/recordings/{growing}/copies", {}).status == 422


def test_a_copy_is_to_be_had_for_seven_days_and_one_that_cannot_be_made_says_so(office):
    meeting = office.book().occurrence
    id = put_recording(office.server.data, meeting, film={"film.mp4": b"no film", "state.json": json.dumps(DONE).encode()})
    young, old = (put_copy(office.server.data, id, office.person["secretary"], days_ago=days) for days in (6, 7))
    assert office.secretary.get(f"/api/copies/{young}/file").data == b"copy"
    assert office.secretary.get(f"/api/copies/{old}/file").status == 404
    asked = office.secretary.call("POST", f"/api/recordings/{id}/copies", {"from": 1_000, "to": 5_000})
    assert asked.status == 201 and asked.body["state"] == "waiting"
    failed = wait_for("its failure", lambda: next((one for one in copies_of(office, id)["copies"] if one["state"] == "failed"), None), 300)
    assert failed["id"] == asked.body["id"] and failed["failure"]["vi"]
    assert {one["id"] for one in copies_of(office, id)["copies"]} == {young, failed["id"]}
    assert not (office.server.data / "copies" / failed["id"]).exists()


def test_the_page_says_how_far_a_film_is_until_it_can_be_watched(office, film, open_page):
    meeting = office.book().occurrence
    id = put_recording(office.server.data, meeting, film={"state.json": json.dumps(COMPOSING).encode()})
    page = open_page(f"/phien/{meeting}", role="secretary")
    expect(page.locator(".recording .chip")).to_have_text("Đang dựng phim, còn khoảng 2 phút")
    expect(page.get_by_role("button", name="Xem", exact=True)).to_have_count(0)
    page.screenshot(path=SHOTS / "composing.png")
    folder = office.server.data / "recordings" / id / "film"
    for name, content in sorted(film.items(), key=lambda file: file[0] == "state.json"):
        (folder / name).write_bytes(content)
    # Without the page being loaded again.
    expect(page.locator(".recording .chip")).to_have_text("Đã xong", timeout=30_000)
    expect(page.get_by_role("button", name="Xem", exact=True)).to_be_visible()


def test_what_is_there_of_a_film_is_watched_while_it_is_made_and_the_whole_from_there_on(office, film, open_page):
    meeting = office.book().occurrence
    state = json.dumps(COMPOSING | {"phase": "following", "composed": 12.0}).encode()
    id = put_recording(office.server.data, meeting, film={"state.json": state, "growing.mp4": film["film.mp4"]})
    page = open_page(f"/phien/{meeting}?ban-ghi=1", role="secretary")
    expect(page.locator("video")).to_be_focused()
    page.keyboard.press("k")
    playing(page, 2, "what is there to play")
    assert page.evaluate("document.querySelector('video').currentSrc").endswith("/growing.mp4")
    assert asked(office, id, "growing.mp4", Range="bytes=0-9").headers["Cache-Control"] == "private, no-store"
    folder = office.server.data / "recordings" / id / "film"
    for name, content in sorted(film.items(), key=lambda file: file[0] == "state.json"):
        (folder / name).write_bytes(content)
    page.get_by_role("button", name="Xem", exact=True).click(timeout=30_000)
    wait_for("the whole film where it was", lambda: page.evaluate(
        "(({currentSrc, currentTime}) => currentSrc.endsWith('/film.mp4') && currentTime >= 2)(document.querySelector('video'))"))
    expect(page.locator(".film-chapters li")).to_have_count(len(CHAPTERS))
    assert not page.errors


def shown_page(page) -> str:
    """The address of the page that is seen beside the film, once it is there."""
    image = page.locator(".film-page-image")
    wait_for("the page beside the film", lambda: image.evaluate("(image) => image.checkVisibility() && image.complete && image.naturalWidth > 0"))
    return image.evaluate("(image) => new URL(image.src).pathname")


def test_the_page_of_the_moment_stands_beside_the_film_and_leads_to_its_moments(office, film, open_page):
    meeting = office.book(title="Họp trình chiếu tài liệu").occurrence
    paper = paper_with_pages(office.server, meeting, pages=3)
    kept = made(3, False)[1]["3-m.webp"]
    pages = shown_pages((2, 8, str(paper), 1, None), (8, 14, str(paper), 2, None), (20, 26, "999999", 3, "kept-3-m.webp"), (26, 32, str(paper), 1, None))
    id = put_recording(office.server.data, meeting, film=film | {"pages.json": pages}, pages={"kept-3-m.webp": kept})
    page = open_page(f"/phien/{meeting}?ban-ghi=1&luc=9")
    expect(page.locator(".film-pages li")).to_have_count(4)
    # At least as many pixels as the screen has there.
    assert shown_page(page) == f"/api/recordings/{id}/pages/2/m"
    assert page.locator(".film-page-image").evaluate("(image) => image.naturalWidth >= image.clientWidth * devicePixelRatio")
    expect(page.locator(".film-page-words")).to_contain_text("Báo cáo tình hình mưa lũ, trang 2")
    expect(page.locator(".film-page-open")).to_have_attribute("href", f"/tai-lieu/{paper}?trang=2")
    page.locator(".film-pages button").nth(3).click()
    wait_for("the film at the page's moment", lambda: abs(page.evaluate("document.querySelector('video').currentTime") - 26) < 0.1)
    # The same page again is the same image, which is here already.
    assert shown_page(page) == f"/api/recordings/{id}/pages/1/m"
    page.locator("video").focus()
    page.keyboard.press("[")
    expect(page.locator(".film-pages [aria-current]")).to_contain_text("0:20")
    # A paper that is no longer there: what the recording has kept of it.
    assert shown_page(page) == f"/api/recordings/{id}/pages/3/m"
    assert asked_page(office, id, 3).data == kept
    expect(page.locator(".film-page-open")).to_have_count(0)
    page.evaluate("document.querySelector('video').currentTime = 16")
    expect(page.locator(".film-page-none")).to_be_visible()
    page.evaluate("document.querySelector('video').currentTime = 5")
    expect(page.locator(".film-pages [aria-current]")).to_contain_text("0:02")
    page.keyboard.press("k")
    playing(page, 8.3, "the film to turn the page")
    assert shown_page(page) == f"/api/recordings/{id}/pages/2/m"
    page.screenshot(path=SHOTS / "pages.png")
    assert not findings(page, "pages beside the film") and not page.errors


def asked_page(office, recording, number, role="delegate"):
    return office.signed_in[role].call("GET", f"/api/recordings/{recording}/pages/{number}/m")


def test_pages_of_a_film_are_for_those_who_may_read_the_meeting_and_never_other_files(office):
    meeting = office.book().occurrence
    pages = shown_pages(*[(number, number + 1, "x", 1, name) for number, name in enumerate(
        ["a.webp", "../film/film.mp4", "../../../giaoban.sqlite", ".", "b.webp", "/etc/passwd"])])
    id = put_recording(office.server.data, meeting, film={"pages.json": pages, "film.mp4": b"film"}, pages={"a.webp": b"RIFF"})
    assert asked_page(office, id, 1).data == b"RIFF"
    for number in (0, 2, 3, 4, 5, 6, 7):
        assert asked_page(office, id, number).status == 404, number
    assert asked_page(office, id, 1, "stranger").status == 404
    listed = office.signed_in["delegate"].get(f"/api/recordings/{id}/pages").body["pages"]
    assert [one["n"] for one in listed] == [1, 2, 3, 4, 5, 6] and "source" not in listed[0]
    # A film that shows none, or was made before it was kept.
    other = put_recording(office.server.data, meeting, film={"film.mp4": b"film"})
    assert office.signed_in["delegate"].get(f"/api/recordings/{other}/pages").body == {"pages": []}


def archived(office, role, **asked) -> list[str]:
    """The ids of the recordings that are found."""
    answer = office.signed_in[role].get("/api/recordings?" + urllib.parse.urlencode(asked))
    assert answer.status == 200, answer.text
    return [one["recording"]["id"] for one in answer.body["recordings"]]


def test_the_archive_finds_recordings_by_words_and_days_newest_first(office):
    flood = office.book(title="Họp ứng phó bão số 3", agenda=[{"title": "Hồ chứa Nặm Cắt", "owner": "Chi cục", "minutes": 5}])
    other = office.book(title="Họp ứng phó cháy rừng").occurrence
    ids = [put_recording(office.server.data, meeting, started_ms=2_000_000_000_000 + number)
           for number, meeting in enumerate((flood.occurrence, other, flood.occurrence))]
    for words in ("ung pho bao", "Ứng phó bão", "ho chua nam cat", "nam ho chu", '"chua nam"', "chi cuc so cong thuong"):
        assert archived(office, "delegate", q=words) == [ids[2], ids[0]], words
    assert archived(office, "delegate", q="ung pho") == [ids[2], ids[1], ids[0]]
    assert archived(office, "delegate")[:3] == [ids[2], ids[1], ids[0]]
    for words in ('"pho ung"', "nam cattt", "ung pho dong dat"):
        assert archived(office, "delegate", q=words) == [], words
    for role in ("stranger", "neighbour", "person"):
        assert archived(office, role, q="ung pho") == [], role
    day = office.secretary.get(f"/api/occurrences/{other}").body["start"][:10]
    assert ids[1] in archived(office, "chair", q="ung pho", **{"from": day, "to": day})
    assert archived(office, "chair", q="ung pho", to="2020-01-01") == []
    pages, cursor = [], ""
    while True:
        answer = office.secretary.get(f"/api/recordings?q=ung+pho&limit=1&cursor={cursor}").body
        pages += [one["recording"]["id"] for one in answer["recordings"]]
        cursor = answer.get("next")
        if not cursor:
            break
    assert pages == [ids[2], ids[1], ids[0]]
    for wrong in ("q=" + "a" * 201, "from=x", "limit=0", "cursor=x"):
        assert office.secretary.get(f"/api/recordings?{wrong}").status == 422, wrong


def test_the_archives_page_leads_to_the_player(office, film, open_page):
    meeting = office.book(title="Họp giao ban tháng sáu").occurrence
    put_recording(office.server.data, meeting, film=film, started_ms=2_100_000_000_000)
    page = open_page("/")
    page.get_by_role("link", name="Lưu trữ bản ghi").click()
    expect(page.locator(".found").first).to_contain_text("Họp giao ban tháng sáu")
    page.get_by_role("searchbox", name="Tên phiên họp").fill("thang sau")
    expect(page.locator(".found")).to_have_count(1)
    page.screenshot(path=SHOTS / "archive.png")
    assert not findings(page, "archive")
    page.locator(".found-link").click()
    expect(page.locator("video")).to_be_focused()
    assert page.url.endswith(f"/phien/{meeting}?ban-ghi=1") and not page.errors


def test_films_that_were_made_before_are_found_by_who_spoke_at_the_second_at_which_they_did(tmp_path_factory, browser, film):
    with Office(tmp_path_factory.mktemp("older")) as office:
        weekly = office.book(title="Giao ban thủy lợi", rule="FREQ=WEEKLY;COUNT=3", agenda=[{"title": "Hồ chứa", "owner": "", "minutes": 5}])
        other = office.book(title="Họp khác").occurrence
        found = put_recording(office.server.data, weekly.occurrence, film=film, started_ms=2_000_000_000_000)
        put_recording(office.server.data, other, started_ms=2_000_000_001_000)
        assert archived(office, "delegate", speaker="cho don") == []
        # A copy that a killed server was about to make, and one that nobody has any more.
        unmade = put_copy(office.server.data, found, office.person["secretary"], state="waiting")
        (office.server.data / "copies" / ("0" * 32)).mkdir()
        office.server.kill()
        office.server.start()
        wait_for("what the film is found by", lambda: archived(office, "delegate", speaker="cho don") == [found], 30)
        for asked in ({"speaker": "Huyện Chợ Đồn"}, {"q": "thuy loi", "speaker": "ba be"}, {"q": "thu ngan sach"}, {"series": weekly.series},
                      {"unit": office.unit["invited"], "speaker": "ba"}, {"q": "ho chua tinh hinh mua lu", "series": weekly.series}):
            assert archived(office, "delegate", **asked) == [found], asked
        for asked in ({"speaker": "na ri"}, {"speaker": "thuy loi"}, {"q": "hop khac", "speaker": "ba be"}, {"series": weekly.series + 1, "q": "thuy loi"},
                      {"speaker": "ba be", "to": "2020-01-01"}):
            assert archived(office, "delegate", **asked) == [], asked
        for role in ("stranger", "neighbour"):
            assert archived(office, role, speaker="ba be") == [], role
        (line,) = office.signed_in["delegate"].get("/api/recordings?" + urllib.parse.urlencode({"q": "thu ngan sach"})).body["recordings"]
        assert line["moments"] == [{"kind": "item", "start": 24_000, "text": "Thu ngân sách"}]
        # What somebody said of an item is where they begin to speak of it.
        (line,) = office.signed_in["delegate"].get("/api/recordings?" + urllib.parse.urlencode({"q": "thu ngan sach", "speaker": "ba be"})).body["recordings"]
        assert line["moments"] == [{"kind": "voice", "start": 24_000, "text": "Huyện Ba Bể"}]
        wait_for("the copy", lambda: office.secretary.get(f"/api/copies/{unmade}/file").data[4:8] == b"ftyp", 300)
        assert [folder.name for folder in (office.server.data / "copies").iterdir()] == [unmade]
        # Also of a series that is over.
        cancelled = office.secretary.call("POST", f"/api/series/{weekly.series}/cancel", {"scope": "all", "reason": "thử"})
        assert cancelled.status == 200, cancelled.text
        assert [one["id"] for one in office.signed_in["delegate"].get("/api/recordings/series").body["series"]] == [weekly.series]
        assert office.signed_in["stranger"].get("/api/recordings/series").body["series"] == []
        with opened_pages(office, browser) as open:
            page = open("/luu-tru", role="secretary")
            page.get_by_role("searchbox", name="Người, đơn vị phát biểu").fill("chợ đồn")
            expect(page.locator(".found")).to_have_count(1)
            page.locator("[data-field=series] input").fill("thuy loi")
            page.get_by_role("option", name="Giao ban thủy lợi").click()
            expect(page).to_have_url(re.compile(f"speaker=.*series={weekly.series}"))
            page.locator("[data-field=unit] input").fill("ba be")
            page.get_by_role("option", name="Huyện Ba Bể", exact=True).click()
            expect(page.locator(".found")).to_have_count(1)
            page.screenshot(path=SHOTS / "found.png")
            assert not findings(page, "archive")
            moment = page.locator(".found-moments a").first
            expect(moment).to_have_text("0:16Huyện Chợ Đồn")
            moment.click()
            expect(page.locator("video")).to_be_focused()
            wait_for("the film at that second", lambda: abs(page.evaluate("document.querySelector('video').currentTime") - 16) < 0.1)
            assert page.url.endswith("?ban-ghi=1&luc=16") and not page.errors
