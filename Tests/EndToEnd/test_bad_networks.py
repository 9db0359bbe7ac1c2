"""Firewalls, loss, cuts: real browsers behind real bad lines."""

import shutil
import time

import pytest

from support.browsers import Chromium
from support.netns import Namespace
from support.server import Server
from support.waiting import wait_for

RED, GREEN = (200, 40, 40), (40, 160, 60)
DECODED = """async () => {
  const {peer, state} = window.giaoban;
  const playing = new Set(state.slots.filter((s) => s.participant).map((s) => s.mid));
  let frames = 0, retransmitted = 0, lost = 0, received = 0, freezes = [0, 0], pair = null, restarts = window.giaoban.rejoinCount;
  for (const report of (await peer.getStats()).values()) {
    if (report.type === 'inbound-rtp' && report.kind === 'video' && playing.has(report.mid)) {
      frames += report.framesDecoded; lost += report.packetsLost; received += report.packetsReceived;
      retransmitted += report.retransmittedPacketsReceived ?? 0;
      freezes = [report.freezeCount, report.totalFreezesDuration];
    }
    if (report.type === 'candidate-pair' && report.nominated && report.state === 'succeeded') pair = report.localCandidateId;
  }
  const local = (await peer.getStats()).get(pair);
  return {frames, retransmitted, lost, received, freezes, restarts, protocol: local?.protocol, type: local?.candidateType};
}"""


@pytest.fixture
def line():
    if not shutil.which("nft"):
        pytest.skip("nft is missing: ops/test installs nftables")
    with Namespace() as namespace:
        yield namespace


@pytest.fixture
def far(tmp_path, line):
    """A server that the namespace reaches."""
    with Server(tmp_path / "data", announce=[line.outside]) as server:
        server.page_host = line.outside
        yield server


def pair(playwright, clips, tmp_path, line, is_busy=False):
    """One page behind the line and one on this side."""
    behind = Chromium(playwright, clips, RED, 440, executable=line.program("/usr/bin/chromium", tmp_path), is_busy=is_busy)
    beside = Chromium(playwright, clips, GREEN, 660, is_busy=is_busy)
    return behind, beside


def test_a_call_goes_through_tcp_where_udp_is_dropped(playwright, clips, tmp_path, far, line):
    line.drop_udp()
    behind, beside = pair(playwright, clips, tmp_path, line)
    with behind, beside:
        thin = behind.open(far, "demo", "Sau tường lửa")
        wide = beside.open(far, "demo", "Ngoài")
        thin.wait_for_others(1)
        wide.wait_for_others(1)
        assert thin.evaluate(DECODED)["protocol"] == "tcp"
        found = thin.measure(10)["Ngoài"]
        assert found["video"]["rate"] >= 20
        assert abs(found["audio"]["frequency"] - 660) < 12
        assert wide.measure(5)["Sau tường lửa"]["video"]["rate"] >= 20


def test_five_per_cent_loss_both_ways_is_repaired(playwright, clips, tmp_path, far, line):
    behind, beside = pair(playwright, clips, tmp_path, line, is_busy=True)
    with behind, beside:
        # Windows so large that the larger layer is shown, of several packets a picture.
        lossy = behind.open(far, "demo", "Đường xấu", size=(1366, 768))
        clean = beside.open(far, "demo", "Đường tốt", size=(1366, 768))
        lossy.wait_for_others(1)
        clean.wait_for_others(1)
        time.sleep(3)  # both estimates grow on a good line first
        before = far.metrics()
        seen = {page: page.evaluate(DECODED) for page in (lossy, clean)}
        line.lose(50)
        time.sleep(60)
        line.clear()
        time.sleep(2)  # what is still being asked for
        after = far.metrics()
        result = {page: page.evaluate(DECODED) for page in (lossy, clean)}
        # Up: what the relay missed of the lossy publisher, and got by asking again.
        lost = after["packets_lost_total"] - before["packets_lost_total"]
        recovered = after["packets_recovered_total"] - before["packets_recovered_total"]
        assert lost > 50
        assert recovered >= 0.99 * lost, f"{recovered} of {lost} repaired"
        for page, name in ((lossy, "down"), (clean, "up")):
            frames = result[page]["frames"] - seen[page]["frames"]
            assert frames >= 60 * 15, f"{name}: {frames} frames in 60 s"
            count = result[page]["freezes"][0] - seen[page]["freezes"][0]
            seconds = result[page]["freezes"][1] - seen[page]["freezes"][1]
            assert count == 0 or seconds / count < 1, f"{name}: {count} freezes of {seconds} s in all"
        # Down: packetsLost counts what was never repaired by the time it mattered.
        down = result[lossy]
        assert down["retransmitted"] > 50
        unrepaired = down["lost"] - seen[lossy]["lost"] - (down["retransmitted"] - seen[lossy]["retransmitted"])
        total = down["retransmitted"] - seen[lossy]["retransmitted"] + max(unrepaired, 0)
        assert total > 100
        assert unrepaired <= 0.01 * total, f"{unrepaired} of {total} never came"


def test_media_is_back_within_three_seconds_of_a_ten_second_cut(playwright, clips, tmp_path, far, line):
    behind, beside = pair(playwright, clips, tmp_path, line)
    with behind, beside:
        cut = behind.open(far, "demo", "Bị cắt")
        other = beside.open(far, "demo", "Còn lại")
        cut.wait_for_others(1)
        other.wait_for_others(1)
        cut.page.evaluate("() => { window.witness = 1; }")
        line.cut()
        time.sleep(10)
        before = cut.evaluate(DECODED)["frames"], other.evaluate(DECODED)["frames"]
        line.clear()
        began = time.monotonic()
        wait_for("pictures here", lambda: cut.evaluate(DECODED)["frames"] > before[0] + 5, 3, 0.05)
        wait_for("pictures there", lambda: other.evaluate(DECODED)["frames"] > before[1] + 5, 3, 0.05)
        assert time.monotonic() - began < 3
        assert cut.page.evaluate("() => window.witness") == 1, "without a reload"


def test_every_client_is_back_within_ten_seconds_of_a_killed_server(server, playwright, clips):
    with Chromium(playwright, clips, RED, 440) as one, Chromium(playwright, clips, GREEN, 660) as two:
        pages = [one.open(server, "demo", "Một"), two.open(server, "demo", "Hai")]
        for page in pages:
            page.wait_for_others(1)
            page.page.evaluate("() => { window.witness = 1; }")
        server.kill()
        began = time.monotonic()
        server.start()
        for page in pages:
            wait_for(
                "a rejoin with pictures",
                lambda: page.evaluate("() => window.giaoban.rejoinCount") > 0 and page.evaluate(DECODED)["frames"] > 5,
                max(0.1, 10 - (time.monotonic() - began)),
            )
            assert page.page.evaluate("() => window.witness") == 1, "without a reload"
