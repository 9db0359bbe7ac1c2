"""The same briefing in a video room of Janus (Debian's package, default settings): the same sites publish, the same
Chromium watches from behind the same line, the same getStats judge. As a tool:

    .venv/bin/python Tests/EndToEnd/support/janus_briefing.py adsl-bad --seconds 60

Signalling is done here and handed to the page by the debugger's pipe: none of it is on the line, which is in Janus'
favour. Its default is to send each subscriber the highest layer; with --small-thumbnails the lowest is asked for where
a picture is shown small, as a careful application would."""

import argparse
import json
import os
import pathlib
import sys
import tempfile

if __name__ == "__main__":
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "Benchmarks"))

from peers.janus import Janus
from playwright.sync_api import sync_playwright

from support import media
from support.briefing import HEAD, PUBLISHER, WINDOW, table_row, wait_until_live, watch_and_judge
from support.browsers import Chromium, ChromiumPage
from support.sites import PITCHES, Sites, offer, plan, transport
from support.thinline import Line

ROOM = 1234
PATIENCE = 200  # ms: see peers/janus.py about a ClientHello that comes early
PAGE = """async ({ offer, streams, main }) => {
  const peer = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
  const slots = [], participants = [], boxes = new Map();
  for (const stream of streams) {
    if (!participants.some((one) => one.id === stream.who)) participants.push({ id: stream.who, name: stream.who });
    slots.push({ mid: stream.mid, participant: stream.who, role: stream.type === 'audio' ? 'microphone' : 'camera' });
  }
  window.giaoban = { peer, state: { participants, slots }, broken: false, rejoinCount: 0 };
  document.body.style.margin = '0';
  peer.ontrack = ({ transceiver, track }) => {
    const slot = slots.find((one) => one.mid === transceiver.mid);
    const element = document.createElement(track.kind);
    element.autoplay = true; element.srcObject = new MediaStream([track]);
    if (track.kind === 'video') {
      element.muted = true; element.style.width = '100%';
      const tile = document.createElement('article');
      tile.className = 'tile live'; tile.dataset.participant = slot.participant; tile.dataset.role = 'camera';
      tile.style.cssText = `float:left;width:${slot.participant === main ? 1060 : 200}px`;
      tile.append(element); document.body.append(tile);
    } else document.body.append(element);
    void element.play().catch(() => undefined);
  };
  await peer.setRemoteDescription({ type: 'offer', sdp: offer });
  await peer.setLocalDescription(await peer.createAnswer());
  return peer.localDescription.sdp;
}"""


class Room(Janus):
    """A Janus whose room is as the plugin makes it when nothing is said."""

    def __init__(self, folder: pathlib.Path, net: int):
        super().__init__(event_loops=0, folder=folder)
        self.net = net
        self.feeds_by_name: dict[str, int] = {}

    def _write_configuration(self, http_port):
        super()._write_configuration(http_port)
        file = self._folder / "janus.jcfg"
        # An address of the line, too, which is there only once a browser has been started behind it.
        file.write_text(file.read_text().replace('ice_enforce_list = "', f'ice_enforce_list = "10.99.{self.net}.,'))

    def open_room(self):
        self._ask_plugin(self._room_handle, {"request": "create", "room": ROOM, "publishers": 20})

    def publish_site(self, sites: Sites, name, voice=None, camera=None):
        opened = sites.ask(verb="open", count=1)
        session = opened["sessions"][0]
        streams, sections = plan(session["session"], voice, camera)
        event = self._ask_plugin_later(
            self._attach(), {"request": "joinandconfigure", "ptype": "publisher", "room": ROOM, "display": name},
            {"type": "offer", "sdp": offer(session, opened["fingerprint"], sections)})
        self.feeds_by_name[name] = event["plugindata"]["data"]["id"]
        sites.ask(verb="connect", session=session["session"], streams=streams, patience=PATIENCE,
                  **transport(event["jsep"]["sdp"]))
        sites.names[session["session"]] = name

    def watch(self, page, small_thumbnails: bool):
        """Lets a page subscribe to everybody over one peer connection."""
        names = {feed: name for name, feed in self.feeds_by_name.items()}
        self._wait_for_feeds(ROOM, set(names), 10)
        handle = self._attach()
        wanted = [{"feed": feed} for feed in names]
        event = self._ask_plugin_later(
            handle, {"request": "join", "ptype": "subscriber", "room": ROOM, "streams": wanted})
        streams = [{"mid": one["mid"], "type": one["type"], "who": names[one["feed_id"]]}
                   for one in event["plugindata"]["data"]["streams"]]
        answer = page.evaluate(PAGE, {"offer": event["jsep"]["sdp"], "streams": streams, "main": PUBLISHER})
        self._ask_plugin_later(handle, {"request": "start"}, {"type": "answer", "sdp": answer})
        if small_thumbnails:
            for one in streams:
                if one["type"] == "video" and one["who"] != PUBLISHER:
                    self._ask_plugin_later(handle, {"request": "configure", "mid": one["mid"], "substream": 0})


def measure(playwright, profile, seconds=60.0, settle=10.0, small_thumbnails=False, voices=3, others=8):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        line = Line(profile, folder)
        with Room(folder / "janus", line.net) as janus, Sites() as sites:
            janus.open_room()
            # Janus takes the first rid for the highest layer.
            janus.publish_site(sites, PUBLISHER, camera=dict(layers="fhq", hue=0, offset=0.0))
            for number in range(others):
                janus.publish_site(sites, f"Xã {number + 1}",
                                   camera=dict(layers="hq", hue=120 * (number % 2), offset=number / 8))
            for number in range(voices):
                janus.publish_site(sites, f"Giọng {number + 1}",
                                   voice=dict(file=media.voice_packets(PITCHES[number % 3]), level=25))
            sites.wait_until_secure()
            with line.browser(playwright, folder) as browser:
                page = open_empty(browser)
                janus.watch(page, small_thumbnails)
                wait_until_live(page)
                return watch_and_judge(page, line, sites, seconds, settle)


def open_empty(browser: Chromium) -> ChromiumPage:
    context = browser.browser.new_context(viewport={"width": WINDOW[0], "height": WINDOW[1]})
    page = ChromiumPage(context.new_page())
    page.page.goto("about:blank")
    return page


def main():
    parser = argparse.ArgumentParser(description="The briefing on thin lines through Janus.")
    parser.add_argument("profile", nargs="+")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--settle", type=float, default=10)
    parser.add_argument("--small-thumbnails", action="store_true")
    parser.add_argument("--json", type=pathlib.Path)
    parser.add_argument("--nice", type=int, default=0)
    options = parser.parse_args()
    os.nice(options.nice)
    print("| " + " | ".join(HEAD) + " |\n|" + "---|" * len(HEAD), flush=True)
    with sync_playwright() as playwright:
        for profile in options.profile:
            found = measure(playwright, profile, options.seconds, options.settle, options.small_thumbnails)
            print(table_row(profile, found), flush=True)
            if options.json:
                options.json.mkdir(parents=True, exist_ok=True)
                (options.json / f"{profile}.json").write_text(json.dumps(found, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
