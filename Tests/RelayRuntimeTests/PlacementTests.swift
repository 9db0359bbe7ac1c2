import Relay
import Testing

@testable import RelayRuntime

private func makePlacement(workers: Int = 3, share: Int = 10, limit: Int = 1000) -> Placement {
    Placement(workers: workers, roomShare: share, roomLimit: limit)
}

extension Placement {
    /// Puts `count` participants into a room; their names are numbers from `first` on.
    fileprivate mutating func fill(_ room: String, _ count: Int, first: UInt64) throws -> [Place] {
        var places: [Place] = []
        for number in 0..<UInt64(count) {
            places.append(try reserve(room: room, for: ParticipantID(rawValue: first + number)))
        }
        return places
    }
}

@Suite struct `The placement` {
    @Test func `keeps a small room on one worker, and starts rooms where there are fewest people`() throws {
        var placement = makePlacement()
        let first = try placement.fill("a", 5, first: 0)
        let second = try placement.fill("b", 3, first: 100)
        let third = try placement.fill("c", 1, first: 200)
        #expect(Set(first.map(\.worker)).count == 1)
        #expect(Set(second.map(\.worker)).count == 1)
        #expect(Set([first[0].worker, second[0].worker, third[0].worker]).count == 3)
        #expect((first + second + third).allSatisfy { $0.others == 0 && $0.elder == $0.worker })
    }

    @Test func `spreads a room over others when it has more than its share, and tells who else has it`() throws {
        var placement = makePlacement(workers: 2, share: 10)
        let places = try placement.fill("a", 12, first: 0)
        #expect(places.prefix(10).allSatisfy { $0.worker == places[0].worker })
        #expect(places[10].worker != places[0].worker)
        #expect(places[10].others == 1 << UInt64(places[0].worker))
        #expect(places[10].elder == places[0].worker)
        #expect(places[11].worker == places[10].worker)
    }

    @Test func `divides a province's room evenly once every worker has its share`() throws {
        var placement = makePlacement(workers: 3, share: 50)
        let places = try placement.fill("a", 264, first: 0)
        let counts = (0..<3).map { worker in places.count { $0.worker == worker } }
        #expect(counts.allSatisfy { (50...100).contains($0) })
        #expect(counts.reduce(0, +) == 264)
    }

    @Test func `refuses one more than the room's limit, over all workers together`() throws {
        var placement = makePlacement(workers: 2, share: 2, limit: 5)
        _ = try placement.fill("a", 5, first: 0)
        #expect(throws: JoinError.self) { try placement.reserve(room: "a", for: ParticipantID(rawValue: 99)) }
        placement.release(ParticipantID(rawValue: 0))
        let again = try placement.reserve(room: "a", for: ParticipantID(rawValue: 99))
        #expect((0...1).contains(again.worker))
    }

    @Test func `forgets rooms whose last participant has gone, and lets nobody in when it stops`() throws {
        var placement = makePlacement()
        _ = try placement.fill("a", 3, first: 0)
        for number in UInt64(0)..<3 {
            placement.release(ParticipantID(rawValue: number))
            placement.release(ParticipantID(rawValue: number))
        }
        #expect(placement.roomCount == 0)
        placement.isStopping = true
        #expect(throws: JoinError.self) { try placement.reserve(room: "a", for: ParticipantID(rawValue: 9)) }
    }
}
