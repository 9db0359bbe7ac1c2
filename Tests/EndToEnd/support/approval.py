"""Papers on their way of approval, and signers with the real helper `giaoban sign with`."""

import hashlib
import pathlib
import re
import subprocess

from support.api import Caller
from support.office import Office
from support.server import BINARY


def a_pdf(folder: pathlib.Path, words="Giao ban trực tuyến tuần 48", kind="pdf") -> bytes:
    """As a clerk makes it: by LibreOffice."""
    folder.mkdir(exist_ok=True)
    (folder / "paper.html").write_text(
        f"<meta charset=utf-8><h1>BÁO CÁO</h1><p>{words}</p>" + "<p>Nội dung</p>" * 60)
    form = {"pdf": "pdf:writer_web_pdf_Export", "docx": "docx:Office Open XML Text"}[kind]
    subprocess.run(["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", form,
                    "--outdir", str(folder), str(folder / "paper.html")], check=True, capture_output=True, timeout=180)
    return (folder / f"paper.{kind}").read_bytes()


class Approvals:
    """What an office's people do with papers that are on their way."""

    def __init__(self, office: Office):
        self.office = office

    def paper(self, data: bytes, title="Báo cáo", filename="bao-cao.pdf") -> int:
        answer = self.office.secretary.upload(self.office.book().occurrence, data, title=title, filename=filename)
        assert answer.status == 201, answer.text
        return answer.body["id"]

    def steps(self, *steps):
        """`("comment", "delegate", "auditor")`: what it is, and who."""
        return [{"kind": kind, "people": [self.office.person[name] for name in names], "due": "2045-12-31"}
                for kind, *names in steps]

    def start(self, paper: int, *steps, **more) -> dict:
        answer = self.office.secretary.call(
            "POST", f"/api/papers/{paper}/approvals", {"steps": self.steps(*steps)} | more)
        assert answer.status == 201, answer.text
        return answer.body

    def act(self, route: int, role: str, do: str, status=200, **more) -> dict:
        answer = self.office.signed_in[role].call("POST", f"/api/approvals/{route}/acts", {"do": do} | more)
        assert answer.status == status, (answer.status, answer.text)
        return answer.body

    def detail(self, route: int, role="secretary") -> dict:
        return self.office.signed_in[role].get(f"/api/approvals/{route}").body

    def prepare(self, route: int, role: str, appearance="person", status=201) -> dict:
        paper = self.detail(route, role)["paper"]["id"]
        answer = self.office.signed_in[role].call("POST", f"/api/papers/{paper}/signing", {"appearance": appearance})
        assert answer.status == status, answer.text
        return answer.body

    def sign_with(self, prepared: dict, who: list[str], env=None, fails=False):
        """The helper on the signer's machine."""
        done = subprocess.run(
            [str(BINARY), "sign", "with", "--server", self.office.server.url, "--ticket", prepared["ticket"], "--authority",
             str(self.office.server.data / "certificate.pem"), "--yes", *who], capture_output=True, text=True, env=env)
        assert (done.returncode != 0) == fails, done
        return done

    def file(self, paper: int, place: pathlib.Path) -> pathlib.Path:
        place.write_bytes(self.office.secretary.get(f"/api/papers/{paper}").data)
        return place

    def half_files(self) -> list[str]:
        """Papers that are not what their name says."""
        return [file.name for file in (self.office.server.data / "papers").iterdir()
                if re.fullmatch("[0-9a-f]{64}", file.name)
                and hashlib.sha256(file.read_bytes()).hexdigest() != file.name]


def message(prepared_file: bytes, who: list[str], folder: pathlib.Path) -> bytes:
    """A signature by hand: `giaoban sign key`."""
    (folder / "request.pdf").write_bytes(prepared_file)
    subprocess.run([str(BINARY), "sign", "key", str(folder / "request.pdf"), "--out", str(folder / "signature.der"), *who],
                   check=True, capture_output=True)
    return (folder / "signature.der").read_bytes()


def send(caller: Caller, signing: str, signature: bytes):
    return caller.call("POST", f"/api/signings/{signing}", raw=signature, kind="application/pkcs7-signature")
