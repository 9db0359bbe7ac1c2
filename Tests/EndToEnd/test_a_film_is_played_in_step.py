"""A film among a briefing's papers, played from the server to real browsers: in step, with sound, by the chair's buttons."""

import datetime
import pathlib

import pytest

from support.browsers import CHROMIUM_FLAGS
from support.cast import FEW_PICTURES, LONGEST, Cast, Participant
from support.clock import ZONE
from support.films import BEGAN, BITS, CONCEALED, FREQUENCY, HEARD, NOW, WATCH, add_film, make_film
from support.server import Server
from support.thinline import Line
from support.waiting import wait_for

PICTURES = pathlib.Path(__file__).parent / "out" / "film"
TITLE = "Phóng sự: Ứng phó mưa lũ tại huyện Ba Bể"
SECONDS = 16
STEP = 2_000


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    return make_film(tmp_path_factory.mktemp("film") / "mua-lu.mp4", SECONDS)


class Showing:
    """A briefing with a chair and two sites, and a film among its papers."""

    def __init__(self, server, film):
        self.cast = Cast(server)
        start = datetime.datetime.now(ZONE).replace(second=0, microsecond=0, tzinfo=None) + datetime.timedelta(minutes=1)
        self.occurrence = self.cast.book(
            start, title="Giao ban phòng, chống thiên tai", sites=[self.cast.site("ba-be"), self.cast.site("na-ri")])
        self.paper = add_film(server.port, self.occurrence, film, TITLE)

    def enter(self, browser, role: str, camera=False) -> Participant:
        page = Participant(browser, self.cast, role)
        page.visit(page.way_in(self.occurrence) + f"&autojoin=1&cam={int(camera)}").until_in_the_call()
        page.page.evaluate(WATCH, BITS)
        return page

    def until_ready(self):
        def state():
            films = self.cast.signed_in["chair"].get(f"/api/occurrences/{self.occurrence}/films").body
            return films[0] if films and films[0]["state"] != "preparing" else None
        found = wait_for("the film's preparation", state, 600)
        assert found["state"] == "ready", found
        assert abs(found["length"] - SECONDS * 1000) < 200
        return self


def until_seen(page: Participant, since: float, pictures: int = 25) -> float:
    """Until so many of the film's pictures have been shown. Returns when the film began as this page has it, ms."""
    found = page.until(f"{pictures} pictures", f"([since, count]) => {{ const one = ({BEGAN})(since); "
                       "return one.pictures >= count ? one : null; }", [since, pictures])
    return found["began"]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with Server(tmp_path_factory.mktemp("film-server") / "data", workers=2, extra=["--demo", "--room-share", "2"]) as server:
        yield server


@pytest.fixture(scope="module")
def showing(server, film):
    return Showing(server, film).until_ready()


def test_a_film_is_played_in_step_by_the_chairs_buttons(showing, playwright):
    browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=[*CHROMIUM_FLAGS, FEW_PICTURES])
    try:
        chair = showing.enter(browser, "chair")
        one, other = showing.enter(browser, "ba-be"), showing.enter(browser, "na-ri")
        everybody = [chair, one, other]

        chair.tab("films")
        chair.press("Chiếu: " + TITLE, "#cview-films")
        # Moving, large, everywhere; of no size but the whole on a line without limits.
        began = [until_seen(page, 0, 50) for page in everybody]
        assert max(began) - min(began) <= 300, f"pages are {max(began) - min(began):.0f} ms apart"
        for page in everybody:
            assert page.page.evaluate("() => window.shown.at(-1).width") == 640, page.role
            page.sees(".tile.screen .tile-name", TITLE)
            assert not page.page.evaluate("() => document.querySelector('.tile.screen').classList.contains('mirrored')")
            heard = page.page.evaluate(HEARD)
            assert heard and heard["level"] > -60 and abs(heard["frequency"] - FREQUENCY) < 12, (page.role, heard)
            assert page.page.evaluate("() => document.querySelectorAll('.tile.camera').length") == 3, "the film is nobody"
        chair.shoot(PICTURES / "1-playing-chair.png")
        one.shoot(PICTURES / "2-playing-site.png")

        # Paused: everybody has the same picture, at a point where it goes on.
        chair.press("Tạm dừng", "#cview-films")
        at = one.until_told("the pause", "film", "(film) => film?.state === 'paused' && film")["at"]
        assert at % STEP == 0
        for page in everybody:
            page.until("the picture that stands", "(number) => window.shown.at(-1)?.number === number", at // 40)
        # Whoever comes now sees it, too.
        late = showing.enter(browser, "secretary")
        late.until("the picture that stands", "(number) => window.shown.at(-1)?.number === number", at // 40)
        late.close()
        chair.shoot(PICTURES / "3-paused-chair.png")

        # It goes on where it stood.
        since = chair.page.evaluate(NOW)
        chair.press("Chiếu tiếp", "#cview-films")
        began = [until_seen(page, since, 30) for page in everybody]
        assert max(began) - min(began) <= 300
        first = one.page.evaluate("""(since) => window.shown.find(
            ({at, number}, index, all) => at > since && all[index - 1]?.number !== number).number""", since)
        assert at // 40 <= first <= at // 40 + 15, (at, first)

        # The slider: back to the tenth second.
        since = chair.page.evaluate(NOW)
        chair.page.locator(".film-slider").evaluate(
            "(one) => { one.value = '10000'; one.dispatchEvent(new Event('input')); one.dispatchEvent(new Event('change')); }")
        for page in everybody:
            page.until("a picture of the tenth second",
                       "(since) => window.shown.some(({at, number}) => at > since && number >= 250 && number < 275)", since)

        since = chair.page.evaluate(NOW)
        chair.press("Dừng chiếu", "#cview-films")
        for page in everybody:
            page.until("the film's end", "() => !document.querySelector('.tile.screen') && giaoban.conduct.get('film') === null")
        for page in everybody:
            assert page.failures == []
            page.close()
    finally:
        browser.close()
    assert showing.cast.server.is_alive()


def test_whoever_does_not_lead_plays_nothing(showing):
    site = showing.cast.signed_in["ba-be"]
    for form in ({"do": "film.play", "paper": showing.paper}, {"do": "film.stop"}):
        answer = site.call("POST", f"/api/occurrences/{showing.occurrence}/acts", form)
        assert answer.status >= 400 and showing.cast.conduct("chair", showing.occurrence)["film"] is None, answer.text
    chair = showing.cast.signed_in["chair"]
    for form in ({"do": "film.play", "paper": 999_999}, {"do": "film.play"}, {"do": "film.seek", "at": -1}, {"do": "film.pause"}):
        answer = chair.call("POST", f"/api/occurrences/{showing.occurrence}/acts", form)
        assert answer.status >= 400, answer.text
    assert showing.cast.conduct("chair", showing.occurrence)["film"] is None


@pytest.mark.xfail(strict=False, reason="the estimate of a line that has become narrow settles late, and with it the picture")
def test_a_site_on_the_worst_line_gets_the_small_picture_and_whole_voices(tmp_path_factory, playwright, film):
    folder = tmp_path_factory.mktemp("thin")
    line = Line("adsl-worst", folder)
    with Server(folder / "data", announce=[line.host, "127.0.0.1"], extra=["--demo"]) as server:
        server.page_host = line.host
        showing = Showing(server, film).until_ready()
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=[*CHROMIUM_FLAGS, FEW_PICTURES])
        try:
            with line.browser(playwright, folder) as thin:
                site = showing.enter(thin.browser, "ba-be")
                chair = showing.enter(browser, "chair")
                line.wait_until_it_is_there()
                chair.page.evaluate("(paper) => giaoban.conduct.act('film.play', {paper, at: 0})", showing.paper)
                chair.until("the film", "() => window.shown.length > 25")
                # The estimate comes down from what the line was before.
                line.seconds_pass(12)
                chair.page.evaluate("(paper) => giaoban.conduct.act('film.play', {paper, at: 0})", showing.paper)
                line.seconds_pass(3)
                before = site.page.evaluate(CONCEALED)
                since = site.page.evaluate(NOW)
                line.seconds_pass(8)
                after = site.page.evaluate(CONCEALED)
                seen = site.page.evaluate("(since) => window.shown.filter(({at}) => at > since)", since)
                assert seen and {one["width"] for one in seen} == {320}, (len(seen), after)
                # How many pictures come is the line's matter; the voices are not. Of the line's packets one in twenty is lost.
                for role in ("screen-audio", "microphone"):
                    samples = after[role]["samples"] - before[role]["samples"]
                    lost = after[role]["concealed"] - before[role]["concealed"]
                    assert samples > 48_000 * 6
                    assert lost < samples * 0.05, f"{role}: {lost / samples:.1%} concealed"
                assert chair.page.evaluate("() => window.shown.at(-1).width") == 640, "one line is nobody else's business"
                site.shoot(PICTURES / "4-thin-site.png")
        finally:
            browser.close()
