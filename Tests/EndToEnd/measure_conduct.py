"""How fast a briefing of all the province's sites hears of what its chair does: `ops/bench conduct`.

Every site is a socket of its own, with a device's token; all of them are played by this program, which takes its share
of the machine.
"""

import asyncio
import pathlib
import statistics
import sys
import tempfile
import time

from support.api import Caller
from support.conduct import Seat, administrator, book, device_token, device_way_in, end_demonstration, sites_of, way_in
from support.pages import paper_with_pages
from support.server import Server
from support.thinline import quantile


async def spread(desk: Seat, sites: list[Seat], name: str, act, condition, rounds: int) -> tuple[str, list[float]]:
    """Milliseconds from an act's leaving until each site has been told, over some rounds."""
    times: list[float] = []
    for number in range(rounds):
        begin = time.perf_counter()

        async def told(site: Seat):
            await site.until(lambda keys: condition(keys, number), f"{name} {number}", 30)
            times.append((time.perf_counter() - begin) * 1000)

        waiting = [asyncio.create_task(told(site)) for site in sites]
        refusal = await act(number)
        assert refusal is None, refusal
        await asyncio.gather(*waiting)
    return name, times


def print_rows(rows):
    for name, times in rows:
        print(f"{name:32} {statistics.median(times):7.0f} {quantile(times, 0.99):7.0f} {max(times):7.0f}")


async def measure_papers(server: Server, desk: Seat, sites: list[Seat], rounds: int, occurrence: int):
    """Pages turned and strokes drawn; a page's picture is not in it: it is there already."""
    paper = paper_with_pages(server, occurrence, pages=2 * rounds + 1)
    assert await desk.act("paper.show", paper=paper, page=1) is None
    turns = await spread(
        desk, sites, "page turned", lambda number: desk.act("paper.turn", page=number + 2),
        lambda keys, number: (keys.get("paper") or {}).get("page") == number + 2, rounds)
    assert len(sites[0].texts[-1].encode()) <= 200, sites[0].texts[-1]
    page = desk.keys["paper"]["page"]
    times: list[float] = []
    for number in range(rounds):
        stroke = f"s{number}"
        begin = time.perf_counter()

        async def seen(site: Seat):
            await site.until(lambda _: any(ink["stroke"] == stroke for ink in site.inks), stroke, 30)
            times.append((time.perf_counter() - begin) * 1000)

        waiting = [asyncio.create_task(seen(site)) for site in sites]
        await desk.say(type="ink", paper=paper, page=page, stroke=stroke, tool="pen", colour=0,
                       points=[100 + number, 200, 300, 400], end=True)
        await asyncio.gather(*waiting)
    assert await desk.act("paper.hide") is None
    return [turns, ("some of a stroke drawn", times)]


async def measure(server: Server, rounds: int):
    secretary = Caller(server.port).sign_in()
    chief = administrator(server.port)
    end_demonstration(secretary)
    places = sites_of(secretary, "all")
    occurrence = book(secretary, sites=places)
    room, token = way_in(secretary, occurrence)
    ways = [device_way_in(server.port, device_token(chief, place), occurrence)[1] for place in places]
    desk = await (await Seat(server.port, room, token).open()).told()
    begin = time.perf_counter()
    sites = [Seat(server.port, room, way) for way in ways]
    for start in range(0, len(sites), 16):
        await asyncio.gather(*[site.open() for site in sites[start:start + 16]])
    await asyncio.gather(*[site.told() for site in sites])
    print(f"{len(sites)} sites at their sockets after {time.perf_counter() - begin:.1f} s")
    await desk.until(lambda keys: sum(1 for key, row in keys.items() if key.startswith("seat/s") and row["connected"])
                     == len(sites), "everybody", 60)
    assert await desk.act("open") is None
    assert await desk.act("policy", selfUnmute=True, consent=False, seconds=0) is None
    seats = [site.you["seat"] for site in sites]
    rows = [
        await spread(desk, sites, "floor given to another site",
                     lambda number: desk.act("floor.give", seat=seats[number % len(seats)]),
                     lambda keys, number: keys["floor"] and keys["floor"]["seats"][0]["seat"] == seats[number % len(seats)],
                     rounds),
        await spread(desk, sites, "layout and stage pushed",
                     lambda number: desk.act("stage", seats=[seats[number % len(seats)]], layout=["grid", "pair"][number % 2]),
                     lambda keys, number: keys["stage"]["layout"] == ["grid", "pair"][number % 2]
                     and keys["stage"]["seats"][0]["seat"] == seats[number % len(seats)], rounds),
    ]
    assert await desk.act("floor.take") is None
    rows.append(await spread(
        desk, sites, "all muted, all free again",
        lambda number: desk.act("mute" if number % 2 == 0 else "unmute", all=True, **({"hold": True} if number % 2 == 0 else {})),
        lambda keys, number: keys["you"]["muted"] == (number % 2 == 0), rounds))
    print(f"{'reaches all sites, ms':32} {'p50':>7} {'p99':>7} {'max':>7}")
    print_rows(rows)
    rows += await measure_papers(server, desk, sites, rounds, occurrence)
    print_rows(rows[-2:])
    assert await desk.act("roll.open") is None
    await asyncio.gather(*[site.until(lambda keys: keys["you"]["asked"], "the roll call") for site in sites])
    begin = time.perf_counter()
    answers = await asyncio.gather(*[site.act("roll.confirm") for site in sites])
    last = time.perf_counter()
    assert answers == [None] * len(sites)
    await desk.until(lambda keys: sum(keys["roll"]["counts"][state] for state in ("present", "late")) == len(sites)
                     and sum(1 for key, row in keys.items() if key.startswith("seat/s") and row["roll"] in ("present", "late"))
                     == len(sites), "the whole roll", 30)
    print(f"roll call: {len(sites)} answers within {last - begin:.2f} s, "
          f"the list complete {(time.perf_counter() - last) * 1000:.0f} ms after the last")
    await asyncio.gather(*[site.close() for site in [*sites, desk]])
    return rows


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder, Server(pathlib.Path(folder) / "data", extra=["--demo"]) as running:
        asyncio.run(measure(running, int(sys.argv[1]) if len(sys.argv) > 1 else 10))
