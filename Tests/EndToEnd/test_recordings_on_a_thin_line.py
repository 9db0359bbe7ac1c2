"""A long recording behind a district's line: how soon it plays where somebody seeks to, and what it becomes on a worse one."""

import json
import pathlib
import random
import struct
import subprocess

import pytest
from playwright.sync_api import expect

from support.recordings import DONE, put_recording
from support.thinline import Line
from support.waiting import wait_for

SECONDS = 35 * 60
CHAPTERS = 12
SEEKS = 10
LONGEST = 2.0
"""Seconds from the press until the film plays there."""
# As the composer makes them: keyframes every two seconds.
FORMS = {
    "film.mp4": ["-s", "1280x720", "-r", "25", "-g", "50", "-b:v", "900k", "-maxrate", "1500k", "-bufsize", "2M", "-c:a", "aac", "-b:a", "64k"],
    "low.mp4": ["-s", "640x360", "-r", "12.5", "-g", "25", "-b:v", "150k", "-maxrate", "200k", "-bufsize", "400k", "-c:a", "aac", "-ac", "1", "-b:a", "40k"],
    "sound.mp4": ["-vn", "-c:a", "libopus", "-ac", "1", "-b:a", "24k"],
}
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


def ffmpeg(*arguments):
    subprocess.run(["ffmpeg", "-nostdin", "-y", "-loglevel", "error", *map(str, arguments)], check=True)


@pytest.fixture(scope="module")
def recording(office, tmp_path_factory) -> tuple[int, str]:
    """A meeting and its recording of 35 minutes: one minute of moving pictures over and over."""
    folder = tmp_path_factory.mktemp("long")
    meeting = office.book(title="Giao ban dài").occurrence
    chapters = "WEBVTT\n" + "".join(
        f"\nitem-{n + 1}\n{moment(n * SECONDS // CHAPTERS)} --> {moment((n + 1) * SECONDS // CHAPTERS)}\nMục {n + 1}\n" for n in range(CHAPTERS))
    id = put_recording(office.server.data, meeting, seconds=SECONDS, film={
        "chapters.vtt": chapters.encode(), "state.json": json.dumps(DONE | {"composed": float(SECONDS)}).encode()})
    for name, options in FORMS.items():
        minute = folder / name
        ffmpeg("-f", "lavfi", "-i", "testsrc2=s=1280x720:r=25", "-f", "lavfi", "-i", "sine=440:r=48000", "-t", 60, "-preset", "ultrafast",
               *options, minute)
        in_fragments(minute, SECONDS // 60, office.server.data / "recordings" / id / "film" / name)
    return meeting, id


def in_fragments(minute: pathlib.Path, count: int, film: pathlib.Path):
    """A minute over and over, in fragments of a minute behind an index, as the composer writes its films."""
    ffmpeg("-stream_loop", count - 1, "-i", minute, "-c", "copy", "-movflags", "+empty_moov+default_base_moof+global_sidx+skip_trailer",
           "-frag_duration", 60_000_000, film)
    content = film.read_bytes()
    # How long all of its fragments are, which ffmpeg does not say (ISO/IEC 14496-12 §8.8.2): milliseconds, as its movie header's.
    length = struct.pack(">I4sII", 16, b"mehd", 0, count * 60_000)
    moov, mvex = content.index(b"moov") - 4, content.index(b"mvex") - 4
    grown = [bytes(content[place:place + 4]) for place in (moov, mvex)]
    sizes = [struct.pack(">I", struct.unpack(">I", size)[0] + len(length)) for size in grown]
    film.write_bytes(content[:moov] + sizes[0] + content[moov + 4:mvex] + sizes[1] + b"mvex" + length + content[mvex + 8:])


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


@pytest.mark.parametrize("form", ["film", "low"])
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
