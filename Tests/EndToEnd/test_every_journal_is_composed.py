"""Journals of every kind become films: encrypted, damaged, and of every codec that browsers send."""

import json

import pytest

from support.composing import ALONE, compose, skews
from support.film import beeps, coded_pictures, decoding_errors, packetized_pictures, probe, shown_numbers
from support.written_journal import Journal, Sender, av1_payloads


def seconds_shown(film, after=0.0):
    return {int(number) // 25 for time, number in shown_numbers(film, ALONE) if number and time >= after}


@pytest.mark.parametrize("codec", ["vp8", "vp9", "h264"])
def test_pictures_of_another_packetizer_are_all_in_the_film(tmp_path, codec):
    journal = Journal(tmp_path / "journal")
    sender = Sender(journal, 1, "p1", "Huyện Ba Bể")
    sender.voice(beeps(12))
    sender.packetized(packetized_pictures(codec, 300), codec=codec, track=11)
    journal.write()
    compose(tmp_path / "journal", tmp_path / "film")
    film = tmp_path / "film/film.mp4"
    assert decoding_errors(film) == ""
    numbers = shown_numbers(film, ALONE)
    assert {number // 25 for _, number in numbers if number} == set(range(1, 13))
    assert len({number for _, number in numbers if number}) >= 297
    out = skews(film, numbers)
    assert len(out) >= 11 and max(map(abs, out)) <= 0.04, out


def test_av1_is_all_in_the_film(tmp_path):
    journal = Journal(tmp_path / "journal")
    sender = Sender(journal, 1, "p1", "Huyện Ba Bể")
    sender.voice(beeps(8))
    sender.camera(coded_pictures(200, "libaom-av1", keyframes=50), codec="av1", payloads=av1_payloads)
    journal.write()
    compose(tmp_path / "journal", tmp_path / "film")
    film = tmp_path / "film/film.mp4"
    assert decoding_errors(film) == ""
    numbers = shown_numbers(film, ALONE)
    assert len({number for _, number in numbers if number}) >= 198
    out = skews(film, numbers)
    assert len(out) >= 7 and max(map(abs, out)) <= 0.04, out


def test_a_sender_that_changes_its_codec_again_and_again_is_seen_all_the_time(tmp_path):
    journal = Journal(tmp_path / "journal")
    Sender(journal, 1, "p1", "Huyện Ba Bể").voice(beeps(32))
    for place, codec in enumerate(["vp9", "h264", "vp8", "av1"]):
        part = Sender(journal, 1, "p1", "Huyện Ba Bể", begin=8.0 * place, ntp=3_976_000_000.5 + 8 * place)
        first = 25 + 200 * place
        if codec == "av1":
            part.camera(coded_pictures(200, "libaom-av1", first=first), codec="av1", payloads=av1_payloads, track=20 + place)
        else:
            part.packetized(packetized_pictures(codec, 200, first=first), codec=codec, track=20 + place)
    journal.event(0, stage=["p1"])
    journal.write()
    compose(tmp_path / "journal", tmp_path / "film")
    film = tmp_path / "film/film.mp4"
    assert decoding_errors(film) == ""
    numbers = shown_numbers(film, ALONE)
    assert {number // 25 for _, number in numbers if number} == set(range(1, 33))
    out = skews(film, numbers)
    assert len(out) >= 31 and max(map(abs, out)) <= 0.04, out


def test_an_encrypted_journal_is_composed_by_whoever_has_its_key(tmp_path):
    key = bytes(range(32))
    journal = Journal(tmp_path / "journal", key=key)
    sender = Sender(journal, 1, "p1", "Huyện Ba Bể")
    sender.voice(beeps(8))
    sender.camera(coded_pictures(200))
    journal.write(segment_blocks=3)
    assert b"Ba B" not in journal.path.read_bytes()
    done = compose(tmp_path / "journal", tmp_path / "film", check=False)
    assert done.returncode == 1 and "--key-file" in done.stdout
    (tmp_path / "key").write_bytes(key)
    compose(tmp_path / "journal", tmp_path / "film", "--key-file", str(tmp_path / "key"))
    assert seconds_shown(tmp_path / "film/film.mp4") == set(range(1, 9))
    assert json.loads((tmp_path / "film/state.json").read_text())["damage"] == []
    # Another's key opens nothing, and that is said.
    (tmp_path / "other").write_bytes(bytes(32))
    done = compose(tmp_path / "journal", tmp_path / "none", "--key-file", str(tmp_path / "other"), check=False)
    assert done.returncode == 1 and not (tmp_path / "none/film.mp4").exists()


def test_what_of_a_damaged_journal_is_readable_is_in_the_film(tmp_path):
    """Segments of five seconds: one with a flipped bit, one whose end is cut off, two whose names were exchanged, one gone."""
    journal = Journal(tmp_path / "journal")
    sender = Sender(journal, 1, "p1", "Huyện Ba Bể")
    sender.voice(beeps(40))
    sender.camera(coded_pictures(1_000, keyframes=25))
    journal.event(0, stage=["p1"])
    journal.write(segment_blocks=5)
    segments = sorted((tmp_path / "journal").glob("*.giaoban-journal"))
    assert len(segments) == 9
    # The third block of the second segment; blocks are a second each, and the first of them begins the segment.
    flipped = bytearray(segments[1].read_bytes())
    blocks = [place for place in range(len(flipped)) if flipped[place:place + 4] == b"GBLK"]
    flipped[(blocks[2] + blocks[3]) // 2] ^= 1
    segments[1].write_bytes(flipped)
    tail = segments[3].read_bytes()
    segments[3].write_bytes(tail[:-1_000])
    four, five = segments[4].read_bytes(), segments[5].read_bytes()
    segments[4].write_bytes(five)
    segments[5].write_bytes(four)
    segments[7].unlink()
    compose(tmp_path / "journal", tmp_path / "film")
    film = tmp_path / "film/film.mp4"
    assert decoding_errors(film) == ""
    assert abs(float(probe(film)["format"]["duration"]) - 40) < 0.3
    seen = seconds_shown(film)
    # Lost are the second of the flipped block, the last one of the cut segment, and the five that are gone, each with what
    # is left of a second on its edges. Numbers begin with 25.
    damaged = set(range(8, 10)) | set(range(20, 22)) | set(range(36, 42))
    assert set(range(1, 41)) - damaged <= seen, sorted(set(range(1, 41)) - damaged - seen)
    told = json.loads((tmp_path / "film/state.json").read_text())["damage"]
    assert any("Đoạn 1, byte" in sentence and "không đọc được" in sentence for sentence in told), told
    assert any("segment 3, byte" in sentence for sentence in told), told
    assert any("Thiếu các đoạn 7–7" in sentence for sentence in told), told
