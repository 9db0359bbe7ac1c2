"""Sites of a briefing that publish real media without a browser: the load generator's `sites`, joined by WHIP."""

import json
import pathlib
import subprocess
import time
from urllib.parse import quote

from support import media
from support.server import ROOT
from support.waiting import wait_for

GENERATOR = ROOT / ".build/release/LoadGenerator"
PITCHES = (110, 150, 210)
AUDIO, VIDEO, RTX = 111, 96, 97
EXTENSIONS = {
    1: "urn:ietf:params:rtp-hdrext:ssrc-audio-level",
    3: "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
    4: "urn:ietf:params:rtp-hdrext:sdes:mid",
    10: "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id",
    11: "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id",
}
"""As SiteStream.Extension numbers them."""


class Sites:
    """A process that plays them all; a context manager."""

    def __init__(self, binary: pathlib.Path = GENERATOR):
        self.process = subprocess.Popen([str(binary), "sites"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True, bufsize=1)
        self.names: dict[int, str] = {}
        self.tokens: dict[str, str] = {}
        self.began = time.monotonic()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(5)

    def ask(self, **command) -> dict:
        """One command and its answer."""
        self.process.stdin.write(json.dumps(command) + "\n")
        line = self.process.stdout.readline()
        if not line:
            raise AssertionError("the sites' process has ended")
        answer = json.loads(line)
        if answer.get("event", "done") != "done":
            raise AssertionError(answer["event"])
        return answer

    # Who joins, and with what. A number below stands for a site.

    def voice(self, server, room, name, pitch=PITCHES[0], level=25) -> int:
        """A site that speaks without a pause, until `speak` says otherwise."""
        return self._join(server, room, name, voice=dict(file=media.voice_packets(pitch), level=level))

    def camera(self, server, room, name, layers="qh", hue=0, offset=0.0) -> int:
        """A site with a picture and no voice."""
        return self._join(server, room, name, camera=dict(layers=layers, hue=hue, offset=offset))

    def speak(self, site: int, on=True):
        self.ask(verb="voice", session=site, on=on)

    def show(self, site: int, on=True):
        self.ask(verb="camera", session=site, on=on)

    def leave(self, site: int):
        """Without a word."""
        self.ask(verb="close", session=site)

    def _join(self, server, room, name, voice=None, camera=None) -> int:
        opened = self.ask(verb="open", count=1)
        session = opened["sessions"][0]
        number = session["session"]
        streams, sections = plan(number, voice, camera)
        if room not in self.tokens:
            self.tokens[room] = server.token(room)
        answer = join_by_whip(server, room, name, offer(session, opened["fingerprint"], sections), self.tokens[room])
        self.ask(verb="connect", session=number, streams=streams, **transport(answer))
        self.names[number] = name
        return number

    def wait_until_secure(self, seconds=10):
        count = len(self.names)
        wait_for(f"{count} connected sites", lambda: self.ask(verb="state")["secure"] >= count, seconds, 0.05)

    def report(self) -> dict:
        """What each stream has sent and been asked for; the share of a core that it costs."""
        report = self.ask(verb="report")
        for stream in report["streams"]:
            stream["name"] = self.names.get(stream["session"], "")
        report["core"] = report["ownCPU"] / (time.monotonic() - self.began)
        return report


def plan(number: int, voice, camera):
    """A site's streams for the generator, and its media sections for the offer."""
    streams, sections = [], []
    ssrc = 100_000 + number * 100
    if voice:
        sections.append(section("audio", len(sections), AUDIO, ["opus/48000/2"], extensions=(1, 3, 4), ssrc=ssrc))
        streams.append(dict(file=str(voice["file"]), isVideo=False, ssrc=ssrc, payloadType=AUDIO,
                            mid=str(len(sections) - 1), rate=50, level=voice["level"]))
    if camera:
        rids = camera["layers"]
        lines = [f"a=rid:{rid} send" for rid in rids] + [f"a=simulcast:send {';'.join(rids)}"]
        sections.append(section("video", len(sections), VIDEO, ["VP8/90000"], extensions=(3, 4, 10, 11), lines=lines))
        for place, rid in enumerate(rids):
            file = media.camera_layer(rid, camera["hue"])
            streams.append(dict(
                file=str(file), isVideo=True, ssrc=ssrc + 10 + place, payloadType=VIDEO, rtxSSRC=ssrc + 20 + place,
                rtxPayloadType=RTX, mid=str(len(sections) - 1), rid=rid, rate=media.CAMERA_RATE,
                hasTwoTemporalLayers=rid == "q", offset=camera["offset"]))
    return streams, sections


def section(kind, mid, payload_type, encodings, extensions=(), lines=(), ssrc=None) -> list[str]:
    """One media section that sends."""
    is_video = kind == "video"
    formats = f"{payload_type} {RTX}" if is_video else str(payload_type)
    feedback = ("nack", "nack pli", "ccm fir", "transport-cc") if is_video else ("transport-cc",)
    return [
        f"m={kind} 9 UDP/TLS/RTP/SAVPF {formats}", "c=IN IP4 0.0.0.0", f"a=mid:{mid}", "a=rtcp-mux", "a=rtcp-rsize",
        "a=sendonly", f"a=rtpmap:{payload_type} {encodings[0]}",
        *(f"a=rtcp-fb:{payload_type} {entry}" for entry in feedback),
        *([f"a=rtpmap:{RTX} rtx/90000", f"a=fmtp:{RTX} apt={payload_type}"] if is_video else []),
        *(f"a=extmap:{number} {EXTENSIONS[number]}" for number in extensions),
        *([f"a=ssrc:{ssrc} cname:site"] if ssrc else []), *lines,
    ]


def offer(session: dict, fingerprint: str, sections: list[list[str]]) -> str:
    lines = ["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0",
             "a=group:BUNDLE " + " ".join(str(mid) for mid in range(len(sections)))]
    for head, *rest in sections:
        lines += [head, f"a=ice-ufrag:{session['ufrag']}", f"a=ice-pwd:{session['password']}",
                  f"a=fingerprint:sha-256 {fingerprint}", "a=setup:active", *rest]
    return "\r\n".join(lines) + "\r\n"


def join_by_whip(server, room, name, text, token) -> str:
    status, _, answer = server.request(
        "POST", f"/whip/{room}?name={quote(name)}", text,
        {"Content-Type": "application/sdp", "Authorization": f"Bearer {token}"})
    if status != 201:
        raise AssertionError(f"WHIP answered {status}: {answer}")
    return answer


def transport(answer: str) -> dict:
    """Where a server is, from its description: the first UDP candidate."""
    found = {}
    for line in answer.splitlines():
        name, _, value = line.removeprefix("a=").partition(":")
        words = value.split()
        if name == "candidate" and words[2].lower() == "udp" and "address" not in found:
            found |= {"address": words[4], "port": int(words[5])}
        elif name == "ice-ufrag":
            found["ufrag"] = value
        elif name == "ice-pwd":
            found["password"] = value
    return found
