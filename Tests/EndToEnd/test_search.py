"""Search: words with and without diacritics, in what one may read and in nothing else."""

import random
import sqlite3
import urllib.parse

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from support.office import PDF, Office
from support.waiting import wait_for

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]},
         "resultTypes": ["violations"]}
PAGES = ["Báo cáo công tác phòng chống thiên tai năm 2026.",
         "Hồ chứa nước Nặm Cắt đạt 92% dung tích; đập đất ổn định.",
         "Bàn giao công trình thủy lợi cho các xã."]


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    with Office(tmp_path_factory.mktemp("search")) as running:
        yield running


def search(office, role, text, **more):
    query = urllib.parse.urlencode({"q": text, **more}, quote_via=urllib.parse.quote)
    answer = office.signed_in[role].get(f"/api/search?{query}")
    assert answer.status == 200, answer.text
    return answer.body


def found(office, role, text, **more) -> list[tuple]:
    return [(line["kind"], line["meeting"]["id"], (line.get("paper") or {}).get("id"), line.get("page"))
            for line in search(office, role, text, **more)["results"]]


class Filed:
    """A meeting of the department with the district, and a paper whose pages have been read."""

    def __init__(self, office, mark: str):
        self.mark = mark
        # A file of its own: pages belong to contents.
        content = PDF + b"% " + mark.encode() + b"\n"
        booked = office.book(title=f"Họp {mark}", agenda=[{"title": f"Cấp nước {mark}", "owner": "", "minutes": 5}])
        self.id = booked.occurrence
        made = office.secretary.upload(self.id, content, title=f"Tờ trình {mark}")
        assert made.status == 201, made.text
        self.paper = made.body["id"]
        database = sqlite3.connect(office.server.data / "giaoban.sqlite", timeout=10)
        with database:
            (name,) = database.execute("SELECT sha256 FROM paper WHERE id = ?", [self.paper]).fetchone()
            for number, text in enumerate(PAGES, 1):
                database.execute("INSERT OR REPLACE INTO page (sha256, number, width, height, text) VALUES (?, ?, 9, 9, ?)",
                                 [name, number, f"{text} {mark}"])
        database.close()
        # The server's next transaction takes in what came from beside it.
        office.secretary.call("POST", f"/api/occurrences/{self.id}/acts", {"do": "note", "item": None, "text": ""})


def test_a_phrase_is_found_typed_with_and_without_diacritics(office):
    filed = Filed(office, "alpha")
    page = ("page", filed.id, filed.paper, 2)
    for typed in ("ho chua nuoc nam cat alpha", "Hồ chứa nước Nặm Cắt alpha", '"ho chua nuoc" alpha', "HỒ CHỨA alpha",
                  "cat dat 92% alpha", "dap dat on alpha "):
        assert found(office, "secretary", typed) == [page], typed
    assert found(office, "secretary", '"nuoc ho chua" alpha') == []
    line = search(office, "secretary", "Hồ chứa alph")["results"][0]
    assert line["exact"] and line["url"] == f"/tai-lieu/{filed.paper}?trang=2"
    assert [part["text"] for part in line["snippet"]["parts"] if part["hit"]] == ["Hồ chứa", "alpha"]
    # With other diacritics it is found, and said to be another word.
    assert [line["exact"] for line in search(office, "secretary", "bán giáo alpha")["results"]] == [False]
    assert [line["exact"] for line in search(office, "secretary", "bàn giao alpha")["results"]] == [True]
    # Both places of the tone are one word.
    assert found(office, "secretary", "thuỷ lợi alpha") == [("page", filed.id, filed.paper, 3)]
    kinds = {kind for kind, *_ in found(office, "secretary", "alpha")}
    assert kinds == {"page", "paper", "agenda", "meeting"}


def test_nothing_is_found_of_meetings_that_one_may_not_read(office):
    filed = Filed(office, "beta")
    everything = sorted(found(office, "secretary", "beta"), key=str)
    assert len(everything) == 6
    for role in ("delegate", "auditor", "administrator", "chair", "technician"):
        assert sorted(found(office, role, "beta"), key=str) == everything, role
    for role in ("stranger", "neighbour", "keeper", "person"):
        assert found(office, role, "beta") == [], role
    assert filed.id


def test_a_withdrawn_paper_is_found_no_more(office):
    filed = Filed(office, "gamma")
    assert ("paper", filed.id, filed.paper, None) in found(office, "delegate", "gamma")
    assert office.secretary.call("DELETE", f"/api/papers/{filed.paper}").status == 204
    for role in ("secretary", "delegate", "administrator"):
        assert {kind for kind, *_ in found(office, role, "gamma")} == {"agenda", "meeting"}


def test_decisions_are_for_those_who_may_read_the_minutes(office):
    meeting = office.book(title="Họp delta").occurrence

    def act(do, **fields):
        answer = office.secretary.call("POST", f"/api/occurrences/{meeting}/acts", {"do": do, **fields})
        assert answer.status == 204, answer.text

    act("open")
    act("decision.add", text="Thu hồi nợ đọng epsilon", due=None, owner="Cục Thuế", item=None)
    line = ("minutes", meeting, None, None)
    assert found(office, "secretary", "no dong epsilon") == [line]
    assert found(office, "delegate", "no dong epsilon") == []
    act("close")
    assert found(office, "delegate", "no dong epsilon") == [line]
    assert found(office, "technician", "no dong epsilon") == [line]
    assert found(office, "stranger", "no dong epsilon") == []
    act("decision.remove", decision=1)
    assert found(office, "secretary", "no dong epsilon") == []


def test_days_a_unit_and_a_cursor_narrow_what_is_found(office):
    first, second = Filed(office, "zeta"), Filed(office, "zeta")
    day = office.secretary.get(f"/api/occurrences/{first.id}").body["start"][:10]
    assert {id for _, id, *_ in found(office, "secretary", "zeta", **{"from": day, "to": day})} >= {first.id}
    assert found(office, "secretary", "zeta", to="2020-01-01") == []
    assert found(office, "administrator", "zeta", unit=office.unit["other"]) == []
    assert found(office, "administrator", "zeta", unit=office.unit["invited"]) == found(office, "administrator", "zeta")
    whole, pages, cursor = found(office, "secretary", "zeta"), [], None
    while True:
        body = search(office, "secretary", "zeta", limit=2, **({"cursor": cursor} if cursor else {}))
        pages += [(line["kind"], line["meeting"]["id"]) for line in body["results"]]
        cursor = body.get("next")
        if not cursor:
            break
        assert len(body["results"]) == 2
    assert pages == [(kind, id) for kind, id, *_ in whole]
    assert {second.id, first.id} == {id for _, id, *_ in whole}


def test_whatever_is_typed_is_answered(office):
    pieces = ['"', "'", "*", "AND", "NOT", "NEAR(", "(", ")", "exact:", "%", "giao", "ơ", "\t", "☎", "\\", "^", "-"]
    dice = random.Random(5)
    for _ in range(60):
        search(office, "delegate", "".join(dice.choice(pieces) for _ in range(dice.randrange(8))))
    for wrong in ("q=" + "a" * 201, "q=a&from=x", "q=a&to=2026-02-30", "q=a&limit=0", "q=a&limit=x", "q=a&cursor=x", "q=a&unit=x"):
        assert office.secretary.get(f"/api/search?{wrong}").status == 422, wrong
    assert office.is_the_same_process()


def test_the_page_finds_shows_and_is_accessible(office, browser):
    Filed(office, "omega")
    context = browser.new_context(ignore_https_errors=True, viewport={"width": 1366, "height": 768}, locale="vi-VN")
    page = context.new_page()
    name, value = office.secretary.cookie.split("=", 1)
    context.add_cookies([{"name": name, "value": value, "url": office.server.url, "secure": True, "httpOnly": True}])
    page.goto(office.server.url + "/")
    expect(page.locator(".rail-find input")).to_be_visible()
    page.locator("h1").first.focus()
    page.keyboard.press("/")
    expect(page.locator(".rail-find input")).to_be_focused()
    page.keyboard.type("ho chua nuoc omega")
    page.keyboard.press("Enter")
    expect(page.locator(".found")).to_have_count(1)
    expect(page.locator(".found mark")).to_have_text(["Hồ chứa nước", "omega"])
    expect(page.locator("a.found-link")).to_have_text("Tờ trình omega, trang 2")
    page.locator(".found-tools input[type=search]").fill("omega")
    expect(page.locator(".found")).to_have_count(6)
    wait_for("the words in the address", lambda: page.url.endswith("q=omega"))
    results = Axe().run(page, options=RULES)
    serious = [one["id"] for one in results.response["violations"] if one["impact"] in ("serious", "critical")]
    assert not serious, serious
    page.screenshot(path="Tests/EndToEnd/out/search.png")
    context.close()
