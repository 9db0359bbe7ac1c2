"""Letters are neither lost nor doubled when the server is killed, and not lost when the courier is."""

import collections
import os
import pathlib
import random
import signal
import subprocess
import sys

from support.mailserver import MailServer
from support.waiting import wait_for

HERE = pathlib.Path(__file__).parent
KILLS = 100


def write_letters(folder: pathlib.Path, count: int) -> set:
    (folder / "letters").mkdir(parents=True)
    ids = set()
    for number in range(count):
        id = f"{number:05}@backan.gov.vn"
        ids.add(id)
        text = f"Message-ID: <{id}>\r\nFrom: vanphong@backan.gov.vn\r\nSubject: {number}\r\n\r\nKính gửi\r\n"
        (folder / "letters" / f"{number:05}.eml").write_bytes(text.encode())
    return ids


def start(folder, server) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", "support.mailqueue", folder, f"smtp://127.0.0.1:{server.port}"], cwd=HERE,
        start_new_session=True,
    )


def wait_for_progress(folder, process, timeout=30):
    """Until the process has stored one more outcome."""
    file = folder / "stored"
    before = file.stat().st_size if file.exists() else 0
    wait_for(
        "the queue to move", lambda: process.poll() is not None or file.exists() and file.stat().st_size > before, timeout,
        0.002)


def wait_for_courier(folder, process, timeout=30):
    """Until the process has written down which courier is its own."""
    file = folder / "courier.pid"
    before = file.stat().st_mtime_ns if file.exists() else 0
    wait_for(
        "a courier",
        lambda: process.poll() is not None or file.exists() and file.stat().st_mtime_ns > before, timeout, 0.002)


def test_the_server_killed_100_times_at_random_sends_every_letter_exactly_once(tmp_path):
    ids = write_letters(tmp_path, 1500)
    choose = random.Random(5)
    with MailServer(delay=0.008) as server:
        for kill in range(KILLS):
            process = start(tmp_path, server)
            # One in four is killed while it starts, before it is known to have sent anything: at once, when it has its
            # courier, or when that has begun to send.
            if kill % 4:
                wait_for_progress(tmp_path, process)
                server.wait_for_events(choose.randint(0, 18), until=lambda: process.poll() is not None)
            elif kill % 8:
                wait_for_courier(tmp_path, process)
                server.wait_for_events(choose.randint(0, 1), until=lambda: process.poll() is not None)
            assert process.poll() is None, "the queue was empty before the last kill: more letters are needed"
            # The whole group, as a supervisor does it.
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        sent_while_killed = len(server.letters)
        assert start(tmp_path, server).wait(120) == 0
        arrived = collections.Counter(server.ids())
    assert sent_while_killed > KILLS
    assert set(arrived) == ids
    assert {id: count for id, count in arrived.items() if count != 1} == {}


def test_the_courier_killed_at_random_loses_nothing(tmp_path):
    ids = write_letters(tmp_path, 600)
    choose = random.Random(6)
    kills = 0
    with MailServer(delay=0.008) as server:
        process = start(tmp_path, server)
        while kills < 40:
            wait_for_progress(tmp_path, process)
            server.wait_for_events(choose.randint(0, 12), until=lambda: process.poll() is not None)
            assert process.poll() is None, "the queue was empty before the last kill: more letters are needed"
            os.kill(int((tmp_path / "courier.pid").read_text()), signal.SIGKILL)
            kills += 1
        assert process.wait(120) == 0
        arrived = collections.Counter(server.ids())
    assert set(arrived) == ids
    # A kill may fall between the relay's taking a letter and the line in the journal: that letter comes twice.
    assert sum(arrived.values()) <= len(ids) + kills
    assert max(arrived.values()) <= 1 + kills
