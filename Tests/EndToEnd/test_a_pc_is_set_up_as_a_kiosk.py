"""ops/kiosk: what it writes is what systemd, Chromium and a shell take, and the session that it writes shows a site."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import time

import pytest

from support.browsers import wait_for
from support.kiosk import Room
from support.server import ROOT, Server

PROGRAM = ROOT / "ops/kiosk"
ADDRESS = "https://giaoban.example:8443"
TOKEN = "A" * 42 + "_"
HOME = "var/lib/giaoban-kiosk"
PROGRAMS = "usr/local/lib/giaoban-kiosk"


def set_up(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True, timeout=60)


def written(folder: pathlib.Path, *arguments) -> pathlib.Path:
    done = set_up(ADDRESS, TOKEN, "--root", folder, *arguments)
    assert done.returncode == 0, done.stderr
    return folder


def contents(folder: pathlib.Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}


def test_what_is_wrong_is_said(tmp_path):
    for arguments, words in [
        ([], "Missing"), ([ADDRESS], "Missing"), (["http://giaoban.example", TOKEN], "https"),
        ([f"{ADDRESS}/site", TOKEN], "not an address"), ([ADDRESS, "abc"], "3 characters"),
        ([ADDRESS, TOKEN, "--ca", "/etc/hostname"], "no certificate"), ([ADDRESS, TOKEN, "--frobnicate"], "no option"),
        ([ADDRESS, TOKEN, "more"], "more"), ([ADDRESS, TOKEN, "--root"], "folder"),
    ]:
        done = set_up(*arguments)
        assert done.returncode == 1 and words in done.stderr, (arguments, done.stderr)
    assert "sudo ops/kiosk https://SERVER TOKEN" in set_up("--help").stdout


def test_a_dry_run_tells_all_but_the_token_and_changes_nothing():
    done = set_up(ADDRESS, TOKEN, "--dry-run")
    assert done.returncode == 0, done.stderr
    for name in ("giaoban-kiosk.service", "giaoban-kiosk.json", "wait-for-server", "apt-get install", "useradd"):
        assert name in done.stdout, name
    assert TOKEN not in done.stdout
    assert not pathlib.Path("/etc/systemd/system/giaoban-kiosk.service").exists()


def test_a_second_run_writes_the_same(tmp_path):
    first = contents(written(tmp_path))
    assert contents(written(tmp_path)) == first


def test_the_policy_gives_camera_and_microphone_to_the_server_alone(tmp_path):
    policy = json.loads((written(tmp_path) / "etc/chromium/policies/managed/giaoban-kiosk.json").read_text())
    for name in ("AudioCaptureAllowedUrls", "VideoCaptureAllowedUrls", "AutoplayAllowlist"):
        assert policy[name] == [ADDRESS]
    assert policy["URLBlocklist"] == ["*"]
    assert policy["URLAllowlist"] == [ADDRESS, f"file:///{HOME}/start.html"]


def test_only_the_start_page_knows_the_token(tmp_path):
    files = contents(written(tmp_path))
    assert [name for name, data in files.items() if TOKEN.encode() in data] == [f"{HOME}/start.html"]
    assert (tmp_path / HOME / "start.html").stat().st_mode & 0o007 == 0
    assert f"url={ADDRESS}/site#token={TOKEN}" in files[f"{HOME}/start.html"].decode()


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is missing")
def test_systemd_takes_the_service(tmp_path):
    unit = written(tmp_path) / "etc/systemd/system/giaoban-kiosk.service"
    # The programs are where they will be, seen from here.
    text = unit.read_text().replace(f"/{PROGRAMS}", f"{tmp_path}/{PROGRAMS}").replace("/usr/bin/xinit", "/bin/true")
    unit.write_text(text)
    done = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and "giaoban-kiosk" not in done.stderr, done.stderr
    assert "Restart=always\nRestartSec=2\n" in text and "StartLimitIntervalSec=0" in text


def test_it_waits_for_a_server_that_is_away(tmp_path):
    server = Server(tmp_path / "data")
    try:
        server.start()
        authority = tmp_path / "data/certificate.pem"
        folder = tmp_path / "root"
        done = set_up(server.url, TOKEN, "--root", folder, "--ca", authority)
        assert done.returncode == 0, done.stderr
        server.kill()
        output = open(tmp_path / "told", "w+")
        waiting = subprocess.Popen([folder / PROGRAMS / "wait-for-server", folder / "etc/giaoban-kiosk"], stdout=output)
        wait_for("the reason", lambda: "Waiting for the server" in (tmp_path / "told").read_text())
        assert waiting.poll() is None
        server.start()
        assert waiting.wait(10) == 0
    finally:
        server.__exit__()


@pytest.mark.skipif(
    os.geteuid() != 0 or not all(map(shutil.which, ("Xvfb", "openbox", "xprop", "certutil", "chromium"))),
    reason="root, xvfb, openbox, x11-utils and libnss3-tools are needed")
def test_the_session_shows_the_site_and_ends_when_its_page_has_died(tmp_path):
    """The very command, on a screen in memory; the policy is laid over /etc/chromium for it alone."""
    with Server(tmp_path / "data", extra=["--demo"]) as server:
        room = Room(server)
        folder = tmp_path / "root"
        home = folder / HOME
        done = set_up(server.url, room.token, "--root", folder, "--ca", tmp_path / "data/certificate.pem")
        assert done.returncode == 0, done.stderr
        for name in ("etc/giaoban-kiosk/kiosk.conf", "etc/chromium/policies/managed/giaoban-kiosk.json"):
            text = (folder / name).read_text().replace(f"/{HOME}", str(home))
            (folder / name).write_text(text.replace(
                "CHROMIUM_FLAGS=", 'CHROMIUM_FLAGS="--no-sandbox --use-fake-device-for-media-stream"'))
        store = home / ".pki/nssdb"
        store.mkdir(parents=True)
        certutil = ["certutil", "-d", f"sql:{store}"]
        subprocess.run([*certutil, "-N", "--empty-password"], check=True)
        subprocess.run([*certutil, "-A", "-t", "CP,,", "-n", "giaoban", "-i", folder / "etc/giaoban-kiosk/ca.pem"],
                       check=True)
        display = next(number for number in range(90, 190) if not pathlib.Path(f"/tmp/.X{number}-lock").exists())
        screen = subprocess.Popen(["Xvfb", f":{display}", "-screen", "0", "1280x720x24"], stderr=subprocess.DEVNULL)
        environment = os.environ | {"HOME": str(home), "DISPLAY": f":{display}"}
        wait_for("the screen", lambda: subprocess.run(
            ["xprop", "-root"], env=environment, capture_output=True).returncode == 0)
        lay = f"mount --bind {folder}/etc/chromium /etc/chromium && exec {folder}/{PROGRAMS}/session " \
              f"{folder}/etc/giaoban-kiosk"
        output = open(tmp_path / "session.log", "w")
        session = subprocess.Popen(["unshare", "-m", "sh", "-c", lay], env=environment, start_new_session=True,
                                   stdout=output, stderr=output)
        try:
            wait_for("the site in its room", lambda: server.metrics()["participants"] == 1, 90)
            renderers = subprocess.run(["pgrep", "-f", f"type=renderer.*{home}"], capture_output=True, text=True)
            assert renderers.stdout.split()
            for number in renderers.stdout.split():
                os.kill(int(number), signal.SIGSEGV)
            died = time.monotonic()
            assert session.wait(30) == 0
            assert time.monotonic() - died < 15
        finally:
            if session.poll() is None:
                os.killpg(session.pid, signal.SIGKILL)
            screen.kill()
