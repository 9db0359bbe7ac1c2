/// Packets that wait for their turn on one receiver's line, first in first out. They are references into the
/// publishers' caches, with their numbers already given.
///
/// Memory: 20 kB, made when the first packet has to wait: most receivers never need it.
struct PacedQueue: ~Copyable {
    struct Entry {
        var slot: Int32
        var layer: Int32
        /// In the layer's numbering.
        var sequence: Int64
        /// In the slot's.
        var output: Int64
        var offsets: StreamRewriter.Offsets
    }

    static let capacity = 512
    private var entries: UnsafeMutablePointer<Entry>?
    private var head = 0
    private(set) var count = 0
    /// Payload bytes that wait.
    private(set) var bytes = 0

    init() {}

    deinit { entries?.deallocate() }

    /// False when the queue is full.
    mutating func append(_ entry: Entry, bytes added: Int) -> Bool {
        guard count < Self.capacity else { return false }
        let memory = entries ?? .allocate(capacity: Self.capacity)
        entries = memory
        (memory + (head &+ count) % Self.capacity).initialize(to: entry)
        count &+= 1
        bytes &+= added
        return true
    }

    /// Whether a packet of a slot waits.
    func contains(slot: Int, output: Int64) -> Bool {
        guard let entries else { return false }
        for position in 0..<count {
            let entry = entries[(head &+ position) % Self.capacity]
            if entry.output == output, Int(entry.slot) == slot { return true }
        }
        return false
    }

    /// The packet that has waited longest; nil when none waits.
    var first: Entry? {
        guard count > 0, let entries else { return nil }
        return entries[head]
    }

    mutating func removeFirst(bytes removed: Int) {
        guard count > 0 else { return }
        head = (head &+ 1) % Self.capacity
        count &-= 1
        bytes = count == 0 ? 0 : max(0, bytes &- removed)
    }
}
