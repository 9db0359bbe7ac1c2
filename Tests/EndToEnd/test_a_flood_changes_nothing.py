"""50,000 datagrams of junk a second at the media port, and a call that does not notice."""

import pathlib
import subprocess

from support.browsers import Chromium
from support.server import host_address
from support.waiting import wait_for

RATE, SECONDS = 50_000, 12


def measured(page):
    """What comes of the other; nothing where their picture has changed its place meanwhile."""
    found = page.measure(8)["Hai"]
    return found if "video" in found else None


def test_a_flood_of_junk_changes_nothing_in_a_running_call(server, playwright, clips):
    program = clips / "junk"
    source = pathlib.Path(__file__).parent / "support/junk.c"
    subprocess.run(["gcc", "-O2", "-o", str(program), str(source)], check=True)
    with Chromium(playwright, clips, (200, 40, 40), 440) as one:
        here = one.open(server, "demo", "Một")
        there = one.open(server, "demo", "Hai")
        here.wait_for_others(1)
        there.wait_for_others(1)
        calm = wait_for("a picture that stays", lambda: measured(here), 40)
        before = server.metrics()
        flood = subprocess.Popen(
            [str(program), host_address(), str(server.media_port), str(RATE), str(SECONDS)],
            stdout=subprocess.PIPE, text=True,
        )
        stormy = here.measure(8)["Hai"]
        sent = int(flood.communicate(timeout=30)[0])
        after = server.metrics()
    assert sent >= RATE * SECONDS * 0.9, f"only {sent} datagrams were sent"
    assert after["datagrams_dropped_total"] - before["datagrams_dropped_total"] > sent * 0.5, "they arrived"
    assert stormy["video"]["rate"] >= 0.95 * calm["video"]["rate"]
    assert stormy["video"]["freezes"] == calm["video"]["freezes"]
    assert stormy["audio"]["lost"] - calm["audio"]["lost"] <= 0.005 * stormy["audio"]["received"] + 1
    assert after["resident_bytes"] - before["resident_bytes"] < 4 << 20
