"""A long recording behind a district's line: how soon it plays where somebody seeks to, and what it becomes on a worse one."""

import json
import pathlib
import random
import struct

import pytest
from playwright.sync_api import expect

from support.composing import compose
from support.film import beeps
from support.measuring import measured
from support.recordings import DONE, put_recording
from support.thinline import Line
from support.waiting import wait_for
from support.written_journal import Journal, Sender, encode, ivf_frames

SECONDS = 35 * 60
CHAPTERS = 12
SEEKS = 10
LONGEST = 2.0
"""Seconds from the press until the film plays there."""
# Presses a chapter and tells how many milliseconds later the film plays there.
SEEK = """(index) => new Promise((resolve) => {
  const video = document.querySelector('video');
  const start = video.querySelector('track[kind=chapters]').track.cues[index].startTime;
  const pressed = performance.now();
  document.querySelectorAll('.film-chapters button')[index].click();
  const look = () => {
    if (!video.seeking && !video.paused && video.currentTime > start + 0.05 && video.currentTime < start + 20) resolve(performance.now() - pressed);
    else requestAnimationFrame(look);
  };
  look();
})"""


@pytest.fixture(scope="module")
def recording(office, tmp_path_factory) -> tuple[int, str]:
    """A meeting and its recording of 35 minutes: a minute that was composed, over and over."""
    folder = tmp_path_factory.mktemp("long")
    minute = composed_minute(folder)
    meeting = office.book(title="Giao ban dài").occurrence
    chapters = "WEBVTT\n" + "".join(
        f"\nitem-{n + 1}\n{moment(n * SECONDS // CHAPTERS)} --> {moment((n + 1) * SECONDS // CHAPTERS)}\nMục {n + 1}\n" for n in range(CHAPTERS))
    id = put_recording(office.server.data, meeting, seconds=SECONDS, film={
        "chapters.vtt": chapters.encode(), "state.json": json.dumps(DONE | {"composed": float(SECONDS)}).encode(),
        **{name: repeated(minute[name], SECONDS // 60) for name in ("film.mp4", "low.mp4", "sound.mp4")}})
    return meeting, id


def composed_minute(folder: pathlib.Path) -> dict[str, bytes]:
    """The files of a film whose picture moves all over and makes encoders work."""
    journal = Journal(folder / "journal")
    frames = [frame for _, frame in ivf_frames(encode(
        "-f", "lavfi", "-i", "testsrc2=s=640x360:r=25", "-t", 60, "-pix_fmt", "yuv420p", "-c:v", "libvpx", "-deadline", "realtime",
        "-cpu-used", "8", "-auto-alt-ref", "0", "-b:v", "1M", "-g", "100", "-f", "ivf"))]
    sender = Sender(journal, 1, "p1", "Huyện Ba Bể")
    sender.voice(beeps(60))
    sender.camera(frames)
    journal.event(0, stage=["p1"], speaker="p1")
    journal.write()
    compose(folder / "journal", folder / "film")
    return {file.name: file.read_bytes() for file in (folder / "film").iterdir() if file.is_file()}


def boxes(content: bytes, start=0, end=None):
    """Name, begin and end of each box (ISO/IEC 14496-12 §4.2)."""
    end = len(content) if end is None else end
    while start + 8 <= end:
        size, name = struct.unpack_from(">I4s", content, start)
        yield name.decode(), start, start + size
        start += size


def inside(content: bytes, path: str, start=0, end=None):
    """Begin and end of each box at a path."""
    first, _, rest = path.partition("/")
    for name, begin, over in boxes(content, start, end):
        if name == first:
            if rest:
                yield from inside(content, rest, begin + 8, over)
            else:
                yield begin, over


def repeated(film: bytes, count: int) -> bytes:
    """A film's first minute over and over: what the composer writes of a long meeting, without composing it."""
    indexes = list(inside(film, "sidx"))
    scales = [struct.unpack_from(">I", film, begin + 16)[0] for begin, _ in indexes]
    # The spans of the minute, with their entries of each track's index (§8.16.3).
    minute, tables, ticks = [], [b"" for _ in indexes], [0 for _ in indexes]
    for number, (begin, _) in enumerate(inside(film, "moof")):
        if ticks[0] >= 60 * scales[0]:
            break
        for track, (index, _) in enumerate(indexes):
            size, length, kind = struct.unpack_from(">III", film, index + 32 + 12 * number)
            length = min(length, 60 * scales[track] - ticks[track])
            tables[track] += struct.pack(">III", size, length, kind)
            ticks[track] += length
        minute.append(film[begin:begin + size])
    start = bytearray(film[:indexes[0][0]])
    for begin, _ in inside(film, "moov/mvex/mehd"):
        struct.pack_into(">I", start, begin + 12, count * 60_000)
    parts, gap = [], 0
    for (index, _), table in reversed(list(zip(indexes, tables))):
        body = film[index + 8:index + 24] + struct.pack(">IHH", gap, 0, count * len(minute)) + table * count
        parts.insert(0, struct.pack(">I4s", 8 + len(body), b"sidx") + body)
        gap += 8 + len(body)
    parts.insert(0, bytes(start))
    for number in range(count * len(minute)):
        fragment = minute[number % len(minute)]
        part = bytearray(fragment)
        for place, _ in inside(fragment, "moof/mfhd"):
            struct.pack_into(">I", part, place + 12, number + 1)
        for (place, _), scale in zip(inside(fragment, "moof/traf/tfdt"), scales):
            began = struct.unpack_from(">Q", fragment, place + 12)[0]
            struct.pack_into(">Q", part, place + 12, began + number // len(minute) * 60 * scale)
        parts.append(bytes(part))
    return b"".join(parts)


def moment(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.000"


def opened(office, browser, line, meeting, before=""):
    """The player, as a delegate of the district opens it."""
    context = browser.browser.new_context(
        ignore_https_errors=True, locale="vi-VN", viewport={"width": 1366, "height": 768})
    url = f"https://{line.host}:{office.server.port}"
    name, value = office.signed_in["delegate"].cookie.split("=", 1)
    context.add_cookies([{"name": name, "value": value, "url": url, "secure": True, "httpOnly": True}])
    if before:
        context.add_init_script(before)
    page = context.new_page()
    page.goto(f"{url}/phien/{meeting}?ban-ghi=1", wait_until="commit", timeout=120_000)
    expect(page.locator(".film-chapters li")).to_have_count(CHAPTERS, timeout=120_000)
    return page


@measured
@pytest.mark.parametrize("form", ["film", "low", "sound"])
def test_a_chapter_over_adsl_plays_within_two_seconds(office, recording, playwright, tmp_path, form):
    line = Line("adsl-typical", tmp_path, from_the_start=True)
    with line.browser(playwright, tmp_path) as browser:
        page = opened(office, browser, line, recording[0], f"localStorage.setItem('giaoban.film', '{form}')")
        assert page.evaluate("document.querySelector('video').src").endswith(f"/{form}.mp4")
        wait_for("the film's head", lambda: page.evaluate("document.querySelector('video').readyState") >= 1, 60)
        order = random.Random(3).sample(range(1, CHAPTERS), SEEKS)
        times = [page.evaluate(SEEK, index) / 1000 for index in order]
        print(f"\n{form}: chapters {[index + 1 for index in order]} played after {[round(time, 2) for time in times]} s")
        assert max(times) <= LONGEST
        page.context.close()


def test_a_line_that_does_not_bear_the_film_gets_a_lighter_one_that_goes_on_where_it_stood(office, recording, playwright, tmp_path):
    """The browser does not know its line: what it is, the film's stops tell."""
    line = Line("adsl-worst", tmp_path, from_the_start=True)
    with line.browser(playwright, tmp_path) as browser:
        page = opened(office, browser, line, recording[0], "Object.defineProperty(navigator, 'connection', {value: undefined})")
        form = page.get_by_label("Bản phát")
        assert form.input_value() == "film"
        page.locator("video").focus()
        page.keyboard.press("k")
        expect(form).not_to_have_value("film", timeout=180_000)
        expect(page.get_by_text("Đường truyền không đủ, đã chuyển sang")).to_be_visible()
        before = page.evaluate("document.querySelector('video').currentTime")
        wait_for("the lighter one to go on", lambda: page.evaluate("document.querySelector('video').currentTime") > before + 2, 180)
        assert page.evaluate("localStorage.getItem('giaoban.film')") is None
        page.context.close()
