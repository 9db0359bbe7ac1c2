"""Has films made of journals, and looks at what they show."""

import subprocess

from support.film import sound_onsets
from support.server import BINARY

ALONE = (32, 0, 1216, 684)
"""Where a picture of 16:9 stands that has the film for itself: 1280 × 684 of it."""


def compose(journal, out, *extra, check=True):
    done = subprocess.run(
        [str(BINARY), "archive", "compose", str(journal), "--out", str(out), "--nice", "0", *extra], stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True)
    assert not check or done.returncode == 0, done.stdout
    return done


def skews(film, numbers):
    """By how much each tone comes after the picture that was sent with it, in seconds, where pictures are looked at."""
    first = {}
    for time, number in numbers:
        if number:
            first.setdefault(number, time)
    out = []
    looked_at = {round(time) for time, _ in numbers}
    for onset in sound_onsets(film):
        if not {int(onset), int(onset) + 1} <= looked_at:
            continue
        near = [(abs(first[number] - onset), onset - first[number]) for number in first if number % 25 == 0]
        if near:
            out.append(min(near)[1])
    return out
