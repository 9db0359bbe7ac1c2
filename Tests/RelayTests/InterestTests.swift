import Testing

@testable import Relay

@Suite struct InterestTests {
    @Test(arguments: [[], ["h", "f"], ["q", "h", "f"]], [150, 350, 1_500])
    func `A camera that nobody has watched is asked for by whoever comes, whatever their line`(
        rids: [String], kbps: Int
    ) throws {
        var relay = Relay(seed: 1)
        var batch = SendBatch()
        func run(_ relay: inout Relay, from: Int64, until: Int64) -> [Bool]? {
            var told: [Bool]?
            for now in stride(from: from, to: until, by: 5_000) {
                relay.tick(now: now, wallClock: now, into: &batch)
                batch.removeAll()
                for case .layers(_, _, .camera, let wanted) in relay.takeEvents() { told = wanted }
            }
            return told
        }
        let publisher = try SimulatedPeer(
            1, joining: "r", of: &relay, mode: .page, now: 0, tracks: [.camera(rids.isEmpty ? 1000 : 0, rids: rids)])
        relay.command(.publishing(role: .camera, active: true), from: publisher.id, now: 0)
        #expect(run(&relay, from: 0, until: 3_000_000)?.contains(true) == false)
        let viewer = try SimulatedPeer(
            2, joining: "r", of: &relay, mode: .page, now: 3_000_000, slots: [.picture("0", ssrc: 80)])
        let index = try #require(relay.participantsByID[viewer.id])
        relay.participants[index].downlink = Downlink(line: KnownLine(down: kbps), now: 3_000_000)
        #expect(run(&relay, from: 3_000_000, until: 4_000_000)?.contains(true) == true)
    }
}
