"""Media that tells its own time, and what a film shows of it."""

import json
import pathlib
import socket
import subprocess
import threading

import numpy

from support.written_journal import annex_b_units, encode, ivf_frames, ogg_packets

BITS = 16
TONE = 1_000


def numbered_pictures(count, size=(640, 360), rate=25, first=0):
    """Raw pictures (grey), each with its number in sixteen squares."""
    width, height = size
    square = width // 20
    for number in range(first, first + count):
        picture = numpy.full((height, width), 90, numpy.uint8)
        # Something that moves, so that encoders have work.
        x = number * 3 % (width - 60)
        picture[height // 2:height // 2 + 60, x:x + 60] = 150
        for bit in range(BITS):
            left = (bit + 2) * square
            picture[square:3 * square, left:left + square] = 235 if number >> bit & 1 else 16
        yield picture.tobytes()


def coded_pictures(count, codec="libvpx", size=(640, 360), rate=25, first=25, keyframes=250):
    """Coded pictures of numbers from `first` on; 0 would be what an empty film shows."""
    raw = b"".join(numbered_pictures(count, size, rate, first))
    options = {
        "libaom-av1": [*REAL_TIME["av1"], "-f", "ivf"],
        "libvpx": ["-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-auto-alt-ref", "0", "-f", "ivf"],
        "libx264": ["-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-x264-params",
                    "slices=1:repeat-headers=1:aud=1", "-f", "h264"],
    }[codec]
    done = subprocess.run(
        ["ffmpeg", "-hide_banner", "-loglevel", "error", "-f", "rawvideo", "-pix_fmt", "gray", "-s",
         f"{size[0]}x{size[1]}", "-r", str(rate), "-i", "pipe:0", "-pix_fmt", "yuv420p", "-b:v", "500k", "-g",
         str(keyframes), *options, "pipe:1"], input=raw, stdout=subprocess.PIPE, check=True).stdout
    if codec != "libx264":
        return [frame for _, frame in ivf_frames(done)]
    frames = []
    for unit in annex_b_units(done):
        if unit[0] & 31 == 9:
            frames.append([])
        else:
            frames[-1].append(unit)
    return frames


REAL_TIME = {
    "vp8": ["-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-auto-alt-ref", "0", "-lag-in-frames", "0"],
    "vp9": ["-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-auto-alt-ref", "0", "-lag-in-frames", "0"],
    "h264": ["-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-profile:v", "baseline"],
    "av1": ["-c:v", "libaom-av1", "-usage", "realtime", "-cpu-used", "8", "-lag-in-frames", "0"],
}


def raw_arguments(size, rate):
    return ["-f", "rawvideo", "-pix_fmt", "gray", "-s", f"{size[0]}x{size[1]}", "-r", str(rate), "-i", "pipe:0", "-pix_fmt", "yuv420p"]


def packetized_pictures(codec, count, size=(640, 360), rate=25, first=25, keyframes=50):
    """RTP packets of ffmpeg's own packetizer: (timestamp, packet), in order."""
    raw = b"".join(numbered_pictures(count, size, rate, first))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 32 << 20)
        receiver.bind(("127.0.0.1", 0))
        receiver.settimeout(0.5)
        # Twenty times as fast as it is shown: what comes is taken as it comes.
        running = subprocess.Popen(
            ["ffmpeg", "-hide_banner", "-loglevel", "error", "-strict", "experimental", *raw_arguments(size, rate), "-b:v", "500k", "-g",
             str(keyframes), *REAL_TIME[codec], "-strict", "experimental", "-f", "rtp",
             f"rtp://127.0.0.1:{receiver.getsockname()[1]}?pkt_size=1200"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        feeding = threading.Thread(target=lambda: (running.stdin.write(raw), running.stdin.close()))
        feeding.start()
        packets = []
        while True:
            try:
                packet = receiver.recv(2_000)
            except TimeoutError:
                if running.poll() is not None:
                    break
                continue
            packets.append((int.from_bytes(packet[4:8], "big"), packet))
        feeding.join()
        assert running.returncode == 0
    numbers = [int.from_bytes(packet[2:4], "big") for _, packet in packets]
    assert all((b - a) & 0xFFFF == 1 for a, b in zip(numbers, numbers[1:])), "none was lost on its way here"
    return packets


def beeps(seconds, tone=TONE):
    """Opus packets of 20 ms: a tone of a tenth of a second at the begin of each second. Begins where it says: without
    the samples that the decoder gives first."""
    return ogg_packets(encode(
        "-f", "lavfi", "-i", f"aevalsrc=0.5*sin({tone}*2*PI*t)*lt(mod(t\\,1)\\,0.1):s=48000:d={seconds}", "-c:a", "libopus",
        "-b:a", "32k", "-application", "lowdelay", "-f", "ogg"))


def probe(film: pathlib.Path) -> dict:
    return json.loads(subprocess.run(
        ["ffprobe", "-v", "error", "-show_streams", "-show_format", "-show_chapters", "-of", "json", str(film)],
        check=True, stdout=subprocess.PIPE).stdout)


def decoding_errors(film: pathlib.Path) -> str:
    """What ffmpeg complains of when it decodes all of it."""
    return subprocess.run(
        ["ffmpeg", "-nostdin", "-v", "warning", "-xerror", "-i", str(film), "-f", "null", "-"],
        stderr=subprocess.PIPE, text=True).stderr


def shown_numbers(film: pathlib.Path, place, size=(640, 360), rate=25) -> list[tuple[float, int | None]]:
    """For each picture of the film its time and the number that stands in it.

    place: x, y, width, height of where the numbered picture is drawn.
    """
    x, y, width, height = place
    raw = encode("-i", film, "-vf", f"crop={width}:{height}:{x}:{y},scale={size[0]}:{size[1]}", "-f", "rawvideo", "-pix_fmt", "gray")
    pictures = numpy.frombuffer(raw, numpy.uint8).reshape(-1, size[1], size[0])
    square = size[0] // 20
    found = []
    for index, picture in enumerate(pictures):
        number = 0
        clear = True
        for bit in range(BITS):
            left = (bit + 2) * square
            level = picture[square + 4:3 * square - 4, left + 4:left + square - 4].mean()
            clear = clear and (level < 70 or level > 170)
            number |= (level > 120) << bit
        found.append((index / rate, number if clear and number else None))
    return found


def sound_onsets(film: pathlib.Path, tone=TONE) -> list[float]:
    """The times at which tones begin, seconds."""
    raw = encode("-i", film, "-vn", "-f", "f32le", "-ac", "1", "-ar", "48000")
    samples = numpy.frombuffer(raw, numpy.float32)
    # Power around the tone in windows of 2 ms, whole periods of it.
    window = 96
    count = len(samples) // window
    parts = samples[:count * window].reshape(count, window)
    wave = numpy.exp(-2j * numpy.pi * tone * numpy.arange(window) / 48_000)
    level = numpy.abs(parts @ wave) / window * 2
    loud = level > 0.15
    onsets = []
    for index in numpy.flatnonzero(loud[1:] & ~loud[:-1]) + 1:
        time = index * window / 48_000
        if not onsets or time - onsets[-1] > 0.5:
            onsets.append(time)
    return onsets
