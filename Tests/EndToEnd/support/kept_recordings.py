"""Recordings that a server has closed and sealed itself, with hashes in its chain of acts: from files that were there when it
started, as a killed server leaves them."""

import json
import pathlib
import secrets
import sqlite3

from support.waiting import wait_for

FILM = {
    "film.mp4": b"film" * 50_000, "sound.mp4": b"sound" * 2_000, "voices/1-p1.mp4": b"voice", "chapters.vtt": b"WEBVTT\n",
    "speakers.vtt": b"WEBVTT\n", "talk.json": b'{"milliseconds":1000,"silences":[],"speakers":[]}',
}
DONE = {"phase": "done", "recording": "", "layout": "speaker", "composed": 60.0, "journal": 60.0, "progress": 1.0,
        "remaining": 0.0, "resumed": 0.0, "damage": []}


def rows(server, question: str, *values) -> list[tuple]:
    with sqlite3.connect(server.data / "giaoban.sqlite", timeout=30) as store:
        found = store.execute(question, values).fetchall()
    store.close()
    return found


def leave_recording(data: pathlib.Path, occurrence: int, *, ended_ms: int, seconds=60, film=FILM, segments=2) -> str:
    """What a server that was killed in time leaves of a recording whose film is done. Returns its id."""
    id = secrets.token_hex(16)
    folder = data / "recordings" / id
    for name, content in {**film, "state.json": json.dumps(DONE).encode()}.items():
        (folder / "film" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "film" / name).write_bytes(content)
    for number in range(segments):
        (folder / f"{number:06}.giaoban-journal").write_bytes(secrets.token_bytes(100_000))
    (folder / "pages").mkdir()
    (folder / "pages" / "0-m.png").write_bytes(b"page")
    with sqlite3.connect(data / "giaoban.sqlite", timeout=30) as store:
        (number,) = store.execute("SELECT 1 + count(*) FROM recording WHERE occurrence = ?", [occurrence]).fetchone()
        store.execute(
            "INSERT INTO recording (id, occurrence, number, state, started_at, ended_at) VALUES (?, ?, ?, 'ended', ?, ?)",
            [id, occurrence, number, ended_ms - seconds * 1_000, ended_ms])
    store.close()
    return id


def keep_recordings(server, *occurrences: int, ended_ms: int, **more) -> list[str]:
    """The ids of recordings that the server has closed and sealed; it is started anew for them."""
    server.stop()
    ids = [leave_recording(server.data, occurrence, ended_ms=ended_ms, **more) for occurrence in occurrences]
    server.start()
    until_sealed(server, *ids)
    return ids


def until_sealed(server, *ids: str):
    for id in ids:
        wait_for("the seal", lambda: rows(server, "SELECT 1 FROM recording_manifest WHERE recording = ?", id), 30)
