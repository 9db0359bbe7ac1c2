"""A picture and a sound that tell their own time on one clock (clock_pattern.js), and what a film shows of it."""

import dataclasses
import json
import pathlib
import subprocess

import numpy

SCRIPT = (pathlib.Path(__file__).parent / "clock_pattern.js").read_text()
FREQUENCIES = (1_000, 2_000, 3_000)
"""Hz of the sites' tones: whole periods of each in ``WINDOW`` samples, so that none is taken for another."""
WINDOW = 96
CELLS = 32
FILM_RATE = 25

MAIN = (0, 68, 976, 548)
ALONE = (32, 0, 1216, 684)
COLUMN = [(976, place * 170, 302, 170) for place in range(4)]
PLACES = (MAIN, ALONE, *COLUMN)
"""Where a picture of 16:9 may stand in a film of the layout with page and speaker: x, y, width, height."""


def begin_pattern(context, site: int, *, rate: int, noise: float):
    """Pages of this browser context send the pattern of a site from 0 to 2."""
    options = {"site": site, "frequency": FREQUENCIES[site], "rate": rate, "noise": noise}
    context.add_init_script(f"({SCRIPT})({json.dumps(options)})")


@dataclasses.dataclass
class Shown:
    """Of one site: when each of its pictures was first shown, and its own time; ms, in order."""

    film: numpy.ndarray
    own: numpy.ndarray

    def at(self, own: float) -> float:
        """When the film shows a moment of the site's own time."""
        return float(numpy.interp(own, self.own, self.film))


def _read(frames: numpy.ndarray) -> tuple[numpy.ndarray, numpy.ndarray]:
    """Sites and times in strips of pixels (frames, places, height, cells of 8); -1 where none can be read."""
    level = frames[:, :, 1:3, :, 2:6].mean(axis=(2, 4))
    clear = ((level < 80) | (level > 170))[:, :, 1:31].all(axis=2)
    bits = (level[:, :, 1:31] > 125).astype(numpy.int64)
    word = bits[:, :, 2:26] @ (1 << numpy.arange(23, -1, -1))
    check = sum(word >> shift & 15 for shift in range(0, 24, 4)) & 15
    is_right = clear & (bits[:, :, 0] == 1) & (bits[:, :, 1] == 0) & (bits[:, :, 26:30] @ numpy.array([8, 4, 2, 1]) == check)
    return numpy.where(is_right, word >> 22, -1), word & 0x3FFFFF


def shown(film: pathlib.Path, sites: int = len(FREQUENCIES)) -> list[Shown]:
    """What the film shows of each site."""
    strips = []
    for number, (x, y, width, height) in enumerate(PLACES):
        top, tall = y + height * 26 // 360, max(2, height * 40 // 360)
        strips.append(f"[0:v]crop={width}:{tall}:{x}:{top}:exact=1,scale={CELLS * 8}:4:flags=area,format=gray[p{number}]")
    stack = "".join(f"[p{number}]" for number in range(len(PLACES)))
    command = ["ffmpeg", "-nostdin", "-v", "error", "-i", str(film), "-filter_complex",
               ";".join(strips) + f";{stack}vstack={len(PLACES)}[out]", "-map", "[out]", "-f", "rawvideo", "pipe:1"]
    size = len(PLACES) * 4 * CELLS * 8
    found: list[list[tuple[float, int]]] = [[] for _ in range(sites)]
    newest = [-1] * sites
    number = 0
    with subprocess.Popen(command, stdout=subprocess.PIPE) as decoder:
        while data := decoder.stdout.read(size * 500):
            frames = numpy.frombuffer(data, numpy.uint8).reshape(-1, len(PLACES), 4, CELLS, 8)
            for row in zip(*_read(frames)):
                for site, time in zip(*row):
                    if 0 <= site < sites and time > newest[site]:
                        newest[site] = time
                        found[site].append((number * 1000 / FILM_RATE, time))
                number += 1
    assert decoder.returncode == 0
    return [Shown(*(numpy.array([row[side] for row in rows], float) for side in (0, 1))) for rows in found]


def tones(file: pathlib.Path, frequency: int) -> numpy.ndarray:
    """When tones of a frequency begin, ms."""
    raw = subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-i", str(file), "-vn", "-ac", "1", "-ar", "48000", "-f", "s16le",
                          "pipe:1"], check=True, stdout=subprocess.PIPE).stdout
    samples = numpy.frombuffer(raw, numpy.int16)
    count = len(samples) // WINDOW
    wave = numpy.exp(-2j * numpy.pi * frequency * numpy.arange(WINDOW) / 48_000).astype(numpy.complex64)
    level = numpy.concatenate([
        numpy.abs(part.astype(numpy.float32) @ wave) for part in
        numpy.array_split(samples[:count * WINDOW].reshape(count, WINDOW), max(1, count // 100_000))]) / WINDOW * 2 / 32_768
    # Half of the tone's loudness at once, and most of it for a while after.
    loud = level > 0.15
    begins = numpy.flatnonzero(loud[1:] & ~loud[:-1]) + 1
    onsets: list[float] = []
    for index in begins:
        time = index * WINDOW / 48
        if loud[index:index + 20].mean() > 0.8 and (not onsets or time - onsets[-1] > 300):
            onsets.append(time)
    return numpy.array(onsets)


@dataclasses.dataclass
class Skew:
    """By how much a site's sound comes after its picture, ms, for each second of its own clock that could be measured."""

    seconds: dict[int, float]
    """By the second of the site's own clock."""
    heard: dict[int, float]
    """When the film sounds that second, ms."""

    @property
    def worst(self) -> float:
        return max(map(abs, self.seconds.values()))

    def part(self, percent: float) -> float:
        return float(numpy.percentile([abs(value) for value in self.seconds.values()], percent))


def skew(pictures: Shown, onsets: numpy.ndarray) -> Skew:
    """A picture is shown with the film's nearest: 20 ms early or late. So a second's pictures are looked at together."""
    found = Skew({}, {})
    for onset in onsets:
        near = numpy.abs(pictures.film - onset) <= 500
        if near.sum() < 3:
            continue
        late = float(numpy.mean(pictures.film[near] - pictures.own[near]))
        second = round((onset - late) / 1000)
        found.seconds[second] = onset - second * 1000 - late
        found.heard[second] = float(onset)
    return found
