"""`giaoban audit verify` finds a line that was edited, removed or put elsewhere, whoever did it to the file."""

import shutil
import sqlite3
import subprocess

import pytest

from support.scheduler_client import SchedulerClient
from support.server import BINARY, Server


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """The folder of a server that somebody has used."""
    data = tmp_path_factory.mktemp("audit") / "data"
    with Server(data, extra=["--demo"]) as server:
        client = SchedulerClient(server.port).sign_in()
        for number in range(5):
            assert client.book(100 + number, "2027-03-01T08:00", f"Phiên {number}", organiser=1).status == 201
        client.close()
    return data


def verify(data):
    return subprocess.run([str(BINARY), "audit", "verify", "--data", str(data)], capture_output=True, text=True)


def tampered(kept, tmp_path, *statements):
    data = tmp_path / "data"
    shutil.copytree(kept, data)
    base = sqlite3.connect(data / "giaoban.sqlite")
    for trigger in ("act_is_not_edited", "act_is_not_removed"):
        base.execute(f"DROP TRIGGER {trigger}")
    for statement in statements:
        base.execute(statement)
    base.commit()
    base.close()
    return verify(data)


def test_a_whole_chain_is_whole(kept):
    found = verify(kept)
    assert found.returncode == 0 and "whole" in found.stdout, found


@pytest.mark.parametrize("statements", [
    pytest.param(["UPDATE act SET detail = 'khác' WHERE id = 3"], id="edited"),
    pytest.param(["UPDATE act SET at = at + 1 WHERE id = 2"], id="another time"),
    pytest.param(["DELETE FROM act WHERE id = 4"], id="removed"),
    pytest.param(["DELETE FROM act WHERE id = 4", "UPDATE act SET id = id - 1 WHERE id > 4"], id="removed and closed up"),
    pytest.param(["UPDATE act SET id = -1 WHERE id = 2", "UPDATE act SET id = 2 WHERE id = 3",
                  "UPDATE act SET id = 3 WHERE id = -1"], id="reordered"),
    pytest.param(["DELETE FROM act WHERE id = (SELECT max(id) FROM act)"], id="the last removed"),
    pytest.param(["DELETE FROM act WHERE id = (SELECT max(id) FROM act)",
                  "UPDATE act_head SET count = count - 1, hash = (SELECT hash FROM act ORDER BY id DESC LIMIT 1)"],
                 id="the last removed and the head with it"),
    pytest.param(["INSERT INTO act SELECT id + 1, at, who, what, object, detail, hash FROM act ORDER BY id DESC LIMIT 1"],
                 id="one added"),
])
def test_a_chain_that_somebody_touched_is_broken(kept, tmp_path, statements):
    found = tampered(kept, tmp_path, *statements)
    assert found.returncode == 1, found
    assert "broken" in found.stdout or "seal" in found.stdout, found.stdout


def test_a_folder_without_a_server_is_named(tmp_path):
    found = verify(tmp_path)
    assert found.returncode != 0 and "--data" in found.stderr
