"""Real browsers at the real call page: Chromium by playwright, Firefox by WebDriver BiDi."""

import itertools
import json
import pathlib
import subprocess
import tempfile
from urllib.parse import urlencode

from playwright.sync_api import Error
from websockets.sync.client import connect  # closed in __exit__

from support.media import make_picture, make_tone
from support.server import free_port
from support.waiting import wait_for

MEASURE = (pathlib.Path(__file__).parent / "measure.js").read_text()
CHROMIUM_FLAGS = [
    "--no-sandbox", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required", "--auto-accept-this-tab-capture",
    "--disable-features=WebRtcHideLocalIpsWithMdns",
]
# A steady tone is noise to a noise suppressor: the microphone is taken as it is.
RAW_MICROPHONE = """
const get = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = (wanted) => get({...wanted, audio: wanted.audio && {
  ...(wanted.audio === true ? {} : wanted.audio),
  echoCancellation: false, noiseSuppression: false, autoGainControl: false}});
"""


def page_address(server, room, name, **options) -> str:
    return f"{server.url}/r/{room}?" + urlencode(
        {"name": name, "site": f"Điểm cầu {name}", "autojoin": 1, "mic": 1, "cam": 1, **options}
    )


PLAYING = """async () => {
  const {peer, state} = window.giaoban ?? {};
  if (!peer) return 0;
  const playing = new Set(state.slots.filter((s) => s.participant).map((s) => s.mid));
  let count = 0;
  for (const t of peer.getTransceivers()) {
    if (!playing.has(t.mid) || t.receiver.track.kind !== 'video') continue;
    for (const r of (await t.receiver.getStats()).values())
      if (r.type === 'inbound-rtp' && r.framesDecoded > 0) count++;
  }
  return count;
}"""
SITUATION = """() => {
  const {peer, state, phase, broken, rejoinCount} = window.giaoban ?? {};
  return JSON.stringify({phase, broken, rejoinCount, connection: peer?.connectionState, ice: peer?.iceConnectionState,
    participants: state?.participants, slots: state?.slots?.filter((s) => s.participant)});
}"""


class Page:
    """One participant in one browser."""

    # What the browser wrote into the page's console, where the driver hears of it.
    console: list[str] = []

    def evaluate(self, script, argument=None):
        raise NotImplementedError

    def participants(self) -> list[dict]:
        return self.evaluate("() => window.giaoban?.state?.participants ?? []")

    def wait_for_others(self, count, seconds=20):
        """Until so many others' pictures are being decoded here."""
        try:
            wait_for(f"{count} pictures", lambda: self.evaluate(PLAYING) >= count, seconds)
        except AssertionError as error:
            said = "".join(f"\n  {line}" for line in self.console[-20:])
            raise AssertionError(f"{error}; the page says {self.evaluate(SITUATION)}{said}") from None

    def begin_measuring(self, seconds):
        """Lets the browser measure by itself what arrives of everybody else."""
        self.evaluate(f"(seconds) => {{ window.measuring = ({MEASURE})(seconds); }}", seconds)

    def measured(self) -> dict[str, dict]:
        """What it found, by name."""
        found = self.evaluate("() => window.measuring")
        return {entry["name"]: entry for entry in found.values()}

    def measure(self, seconds) -> dict[str, dict]:
        self.begin_measuring(seconds)
        return self.measured()


def visit(page, address, **options):
    """Opens an address in a page of Chromium."""
    try:
        page.goto(address, **options)
    except Error as error:
        # Interfaces of other tests come and go.
        if "ERR_NETWORK_CHANGED" not in str(error):
            raise
        page.goto(address, **options)


# What a signed-in page always asks, and the server answers when there is something: it is no page's loading.
STANDING = ("/api/alerts",)


def follow_requests(page):
    """Keeps in `page.asking` what a page has asked for and not got; see `settled`."""
    page.asking = set()
    page.on("request", lambda request: None if any(path in request.url for path in STANDING) else page.asking.add(request))
    for end in ("requestfinished", "requestfailed"):
        page.on(end, lambda request: page.asking.discard(request))


def settled(page, seconds=30):
    """Until all that a page asked for has come, and it has been drawn with it."""
    drawn = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))"
    page.wait_for_load_state("load")
    quiet = 0

    def is_quiet():
        nonlocal quiet
        # What came may have the page ask for more: it is quiet when it is so for some frames.
        quiet = quiet + 1 if page.evaluate(drawn) and not page.asking else 0
        return quiet >= 5

    wait_for("the page's answers", is_quiet, seconds, 0.02)


class ChromiumPage(Page):
    def __init__(self, page):
        self.page = page
        self.console = []
        page.on("console", lambda message: self.console.append(message.text))
        page.on("pageerror", lambda error: self.console.append(f"error: {error}"))

    def evaluate(self, script, argument=None):
        return self.page.evaluate(script, argument)


class Chromium:
    """A Chromium of its own, with its own picture and tone."""

    def __init__(
        self, playwright, clips, colour=None, frequency=None, flags=(), executable="/usr/bin/chromium", is_busy=False
    ):
        arguments = CHROMIUM_FLAGS + list(flags)
        if colour:
            clip = make_picture(clips / ("%02x%02x%02x%d.y4m" % (*colour, is_busy)), colour, is_busy)
            arguments.append(f"--use-file-for-fake-video-capture={clip}")
        if frequency:
            arguments.append(f"--use-file-for-fake-audio-capture={make_tone(clips / f'{frequency}.wav', frequency)}")
        self.browser = playwright.chromium.launch(executable_path=executable, args=arguments)

    def open(self, server, room, name, size=(800, 600), **options) -> ChromiumPage:
        context = self.browser.new_context(
            ignore_https_errors=True, viewport={"width": size[0], "height": size[1]}, locale="vi-VN"
        )
        context.add_init_script(RAW_MICROPHONE)
        page = ChromiumPage(context.new_page())
        address = page_address(server, room, name, **options)
        visit(page.page, address)
        return page

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.browser.close()


FIREFOX_PREFERENCES = {
    "media.navigator.streams.fake": True,
    "media.navigator.permission.disabled": True,
    "media.autoplay.default": 0,
    "media.autoplay.block-webaudio": False,
    "media.autoplay.blocking_policy": 0,
    "media.peerconnection.ice.obfuscate_host_addresses": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "app.update.enabled": False,
    "network.captive-portal-service.enabled": False,
}
# Firefox takes no picture from a file: its camera is a canvas, its microphone the fake one at a known frequency.
FIREFOX_DEVICES = """() => {
  const get = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (wanted) => {
    const tracks = [];
    if (wanted.video) {
      const canvas = document.createElement('canvas');
      canvas.width = 320; canvas.height = 180;
      const pen = canvas.getContext('2d');
      let step = 0;
      setInterval(() => {
        pen.fillStyle = 'COLOUR'; pen.fillRect(0, 0, 320, 180);
        pen.fillStyle = 'white'; pen.fillRect((step++ * 12) % 300, 135, 20, 45);
      }, 40);
      tracks.push(...canvas.captureStream().getVideoTracks());
    }
    if (wanted.audio) {
      const raw = {echoCancellation: false, noiseSuppression: false, autoGainControl: false};
      tracks.push(...(await get({audio: raw})).getAudioTracks());
    }
    return new MediaStream(tracks);
  };
}"""


class Firefox(Page):
    """One Firefox with one page, driven by WebDriver BiDi."""

    def __init__(self, colour, frequency, executable="/usr/bin/firefox-esr"):
        self.profile = tempfile.TemporaryDirectory()
        preferences = {**FIREFOX_PREFERENCES, "media.navigator.audio.fake_frequency": frequency}
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in preferences.items()]
        pathlib.Path(self.profile.name, "user.js").write_text("\n".join(lines))
        port = free_port()
        self.process = subprocess.Popen(
            [executable, "--headless", "--no-remote", "--profile", self.profile.name,
             f"--remote-debugging-port={port}", "--window-size=1366,768"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        self.socket = wait_for("Firefox", lambda: self._connect(port), 40, 0.3)
        self.numbers = itertools.count(1)
        self._send("session.new", capabilities={"alwaysMatch": {"acceptInsecureCerts": True}})
        tree = self._send("browsingContext.getTree")
        self.context = tree["contexts"][0]["context"]
        devices = FIREFOX_DEVICES.replace("COLOUR", "rgb(%d,%d,%d)" % colour)
        self._send("script.addPreloadScript", functionDeclaration=devices)

    @staticmethod
    def _connect(port):
        try:
            return connect(f"ws://127.0.0.1:{port}/session", max_size=None, open_timeout=5)
        except OSError:
            return None

    def _send(self, method, **parameters):
        number = next(self.numbers)
        self.socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            answer = json.loads(self.socket.recv(timeout=120))
            if answer.get("id") != number:
                continue
            if answer["type"] == "error":
                raise AssertionError(f"{method}: {answer['error']}: {answer['message']}")
            return answer["result"]

    def open(self, server, room, name, **options):
        self._send("browsingContext.navigate", context=self.context, wait="complete",
                   url=page_address(server, room, name, **options))
        return self

    def evaluate(self, script, argument=None):
        call = f"(async () => JSON.stringify(await ({script})({json.dumps(argument)})) ?? 'null')()"
        result = self._send("script.evaluate", expression=call, awaitPromise=True, target={"context": self.context})
        if result["type"] == "exception":
            raise AssertionError(result["exceptionDetails"]["text"])
        return json.loads(result["result"]["value"])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()
        self.process.kill()
        self.process.wait()
        self.profile.cleanup()
