"""A film whose pictures say which they are, put among a meeting's papers; and what pages see and hear of it."""

import pathlib
import subprocess

from support.api import SECRETARY, Caller

BITS = 10
RATE = 25
FREQUENCY = 523


def make_film(file: pathlib.Path, seconds: int) -> pathlib.Path:
    """An MP4 of 640x360: the upper half has the picture's number in black and white, the highest bit left, the lower half
    moves; with a steady tone."""
    width, height = 320, 180
    command = ["ffmpeg", "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "gray", "-s", f"{width}x{height}", "-r", str(RATE),
               "-i", "-", "-f", "lavfi", "-i", f"sine=frequency={FREQUENCY}:sample_rate=44100:duration={seconds}",
               "-vf", "scale=640:360:flags=neighbor,format=yuv420p", "-c:v", "libx264", "-preset", "ultrafast", "-crf", "18",
               "-c:a", "aac", "-shortest", str(file)]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as encoder:
        for number in range(seconds * RATE):
            bits = b"".join((b"\xeb" if number >> (BITS - 1 - bit) & 1 else b"\x10") * (width // BITS) for bit in range(BITS))
            moving = bytes((column * 2 + number * 5) & 0xFF for column in range(width))
            encoder.stdin.write(bits * (height // 2) + moving * (height // 2))
        encoder.stdin.close()
    assert encoder.returncode == 0, "ffmpeg made no film"
    return file


def add_film(port: int, occurrence: int, film: pathlib.Path, title: str) -> int:
    """Uploads a film to a meeting, as its secretary. Returns the paper's number."""
    answer = Caller(port).sign_in(SECRETARY).upload(occurrence, film.read_bytes(), film.name, title=title, kind="video/mp4")
    assert answer.status == 201, answer.text
    return answer.body["id"]


# Watches the film's tile in a page: each new picture's number and when it was shown.
WATCH = """(bits) => {
  window.shown = [];
  const canvas = Object.assign(document.createElement('canvas'), {width: bits * 4, height: 8});
  const pen = canvas.getContext('2d', {willReadFrequently: true});
  let video = null;
  const read = (now, {width, height}) => {
    pen.drawImage(video, 0, 0, canvas.width, canvas.height);
    let number = 0;
    for (let bit = 0; bit < bits; bit++) number = number * 2 + (pen.getImageData(bit * 4 + 2, 2, 1, 1).data[0] > 128 ? 1 : 0);
    window.shown.push({at: performance.timeOrigin + now, number, width, height});
    video.requestVideoFrameCallback(read);
  };
  setInterval(() => {
    const found = document.querySelector('.tile.screen video');
    if (!found || found === video) return;
    video = found;
    video.requestVideoFrameCallback(read);
  }, 100);
}"""
# ms of the film's beginning on the clock of all, as this page shows it: median over the pictures since some time.
BEGAN = """(since) => {
  const began = window.shown.filter(({at}) => at > since).map(({at, number}) => at - number * 40).sort((a, b) => a - b);
  return {pictures: began.length, began: began[began.length >> 1] ?? null};
}"""
NOW = "() => performance.timeOrigin + performance.now()"
# Loudness and the strongest frequency of what the page hears of the film.
HEARD = """async () => {
  const {peer, state} = window.giaoban;
  const slot = state.slots.find(({role, participant}) => role === 'screen-audio' && participant);
  const one = slot && peer.getTransceivers().find(({mid}) => mid === slot.mid);
  if (!one) return null;
  const context = window.filmSound ??= new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 8192;
  const source = context.createMediaStreamSource(new MediaStream([one.receiver.track]));
  source.connect(analyser);
  // Until all that it looks at has been heard: the oldest of it is no silence.
  const wave = new Float32Array(analyser.fftSize);
  for (let looks = 0; looks < 600 && !wave[0]; looks += 1) {
    await new Promise(requestAnimationFrame);
    analyser.getFloatTimeDomainData(wave);
  }
  const bins = new Float32Array(analyser.frequencyBinCount);
  analyser.getFloatFrequencyData(bins);
  source.disconnect();
  const top = bins.indexOf(Math.max(...bins));
  return {level: bins[top], frequency: top * context.sampleRate / analyser.fftSize};
}"""
CONCEALED = """async () => {
  const {peer, state} = window.giaoban;
  const mids = new Map(state.slots.filter(({participant}) => participant).map(({mid, role}) => [mid, role]));
  const found = {};
  for (const one of peer.getTransceivers()) {
    const role = mids.get(one.mid);
    if (!role) continue;
    for (const report of (await one.receiver.getStats()).values()) {
      if (report.type !== 'inbound-rtp') continue;
      found[role] = {concealed: report.concealedSamples ?? 0, silent: report.silentConcealedSamples ?? 0,
        samples: report.totalSamplesReceived ?? 0, frames: report.framesDecoded ?? 0, height: report.frameHeight ?? 0,
        freezes: report.freezeCount ?? 0, packets: report.packetsReceived, lost: report.packetsLost};
    }
  }
  return found;
}"""
