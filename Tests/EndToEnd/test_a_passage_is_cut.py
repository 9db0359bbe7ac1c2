"""A passage is cut out of a film as its own file: exact to the picture, in step, marked for whom it is."""

import json
import os
import signal
import subprocess

import numpy
import pytest

from support.composing import ALONE, compose, skews
from support.film import beeps, coded_pictures, decoding_errors, probe, shown_numbers, sound_onsets
from support.server import BINARY
from support.waiting import wait_for
from support.written_journal import Journal, Sender, encode

MARK = "Nguyễn Thị Hoa · Sở Y tế · 22/11/2026 09:14"


def cut(film, out, *extra, check=True):
    done = subprocess.run(
        [str(BINARY), "archive", "cut", str(film), "--out", str(out), "--nice", "0", *map(str, extra)],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert not check or done.returncode == 0, done.stdout
    return done


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    """Half a minute of one who is seen and heard, in three chapters."""
    folder = tmp_path_factory.mktemp("film")
    journal = Journal(folder / "journal")
    sender = Sender(journal, 1, "p1", "Huyện Ba Bể")
    sender.voice(beeps(30))
    sender.camera(coded_pictures(750))
    journal.event(0, item={"id": 1, "title": "Khai mạc"})
    journal.event(10_000_000, item={"id": 2, "title": "Tình hình mưa lũ"})
    journal.event(20_000_000, item={"id": 3, "title": "Thu ngân sách"})
    journal.write()
    compose(folder / "journal", folder / "film")
    return folder / "film"


def test_a_passage_begins_and_ends_at_the_picture(film, tmp_path):
    state = tmp_path / "state.json"
    cut(film / "film.mp4", tmp_path / "passage.mp4", "--from", 7.28, "--to", 21.4, "--state", state)
    found = probe(tmp_path / "passage.mp4")
    streams = {stream["codec_type"]: stream for stream in found["streams"]}
    assert streams["video"]["codec_name"] == "h264" and streams["audio"]["codec_name"] == "aac"
    assert int(streams["video"]["nb_frames"]) == 353
    assert abs(float(streams["audio"]["duration"]) - 14.12) <= 0.04
    assert decoding_errors(tmp_path / "passage.mp4") == ""
    # Its table of contents comes first.
    head = (tmp_path / "passage.mp4").read_bytes()
    assert head.index(b"moov") < head.index(b"mdat")
    of_film = shown_numbers(film / "film.mp4", ALONE)[182:535]
    shown = shown_numbers(tmp_path / "passage.mp4", ALONE)
    assert [number for _, number in shown] == [number for _, number in of_film]
    out = skews(tmp_path / "passage.mp4", shown)
    assert len(out) >= 13 and max(map(abs, out)) <= 0.04, out
    here, there = sound_onsets(tmp_path / "passage.mp4"), sound_onsets(film / "film.mp4")
    assert max(abs(onset + 7.28 - there[index + 8]) for index, onset in enumerate(here)) <= 0.004
    told = json.loads(state.read_text())
    assert told["phase"] == "done" and told["progress"] == 1 and (told["from"], told["to"]) == (7.28, 21.4)
    assert list(tmp_path.glob("*.new")) == []


def test_a_passage_has_the_chapters_of_its_time(film, tmp_path):
    cut(film / "film.mp4", tmp_path / "passage.mp4", "--from", 5, "--to", 20)
    chapters = [
        (float(chapter["start_time"]), float(chapter["end_time"]), chapter["tags"]["title"])
        for chapter in probe(tmp_path / "passage.mp4")["chapters"]]
    assert chapters == [(0, 5, "Khai mạc"), (5, 15, "Tình hình mưa lũ")]


def luma(film, at):
    raw = encode("-ss", at, "-i", film, "-frames:v", "1", "-f", "rawvideo", "-pix_fmt", "gray")
    return numpy.frombuffer(raw, numpy.uint8).reshape(-1, 1280).astype(int)


def test_a_marked_copy_is_marked_in_every_part_of_every_picture(film, tmp_path):
    cut(film / "film.mp4", tmp_path / "copy.mp4", "--mark", MARK)
    assert abs(float(probe(tmp_path / "copy.mp4")["format"]["duration"]) - float(probe(film / "film.mp4")["format"]["duration"])) < 0.05
    assert probe(tmp_path / "copy.mp4")["format"]["tags"]["title"] == MARK
    # What is burnt in hides nothing.
    shown = shown_numbers(tmp_path / "copy.mp4", ALONE)
    assert {number // 25 for _, number in shown if number} == set(range(1, 31))
    for at in (0.5, 15, 29):
        change = abs(luma(tmp_path / "copy.mp4", at) - luma(film / "film.mp4", at))
        assert change.max() < 130, "faint"
        changed = change > 20
        for row in range(0, 720, 240):
            for column in range(0, 1280, 320):
                part = changed[row:row + 240, column:column + 320].mean()
                assert 0.01 < part < 0.3, (at, row, column, part)


def test_a_passage_of_the_sound_alone_says_for_whom_it_is(film, tmp_path):
    cut(film / "sound.mp4", tmp_path / "passage.m4a.mp4", "--from", 3.5, "--to", 12.25, "--mark", MARK)
    found = probe(tmp_path / "passage.m4a.mp4")
    assert [stream["codec_name"] for stream in found["streams"] if stream["codec_type"] == "audio"] == ["aac"]
    assert not any(stream["codec_type"] == "video" for stream in found["streams"])
    assert found["format"]["tags"]["title"] == MARK
    assert abs(float(found["format"]["duration"]) - 8.75) < 0.05
    here, there = sound_onsets(tmp_path / "passage.m4a.mp4"), sound_onsets(film / "sound.mp4")
    assert max(abs(onset + 3.5 - there[index + 4]) for index, onset in enumerate(here)) <= 0.004


@pytest.mark.parametrize("asked, said", [
    (["--from", 12, "--to", 12], "phải kết thúc sau khi bắt đầu"),
    (["--from", 12, "--to", 5], "has to end behind its begin"),
    (["--from", 40, "--to", 50], "nằm ngoài phim"),
    (["--from", 20, "--to", 45], "outside of the film, which has 30"),
])
def test_a_passage_that_is_none_is_refused_in_words(film, tmp_path, asked, said):
    state = tmp_path / "state.json"
    done = cut(film / "film.mp4", tmp_path / "passage.mp4", *asked, "--state", state, check=False)
    assert done.returncode == 1 and said in done.stdout
    told = json.loads(state.read_text())
    assert told["phase"] == "failed" and said in told["failure"]
    assert not (tmp_path / "passage.mp4").exists()


def test_what_is_no_film_is_refused_in_words(film, tmp_path):
    done = cut(tmp_path / "none.mp4", tmp_path / "passage.mp4", check=False)
    assert done.returncode == 1 and "There is no film" in done.stdout and "Không có tệp phim" in done.stdout
    (tmp_path / "text.mp4").write_text("Giấy mời họp " * 1_000)
    done = cut(tmp_path / "text.mp4", tmp_path / "passage.mp4", check=False)
    assert done.returncode == 1 and "no film of ours" in done.stdout
    # Cut off within its table of contents, and within its pictures.
    whole = (film / "film.mp4").read_bytes()
    (tmp_path / "half.mp4").write_bytes(whole[:2_000])
    assert cut(tmp_path / "half.mp4", tmp_path / "passage.mp4", check=False).returncode == 1
    assert list(tmp_path.glob("passage*")) == []


def test_a_film_is_not_written_over(film, tmp_path):
    before = (film / "film.mp4").read_bytes()
    os.link(film / "film.mp4", tmp_path / "other-name.mp4")
    done = cut(film / "film.mp4", tmp_path / "other-name.mp4", "--to", 5, check=False)
    assert done.returncode == 1 and "chọn tên tệp khác" in done.stdout
    assert (film / "film.mp4").read_bytes() == before


def test_a_full_disk_is_said_and_nothing_is_left(film, tmp_path):
    folder = tmp_path / "small"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)], check=True)
    try:
        done = cut(film / "film.mp4", folder / "passage.mp4", "--state", tmp_path / "state.json", check=False)
        assert done.returncode == 1 and "Đĩa đã đầy" in done.stdout and "disk is full" in done.stdout
        assert json.loads((tmp_path / "state.json").read_text())["phase"] == "failed"
        assert list(folder.iterdir()) == []
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.parametrize("way", ["signal", "input"])
def test_a_cut_that_is_stopped_leaves_nothing(film, tmp_path, way):
    running = subprocess.Popen(
        [str(BINARY), "archive", "cut", str(film / "film.mp4"), "--out", str(tmp_path / "copy.mp4"), "--state",
         str(tmp_path / "state.json"), "--attached"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    wait_for("the cut to begin", lambda: (tmp_path / "copy.mp4.new").exists(), 30, 0.01)
    assert not (tmp_path / "copy.mp4").exists()
    if way == "signal":
        running.send_signal(signal.SIGTERM)
    else:
        running.stdin.close()
    assert running.wait(30) == 3
    assert sorted(path.name for path in tmp_path.iterdir()) == ["state.json"]
    assert json.loads((tmp_path / "state.json").read_text())["phase"] == "stopped"
