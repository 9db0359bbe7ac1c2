"""A recorded call whose server is killed, or whose disk loses its power, again and again: two seconds are lost at most, and
all of the rest becomes a film.

How often is set by GIAOBAN_CUTS (4); every second one is the disk's. What was lost is printed with -s.
"""

import asyncio
import contextlib
import fcntl
import json
import os
import pathlib
import random
import struct
import subprocess
import time

import pytest

from support.api import Caller
from support.apart import apart
from support.conduct import book, end_demonstration, seat, way_in
from support.journal import Journal, recordings
from support.server import BINARY, Server
from support.sites import PITCHES, Sites
from support.waiting import wait_for

CUTS = int(os.environ.get("GIAOBAN_CUTS", "4"))
MOST_LOST = 2.0
"""Seconds, at each cut."""
SHUTDOWN = 2 << 30 | 4 << 16 | ord("X") << 8 | 125
"""EXT4_IOC_SHUTDOWN (linux/fs: _IOR('X', 125, __u32))."""
WITHOUT_ITS_LOG = 2
"""EXT4_GOING_FLAGS_NOLOGFLUSH: what was not synced is gone, as with the power."""


class Disk:
    """A file system of its own, of which nothing stays that was not synced when the power goes."""

    def __init__(self, folder: pathlib.Path, image: pathlib.Path):
        self.folder, self.image, self.count = folder, image, 0
        image.touch()
        os.truncate(image, 512 << 20)
        subprocess.run(["mkfs.ext4", "-q", "-F", image], check=True)
        folder.mkdir(parents=True)
        try:
            self.mount()
        except subprocess.CalledProcessError:
            pytest.skip("no file system can be mounted from a file here: this needs loop devices")
        (folder / "lost+found").rmdir()

    def mount(self):
        subprocess.run(["mount", "-o", "loop", self.image, self.folder], check=True)

    def come_back(self):
        """As it is after the power was lost: what is on it is laid onto another, since the kernel still knows this one as dead."""
        self.unmount()
        self.count += 1
        before, self.image = self.image, self.image.with_name(f"disk-{self.count}")
        subprocess.run(["cp", "--sparse=always", before, self.image], check=True)
        before.unlink()
        self.mount()

    def lose_power(self):
        descriptor = os.open(self.folder, os.O_RDONLY)
        try:
            fcntl.ioctl(descriptor, SHUTDOWN, struct.pack("I", WITHOUT_ITS_LOG))
        finally:
            os.close(descriptor)

    def unmount(self):
        # A composer that had begun ends with its server, but a moment later.
        wait_for("the disk to be let go", lambda: subprocess.run(["umount", self.folder], capture_output=True).returncode == 0, 20)


def packets(journal: Journal) -> int:
    return sum(track["packets"] for track in journal.body.get("tracks", []))


def conduct(server, occurrence: int, *acts: str):
    async def play():
        desk = await seat(Caller(server.port).sign_in(), occurrence)
        for act in acts:
            assert await desk.act(act) is None, act
        await desk.close()
    apart(lambda: asyncio.run(play()))


def test_two_seconds_are_lost_at_most_and_the_rest_becomes_a_film(tmp_path):
    disk = Disk(tmp_path / "data" / "recordings", tmp_path / "disk")
    choose = random.Random(8)
    lost, films = [], tmp_path / "film"
    with contextlib.ExitStack() as stack:
        stack.callback(disk.unmount)
        # The disk is low from the first, so that no film is made beside it.
        server = stack.enter_context(Server(tmp_path / "data", extra=["--demo", "--recording-warn-minutes", "10000"]))
        secretary = Caller(server.port).sign_in()
        end_demonstration(secretary)
        meeting = book(secretary, sites=[secretary.site("ba-be")])
        room = way_in(secretary, meeting)[0]
        conduct(server, meeting, "open", "record.start")
        [folder] = wait_for("the recording", lambda: recordings(server.data), 20)
        for number in range(CUTS):
            with Sites() as sites:
                for place, pitch in enumerate(PITCHES[:2]):
                    sites.voice(server, room, f"Giọng {place + 1}", pitch)
                sites.camera(server, room, "Hình")
                sites.wait_until_secure()
                seconds = choose.uniform(0.3, 2.5)
                before = packets(Journal(folder))
                wait_for("packets in the journal", lambda: packets(Journal(folder)) > before + 60 * seconds, 30)
                is_power = number % 2 == 1
                cut = time.time()
                if is_power:
                    disk.lose_power()
                server.kill()
            server.log.close()
            if is_power:
                disk.come_back()
            journal = Journal(folder)
            assert journal.code == 0, journal.said
            assert journal.body["damage"] == [] or all("cutOff" in one for one in journal.body["damage"]), journal.body["damage"]
            lost.append(cut - journal.start - journal.last_packet())
            assert lost[-1] <= MOST_LOST, (number, is_power, lost)
            server.start()
        conduct(server, meeting, "record.stop")
        wait_for("the end in the journal", lambda: Journal(folder).events("over") == [True], 20)
        whole = Journal(folder)
        made = subprocess.run([BINARY, "archive", "compose", folder, "--out", films, "--nice", "0"], capture_output=True, text=True)
        assert made.returncode == 0, made.stderr
        state = json.loads((films / "state.json").read_text())
        assert abs(state["composed"] - whole.body["seconds"]) < 1
        shown = subprocess.run(["ffprobe", "-v", "error", "-show_entries", "format=duration", films / "film.mp4"], capture_output=True, text=True)
        assert shown.returncode == 0 and shown.stderr == ""
    kills, powers = sorted(lost[::2]), sorted(lost[1::2])
    print(f"\nlost at {len(kills)} kills: {kills[len(kills) // 2]:.2f} s, at most {kills[-1]:.2f}; "
          f"at {len(powers)} power cuts: {powers[len(powers) // 2]:.2f} s, at most {powers[-1]:.2f}")
