"""A briefing of real browsers is recorded into a journal: voices and pictures, across a kill of the server."""

import contextlib
import datetime
import json
import os
import pathlib
import re
import sqlite3
import subprocess
import time

import pytest

from support.browsers import CHROMIUM_FLAGS
from support.cast import FEW_PICTURES, Cast, Participant
from support.clock import ZONE
from support.journal import Journal, recordings
from support.server import BINARY, Server
from support.waiting import wait_for

PICTURES = pathlib.Path(__file__).parent / "out" / "recording"
MOST_LOST = 2.0
"""Seconds that a killed server may take with it."""


@pytest.fixture(scope="module")
def browser(playwright):
    running = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=[*CHROMIUM_FLAGS, FEW_PICTURES])
    yield running
    running.close()


class Meeting:
    """A chair and a site in a call, both seen and heard."""

    def __init__(self, server, browser, **booking):
        self.cast = Cast(server)
        start = datetime.datetime.now(ZONE).replace(second=0, microsecond=0, tzinfo=None) + datetime.timedelta(minutes=1)
        self.occurrence = self.cast.book(start, title="Giao ban có ghi", sites=[self.cast.site("ba-be")], **booking)
        self.pages = [Participant(browser, self.cast, role) for role in ("chair", "ba-be")]
        for page in self.pages:
            page.visit(page.way_in(self.occurrence) + "&autojoin=1&cam=1").until_in_the_call()
        self.chair, self.site = self.pages

    def act(self, do: str, **fields):
        self.chair.page.evaluate("([name, fields]) => void giaoban.conduct.act(name, fields)", [do, fields])

    def names(self) -> set[str]:
        """Of the participants as the room names them."""
        return {page.page.evaluate("() => giaoban.session.participant") for page in self.pages}

    def close(self):
        for page in self.pages:
            page.close()


def until_kept(folder: pathlib.Path, count: int, since: float = 0, pictures=True, key=None) -> Journal:
    """Until so many voices, and as many pictures, have two seconds in a journal."""
    def kept():
        journal = Journal(folder, key)
        voices, cameras = journal.owners("voice", 100, since), journal.owners("camera", 20, since)
        return journal if len(voices) >= count and (len(cameras) >= count or not pictures) else None
    return wait_for("voices and pictures in the journal", kept, 60)


def until_ended(folder: pathlib.Path, roles: list[str], key=None) -> Journal:
    """Until no track of those roles is open."""
    def ended():
        journal = Journal(folder, key)
        tracks = [track for role in roles for track in journal.tracks(role)]
        return journal if tracks and all("ended" in track for track in tracks) else None
    return wait_for("tracks to end", ended, 20)


def rows(server) -> list[sqlite3.Row]:
    with sqlite3.connect(f"file:{server.data}/giaoban.sqlite?mode=ro", uri=True) as database:
        database.row_factory = sqlite3.Row
        return database.execute("SELECT * FROM recording ORDER BY number").fetchall()


def archive(server, *words: str) -> tuple[int, str]:
    """How `giaoban archive` ended, and what it said."""
    ran = subprocess.run([str(BINARY), "archive", *words, "--data", str(server.data)], capture_output=True, text=True, timeout=60)
    return ran.returncode, ran.stdout + ran.stderr


def until_film(folder: pathlib.Path) -> float:
    """Until the film of a recording is made: its length in seconds."""
    def made():
        state = folder / "film" / "state.json"
        return state.exists() and json.loads(state.read_text())["phase"] == "done"
    wait_for("the film", made, 60)
    film = folder / "film" / "film.mp4"
    shown = subprocess.run(
        ["ffprobe", "-v", "error", "-show_entries", "format=duration:stream=codec_name", "-of", "json", film],
        capture_output=True, text=True, check=True)
    assert shown.stderr == "", shown.stderr
    about = json.loads(shown.stdout)
    assert {"h264", "aac"} <= {stream["codec_name"] for stream in about["streams"]}
    return float(about["format"]["duration"])


def packets(server) -> int:
    """That have come in."""
    return int(re.search(r"^giaoban_packets_received_total (\d+)", server.get("/metrics"), re.MULTILINE)[1])


@pytest.fixture(params=[1, 2])
def server(tmp_path, request):
    """With two workers each participant is on another."""
    with Server(tmp_path / "data", workers=request.param, extra=["--demo", "--room-share", "1"]) as running:
        yield running


def test_a_call_is_recorded_across_a_kill(server, browser, tmp_path):
    meeting = Meeting(server, browser)
    meeting.act("open")
    meeting.act("record.start")
    for page in meeting.pages:
        page.until_told("that it is recorded", "recording", "(one) => one?.state === 'recording'")
        page.sees("#recording", "Đang ghi")
    meeting.chair.shoot(PICTURES / "1-recording-chair.png")
    meeting.site.shoot(PICTURES / "2-recording-site.png")
    [folder] = recordings(server.data)
    before = until_kept(folder, 2)
    assert {track["codec"] for track in before.tracks("voice")} == {"opus"}
    assert all(track["clocks"] > 0 for track in before.tracks("voice") if track["packets"] > 400), before.body

    # Some seconds more, which end wherever the recorder is: what is looked at when it has just flushed has lost nothing.
    received = packets(server)
    wait_for("packets of three seconds", lambda: packets(server) > received + 1200, 30)
    killed = time.time()
    server.kill()
    cut = Journal(folder)
    assert cut.code == 0, cut.said
    lost = killed - (cut.start + cut.last_packet())
    assert lost <= MOST_LOST, f"{lost:.2f} s are lost"
    assert all(track["gap"] < 1 for track in cut.tracks("voice")), cut.tracks("voice")

    server.start()
    again = time.time() - cut.start
    for page in meeting.pages:
        page.until_in_the_call()
    after = until_kept(folder, 2, since=killed - cut.start)
    assert recordings(server.data) == [folder], "the same recording goes on"
    assert after.start == cut.start
    assert min(track["began"] for track in after.body["tracks"] if track["began"] > again - 1) > lost
    numbers = [track["number"] for track in after.body["tracks"]]
    assert len(set(numbers)) == len(numbers)

    meeting.act("record.stop")
    for page in meeting.pages:
        page.until("the sign's end", "() => !document.querySelector('#recording')?.checkVisibility()")
    [row] = wait_for("the recording to be closed", lambda: [one for one in rows(server) if one["state"] == "closed"], 20)
    whole = Journal(folder)
    assert whole.code == 0, (whole.said, whole.body["damage"])
    assert row["sha256"] == whole.sha256()
    assert row["bytes"] == sum(one.stat().st_size for one in folder.glob("*.giaoban-journal"))
    assert whole.events("over") == [True]
    assert all("ended" in track for track in whole.body["tracks"] if track["began"] > again - 1)
    with sqlite3.connect(f"file:{server.data}/giaoban.sqlite?mode=ro", uri=True) as database:
        acts = [what for (what,) in database.execute("SELECT what FROM act WHERE what LIKE '%record%' ORDER BY id")]
        closed = database.execute("SELECT detail FROM act WHERE what = 'recording.closed'").fetchone()[0]
    assert acts == ["conduct.record.start", "recording.began", "conduct.record.stop", "recording.ended", "recording.closed"]
    assert row["sha256"] in closed
    film = until_film(folder)
    assert abs(film - whole.body["seconds"]) < 1, (film, whole.body["seconds"])
    assert archive(server, "list")[1].split("\t")[0] == row["id"]
    code, said = archive(server, "verify")
    assert code == 0 and "1 checked, 0 different" in said, said
    assert archive(server, "export", row["id"][:8], "--out", str(tmp_path / "elsewhere"))[0] == 0
    assert (tmp_path / "elsewhere" / row["id"] / "film" / "film.mp4").read_bytes() == (folder / "film" / "film.mp4").read_bytes()
    segment = next(folder.glob("*.giaoban-journal"))
    segment.write_bytes(segment.read_bytes()[:-1])
    code, said = archive(server, "verify")
    assert code == 1 and "differs" in said, said
    print(json.dumps({"lost at the kill, s": round(lost, 2), "bytes": row["bytes"], "seconds": whole.body["seconds"]}))
    meeting.close()


def test_whoever_comes_in_is_told_before_that_it_is_recorded(tmp_path, browser):
    with Server(tmp_path / "data", extra=["--demo"]) as server:
        cast = Cast(server)
        start = datetime.datetime.now(ZONE).replace(second=0, microsecond=0, tzinfo=None) + datetime.timedelta(minutes=1)
        guest = Participant(browser, cast, "ba-be")
        said = "Phiên họp này được ghi hình, ghi tiếng"
        meeting = cast.book(start, title="Giao ban", sites=[cast.site("ba-be")], recorded=True)
        guest.visit(guest.way_in(meeting))
        guest.sees("#lobby-recorded", said)
        guest.shoot(PICTURES / "3-lobby.png")
        guest.visit(f"/phien/{meeting}")
        guest.sees(".facts-list", said)
        assert not guest.failures
        guest.close()


def test_a_series_that_says_so_is_recorded_from_its_opening_and_encrypted(tmp_path, browser):
    key = tmp_path / "key"
    key.write_bytes(os.urandom(32))
    with Server(tmp_path / "data", extra=["--demo", "--recording-key-file", str(key)]) as server:
        meeting = Meeting(server, browser, recorded=True)
        assert recordings(server.data) == []
        meeting.act("open")
        for page in meeting.pages:
            page.sees("#recording", "Đang ghi")
        [folder] = wait_for("a recording", lambda: recordings(server.data), 20)
        journal = until_kept(folder, 2, key=key)
        without = Journal(folder)
        assert without.code != 0 and "--key-file" in without.said
        written = b"".join(one.read_bytes() for one in folder.glob("*.giaoban-journal"))
        assert journal.tracks("voice")[0]["owner"].encode() not in written

        # A pause keeps nothing; it goes on in tracks of their own.
        meeting.act("record.pause")
        for page in meeting.pages:
            page.sees("#recording", "Tạm dừng ghi")
        paused = until_ended(folder, ["voice", "camera"], key)
        assert paused.events("paused") == [True]
        meeting.act("record.start")
        for page in meeting.pages:
            page.sees("#recording", "Đang ghi")
        resumed = until_kept(folder, 2, since=paused.body["seconds"] - 0.1, key=key)
        pause = max(track["ended"] for track in paused.body["tracks"])
        began = min(track["began"] for track in resumed.body["tracks"] if track["began"] > pause)
        for track in resumed.body["tracks"]:
            assert track["last"] <= pause or track["first"] >= began

        meeting.act("close")
        [row] = wait_for("the recording to be closed", lambda: [one for one in rows(server) if one["state"] == "closed"], 20)
        assert row["sha256"] == Journal(folder, key).sha256()
        meeting.close()


@contextlib.contextmanager
def small_disk(folder: pathlib.Path, megabytes: int):
    """A disk of so many megabytes at a folder."""
    folder.mkdir(parents=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(disk: pathlib.Path, free: float):
    """Leaves so many megabytes of a disk free."""
    figures = os.statvfs(disk)
    size = int(figures.f_bavail * figures.f_frsize - free * 2**20)
    with open(disk / f"filler-{size}", "wb") as file:
        os.posix_fallocate(file.fileno(), 0, size)


def test_a_disk_that_fills_is_told_of_and_takes_pictures_before_voices(tmp_path, browser):
    disk = tmp_path / "data" / "recordings"
    flags = ["--demo", "--recording-warn-minutes", "10000", "--recording-voices-minutes", "5", "--recording-reserve", "4"]
    with small_disk(disk, 96), Server(tmp_path / "data", extra=flags) as server:
        meeting = Meeting(server, browser)
        meeting.act("open")
        meeting.act("record.start")
        meeting.chair.sees("#recording-disk", "Ổ đĩa sắp đầy")
        [row] = rows(server)
        folder = disk / row["id"]
        until_kept(folder, 2)
        assert not meeting.site.page.evaluate("() => document.querySelector('#recording-disk').checkVisibility()")

        fill(disk, 4 + 6)
        meeting.chair.sees("#recording-disk", "chỉ ghi tiếng")
        meeting.chair.shoot(PICTURES / "3-disk-chair.png")
        shed = until_ended(folder, ["camera"])
        wait_for("voices to go on", lambda: all(
            track["last"] > shed.body["seconds"] + 2 for track in Journal(folder).tracks("voice")), 20)
        assert shed.events("stage")

        fill(disk, 4 + 0.2)
        meeting.chair.sees("#recording-disk", "đã dừng ghi")
        for page in meeting.pages:
            page.until("the sign's end", "() => !document.querySelector('#recording')?.checkVisibility()")
        [row] = wait_for("the recording to be closed", lambda: [one for one in rows(server) if one["state"] == "closed"], 20)
        whole = Journal(folder)
        assert whole.code == 0 and whole.body["damage"] == []
        assert row["sha256"] == whole.sha256()
        assert sum(track["lost"] for track in whole.body["tracks"]) == 0
        # The call goes on as if nothing were.
        for page in meeting.pages:
            assert page.page.evaluate("() => giaoban.phase === 'live' && !giaoban.broken")
            assert page.failures == []
        meeting.close()
