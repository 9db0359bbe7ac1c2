import Recording

/// What a composer has to know of a journal to go on behind a piece without reading all that was before.
struct Checkpoint: Codable, Hashable {
    /// Microseconds that are read before a piece: senders' clocks are known from the last seconds (``ClockOffset/window``).
    static let lead: Int64 = 30_000_000

    /// Before the last keyframes of all who are seen.
    var place: JournalReader.Place
    /// The time of the first record there, microseconds.
    var time: Int64
    /// All but packets and clocks that was recorded between the place of the piece before and this one.
    var facts: [JournalRecord]
    /// What was not readable up to here, in words.
    var damage: [String]
}

/// The places at which a composer might go on, as it reads.
struct CheckpointLog {
    private struct Block {
        var place: JournalReader.Place
        /// Of its first record, microseconds.
        var time: Int64
        var facts: [JournalRecord]
    }

    private var blocks: [Block] = []

    /// Takes note of a block that was read.
    mutating func note(_ place: JournalReader.Place, _ records: [JournalRecord]) {
        guard let first = records.first else { return }
        let facts = records.filter { record in
            switch record.content {
            case .packet, .clock: false
            case .began, .ended, .event, .lost: true
            }
        }
        blocks.append(Block(place: place, time: Int64(clamping: first.time), facts: facts))
    }

    /// A checkpoint behind which all of a moment and what comes after it is read; what is before it is forgotten here.
    ///
    /// - Parameters:
    ///   - time: microseconds: what came from then on is needed.
    ///   - damage: what was not readable so far.
    /// - Returns: nil where there is no block before that.
    mutating func checkpoint(before time: Int64, damage: [String]) -> Checkpoint? {
        guard let index = blocks.lastIndex(where: { $0.time <= time }) else { return nil }
        defer { blocks.removeFirst(index) }
        return Checkpoint(
            place: blocks[index].place, time: blocks[index].time, facts: blocks[..<index].flatMap(\.facts),
            damage: damage)
    }
}
