import RTP
import Testing

@testable import Relay

@Suite struct SilenceTests {
    @Test func `Nobody hears whom the chair has muted, whatever they send, until they are free again`() throws {
        var relay = Relay(seed: 1)
        var batch = SendBatch()
        let slots: [ParticipantPlan.ReceivingSection] = [.voice("2", ssrc: 70)]
        var one = try SimulatedPeer(
            1, joining: "r", of: &relay, mode: .page, now: 0, tracks: [.microphone(2000)], slots: slots)
        var two = try SimulatedPeer(
            2, joining: "r", of: &relay, mode: .page, now: 0, tracks: [.microphone(2000)], slots: slots)
        var heard: [SimulatedPeer.Received] = []
        var reports: [RTCPPacket] = []
        var counts: [Int] = []
        for step in 0..<300 {
            let now = Int64(step) * 20_000
            if step == 100 { relay.command(.silence(true), from: one.id, now: now) }
            // Its own page says that the microphone is on: that is not its page's to say.
            if step == 120 { relay.command(.publishing(role: .microphone, active: true), from: one.id, now: now) }
            if step == 200 { relay.command(.silence(false), from: one.id, now: now) }
            if step % 100 == 0 { counts.append(heard.count) }
            one.send(
                to: &relay, ssrc: 2000, sequence: UInt64(step), timestamp: UInt32(step) * 960, payloadType: 111,
                payload: [1, 1, 1], now: now, into: &batch)
            relay.tick(now: now, wallClock: now, into: &batch)
            var hasMore = true
            while hasMore {
                hasMore = relay.forward(into: &batch, now: now)
                two.take(from: batch, media: &heard, reports: &reports)
                batch.removeAll()
            }
        }
        #expect(counts[1] > 80)
        // A pause that ends the voice, and what was on its way.
        #expect(heard.count { $0.payload == [1, 1, 1] } - counts[2] > 80)
        #expect(counts[2] - counts[1] <= 2)
    }
}
