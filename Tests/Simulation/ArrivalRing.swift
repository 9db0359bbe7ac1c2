/// What arrives at a site, in the order of its line: written when the relay sends it, read when its time has come.
struct Arrival {
    enum Kind: UInt8 {
        /// A packet of a slot; `slot`, `sequence`, `timestamp`; `isRepair` for retransmissions.
        case packet
        /// An Opus frame in the packet before it: `stream` is the speaker, `frame` the frame's number.
        case voice
        /// An empty one.
        case voiceRest
        /// A part of a picture in the packet before it.
        case picture
        /// A sender report: `slot`, and the middle of its NTP time in `timestamp`.
        case report
        /// A request to this site as a publisher: `slot` is the layer, `sequence` what is asked for again.
        case request
        case keyframeRequest
    }

    var arrival: Int64 = 0
    var departure: Int64 = 0
    var kind = Kind.packet
    var slot: UInt8 = 0
    var isRepair = false
    var marker = false
    var sequence: UInt16 = 0
    var size: UInt16 = 0
    /// Transport-wide sequence number, or -1.
    var transport: Int32 = -1
    var timestamp: UInt32 = 0
    var voice = VoiceMark()
    var picture = PictureMark()
}

/// A queue that grows and never shrinks.
struct ArrivalRing: ~Copyable {
    private var entries: UnsafeMutablePointer<Arrival>
    private var mask: Int
    private var first = 0
    private(set) var count = 0

    init(capacityLog2: Int = 7) {
        mask = 1 << capacityLog2 - 1
        entries = .allocate(capacity: mask + 1)
        entries.initialize(repeating: Arrival(), count: mask + 1)
    }

    deinit { entries.deallocate() }

    @inline(__always)
    mutating func append(_ arrival: Arrival) {
        if count > mask { grow() }
        entries[(first &+ count) & mask] = arrival
        count &+= 1
    }

    /// The oldest, if it has arrived.
    @inline(__always)
    mutating func take(until now: Int64) -> UnsafePointer<Arrival>? {
        guard count > 0, entries[first].arrival <= now else { return nil }
        let entry = entries + first
        first = (first &+ 1) & mask
        count &-= 1
        return UnsafePointer(entry)
    }

    private mutating func grow() {
        let larger = UnsafeMutablePointer<Arrival>.allocate(capacity: (mask + 1) * 2)
        for index in 0..<count { (larger + index).initialize(to: entries[(first &+ index) & mask]) }
        (larger + count).initialize(repeating: Arrival(), count: (mask + 1) * 2 - count)
        entries.deallocate()
        entries = larger
        mask = (mask + 1) * 2 - 1
        first = 0
    }

    /// The line has another rate: what has not left the bottleneck takes `factor` times as long.
    mutating func stretch(by factor: Double, now: Int64) {
        let time = now &* 1_000
        for index in 0..<count {
            let entry = entries + ((first &+ index) & mask)
            guard entry.pointee.departure > time else { continue }
            let departure = time &+ Int64(Double(entry.pointee.departure &- time) * factor)
            entry.pointee.arrival &+= (departure &- entry.pointee.departure) / 1_000
            entry.pointee.departure = departure
        }
    }
}
