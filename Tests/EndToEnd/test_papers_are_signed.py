"""Papers signed by `giaoban sign` are valid to pyHanko and pdfsig, and what others have signed is judged as they judge it."""

import datetime
import http.server
import json
import pathlib
import re
import subprocess
import threading

import pytest
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer
from pyhanko.sign import fields, signers
from pyhanko.sign.timestamps import HTTPTimeStamper
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from support.apart import apart
from support.server import BINARY, ROOT
from support.signing import DAY, NOW, SOFTHSM, Authority, StampingAuthority, Token


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture(scope="module")
def hien(authority):
    return authority.key_file("Trần Văn Hiến", rsa.generate_private_key(65537, 2048))


@pytest.fixture(scope="module")
def token(authority):
    return Token(authority, "Nguyễn Thị Hường", "rsa:2048")


@pytest.fixture(scope="module")
def stamping(authority):
    running = StampingAuthority(authority)
    yield running
    running.server.shutdown()


@pytest.fixture(scope="module")
def trust(authority, tmp_path_factory):
    """An NSS database for pdfsig."""
    folder = tmp_path_factory.mktemp("nss")
    subprocess.run(["certutil", "-N", "-d", f"sql:{folder}", "--empty-password"], check=True)
    subprocess.run(["certutil", "-A", "-n", "root", "-t", "CT,C,C", "-a", "-i", str(authority.roots), "-d", f"sql:{folder}"],
                   check=True)
    return folder


@pytest.fixture(scope="module")
def paper(tmp_path_factory):
    """As a clerk makes it: by LibreOffice."""
    folder = tmp_path_factory.mktemp("paper")
    (folder / "paper.html").write_text(
        "<meta charset=utf-8><h1>GIẤY MỜI HỌP</h1><p>Giao ban trực tuyến tuần 48</p>" + "<p>Nội dung</p>" * 60)
    subprocess.run(["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to",
                    "pdf:writer_web_pdf_Export", "--outdir", str(folder), str(folder / "paper.html")],
                   check=True, capture_output=True, timeout=180)
    return folder / "paper.pdf"


def giaoban(*arguments, env=None, fails=False):
    done = subprocess.run([str(BINARY), "sign", *map(str, arguments)], capture_output=True, text=True, env=env)
    assert (done.returncode != 0) == fails, done
    return done


def signed(paper, folder, who, *, tsa=None, look=("--agency", "Văn phòng UBND tỉnh Bắc Kạn"), env=None, name="signed"):
    prepared, signature, out = folder / f"{name}.prepared", folder / f"{name}.der", folder / f"{name}.pdf"
    giaoban("prepare", paper, "--out", prepared, *look)
    giaoban("key", prepared, "--out", signature, *who, env=env)
    giaoban("embed", prepared, signature, "--out", out, *(["--tsa", tsa] if tsa else []))
    return out


def judged(paper, authority, *arguments, fails=False):
    lines = giaoban("verify", paper, "--roots", authority.roots, "--json", *arguments, fails=fails).stdout.splitlines()
    return [json.loads(line) for line in lines]


def by_pyhanko(paper, authority):
    root = asn1_x509.Certificate.load(authority.root.public_bytes(serialization.Encoding.DER))
    with open(paper, "rb") as file:
        reader = PdfFileReader(file)
        return apart(lambda: [validate_pdf_signature(one, ValidationContext(trust_roots=[root], allow_fetching=False),
                                                     ts_validation_context=ValidationContext(trust_roots=[root], allow_fetching=False))
                              for one in reader.embedded_signatures])


def by_pdfsig(paper, trust):
    return subprocess.run(["pdfsig", "-nssdir", f"sql:{trust}", str(paper)], capture_output=True, text=True).stdout


def assert_valid(paper, authority, trust, count):
    ours = judged(paper, authority)
    assert [one["valid"] for one in ours] == [True] * count, ours
    theirs = by_pyhanko(paper, authority)
    assert len(theirs) == count and all(one.bottom_line and one.intact and one.trusted for one in theirs), theirs
    said = by_pdfsig(paper, trust)
    assert said.count("Signature Validation: Signature is Valid.") == count, said
    assert "ETSI.CAdES.detached" in said
    return ours, theirs, said


@pytest.mark.parametrize("kind", ["rsa", "p256", "p384"])
def test_a_paper_signed_with_a_key_file_is_valid_to_others(paper, authority, trust, tmp_path, kind):
    key = {"rsa": lambda: rsa.generate_private_key(65537, 3072), "p256": lambda: ec.generate_private_key(ec.SECP256R1()),
           "p384": lambda: ec.generate_private_key(ec.SECP384R1())}[kind]()
    out = signed(paper, tmp_path, authority.key_file(f"Cán bộ {kind}", key))
    ours, theirs, said = assert_valid(out, authority, trust, 1)
    assert ours[0]["signer"] == f"Cán bộ {kind}" and ours[0]["later"] == "nothing"
    assert theirs[0].coverage.name == "ENTIRE_FILE"
    assert "Total document signed" in said and "Certificate Validation: Certificate is Trusted." in said
    assert out.read_bytes().startswith(paper.read_bytes())


def test_a_key_on_a_token_signs_and_stays_there(paper, authority, trust, token, tmp_path):
    out = signed(paper, tmp_path, token.arguments, env=token.environment)
    ours, _, said = assert_valid(out, authority, trust, 1)
    assert ours[0]["signer"] == "Nguyễn Thị Hường"
    assert "Certificate Validation: Certificate is Trusted." in said


def test_a_token_with_an_elliptic_curve_signs(paper, authority, trust, tmp_path):
    token = Token(authority, "Lê Văn Bình", "EC:prime256v1")
    assert_valid(signed(paper, tmp_path, token.arguments, env=token.environment), authority, trust, 1)


def test_a_wrong_pin_gets_a_sentence(paper, token, tmp_path):
    giaoban("prepare", paper, "--out", tmp_path / "p", "--agency", "Văn phòng")
    (tmp_path / "pin").write_text("000000\n")
    done = giaoban("key", tmp_path / "p", "--out", tmp_path / "s", "--pkcs11", SOFTHSM, "--pin-file", tmp_path / "pin",
                   env=token.environment, fails=True)
    assert "Mã PIN không đúng." in done.stderr and "The PIN is wrong." in done.stderr
    assert not (tmp_path / "s").exists()


def test_signers_in_order_are_all_valid(paper, authority, trust, hien, token, stamping, tmp_path):
    first = signed(paper, tmp_path, hien, name="1", look=("--signer", "Trần Văn Hiến"))
    second = signed(first, tmp_path, token.arguments, env=token.environment, name="2", look=("--agency", "Văn phòng"))
    third = signed(second, tmp_path, hien, name="3", tsa=stamping.url, look=("--agency", "UBND tỉnh", "--hidden"))
    ours, theirs, _ = assert_valid(third, authority, trust, 3)
    assert [one["later"] for one in ours] == ["signatures", "signatures", "nothing"]
    assert [one["signer"] for one in ours] == ["Trần Văn Hiến", "Nguyễn Thị Hường", "Trần Văn Hiến"]


def test_signers_in_order_of_a_file_with_streams(paper, authority, trust, hien, tmp_path):
    """Cross-reference streams and object streams, as most programs but LibreOffice write them."""
    with open(paper, "rb") as file:
        writer = copy_into_new_writer(PdfFileReader(file), writer_kwargs={"stream_xrefs": True})
        stream = writer.prepare_object_stream()
        writer.add_object(generic.TextStringObject("trong luồng"), obj_stream=stream)
        with open(tmp_path / "streams.pdf", "wb") as out:
            writer.write(out)
    assert b"/ObjStm" in (tmp_path / "streams.pdf").read_bytes() and b"\ntrailer" not in (tmp_path / "streams.pdf").read_bytes()
    first = signed(tmp_path / "streams.pdf", tmp_path, hien, name="1")
    assert_valid(signed(first, tmp_path, hien, name="2"), authority, trust, 2)


def test_a_changed_byte_is_seen(paper, authority, trust, hien, tmp_path):
    out = signed(paper, tmp_path, hien)
    content = bytearray(out.read_bytes())
    place = content.index(b"stream") + 40
    content[place] ^= 1
    out.write_bytes(content)
    ours = judged(out, authority, fails=True)
    assert [(one["valid"], one["integrity"]) for one in ours] == [(False, "changed")]
    assert "nội dung đã ký bị thay đổi" in ours[0]["vietnamese"]
    assert not by_pyhanko(out, authority)[0].intact
    assert "Signature is Valid" not in by_pdfsig(out, trust)


def test_what_is_drawn_over_a_page_later_is_seen(paper, authority, hien, tmp_path):
    out = signed(paper, tmp_path, hien)
    with open(out, "rb") as file:
        writer = IncrementalPdfFileWriter(file)
        content = generic.StreamObject(stream_data=b"0 0 0 rg 0 0 600 400 re f")
        writer.add_stream_to_page(0, writer.add_object(content))
        with open(tmp_path / "over.pdf", "wb") as over:
            writer.write(over)
    ours = judged(tmp_path / "over.pdf", authority, fails=True)
    assert [(one["valid"], one["integrity"], one["later"]) for one in ours] == [(False, "intact", "changes")]
    assert not by_pyhanko(tmp_path / "over.pdf", authority)[0].bottom_line


def test_a_time_stamp_proves_when(paper, authority, trust, hien, stamping, tmp_path):
    out = signed(paper, tmp_path, hien, tsa=stamping.url)
    ours, theirs, _ = assert_valid(out, authority, trust, 1)
    proved = datetime.datetime.fromisoformat(ours[0]["proved"])
    assert abs((theirs[0].timestamp_validity.timestamp - proved).total_seconds()) < 1
    assert theirs[0].timestamp_validity.trusted and theirs[0].timestamp_validity.intact
    # Years later the certificate has ended; what it signed before has not.
    later = int((NOW + 3000 * DAY).timestamp())
    assert judged(out, authority, "--at", later)[0]["valid"]
    plain = signed(paper, tmp_path, hien, name="plain")
    assert judged(plain, authority, "--at", later, fails=True)[0]["trust"] == "expired"


def test_a_time_stamp_of_the_whole_paper_by_others_is_judged(paper, authority, hien, stamping, tmp_path):
    with open(signed(paper, tmp_path, hien), "rb") as file:
        out = apart(lambda: signers.PdfTimeStamper(HTTPTimeStamper(stamping.url)).timestamp_pdf(
            IncrementalPdfFileWriter(file), "sha256"))
    (tmp_path / "stamped.pdf").write_bytes(out.getvalue())
    ours = judged(tmp_path / "stamped.pdf", authority)
    assert [(one["valid"], one["later"]) for one in ours] == [(True, "signatures"), (True, "nothing")]
    assert ours[1]["proved"] and "Dấu thời gian của tệp hợp lệ" in ours[1]["vietnamese"]
    other = Authority(tmp_path / "other")
    assert [one["valid"] for one in judged(tmp_path / "stamped.pdf", other, fails=True)] == [False, False]


def test_a_stamp_of_something_else_is_refused(paper, hien, stamping, tmp_path):
    signed(paper, tmp_path, hien, tsa=stamping.url)
    giaoban("prepare", paper, "--out", tmp_path / "p", "--agency", "Văn phòng")
    giaoban("key", tmp_path / "p", "--out", tmp_path / "s", *hien)
    stamping.answers_with = stamping.last
    try:
        done = giaoban("embed", tmp_path / "p", tmp_path / "s", "--out", tmp_path / "o", "--tsa", stamping.url, fails=True)
    finally:
        stamping.answers_with = None
    assert "Dấu thời gian không hợp lệ" in done.stderr
    assert not (tmp_path / "o").exists()


def test_a_signature_of_another_paper_is_not_put_in(paper, authority, hien, tmp_path):
    giaoban("prepare", paper, "--out", tmp_path / "a", "--agency", "Văn phòng")
    giaoban("prepare", paper, "--out", tmp_path / "b", "--agency", "Văn phòng khác")
    giaoban("key", tmp_path / "a", "--out", tmp_path / "s", *hien)
    done = giaoban("embed", tmp_path / "b", tmp_path / "s", "--out", tmp_path / "o", fails=True)
    assert "Chữ ký số không phải của văn bản này" in done.stderr
    assert not (tmp_path / "o").exists()


def test_a_revoked_certificate_is_seen(paper, authority, tmp_path):
    who = authority.key_file("Người đã nghỉ", rsa.generate_private_key(65537, 2048))
    out = signed(paper, tmp_path, who)
    assert judged(out, authority)[0]["revocation"] == "unknown"
    assert judged(out, authority, *authority.revocations())[0]["revocation"] == "good"
    certificate = pkcs12.load_pkcs12(pathlib.Path(who[1]).read_bytes(), "mật khẩu".encode()).cert.certificate
    ours = judged(out, authority, *authority.revocations(certificate), fails=True)
    assert ours[0]["revocation"] == "revoked" and "đã bị thu hồi" in ours[0]["vietnamese"]
    # A list of somebody else's says nothing, whatever it holds.
    other = Authority(tmp_path / "other")
    assert judged(out, authority, *other.revocations(certificate))[0]["revocation"] == "unknown"


def test_revocation_lists_are_asked_for_where_they_can_be_reached(paper, tmp_path):
    authority = Authority(tmp_path / "ca")
    lists = {}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            content = lists.get(self.path)
            self.send_response(200 if content else 404)
            self.end_headers()
            self.wfile.write(content or b"")

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_address[1]}/list.crl"
    who = authority.key_file("Người đã nghỉ", rsa.generate_private_key(65537, 2048), lists=address)
    out = signed(paper, tmp_path, who)
    assert judged(out, authority, "--online")[0]["revocation"] == "unknown"
    certificate = pkcs12.load_pkcs12(pathlib.Path(who[1]).read_bytes(), "mật khẩu".encode()).cert.certificate
    lists["/list.crl"] = pathlib.Path(authority.revocations(certificate)[1]).read_bytes()
    assert judged(out, authority)[0]["revocation"] == "unknown"
    assert judged(out, authority, "--online", fails=True)[0]["revocation"] == "revoked"
    server.shutdown()


def test_an_unknown_authority_is_not_trusted(paper, authority, tmp_path):
    other = Authority(tmp_path / "other")
    out = signed(paper, tmp_path, other.key_file("Người lạ", rsa.generate_private_key(65537, 2048)))
    ours = judged(out, authority, fails=True)
    assert [(one["valid"], one["integrity"], one["trust"]) for one in ours] == [(False, "intact", "unknownIssuer")]


@pytest.mark.parametrize("kind", [fields.SigSeedSubFilter.PADES, fields.SigSeedSubFilter.ADOBE_PKCS7_DETACHED])
def test_what_others_have_signed_is_judged_and_signed_again(paper, authority, trust, hien, tmp_path, kind):
    signer = signers.SimpleSigner.load_pkcs12(hien[1], passphrase="mật khẩu".encode())
    with open(paper, "rb") as file:
        out = apart(lambda: signers.sign_pdf(
            IncrementalPdfFileWriter(file), signers.PdfSignatureMetadata(field_name="Ky", subfilter=kind), signer=signer))
    (tmp_path / "theirs.pdf").write_bytes(out.getvalue())
    ours = judged(tmp_path / "theirs.pdf", authority)
    assert [(one["field"], one["valid"], one["signer"]) for one in ours] == [("Ky", True, "Trần Văn Hiến")]
    again = signed(tmp_path / "theirs.pdf", tmp_path, hien, name="again")
    assert [one["valid"] for one in judged(again, authority)] == [True, True]
    assert all(one.bottom_line for one in by_pyhanko(again, authority))


def test_page_one_shows_agency_and_time_at_the_top_right(paper, authority, hien, tmp_path):
    giaoban("prepare", paper, "--out", tmp_path / "p", "--agency", "Ủy ban nhân dân tỉnh Bắc Kạn", "--number", "12/GM-UBND",
            "--at", "1795393800")
    size = subprocess.run(["pdfinfo", str(tmp_path / "p")], capture_output=True, text=True).stdout
    width, height = map(float, re.search(r"Page size: +([\d.]+) x ([\d.]+)", size).groups())
    giaoban("key", tmp_path / "p", "--out", tmp_path / "s", *hien)
    giaoban("embed", tmp_path / "p", tmp_path / "s", "--out", tmp_path / "o.pdf")
    boxes = subprocess.run(["pdftotext", "-bbox", "-l", "1", str(tmp_path / "o.pdf"), "-"], capture_output=True, text=True).stdout
    words = re.findall(r'xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">([^<]*)<', boxes)
    time = [word for word in words if word[4] == "2026-11-23T07:30:00+07:00"]
    assert len(time) == 1, words
    assert float(time[0][0]) > width / 2 and float(time[0][2]) < width and float(time[0][3]) < height / 8
    text = " ".join(word[4] for word in words)
    assert "Cơ quan: Ủy ban nhân dân tỉnh Bắc Kạn" in text and "12/GM-UBND" in text
    fonts = subprocess.run(["pdffonts", str(tmp_path / "o.pdf")], capture_output=True, text=True).stdout.splitlines()[2:]
    assert any(re.search(r"Tinos|TimesNewRoman", line) for line in fonts) and all(" yes " in line for line in fonts), fonts


def test_an_encrypted_paper_gets_a_sentence(paper, tmp_path):
    with open(paper, "rb") as file:
        writer = copy_into_new_writer(PdfFileReader(file))
        writer.encrypt(owner_pass="bí mật", user_pass="")
        with open(tmp_path / "locked.pdf", "wb") as out:
            writer.write(out)
    for step in (["prepare", tmp_path / "locked.pdf", "--out", tmp_path / "o", "--agency", "A"], ["verify", tmp_path / "locked.pdf"]):
        done = giaoban(*step, fails=True)
        assert "được đặt mật khẩu" in done.stderr and "password" in done.stderr


def test_the_server_has_no_code_for_signers_keys():
    """Only the signer's own step reads one."""
    reading = re.compile(r"PKCS12|PKCS11|bio_PrivateKey|EVP_DigestSign|EVP_PKEY_sign|CMS_sign\(|PKCS7_sign\(|C_Sign")
    files = [file for part in ["Papers", "Scheduler", "Store", "Web"] for file in (ROOT / "Sources" / part).rglob("*.swift")]
    assert len(files) > 100
    assert [str(file) for file in files if reading.search(file.read_text())] == []
    assert {file.name for file in (ROOT / "Sources/giaoban").glob("*.swift") if reading.search(file.read_text())} == {
        "SignKeyFile.swift", "SignTokenKey.swift"}


def test_a_paper_without_signatures_says_so(paper, authority):
    done = giaoban("verify", paper, "--roots", authority.roots, fails=True)
    assert "Tệp chưa có chữ ký số." in done.stdout
