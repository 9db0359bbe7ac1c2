"""A journal becomes a film: what is shown and heard, in step, from damaged journals and by composers that are killed."""

import json
import os
import signal
import subprocess

import pytest

from support.composing import ALONE, compose, skews
from support.film import beeps, coded_pictures, decoding_errors, probe, shown_numbers, sound_onsets
from support.server import BINARY
from support.waiting import wait_for
from support.written_journal import Journal, Sender, encode, h264_payloads

@pytest.fixture(scope="module")
def minute():
    """A minute of pictures, the first with number 25, a keyframe each two seconds, and tones."""
    return coded_pictures(60 * 25, keyframes=50), beeps(60)


def short_journal(folder, minute) -> Journal:
    """Twenty seconds of one who is seen and heard."""
    frames, packets = minute
    journal = Journal(folder)
    sender = Sender(journal, 1, "p1", "Huyện Ba Bể")
    sender.voice(packets[:1000])
    sender.camera(frames[:500])
    journal.write()
    return journal


def test_one_voice_and_one_picture_are_a_film(tmp_path, minute):
    short_journal(tmp_path / "journal", minute)
    compose(tmp_path / "journal", tmp_path / "film")
    film = tmp_path / "film/film.mp4"
    streams = {stream["codec_type"]: stream for stream in probe(film)["streams"]}
    assert streams["video"]["codec_name"] == "h264" and streams["audio"]["codec_name"] == "aac"
    assert (streams["video"]["width"], streams["video"]["height"]) == (1280, 720)
    assert streams["video"]["avg_frame_rate"] == "25/1"
    assert decoding_errors(film) == ""
    numbers = shown_numbers(film, ALONE)
    assert {number // 25 for _, number in numbers if number} == set(range(1, 21))
    found = skews(film, numbers)
    assert len(found) >= 19 and max(map(abs, found)) <= 0.04, found


@pytest.fixture(scope="module")
def meeting(tmp_path_factory, minute):
    """A meeting of 70 seconds with all that goes wrong, and its film."""
    frames, packets = minute
    folder = tmp_path_factory.mktemp("meeting")
    journal = Journal(folder / "journal")
    (folder / "journal/pages").mkdir()
    (folder / "journal/pages/1.png").write_bytes(
        encode("-f", "lavfi", "-i", "color=white:s=800x600:d=0.04", "-frames:v", "1", "-c:v", "png", "-f", "image2pipe"))
    # Of the chair every 50th packet of the picture and every tenth of the voice is lost; a clock is off.
    chair = Sender(journal, 1, "p1", "Chủ trì", ppm=200, ntp=3_000_000_000.25)
    chair.voice(packets, lose=set(range(7, 3_000, 10)))
    chair.camera(frames, lose=set(range(333, 1500, 400)))
    # Somebody stops and returns, as another stream, in another size, by another codec.
    other = Sender(journal, 2, "p2", "Huyện Chợ Đồn", begin=3)
    other.camera(coded_pictures(250, size=(320, 180), first=3_000))
    back = Sender(journal, 2, "p2", "Huyện Chợ Đồn", begin=25, ntp=77.0)
    back.camera(
        coded_pictures(500, "libx264", first=6_000), codec="h264", payloads=h264_payloads, track=29, first=5, ssrc=77)
    # Forty come and go, two seconds each.
    small = coded_pictures(50, size=(160, 90), first=9_000)
    for number in range(40):
        sender = Sender(journal, 100 + number, f"q{number}", f"Xã {number}", begin=1 + number)
        sender.camera(small, reports=number % 2 == 0)
        journal.ended(sender.arrival(2.2), (100 + number) * 10 + 1)
    journal.event(0, stage=["p1"])
    journal.event(5_000_000, item={"id": 1, "title": "Tình hình mưa lũ <tuần>"}, stage=["p1", "p2"])
    journal.event(12_000_000, floor={"owners": ["p2"], "name": "Huyện Chợ Đồn"}, speaker="p2")
    journal.event(20_000_000, page={"paper": "a", "page": 3, "image": "pages/1.png"})
    journal.event(30_000_000, page={"paper": "a", "page": 4, "image": "../../../../etc/passwd"})
    journal.event(35_000_000, page=None, item={"id": 2, "title": "Thu ngân sách"}, floor=None, speaker="p1", stage=["p1"])
    for second in range(61, 71):
        journal.event(second * 1_000_000, pulse=second)
    journal.write()
    compose(folder / "journal", folder / "film")
    return folder


def test_a_meeting_in_which_much_goes_wrong_is_composed_without_a_break(meeting):
    film = meeting / "film/film.mp4"
    found = probe(film)
    assert abs(float(found["format"]["duration"]) - 70.04) < 0.1
    assert decoding_errors(film) == ""
    # Alone for five seconds and from the 35th on.
    numbers = [(time, number) for time, number in shown_numbers(film, ALONE) if time < 5 or 36 <= time]
    seconds = {number // 25 for _, number in numbers if number}
    # A lost picture keeps the one before up to the next keyframe; each second is there.
    assert set(range(2, 5)) | set(range(37, 60)) <= seconds, seconds
    out = skews(film, numbers)
    assert len(out) >= 26 and max(map(abs, out)) <= 0.04, out


def test_chapters_are_right_to_the_second(meeting):
    chapters = [(float(chapter["start_time"]), chapter["tags"]["title"]) for chapter in probe(meeting / "film/film.mp4")["chapters"]]
    assert chapters == [
        (0, "Mở đầu"), (5, "Tình hình mưa lũ <tuần>"), (12, "Tình hình mưa lũ <tuần> – Huyện Chợ Đồn"),
        (20, "Tình hình mưa lũ <tuần> – trang 3"), (30, "Tình hình mưa lũ <tuần> – trang 4"), (35, "Thu ngân sách")]
    text = (meeting / "film/chapters.vtt").read_text()
    assert text.startswith("WEBVTT\n\nbegin-1\n00:00:00.000 --> 00:00:05.000\n")
    assert "item-2\n00:00:05.000 --> 00:00:12.000\nTình hình mưa lũ &lt;tuần&gt;\n" in text
    speakers = (meeting / "film/speakers.vtt").read_text()
    assert "00:00:12.000 --> 00:00:35.000\nHuyện Chợ Đồn\n" in speakers
    assert "00:00:35.000 --> 00:01:10.040\nChủ trì\n" in speakers


def test_who_spoke_and_what_was_not_there_is_told(meeting):
    talk = json.loads((meeting / "film/talk.json").read_text())
    assert [speaker["owner"] for speaker in talk["speakers"]] == ["p1"]
    # A tenth of a second of tone each second, and what is held after it.
    assert 30_000 < talk["speakers"][0]["milliseconds"] < 50_000
    assert talk["silences"][-1][1] == talk["milliseconds"] == 70_040
    voice = meeting / "film" / talk["speakers"][0]["file"]
    sound = meeting / "film/sound.mp4"
    for file in (voice, sound):
        streams = probe(file)["streams"]
        assert streams[0]["codec_name"] == "opus"
        assert decoding_errors(file) == ""
        onsets, film = sound_onsets(file), sound_onsets(meeting / "film/film.mp4")
        assert len(onsets) == len(film) and max(abs(a - b) for a, b in zip(onsets, film)) <= 0.02
    assert float(probe(sound)["format"]["bit_rate"]) < 30_000
    state = json.loads((meeting / "film/state.json").read_text())
    assert state["phase"] == "done" and state["progress"] == 1 and state["remaining"] == 0
    assert any("etc/passwd" in sentence for sentence in state["damage"])
    assert not (meeting / "film/pieces").exists() and not (meeting / "film/growing.mp4").exists()


def test_a_killed_composer_goes_on_where_it_was(tmp_path, minute):
    frames, packets = minute
    journal = Journal(tmp_path / "journal")
    for number in range(3):
        sender = Sender(journal, number + 1, f"p{number}", f"Điểm cầu {number}", begin=60.0 * number)
        sender.voice(packets)
        sender.camera(frames)
        journal.ended(sender.arrival(60.1), sender.number * 10)
        journal.ended(sender.arrival(60.1), sender.number * 10 + 1)
        journal.event(60_000_000 * number, stage=[f"p{number}"])
    journal.write()
    out = tmp_path / "film"
    running = subprocess.Popen([str(BINARY), "archive", "compose", str(tmp_path / "journal"), "--out", str(out), "--nice", "0"])
    wait_for("a finished piece", lambda: (out / "pieces/1.piece").exists() or running.poll() is not None, 300, 0.05)
    running.send_signal(signal.SIGKILL)
    assert running.wait() == -signal.SIGKILL
    # What there was until then plays.
    growing = probe(out / "growing.mp4")
    assert float(growing["format"]["duration"]) > 90
    # It goes on near to where it was: what is not read any more may be broken, and nobody hears of it.
    whole = journal.path.read_bytes()
    journal.path.write_bytes(whole[:20_000] + bytes([whole[20_000] ^ 1]) + whole[20_001:])
    compose(tmp_path / "journal", out)
    journal.path.write_bytes(whole)
    state = json.loads((out / "state.json").read_text())
    assert state["resumed"] >= 120 and state["phase"] == "done" and state["damage"] == []
    film = out / "film.mp4"
    assert decoding_errors(film) == ""
    numbers = shown_numbers(film, ALONE)
    for minute_of_film in range(3):
        there = {number // 25 for time, number in numbers if number and minute_of_film * 60 <= time < minute_of_film * 60 + 60.5}
        assert set(range(1, 61)) - there <= {60}, there
    assert len(sound_onsets(film)) >= 179
    at_once = tmp_path / "at-once"
    compose(tmp_path / "journal", at_once)
    assert shown_numbers(at_once / "film.mp4", ALONE) == numbers
    for name in ("chapters.vtt", "speakers.vtt", "talk.json", "film.json"):
        assert (at_once / name).read_text() == (out / name).read_text()


def test_a_damaged_journal_is_composed_as_far_as_it_can_be_read(tmp_path, minute):
    journal = short_journal(tmp_path / "journal", minute)
    bytes_ = bytearray(journal.path.read_bytes())
    bytes_[len(bytes_) // 2] ^= 0x40
    journal.path.write_bytes(bytes_[:-2_000])
    compose(tmp_path / "journal", tmp_path / "film")
    film = tmp_path / "film/film.mp4"
    assert decoding_errors(film) == ""
    seconds = {number // 25 for _, number in shown_numbers(film, ALONE) if number}
    assert set(range(1, 9)) <= seconds and len(seconds) >= 12
    damage = json.loads((tmp_path / "film/state.json").read_text())["damage"]
    assert any("unreadable" in sentence for sentence in damage) and any("cut off" in sentence for sentence in damage)


def test_what_cannot_be_composed_is_said(tmp_path):
    (tmp_path / "empty").mkdir()
    done = compose(tmp_path / "empty", tmp_path / "film", check=False)
    assert done.returncode == 1 and "no journal" in done.stdout
    assert compose(tmp_path / "empty", tmp_path / "film", "--key-file", "/dev/null", check=False).returncode != 0


def test_a_film_follows_a_meeting_and_is_ready_when_it_ends(tmp_path, minute):
    frames, packets = minute
    journal = Journal(tmp_path / "journal")
    sender = Sender(journal, 1, "p1", "Huyện Ba Bể")
    sender.voice(packets[:1000])
    sender.camera(frames[:500])
    journal.event(20_100_000, over=True)
    blocks = list(journal.blocks_of())
    running = None
    out = tmp_path / "film"
    with open(journal.path, "ab") as file:
        for index, (block, _) in enumerate(blocks):
            if index == len(blocks) - 1:
                # All but the end is there: it is composed up to some seconds before, and what is there plays.
                wait_for("the film to follow", lambda: state_of(out).get("composed", 0) > 10, 120, 0.1)
                assert state_of(out)["phase"] in ("composing", "following")
                wait_for("a fragment", lambda: (out / "growing.mp4").stat().st_size > 20_000, 30, 0.1)
                assert probe(out / "growing.mp4")["streams"]
            file.write(block)
            file.flush()
            os.fsync(file.fileno())
            if running is None:
                running = subprocess.Popen(
                    [str(BINARY), "archive", "compose", str(tmp_path / "journal"), "--out", str(out), "--follow", "--nice", "0"])
    assert running.wait(60) == 0
    assert state_of(out)["phase"] == "done"
    assert decoding_errors(out / "film.mp4") == ""


def state_of(out) -> dict:
    try:
        return json.loads((out / "state.json").read_text())
    except FileNotFoundError:
        return {}


def test_the_low_film_shows_and_says_the_same_at_a_quarter(meeting):
    low, film = meeting / "film/low.mp4", meeting / "film/film.mp4"
    found = probe(low)
    streams = {stream["codec_type"]: stream for stream in found["streams"]}
    assert streams["video"]["codec_name"] == "h264" and streams["audio"]["codec_name"] == "aac"
    assert (streams["video"]["width"], streams["video"]["height"]) == (640, 360)
    assert streams["video"]["r_frame_rate"] == "25/2"
    assert int(found["format"]["bit_rate"]) < 240_000
    assert decoding_errors(low) == ""
    assert abs(float(found["format"]["duration"]) - float(probe(film)["format"]["duration"])) < 0.1
    titles = [(chapter["start_time"], chapter["tags"]["title"]) for chapter in found["chapters"]]
    assert titles == [(chapter["start_time"], chapter["tags"]["title"]) for chapter in probe(film)["chapters"]]
    place = tuple(value // 2 for value in ALONE)
    shown = [(time, number) for time, number in shown_numbers(low, place, rate=12.5) if time < 5 or 36 <= time]
    assert set(range(2, 5)) | set(range(37, 60)) <= {number // 25 for _, number in shown if number}
    onsets, full = sound_onsets(low), sound_onsets(film)
    assert len(onsets) == len(full) and max(abs(a - b) for a, b in zip(onsets, full)) <= 0.02


@pytest.mark.parametrize("name", ["film.mp4", "low.mp4"])
def test_a_player_gets_anywhere_by_a_head_of_a_few_kilobytes(meeting, name):
    bytes_ = (meeting / "film" / name).read_bytes()
    boxes, place = [], 0
    while place < len(bytes_):
        size = int.from_bytes(bytes_[place:place + 4], "big")
        boxes.append((bytes_[place + 4:place + 8].decode(), place, size))
        place += size
    assert place == len(bytes_)
    spans = 36
    assert [box for box, _, _ in boxes] == ["ftyp", "moov", "sidx", "sidx"] + spans * ["moof", "mdat"]
    head = boxes[4][1]
    assert head < 4_000
    # The index leads to each keyframe (ISO/IEC 14496-12 §8.16.3).
    sidx = bytes_[boxes[2][1]:boxes[3][1]]
    assert int.from_bytes(sidx[24:28], "big") == boxes[3][2]
    count = int.from_bytes(sidx[30:32], "big")
    places, at = [], head
    for entry in range(count):
        places.append(at)
        at += int.from_bytes(sidx[32 + 12 * entry:36 + 12 * entry], "big")
    assert places == [start for box, start, _ in boxes if box == "moof"] and at == len(bytes_)
    # Where somebody goes to a chapter nothing is read of what is before it.
    packets = json.loads(subprocess.run(
        ["ffprobe", "-v", "error", "-read_intervals", "65%+#1", "-select_streams", "v", "-show_packets", "-of", "json",
         str(meeting / "film" / name)], check=True, stdout=subprocess.PIPE).stdout)["packets"]
    assert float(packets[0]["pts_time"]) == 64 and packets[0]["flags"].startswith("K")
    # And it goes on from there to the end.
    told = subprocess.run(
        ["ffprobe", "-v", "error", "-read_intervals", "41%", "-select_streams", "v", "-show_entries", "packet=pts_time", "-of",
         "csv=p=0", str(meeting / "film" / name)], check=True, stdout=subprocess.PIPE, text=True).stdout.split()
    rate = 25 if name == "film.mp4" else 12.5
    assert float(told[0].strip(",")) == 40 and len(told) == round((float(told[-1].strip(",")) - 40) * rate) + 1 and len(told) > 30 * rate


def test_a_pause_is_cut_out_of_the_film(tmp_path, minute):
    frames, packets = minute
    journal = Journal(tmp_path / "journal")
    before = Sender(journal, 1, "p1", "Huyện Ba Bể")
    before.voice(packets[:500])
    before.camera(frames[:250])
    journal.event(10_100_000, paused=True)
    for track in (10, 11):
        journal.ended(10_110_000, track)
    # Something happens that is not recorded.
    journal.event(60_000_000, item={"id": 2, "title": "Nhân sự"})
    after = Sender(journal, 2, "p1", "Huyện Ba Bể", begin=430, ntp=3_976_000_430.5)
    journal.event(430_000_000, paused=False)
    after.voice(packets[500:1000], track=30)
    after.camera(frames[500:750], track=31)
    journal.event(435_000_000, item={"id": 3, "title": "Thu ngân sách"})
    journal.event(440_100_000, over=True)
    journal.write()
    compose(tmp_path / "journal", tmp_path / "film")
    film = tmp_path / "film/film.mp4"
    assert decoding_errors(film) == ""
    # 10.12 s, a card of 2 s, and 10.14 s from the 430th on.
    assert abs(float(probe(film)["format"]["duration"]) - 22.26) < 0.1
    numbers = shown_numbers(film, ALONE)
    assert {number // 25 for time, number in numbers if number and time < 10.1} == set(range(1, 11))
    assert all(number is None for time, number in numbers if 10.2 <= time < 12)
    assert {number // 25 for time, number in numbers if number and 12.2 < time} == set(range(21, 31))
    assert max(map(abs, skews(film, [entry for entry in numbers if not 10.05 < entry[0] < 12.1]))) <= 0.04
    chapters = [(round(float(chapter["start_time"]), 2), chapter["tags"]["title"]) for chapter in probe(film)["chapters"]]
    assert chapters == [(0, "Mở đầu"), (10.12, "Nhân sự"), (17.12, "Thu ngân sách")]
    facts = json.loads((tmp_path / "film/film.json").read_text())
    assert facts["start"] == 1_767_576_600_000
    assert facts["spans"] == [
        {"film": 0, "meeting": 0, "milliseconds": 10_120}, {"film": 12_120, "meeting": 430_000, "milliseconds": 10_160}]
    talk = json.loads((tmp_path / "film/talk.json").read_text())
    # Nobody speaks on a card.
    assert all(not (start < 11_500 < end) for speaker in talk["speakers"] for start, end in speaker["spans"])
