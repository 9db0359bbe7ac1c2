"""Devices that wait for alerts, each over a connection of its own, as kiosks do."""

import asyncio
import json
import ssl
import time


class Listener:
    """One site's device: asks, waits, notes when it was told."""

    def __init__(self, port: int, site: int, token: str):
        self.port, self.site, self.token = port, site, token
        self.version = None
        self.alerts: list[dict] = []
        # time.monotonic() of the newest answer
        self.told = 0.0
        self.connection = None

    async def ask(self, path: str, body: dict | None = None) -> dict:
        if self.connection is None:
            context = ssl._create_unverified_context()
            self.connection = await asyncio.open_connection("127.0.0.1", self.port, ssl=context)
        reader, writer = self.connection
        data = b"" if body is None else json.dumps(body).encode()
        writer.write(
            f"{'GET' if body is None else 'POST'} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {self.token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n".encode() + data)
        await writer.drain()
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.split("content-length:")[1].split("\r\n")[0])
        answer = await reader.readexactly(length)
        status = int(head.split()[1])
        assert status == 200, (status, answer)
        return json.loads(answer)

    async def listen(self) -> list[dict]:
        """Until something has changed, or the server's patience is over."""
        after = "" if self.version is None else f"?after={self.version}"
        found = await self.ask(f"/api/alerts{after}")
        self.told = time.monotonic()
        self.version, self.alerts = found["version"], found["alerts"]
        return self.alerts

    async def until(self, condition) -> float:
        """Listens until its alerts are as wanted; returns when it was told."""
        while not condition(self.alerts):
            await self.listen()
        return self.told

    async def acknowledge(self, answer="device") -> dict:
        return await self.ask(f"/api/alerts/{self.alerts[0]['id']}/acknowledge", {"answer": answer})

    def close(self):
        if self.connection:
            self.connection[1].close()
            self.connection = None
