"""A briefing of the demo province as its recording leaves it: people at their tables, a report whose pages are turned, a
chair who gives the floor."""

import pathlib
import subprocess
import tempfile

from support.composing import compose
from support.written_journal import Journal, Sender, encode, ivf_frames, ogg_packets

RATE = 10
SECONDS = 60
ITEMS = [(2, "Tình hình mưa lũ và công tác ứng phó"), (36, "Phân công ứng trực cuối tuần")]
# When which page is shown; None: none.
TURNS = [(4, 1), (14, 2), (24, 3), (34, None), (40, 2), (50, 4)]
FLOOR = (16, 34)
"""Ba Bể has it."""
NTP = 3_976_000_000.5

# Name; suit, tie, wall, curtain; how deep the voice is.
PEOPLE = {
    "p1": ("UBND tỉnh Bắc Kạn", "#26334a", "#8c1d1d", "#d9cfc0", "#8d1b1b", 110),
    "p2": ("Huyện Ba Bể", "#3a3f38", "#23506b", "#cfd8d2", "#2f6b57", 190),
    "p3": ("Huyện Na Rì", "#4a2f36", "#6b5a23", "#d6d2de", "#4d5a8c", 150),
}


def person(suit: str, tie: str, wall: str, curtain: str) -> tuple[str, str]:
    """A room, and who sits in it: two drawings (SVG) of 640×360."""
    folds = "".join(f'<rect x="{x}" width="22" height="360" fill="{curtain}" opacity="{0.75 + x % 3 * 0.1}"/>' for x in range(0, 150, 24))
    room = f"""<rect width="640" height="360" fill="{wall}"/>{folds}
      <rect x="430" y="36" width="150" height="96" fill="#f6f3ea" stroke="#b9ad97" stroke-width="5"/>
      <path d="M444 118 L486 70 L520 102 L540 84 L568 118 Z" fill="#9cb8a4"/><rect y="330" width="640" height="30" fill="#6f5137"/>"""
    body = f"""<path d="M170 330 C178 250 230 226 282 216 L358 216 C410 226 462 250 470 330 Z" fill="{suit}"/>
      <path d="M284 216 L320 282 L356 216 Z" fill="#f2f2f0"/><path d="M314 232 L326 232 L332 300 L320 318 L308 300 Z" fill="{tie}"/>
      <rect x="296" y="176" width="48" height="50" rx="20" fill="#cf9d79"/><ellipse cx="320" cy="136" rx="52" ry="66" fill="#dcae8a"/>
      <path d="M266 128 C262 60 300 48 324 50 C366 52 380 84 374 128 C368 100 352 90 320 90 C288 90 274 100 266 128 Z" fill="#241c18"/>
      <circle cx="301" cy="134" r="4.500" fill="#2b211c"/><circle cx="339" cy="134" r="4.500" fill="#2b211c"/>
      <path d="M302 168 Q320 178 338 168" stroke="#9c5a48" stroke-width="4" fill="none"/>
      <rect y="330" width="640" height="30" fill="#7d5c40"/><path d="M452 330 L446 262" stroke="#333" stroke-width="5"/><circle cx="445" cy="256" r="8" fill="#333"/>"""
    return room, body


def drawn(svg: str, folder: pathlib.Path, name: str) -> pathlib.Path:
    page, picture = folder / f"{name}.html", folder / f"{name}.png"
    page.write_text(f'<body style="margin:0"><svg xmlns="http://www.w3.org/2000/svg" width="640" height="360">{svg}</svg>', encoding="utf-8")
    subprocess.run(["/usr/bin/chromium", "--headless", "--no-sandbox", "--disable-gpu", "--default-background-color=00000000",
                    "--window-size=640,360", "--force-device-scale-factor=1", f"--user-data-dir={folder}/u", f"--screenshot={picture}",
                    f"file://{page}"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=120)
    return picture


def camera_frames(seconds: int, colours, phase: float) -> list[bytes]:
    """Coded pictures of somebody who moves a little."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        room, body = (drawn(svg, folder, part) for svg, part in zip(person(*colours), ("room", "body")))
        ivf = encode("-loop", "1", "-framerate", RATE, "-i", room, "-loop", "1", "-framerate", RATE, "-i", body, "-filter_complex",
                     f"[0][1]overlay=x='9*sin(0.7*t+{phase})+3*sin(2.9*t)':y='3*sin(1.3*t+{phase})'", "-t", seconds, "-pix_fmt", "yuv420p",
                     "-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-auto-alt-ref", "0", "-b:v", "400k", "-g", "100", "-f", "ivf")
        return [frame for _, frame in ivf_frames(ivf)]


def voice(seconds: int, pitch: int) -> list[bytes]:
    """Opus packets of something between a hum and a voice: syllables of changing pitch."""
    tone = f"(sin(2*PI*{pitch}*t)+0.6*sin(2*PI*{2 * pitch}*t)+0.3*sin(2*PI*{5 * pitch}*t))*0.12*abs(sin(PI*3.1*t))*gt(sin(0.9*t)+0.9\\,0)"
    return ogg_packets(encode("-f", "lavfi", "-i", f"aevalsrc={tone}:s=48000:d={seconds}", "-c:a", "libopus", "-b:a", "24k", "-f", "ogg"))


def write_briefing(folder: pathlib.Path, paper: int | str, images: dict[int, bytes]):
    """The journal, with the pages' images beside it. `images`: WebP, by page."""
    journal = Journal(folder)
    (folder / "pages").mkdir(exist_ok=True)
    for page, image in images.items():
        (folder / f"pages/paper-{page}-m.webp").write_bytes(image)
    for number, (owner, (name, *colours, _)) in enumerate(PEOPLE.items(), 1):
        Sender(journal, number, owner, name, ntp=NTP).camera(camera_frames(SECONDS, colours, number), rate=RATE)
    for number, (owner, begin, end) in enumerate([("p1", 0, FLOOR[0]), ("p2", *FLOOR), ("p1", FLOOR[1], SECONDS)], 4):
        name, *_, pitch = PEOPLE[owner]
        # One clock for each owner, whenever they begin to speak.
        Sender(journal, number, owner, name, begin=begin, ntp=NTP + begin).voice(voice(end - begin, pitch))
    journal.event(0, stage=["p1", "p2", "p3"], speaker="p1")
    for second, title in ITEMS:
        journal.event(second * 1_000_000, item={"id": second, "title": title})
    for second, page in TURNS:
        shown = {"paper": paper, "page": page, "image": f"pages/paper-{page}-m.webp"} if page else None
        journal.event(second * 1_000_000, page=shown)
    journal.event(FLOOR[0] * 1_000_000, floor={"owners": ["p2"], "name": "Huyện Ba Bể"}, speaker="p2")
    journal.event(FLOOR[1] * 1_000_000, floor=None, speaker="p1")
    journal.write()


def composed(folder: pathlib.Path) -> dict[str, bytes]:
    """The files of the film of a journal, by their names."""
    compose(folder, folder / "film")
    return {file.name: file.read_bytes() for file in (folder / "film").iterdir() if file.is_file()}
