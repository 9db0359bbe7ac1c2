"""Answers of the scheduler that are no JSON: sheets, tables, papers."""

import dataclasses
import subprocess

from support.scheduler_client import SchedulerClient


@dataclasses.dataclass
class File:
    status: int
    type: str
    name: str
    data: bytes

    @property
    def words(self) -> str:
        """The text of a PDF: of tables cell by cell, lines joined."""
        text = subprocess.run(["pdftotext", "-", "-"], input=self.data, capture_output=True, check=True)
        return " ".join(text.stdout.decode().split())

    @property
    def lines(self) -> str:
        """The text of a PDF: of tables line by line."""
        text = subprocess.run(["pdftotext", "-layout", "-", "-"], input=self.data, capture_output=True, check=True)
        return " ".join(text.stdout.decode().split())


def fetch(client: SchedulerClient, path: str) -> File:
    if client.connection is None:
        client.connect()
    client.connection.request("GET", path, headers={"Cookie": client.cookie} if client.cookie else {})
    answer = client.connection.getresponse()
    return File(
        answer.status, (answer.getheader("Content-Type") or "").split(";")[0],
        answer.getheader("Content-Disposition") or "", answer.read(),
    )
