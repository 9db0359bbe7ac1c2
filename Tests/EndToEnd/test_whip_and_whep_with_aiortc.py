"""Standard clients without a page: aiortc publishes by WHIP and watches by WHEP."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from support.peers import Peer, Viewer, offer_only, publish


def in_a_loop_of_its_own(run):
    """Playwright's loop belongs to this thread for the whole session."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: asyncio.run(run())).result()


RED, BLUE = (200, 30, 30), (30, 30, 200)

def close(actual, expected):
    return all(abs(int(a) - b) <= 30 for a, b in zip(actual, expected))

async def until(condition, seconds=15):
    for _ in range(int(seconds / 0.05)):
        if condition():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("waited in vain")

@pytest.mark.parametrize("profile", ["AEAD_AES_128_GCM", "AES128_CM_SHA1_80"])
def test_a_picture_and_a_voice_go_through_with_each_srtp_profile(server, profile):
    async def run():
        offer_only(profile)
        publisher = await publish(server, "whip", RED)
        viewer = Viewer(server, "whip", server.token("whip", "--view"))
        await viewer.watch()
        await until(lambda: viewer.frames.get("video1", 0) > 30 and viewer.frames.get("audio0", 0) > 30)
        assert close(viewer.last["video1"], RED)
        assert await viewer.delete() == 200
        assert await publisher.delete() == 200
        await viewer.close()
        await publisher.close()

    try:
        in_a_loop_of_its_own(run)
    finally:
        offer_only(None)
    assert server.metrics()["srtp_failures_total"] == 0

def test_slots_are_filled_in_order_the_rest_is_refused_and_ones_own_is_left_out(server):
    async def run():
        first = await publish(server, "order", RED)
        second = await publish(server, "order", BLUE)
        viewer = Viewer(server, "order", server.token("order"))
        answer = await viewer.watch(audio=3, video=3)
        ports = [line.split()[1] for line in answer.splitlines() if line.startswith("m=")]
        assert [port == "0" for port in ports] == [False, False, True, False, False, True]
        own = Viewer(server, "order", server.token("order"))
        await own.watch(audio=2, video=2, query="?exclude=" + first.location.rsplit("/", 1)[1])
        await until(lambda: viewer.frames.get("video3", 0) > 20 and viewer.frames.get("video4", 0) > 20)
        await until(lambda: own.frames.get("video2", 0) > 20)
        assert close(viewer.last["video3"], RED)
        assert close(viewer.last["video4"], BLUE)
        assert close(own.last["video2"], BLUE), "the first is left out"
        assert "video3" not in own.frames
        for peer in (viewer, own, first, second):
            await peer.close()

    in_a_loop_of_its_own(run)

def test_an_empty_room_tells_a_viewer_to_come_back(server):
    async def run():
        viewer = Viewer(server, "empty", server.token("empty"))
        with pytest.raises(AssertionError, match="409"):
            await viewer.watch()
        await viewer.close()

    in_a_loop_of_its_own(run)

def test_thirty_viewers_in_ten_seconds_cost_the_publisher_one_keyframe_a_second(server):
    async def run():
        publisher = await publish(server, "crowd", RED)
        await asyncio.sleep(1)
        before = server.metrics()["keyframe_requests_total"]
        viewers = []
        begin = asyncio.get_running_loop().time()
        for number in range(30):
            viewer = Peer(server, "crowd", server.token("crowd", "--view"))
            viewer.connection.addTransceiver("video", direction="recvonly")
            await viewer.post("/whep/crowd")
            viewers.append(viewer)
            await asyncio.sleep(max(0, begin + (number + 1) / 3 - asyncio.get_running_loop().time()))
        elapsed = asyncio.get_running_loop().time() - begin
        await asyncio.sleep(1)
        requests = server.metrics()["keyframe_requests_total"] - before
        assert requests <= elapsed + 2, f"{requests} requests in {elapsed:.1f} s"
        assert server.health()["participants"] == 31
        for peer in [*viewers, publisher]:
            await peer.close()

    in_a_loop_of_its_own(run)
