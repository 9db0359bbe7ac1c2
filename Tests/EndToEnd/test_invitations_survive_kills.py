"""The server's own queue of letters: killed at random, and asked for very many at once."""

import collections
import os
import random
import socket
import time

from support.invitations import Office
from support.mailserver import MailServer

KILLS = int(os.environ.get("INVITATION_KILLS", "10"))


def lasting_port(choose):
    """A free port that no outgoing connection is given while the server is down."""
    while True:
        port = choose.randint(20_000, 32_000)
        with socket.socket() as tcp:
            try:
                tcp.bind(("", port))
                return port
            except OSError:
                continue


def kill_while_letters_leave(office, relay, choose):
    booked, count = office.book_everybody()
    assert office.invite(booked["occurrence"])["mail"] == count
    for kill in range(KILLS):
        # As often between a letter and the reply to it as after the reply.
        relay.wait_for_events(choose.randint(0, 24))
        assert len(relay.letters) < count, "all have left before the last kill"
        office.server.kill()
        office.server.start()
    arrived_while_killed = len(relay.letters)
    office.sign_in()
    assert office.settled(timeout=300) == {"sent": count}
    arrived = collections.Counter(letter.recipients[0] for letter in relay.letters)
    ids = collections.Counter(letter.id for letter in relay.letters)
    print(f"{KILLS} kills, {arrived_while_killed} of {count} letters had left by the last")
    assert arrived_while_killed > KILLS
    assert len(arrived) == count and set(arrived.values()) == {1} and set(ids.values()) == {1}
    assert {letter["state"] for letter in office.letters()} == {"sent"}


def test_a_server_killed_at_random_sends_every_invitation_exactly_once(tmp_path):
    choose = random.Random(9)
    # Slow enough that the kills fall while letters leave: the relay's answer comes after the letter is taken.
    with MailServer(delay=0.02 * KILLS / 10) as relay:
        office = Office(tmp_path, relay=relay)
        office.server.port, office.server.http_port = lasting_port(choose), lasting_port(choose)
        office.server.media_port = lasting_port(choose)
        with office:
            kill_while_letters_leave(office, relay, choose)


def test_inviting_264_sites_to_five_years_is_answered_within_a_second(tmp_path):
    with MailServer() as relay, Office(tmp_path, relay=relay) as office:
        booked, count = office.book_everybody(rule="FREQ=WEEKLY;BYDAY=MO")
        office.upload(booked["occurrence"], b"%PDF-1.7\n" + b"x" * 1_000_000, "bao-cao.pdf", "Báo cáo")
        times = []
        for _ in range(5):
            begun = time.monotonic()
            assert office.invite(booked["occurrence"])["mail"] == count
            times.append(time.monotonic() - begun)
        # And each meeting's edit, which writes as many letters.
        begun = time.monotonic()
        office.patch(f"/api/occurrences/{booked['occurrence']}", {"scope": "this", "title": "Giao ban khẩn"})
        print(f"{count} invitations: {[round(one, 3) for one in times]} s; an edit: {time.monotonic() - begun:.3f} s")
        assert sorted(times)[2] < 1
