"""What the journal of a recording holds, as the program itself reads it."""

import hashlib
import json
import pathlib
import subprocess

from support.server import BINARY


class Journal:
    """A journal as it is now, also while it is written."""

    def __init__(self, folder: pathlib.Path, key: pathlib.Path | None = None):
        self.folder = folder
        command = [str(BINARY), "archive", "show", str(folder)]
        if key:
            command += ["--key-file", str(key)]
        ran = subprocess.run(command, capture_output=True, text=True, timeout=60)
        self.code, self.said = ran.returncode, ran.stderr
        self.body = json.loads(ran.stdout) if ran.stdout.startswith("{") else {}

    @property
    def start(self) -> float:
        """Unix seconds."""
        return self.body["start"] / 1000

    def tracks(self, role: str) -> list[dict]:
        return [track for track in self.body.get("tracks", []) if track["role"] == role]

    def owners(self, role: str, packets: int, since: float = 0) -> set[str]:
        """Whose tracks of a role that began since some second have so many packets."""
        return {track["owner"] for track in self.tracks(role) if track["packets"] >= packets and track["began"] >= since}

    def events(self, name: str) -> list:
        """The values of the events of a name, in order."""
        read = [json.loads(event["event"]) for event in self.body.get("events", [])]
        return [event[name] for event in read if name in event]

    def last_packet(self) -> float:
        return max(track["last"] for track in self.body["tracks"] if "last" in track)

    def sha256(self) -> str:
        digest = hashlib.sha256()
        for segment in sorted(self.folder.glob("*.giaoban-journal")):
            digest.update(segment.read_bytes())
        return digest.hexdigest()


def recordings(data: pathlib.Path) -> list[pathlib.Path]:
    """The folders of a server's recordings."""
    return sorted((data / "recordings").glob("*"))
