"""Letters through a real SMTP server, answers from a real IMAP server and a Maildir."""

import json
import os
import socket
import subprocess
import threading

import pytest

from support.imapserver import PASSWORD, USER, ImapServer
from support.mailqueue import Courier, relay
from support.mailserver import MailServer, certificate
from support.server import BINARY, free_port

# aiosmtpd does not see that smtps is inside TLS.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")

TEXT = "Kính gửi\r\n.\r\n..\r\n.x\r\nTrân trọng./.\r\n"


@pytest.fixture
def letter(tmp_path):
    path = tmp_path / "letter.eml"
    path.write_bytes(("Message-ID: <mot@backan.gov.vn>\r\nFrom: vanphong@backan.gov.vn\r\n\r\n" + TEXT).encode())
    return path


@pytest.fixture(autouse=True)
def quiet(caplog):
    """aiosmtpd logs each refused handshake with its whole stack."""
    caplog.set_level("CRITICAL", "mail.log")


def send(tmp_path, letter, settings, to="babe@backan.gov.vn", id="1"):
    with Courier(settings, tmp_path / "mail") as courier:
        courier.ready()
        return courier.send(id, letter, [to])


def test_a_letter_arrives_byte_for_byte_with_its_envelope(tmp_path, letter):
    with MailServer() as server:
        outcome = send(tmp_path, letter, relay(f"smtp://127.0.0.1:{server.port}"))
    assert outcome["state"] == "sent"
    assert outcome["text"] == "250 2.0.0 OK: queued as 4F2A"
    [received] = server.letters
    assert received.bytes == letter.read_bytes()
    assert received.sender == "vanphong@backan.gov.vn"
    assert received.recipients == ["babe@backan.gov.vn"]


def test_several_letters_go_over_one_connection(tmp_path, letter):
    with MailServer() as server, Courier(relay(f"smtp://127.0.0.1:{server.port}"), tmp_path / "mail") as courier:
        courier.ready()
        for number in range(20):
            assert courier.send(str(number), letter, ["babe@backan.gov.vn"])["state"] == "sent"
        assert len(server.letters) == 20
        assert len(server.peers) == 1


def test_a_relay_that_closed_the_kept_connection_costs_no_try(tmp_path, letter):
    port = free_port()
    with Courier(relay(f"smtp://127.0.0.1:{port}"), tmp_path / "mail") as courier:
        courier.ready()
        connections = []
        closed = threading.Semaphore(0)

        def serve(listener):
            # Each connection takes one letter and is closed without a word.
            for _ in range(3):
                peer, _ = listener.accept()
                connections.append(peer)
                peer.sendall(b"220 relay\r\n")
                stream = peer.makefile("rb")
                for line in stream:
                    verb = line.split(b":")[0].strip().upper()
                    if verb == b"DATA":
                        peer.sendall(b"354 go on\r\n")
                        while stream.readline() != b".\r\n":
                            pass
                        peer.sendall(b"250 taken\r\n")
                        break
                    peer.sendall(b"250 relay\r\n")
                stream.close()
                peer.close()
                closed.release()

        with socket.create_server(("127.0.0.1", port)) as listener:
            thread = threading.Thread(target=serve, args=(listener,))
            thread.start()
            for number in range(3):
                assert courier.send(str(number), letter, ["babe@backan.gov.vn"])["state"] == "sent"
                assert closed.acquire(timeout=10)
            thread.join()
        assert len(connections) == 3


@pytest.mark.parametrize(
    ("reply", "state", "code"),
    [("550 5.1.1 Không có hộp thư này", "refused", 550), ("452 4.2.2 Mailbox full", "delayed", 452),
     ("421 4.3.2 Shutting down", "delayed", 421), ("530 5.7.0 Authentication required", "delayed", 530)],
)
def test_a_refused_recipient_is_told_with_the_relays_words(tmp_path, letter, reply, state, code):
    with MailServer() as server:
        server.refusals["babe@backan.gov.vn"] = reply
        settings = relay(f"smtp://127.0.0.1:{server.port}")
        with Courier(settings, tmp_path / "mail") as courier:
            courier.ready()
            outcome = courier.send("1", letter, ["babe@backan.gov.vn"])
            assert (outcome["state"], outcome["code"]) == (state, code)
            assert outcome["text"].startswith(reply)
            # Letters behind it are not touched.
            assert courier.send("2", letter, ["pacnam@backan.gov.vn"])["state"] == "sent"
    assert len(server.letters) == 1


@pytest.mark.parametrize(("reply", "state"), [("554 5.7.1 Spam", "refused"), ("451 4.7.1 Greylisted", "delayed")])
def test_a_letter_refused_after_its_text_is_told(tmp_path, letter, reply, state):
    with MailServer() as server:
        server.verdict = reply
        outcome = send(tmp_path, letter, relay(f"smtp://127.0.0.1:{server.port}"))
    assert outcome["state"] == state
    assert outcome["text"].startswith(reply)


def test_a_relay_that_is_not_there_or_greets_with_554_is_no_fault_of_the_letter(tmp_path, letter):
    port = free_port()
    outcome = send(tmp_path, letter, relay(f"smtp://127.0.0.1:{port}"))
    assert (outcome["state"], outcome["code"]) == ("delayed", 0)
    with socket.create_server(("127.0.0.1", port)) as listener:
        def greet():
            peer, _ = listener.accept()
            peer.sendall(b"554 no service here\r\n")
            peer.recv(100)
            peer.close()
        thread = threading.Thread(target=greet)
        thread.start()
        outcome = send(tmp_path, letter, relay(f"smtp://127.0.0.1:{port}"), id="2")
        thread.join()
    assert outcome["state"] == "delayed"
    assert "no service here" in outcome["text"]


@pytest.mark.parametrize("scheme", ["smtp+starttls", "smtps"])
def test_tls_password_and_the_certificates_check(tmp_path, letter, scheme):
    cert, context = certificate(tmp_path)
    with MailServer(tls=context, implicit_tls=scheme == "smtps", accounts={"văn": "mật khẩu"}) as server:
        settings = relay(f"{scheme}://localhost:{server.port}", user="văn", password="mật khẩu")
        trusted = settings | {"authority": str(cert)}
        assert send(tmp_path, letter, trusted)["state"] == "sent"
        # A certificate that nobody vouches for, or of another name: nothing is said to such a relay.
        outcome = send(tmp_path, letter, settings, id="2")
        assert outcome["state"] == "delayed" and "ertificate" in outcome["text"]
        outcome = send(tmp_path, letter, trusted | {"host": "127.0.0.1"}, id="3")
        assert outcome["state"] == "delayed"
        # A wrong password waits for an operator; the letter is not given up.
        outcome = send(tmp_path, letter, trusted | {"password": "sai"}, id="4")
        assert (outcome["state"], outcome["code"]) == ("delayed", 535)
    assert len(server.letters) == 1


def test_starttls_is_never_done_without(tmp_path, letter):
    with MailServer() as server:
        outcome = send(tmp_path, letter, relay(f"smtp+starttls://localhost:{server.port}"))
    assert outcome["state"] == "delayed"
    assert server.letters == []


def test_an_address_cannot_add_commands(tmp_path, letter):
    with MailServer() as server:
        for to in ["a@b.vn>\r\nRCPT TO:<c@d.vn", "a@b.vn> SIZE=1", "", "a b@c.vn"]:
            outcome = send(tmp_path, letter, relay(f"smtp://127.0.0.1:{server.port}"), to=to, id=f"{len(to)}")
            assert outcome["state"] == "refused"
    assert server.letters == []


def test_letters_of_a_demo_land_in_a_folder(tmp_path, letter):
    outcome = send(tmp_path, letter, relay(f"file://{tmp_path}/out"))
    assert outcome["state"] == "sent"
    assert [file.read_bytes() for file in (tmp_path / "out").iterdir()] == [letter.read_bytes()]


def test_the_courier_holds_no_socket_of_its_server(tmp_path):
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    os.set_inheritable(listener.fileno(), True)
    with Courier(relay(f"file://{tmp_path}/out"), tmp_path / "mail", close_fds=False) as courier:
        courier.ready()
        listener.close()
        # Nobody listens any more, although the courier lives: the next server can have the port.
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), timeout=5)


ANSWER = (
    "From: Ba Bể <babe@backan.gov.vn>\r\nSubject: Accepted\r\nMessage-ID: <tra-loi-{n}@x>\r\n"
    "In-Reply-To: <mot@backan.gov.vn>\r\nContent-Type: text/calendar; method=REPLY; charset=utf-8\r\n\r\n"
    "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nX-N:{n}\r\n) OK A1 OK {{5}}\r\nEND:VCALENDAR\r\n"
)


def mailbox(address, *flags, ok=True):
    run = subprocess.run(
        [BINARY, "mailbox", *flags], capture_output=True, text=True, timeout=60,
        env=os.environ | {"GIAOBAN_MAILBOX": address},
    )
    assert (run.returncode == 0) == ok, run.stderr
    return [json.loads(line) for line in run.stdout.splitlines()] if ok else run.stderr


def test_answers_are_read_from_an_imap_mailbox_and_marked_only_when_they_are_acknowledged(tmp_path):
    from urllib.parse import quote

    with ImapServer(tmp_path / "imap") as server:
        address = f"imaps://{USER}:{quote(PASSWORD, safe='')}@localhost:{server.port}/INBOX?ca={server.authority}"
        assert mailbox(address) == []
        client = server.client()
        client.select()
        for number in range(5):
            client.append("INBOX", None, None, ANSWER.format(n=number).encode())
        big = b"From: a@b.vn\r\nSubject: lon\r\n\r\n" + b"x" * 76 + b"\r\n"
        client.append("INBOX", None, None, big + (b"y" * 76 + b"\r\n") * 130_000)

        for _ in range(2):
            letters = mailbox(address)
            assert [letter["id"] for letter in letters[:5]] == [f"tra-loi-{n}@x" for n in range(5)]
            assert all("X-N" in letter["calendars"][0] and "{5}" in letter["calendars"][0] for letter in letters[:5])
            assert letters[5]["subject"] == "lon"
            # Another mail program still sees them as new.
            client.noop()
            assert len(client.search(None, "UNSEEN")[1][0].split()) == 6
        taken = mailbox(address, "--limit", "2", "--acknowledge")
        assert [letter["id"] for letter in taken] == ["tra-loi-0@x", "tra-loi-1@x"]
        assert [letter["id"] for letter in mailbox(address, "--limit", "1")] == ["tra-loi-2@x"]
        client.noop()
        assert client.search(None, "SEEN")[1] == [b"1 2"]

        assert "Authentication failed" in mailbox(address.replace("mat%20", "sai%20"), ok=False)
        assert "certificate" in mailbox(address.split("?")[0], ok=False).lower()
        assert "reached" in mailbox(address.replace(f":{server.port}/", f":{free_port()}/"), ok=False)
        client.logout()


def test_answers_are_read_from_a_maildir(tmp_path):
    import mailbox as maildirs

    box = maildirs.Maildir(tmp_path / "box", create=True)
    for number in range(3):
        box.add(ANSWER.format(n=number).encode())
    address = f"maildir://{tmp_path}/box"
    assert len(mailbox(address)) == 3
    assert len(mailbox(address, "--acknowledge")) == 3
    assert mailbox(address) == []
    assert all("S" in message.get_flags() for message in maildirs.Maildir(tmp_path / "box"))
