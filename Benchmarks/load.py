"""The load generator and the limit loop as processes, and what a server costs meanwhile."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from peers.sessions import Remote, Transport


class Load:
    """One load generator: it plays all clients of a run."""

    def __init__(self, binary: Path, profile: str, core: int) -> None:
        self.process = subprocess.Popen([str(binary), profile, str(core)], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True, bufsize=1)
        self.transports: list[Transport] = []

    def say(self, **command: object) -> None:
        """Sends one command."""
        assert self.process.stdin
        self.process.stdin.write(json.dumps(command) + "\n")

    def hear(self) -> dict:
        """The next line that it says."""
        assert self.process.stdout
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("the load generator ended")
        return json.loads(line)

    def open(self, count: int) -> list[tuple[int, Transport]]:
        """Makes sessions; they have credentials and a socket, and do nothing yet."""
        self.say(verb="open", count=count)
        answer = self.hear()
        return [(one["session"], Transport(one["ufrag"], one["password"], answer["fingerprint"]))
                for one in answer["sessions"]]

    def connect(self, session: int, remote: Remote, *, asked: float | None = None, voice: dict | None = None,
                picture: dict | None = None, patience: int = 0) -> None:
        """Lets a session connect and send; its ClientHello waits `patience` ms."""
        command = {"verb": "connect", "session": session, "address": remote.address, "port": remote.port, "ufrag": remote.ufrag,
                   "password": remote.password, "voice": voice, "picture": picture, "patience": patience}
        if asked is not None:
            command["asked"] = int(asked * 1e6)
        self.say(**command)
        self.hear()

    def close(self, session: int) -> None:
        """A client goes without a word."""
        self.say(verb="close", session=session)
        self.hear()

    def wait_until_secure(self, count: int, seconds: float = 30) -> None:
        """Waits until that many sessions have their keys."""
        deadline = time.monotonic() + seconds
        while True:
            self.say(verb="state")
            state = self.hear()
            if state["secure"] >= count:
                return
            if time.monotonic() > deadline:
                raise RuntimeError(f"{state['secure']} of {count} sessions are connected after {seconds} s")
            time.sleep(0.1)

    def run(self, *, warmup: float, seconds: float, counts: bool = False, at_begin: Callable[[], None] = lambda: None,
            at_end: Callable[[], None] = lambda: None) -> dict:
        """Counts for some seconds and returns the report; `counts`: with how many packets had which delay."""
        self.say(verb="run", warmup=warmup, seconds=seconds, counts=counts)
        while True:
            message = self.hear()
            match message.get("event"):
                case "begin":
                    at_begin()
                case "end":
                    at_end()
                case "report":
                    return message

    def pace(self, factor: float) -> None:
        """Publishers send that much faster than planned; 0: they pause."""
        self.say(verb="pace", factor=factor)
        self.hear()

    def deafen(self, listeners: int) -> None:
        """All but each n-th session throw media away in the kernel; 0: nobody does."""
        self.say(verb="deafen", listeners=listeners)
        self.hear()

    def sinks(self, count: int) -> list[int]:
        """Sockets that only take datagrams; their ports."""
        self.say(verb="sinks", count=count)
        return self.hear()["ports"]

    def stop(self) -> None:
        """Ends it."""
        if self.process.poll() is None:
            self.say(verb="quit")
            self.process.wait(10)

    def __enter__(self) -> Load:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


@dataclass
class Usage:
    """What a process has used so far, all its threads."""

    cpu: float
    user: float
    system: float
    resident: int

    @staticmethod
    def of(pid: int) -> Usage:
        """Seconds from the scheduler's own sums (ns), the split in user and system from the clock ticks."""
        total = 0
        for task in Path(f"/proc/{pid}/task").iterdir():
            try:
                total += int((task / "schedstat").read_text().split()[0])
            except FileNotFoundError:
                continue
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        tick = os.sysconf("SC_CLK_TCK")
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        return Usage(total / 1e9, int(fields[11]) / tick, int(fields[12]) / tick, pages * os.sysconf("SC_PAGE_SIZE"))

    def since(self, before: Usage) -> Usage:
        """The difference; resident bytes as they are now."""
        return Usage(self.cpu - before.cpu, self.user - before.user, self.system - before.system, self.resident)


def limit_loop(binary: Path, core: int, profile: str, mode: str, ports: list[int], *, seconds: float, fps: float,
               kbps: float, packet_bytes: int, voices: int, voice_bytes: int) -> dict:
    """Runs the limit loop on a core and returns what it printed."""
    arguments = [str(binary), profile, mode, str(seconds), str(fps), str(kbps), str(packet_bytes), str(voices),
                 str(voice_bytes)]
    done = subprocess.run(arguments, input=" ".join(map(str, ports)), capture_output=True, text=True, check=True,
                          preexec_fn=lambda: os.sched_setaffinity(0, {core}))
    return json.loads(done.stdout)
