"""Pictures and tones that tell who sent them."""

import hashlib
import os
import pathlib
import struct
import subprocess
import tempfile
import wave

import numpy as np

WIDTH, HEIGHT, RATE = 640, 360, 25


def to_yuv(colour: tuple[int, int, int]) -> tuple[int, int, int]:
    """RGB to BT.601 limited range."""
    red, green, blue = colour
    return (
        round(16 + (65.738 * red + 129.057 * green + 25.064 * blue) / 256),
        round(128 + (-37.945 * red - 74.494 * green + 112.439 * blue) / 256),
        round(128 + (112.439 * red - 94.154 * green - 18.285 * blue) / 256),
    )


def make_picture(path: pathlib.Path, colour: tuple[int, int, int], is_busy=False, seconds=2) -> pathlib.Path:
    """A solid colour; a white bar wanders through the lower quarter, which in a busy picture is noise: that costs bits
    as a moving scene does."""
    if path.exists():
        return path
    luma, u, v = to_yuv(colour)
    random = np.random.default_rng(1)
    with open(path, "wb") as out:
        out.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F{RATE}:1 Ip A1:1 C420jpeg\n".encode())
        for frame in range(seconds * RATE):
            plane = np.full((HEIGHT, WIDTH), luma, dtype=np.uint8)
            noise = random.integers(60, 180, (HEIGHT // 32 + 1, WIDTH // 8), dtype=np.uint8)
            if is_busy:
                plane[HEIGHT * 3 // 4 :] = np.kron(noise, np.ones((8, 8), dtype=np.uint8))[: HEIGHT // 4]
            left = frame * 12 % (WIDTH - 40)
            plane[HEIGHT * 3 // 4 :, left : left + 40] = 235
            out.write(b"FRAME\n" + plane.tobytes())
            out.write(np.full((HEIGHT // 2, WIDTH // 2), u, dtype=np.uint8).tobytes())
            out.write(np.full((HEIGHT // 2, WIDTH // 2), v, dtype=np.uint8).tobytes())
    return path


def make_tone(path: pathlib.Path, frequency: int, seconds=4) -> pathlib.Path:
    if path.exists():
        return path
    time = np.arange(seconds * 48_000) / 48_000
    samples = (np.sin(2 * np.pi * frequency * time) * 12_000).astype("<i2")
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(48_000)
        out.writeframes(samples.tobytes())
    return path


# What simulated sites send (support/sites.py): made once by ffmpeg and kept, since encoding takes a while.

CAMERA_RATE = 25
MARKS = (1900, 2300, 2700, 3100)
"""Hz of the marks in a voice: one of them each second, in turn, so that a delay of up to four seconds is told."""
MARK_SECONDS = 0.04
VOICE_SECONDS = 8
LAYERS = {"q": (320, 180, 120), "h": (640, 360, 350), "f": (1280, 720, 1200)}
"""Width, height and kbit/s of a camera's simulcast layers."""


def kept_media() -> pathlib.Path:
    """Where made media stay. The name tells which way of making them: another way, another folder."""
    way = hashlib.sha256(pathlib.Path(__file__).read_bytes()).hexdigest()[:12]
    folder = pathlib.Path(tempfile.gettempdir()) / f"giaoban-media-{way}"
    folder.mkdir(exist_ok=True)
    return folder


def _made(path: pathlib.Path, make) -> pathlib.Path:
    """Makes a file beside its place, so that nobody finds half of one."""
    if not path.exists():
        beside = path.with_name(f"{os.getpid()}-{path.name}")
        make(beside)
        beside.rename(path)
    return path


def _ffmpeg(*arguments):
    subprocess.run(["ffmpeg", "-hide_banner", "-loglevel", "error", "-y", *map(str, arguments)], check=True)


def _scene(width, height, seconds, hue) -> list:
    """A picture that moves all over and has a little noise, as a camera's has; never dark."""
    return ["-f", "lavfi", "-i",
            f"testsrc2=size={width}x{height}:rate={CAMERA_RATE},hue=h={hue},noise=alls=7:allf=t", "-t", seconds]


def camera_clip(seconds=4) -> pathlib.Path:
    """720p for Chromium's fake camera, which needs three layers' worth of lines."""
    return _made(kept_media() / f"camera{seconds}.y4m",
                 lambda path: _ffmpeg(*_scene(1280, 720, seconds, 0), "-pix_fmt", "yuv420p", path))


def camera_layer(rid: str, hue=0, seconds=8) -> pathlib.Path:
    """One simulcast layer as VP8, a keyframe every two seconds; the lowest with two temporal layers, of which every
    other frame, the odd ones, can be left out."""
    width, height, kbps = LAYERS[rid]

    def make(path):
        layers = ["-ts-parameters", f"ts_layering_mode=2:ts_target_bitrate={kbps * 6 // 10},{kbps}"]
        scene = _scene(width, height, seconds + 2, hue)
        _ffmpeg(*scene, "-pix_fmt", "yuv420p", "-c:v", "libvpx", "-deadline", "realtime",
                "-cpu-used", 6, "-b:v", f"{kbps}k", "-maxrate", f"{kbps}k", "-bufsize", f"{kbps}k", "-lag-in-frames", 0,
                "-auto-alt-ref", 0, "-error-resilient", 1, "-g", 2 * CAMERA_RATE, "-force_key_frames",
                f"expr:eq(mod(n,{2 * CAMERA_RATE}),0)", *(layers if rid == "q" else []), path)
        # The first keyframe is made before the encoder knows its rate: ten times as large as the others.
        data = path.read_bytes()
        start = 32
        for _ in range(2 * CAMERA_RATE):
            start += 12 + int.from_bytes(data[start : start + 4], "little")
        path.write_bytes(data[:32] + data[start:])

    return _made(kept_media() / f"{rid}{hue}-{seconds}.ivf", make)


def _speech(pitch: float) -> np.ndarray:
    """Something like speech that never pauses: harmonics of a wandering pitch under formants that change four times a
    second; and a mark, a short pure tone, at the beginning of each second."""
    rate, random = 48_000, np.random.default_rng(int(pitch))
    time = np.arange(VOICE_SECONDS * rate) / rate
    phase = 2 * np.pi * np.cumsum(pitch * (1 + 0.08 * np.sin(2 * np.pi * 0.5 * time))) / rate
    syllable = (time * 4).astype(int)
    formants = [random.uniform(low, high, VOICE_SECONDS * 4)[syllable]
                for low, high in ((300, 800), (900, 2200), (2300, 3000))]
    samples = np.zeros_like(time)
    for number in range(1, int(4000 / pitch)):
        frequency = number * pitch
        loudness = sum(np.exp(-(((frequency - formant) / 150) ** 2)) / rank for rank, formant in enumerate(formants, 1))
        samples += (loudness + 0.02) * np.sin(number * phase)
    samples *= 0.65 + 0.35 * np.sin(2 * np.pi * 4 * time)
    samples += 0.01 * random.standard_normal(len(time))
    samples *= 0.22 / np.sqrt(np.mean(samples**2))
    for second in range(VOICE_SECONDS):
        place = slice(second * rate, second * rate + int(MARK_SECONDS * rate))
        samples[place] = 0.5 * np.sin(2 * np.pi * MARKS[second % len(MARKS)] * time[place])
    return np.clip(samples, -1, 1)


def voice_clip(pitch: int) -> pathlib.Path:
    """A voice for Chromium's fake microphone."""

    def make(path):
        with wave.open(str(path), "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(48_000)
            out.writeframes((_speech(pitch) * 32_000).astype("<i2").tobytes())

    return _made(kept_media() / f"voice{pitch}.wav", make)


def voice_packets(pitch: int, kbps=32) -> pathlib.Path:
    """The same voice as Opus packets of 20 ms, one a frame of an IVF file. Without FEC, as browsers send it while
    their own line loses nothing."""

    def make(path):
        ogg = path.with_suffix(".ogg")
        _ffmpeg("-i", voice_clip(pitch), "-c:a", "libopus", "-b:a", f"{kbps}k", "-vbr", "constrained", "-application",
                "voip", "-frame_duration", 20, "-ac", 1, ogg)
        packets = list(_ogg_packets(ogg.read_bytes()))[2 : 2 + VOICE_SECONDS * 50]
        ogg.unlink()
        with open(path, "wb") as out:
            out.write(struct.pack("<4sHH4sHHIIII", b"DKIF", 0, 32, b"OPUS", 0, 0, 50, 1, len(packets), 0))
            for number, packet in enumerate(packets):
                out.write(struct.pack("<IQ", len(packet), number) + packet)

    return _made(kept_media() / f"voice{pitch}-{kbps}.ivf", make)


def _ogg_packets(data: bytes):
    """RFC 3533 §6: a page's table tells the lengths of its segments; one below 255 ends a packet."""
    offset, packet = 0, b""
    while offset + 27 <= len(data):
        table = data[offset + 27 : offset + 27 + data[offset + 26]]
        offset += 27 + len(table)
        for length in table:
            packet += data[offset : offset + length]
            offset += length
            if length < 255:
                yield packet
                packet = b""
