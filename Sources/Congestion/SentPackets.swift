/// What has left on one transport, by transport-wide sequence number, until its feedback comes.
///
/// Memory: 32 kB, made once. Invariant: `entries[s & mask]` speaks of the only `s` of `next − capacity ..< next` that
/// falls on it.
struct SentPackets: ~Copyable {
    /// Packets that are remembered: a second of 20 Mbit/s.
    static let capacity: Int64 = 2048

    /// What feedback has said of a packet.
    enum Fate: UInt8 {
        case unknown, lost, received
    }

    /// 16 bytes.
    struct Entry {
        /// µs.
        var time: Int64 = 0
        /// Bytes sent before this packet, modulo 2³².
        var before: UInt32 = 0
        /// Bytes of the datagram, IP and UDP headers included.
        var size: UInt16 = 0
        var fate = Fate.unknown
    }

    private static let mask = capacity &- 1
    private let entries: UnsafeMutablePointer<Entry>
    /// The number of the next packet; its low 16 bits are what is written into it.
    private(set) var next: Int64 = 0
    /// Bytes sent since the beginning.
    private(set) var bytes: Int64 = 0

    init() {
        entries = .allocate(capacity: Int(Self.capacity))
        entries.initialize(repeating: Entry(), count: Int(Self.capacity))
    }

    deinit { entries.deallocate() }

    @inline(__always)
    mutating func append(bytes size: Int, now: Int64) -> UInt16 {
        let sequence = next
        entries[Int(sequence & Self.mask)] = Entry(
            time: now, before: UInt32(truncatingIfNeeded: bytes), size: UInt16(truncatingIfNeeded: size))
        bytes &+= Int64(size)
        next = sequence &+ 1
        return UInt16(truncatingIfNeeded: sequence)
    }

    /// The packet's place among all that were sent, or nil when it is forgotten or was never sent.
    func extended(_ sequence: UInt16) -> Int64? {
        let age = Int64(UInt16(truncatingIfNeeded: next) &- sequence)
        guard age >= 1, age <= min(next, Self.capacity) else { return nil }
        return next &- age
    }

    /// - Parameter sequence: as ``extended(_:)`` gave it; another one gives a packet that is not meant, but is safe.
    subscript(sequence: Int64) -> Entry {
        entries[Int(sequence & Self.mask)]
    }

    mutating func note(_ fate: Fate, of sequence: Int64) {
        entries[Int(sequence & Self.mask)].fate = fate
    }

    /// Bytes that left after the packet.
    func bytesAfter(_ sequence: Int64) -> Int {
        let entry = self[sequence]
        return Int(UInt32(truncatingIfNeeded: bytes) &- entry.before &- UInt32(entry.size))
    }
}
