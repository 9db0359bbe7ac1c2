"""Papers come in while the server is killed: nothing acknowledged is lost, no half file is listed, no stray one is kept.

How often is set by GIAOBAN_KILLS (10).
"""

import hashlib
import os
import pathlib
import random
import sqlite3

from support.kills import killed_while_written_to
from support.scheduler_client import SchedulerClient

KILLS = int(os.environ.get("GIAOBAN_KILLS", "10"))
WRITERS = 4
MOST_ACTS = 60
"""Acknowledged between a start and a kill."""


class Writer:
    """Sends papers in pieces and whole, replaces some, drops some, and keeps what it was told."""

    def __init__(self, number: int, client: SchedulerClient, meeting: int):
        self.choose = random.Random(number)
        self.client, self.meeting, self.number = client, meeting, number
        self.data, self.id, self.offset = b"", None, 0
        self.title = ""
        self.papers: dict[int, bytes] = {}
        # Titles of what may have become a paper or not: its answer was lost.
        self.unsure: set[str] = set()
        self.acts = self.count = 0
        self.wrong = []

    def new(self) -> tuple[str, bytes]:
        self.count += 1
        # Now and then what another has sent too.
        seed = self.choose.choice([f"{self.number}-{self.count}", f"chung-{self.count % 5}"])
        return f"Báo cáo {self.number}-{self.count}", b"%PDF-1.7\n" + random.Random(seed).randbytes(self.choose.randint(10, 400_000))

    def told(self, answer, *statuses):
        if answer.status not in statuses:
            self.wrong.append((answer.status, answer.text))
        self.acts += 1
        return answer

    def act(self):
        if self.id is None and self.choose.random() < 0.3:
            title, data = self.new()
            self.unsure.add(title)
            answer = self.told(self.client.upload(self.meeting, data, title=title), 201)
            self.unsure.discard(title)
            self.papers[answer.body["id"]] = data
        elif self.id is None:
            self.title, self.data = self.new()
            answer = self.told(self.client.call("POST", f"/api/occurrences/{self.meeting}/uploads", {
                "title": self.title, "filename": "bao-cao.pdf", "classification": "thuong", "bytes": len(self.data)}), 201)
            self.id, self.offset = answer.body["id"], 0
        elif self.choose.random() < 0.05:
            id, self.id = self.id, None
            if self.offset == len(self.data):
                # Its last piece had come in, and that answer was lost: it is a paper by now, which this does not drop.
                self.unsure.add(self.title)
            self.told(self.client.call("DELETE", f"/api/uploads/{id}"), 204)
        else:
            piece = self.data[self.offset:self.offset + self.choose.randint(1, 200_000)]
            answer = self.told(self.client.call(
                "PATCH", f"/api/uploads/{self.id}", raw=piece, kind="application/octet-stream",
                headers={"Upload-Offset": str(self.offset)}), 200, 201)
            self.offset += len(piece)
            if answer.status == 201:
                self.papers[answer.body["id"]] = self.data
                self.id = None

    def go_on(self, client: SchedulerClient):
        """After a kill: what was acknowledged is there, and more of it at most."""
        if self.id is None:
            return
        shown = client.get(f"/api/uploads/{self.id}")
        assert shown.status == 200 and self.offset <= shown.body["offset"] <= len(self.data), (self.offset, shown.text)
        self.offset = shown.body["offset"]


def hashes(folder: pathlib.Path) -> set[str]:
    return {file.name for file in folder.iterdir()} if folder.exists() else set()


def check(server, client, meeting: int, writers: list[Writer]):
    listed = {paper["id"]: paper for paper in client.get(f"/api/occurrences/{meeting}").body["papers"]}
    known = {id: data for writer in writers for id, data in writer.papers.items()}
    assert known.keys() <= listed.keys(), "an acknowledged paper is not listed"
    maybe = {writer.title for writer in writers} | {title for writer in writers for title in writer.unsure}
    assert {listed[id]["title"] for id in listed.keys() - known.keys()} <= maybe
    with sqlite3.connect(f"file:{server.data}/giaoban.sqlite?mode=ro", uri=True, timeout=20) as db:
        rows = dict(db.execute("SELECT id, sha256 FROM paper"))
        coming = {sha for (sha,) in db.execute("SELECT sha256 FROM upload WHERE paper IS NULL AND sha256 IS NOT NULL")}
        open_ones = {str(id) for (id,) in db.execute("SELECT id FROM upload WHERE paper IS NULL")}
    for id, paper in listed.items():
        file = (server.data / "papers" / rows[id]).read_bytes()
        assert hashlib.sha256(file).hexdigest() == rows[id] and len(file) == paper["bytes"], "half a file is listed"
        assert id not in known or file == known[id]
    assert hashes(server.data / "papers") - set(rows.values()) <= coming, "a stray file is among the papers"
    assert hashes(server.data / "uploads") <= open_ones, "a stray file is among what is coming in"


def test_a_server_killed_while_papers_come_in_has_all_that_it_acknowledged(province):
    client = SchedulerClient(province.port).sign_in()
    site = client.get("/api/units").body["units"][-1]["sites"][0]["id"]
    meeting = client.book(site, "2045-03-01T08:00", "Họp").body["occurrence"]
    writers = [Writer(n, SchedulerClient(province.port, timeout=20).like(client), meeting) for n in range(WRITERS)]
    for _ in killed_while_written_to(province, writers, KILLS, random.Random(5), MOST_ACTS):
        client.close()
        for writer in writers:
            writer.go_on(client)
        check(province, client, meeting, writers)
    # What was begun is brought to its end, and what may be open besides, because its answer was lost, is dropped.
    for writer in writers:
        if writer.id is not None:
            answer = client.call("PATCH", f"/api/uploads/{writer.id}", raw=writer.data[writer.offset:],
                                 kind="application/octet-stream", headers={"Upload-Offset": str(writer.offset)})
            assert answer.status == 201, answer.text
            again = client.call("PATCH", f"/api/uploads/{writer.id}", raw=b"", kind="application/octet-stream",
                                headers={"Upload-Offset": str(len(writer.data))})
            assert (again.status, again.body["id"]) == (201, answer.body["id"])
            writer.papers[answer.body["id"]] = writer.data
    with sqlite3.connect(f"file:{province.data}/giaoban.sqlite?mode=ro", uri=True, timeout=20) as db:
        left = [id for (id,) in db.execute("SELECT id FROM upload WHERE paper IS NULL")]
    for id in left:
        assert client.call("DELETE", f"/api/uploads/{id}").status == 204
    check(province, client, meeting, writers)
    assert hashes(province.data / "uploads") == set()
    with sqlite3.connect(f"file:{province.data}/giaoban.sqlite?mode=ro", uri=True, timeout=20) as db:
        assert hashes(province.data / "papers") == {sha for (sha,) in db.execute("SELECT sha256 FROM paper")}
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    papers = sum(len(writer.papers) for writer in writers)
    print(f"{KILLS} kills, {sum(writer.acts for writer in writers)} acts acknowledged, {papers} papers")
    assert papers > KILLS
