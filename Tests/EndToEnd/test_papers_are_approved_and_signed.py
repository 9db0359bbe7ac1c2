"""A paper's way through the server: comments, approvals, signatures with keys that stay with their signers, issue."""

import http.client
import os
import pathlib
import random
import re
import subprocess
import threading
import urllib.parse

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from support.approval import Approvals, a_pdf, message, send
from support.folders import files_under
from support.office import Office
from support.signing import Authority, StampingAuthority, Token
from support.validators import Validators
from support.waiting import wait_for

KILLS = int(os.environ.get("GIAOBAN_KILLS", "10"))


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture(scope="module")
def validators(authority, tmp_path_factory):
    return Validators(authority, tmp_path_factory.mktemp("nss"))


@pytest.fixture(scope="module")
def stamping(authority):
    running = StampingAuthority(authority)
    yield running
    running.server.shutdown()


@pytest.fixture(scope="module")
def lists(authority, tmp_path_factory):
    """Revocation lists that the server reads; nobody is on them at first."""
    paths = authority.revocations()[1::2]
    return [pathlib.Path(path) for path in paths]


@pytest.fixture(scope="module")
def office(authority, stamping, lists, tmp_path_factory):
    settings = ["--sign-roots", str(authority.roots), "--sign-tsa", stamping.url, "--sign-crl", ",".join(map(str, lists))]
    with Office(tmp_path_factory.mktemp("office"), settings) as running:
        yield running


@pytest.fixture(scope="module")
def approvals(office):
    return Approvals(office)


@pytest.fixture(scope="module")
def pdf(tmp_path_factory):
    return a_pdf(tmp_path_factory.mktemp("pdf"))


@pytest.fixture(scope="module")
def chair_key():
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture(scope="module")
def chair(authority, chair_key):
    return authority.key_file("Người chair", chair_key)


@pytest.fixture(scope="module")
def curve_key():
    return ec.generate_private_key(ec.SECP256R1())


@pytest.fixture(scope="module")
def secretary(authority, curve_key):
    return authority.key_file("Người secretary", curve_key)


@pytest.fixture(scope="module")
def token(authority):
    return Token(authority, "Người auditor", "rsa:2048")


@pytest.fixture(scope="module")
def signed_by_two(approvals, pdf, chair, token):
    """A paper that has gone all its way; its route."""
    paper = approvals.paper(pdf, title="Báo cáo kinh tế – xã hội")
    route = approvals.start(paper, ("comment", "delegate", "person"), ("approve", "chair"), ("sign", "chair"), ("sign", "auditor"),
                            agency="Ủy ban nhân dân tỉnh Bắc Kạn", number="48/BC-UBND")["id"]
    approvals.act(route, "delegate", "agree", note="Nhất trí")
    approvals.act(route, "person", "agree")
    approvals.act(route, "chair", "agree", paper=paper)
    approvals.sign_with(approvals.prepare(route, "chair"), chair)
    approvals.sign_with(approvals.prepare(route, "auditor", "agency"), token.arguments, env=token.environment)
    approvals.act(route, "secretary", "issue")
    return route


def test_a_paper_goes_from_comments_to_issue_and_others_find_both_signatures_valid(
        office, approvals, signed_by_two, validators, pdf, tmp_path):
    detail = approvals.detail(signed_by_two)
    assert detail["state"] == "issued" and [one["version"] for one in detail["versions"]] == [1, 2, 3]
    assert [one["act"] for one in detail["acts"]] == ["submit", "agree", "agree", "agree", "sign", "sign", "issue"]
    assert detail["acts"][1]["note"] == "Nhất trí"
    for number, version in enumerate(detail["versions"]):
        file = approvals.file(version["id"], tmp_path / f"{number}.pdf")
        assert file.read_bytes().startswith(pdf)
        if number:
            theirs = validators.agree_that_valid(file, number)
            # PAdES B-T: an authority has proved the time of each.
            assert all(one.timestamp_validity.intact and one.timestamp_validity.trusted for one in theirs)
    shown = office.secretary.get(f"/api/papers/{detail['paper']['id']}/signatures").body
    assert [(one["who"], one["isValid"], one["laterChanges"], one["coversWholeFile"], one["revocation"])
            for one in shown["signatures"]] == [("Người chair", True, "signatures", False, "good"),
                                                ("Người auditor", True, "nothing", True, "good")]
    assert all(one["provedAt"] for one in shown["signatures"])
    assert "Chữ ký số hợp lệ" in shown["signatures"][0]["words"]["vi"]
    # A changed byte is seen by everybody.
    changed = bytearray((tmp_path / "2.pdf").read_bytes())
    changed[changed.index(b"stream") + 40] ^= 1
    (tmp_path / "changed.pdf").write_bytes(changed)
    assert not any(one.intact for one in validators.by_pyhanko(tmp_path / "changed.pdf"))
    assert "Signature is Valid" not in validators.by_pdfsig(tmp_path / "changed.pdf")
    uploaded = approvals.paper(bytes(changed), title="Bản bị sửa")
    shown = office.secretary.get(f"/api/papers/{uploaded}/signatures").body
    assert [one["isValid"] for one in shown["signatures"]] == [False, False]
    assert "nội dung đã ký bị thay đổi" in shown["signatures"][0]["words"]["vi"]


def test_an_uploaded_signed_paper_is_shown_as_what_it_is(office, approvals, signed_by_two, tmp_path):
    file = approvals.file(approvals.detail(signed_by_two)["paper"]["id"], tmp_path / "signed.pdf")
    paper = approvals.paper(file.read_bytes(), title="Văn bản đến")
    first = office.secretary.get(f"/api/papers/{paper}/signatures").body
    assert [one["isValid"] for one in first["signatures"]] == [True, True]
    again = office.secretary.get(f"/api/papers/{paper}/signatures?again=1").body
    assert again["signatures"] == first["signatures"]
    assert office.secretary.get(f"/api/papers/{approvals.paper(file.read_bytes()[:3000])}/signatures").body["trouble"]


def test_an_agency_is_shown_at_the_top_right_of_page_1_and_a_person_at_the_end(approvals, signed_by_two, tmp_path):
    file = approvals.file(approvals.detail(signed_by_two)["paper"]["id"], tmp_path / "o.pdf")
    size = subprocess.run(["pdfinfo", str(file)], capture_output=True, text=True).stdout
    width, height = map(float, re.search(r"Page size: +([\d.]+) x ([\d.]+)", size).groups())
    boxes = subprocess.run(["pdftotext", "-bbox", str(file), "-"], capture_output=True, text=True).stdout
    pages = [re.findall(r'xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">([^<]*)<', page)
             for page in boxes.split("<page ")[1:]]
    times = [[word for word in page if re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+07:00", word[4])] for page in pages]
    assert len(pages) > 1 and [len(found) for found in times] == [1] + [0] * (len(pages) - 2) + [1]
    (agency,), (person,) = times[0], times[-1]
    assert float(agency[0]) > width / 2 and float(agency[2]) < width and float(agency[3]) < height / 8
    assert float(person[0]) > width / 2 and float(person[2]) < width and height * 7 / 8 < float(person[3]) < height
    first, last = (" ".join(word[4] for word in page) for page in (pages[0], pages[-1]))
    assert "Cơ quan: Ủy ban nhân dân tỉnh Bắc Kạn" in first and "48/BC-UBND" in first
    assert "Người ký: Người chair" in last and "Người ký" not in first


def test_nobody_signs_before_the_approvals_or_out_of_turn(approvals, office, pdf, chair):
    paper = approvals.paper(pdf)
    route = approvals.start(paper, ("approve", "delegate"), ("sign", "chair"), ("sign", "auditor"))["id"]
    for role in ["chair", "auditor"]:
        answer = office.signed_in[role].call("POST", f"/api/papers/{paper}/signing", {})
        assert (answer.status, answer.code) == (422, "approval"), answer.text
    assert office.signed_in["stranger"].call("POST", f"/api/papers/{paper}/signing", {}).status == 404
    approvals.act(route, "delegate", "agree")
    assert office.signed_in["auditor"].call("POST", f"/api/papers/{paper}/signing", {}).status == 422
    assert approvals.prepare(route, "chair")["digest"]


def test_what_is_returned_comes_again_as_a_new_round(approvals, office, pdf):
    paper = approvals.paper(pdf)
    route = approvals.start(paper, ("comment", "delegate"), ("approve", "chair"), keepsComments=True)["id"]
    approvals.act(route, "delegate", "agree", note="Đồng ý")
    assert approvals.act(route, "chair", "return", status=422)["error"]["fields"]["note"]
    approvals.act(route, "chair", "return", note="Sai số liệu quý III")
    assert approvals.detail(route)["state"] == "draft"
    approvals.act(route, "secretary", "submit")
    detail = approvals.detail(route)
    assert (detail["state"], detail["round"]) == ("approve", 2)
    approvals.act(route, "chair", "delegate", to=office.person["auditor"], note="Đi công tác")
    assert approvals.act(route, "chair", "agree", status=422)["error"]["code"] == "approval"
    approvals.act(route, "auditor", "agree")
    approvals.act(route, "secretary", "issue")
    acts = office.administrator.get("/api/audit?q=approval").body["lines"]
    said = [one["what"] for one in reversed(acts) if one["object"] == f"approval {route}"]
    assert said == [f"approval.{what}" for what in
                    ["submit", "agree", "return", "submit", "delegate", "agree", "issue"]]


def test_comments_stand_at_a_page_and_are_for_those_on_the_way_only(approvals, office, pdf):
    paper = approvals.paper(pdf)
    approvals.start(paper, ("comment", "person"), ("approve", "chair"))
    path = f"/api/papers/{paper}/comments"
    made = office.signed_in["person"].call("POST", path, {"page": 1, "x": 2500, "y": 4000, "text": "Sửa <b>số</b> liệu"})
    assert made.status == 201, made.text
    reply = office.secretary.call("POST", path, {"page": 1, "text": "Đã sửa", "repliesTo": made.body["id"]})
    assert reply.status == 201 and reply.body["repliesTo"] == made.body["id"] and not reply.body["inMeeting"]
    assert office.secretary.call("PATCH", f"/api/comments/{made.body['id']}", {"resolved": True}).status == 204
    seen = office.signed_in["chair"].get(path).body["comments"]
    assert [(one.get("x"), one.get("y"), one["author"], bool(one.get("resolvedAt"))) for one in seen] == [
        (2500, 4000, "Người person", True), (None, None, "Người secretary", False)]
    # A delegate of an invited district reads the paper, and not what is said about it.
    assert office.signed_in["delegate"].get(f"/api/papers/{paper}").status == 200
    assert office.signed_in["delegate"].get(path).status == 404
    assert office.signed_in["delegate"].call("PATCH", f"/api/comments/{made.body['id']}", {"resolved": False}).status == 404
    for wrong in [{"page": 0, "text": "x"}, {"page": 1, "text": ""}, {"page": 1, "x": 3, "text": "x"},
                  {"page": 1, "x": 10_001, "y": 0, "text": "x"}]:
        assert office.secretary.call("POST", path, wrong).status == 422


def test_letters_go_to_whoever_is_next(approvals, office, pdf):
    paper = approvals.paper(pdf, title="Quyết định phân công")
    route = approvals.start(paper, ("comment", "delegate"), ("approve", "chair"))["id"]
    approvals.act(route, "delegate", "agree")
    approvals.act(route, "chair", "agree")
    letters = [one for one in office.administrator.get("/api/mail").body["letters"] if "Quyết định phân công" in one["subject"]]
    assert {(one["name"], one["subject"].split(":")[0]) for one in letters} == {
        ("Người delegate", "Đề nghị cho ý kiến"), ("Người chair", "Đề nghị phê duyệt"),
        ("Người secretary", "Văn bản đã hoàn thành các bước, chờ ban hành")}, letters


def test_a_signature_by_hand_is_taken_once_and_answered_again(approvals, office, pdf, chair, validators, tmp_path):
    route = approvals.start(approvals.paper(pdf), ("sign", "chair"))["id"]
    prepared = approvals.prepare(route, "chair", "hidden")
    caller = office.signed_in["chair"]
    signature = message(caller.get(prepared["file"]).data, chair, tmp_path)
    assert office.secretary.get(prepared["file"]).status == 404
    first = send(caller, prepared["id"], signature)
    assert first.status == 200 and first.body["state"] == "done", first.text
    assert send(caller, prepared["id"], signature).body == first.body
    assert "đã nhận chữ ký" in approvals.sign_with(prepared, chair).stdout
    validators.agree_that_valid(approvals.file(first.body["paper"], tmp_path / "o.pdf"), 1)
    assert not (office.server.data / "signing" / f"{prepared['id']}.pdf").exists()


def test_signatures_that_do_not_do_are_refused_with_a_sentence(approvals, office, authority, pdf, chair, lists, tmp_path):
    paper = approvals.paper(pdf)
    route = approvals.start(paper, ("sign", "chair"))["id"]
    caller = office.signed_in["chair"]
    old = approvals.prepare(route, "chair")
    signature = message(caller.get(old["file"]).data, chair, tmp_path)
    prepared = approvals.prepare(route, "chair", "agency")
    # Another was prepared in its place: of what was signed before nothing is taken.
    answer = send(caller, old["id"], signature)
    assert (answer.status, answer.code) == (422, "ticket-ended"), answer.text
    for wrong in [b"", b"x" * 5000, signature, bytes(64 << 10)]:
        answer = send(caller, prepared["id"], wrong)
        assert (answer.status, answer.code) == (422, "bad-signature"), answer.text
    assert send(caller, prepared["id"], bytes(65 << 10)).status == 413
    other = Authority(tmp_path / "other").key_file("Người chair", rsa.generate_private_key(65537, 2048))
    answer = send(caller, prepared["id"], message(caller.get(prepared["file"]).data, other, tmp_path))
    assert answer.code == "bad-signature" and "không do đơn vị được tin cậy cấp" in answer.error["message"]
    assert send(office.signed_in["auditor"], prepared["id"], signature).status == 404
    assert approvals.detail(route)["state"] == "sign" and approvals.detail(route)["paper"]["id"] == paper
    assert "404" in approvals.sign_with(prepared | {"ticket": "A" * 43}, chair, fails=True).stderr
    approvals.sign_with(prepared, chair)


def test_a_word_file_is_signed_as_the_pdf_that_it_became(approvals, office, chair, validators, tmp_path):
    word = a_pdf(tmp_path / "word", kind="docx")
    paper = approvals.paper(word, filename="bao-cao.docx")
    route = approvals.start(paper, ("sign", "chair"))["id"]
    wait_for("its pages", lambda: office.secretary.get(f"/api/papers/{paper}/pages").body["state"] == "ready", 300)
    approvals.sign_with(approvals.prepare(route, "chair", "agency"), chair)
    detail = approvals.detail(route)
    assert detail["paper"]["filename"] == "bao-cao.pdf" and detail["paper"]["type"] == "application/pdf"
    validators.agree_that_valid(approvals.file(detail["paper"]["id"], tmp_path / "o.pdf"), 1)


def memory_of(process: int):
    """What a process has in its memory, mapping by mapping."""
    with open(f"/proc/{process}/maps") as maps, open(f"/proc/{process}/mem", "rb", 0) as memory:
        for line in maps:
            span, rights, *_ = line.split()
            begin, end = (int(part, 16) for part in span.split("-"))
            if "r" not in rights or "[v" in line:
                continue
            try:
                memory.seek(begin)
                yield memory.read(end - begin)
            except OSError:
                continue


def secrets_of(key) -> dict[str, bytes]:
    numbers = key.private_numbers()
    if isinstance(key, rsa.RSAPrivateKey):
        values = {"p": (numbers.p, 128), "q": (numbers.q, 128), "d": (numbers.d, 256)}
    else:
        values = {"d": (numbers.private_value, 32)}
    return {f"{name} {order}": value.to_bytes(length, order) for name, (value, length) in values.items()
            for order in ["big", "little"]}


def test_the_server_never_holds_a_private_key(approvals, office, pdf, chair, chair_key, secretary, curve_key, tmp_path):
    for role, who in [("chair", chair), ("secretary", secretary)]:
        route = approvals.start(approvals.paper(pdf), ("sign", role))["id"]
        approvals.sign_with(approvals.prepare(route, role), who)
    wanted = {f"RSA {name}": value for name, value in secrets_of(chair_key).items()} | {
        f"EC {name}": value for name, value in secrets_of(curve_key).items()} | {
        # Where the search finds nothing because it does not search, this one is missing, too.
        "control": (office.server.data / "token-secret").read_bytes()}
    for path in [chair[1], secretary[1]]:
        wanted[path] = pathlib.Path(path).read_bytes()[40:120]
    found = set()
    for part in memory_of(office.server.process.pid):
        found |= {name for name, value in wanted.items() if value in part}
    assert found == {"control"}
    on_disk = {name for _, data in files_under(office.server.data) for name, value in wanted.items() if value in data}
    assert on_disk == {"control"}


def test_a_revoked_certificate_is_refused(authority, approvals, pdf, stamping, tmp_path):
    who = authority.key_file("Người đã nghỉ", rsa.generate_private_key(65537, 2048))
    certificate = pkcs12.load_pkcs12(pathlib.Path(who[1]).read_bytes(), "mật khẩu".encode()).cert.certificate
    other = tmp_path / "lists"
    other.mkdir()
    folder, authority.folder = authority.folder, other
    try:
        lists = authority.revocations(certificate)[1::2]
    finally:
        authority.folder = folder
    settings = ["--sign-roots", str(authority.roots), "--sign-crl", ",".join(lists), "--sign-match", "name"]
    with Office(tmp_path / "office", settings) as office:
        local = Approvals(office)
        route = local.start(local.paper(pdf), ("sign", "chair"))["id"]
        prepared = local.prepare(route, "chair")
        assert "đã bị thu hồi" in local.sign_with(prepared, who, fails=True).stderr
        named = authority.key_file("Người khác", rsa.generate_private_key(65537, 2048))
        assert "không phải của Người chair" in local.sign_with(prepared, named, fails=True).stderr
        local.sign_with(prepared, authority.key_file("người  CHAIR", rsa.generate_private_key(65537, 2048)))


def test_no_value_in_a_form_ends_the_server(approvals, office, pdf):
    paper = approvals.paper(pdf)
    route = approvals.start(paper, ("comment", "delegate"), ("sign", "secretary"))["id"]
    step = {"kind": "approve", "people": [office.person["chair"]], "due": "2045-01-01"}
    forms = [
        (f"/api/papers/{paper}/approvals", {"steps": [step], "keepsComments": True, "agency": "A", "number": "1", "note": "x"}),
        (f"/api/approvals/{route}/acts", {"do": "agree", "note": "x", "to": 1, "paper": paper}),
        (f"/api/papers/{paper}/comments", {"page": 1, "x": 1, "y": 1, "text": "x", "repliesTo": 1}),
        (f"/api/papers/{paper}/signing", {"appearance": "person"}),
    ]
    values = [0, -1, 2**63 - 1, -(2**63), 2**63, 1e308, 0.5, None, True, [], {}, [[]], "", "x" * 50_000, "\u202e\0", "9999-99-99",
              [step] * 30, [step | {"people": [1] * 30}], [step | {"people": [2**63 - 1]}], [step | {"due": "0000-00-00"}]]
    for path, form in forms:
        for key in form:
            for value in values:
                answer = office.secretary.call("POST", path, form | {key: value})
                assert answer.status < 500 and (answer.status < 400 or answer.error["message"]), (path, key, value, answer.text)
    for name in ["x" * 43, "..%2f..%2ftoken-secret", "%00", "🖋"]:
        name = urllib.parse.quote(name, safe="%")
        for end in ["", "/file"]:
            assert office.secretary.get(f"/api/signings/{name}{end}").status == 404
    for ticket in ["x", "A" * 43, "\t", "A" * 5000]:
        answer = office.signed_in["nobody"].get("/api/signing-ticket", headers={"Authorization": f"Bearer {ticket}"})
        assert answer.status in (401, 404), (ticket, answer.text)
    assert office.is_the_same_process()


def test_a_killed_server_loses_no_signature_that_it_has_taken(authority, pdf, chair, validators, tmp_path):
    """Without a time-stamp authority, whose answer would take most of the time."""
    randomness = random.Random(48)
    taken = []
    with Office(tmp_path / "office", ["--sign-roots", str(authority.roots)]) as office:
        approvals = Approvals(office)
        caller = office.signed_in["chair"]
        outcomes = {"answered": 0, "not answered": 0}
        for number in range(KILLS):
            route = approvals.start(approvals.paper(pdf, title=f"Văn bản {number}"), ("approve", "chair"), ("sign", "chair"))["id"]
            acknowledged = approvals.act(route, "chair", "agree")["state"]
            prepared = approvals.prepare(route, "chair")
            signature = message(caller.get(prepared["file"]).data, chair, tmp_path)
            killer = threading.Timer(randomness.uniform(0.0, 0.08), office.server.kill)
            killer.start()
            try:
                answer = send(caller, prepared["id"], signature)
                assert answer.status == 200, answer.text
            except (OSError, http.client.HTTPException):
                answer = None
            killer.join()
            for one in office.signed_in.values():
                one.close()
            office.server.start()
            outcomes["answered" if answer else "not answered"] += 1
            state = caller.get(f"/api/signings/{prepared['id']}").body
            assert not answer or state == answer.body, "a signature that was taken is lost"
            assert approvals.half_files() == [] and acknowledged == "sign"
            detail = approvals.detail(route)
            assert detail["state"] == ("ready" if state["state"] == "done" else "sign")
            again = send(caller, prepared["id"], signature)
            assert again.status == 200 and again.body["state"] == "done", again.text
            assert approvals.detail(route)["state"] == "ready"
            taken.append(again.body["paper"])
        print(outcomes)
        for paper in taken:
            validators.agree_that_valid(approvals.file(paper, tmp_path / "o.pdf"), 1)
        assert len(set(taken)) == KILLS and office.administrator.get("/api/audit").status == 200
        assert approvals.half_files() == []
        # What is left of signatures that were on their way lies where it is cleared away, and not among the papers.
        assert not list((office.server.data / "papers").glob("new-*"))
