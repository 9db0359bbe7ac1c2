"""Answers of the scheduler that are no JSON: sheets, tables, papers."""

import dataclasses
import subprocess

from support.api import Caller


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


def fetch(client: Caller, path: str) -> File:
    answer = client.get(path)
    return File(
        answer.status, answer.headers.get("Content-Type", "").split(";")[0],
        answer.headers.get("Content-Disposition", ""), answer.data)
