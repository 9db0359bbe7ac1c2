"""Recordings that are done go to an S3-compatible store, whose every request is signed: whole or not at all, across kills and
cut lines; they are watched, checked and exported from there, and this machine's own files go only when the store's are right."""

import datetime
import pathlib
import re
import secrets
import subprocess

import pytest
from playwright.sync_api import expect

from support.clock import ZONE
from support.folders import files_under, paths_under
from support.kept_recordings import FILM, keep_recordings, rows
from support.object_store import ObjectStore
from support.office import Office
from support.server import BINARY
from support.signed_in_pages import opened_pages
from support.waiting import wait_for

SHOTS = pathlib.Path(__file__).parent / "out" / "keeping"
LONG_AGO = int(datetime.datetime(2012, 3, 5, 9, 0, tzinfo=ZONE).timestamp() * 1000)
PART = 8 << 20
LARGE = secrets.token_bytes(3 * PART + 1_000)


@pytest.fixture
def store(tmp_path):
    with ObjectStore(tmp_path / "store") as running:
        yield running


@pytest.fixture
def kept_office(tmp_path, store):
    """Its own files go as soon as the store has them."""
    with Office(tmp_path, extra=[*store.flags, "--store-own-days", "0"]) as running:
        yield running


def folder(office, id: str) -> pathlib.Path:
    return office.server.data / "recordings" / id


def archive(office, *words: str, store=None, code=0) -> str:
    flags = store.flags if store else []
    ran = subprocess.run(
        [str(BINARY), "archive", *words, "--data", str(office.server.data), *flags], capture_output=True, text=True, timeout=120)
    assert ran.returncode == code, ran.stdout + ran.stderr
    return ran.stdout + ran.stderr


def stored(office, id: str) -> dict:
    found = rows(office.server, "SELECT stored_at, dropped_at, trouble FROM stored_recording WHERE recording = ?", id)
    return dict(zip(("stored", "dropped", "trouble"), found[0])) if found else {"stored": None, "dropped": None, "trouble": None}


def until_dropped(office, id: str):
    here = folder(office, id)
    wait_for("the recording to be in the store only", lambda: stored(office, id)["dropped"] and not any(
        path.suffix in (".mp4", ".giaoban-journal") for path in paths_under(here)), 90)


def files(folder: pathlib.Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): data for file, data in files_under(folder)}


def test_a_recording_goes_to_the_store_and_is_watched_checked_and_exported_from_there(kept_office, store, tmp_path, browser):
    office = kept_office
    meeting = office.book(periodic=True).occurrence
    (id,) = keep_recordings(office.server, meeting, ended_ms=LONG_AGO, film=FILM | {"film.mp4": LARGE})
    until_dropped(office, id)
    there = store.objects(id)
    journals = [path for path in there if path.endswith(".giaoban-journal")]
    assert len(journals) == 2 and there["film/film.mp4"] == LARGE and there["pages/0-m.png"] == b"page" and "manifest.txt" in there
    # Here is only what lists and players read.
    assert sorted(files(folder(office, id))) == [
        "film/chapters.vtt", "film/speakers.vtt", "film/state.json", "film/talk.json", "pages/0-m.png"]
    acts = rows(office.server, "SELECT what FROM act WHERE object = ? AND what LIKE 'recording.%' ORDER BY id", f"occurrence {meeting}")
    assert [what for (what,) in acts] == ["recording.closed", "recording.sealed", "recording.stored", "recording.moved"]

    # Watched as before: ranges, the same rights.
    def asked(role, part):
        return office.signed_in[role].call("GET", f"/api/recordings/{id}/film/film.mp4", headers={"Range": f"bytes={part}"})
    for part, first, last in (("0-99", 0, 99), (f"{PART - 5}-{PART + 5}", PART - 5, PART + 5), ("-50", len(LARGE) - 50, len(LARGE) - 1),
                              ("0-", 0, len(LARGE) - 1)):
        answer = asked("delegate", part)
        assert answer.status == 206 and answer.data == LARGE[first:last + 1], part
        assert answer.headers["Content-Range"] == f"bytes {first}-{last}/{len(LARGE)}"
    assert asked("stranger", "0-9").status == 404 and asked("nobody", "0-9").status == 401
    (shown,) = office.secretary.get(f"/api/occurrences/{meeting}/recordings").body["recordings"]
    assert shown["storing"] == {"state": "stored"} and shown["film"]["phase"] == "done"
    assert {"name": "film.mp4", "bytes": len(LARGE)} in shown["film"]["files"]

    # Checked by reading it there, by the server and by hand.
    assert office.secretary.call("POST", f"/api/recordings/{id}/check", {}).body["state"] == "whole"
    assert "whole, with its film" in archive(office, "verify", id, store=store)
    assert "Name it as the server does" in archive(office, "verify", id, code=64)
    archive(office, "export", id, "--out", str(tmp_path / "usb"), store=store)
    exported = files(tmp_path / "usb" / id)
    assert exported == {path: content for path, content in there.items() if path != "manifest.txt"}
    assert "\tstore\t" in archive(office, "list")

    # A content that somebody has changed there is found.
    store.put(id, "film/film.mp4", b"X" + LARGE[1:])
    found = office.secretary.call("POST", f"/api/recordings/{id}/check", {}).body
    assert found["findings"] == ["Nội dung tệp film/film.mp4 không còn như lúc đóng."]
    assert asked("delegate", "0-9").status == 503
    assert "film/film.mp4, read back from the store, has another hash." in archive(office, "fetch", id, store=store, code=64)
    assert not (folder(office, id) / "film" / "film.mp4").exists()
    store.put(id, "film/film.mp4", LARGE)

    # A store that is away is said, and comes back.
    store.line.cut()
    answer = asked("delegate", "0-9")
    assert answer.status == 503 and "Không kết nối được kho lưu trữ" in answer.text
    store.line.mend()
    SHOTS.mkdir(parents=True, exist_ok=True)
    with opened_pages(office, browser) as open_page:
        page = open_page("/luu-tru/thoi-han?hien=kept")
        expect(page.locator(".keeping")).to_contain_text("Lưu tại kho lưu trữ")
        page.screenshot(path=SHOTS / "stored.png", full_page=True)


def test_what_is_fetched_is_here_again_as_it_was(tmp_path, store):
    with Office(tmp_path, extra=[*store.flags, "--store-own-days", "0"]) as office:
        (id,) = keep_recordings(office.server, office.book().occurrence, ended_ms=LONG_AGO)
        until_dropped(office, id)
        there = store.objects(id)
        office.server.stop()
        # By who keeps its own files for a while.
        office.server.extra[office.server.extra.index("--store-own-days") + 1] = "30"
        office.server.start()
        archive(office, "fetch", id, store=store)
        assert files(folder(office, id)) == {path: content for path, content in there.items() if path != "manifest.txt"}
        assert "\there and store\t" in archive(office, "list")
        assert "whole, with its film" in archive(office, "verify", id)


def parts_sent(store) -> list[int]:
    return [int(re.search(r"partNumber=(\d+)", line)[1]) for line in store.line.asked if line.startswith("PUT") and "partNumber" in line]


def test_a_server_that_is_killed_while_it_sends_goes_on_with_the_parts_that_are_there(kept_office, store):
    office = kept_office
    store.line.hold_at = "partNumber=3"
    (id,) = keep_recordings(office.server, office.book().occurrence, ended_ms=LONG_AGO, film=FILM | {"film.mp4": LARGE})
    assert store.line.held.wait(60)
    office.server.kill()
    assert (folder(office, id) / "film" / "film.mp4").read_bytes() == LARGE
    assert parts_sent(store) == [1, 2, 3]
    store.line.cut()
    store.line.mend()
    store.line.asked.clear()
    office.server.start()
    until_dropped(office, id)
    assert parts_sent(store) == [3, 4]
    assert store.objects(id)["film/film.mp4"] == LARGE
    assert store.s3.list_multipart_uploads(Bucket="ban-ghi").get("Uploads", []) == []


def test_a_store_that_vanishes_in_the_middle_loses_nothing_and_gets_the_rest_later(kept_office, store, browser):
    office = kept_office
    store.line.hold_at = "partNumber=2"
    meeting = office.book(periodic=True, title="Giao ban mất kho").occurrence
    (id,) = keep_recordings(office.server, meeting, ended_ms=LONG_AGO, film=FILM | {"film.mp4": LARGE})
    assert store.line.held.wait(60)
    store.line.cut()
    wait_for("the trouble to be told", lambda: stored(office, id)["trouble"], 60)
    assert (folder(office, id) / "film" / "film.mp4").read_bytes() == LARGE
    assert "on its way to the store: The store cannot be reached" in archive(office, "list")
    with opened_pages(office, browser) as open_page:
        page = open_page("/luu-tru/thoi-han?hien=kept")
        expect(page.locator(".keeping")).to_contain_text("Không kết nối được kho lưu trữ")
        page.screenshot(path=SHOTS / "store-away.png", full_page=True)
    # What is here is watched meanwhile.
    assert office.secretary.get(f"/api/recordings/{id}/film/film.mp4").data == LARGE
    store.line.mend()
    until_dropped(office, id)
    assert sorted(set(parts_sent(store))) == [1, 2, 3, 4] and parts_sent(store).count(1) == 1
    assert store.objects(id)["film/film.mp4"] == LARGE
    assert stored(office, id)["trouble"] is None


def test_nothing_goes_here_before_the_stores_is_right(kept_office, store):
    """The store takes the bytes, and has others when they are read back."""
    office = kept_office
    store.line.hold_at = "manifest.txt"
    (id,) = keep_recordings(office.server, office.book().occurrence, ended_ms=LONG_AGO)
    assert store.line.held.wait(60)
    store.put(id, "film/film.mp4", b"another film")
    store.line.cut()
    store.line.mend()
    wait_for("the store to have it", lambda: store.objects(id).get("film/film.mp4") == FILM["film.mp4"], 90)
    until_dropped(office, id)
    assert store.objects(id)["film/film.mp4"] == FILM["film.mp4"]


def test_what_was_changed_in_the_store_meanwhile_is_sent_again_before_anything_goes_here(tmp_path, store):
    with Office(tmp_path, extra=[*store.flags, "--store-own-days", "30"]) as office:
        (id,) = keep_recordings(office.server, office.book().occurrence, ended_ms=LONG_AGO)
        wait_for("the store to have it", lambda: stored(office, id)["stored"], 60)
        assert (folder(office, id) / "film" / "film.mp4").exists()
        store.put(id, "film/film.mp4", b"another film")
        office.server.stop()
        office.server.extra[office.server.extra.index("--store-own-days") + 1] = "0"
        office.server.start()
        until_dropped(office, id)
        assert store.objects(id)["film/film.mp4"] == FILM["film.mp4"]


def test_keys_that_do_not_fit_are_said_and_change_nothing(tmp_path, store):
    store.key_file.write_text(f"{store.keys[0]}\nwrong\n")
    with Office(tmp_path, extra=[*store.flags, "--store-own-days", "0"]) as office:
        wait_for("the log to say it", lambda: "The store refuses (HTTP 403, SignatureDoesNotMatch)" in (office.server.data / "log").read_text())
        (id,) = keep_recordings(office.server, office.book().occurrence, ended_ms=LONG_AGO)
        wait_for("the trouble to be told", lambda: "Kho lưu trữ từ chối" in (stored(office, id)["trouble"] or ""), 60)
        assert (folder(office, id) / "film" / "film.mp4").read_bytes() == FILM["film.mp4"]
        assert office.is_the_same_process()


def test_what_is_destroyed_is_destroyed_in_the_store_too(kept_office, store):
    office = kept_office
    office.administrator.call("PUT", "/api/settings", {"retention": {"periodic": 5}})
    (id,) = keep_recordings(office.server, office.book(periodic=True).occurrence, ended_ms=LONG_AGO)
    until_dropped(office, id)
    act = f"/api/recordings/{id}/retention"
    store.line.cut()
    assert office.secretary.call("POST", act, {"do": "propose", "reason": "Hết hạn", "decision": "QĐ 1"}).status == 200
    assert office.signed_in["chair"].call("POST", act, {"do": "confirm"}).status == 200
    # A store that is away: it is not said to be gone before it is.
    wait_for("the log to say it", lambda: "a recording could not be destroyed" in (office.server.data / "log").read_text(), 30)
    assert rows(office.server, "SELECT state FROM recording_disposal WHERE recording = ?", id) == [("confirmed",)]
    assert (folder(office, id) / "film" / "chapters.vtt").exists()
    assert office.secretary.get(f"/api/recordings/{id}/film/chapters.vtt").status == 404
    store.line.mend()
    wait_for("it to be gone", lambda: rows(office.server, "SELECT state FROM recording_disposal WHERE recording = ?", id) == [("done",)], 60)
    assert store.objects(id) == {} and not folder(office, id).exists()


def test_a_copy_is_made_of_a_film_that_only_the_store_has(kept_office, store, tmp_path):
    office, film = kept_office, tmp_path / "film.mp4"
    subprocess.run(
        ["ffmpeg", "-nostdin", "-loglevel", "error", "-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=60", "-f", "lavfi", "-i",
         "sine=440:r=48000:d=60", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-ac", "1", str(film)], check=True)
    (id,) = keep_recordings(
        office.server, office.book().occurrence, ended_ms=LONG_AGO, film=FILM | {"film.mp4": film.read_bytes()})
    until_dropped(office, id)

    def copied(state: str) -> dict:
        asked = office.secretary.call("POST", f"/api/recordings/{id}/copies", {"from": 10_000, "to": 14_000})
        assert asked.status == 201, asked.text
        def found():
            (one,) = [copy for copy in office.secretary.get(f"/api/recordings/{id}/copies").body["copies"] if copy["id"] == asked.body["id"]]
            return one if one["state"] == state else None
        return wait_for(f"the copy to be {state}", found, 90)

    copy = copied("done")
    answer = office.secretary.get(f"/api/copies/{copy['id']}/file")
    (tmp_path / "copy.mp4").write_bytes(answer.data)
    told = subprocess.run(
        ["ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", str(tmp_path / "copy.mp4")],
        capture_output=True, text=True, check=True)
    assert abs(float(told.stdout) - 4) < 0.1
    assert not (office.server.data / "copies" / copy["id"] / "film.mp4").exists()
    store.line.cut()
    assert "Không kết nối được kho lưu trữ" in str(copied("failed")["failure"])
