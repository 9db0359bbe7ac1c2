"""A briefing of the demo province from its journal to the player: the film is composed, its pages stand beside it, who spoke
leads to the second at which they did."""

import datetime
import pathlib

import pytest
from playwright.sync_api import expect

from support.axe import findings
from support.cast import Cast, Participant
from support.clock import ZONE
from support.pages import made, paper_with_pages
from support.recorded_briefing import FLOOR, ITEMS, SECONDS, TURNS, composed, write_briefing
from support.recordings import put_recording
from support.server import Server
from support.waiting import wait_for

SHOTS = pathlib.Path(__file__).parent / "out" / "recordings"


@pytest.fixture(scope="module")
def briefing(tmp_path_factory):
    """The cast and the meeting, which has been recorded while the server was not there to see it."""
    folder = tmp_path_factory.mktemp("briefing")
    with Server(folder / "data", extra=["--demo"]) as server:
        cast = Cast(server)
        start = datetime.datetime.now(ZONE).replace(second=0, microsecond=0, tzinfo=None) + datetime.timedelta(minutes=1)
        meeting = cast.book(
            start, title="Giao ban tuần 48", sites=[cast.site("ba-be"), cast.site("na-ri")],
            agenda=[{"title": title, "owner": "Văn phòng UBND tỉnh", "minutes": 20} for _, title in ITEMS])
        paper = paper_with_pages(server, meeting, pages=4)
        images = {page: made(4, False)[1][f"{page}-m.webp"] for page in range(1, 5)}
        write_briefing(folder / "journal", paper, images)
        put_recording(server.data, meeting, film=composed(folder / "journal"), seconds=SECONDS,
                      pages={f"paper-{page}-m.webp": image for page, image in images.items()})
        server.stop()
        server.start()
        yield cast, meeting, paper


@pytest.mark.parametrize("language", ["vi", "en"])
def test_its_pages_are_beside_the_film_at_the_second_at_which_they_were_turned(browser, briefing, language):
    cast, meeting, paper = briefing
    viewer = Participant(browser, cast, "ba-be", language)
    page = viewer.visit(f"/phien/{meeting}?ban-ghi=1").page
    turns = [(second, number) for second, number in TURNS if number]
    expect(page.locator(".film-pages .film-time")).to_have_text([f"0:{second:02}" for second, _ in turns])
    page.evaluate("document.querySelector('video').currentTime = 26")
    image = page.locator(".film-page-image")
    third = turns.index((24, 3)) + 1
    wait_for("the third page", lambda: image.evaluate("(image) => image.complete && image.naturalWidth >= 1280 && image.src") or False)
    assert image.get_attribute("src").endswith(f"/pages/{third}/m")
    expect(page.locator(".film-page-open")).to_have_attribute("href", f"/tai-lieu/{paper}?trang=3")
    expect(page.locator(".film-chapters [aria-current]")).to_contain_text("0:24")
    page.locator(".film").evaluate("(film) => film.scrollIntoView()")
    wait_for("the film's picture", lambda: page.evaluate("document.querySelector('video').readyState") >= 2)
    SHOTS.mkdir(parents=True, exist_ok=True)
    viewer.shoot(SHOTS / f"briefing-{language}.png")
    assert not findings(page, "a briefing's recording") and not viewer.failures
    viewer.close()


def test_who_spoke_leads_to_the_second(briefing):
    cast, meeting, _ = briefing
    asked = "/api/recordings?q=mua+lu&speaker=ba+be"
    lines = wait_for("what the film is found by", lambda: cast.signed_in["ba-be"].get(asked).body["recordings"], 60)
    (moment, *_), = [line["moments"] for line in lines if line["meeting"]["id"] == meeting]
    assert moment["text"] == "Huyện Ba Bể" and abs(moment["start"] / 1000 - FLOOR[0]) < 1
