"""A real SMTP server that keeps what it receives, and refuses whom it is told to refuse."""

import asyncio
import email
import email.policy
import random
import ssl
import subprocess
import threading

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from support.server import free_port
from support.waiting import wait_for


class Received:
    def __init__(self, envelope):
        self.sender = envelope.mail_from
        self.recipients = envelope.rcpt_tos
        self.bytes = envelope.original_content
        self.message = email.message_from_bytes(self.bytes, policy=email.policy.default)

    @property
    def id(self) -> str:
        return str(self.message["Message-ID"] or "").strip("<> ")


class _Handler:
    def __init__(self, server):
        self.server = server

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.server.refusals:
            return self.server.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        # The letter is taken first and the answer comes later: the time in which a kill would double it.
        with self.server.lock:
            self.server.letters.append(Received(envelope))
            self.server.peers.add(session.peer)
            self.server.events += 1
        # A relay that takes its time: no test waits for this.
        await asyncio.sleep(random.uniform(0, 2 * self.server.delay))
        with self.server.lock:
            self.server.events += 1
        return self.server.verdict or "250 2.0.0 OK: queued as 4F2A"


class MailServer:
    """`letters` is what came in; `events` counts them, and the replies to them; `refusals` maps a recipient to the reply
    it gets; `delay` is the mean time in seconds between the final dot and the reply; `verdict` replaces that reply."""

    def __init__(self, *, tls: ssl.SSLContext | None = None, implicit_tls=False, accounts=None, delay=0.0):
        self.letters = []
        self.events = 0
        self.peers = set()
        self.refusals = {}
        self.verdict = None
        self.delay = delay
        self.lock = threading.Lock()
        self.port = free_port()
        options = {}
        if tls and not implicit_tls:
            options |= {"tls_context": tls, "require_starttls": True}
        if accounts:
            options |= {
                "authenticator": lambda server, session, envelope, mechanism, data: AuthResult(
                    success=accounts.get(data.login.decode()) == data.password.decode(), handled=False
                ),
                "auth_required": True,
                "auth_require_tls": tls is not None and not implicit_tls,
            }
        self.controller = Controller(
            _Handler(self), hostname="127.0.0.1", port=self.port, ready_timeout=10, decode_data=False,
            ssl_context=tls if implicit_tls else None, data_size_limit=100 << 20, **options,
        )

    def __enter__(self):
        self.controller.start()
        return self

    def __exit__(self, *_):
        self.controller.stop()

    def wait_for_events(self, count: int, seconds=30, until=lambda: False):
        """Until so many more letters have come or were replied to, or it is no use to wait."""
        last = self.events + count
        wait_for(f"{count} letters and replies", lambda: self.events >= last or until(), seconds, 0.002)

    def ids(self):
        with self.lock:
            return [letter.id for letter in self.letters]


def certificate(folder, host="localhost"):
    """A self-made certificate: its file, and a server's TLS context that shows it."""
    cert, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", f"/CN={host}", "-addext", f"subjectAltName=DNS:{host}", "-keyout", key, "-out", cert],
        check=True, capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return cert, context
