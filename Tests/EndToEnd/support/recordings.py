"""Recordings put beside a running server, as a meeting that was recorded leaves them."""

import json
import pathlib
import secrets
import sqlite3
import subprocess
import tempfile

COMPOSING = {"phase": "composing", "recording": "", "layout": "speaker", "composed": 30.0, "journal": 60.0, "progress": 0.5,
             "remaining": 90.0, "resumed": 0.0, "damage": []}
"""What a composer tells in the middle of its work, `state.json`."""
DONE = COMPOSING | {"phase": "done", "composed": 60.0, "progress": 1.0, "remaining": 0.0}


def shown_pages(*turns: tuple[int, int, str, int, str | None]) -> bytes:
    """`pages.json` of a film: of each page from when to when it is shown, seconds, whose paper and which page it is, and the
    name of its image."""
    return json.dumps([
        {"start": start * 1000, "end": end * 1000, "paper": paper, "page": page, **({"image": f"pages/{image}"} if image else {})}
        for start, end, paper, page, image in turns]).encode()


def short_film(seconds=6) -> dict[str, bytes]:
    """The files of a film of a coloured plane: what a player needs to be drawn whole."""
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "film.mp4"
        subprocess.run(
            ["ffmpeg", "-nostdin", "-loglevel", "error", "-f", "lavfi", "-i", "color=c=0x2f6b57:s=320x180:r=25", "-f", "lavfi", "-i",
             "sine=300:r=48000", "-t", str(seconds), "-pix_fmt", "yuv420p", "-preset", "ultrafast", "-movflags", "+faststart", str(file)],
            check=True)
        film = file.read_bytes()
    cue = f"00:00:00.000 --> 00:00:{seconds:02}.000"
    return {"film.mp4": film, "low.mp4": film, "sound.mp4": film, "state.json": json.dumps(DONE | {"composed": float(seconds)}).encode(),
            "chapters.vtt": f"WEBVTT\n\nitem-1\n{cue}\nTình hình mưa lũ\n".encode(), "speakers.vtt": f"WEBVTT\n\n{cue}\nHuyện Ba Bể\n".encode(),
            "talk.json": json.dumps({"milliseconds": seconds * 1000, "silences": [], "speakers": [
                {"owner": "p1", "name": "Huyện Ba Bể", "milliseconds": seconds * 1000, "spans": [[0, seconds * 1000]]}]}).encode()}


def put_recording(data: pathlib.Path, occurrence: int, *, film: dict[str, bytes] | None = None,
                  pages: dict[str, bytes] | None = None, started_ms=1_767_576_600_000,
                  seconds=60, closed=True, id: str | None = None) -> str:
    """A row, the files of its film, and the images of the pages that it shows. Returns its id."""
    id = id or secrets.token_hex(16)
    folder = data / "recordings" / id / "film"
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in (film or {}).items():
        (folder / name).write_bytes(content)
    for name, content in (pages or {}).items():
        (folder.parent / "pages").mkdir(exist_ok=True)
        (folder.parent / "pages" / name).write_bytes(content)
    with sqlite3.connect(data / "giaoban.sqlite", timeout=30) as store:
        (number,) = store.execute("SELECT 1 + count(*) FROM recording WHERE occurrence = ?", [occurrence]).fetchone()
        store.execute(
            "INSERT INTO recording (id, occurrence, number, state, started_at, ended_at, bytes, sha256) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [id, occurrence, number, "closed" if closed else "open", started_ms,
             started_ms + seconds * 1_000 if closed else None, 1_234_567 if closed else None,
             secrets.token_hex(32) if closed else None])
    store.close()
    return id


def put_copy(data: pathlib.Path, recording: str, person: int, *, content=b"copy", days_ago=0, state="done") -> str:
    """A copy of a recording's first four seconds that was made for a person some days ago. Returns its id."""
    id = secrets.token_hex(16)
    folder = data / "copies" / id
    folder.mkdir(parents=True)
    (folder / "copy.mp4").write_bytes(content)
    with sqlite3.connect(data / "giaoban.sqlite", timeout=30) as store:
        store.execute(
            "INSERT INTO film_copy (id, recording, person, begin_ms, end_ms, mark, state, asked_at, done_at, bytes) "
            "VALUES (?, ?, ?, 0, 4000, 'x', ?, unixepoch() - ?, unixepoch() - ?, ?)",
            [id, recording, person, state, days_ago * 86_400, days_ago * 86_400, len(content)])
    store.close()
    return id
