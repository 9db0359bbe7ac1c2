"""What the page does with the words for thin lines, said to it in the server's place."""

import pytest

from support.browsers import Chromium, visit
from support.waiting import wait_for

# The page's socket, to speak as the server and to read what the page says. What has once been said in the server's place
# the server says no more itself: a word of its own may be on its way at any time.
SOCKET = """
const Socket = window.WebSocket;
window.said = [];
window.unheard = new Set();
window.WebSocket = class extends Socket {
  constructor(...where) { super(...where); window.socket = this; }
  send(data) { window.said.push(typeof data === 'string' ? JSON.parse(data) : data); super.send(data); }
  set onmessage(hear) {
    this.hear = hear;
    super.onmessage = hear && ((event) => {
      if (typeof event.data !== 'string' || !window.unheard.has(JSON.parse(event.data).type)) hear(event);
    });
  }
};
window.say = (message) => {
  window.unheard.add(message.type);
  window.socket.hear({data: message instanceof ArrayBuffer ? message : JSON.stringify(message)});
};
"""
LAYERS = """() => giaoban.peer.getSenders().find((s) => s.track?.kind === 'video').getParameters().encodings.map((e) => e.active)"""
IMAGES = """(kind) => said.filter((m) => m instanceof ArrayBuffer && new Uint8Array(m)[0] === kind)
  .map((m) => ({size: new Uint8Array(m)[1], version: new DataView(m).getUint32(12), bytes: m.byteLength - 24}))"""
PLAYED = "() => document.querySelector('.tile.camera:not(.mirrored) video').currentTime"
OTHER = """() => {
  const tile = document.querySelector('.tile.camera:not(.mirrored)');
  const still = tile.querySelector('.standing');
  return {live: tile.classList.contains('live'), still: still.hidden ? null : still.firstElementChild.tagName,
    chip: tile.querySelector('.picture-chip').hidden ? '' : tile.querySelector('.picture-chip').dataset.what};
}"""


@pytest.fixture
def two(server, playwright, clips):
    with Chromium(playwright, clips, (200, 40, 40), 440) as one, Chromium(playwright, clips, (40, 160, 60), 660) as other:
        pages = []
        for browser, name in ((one, "Ba Bể"), (other, "Chợ Đồn")):
            page = browser.open(server, "demo", name)
            page.page.context.add_init_script(SOCKET)
            visit(page.page, page.page.url)
            pages.append(page)
        for page in pages:
            page.wait_for_others(1)
        yield pages


def test_a_layer_that_nobody_watches_is_not_sent(two):
    page, _ = two
    # The server has said by itself what is watched.
    page.evaluate("() => say({type: 'layers', role: 'camera', wanted: [true, true, true]})")
    wait_for("all layers", lambda: all(page.evaluate(LAYERS)), 1)
    page.evaluate("() => say({type: 'layers', role: 'camera', wanted: [true, false, false]})")
    wait_for("only the lowest layer", lambda: page.evaluate(LAYERS)[0] and not any(page.evaluate(LAYERS)[1:]), 1)
    page.evaluate("() => say({type: 'layers', role: 'camera', wanted: [true, true, true]})")
    wait_for("all layers", lambda: all(page.evaluate(LAYERS)), 1)


def test_a_picture_whose_slot_goes_stays_until_a_still_replaces_it(two):
    sender, viewer = two
    sender.evaluate("() => say({type: 'stills', seconds: 1})")
    stills = wait_for("two stills", lambda: [*sender.evaluate(IMAGES, 1)] if len(sender.evaluate(IMAGES, 1)) > 1 else None)
    assert all(still["bytes"] <= 6000 and still["size"] == 0 for still in stills)
    assert stills[0]["version"] < stills[1]["version"]
    wait_for("pictures of which the page keeps one", lambda: viewer.evaluate(PLAYED) >= 2.5, 5)
    viewer.evaluate("""() => {
      const slot = giaoban.state.slots.find((s) => s.participant && s.role === 'camera');
      window.slot = slot;
      say({type: 'slots', slots: [{mid: slot.mid, participant: null, role: 'camera'}]});
    }""")
    wait_for("the last picture", lambda: viewer.evaluate(OTHER) == {"live": False, "still": "CANVAS", "chip": "frame"}, 3)
    still = sender.evaluate("() => [...new Uint8Array(said.filter((m) => m instanceof ArrayBuffer).at(-1))]")
    # In two pieces, as the server sends it.
    viewer.evaluate("""(still) => {
      const half = 24 + ((still.length - 24) >> 1);
      for (const [from, to] of [[24, half], [half, still.length]]) {
        const piece = new Uint8Array([...still.slice(0, 24), ...still.slice(from, to)]);
        const view = new DataView(piece.buffer);
        view.setBigUint64(4, BigInt('0x' + slot.participant));
        view.setUint32(20, from - 24);
        say(piece.buffer);
      }
    }""", still)
    wait_for("the still", lambda: viewer.evaluate(OTHER) == {"live": False, "still": "IMG", "chip": "still"}, 3)
    viewer.evaluate("() => say({type: 'slots', slots: [{...slot, picture: 'full'}]})")
    wait_for("the moving picture", lambda: viewer.evaluate(OTHER) == {"live": True, "still": None, "chip": ""}, 5)


def test_a_shared_screen_is_uploaded_in_the_sizes_asked_for(two):
    page, _ = two
    page.evaluate("() => window.giaoban.shareScreen()")
    page.evaluate("() => say({type: 'images', sizes: [0, 1]})")
    sizes = wait_for("both sizes", lambda: len({i["size"] for i in page.evaluate(IMAGES, 2)}) == 2 and page.evaluate(IMAGES, 2))
    assert all(image["bytes"] <= (4000, 40_000)[image["size"]] for image in sizes)
    assert page.evaluate("() => said.find((m) => m.type === 'page').number") == sizes[0]["version"]


def test_what_is_given_up_is_said_in_words_and_the_choice_goes_to_the_server(two):
    page, _ = two
    page.evaluate("() => say({type: 'line', down: 92, level: 'held', loss: 0.02, rtt: 210, score: 1})")
    page.page.keyboard.press("l")
    page.page.wait_for_selector("#line-panel:visible")
    assert "92 kbit/s" in page.page.inner_text("#line-verdict")
    page.page.click("label[for=line-switches-audio]")
    wait_for("the choice", lambda: page.evaluate("() => said.some((m) => m.type === 'receive' && m.mode === 'audio')"), 2)
    wait_for("nothing to be wished", lambda: page.evaluate("() => said.filter((m) => m.type === 'view').at(-1)?.wish.length === 0"), 2)
