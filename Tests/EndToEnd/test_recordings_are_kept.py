"""How long recordings are kept: rules by class of meeting, holds, two people for an end; and that they are what they were."""

import datetime
import hashlib
import json
import pathlib
import re
import sqlite3
import subprocess

import pytest
from playwright.sync_api import expect

from support.axe import findings
from support.clock import ZONE
from support.kept_recordings import FILM, keep_recordings, rows
from support.recordings import put_copy
from support.server import BINARY
from support.signed_in_pages import opened_pages
from support.waiting import wait_for

SHOTS = pathlib.Path(__file__).parent / "out" / "keeping"
LONG_AGO = int(datetime.datetime(2012, 3, 5, 9, 0, tzinfo=ZONE).timestamp() * 1000)
REASON = {"reason": "Hết giá trị"}
DECISION = "QĐ 15/QĐ-VP ngày 03/11/2026"


@pytest.fixture(scope="module")
def meetings(office) -> list[int]:
    answer = office.administrator.call("PUT", "/api/settings", {"retention": {"periodic": 10, "single": None}})
    assert answer.status == 200 and answer.body["retention"] == {"periodic": 10}, answer.text
    return [office.book(periodic=True, title=f"Giao ban tuần {number}").occurrence for number in range(8)]


@pytest.fixture(scope="module")
def recordings(office, meetings) -> list[str]:
    """Ten years are over for all of them."""
    return keep_recordings(office.server, *meetings, ended_ms=LONG_AGO)


def decide(office, role, id, act, **fields):
    return office.signed_in[role].call("POST", f"/api/recordings/{id}/retention", {"do": act, **fields})


def standing(office, occurrence: int, role="secretary") -> dict:
    (one,) = office.signed_in[role].get(f"/api/occurrences/{occurrence}/recordings").body["recordings"]
    return one["retention"]


def acts(office, id: str) -> list[str]:
    return [what for (what,) in rows(office.server, "SELECT what FROM act WHERE object = ? ORDER BY id", f"recording {id}")]


def archive(office, *words: str) -> tuple[int, str]:
    ran = subprocess.run([str(BINARY), "archive", *words, "--data", str(office.server.data)], capture_output=True, text=True, timeout=60)
    return ran.returncode, ran.stdout + ran.stderr


def folder(office, id: str) -> pathlib.Path:
    return office.server.data / "recordings" / id


def test_a_recording_is_kept_for_ever_until_the_office_says_otherwise(office):
    single = office.book(periodic=False).occurrence
    keep_recordings(office.server, single, ended_ms=LONG_AGO)
    found = standing(office, single)
    assert (found["kind"], found["standing"], "until" in found) == ("single", "kept", False)


def test_what_is_over_its_time_is_listed_and_stays(office, meetings, recordings):
    found = standing(office, meetings[0])
    assert (found["standing"], found["until"], found["extended"]) == ("due", "2022-03-05", False)
    listed = office.secretary.get("/api/retention?standing=due").body
    assert set(recordings) >= {one["recording"]["id"] for one in listed["recordings"]}
    assert listed["counts"]["due"] >= 1 and listed["rules"] == {"periodic": 10}
    code, said = archive(office, "due")
    assert code == 0 and f"{recordings[0]}\tdue\t2022-03-05\tGiao ban tuần 0" in said
    assert (folder(office, recordings[0]) / "film" / "film.mp4").read_bytes() == FILM["film.mp4"]


def test_destroying_takes_two_people_and_leaves_the_row_with_its_hashes(office, meetings, recordings):
    id, meeting = recordings[1], meetings[1]
    (sha256,) = rows(office.server, "SELECT sha256 FROM recording WHERE id = ?", id)[0]
    for role, status in (("chair", 403), ("auditor", 403), ("delegate", 403), ("stranger", 404)):
        assert decide(office, role, id, "propose", decision=DECISION, **REASON).status == status, role
    assert decide(office, "secretary", id, "propose", decision="", **REASON).error["fields"].keys() == {"decision"}
    assert decide(office, "secretary", id, "confirm").error["code"] == "not-proposed"
    assert decide(office, "secretary", id, "propose", decision=DECISION, **REASON).status == 200
    assert decide(office, "administrator", id, "propose", decision=DECISION, **REASON).error["code"] == "proposed"
    assert decide(office, "secretary", id, "confirm").error["code"] == "same-person"
    assert standing(office, meeting)["standing"] == "proposed" and folder(office, id).exists()
    copy = put_copy(office.server.data, id, office.person["secretary"])
    assert office.secretary.get(f"/api/copies/{copy}/file").status == 200
    assert decide(office, "chair", id, "confirm").status == 200
    wait_for("the files to be gone", lambda: "recording.destroyed" in acts(office, id))
    assert not folder(office, id).exists() and not (office.server.data / "copies" / copy).exists()
    assert office.secretary.get(f"/api/copies/{copy}/file").status == 404
    assert [act for act in acts(office, id) if "destroy" in act] == [
        "recording.destroy.propose", "recording.destroy.confirm", "recording.destroyed"]
    found = standing(office, meeting)
    assert found["standing"] == "destroyed" and found["disposal"]["decision"] == DECISION
    assert found["disposal"]["doneAt"][:10] == datetime.datetime.now(ZONE).date().isoformat()
    assert rows(office.server, "SELECT state, sha256 FROM recording WHERE id = ?", id) == [("closed", sha256)]
    assert office.secretary.get(f"/api/recordings/{id}/film/film.mp4").status == 404
    for act in ("hold", "keep", "propose", "confirm"):
        assert decide(office, "administrator", id, act, decision=DECISION, **REASON).error["code"] == "destroyed", act
    # After a start it is neither made again nor missed.
    office.server.stop()
    office.server.start()
    code, said = archive(office, "verify", id)
    assert code == 0 and "1 destroyed as decided" in said
    assert archive(office, "hold", id, "--reason", "x")[0] != 0
    assert not folder(office, id).exists()


def test_what_was_confirmed_is_destroyed_also_when_the_server_was_killed_meanwhile(office, meetings, recordings):
    id = recordings[2]
    assert decide(office, "secretary", id, "propose", decision=DECISION, **REASON).status == 200
    office.server.kill()
    with sqlite3.connect(office.server.data / "giaoban.sqlite", timeout=30) as store:
        store.execute(
            "UPDATE recording_disposal SET state = 'confirmed', decided_at = 1, decided_by = ? WHERE recording = ?",
            [office.person["chair"], id])
    store.close()
    # Half of it is gone.
    (folder(office, id) / "film" / "film.mp4").unlink()
    office.server.start()
    wait_for("the rest to be gone", lambda: "recording.destroyed" in acts(office, id))
    assert not folder(office, id).exists()


def test_a_hold_stops_everything_until_it_is_released(office, meetings, recordings):
    id, meeting = recordings[3], meetings[3]
    assert decide(office, "secretary", id, "propose", decision=DECISION, **REASON).status == 200
    assert decide(office, "chair", id, "hold", **REASON).status == 403
    assert decide(office, "auditor", id, "hold", reason="Thanh tra số 7").status == 200
    code, said = archive(office, "hold", id, "--reason", "Khiếu nại")
    assert code == 0, said
    number = re.search(r"hold (\d+)", said)[1]
    found = standing(office, meeting)
    assert found["standing"] == "held" and [one["reason"] for one in found["holds"]] == ["Thanh tra số 7", "Khiếu nại"]
    assert decide(office, "chair", id, "confirm").error["code"] == "held"
    assert archive(office, "release", id, "--reason", "Xong")[0] != 0, "which of the two?"
    assert archive(office, "release", id, "--hold", number, "--reason", "Xong")[0] == 0
    assert decide(office, "chair", id, "confirm").error["code"] == "held"
    first = found["holds"][0]["id"]
    assert decide(office, "auditor", id, "release", hold=first, reason="Đã kết luận").status == 200
    assert decide(office, "auditor", id, "release", hold=first, reason="Đã kết luận").error["code"] == "no-hold"
    # The proposal still stands, and can still be refused.
    assert decide(office, "chair", id, "refuse", reason="Còn dùng").status == 200
    assert standing(office, meeting)["standing"] == "due" and folder(office, id).exists()
    who = rows(office.server, "SELECT who FROM act WHERE object = ? AND what = 'recording.hold' ORDER BY id", f"recording {id}")
    assert who[0] == (f"person {office.person['auditor']}",) and who[1][0].startswith("operator ")


def test_keeping_on_makes_the_time_longer_and_never_shorter(office, meetings, recordings):
    id, meeting = recordings[4], meetings[4]
    assert decide(office, "secretary", id, "keep", until="2020-01-01", **REASON).error["code"] == "not-longer"
    assert decide(office, "secretary", id, "keep", until="x", **REASON).error["fields"].keys() == {"until"}
    assert decide(office, "secretary", id, "keep", until="2060-06-30", **REASON).status == 200
    found = standing(office, meeting)
    assert (found["standing"], found["until"], found["extended"]) == ("kept", "2060-06-30", True)
    assert decide(office, "secretary", id, "keep", until="2050-01-01", **REASON).error["code"] == "not-longer"
    assert decide(office, "secretary", id, "keep", **REASON).status == 200
    assert "until" not in standing(office, meeting)


def test_a_changed_byte_is_said_in_words_and_loudly(office, meetings, recordings):
    id, meeting = recordings[5], meetings[5]
    assert office.signed_in["auditor"].call("POST", f"/api/recordings/{id}/check", {}).body["state"] == "whole"
    assert archive(office, "verify", id)[0] == 0
    film = folder(office, id) / "film" / "film.mp4"
    film.write_bytes(b"X" + film.read_bytes()[1:])
    (folder(office, id) / "000001.giaoban-journal").unlink()
    found = office.secretary.call("POST", f"/api/recordings/{id}/check", {}).body
    assert found["state"] == "broken"
    assert found["findings"] == ["Thiếu tệp 000001.giaoban-journal.", "Nội dung tệp film/film.mp4 không còn như lúc đóng."]
    code, said = archive(office, "verify", id)
    assert code == 1 and "000001.giaoban-journal is missing." in said and "film/film.mp4 is not what it was." in said
    assert office.secretary.get("/api/retention").body["broken"] == 1
    wait_for("the metric", lambda: office.server.metrics().get("recordings_broken") == 1)
    assert "a recording is not what it was" in (office.server.data / "log").read_text()
    lines = rows(office.server, "SELECT what FROM act WHERE object = ? AND what LIKE 'recording.%' ORDER BY id", f"occurrence {meeting}")
    assert [what for (what,) in lines][-2:] == ["recording.sealed", "recording.broken"]


def test_a_film_made_again_by_hand_is_sealed_by_hand(office, recordings):
    id = recordings[6]
    film = folder(office, id) / "film"
    (film / "film.mp4").write_bytes(b"another film")
    (film / "chapters.vtt").write_text("WEBVTT\n\nitem-1\n00:00:00.000 --> 00:00:09.000\nĐê bao Nà Phặc\n")
    (film / "talk.json").write_text(json.dumps({"milliseconds": 9000, "speakers": [], "silences": []}))
    assert archive(office, "verify", id)[0] == 1
    search = "/api/recordings?q=de+bao+na+phac"
    assert office.secretary.get(search).body["recordings"] == []
    assert archive(office, "seal", id)[0] == 0
    code, said = archive(office, "verify", id)
    assert code == 0 and "whole, with its film" in said
    (found,) = office.secretary.get(search).body["recordings"]
    assert id in json.dumps(found)


def test_a_database_that_was_changed_is_found_by_the_chain(office, recordings):
    id = recordings[7]
    film = folder(office, id) / "film" / "film.mp4"
    film.write_bytes(b"forged")
    with sqlite3.connect(office.server.data / "giaoban.sqlite", timeout=30) as store:
        (text,) = store.execute("SELECT text FROM recording_manifest WHERE recording = ?", [id]).fetchone()
        forged = re.sub(r"\w{64} \d+ film/film\.mp4", f"{hashlib.sha256(b'forged').hexdigest()} 6 film/film.mp4", text)
        store.execute("UPDATE recording_manifest SET text = ? WHERE recording = ?", [forged, id])
    store.close()
    code, said = archive(office, "verify", id)
    assert code == 1 and "not the one in the chain of acts" in said


def test_the_page_leads_two_people_through_it(office, browser, meetings, recordings):
    SHOTS.mkdir(parents=True, exist_ok=True)
    id, meeting = recordings[0], meetings[0]
    with opened_pages(office, browser) as open_page:
        page = open_page("/luu-tru", role="secretary")
        page.get_by_role("link", name="Thời hạn lưu bản ghi").click()
        line = page.locator(".keeping").filter(has_text="Giao ban tuần 0")
        expect(line).to_contain_text("Hết thời hạn lưu sau ngày 05/03/2022 · hạn theo loại họp")
        page.screenshot(path=SHOTS / "due.png", full_page=True)
        assert not findings(page, "keeping")
        line.get_by_role("button", name="Đề nghị hủy").click()
        page.get_by_role("button", name="Đề nghị hủy").last.click()
        expect(page.get_by_role("alert")).to_contain_text("Chưa ghi lý do")
        page.get_by_label("Quyết định hủy").fill(DECISION)
        page.get_by_label("Lý do").fill("Hết giá trị sử dụng")
        page.screenshot(path=SHOTS / "propose.png")
        page.locator("dialog").get_by_role("button", name="Đề nghị hủy").click()
        expect(line.locator(".chip")).to_have_text("Chờ xác nhận hủy")
        expect(line.get_by_role("button", name="Xác nhận hủy")).to_have_count(0)
        chair = open_page("/luu-tru/thoi-han", role="chair")
        line = chair.locator(".keeping").filter(has_text="Giao ban tuần 0")
        line.get_by_role("button", name="Xác nhận hủy").click()
        expect(chair.locator("dialog")).to_contain_text(DECISION)
        chair.screenshot(path=SHOTS / "confirm.png")
        chair.locator("dialog").get_by_role("button", name="Xác nhận hủy").click()
        wait_for("the files to be gone", lambda: not folder(office, id).exists())
        watched = open_page(f"/phien/{meeting}", role="delegate")
        expect(watched.locator(".recording-keeping")).to_have_text(re.compile(rf"Đã hủy ngày \d\d/\d\d/\d{{4}} theo {DECISION}"))
        expect(watched.get_by_role("button", name="Xem", exact=True)).to_have_count(0)
        watched.screenshot(path=SHOTS / "destroyed.png", full_page=True)
        broken = open_page("/luu-tru/thoi-han?hien=due", role="secretary")
        expect(broken.get_by_text("1 bản ghi KHÔNG còn nguyên vẹn")).to_be_visible()
        broken.screenshot(path=SHOTS / "broken.png", full_page=True)
        settings = open_page("/cai-dat", role="administrator")
        expect(settings.get_by_label("Họp giao ban, họp định kỳ")).to_have_value("10")
        settings.screenshot(path=SHOTS / "settings.png", full_page=True)
        for one in (page, chair, watched, broken, settings):
            assert not one.errors
