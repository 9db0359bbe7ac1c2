"""An S3-compatible store that checks signatures (moto), and a line to it that can be cut."""

import contextlib
import os
import pathlib
import re
import socket
import subprocess
import sys
import threading

import boto3
import botocore.config

from support.server import free_port
from support.waiting import wait_for

BUCKET = "ban-ghi"
SETTING_UP = 4
"""Calls that make the user, the key, its rights and the bucket; all later ones have to be signed rightly."""


class Line:
    """Passes bytes on to a port; what is asked is noted by its first line. Cut, nothing passes and nobody is let in."""

    def __init__(self, target: int):
        self.target = target
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.asked: list[str] = []
        self.hold_at = ""
        """A request whose first line has this waits; it is held when `held` is set."""
        self.held = threading.Event()
        self.is_cut = False
        self.sockets: set[socket.socket] = set()
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self):
        self.is_cut = True
        for one in list(self.sockets):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def mend(self):
        self.is_cut = False
        self.hold_at = ""
        self.held.clear()

    def _accept(self):
        while True:
            client, _ = self.listener.accept()
            if self.is_cut:
                client.close()
                continue
            try:
                server = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                client.close()
                continue
            self.sockets |= {client, server}
            threading.Thread(target=self._pass, args=(client, server, True), daemon=True).start()
            threading.Thread(target=self._pass, args=(server, client, False), daemon=True).start()

    def _pass(self, source, target, is_question):
        with contextlib.suppress(OSError):
            while data := source.recv(1 << 16):
                if is_question:
                    for line in re.findall(rb"(?:GET|PUT|POST|DELETE|HEAD) (\S+) HTTP/1", data):
                        self.asked.append(data[:6].split()[0].decode() + " " + line.decode())
                        if self.hold_at and self.hold_at in line.decode():
                            self.held.set()
                            return
                target.sendall(data)
        for one in (source, target):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            self.sockets.discard(one)


class ObjectStore:
    """A context manager. `flags` are the server's."""

    def __init__(self, folder: pathlib.Path):
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.port = free_port()

    def __enter__(self):
        self.log = open(self.folder / "store.log", "ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.port)], stdout=self.log, stderr=self.log,
            env=os.environ | {"INITIAL_NO_AUTH_ACTION_COUNT": str(SETTING_UP), "AWS_DEFAULT_REGION": "us-east-1"})
        wait_for("the store", self._answers, 60)
        self.line = Line(self.port)
        iam = self._client("iam", "any", "any")
        iam.create_user(UserName="giaoban")
        key = iam.create_access_key(UserName="giaoban")["AccessKey"]
        self.keys = key["AccessKeyId"], key["SecretAccessKey"]
        iam.put_user_policy(UserName="giaoban", PolicyName="all", PolicyDocument=(
            '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}'))
        self._client("s3", *self.keys).create_bucket(Bucket=BUCKET)
        self.s3 = self._client("s3", *self.keys)
        self.key_file = self.folder / "store-keys"
        self.key_file.write_text("\n".join(self.keys) + "\n")
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.log.close()

    def _answers(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
            return True
        return False

    def _client(self, service: str, key: str, secret: str):
        return boto3.client(
            service, endpoint_url=f"http://127.0.0.1:{self.port}", region_name="us-east-1", aws_access_key_id=key,
            aws_secret_access_key=secret, config=botocore.config.Config(s3={"addressing_style": "path"}, retries={"max_attempts": 1}))

    @property
    def flags(self) -> list[str]:
        return ["--store-endpoint", f"http://127.0.0.1:{self.line.port}", "--store-bucket", BUCKET, "--store-prefix", "giaoban/tinh",
                "--store-key-file", str(self.key_file)]

    def objects(self, id: str) -> dict[str, bytes]:
        """What there is of a recording, by path."""
        prefix = f"giaoban/tinh/{id}/"
        found = self.s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", [])
        return {one["Key"].removeprefix(prefix): self.s3.get_object(Bucket=BUCKET, Key=one["Key"])["Body"].read() for one in found}

    def put(self, id: str, path: str, content: bytes):
        self.s3.put_object(Bucket=BUCKET, Key=f"giaoban/tinh/{id}/{path}", Body=content)
