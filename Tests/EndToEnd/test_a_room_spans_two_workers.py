"""A room whose participants are on two workers: nobody notices."""

import pytest

from support.browsers import Chromium
from support.server import Server
from support.waiting import wait_for
from test_three_browsers_see_and_hear_each_other import WHO, close

MEDIA_PORT = """async () => {
    const pair = [...(await window.giaoban.peer.getStats()).values()]
        .find((s) => s.type === 'candidate-pair' && s.nominated && s.state === 'succeeded');
    return (await window.giaoban.peer.getStats()).get(pair.remoteCandidateId).port;
}"""


@pytest.fixture
def server(tmp_path):
    # The second participant of a room already goes to the second worker.
    with Server(tmp_path / "data", workers=2, extra=["--room-share", "1"]) as running:
        yield running


def test_pages_on_two_workers_see_and_hear_each_other(server, playwright, clips):
    first, second, _ = WHO
    with Chromium(playwright, clips, *WHO[first]) as one, Chromium(playwright, clips, *WHO[second]) as two:
        pages = {first: one.open(server, "demo", first), second: two.open(server, "demo", second)}
        for page in pages.values():
            page.wait_for_others(1)
        ports = {page.evaluate(MEDIA_PORT) for page in pages.values()}
        assert ports == {server.media_port, server.media_port + 1}
        for page in pages.values():
            page.begin_measuring(10)
        for me, page in pages.items():
            (name, media), = page.measured().items()
            colour, frequency = WHO[name]
            assert name != me
            assert media["video"]["rate"] >= 20, f"{me} decodes {media['video']['rate']} frames/s of {name}"
            assert close(media["video"]["colour"], colour)
            assert abs(media["audio"]["frequency"] - frequency) < 12
        # Whoever goes disappears on the other worker, too, and may come back there.
        pages[second].page.close()
        wait_for("an empty slot", lambda: pages[first].evaluate(
            "() => window.giaoban.state.slots.every((s) => !s.participant)"))
        again = two.open(server, "demo", second)
        again.wait_for_others(1)
        pages[first].wait_for_others(1)
        assert set(pages[first].measure(3)) == {second}
