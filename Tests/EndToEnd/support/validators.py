"""Others' judgement of signed papers: pyHanko and poppler's pdfsig, under a test authority."""

import pathlib
import subprocess

from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import serialization
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from support.apart import apart
from support.signing import Authority


class Validators:
    """Both, trusting one authority's root."""

    def __init__(self, authority: Authority, folder: pathlib.Path):
        self.root = asn1_x509.Certificate.load(authority.root.public_bytes(serialization.Encoding.DER))
        self.folder = folder
        folder.mkdir(exist_ok=True)
        subprocess.run(["certutil", "-N", "-d", f"sql:{folder}", "--empty-password"], check=True)
        subprocess.run(["certutil", "-A", "-n", "root", "-t", "CT,C,C", "-a", "-i", str(authority.roots), "-d", f"sql:{folder}"],
                       check=True)

    def by_pyhanko(self, paper: pathlib.Path):
        def context():
            return ValidationContext(trust_roots=[self.root], allow_fetching=False)
        with open(paper, "rb") as file:
            return apart(lambda: [validate_pdf_signature(one, context(), ts_validation_context=context())
                                  for one in PdfFileReader(file).embedded_signatures])

    def by_pdfsig(self, paper: pathlib.Path) -> str:
        return subprocess.run(["pdfsig", "-nssdir", f"sql:{self.folder}", str(paper)], capture_output=True, text=True).stdout

    def agree_that_valid(self, paper: pathlib.Path, count: int):
        """Intact and trusted, each of them."""
        theirs = self.by_pyhanko(paper)
        assert len(theirs) == count and all(one.bottom_line and one.intact and one.trusted for one in theirs), theirs
        said = self.by_pdfsig(paper)
        assert said.count("Signature Validation: Signature is Valid.") == count, said
        assert said.count("Certificate Validation: Certificate is Trusted.") == count, said
        return theirs
