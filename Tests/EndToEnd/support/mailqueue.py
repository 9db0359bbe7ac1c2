"""A server reduced to its queue of letters: starts the courier as the real one does, gives it the letters of a folder
one after the other, and writes each outcome down before it settles it. Killed at any moment, the next run goes on.

    python -m support.mailqueue FOLDER RELAY
"""

import json
import os
import pathlib
import subprocess
import sys

from support.server import BINARY


class Courier:
    def __init__(self, relay: dict, folder: pathlib.Path, **options):
        self.process = subprocess.Popen(
            [BINARY, "courier", folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0, **options
        )
        self.order(relay=relay)

    def order(self, **order):
        self.process.stdin.write(json.dumps(order).encode() + b"\n")

    def report(self) -> dict | None:
        """The next line; None when the courier has ended."""
        line = self.process.stdout.readline()
        return json.loads(line) if line.endswith(b"\n") else None

    def ready(self) -> list:
        report = self.report()
        assert report and "ready" in report, report
        return report["ready"]

    def send(self, id, path, to, attempt=1, sender="vanphong@backan.gov.vn") -> dict:
        self.order(job={"id": id, "attempt": attempt, "from": sender, "to": to, "path": str(path)})
        return self.report()["done"]

    def close(self):
        self.process.stdin.close()
        self.process.wait(30)
        self.process.stdout.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def relay(text: str, **more) -> dict:
    """The settings of a relay as the server writes them: smtp://localhost:25."""
    scheme, rest = text.split("://")
    if scheme == "file":
        return {"transport": "folder", "host": "", "port": 0, "folder": rest}
    host, port = rest.rsplit(":", 1)
    transport = {"smtp": "plain", "smtp+starttls": "startTLS", "smtps": "tls"}[scheme]
    return {"transport": transport, "host": host, "port": int(port), "folder": ""} | more


def run(folder: pathlib.Path, relay_text: str):
    store = os.open(folder / "stored", os.O_RDWR | os.O_CREAT | os.O_APPEND)
    stored = {line.split()[0] for line in (folder / "stored").read_text().splitlines() if line.endswith(".")}
    while True:
        courier = Courier(relay(relay_text), folder / "mail")
        (folder / "courier.pid").write_text(str(courier.process.pid))
        report = courier.report()
        if not report:
            continue

        def keep(entry):
            # One write(2): whole or not at all, as a transaction would be. The dot tells a whole line.
            if entry["id"] not in stored:
                os.write(store, f"{entry['id']} {entry['state']} .\n".encode())
                stored.add(entry["id"])
            courier.order(settle=[entry["id"]])

        try:
            for entry in report["ready"]:
                if entry["state"] != "begun":
                    keep(entry)
            for letter in sorted((folder / "letters").iterdir()):
                if letter.stem not in stored:
                    keep(courier.send(letter.stem, letter, ["babe@backan.gov.vn"]))
            courier.close()
            return
        except (BrokenPipeError, TypeError):
            courier.process.wait()


if __name__ == "__main__":
    run(pathlib.Path(sys.argv[1]), sys.argv[2])
