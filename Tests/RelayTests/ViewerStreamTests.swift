import RTP
import Testing

@testable import Relay

@Suite struct `A viewer's slots` {
    @Test(arguments: UInt64(0)..<200)
    func `play what was published, unbroken, whatever people and lines do`(seed: UInt64) throws {
        var room = try SimulatedRoom(seed: seed)
        try room.run(until: 2_000_000) { try $0.act() }
        try room.calmDown()
        room.run(until: 3_700_000) { _ in }
        let complaints = room.finish()
        #expect(complaints.isEmpty, "seed \(seed): \(complaints.prefix(6).joined(separator: "; "))")
        let repeats = room.viewers.flatMap(\.watchers).flatMap(\.repeatComplaints)
        #expect(repeats.isEmpty, "seed \(seed): \(repeats.prefix(3).joined(separator: "; "))")
        let watchers = room.viewers.flatMap(\.watchers)
        #expect(watchers.reduce(0) { $0 + $1.packetCount } > 200, "seed \(seed)")
        #expect(watchers.reduce(0) { $0 + $1.switchCount } >= watchers.count, "seed \(seed)")
    }
}
