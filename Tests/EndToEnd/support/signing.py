"""Who takes part in signing: an authority that issues certificates, a token with a key, an authority for time-stamps."""

import datetime
import http.server
import os
import pathlib
import subprocess
import threading

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

SOFTHSM = "/usr/lib/softhsm/libsofthsm2.so"
NOW = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
DAY = datetime.timedelta(days=1)


def named(name):
    return x509.Name([
        x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, "UBND tỉnh Bắc Kạn"),
        x509.NameAttribute(NameOID.COMMON_NAME, name),
    ])


class Authority:
    """A root, an authority under it, and what they issue."""

    def __init__(self, folder: pathlib.Path, name="CA thử nghiệm"):
        self.folder = folder
        folder.mkdir(exist_ok=True)
        self.root_key = rsa.generate_private_key(65537, 2048)
        self.root = self._issue(named(f"{name} gốc"), self.root_key.public_key(), named(f"{name} gốc"), self.root_key, ca=True)
        self.key = rsa.generate_private_key(65537, 2048)
        self.certificate = self._issue(named(name), self.key.public_key(), self.root.subject, self.root_key, ca=True)
        self.roots = folder / "roots.pem"
        self.roots.write_bytes(self.root.public_bytes(serialization.Encoding.PEM))

    @staticmethod
    def _issue(subject, public_key, issuer, key, *, ca=False, stamping=False, lists=None):
        usage = dict.fromkeys(["digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
                               "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"], False)
        for name in ["key_cert_sign", "crl_sign"] if ca else ["digital_signature", "content_commitment"]:
            usage[name] = True
        builder = (x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(public_key)
                   .serial_number(x509.random_serial_number()).not_valid_before(NOW - 30 * DAY).not_valid_after(NOW + 365 * DAY)
                   .add_extension(x509.BasicConstraints(ca, None), critical=True)
                   .add_extension(x509.KeyUsage(**usage), critical=True)
                   .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
                   .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False))
        if lists:
            point = x509.DistributionPoint([x509.UniformResourceIdentifier(lists)], None, None, None)
            builder = builder.add_extension(x509.CRLDistributionPoints([point]), critical=False)
        if stamping:
            builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        return builder.sign(key, hashes.SHA256())

    def issue(self, name, public_key, **kind):
        """By the authority under the root."""
        return self._issue(named(name), public_key, self.certificate.subject, self.key, **kind)

    def key_file(self, name, key, **kind):
        """A PKCS #12 file as an authority hands it out, and its password's."""
        path = self.folder / f"{name}.p12"
        path.write_bytes(pkcs12.serialize_key_and_certificates(
            name.encode(), key, self.issue(name, key.public_key(), **kind), [self.certificate],
            serialization.BestAvailableEncryption("mật khẩu".encode())))
        pin = self.folder / "pin"
        pin.write_text("mật khẩu\n")
        return ["--p12", str(path), "--pin-file", str(pin)]

    def revocations(self, *certificates, when=NOW - DAY):
        """Lists of both authorities; these certificates are revoked."""
        paths = []
        for issuer, key, revoked in [(self.certificate, self.key, certificates), (self.root, self.root_key, [])]:
            builder = (x509.CertificateRevocationListBuilder().issuer_name(issuer.subject).last_update(NOW - DAY)
                       .next_update(NOW + 7 * DAY))
            for one in revoked:
                builder = builder.add_revoked_certificate(
                    x509.RevokedCertificateBuilder().serial_number(one.serial_number).revocation_date(when).build())
            path = self.folder / f"{len(paths)}.crl"
            path.write_bytes(builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER))
            paths += ["--crl", str(path)]
        return paths


class Token:
    """A token in SoftHSM, with a key that was made on it."""

    def __init__(self, authority: Authority, name, kind):
        self.folder = authority.folder / f"token-{kind.replace(':', '-')}"
        (self.folder / "tokens").mkdir(parents=True)
        (self.folder / "softhsm2.conf").write_text(f"directories.tokendir = {self.folder / 'tokens'}\nlog.level = ERROR\n")
        self.environment = os.environ | {"SOFTHSM2_CONF": str(self.folder / "softhsm2.conf")}
        self._run("softhsm2-util", "--init-token", "--free", "--label", "Lãnh đạo", "--so-pin", "87654321", "--pin", "123456")
        tool = ["pkcs11-tool", "--module", SOFTHSM, "--login", "--pin", "123456", "--id", "01", "--label", "Ký"]
        self._run(*tool, "--keypairgen", "--key-type", kind, "--usage-sign")
        self._run(*tool, "--read-object", "--type", "pubkey", "--output-file", str(self.folder / "public.der"))
        public = serialization.load_der_public_key((self.folder / "public.der").read_bytes())
        (self.folder / "c.der").write_bytes(authority.issue(name, public).public_bytes(serialization.Encoding.DER))
        self._run(*tool, "--write-object", str(self.folder / "c.der"), "--type", "cert")
        issuer = self.folder / "issuer.der"
        issuer.write_bytes(authority.certificate.public_bytes(serialization.Encoding.DER))
        self._run("pkcs11-tool", "--module", SOFTHSM, "--login", "--pin", "123456", "--id", "02", "--label", "CA",
                  "--write-object", str(issuer), "--type", "cert")
        (self.folder / "pin").write_text("123456\n")
        self.arguments = ["--pkcs11", SOFTHSM, "--token", "Lãnh đạo", "--label", "Ký", "--pin-file", str(self.folder / "pin")]

    def _run(self, *command):
        subprocess.run(command, env=self.environment, check=True, capture_output=True)


class StampingAuthority:
    """RFC 3161 over HTTP: `openssl ts` answers."""

    def __init__(self, authority: Authority):
        folder = authority.folder / "tsa"
        folder.mkdir()
        key = rsa.generate_private_key(65537, 2048)
        (folder / "key.pem").write_bytes(key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
        (folder / "tsa.pem").write_bytes(
            authority.issue("TSA thử nghiệm", key.public_key(), stamping=True).public_bytes(serialization.Encoding.PEM))
        (folder / "chain.pem").write_bytes(authority.certificate.public_bytes(serialization.Encoding.PEM))
        (folder / "serial").write_text("01\n")
        (folder / "ts.cnf").write_text(f"""[tsa]
default_tsa = one
[one]
serial = {folder}/serial
crypto_device = builtin
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ordering = no
tsa_name = no
ess_cert_id_chain = no
ess_cert_id_alg = sha256
""")
        outer = self
        self.answers_with = None

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                query = folder / "query.tsq"
                query.write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
                assert self.headers["Content-Type"] == "application/timestamp-query"
                answer = outer.answers_with or subprocess.run(
                    ["openssl", "ts", "-reply", "-config", folder / "ts.cnf", "-queryfile", query, "-inkey",
                     folder / "key.pem", "-signer", folder / "tsa.pem", "-chain", folder / "chain.pem"],
                    check=True, capture_output=True).stdout
                outer.last = answer
                self.send_response(200)
                self.send_header("Content-Type", "application/timestamp-reply")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
