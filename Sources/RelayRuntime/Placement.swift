import Relay

/// Which worker has which room and participant. A room starts on the worker with the fewest participants; when it has
/// more than ``roomShare`` on each of its workers, the next least loaded one helps.
struct Placement {
    /// Where one participant goes.
    struct Place: Sendable, Equatable {
        var worker: Int
        /// A worker that has had the room for longer; the same when there is none.
        var elder: Int
        /// Other workers that hold part of the room, as a mask.
        var others: UInt64
    }

    let roomShare: Int
    let roomLimit: Int
    var isStopping = false
    private var loads: [Int]
    private var rooms: [String: [Int]] = [:]
    private var participants: [ParticipantID: (worker: Int, room: String)] = [:]

    init(workers: Int, roomShare: Int, roomLimit: Int) {
        self.roomShare = roomShare
        self.roomLimit = roomLimit
        loads = Array(repeating: 0, count: workers)
    }

    var roomCount: Int { rooms.count }

    func worker(of id: ParticipantID) -> Int? { participants[id]?.worker }

    /// Finds a place and counts the participant there until ``release(_:)``.
    mutating func reserve(room: String, for id: ParticipantID) throws(JoinError) -> Place {
        guard !isStopping else { throw .stopping }
        var counts = rooms[room] ?? Array(repeating: 0, count: loads.count)
        guard counts.reduce(0, +) < roomLimit else { throw .roomFull(limit: roomLimit) }
        let holders = counts.indices.filter { counts[$0] > 0 }
        let anywhere = loads.indices.min { loads[$0] < loads[$1] } ?? 0
        let open = holders.filter { counts[$0] < roomShare }.min { counts[$0] < counts[$1] }
        let worker = open ?? anywhere
        let place = Place(
            worker: worker, elder: holders.first ?? worker,
            others: holders.reduce(0) { $1 == worker || $1 > 63 ? $0 : $0 | 1 << UInt64($1) })
        counts[worker] += 1
        loads[worker] += 1
        rooms[room] = counts
        participants[id] = (worker, room)
        return place
    }

    /// Forgets a participant; an unknown one is forgotten already.
    mutating func release(_ id: ParticipantID) {
        guard let entry = participants.removeValue(forKey: id) else { return }
        loads[entry.worker] -= 1
        rooms[entry.room]?[entry.worker] -= 1
        if rooms[entry.room]?.allSatisfy({ $0 == 0 }) == true { rooms[entry.room] = nil }
    }
}
