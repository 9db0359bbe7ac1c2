"""A briefing of real browsers with a pattern that tells its own time, from its recording to the film that people watch.

GIAOBAN_MINUTES is how long the meeting is (1). Figures are left in out/filmed.
"""

import datetime
import json
import math
import os
import pathlib
import subprocess
import time

import pytest

from support.browsers import CHROMIUM_FLAGS
from support.cast import Cast, Participant
from support.clock import ZONE
from support.clock_pattern import begin_pattern, shown, skew, tones
from support.film import decoding_errors, probe
from support.journal import Journal, recordings
from support.pages import paper_with_pages
from support.server import Server
from support.waiting import wait_for

OUT = pathlib.Path(__file__).parent / "out" / "filmed"
MINUTES = float(os.environ.get("GIAOBAN_MINUTES", "1"))
ITEMS = ["Tình hình mưa lũ", "Thu ngân sách", "Phân công ứng trực"]
ROLES = ["chair", "ba-be", "na-ri"]
PAGES = 8
READY = 60
"""Seconds after its end in which a meeting can be watched."""
MOST_SKEW = 40
"""ms by which sound and picture may be apart."""
PICTURES_FROM = 2_000
"""ms in which the first picture is there: a keyframe has to be asked for and to come."""


class Meeting:
    """A chair and two sites that are seen and heard by the pattern, with an agenda and a paper."""

    def __init__(self, server, browser):
        self.cast = Cast(server)
        start = datetime.datetime.now(ZONE).replace(second=0, microsecond=0, tzinfo=None) + datetime.timedelta(minutes=1)
        self.id = self.cast.book(
            start, title="Giao ban được ghi hình", sites=[self.cast.site(code) for code in ROLES[1:]],
            agenda=[{"title": title, "owner": "Văn phòng", "minutes": 10} for title in ITEMS])
        self.paper = paper_with_pages(server, self.id, pages=PAGES)
        self.pages: list[Participant] = []
        for number, role in enumerate(ROLES):
            page = Participant(browser, self.cast, role)
            # Between its tones one site is as silent as the grave, which is not sent; in the others' rooms there is a noise.
            begin_pattern(page.context, number, rate=15, noise=0.004 * number)
            page.visit(page.way_in(self.id) + "&autojoin=1&cam=1").until_in_the_call()
            self.pages.append(page)
        self.chair = self.pages[0]
        self.chapters: list[tuple[float, float, str]] = []
        # Of each site the spans of its own clock in which its microphone is open: whoever has the floor closes the others'.
        self.spoken: list[list[list[float]]] = [[] for _ in ROLES]
        self.item = ""

    def time(self, who: int = 0) -> float:
        """ms of a site's own clock."""
        return self.pages[who].page.evaluate("() => patternTime()")

    def act(self, do: str, who: int = 0, **fields) -> tuple[float, float]:
        """The chair's own time before it was done, and when it had been."""
        before = self.time()
        self.pages[who].page.evaluate("([name, fields]) => giaoban.conduct.act(name, fields)", [do, fields])
        return before, self.time()

    def wait_until(self, moment: float):
        wait_for("the next act's time", lambda: self.time() >= moment, 120, 0.05)

    def begin(self):
        self.act("open")
        for page in self.pages:
            page.page.evaluate("() => realignPattern()")
        # Its first pictures there are measured yet.
        self.wait_until(self.time() + 3_000)
        self.act("record.start")
        for page in self.pages:
            page.until_told("that it is recorded", "recording", "(one) => one?.state === 'recording'")
        for who, spans in enumerate(self.spoken):
            spans.append([self.time(who), math.inf])
        self.began = [spans[0][0] for spans in self.spoken]

    def end(self):
        self.ended = [self.time(who) for who in range(len(ROLES))]
        self.act("record.stop")

    def seconds_spoken(self, who: int) -> set[int]:
        """Whole seconds of a site's own clock in which its microphone was open; a microphone that opens within a tone gives what
        is left of it."""
        return {second for begin, end in self.spoken[who]
                for second in range(int(begin / 1000) + 2, int(min(end, self.ended[who]) / 1000))}

    # Each is a chapter.

    def begin_item(self, number: int):
        self.item = ITEMS[number % len(ITEMS)]
        known = {item["title"]: item["id"] for item in self.chair.told("agenda")}
        self.chapters.append((*self.act("agenda.start", item=known[self.item]), self.item))

    def give_floor(self, who: int):
        seat = f"s{self.cast.site(ROLES[who])}"
        silenced = [other for other in (1, 2) if other != who and self.spoken[other][-1][1] == math.inf]
        for other in silenced:
            self.spoken[other][-1][1] = self.time(other)
        span = self.act("floor.give", seat=seat)
        site = self.pages[who]
        # Until then it may know of the turn before.
        own = f"floor?.seats.some((one) => one.seat === '{seat}')"
        site.until_told("the floor", "floor", f"(floor) => {own}")
        if site.told("floor")["state"] == "asked":
            span = self.act("floor.accept", who)
        site.until_told("the floor", "floor", f"(floor) => {own} && floor.state === 'holds'")
        if self.spoken[who][-1][1] < math.inf:
            site.until("its microphone", "() => document.querySelector('#tool-mic').getAttribute('aria-pressed') === 'true'")
            self.spoken[who].append([self.time(who), math.inf])
        self.chapters.append((*span, f"{self.item} – {self.chair.told('floor')['seats'][0]['name']}"))

    def show(self, page: int):
        self.chapters.append((*self.act("paper.show", paper=self.paper, page=page), f"{self.item} – trang {page}"))

    def turn(self, page: int):
        self.chapters.append((*self.act("paper.turn", page=page), f"{self.item} – trang {page}"))

    def go_through(self, minutes: float):
        """The agenda: each minute an item, the floor for both sites, and pages."""
        began = self.time()
        steps = [(4, self.begin_item), (12, lambda minute: self.give_floor(1)), (20, lambda minute: self.show(minute % 4 + 1)),
                 (28, lambda minute: self.turn(minute % 4 + 5)), (34, lambda minute: self.give_floor(2)),
                 (42, lambda minute: self.act("paper.hide")), (48, lambda minute: self.act("floor.take"))]
        minute = 0
        while minute < minutes:
            for second, step in steps:
                moment = minute * 60 + second
                if moment + 4 > minutes * 60:
                    break
                self.wait_until(began + moment * 1000)
                step(minute)
            minute += 1
        self.wait_until(began + minutes * 60_000)


@pytest.fixture(scope="module")
def browser(playwright):
    running = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM_FLAGS)
    yield running
    running.close()


@pytest.fixture(scope="module")
def filmed(tmp_path_factory, browser):
    """A meeting that was held, its recording's folder, and its figures so far."""
    with Server(tmp_path_factory.mktemp("filmed") / "data", workers=2, extra=["--demo", "--room-share", "2"]) as server:
        meeting = Meeting(server, browser)
        meeting.begin()
        meeting.go_through(MINUTES)
        meeting.end()
        ended = time.monotonic()
        [meeting.folder] = recordings(server.data)
        meeting.film = meeting.folder / "film" / "film.mp4"
        wait_for("the film", lambda: state(meeting.folder).get("phase") == "done", 15 * 60, 0.2)
        meeting.figures = {"minutes": MINUTES, "ready s": round(time.monotonic() - ended, 1)}
        # They take what the film's player needs.
        for page in meeting.pages:
            assert page.failures == []
            page.close()
        yield meeting
        OUT.mkdir(parents=True, exist_ok=True)
        (OUT / f"{MINUTES:g}-minutes.json").write_text(json.dumps(meeting.figures, indent=1, ensure_ascii=False))
        print(json.dumps(meeting.figures, ensure_ascii=False))


def state(folder: pathlib.Path) -> dict:
    try:
        return json.loads((folder / "film" / "state.json").read_text())
    except FileNotFoundError:
        return {}


@pytest.fixture(scope="module")
def measured(filmed):
    """What the film shows of each site, and by how much its sound is apart from it."""
    pictures = shown(filmed.film)
    return [(one, skew(one, tones(filmed.film, 1_000 * (site + 1)))) for site, one in enumerate(pictures)]


def test_the_film_is_ready_a_minute_after_the_end_and_clean(filmed):
    assert filmed.figures["ready s"] <= READY
    journal = Journal(filmed.folder)
    assert journal.code == 0 and journal.body["damage"] == [] and state(filmed.folder)["damage"] == []
    found = probe(filmed.film)
    length = float(found["format"]["duration"])
    assert abs(length - journal.body["seconds"]) < 1
    assert {stream["codec_name"] for stream in found["streams"] if stream["codec_type"] != "data"} <= {"h264", "aac", "bin_data"}
    assert decoding_errors(filmed.film) == ""
    filmed.figures |= {"film s": round(length, 2), "journal MB": round(sum(
        one.stat().st_size for one in filmed.folder.glob("*.giaoban-journal")) / 1e6, 1)}


def test_each_second_of_each_site_is_seen_and_heard(filmed, measured):
    for who, (pictures, sound) in enumerate(measured):
        name = ROLES[who]
        filmed.figures[f"{name}: first picture ms"] = round(pictures.film[0])
        filmed.figures[f"{name}: pictures a second"] = round(len(pictures.own) / (pictures.own[-1] - pictures.own[0]) * 1000, 1)
        filmed.figures[f"{name}: longest still ms"] = round(max(pictures.own[1:] - pictures.own[:-1]))
        seen = {int(own / 1000) for own in pictures.own}
        wanted = set(range(int((filmed.began[who] + PICTURES_FROM) / 1000) + 1, int(filmed.ended[who] / 1000)))
        assert wanted <= seen, f"{name}: not seen {sorted(wanted - seen)}"
        wanted = filmed.seconds_spoken(who)
        assert wanted <= set(sound.heard), f"{name}: not heard {sorted(wanted - set(sound.heard))}"


def test_sound_and_picture_are_together_throughout(filmed, measured):
    for who, (_, sound) in enumerate(measured):
        whole = filmed.seconds_spoken(who)
        sound.seconds = {second: value for second, value in sound.seconds.items() if second in whole}
        values = list(sound.seconds.values())
        filmed.figures |= {f"{ROLES[who]}: skew ms": {
            "seconds": len(values), "p50": round(sound.part(50), 1), "p99": round(sound.part(99), 1), "max": round(sound.worst, 1),
            "mean": round(sum(values) / len(values), 1)}}
        if os.environ.get("GIAOBAN_VERBOSE"):
            print(ROLES[who], {second: round(value) for second, value in sound.seconds.items()})
    for who, (_, sound) in enumerate(measured):
        bad = {second: round(value) for second, value in sound.seconds.items() if abs(value) > MOST_SKEW}
        assert not bad, f"{ROLES[who]}: {bad}"


def test_chapters_are_right_to_the_second(filmed, measured):
    chair = measured[0][0]
    chapters = [(float(one["start_time"]), one["tags"]["title"]) for one in probe(filmed.film)["chapters"]]
    assert [title for _, title in chapters] == ["Mở đầu", *(title for _, _, title in filmed.chapters)]
    assert chapters[0][0] == 0
    apart = []
    for (start, title), (before, after, _) in zip(chapters[1:], filmed.chapters):
        earliest, latest = chair.at(before) / 1000, chair.at(after) / 1000
        apart.append(max(earliest - start, start - latest, 0))
    filmed.figures["chapters"] = {"count": len(apart), "most s beside": round(max(apart), 2)}
    assert max(apart) <= 1, apart


def test_it_plays_in_a_browser_and_is_sought_by_chapters(filmed, browser):
    viewer = Participant(browser, filmed.cast, "secretary")
    viewer.visit(f"/phien/{filmed.id}?ban-ghi=1")
    viewer.until("the player", "() => document.querySelector('video')?.readyState >= 1")
    at = "document.querySelector('video').currentTime"
    viewer.page.locator("video").focus()
    viewer.key("k")
    viewer.until("the film to play", f"() => {at} > 1")
    places = viewer.page.locator(".film-chapters button")
    starts = [float(one["start_time"]) for one in probe(filmed.film)["chapters"]]
    assert places.count() == len(starts)
    step = max(1, len(starts) // 10)
    for number in range(0, len(starts), step):
        places.nth(number).click()
        viewer.until(f"chapter {number}", f"(start) => {at} > start + 0.3 && {at} < start + 8", starts[number])
    viewer.shoot(OUT / "player.png")
    assert viewer.failures == []
    viewer.close()
