"""What a table of statuses cannot say of rights: what is told, to whom, and from when on."""

import re

from support.api import PASSWORD, Caller
from support.office import PDF, Office


def test_what_one_may_not_know_of_cannot_be_told_from_what_is_not_there(office):
    meeting = office.book()
    paper = office.secretary.upload(meeting.occurrence, PDF).body["id"]
    site = office.site["invited"]
    token = office.administrator.call("POST", f"/api/sites/{site}/device-tokens", {"name": "Máy"}).body["id"]
    for role in ("person", "stranger", "neighbour", "keeper"):
        caller = office.signed_in[role]
        for there, nowhere in [
            (f"/api/occurrences/{meeting.occurrence}", "/api/occurrences/999999"),
            (f"/api/series/{meeting.series}", "/api/series/999999"),
            (f"/api/papers/{paper}", "/api/papers/999999"),
        ]:
            one, other = caller.get(there), caller.get(nowhere)
            assert (one.status, one.data) == (other.status, other.data) == (404, one.data)
        one = caller.call("DELETE", f"/api/device-tokens/{token}")
        other = caller.call("DELETE", "/api/device-tokens/999999")
        assert (one.status, one.data) == (404, other.data)


def test_another_units_meetings_are_nowhere_to_be_seen(office):
    title = "Họp kín của Sở Công Thương"
    form = office.form(title=title, start="2034-02-06T08:00", notes="Ghi chú kín")
    made = office.secretary.call("POST", "/api/series", form)
    assert made.status == 201
    occurrence = made.body["occurrence"]
    office.secretary.call("POST", f"/api/occurrences/{occurrence}/invitations", {"scope": "this", "message": ""})
    site = office.site["invited"]
    for role in ("person", "stranger", "neighbour", "keeper"):
        caller = office.signed_in[role]
        for path in (
            "/api/series", "/api/calendar?from=2034-02-06&to=2034-02-12", "/api/my/invitations", "/api/mail",
            f"/api/calendar?from=2034-02-06&to=2034-02-12&unit={office.unit['organiser']}",
            f"/api/freebusy?sites={site}&from=2034-02-06&to=2034-02-12",
        ):
            assert title not in caller.get(path).text, (role, path)
        # That the site is busy is no secret; with what, is.
        rows = caller.get(f"/api/freebusy?sites={site}&from=2034-02-06&to=2034-02-12").body["rows"]
        assert [busy.get("title") for busy in rows[0]["busy"]] == [None]
        # Nor does a conflict tell.
        if role in ("neighbour", "keeper"):
            own = office.form(title="Của tôi", start="2034-02-06T08:00", organiser=office.unit["other"],
                              sites=[office.site["other"], site])
            refused = caller.call("POST", "/api/series", own)
            assert refused.status == 409 and title not in refused.text and "Ba Bể" in refused.text


def test_answers_of_others_are_told_without_their_notes(office):
    meeting = office.book()
    delegate = office.signed_in["delegate"]
    said = {"site": office.site["invited"], "answer": "decline", "note": "Lý do riêng"}
    path = f"/api/occurrences/{meeting.occurrence}"
    assert delegate.call("POST", f"{path}/answer", said).status == 204
    assert "Lý do riêng" in delegate.get(path).text
    assert "Lý do riêng" in office.secretary.get(path).text
    assert "Lý do riêng" not in office.signed_in["auditor"].get(path).text


def test_nobody_answers_for_a_site_that_is_not_invited(office):
    meeting = office.book(sites=[office.site["organiser"]])
    answer = office.administrator.call(
        "POST", f"/api/occurrences/{meeting.occurrence}/answer", {"site": office.site["other"], "answer": "accept"})
    assert answer.status == 404


def test_the_last_administrator_stays(tmp_path):
    with Office(tmp_path) as office:
        admin, person = office.administrator, office.person["administrator"]
        for form in ({"roles": []}, {"active": False}, {"roles": [{"role": "administrator", "unit": office.unit["other"]}]}):
            answer = admin.call("PATCH", f"/api/people/{person}", form)
            assert answer.status == 422 and "roles" in answer.fields, (form, answer.text)
        second = office.add_person("hai", "top", [("administrator", "top")]).body["id"]
        assert admin.call("PATCH", f"/api/people/{person}", {"active": False}).status == 200
        assert admin.get("/api/me").status == 401
        left = office.caller("hai@backan.example")
        assert left.call("PATCH", f"/api/people/{second}", {"active": False}).status == 422


def test_whoever_is_withdrawn_is_out_at_once(office):
    for change in ({"active": False}, {"password": "Mot hai ba bon nam"}):
        name = "ra-" + next(iter(change))
        person = office.add_person(name, "other", [("secretary", "other")]).body["id"]
        caller = office.caller(f"{name}@backan.example")
        assert caller.get("/api/me").status == 200
        assert office.administrator.call("PATCH", f"/api/people/{person}", change).status == 200
        assert caller.get("/api/me").status == 401
        assert caller.call("POST", "/api/series", office.form()).status == 401
    assert Caller(office.port).try_password("ra-active@backan.example", PASSWORD).status == 401


def test_a_role_that_is_taken_away_counts_at_once(office):
    person = office.add_person("het-quyen", "organiser", [("secretary", "organiser")]).body["id"]
    caller = office.caller("het-quyen@backan.example")
    assert caller.call("POST", "/api/series", office.form()).status == 201
    assert office.administrator.call("PATCH", f"/api/people/{person}", {"roles": []}).status == 200
    assert caller.call("POST", "/api/series", office.form()).status == 403


def test_a_room_token_is_for_its_room_only(office):
    joined = office.signed_in["delegate"].call("POST", f"/api/occurrences/{office.book_now().occurrence}/join", {})
    assert joined.status == 200
    assert re.fullmatch(r"/r/[A-Za-z0-9_-]{16,64}\?token=\S+", joined.body["url"]), joined.body
