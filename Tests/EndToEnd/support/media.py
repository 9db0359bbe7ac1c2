"""Pictures and tones that tell who sent them."""

import pathlib
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
