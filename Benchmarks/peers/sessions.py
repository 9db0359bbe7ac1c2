"""What the driver needs to know of both ends of a session."""

from dataclasses import dataclass


@dataclass
class Transport:
    """The load generator's side: ICE credentials and the fingerprint of its certificate (sha-256, "AA:BB:…")."""

    ufrag: str
    password: str
    fingerprint: str


@dataclass
class Remote:
    """The server's side, read from its SDP."""

    address: str
    port: int
    ufrag: str
    password: str
    fingerprint: str
    feed: int | None = None


def attribute(sdp: str, name: str) -> str:
    """The first value of an attribute."""
    for line in sdp.splitlines():
        if line.startswith(f"a={name}:"):
            return line.removeprefix(f"a={name}:").strip()
    raise ValueError(f"the answer has no a={name}")


def remote(sdp: str, feed: int | None = None) -> Remote:
    """Reads a server's description; its first UDP candidate is taken."""
    for line in sdp.splitlines():
        if line.startswith("a=candidate:"):
            parts = line.split()
            if parts[2].upper() == "UDP":
                return Remote(
                    parts[4],
                    int(parts[5]),
                    attribute(sdp, "ice-ufrag"),
                    attribute(sdp, "ice-pwd"),
                    attribute(sdp, "fingerprint").split()[-1],
                    feed,
                )
    raise ValueError("the answer has no UDP candidate")
