"""A meeting's conduct over its sockets: who may do what, what everybody is told, what outlives a killed server."""

import asyncio
import concurrent.futures
import os
import random
import sqlite3

import pytest
import requests

from support.api import ADMINISTRATOR, DELEGATE, Caller
from support.conduct import Seat, book, seat, sites_of, way_in
from support.server import Server

KILLS = int(os.environ.get("GIAOBAN_KILLS", 10))


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with Server(tmp_path_factory.mktemp("conduct") / "data", extra=["--demo"]) as server:
        yield server


@pytest.fixture
def meeting(server):
    """A meeting of all districts that begins in a minute: its number, secretary, chair and a district."""
    secretary = Caller(server.port).sign_in()
    occurrence = book(secretary, sites=sites_of(secretary))
    yield occurrence, secretary, Caller(server.port).sign_in("chutich@backan.example"), Caller(server.port).sign_in(DELEGATE)
    # The next meeting books the same sites.
    version = secretary.call("GET", f"/api/occurrences/{occurrence}").body["version"]
    secretary.call("POST", f"/api/occurrences/{occurrence}/cancel", {"scope": "this", "reason": "xong", "version": version})


def run(body):
    """In a thread of its own: where browsers are driven, the test's own has a loop that runs already."""
    with concurrent.futures.ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, body).result()


def audit(port: int) -> list[dict]:
    return Caller(port).sign_in(ADMINISTRATOR).call("GET", "/api/audit").body["lines"]


def test_a_site_asks_for_the_floor_and_everybody_sees_it(meeting):
    async def body():
        occurrence, secretary, chair, delegate = meeting
        chair, site, desk = await seat(chair, occurrence), await seat(delegate, occurrence), await seat(secretary, occurrence)
        assert await chair.act("open") is None
        assert await site.act("hand.raise") is None
        await desk.until(lambda keys: [turn["seats"][0]["name"] for turn in keys["queue"]] == ["Huyện Ba Bể"], "the hand")
        assert await chair.act("floor.next", seconds=60) is None
        await site.until(lambda keys: keys["floor"] and keys["floor"]["state"] == "asked", "being asked")
        assert await site.act("floor.accept") is None
        await desk.until(lambda keys: keys["floor"] and keys["floor"]["state"] == "holds", "the turn")
        assert await site.act("floor.done") is None
        await desk.until(lambda keys: keys["floor"] is None, "its end")
        for page in (chair, site, desk):
            await page.close()
    run(body())


def test_only_who_leads_is_told_what_consoles_show(meeting):
    async def body():
        occurrence, secretary, chair, delegate = meeting
        site, desk = await seat(delegate, occurrence), await seat(secretary, occurrence)
        assert not [key for key in site.keys if key.startswith(("seat/", "waiting", "note/"))]
        assert len([key for key in desk.keys if key.startswith("seat/")]) >= 8
        assert await site.act("chat.say", to="leaders", text="mất tiếng") is None
        await desk.until(lambda keys: any(key.startswith("chat/") for key in keys), "the word to who leads")
        other = [seat for seat in desk.keys if seat.startswith("seat/s") and desk.keys[seat]["seat"] != site.you["seat"]][0]
        assert await desk.act("chat.say", to=desk.keys[other]["seat"], text="riêng") is None
        assert await desk.act("chat.say", to="all", text="chung") is None
        await site.until(lambda keys: any(line["text"] == "chung" for key, line in keys.items() if key.startswith("chat/")),
                         "the word to all")
        assert not [1 for key, line in site.keys.items() if key.startswith("chat/") and line["text"] == "riêng"]
        await site.close()
        await desk.close()
    run(body())


def test_a_delegates_forged_orders_are_refused_and_logged(meeting, server):
    async def body():
        occurrence, secretary, chair, delegate = meeting
        desk, site = await seat(secretary, occurrence), await seat(delegate, occurrence)
        assert await desk.act("open") is None
        await desk.until(lambda keys: keys["meeting"]["state"] == "open", "the opening")
        own, other = site.you["seat"], next(
            value["seat"] for key, value in desk.keys.items()
            if key.startswith("seat/s") and value["seat"] != site.you["seat"])
        before = {key: value for key, value in desk.keys.items() if key != "you"}
        # Another role's orders.
        for do, fields in [
            ("close", {}), ("mute", {"all": True, "hold": True}), ("floor.give", {"seat": own}), ("lock", {"on": True}),
            ("remove", {"seat": other, "reason": ""}), ("chair.hand", {"seat": own}), ("chair.take", {}),
            ("roll.open", {}), ("roll.correct", {"seat": own, "state": "present", "reason": "x"}), ("waiting", {"on": True}),
            ("stage", {"seats": [own], "layout": "speaker"}), ("deputies", {"seats": [own]}), ("agenda.start", {"item": 1}),
            ("vote.open", {"title": "x"}), ("vote.close", {"vote": 1}), ("decision.add", {"text": "x", "due": "", "owner": ""}),
            ("policy", {"selfUnmute": True, "consent": False, "seconds": 0}), ("quorum", {"numerator": 1, "denominator": 9}),
        ]:
            assert await site.act(do, **fields) == "not-leader", do
        # What only the server says, and what nobody says.
        for do, fields in [("system.presence", {"seat": own}), ("system.restart", {}), ("system.plan", {}), ("", {}),
                           ("floor.give", {"seat": "x9"}), ("vote.cast", {"vote": 1}), ("hand.raise " * 9, {})]:
            assert await site.act(do, **fields) is not None, do
        # In another's name: the seat is the token's, whatever a message says.
        assert await site.act("hand.raise", seat=other) is None
        await desk.until(lambda keys: [turn["seats"][0]["seat"] for turn in keys["queue"]] == [own], "one's own hand")
        assert await site.act("hand.lower") is None
        # Sent again, and out of order.
        for n in (1, site.number, 0, -5):
            answer = await asyncio.wait_for(site.send("hand.raise", n=n), 30) if n > 0 else None
            assert n <= 0 or (answer["type"], answer["code"]) == ("refused", "replayed")
        await desk.until(lambda keys: keys["queue"] == [], "the empty queue")
        after = {key: value for key, value in desk.keys.items() if key != "you"}
        assert after == before
        await site.close()
        await desk.close()
    run(body())
    refusals = [line for line in audit(server.port) if line["what"] == "conduct.refused"]
    assert len(refusals) >= 18, [line["what"] for line in audit(server.port)]


def test_a_token_opens_its_own_room_only(meeting, server):
    async def body():
        occurrence, secretary, chair, delegate = meeting
        room, token = way_in(delegate, occurrence)
        for wrong_room, wrong_token in [("phong-khac", token), (room, token[:-2] + "xx"), (room, "")]:
            page = await Seat(server.port, wrong_room, wrong_token).open()
            await page._reader
            assert page.close_code == 4401
    run(body())


def test_lock_and_waiting_room_bind_every_way_in(meeting, server):
    async def body():
        occurrence, secretary, chair, delegate = meeting
        desk = await seat(secretary, occurrence)
        room, token = way_in(delegate, occurrence)

        def answers():
            """What a page, WHIP and WHEP are answered: an offer that is none is looked at behind the door."""
            url = server.url
            found = []
            for path, body, kind in [(f"/api/rooms/{room}/join", '{"offer":"v=0"}', "application/json"),
                                     (f"/whip/{room}", "v=0", "application/sdp"), (f"/whep/{room}", "v=0", "application/sdp")]:
                answer = requests.post(url + path, data=body, verify=False, timeout=20, headers={
                    "content-type": kind, "authorization": f"Bearer {token}"})
                found.append(answer.status_code)
            return found

        assert answers() == [400, 400, 400]
        assert await desk.act("lock", on=True) is None
        assert await asyncio.to_thread(answers) == [423, 423, 423]
        assert await desk.act("lock", on=False) is None
        assert await desk.act("waiting", on=True) is None
        assert await asyncio.to_thread(answers) == [409, 409, 409]
        # The page waits at its conduct socket, which says so, and is let in.
        site = await seat(delegate, occurrence)
        await site.until(lambda keys: keys["you"]["admitted"] == "waiting", "waiting")
        await desk.until(lambda keys: [one["name"] for one in keys["waiting"]] == ["Huyện Ba Bể"], "who waits")
        assert await desk.act("admit", seat=site.you["seat"]) is None
        await site.until(lambda keys: keys["you"]["admitted"] == "in", "being let in")
        assert await asyncio.to_thread(answers) == [400, 400, 400]
        assert await desk.act("remove", seat=site.you["seat"], reason="thử") is None
        assert await asyncio.to_thread(answers) == [403, 403, 403]
        await site.close()
        await desk.close()
    run(body())


def test_nothing_that_is_kept_links_a_voter_and_a_secret_choice(meeting, server):
    async def body():
        occurrence, secretary, chair, delegate = meeting
        desk, site = await seat(secretary, occurrence), await seat(delegate, occurrence)
        assert await desk.act("open") is None
        choices = ["Tán thành", "Khongtanthanhbimat"]
        assert await desk.act("vote.open", title="Bỏ phiếu kín", kind="secret", by="seat", choices=choices,
                              needsQuorum=False, rule="majority", of="cast") is None
        await site.until(lambda keys: keys["you"]["mayVote"] == [1], "the vote")
        assert await site.act("vote.cast", vote=1, choice=1) is None
        assert await site.act("vote.cast", vote=1, choice=0) == "voted"
        await desk.until(lambda keys: keys["vote/1"]["cast"] == 1, "the ballot")
        # While it is open nobody is told how it stands.
        assert desk.keys["vote/1"].get("result") is None and desk.keys["vote/1"].get("ballots") is None
        assert await desk.act("vote.close", vote=1) is None
        await desk.until(lambda keys: keys["vote/1"]["state"] == "closed", "the end")
        assert desk.keys["vote/1"]["result"]["counts"] == [0, 1] and desk.keys["vote/1"].get("ballots") is None
        await site.close()
        await desk.close()
        return occurrence, site.you["seat"]
    occurrence, voter = run(body())
    with sqlite3.connect(f"file:{server.data}/giaoban.sqlite?mode=ro", uri=True) as db:
        acts = [row[0] for row in db.execute("SELECT act FROM conduct_act WHERE occurrence = ?", [occurrence])]
        casts = [act for act in acts if "vote.cast" in act]
        assert len(casts) == 1 and "choice\"" not in casts[0]
        assert db.execute("SELECT vote, choice, count FROM secret_tally WHERE occurrence = ?", [occurrence]).fetchall() == [(1, 1, 1)]
        tables = [row[0] for row in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'search'")]
        for table in tables:
            for row in db.execute(f"SELECT * FROM {table}"):
                text = " ".join(str(value) for value in row)
                assert not (f'"{voter}"' in text and "choice\":" in text), (table, text)
    assert b"vote.cast" not in (server.data / "log").read_bytes() or b"choice" not in (server.data / "log").read_bytes()


def test_what_was_acknowledged_outlives_a_killed_server(tmp_path):
    """The scripted briefing, with the server killed after a random number of acknowledged acts, again and again."""
    chance = random.Random(int(os.environ.get("GIAOBAN_SEED", 6)))
    with Server(tmp_path / "data", extra=["--demo"]) as server:
        secretary = Caller(server.port).sign_in()
        occurrence = book(secretary, sites=sites_of(secretary))
        way = {name: way_in(Caller(server.port).sign_in(email), occurrence) for name, email in
               [("desk", "thuky@backan.example"), ("chair", "chutich@backan.example"), ("site", DELEGATE)]}

        async def life(round_number: int, left: int):
            pages = {name: await (await Seat(server.port, *to).open()).told() for name, to in way.items()}
            desk, chair, site = pages["desk"], pages["chair"], pages["site"]
            own = site.you["seat"]
            known: dict = {}
            done = 0

            async def do(page, name, **fields):
                nonlocal done
                answer = await page.send(name, **fields)
                if answer and answer["type"] == "acted":
                    done += 1
                return answer

            script = [
                lambda: do(chair, "open"), lambda: do(site, "hand.raise"), lambda: do(desk, "roll.open", minutes=5),
                lambda: do(site, "roll.confirm"), lambda: do(desk, "agenda.start", item=chance.randint(1, 2)),
                lambda: do(chair, "floor.give", seat=own, seconds=chance.choice([0, 600])), lambda: do(site, "floor.accept"),
                lambda: do(desk, "chat.say", to="all", text=f"{round_number}-{done}"), lambda: do(site, "floor.done"),
                lambda: do(desk, "mute", all=True, hold=chance.random() < 0.5),
                lambda: do(desk, "vote.open", title=f"Vòng {round_number}", kind=chance.choice(["open", "secret"]), by="seat",
                           choices=["Có", "Không"], rule="majority", of="cast", needsQuorum=False),
                lambda: do(site, "vote.cast", vote=max([int(key[5:]) for key in desk.keys if key.startswith("vote/")] or [1]),
                           choice=chance.randint(0, 1)),
                lambda: do(desk, "decision.add", text=f"Kết luận {round_number}", due="", owner="Sở NN"),
                lambda: do(desk, "note", item=1, text=f"ghi {round_number}"),
                lambda: do(desk, "stage", seats=[own], layout=chance.choice(["pair", "grid", "speaker"])),
                lambda: do(desk, "roll.close"), lambda: do(desk, "agenda.stop"), lambda: do(desk, "lock", on=False),
            ]
            while done < left:
                await chance.choice(script)()
            answer = await asyncio.to_thread(secretary.call, "GET", f"/api/occurrences/{occurrence}/conduct")
            known = answer.body["set"]
            # One more is under way when the server dies: it may hold or not, and nothing else may have changed.
            pending = asyncio.create_task(do(desk, "chat.say", to="all", text=f"dang-do-{round_number}"))
            server.process.kill()
            server.process.wait()
            answered = await pending
            for page in pages.values():
                await page.close()
            return known, answered is not None

        def settled(keys: dict) -> dict:
            """What does not depend on who is connected at the moment or how long it has been."""
            kept = {key: value for key, value in keys.items() if not key.startswith(("seat/", "roll", "you"))}
            # Whoever is asked to speak and does not answer is not asked for ever.
            if (kept["floor"] or {}).get("state") == "asked":
                kept["floor"] = None
            rows = {key: {name: value.get(name) for name in ("roll", "how", "at", "reason", "muted", "hold", "hand")}
                    for key, value in keys.items() if key.startswith("seat/")}
            return kept | rows | {"roll.state": keys["roll"]["state"]}

        for number in range(KILLS):
            known, was_answered = run(life(number, chance.randint(1, 25)))
            server.start()
            after = Caller(server.port).sign_in().call("GET", f"/api/occurrences/{occurrence}/conduct").body["set"]
            last = f"dang-do-{number}"
            late = [key for key, value in after.items() if key.startswith("chat/") and value["text"] == last]
            assert late or not was_answered, "an acknowledged line is lost"
            assert settled({key: value for key, value in after.items() if key not in late}) == settled(known), number
