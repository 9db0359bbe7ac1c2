"""Writes journals of recordings, as module Recording reads them, from what ffmpeg has encoded."""

import hmac
import io
import json
import pathlib
import secrets
import struct
import subprocess
import zlib

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

ROLES = {"voice": 0, "camera": 1, "screen": 2}
CODECS = {"opus": 0, "vp8": 1, "vp9": 2, "h264": 3, "av1": 4}


class Journal:
    """A journal; records are written a block a second, in the order of their times.

    `key`: 32 bytes, with which it is encrypted.
    """

    def __init__(self, folder: pathlib.Path, start_ms: int = 1_767_576_600_000, key: bytes | None = None):
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.start, self.key = folder, start_ms, key
        self.id = secrets.token_bytes(16)
        self.records = []
        self._begin(0, 0xFFFFFFFF)

    def _begin(self, segment, blocks_before):
        """A segment's file with its head."""
        self.segment, self.blocks = segment, 0
        self.path = self.folder / f"{segment:06}.giaoban-journal"
        salt = secrets.token_bytes(16)
        header = b"GIAOBAN1" + self.id + struct.pack(">IIq", segment, 1 if self.key else 0, self.start)
        header += salt + struct.pack(">I", blocks_before)
        self.path.write_bytes(header + struct.pack(">I", zlib.crc32(header)))
        if self.key:
            derived = hmac.digest(self.key, b"giaoban journal\0" + self.id + salt, "sha256")
            self.cipher = AESGCM(derived)

    @classmethod
    def again(cls, folder: pathlib.Path, blocks: int) -> "Journal":
        """Goes on with a journal of one segment, not encrypted, that has so many blocks."""
        journal = cls.__new__(cls)
        journal.folder, journal.key, journal.records = folder, None, []
        journal.segment, journal.blocks, journal.path = 0, blocks, folder / "000000.giaoban-journal"
        return journal

    def add(self, time_us: int, kind: int, content: bytes):
        self.records.append((time_us, len(self.records), kind, content))

    def began(self, time_us, number, role, codec, rate, owner, name):
        content = struct.pack(">IBBI", number, ROLES[role], CODECS[codec], rate)
        for text in (owner, name):
            content += struct.pack(">H", len(text.encode())) + text.encode()
        self.add(time_us, 1, content)

    def ended(self, time_us, number):
        self.add(time_us, 2, struct.pack(">I", number))

    def packet(self, time_us, number, packet: bytes, layer=0):
        self.add(time_us, 3, struct.pack(">IB", number, layer) + packet)

    def clock(self, time_us, number, timestamp, ntp_seconds: float, layer=0):
        ntp = int(ntp_seconds * (1 << 32)) & (1 << 64) - 1
        self.add(time_us, 4, struct.pack(">IBIQ", number, layer, timestamp & 0xFFFFFFFF, ntp))

    def event(self, time_us, **event):
        self.add(time_us, 5, json.dumps(event, ensure_ascii=False).encode())

    def groups(self, seconds=1.0):
        """The records of each block."""
        group, since = [], None
        for record in sorted(self.records):
            if since is not None and record[0] - since >= seconds * 1e6:
                yield group
                group, since = [], None
            since = record[0] if since is None else since
            group.append(record)
        if group:
            yield group

    def blocks_of(self, seconds=1.0):
        """The blocks' bytes, in order, each with the time of its last record."""
        for group in self.groups(seconds):
            yield self._block(group), group[-1][0]

    def _block(self, group) -> bytes:
        start = group[0][0]
        body = b"".join(struct.pack(">BII", kind, time - start, len(content)) + content for time, _, kind, content in group)
        head = b"GBLK" + struct.pack(">IIIQ", self.segment, self.blocks, len(body) + (16 if self.key else 0), start)
        if self.key:
            body = self.cipher.encrypt(bytes(8) + struct.pack(">I", self.blocks), body, head)
        head += struct.pack(">I", zlib.crc32(body))
        self.blocks += 1
        return head + struct.pack(">I", zlib.crc32(head)) + body

    def write(self, segment_blocks=None):
        """segment_blocks: so many a segment; without, there is one."""
        for group in self.groups():
            if self.blocks == segment_blocks:
                self._begin(self.segment + 1, self.blocks)
            block = self._block(group)
            with open(self.path, "ab") as file:
                file.write(block)


def rtp(sequence, timestamp, ssrc, payload: bytes, marker=False, payload_type=96) -> bytes:
    return struct.pack(
        ">BBHII", 0x80, payload_type | (0x80 if marker else 0), sequence & 0xFFFF, timestamp & 0xFFFFFFFF, ssrc
    ) + payload


def encode(*arguments) -> bytes:
    """What ffmpeg writes to its output."""
    return subprocess.run(
        ["ffmpeg", "-nostdin", "-hide_banner", "-loglevel", "error", *map(str, arguments), "pipe:1"],
        check=True, stdout=subprocess.PIPE).stdout


def ivf_frames(ivf: bytes):
    """The frames of an IVF file, each with its number."""
    offset = struct.unpack_from("<H", ivf, 6)[0]
    while offset + 12 <= len(ivf):
        size, number = struct.unpack_from("<IQ", ivf, offset)
        yield number, ivf[offset + 12:offset + 12 + size]
        offset += 12 + size


def ogg_packets(ogg: bytes):
    """The packets of an Ogg file of one stream, without its two heads."""
    packets, part, file = [], b"", io.BytesIO(ogg)
    while header := file.read(27):
        lacing = file.read(header[26])
        for size in lacing:
            part += file.read(size)
            if size < 255:
                packets.append(part)
                part = b""
    return packets[2:]


def annex_b_units(stream: bytes):
    """The NAL units of an H.264 byte stream."""
    parts = stream.replace(b"\0\0\0\1", b"\0\0\1").split(b"\0\0\1")
    return [part for part in parts if part]


def vp8_payloads(frame: bytes, size=1_100):
    """RFC 7741: a frame as payloads."""
    return [
        (b"\x10" if offset == 0 else b"\x00") + frame[offset:offset + size] for offset in range(0, len(frame), size)
    ]


def h264_payloads(unit: bytes, size=1_100):
    """RFC 6184: a NAL unit as it is, or in fragments."""
    if len(unit) <= size:
        return [unit]
    head, body = unit[0], unit[1:]
    parts = [body[offset:offset + size] for offset in range(0, len(body), size)]
    return [
        bytes([head & 0xE0 | 28, head & 0x1F | (0x80 if index == 0 else 0) | (0x40 if index == len(parts) - 1 else 0)])
        + part for index, part in enumerate(parts)
    ]


def _leb128(value: int) -> bytes:
    out = b""
    while value >= 0x80:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def av1_units(temporal_unit: bytes):
    """The OBUs of a temporal unit, without their sizes, and without its delimiter (AV1 RTP §4.4)."""
    place = 0
    while place < len(temporal_unit):
        head = temporal_unit[place]
        length = 2 if head & 4 else 1
        size, shift, after = 0, 0, place + length
        while True:
            size |= (temporal_unit[after] & 0x7F) << shift
            shift += 7
            after += 1
            if not temporal_unit[after - 1] & 0x80:
                break
        if head >> 3 & 15 not in (2, 15):
            yield bytes([head & ~2]) + temporal_unit[place + 1:place + length] + temporal_unit[after:after + size]
        place = after + size


def av1_payloads(temporal_unit: bytes, size=1_100):
    """AV1 RTP §4.4: each element behind its length; what does not fit goes on in the next packet."""
    packets, elements, room = [], b"", size
    starts = any(unit[0] >> 3 & 15 == 1 for unit in av1_units(temporal_unit))
    goes_on = False
    for unit in av1_units(temporal_unit):
        while unit:
            part, unit = unit[:room - 3], unit[room - 3:]
            elements += _leb128(len(part)) + part
            room -= len(part) + 3
            if unit or room < 64:
                packets.append((goes_on, bool(unit), elements))
                elements, room, goes_on = b"", size, bool(unit)
    if elements:
        packets.append((goes_on, False, elements))
    return [
        bytes([z << 7 | y << 6 | (starts and index == 0) << 3]) + elements for index, (z, y, elements) in enumerate(packets)]


class Sender:
    """One participant of a recorded call, whose clock may run wrong."""

    def __init__(self, journal, number, owner, name, *, ppm=0.0, delay_us=40_000, begin=0.0, ntp=3_976_000_000.5):
        self.journal, self.number, self.owner, self.name = journal, number, owner, name
        # Its own clock gains `ppm` on the recorder's.
        self.gain = 1 + ppm / 1e6
        self.delay, self.begin, self.ntp = delay_us, begin, ntp

    def arrival(self, sent: float) -> int:
        """When something comes to the recorder that left at `sent`, seconds of the sender's clock since it began."""
        return int((self.begin + sent / self.gain) * 1e6) + self.delay

    def reports(self, track, rate, first, seconds, every=5.0):
        moment = 0.5
        while moment < seconds:
            self.journal.clock(self.arrival(moment), track, first + int(moment * rate), self.ntp + moment)
            moment += every

    def voice(self, packets, *, lose=(), first=4_294_900_000, sequence=65_500, ssrc=None, reports=True, track=None):
        track = track or self.number * 10
        ssrc = ssrc or track
        self.journal.began(self.arrival(0), track, "voice", "opus", 48_000, self.owner, self.name)
        for index, packet in enumerate(packets):
            if index not in lose:
                self.journal.packet(
                    self.arrival(index * 0.02 + 0.02), track, rtp(sequence + index, first + index * 960, ssrc, packet, payload_type=111))
        if reports:
            self.reports(track, 48_000, first, len(packets) * 0.02)
        return track

    def camera(self, frames, *, rate=25, lose=(), first=4_294_800_000, sequence=65_400, ssrc=None, codec="vp8",
               payloads=vp8_payloads, role="camera", track=None, reports=True):
        track = track or self.number * 10 + 1
        ssrc = ssrc or track
        self.journal.began(self.arrival(0), track, role, codec, 90_000, self.owner, self.name)
        for index, frame in enumerate(frames):
            units = frame if isinstance(frame, list) else [frame]
            parts = [part for unit in units for part in payloads(unit)]
            for place, part in enumerate(parts):
                if (index, place) not in lose and index not in lose:
                    self.journal.packet(
                        self.arrival(index / rate) + 5_000 + place * 300, track,
                        rtp(sequence, first + index * 90_000 // rate, ssrc, part, marker=place == len(parts) - 1))
                sequence += 1
        if reports:
            self.reports(track, 90_000, first, len(frames) / rate, every=1.0)
        return track

    def packetized(self, packets, *, codec, track, role="camera"):
        """A picture's RTP packets as somebody else's packetizer has made them: (timestamp, packet)."""
        self.journal.began(self.arrival(0), track, role, codec, 90_000, self.owner, self.name)
        first = packets[0][0]
        last, place = None, 0
        for timestamp, packet in packets:
            place = place + 1 if timestamp == last else 0
            last = timestamp
            sent = ((timestamp - first) & 0xFFFFFFFF) / 90_000
            self.journal.packet(self.arrival(sent) + 5_000 + place * 300, track, packet)
        self.reports(track, 90_000, first, ((last - first) & 0xFFFFFFFF) / 90_000)
        self.journal.ended(self.arrival(sent + 0.2), track)
        return track
