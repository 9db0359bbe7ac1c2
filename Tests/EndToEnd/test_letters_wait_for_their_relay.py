"""The server's own queue of letters, with a relay that is down, refuses or dawdles."""

import collections
import time

from support.invitations import Office, monday
from support.mailserver import MailServer
from support.server import free_port
from support.waiting import wait_for


def one(office, unit):
    [letter] = [letter for letter in office.letters() if letter["to"] == f"{unit}@backan.example"]
    return letter


def test_a_relay_that_refuses_is_shown_letter_by_letter(tmp_path):
    with MailServer() as relay, Office(tmp_path, relay=relay) as office:
        relay.refusals["ba-be@backan.example"] = "550 5.1.1 Khong co hop thu nay"
        relay.refusals["na-ri@backan.example"] = "451 4.7.1 Thu lai sau"
        booked = office.book(
            [office.sites[unit] for unit in ("ba-be", "na-ri", "cho-don")], start=f"{monday(2)}T14:00")
        office.invite(booked["occurrence"])
        wait_for("each letter's first try", lambda: (
            one(office, "na-ri")["attempts"], one(office, "ba-be")["state"], one(office, "cho-don")["state"]
        ) == (1, "failed", "sent"), 20)
        refused, delayed = one(office, "ba-be"), one(office, "na-ri")
        assert "550" in refused["error"] and "Khong co hop thu nay" in refused["error"]
        assert refused.get("nextTry") is None
        assert delayed["state"] == "waiting" and "451" in delayed["error"] and delayed["nextTry"]
        assert one(office, "cho-don")["state"] == "sent"
        # A restart forgets none of it.
        office.server.kill()
        office.server.start()
        office.sign_in()
        again = {letter["to"]: letter for letter in office.letters()}
        assert again["ba-be@backan.example"] == refused
        assert (again["na-ri@backan.example"]["state"], again["na-ri@backan.example"]["nextTry"]) == (
            "waiting", delayed["nextTry"])
        # The button tries again; only what has failed.
        office.post(f"/api/mail/{one(office, 'cho-don')['id']}/retry", status=422)
        relay.refusals.clear()
        office.post(f"/api/mail/{refused['id']}/retry")
        wait_for("the letter to leave", lambda: one(office, "ba-be")["state"] == "sent", 20)
        # The other one has its time.
        wait_for("the other's time", lambda: one(office, "na-ri")["state"] == "sent", 120, 0.5)
        arrived = collections.Counter(letter.recipients[0] for letter in relay.letters)
        assert set(arrived.values()) == {1} and len(arrived) == 3


def test_letters_wait_for_a_relay_that_is_down(tmp_path):
    class Nobody:
        port = free_port()

    with Office(tmp_path, relay=Nobody()) as office:
        booked = office.book([office.sites["ba-be"]], start=f"{monday(2)}T14:00")
        office.invite(booked["occurrence"])
        wait_for("the first try", lambda: one(office, "ba-be")["attempts"], 20)
        letter = one(office, "ba-be")
        assert letter["state"] == "waiting" and letter["error"] and letter["nextTry"]
        assert office.invitee(booked["occurrence"], office.sites["ba-be"])["mail"] == "waiting"
        office.server.kill()
        relay = MailServer()
        relay.controller.port = Nobody.port
        with relay:
            office.server.start()
            office.sign_in()
            assert office.settled(timeout=120) == {"sent": 1}
            assert len(relay.letters) == 1


def test_a_slow_relay_holds_up_nobody_who_books(tmp_path):
    with MailServer(delay=0.5) as relay, Office(tmp_path, relay=relay) as office:
        booked, count = office.book_everybody(40)
        begun = time.monotonic()
        office.invite(booked["occurrence"])
        took = time.monotonic() - begun
        slowest = 0
        for _ in range(20):
            begun = time.monotonic()
            office.get(f"/api/occurrences/{booked['occurrence']}")
            slowest = max(slowest, time.monotonic() - begun)
        assert took < 2 and slowest < 1
        assert office.settled(timeout=120) == {"sent": count}
        assert len({letter.id for letter in relay.letters}) == len(relay.letters) == count
