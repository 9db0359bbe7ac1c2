"""openapi.json against the server: the same routes in both, and real answers that are what their schemas say."""

import copy
import datetime
import json
import pathlib
import re
import sqlite3
import subprocess

import pytest
from jsonschema import Draft202012Validator

from support.files import fetch
from support.history import ZONE, Directory, History, Meeting
from support.recordings import DONE, put_copy, put_recording, shown_pages
from support.scheduler_client import ADMINISTRATOR, DELEGATE, PASSWORD, SECRETARY, SchedulerClient
from support.server import BINARY, ROOT
from support.waiting import wait_for

DESCRIPTION = json.loads((ROOT / "scheduler/openapi.json").read_text())
METHODS = {"get", "post", "put", "patch", "delete"}
NAMES = {ADMINISTRATOR: "administrator", SECRETARY: "secretary", DELEGATE: "delegate"}


def described() -> set[tuple[str, str]]:
    return {
        (method, path) for path, item in DESCRIPTION["paths"].items() for method in item if method in METHODS
        # Feeds are iCalendar; their paths are put together where they are served.
        if path.startswith(("/api/", "/auth/"))
    }


def served() -> set[tuple[str, str]]:
    """As the sources name them: no route of the API is made otherwise, which the next test holds them to."""
    found = set()
    for source in sorted((ROOT / "Sources/Web").rglob("*.swift")):
        text = source.read_text()
        found |= set(re.findall(r'APIRoute\(\s*\.(\w+),\s*"([^"]+)"', text))
        found |= set(re.findall(r'\bgroup\.(get|post|put|patch|delete)\(\s*"(/(?:api|auth)/[^"]+)"', text))
    return {(method, re.sub(r":(\w+)", r"{\1}", path)) for method, path in found}


def test_every_route_is_described_and_every_description_is_a_route():
    assert served() - described() == set(), "served, not described"
    assert described() - served() == set(), "described, not served"


def test_routes_are_written_so_that_they_are_found():
    """Every `APIRoute(` but the type itself has its method and path as literals beside it."""
    for source in sorted((ROOT / "Sources/Web").rglob("*.swift")):
        text = source.read_text()
        calls = len(re.findall(r"\bAPIRoute\(", text))
        assert calls == len(re.findall(r'\bAPIRoute\(\s*\.\w+,\s*"[^"\\]+"\)', text)), source


def test_the_description_is_one():
    """Every reference leads somewhere, every name of an operation is its own, every parameter of a path is described."""
    text = json.dumps(DESCRIPTION)
    for reference in set(re.findall(r'"\$ref": "([^"]+)"', text)):
        place = DESCRIPTION
        for part in reference.removeprefix("#/").split("/"):
            place = place[part.replace("~1", "/")]
    names = [operation["operationId"] for item in DESCRIPTION["paths"].values()
             for method, operation in item.items() if method in METHODS]
    assert len(names) == len(set(names))
    for path, item in DESCRIPTION["paths"].items():
        wanted = set(re.findall(r"{(\w+)}", path))
        for method in METHODS & set(item):
            given = {one["name"] for one in item.get("parameters", []) + item[method].get("parameters", [])
                     if one.get("in") == "path"}
            assert given == wanted, path
    for schema in DESCRIPTION["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def closed(description: dict) -> dict:
    """The same, refusing whatever is not described: an answer's new field must be written down."""
    description = copy.deepcopy(description)

    def close(node):
        if isinstance(node, dict):
            if "properties" in node and isinstance(node["properties"], dict) and "additionalProperties" not in node:
                node["unevaluatedProperties"] = False
            for value in node.values():
                close(value)
        elif isinstance(node, list):
            for value in node:
                close(value)

    close(description["components"])
    close(description["paths"])
    for name, schema in description["components"]["schemas"].items():
        # What is part of another may not close it.
        if f'"allOf": [{{"$ref": "#/components/schemas/{name}"' in json.dumps(description):
            schema.pop("unevaluatedProperties", None)
    return description


CLOSED = closed(DESCRIPTION)


def response_of(method: str, path: str, status: int) -> dict:
    response = CLOSED["paths"][path][method]["responses"].get(str(status))
    assert response is not None, f"{method} {path} answered {status}, which is not described"
    while "$ref" in response:
        place = CLOSED
        for part in response["$ref"].removeprefix("#/").split("/"):
            place = place[part]
        response = place
    return response


def check(method: str, path: str, status: int, value) -> None:
    """Of a JSON answer; of one without content `value` is None."""
    content = response_of(method, path, status).get("content", {})
    assert (value is None) == (not content), f"{method} {path} ({status})"
    if value is None or path == "/api/openapi.json":
        return
    schema = {**content["application/json"]["schema"], "components": CLOSED["components"]}
    errors = [f"{'.'.join(map(str, one.absolute_path))}: {one.message[:300]}"
              for one in Draft202012Validator(schema).iter_errors(value)]
    assert not errors, f"{method} {path} ({status}):\n" + "\n".join(errors[:8])


def check_file(path: str, file) -> None:
    if file.type == "application/json":
        return check("get", path, file.status, json.loads(file.data))
    content = response_of("get", path, file.status).get("content", {})
    assert file.type in content or "application/octet-stream" in content or "*/*" in content, (path, file.type)


def act(client: SchedulerClient, method: str, path: str, body: dict | None = None, number: int | str = ""):
    """Does something that must be possible, and holds the answer to its description."""
    answer = client.call(method.upper(), path.replace("{id}", str(number)).replace("{date}", str(number)), body)
    assert answer.status in (200, 201, 204), (method, path, answer)
    check(method, path, answer.status, answer.body)
    return answer.body


@pytest.fixture(scope="module")
def office(province_for_all):
    return province_for_all


@pytest.fixture(scope="module")
def values(office) -> dict[str, str]:
    """What stands for the parameters of each path."""
    secretary = SchedulerClient(office.port).sign_in()
    administrator = SchedulerClient(office.port).sign_in(ADMINISTRATOR)
    delegate = SchedulerClient(office.port).sign_in(DELEGATE)
    directory = Directory.read(office.data)
    today = datetime.datetime.now(ZONE).date()

    top = next(unit for unit, parent in directory.parents.items() if parent is None)
    district = next(unit for unit, name in directory.names.items() if name == "Huyện Ba Bể")
    site = next(site for site, unit in directory.sites.items() if unit == district)
    room = next(site for site, unit in directory.sites.items() if unit == top)
    people = secretary.get("/api/people").body["people"]
    chair = next(one["id"] for one in people if one["email"].startswith("chutich"))
    guest = next(one["id"] for one in people if one["email"] == DELEGATE)
    owner = next(one["id"] for one in people if one["email"] == SECRETARY)
    day = today + datetime.timedelta(days=30)
    made = act(secretary, "post", "/api/series", {
        "title": "Họp chuyên đề", "organiser": top, "chair": chair, "start": f"{day}T15:00", "minutes": 60,
        "form": "mixed", "venue": room, "sites": [site], "people": [guest], "notes": "Mang theo số liệu",
        "agenda": [{"title": "Mở đầu", "owner": "Chủ trì", "minutes": 5}]})
    meeting = made["occurrence"]
    act(secretary, "post", "/api/occurrences/{id}/links", number=meeting, body={
        "title": "Văn bản", "url": "https://example.com/a", "scope": "this"})
    answer = secretary.upload(meeting, b"So lieu", "a.txt", kind="text/plain")
    assert answer.status == 201, answer.text
    paper = answer.body
    wait_for("its pages", lambda: secretary.get(f"/api/papers/{paper['id']}/pages").body["state"] == "ready", 120)
    act(secretary, "post", "/api/occurrences/{id}/references", number=meeting, body={
        "title": "12/BC-UBND", "note": "Nhận tại văn thư", "classification": "toi-mat", "scope": "series"})
    upload = act(secretary, "post", "/api/occurrences/{id}/uploads", number=meeting, body={
        "filename": "b.txt", "classification": "thuong", "bytes": 9, "replaces": paper["id"]})
    for offset, data, status in ((0, b"So ", 200), (0, b"So ", 409), (3, b"lieu 2", 201)):
        answer = secretary.call("PATCH", f"/api/uploads/{upload['id']}", raw=data, kind="application/octet-stream",
                                headers={"Upload-Offset": str(offset)})
        assert answer.status == status, answer.text
        check("patch", "/api/uploads/{id}", status, answer.body)
    paper = answer.body
    wait_for("the new version's pages", lambda: secretary.get(f"/api/papers/{paper['id']}/pages").body["state"] == "ready", 120)
    # Meanwhile the server has closed what was silent.
    for client in (administrator, delegate):
        client.close()
    act(secretary, "post", "/api/occurrences/{id}/invitations", number=meeting, body={"scope": "this", "message": ""})
    act(delegate, "post", "/api/occurrences/{id}/answer", number=meeting, body={
        "site": site, "answer": "delegate", "delegateName": "Đặng Thay", "delegateEmail": "thay@x.example",
        "note": "Bận", "scope": "this"})
    act(administrator, "post", "/api/sites/{id}/device-tokens", number=site, body={"name": "Máy phòng họp"})
    act(administrator, "put", "/api/holidays/{date}", number=today, body={"kind": "day-in-lieu", "name": "Nghỉ bù"})
    act(administrator, "patch", "/api/units/{id}", number=district, body={"name": "Huyện Ba Bể mới", "from": str(today)})
    old = act(administrator, "post", "/api/units", {
        "code": "cu", "parent": district, "name": "Xã cũ", "kind": "commune", "email": ""})
    act(administrator, "post", "/api/units/{id}/merge", number=old["id"], body={"into": district, "date": str(today)})
    with History(office.data) as history:
        series = history.series(district, "Họp đã qua", "online", [site])
        start = datetime.datetime.combine(today - datetime.timedelta(days=3), datetime.time(8), ZONE)
        history.meetings(series, [site], "online", [Meeting(district, start, "online", "held", {site: "late"})])
    approval = act(secretary, "post", "/api/papers/{id}/approvals", number=paper["id"], body={
        "steps": [{"kind": "comment", "people": [guest], "due": str(day)}, {"kind": "approve", "people": [chair]}], "note": "Trình"})
    act(delegate, "post", "/api/papers/{id}/comments", number=paper["id"], body={"page": 1, "x": 10, "y": 20, "text": "Sửa"})
    act(delegate, "post", "/api/approvals/{id}/acts", number=approval["id"], body={"do": "agree", "note": "Nhất trí"})
    archive = office.data / "ho-so.zip"
    archive.write_bytes(fetch(secretary, f"/api/occurrences/{meeting}/dossier.zip").data)
    subprocess.run([str(BINARY), "dossier", "import", str(archive), "--data", str(office.data)], check=True, cwd=ROOT)
    dossier = act(administrator, "get", "/api/dossiers")["dossiers"][0]["id"]
    recording = put_recording(office.data, meeting, film={
        "talk.json": b"{}", "pages.json": shown_pages((0, 1, str(paper["id"]), 1, "a.webp")), "state.json": json.dumps(DONE | {"recording": "0" * 32}).encode()}, pages={"a.webp": b"RIFF"})
    emergency = act(secretary, "post", "/api/emergencies", {"title": "Lũ", "message": "Báo cáo ngay.", "sites": [site]})
    return {
        "emergencies": str(emergency["occurrence"]), "units": str(district), "sites": str(site), "series": str(made["id"]), "occurrences": str(meeting),
        "papers": str(paper["id"]), "recordings": recording, "copies": put_copy(office.data, recording, owner), "uploads": str(upload["id"]), "dossiers": str(dossier), "approvals": str(approval["id"]),
        "signings": "x", "answers": link_in_a_letter(office.data), "site": str(site),
        "from": str(today - datetime.timedelta(days=20)), "to": str(today + datetime.timedelta(days=40)),
        "day": str(today + datetime.timedelta(days=10)),
    }


def link_in_a_letter(data: pathlib.Path) -> str:
    with sqlite3.connect(data / "giaoban.sqlite") as db:
        bodies = db.execute("SELECT body FROM letter_body").fetchall()
    for (body,) in bodies:
        found = re.search(r"/tra-loi/([A-Za-z0-9_.~-]+)", json.dumps(json.loads(body)))
        if found:
            return found[1]
    raise AssertionError("no letter has a link to answer by")


def address(path: str, values: dict[str, str]) -> str:
    kind = path.split("/")[2]
    filled = re.sub(r"{(\w+)}", lambda name: {"n": "1", "size": "s", "file": "talk.json"}.get(name[1], values[kind]), path)
    query = {
        "/api/freebusy": "sites={site}&from={day}&to={to}", "/api/holidays": "year=" + values["day"][:4],
        "/api/calendar.pdf": "from={from}&to={day}",
    }.get(path, "from={from}&to={to}" if path.startswith(("/api/calendar", "/api/reports")) else "")
    return filled + ("?" + query.format(**values) if query else "")


PATHS = sorted(path for method, path in described() if method == "get" and path.startswith("/api/")
               # Devices' own: test_a_kiosk_comes_back.py asks for them with a device's token. Signers' machines' own:
               # test_papers_are_approved_and_signed.py has their tickets.
               and not any(own in DESCRIPTION["paths"][path]["get"].get("security", []) for own in ({"device": []}, {"ticket": []})))


@pytest.mark.parametrize("path", PATHS)
def test_what_a_route_answers_is_what_its_schema_says(office, values, path):
    statuses = []
    for person in NAMES:
        file = fetch(SchedulerClient(office.port).sign_in(person), address(path, values))
        check_file(path, file)
        statuses.append(file.status)
    # A meeting of which nobody has conducted a vote has no sheet of one: test_minutes.py asks for those.
    # Nor waits a signature without an authority: test_papers_are_approved_and_signed.py.
    assert 200 in statuses or "votes" in path or "signings" in path, f"nobody gets anything from {path}: {statuses}"
    assert not [status for status in statuses if status >= 500]
    stranger = fetch(SchedulerClient(office.port), address(path, values))
    check_file(path, stranger)
    if CLOSED["paths"][path]["get"].get("security") == []:
        assert stranger.status == 200
    else:
        assert stranger.status == 401


@pytest.mark.parametrize("path", [path for path in PATHS if "{id}" in path])
def test_what_is_not_there_is_said_as_described(office, path):
    file = fetch(SchedulerClient(office.port).sign_in(ADMINISTRATOR), path.replace("{id}", "999999"))
    check_file(path, file)
    assert file.status == 404


def test_the_description_is_served(office):
    file = fetch(SchedulerClient(office.port), "/api/openapi.json")
    assert file.status == 200 and json.loads(file.data) == DESCRIPTION


def test_acts_answer_as_described(office, values):
    secretary = SchedulerClient(office.port).sign_in()
    administrator = SchedulerClient(office.port).sign_in(ADMINISTRATOR)
    site, unit = int(values["sites"]), int(values["units"])
    day = datetime.date.fromisoformat(values["day"])
    form = {"title": "Họp tuần", "start": f"{day}T10:00", "minutes": 30, "form": "online", "sites": [site],
            "people": [], "rule": "FREQ=WEEKLY;COUNT=6", "holidays": "skip"}
    act(secretary, "post", "/api/series/preview", form)
    made = act(secretary, "post", "/api/series", form)
    taken = secretary.call("POST", "/api/series", form | {"rule": None})
    assert taken.status == 409
    check("post", "/api/series", 409, taken.body)
    wrong = secretary.call("POST", "/api/series", form | {"title": "", "minutes": -1})
    assert wrong.status == 422
    check("post", "/api/series", 422, wrong.body)
    series = secretary.get(f"/api/series/{made['id']}").body
    act(secretary, "patch", "/api/series/{id}", {"title": "Họp tuần mới", "version": series["version"]}, made["id"])
    added = act(secretary, "post", "/api/series/{id}/additions", {"start": f"{day}T16:00"}, made["id"])
    meeting = secretary.get(f"/api/occurrences/{added['occurrence']}").body
    act(secretary, "patch", "/api/occurrences/{id}", {
        "scope": "this", "version": meeting["version"], "title": "Họp thêm", "start": f"{day}T16:30"}, meeting["id"])
    act(secretary, "put", "/api/occurrences/{id}/attendance", {"site": site, "attendance": "late"}, meeting["id"])
    meeting = secretary.get(f"/api/occurrences/{meeting['id']}").body
    act(secretary, "post", "/api/occurrences/{id}/cancel", {
        "scope": "this", "reason": "Đổi kế hoạch", "version": meeting["version"]}, meeting["id"])
    act(secretary, "post", "/api/freetimes", {
        "sites": [site], "people": [], "venue": None, "minutes": 60, "from": str(day), "to": str(day),
        "earliest": "07:30", "latest": "17:00"})
    act(secretary, "post", "/api/series/{id}/cancel", {"reason": "Không họp nữa"}, made["id"])
    person = act(administrator, "post", "/api/people", {
        "name": "Nông Thị Mới", "email": "moi@x.example", "title": "", "phone": "", "unit": unit,
        "password": PASSWORD, "roles": [{"role": "delegate", "unit": unit}]})
    act(administrator, "patch", "/api/people/{id}", {"title": "Văn thư"}, person["id"])
    place = act(administrator, "post", "/api/sites", {"unit": unit, "name": "Phòng 2", "line": "leased-2m"})
    act(administrator, "patch", "/api/sites/{id}", {"device": "room", "technician": {"phone": "0209 1"}}, place["id"])
    token = act(administrator, "post", "/api/sites/{id}/device-tokens", {"name": "Máy 2"}, place["id"])
    at_the_site = SchedulerClient(office.port).sign_in(DELEGATE)
    for done in (None, True):
        act(at_the_site, "post", "/api/site/checks/turn", {"occurrence": int(values["occurrences"]), "done": done})
    act(at_the_site, "post", "/api/site/checks", {
        "occurrence": int(values["occurrences"]), "down": 900, "up": 400, "rtt": 30, "loss": 0.01, "mic": -61.5,
        "micPeak": -40, "camera": "ok", "speaker": "ok", "clock": -120})
    for path, number in (("/api/occurrences/{id}/readiness", values["occurrences"]), ("/api/sites/{id}/checks", site)):
        act(administrator, "get", path, None, number)
    act(administrator, "delete", "/api/device-tokens/{id}", None, token["id"])
    settings = act(administrator, "put", "/api/settings", {"targets": {"commune": 55}})
    assert settings["targets"]["commune"] == 55
    act(administrator, "delete", "/api/holidays/{date}", None, str(day))
    act(SchedulerClient(office.port).sign_in("moi@x.example"), "put", "/api/me/password", {
        "old": PASSWORD, "new": "sông Cầu chảy lững lờ"})
    raised = act(secretary, "post", "/api/emergencies", {"title": "Bão", "units": [unit], "all": False})["occurrence"]
    ringing = SchedulerClient(office.port).sign_in(DELEGATE)
    alert = next(one for one in ringing.get("/api/alerts").body["alerts"] if one["occurrence"] == raised)
    act(ringing, "post", "/api/alerts/{id}/acknowledge", {"answer": "coming"}, alert["id"])
    act(secretary, "post", "/api/emergencies/{id}/ring", {"sites": None}, raised)
    act(secretary, "post", "/api/emergencies/{id}/end", None, raised)
    act(secretary, "post", "/api/sites/{id}/talk", None, site)
    leaving = SchedulerClient(office.port).sign_in()
    act(leaving, "delete", "/api/session")
    assert leaving.get("/api/me").status == 401
