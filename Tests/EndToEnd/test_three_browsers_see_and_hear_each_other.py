"""Two Chromiums and a Firefox, each with its own picture and tone, in one room; another room beside it."""

from support.browsers import Chromium, Firefox
from support.waiting import wait_for

WHO = {"Ba Bể": ((200, 40, 40), 440), "Chợ Đồn": ((40, 160, 60), 660), "Na Rì": ((50, 70, 200), 880)}
SECONDS = 30


def close(actual, expected, tolerance=40):
    return all(abs(a - b) <= tolerance for a, b in zip(actual, expected))


def check(me, found, seconds=SECONDS):
    assert me not in found, "nobody receives itself"
    assert set(found) == set(WHO) - {me}, "everybody else is here, and nobody of another room"
    for name, media in found.items():
        colour, frequency = WHO[name]
        assert media["video"]["rate"] >= 20, f"{me} decodes {media['video']['rate']} frames/s of {name}"
        assert close(media["video"]["colour"], colour), f"{me} sees {media['video']['colour']} for {name}"
        assert abs(media["audio"]["frequency"] - frequency) < 12, f"{me} hears {media['audio']['frequency']} Hz of {name}"


def test_three_browsers_see_and_hear_each_other_for_thirty_seconds(server, playwright, clips):
    first, second, third = WHO
    with (
        Chromium(playwright, clips, *WHO[first]) as one,
        Chromium(playwright, clips, *WHO[second]) as two,
        Firefox(*WHO[third]) as firefox,
    ):
        pages = {
            first: one.open(server, "demo", first),
            second: two.open(server, "demo", second),
            third: firefox.open(server, "demo", third),
        }
        for page in pages.values():
            page.wait_for_others(2)
        # All three measure at the same time, each inside its browser.
        for page in pages.values():
            page.begin_measuring(SECONDS)
        for name, page in pages.items():
            check(name, page.measured())
        assert server.is_alive()


def test_two_rooms_at_the_same_time_stay_separate(server, playwright, clips):
    first, second, _ = WHO
    with Chromium(playwright, clips, *WHO[first]) as one, Chromium(playwright, clips, *WHO[second]) as two:
        pages = [one.open(server, "demo", first), two.open(server, "demo", second)]
        others = [one.open(server, "other", "Lạ"), two.open(server, "other", "Quen")]
        for page in (*pages, *others):
            page.wait_for_others(1)
        assert set(pages[0].measure(3)) == {second}
        assert set(others[0].measure(1)) == {"Quen"}
        assert set(others[1].measure(1)) == {"Lạ"}


def test_a_shared_screen_arrives_with_its_own_picture(server, playwright, clips):
    first, second, _ = WHO
    with Chromium(playwright, clips, *WHO[first]) as browser:
        sharer = browser.open(server, "demo", first)
        viewer = browser.open(server, "demo", second)
        viewer.wait_for_others(1)
        sharer.page.evaluate("() => window.giaoban.shareScreen()")
        wait_for(
            "the screen's slot",
            lambda: viewer.evaluate(
                "() => window.giaoban.state.slots.some((s) => s.role === 'screen' && s.participant)"
            ),
        )
        viewer.wait_for_others(2)
        found = viewer.measure(5)[first]
        assert found["screen"]["rate"] > 0
        assert found["screen"]["height"] > 0
        assert found["video"]["rate"] >= 15, "the camera goes on"
