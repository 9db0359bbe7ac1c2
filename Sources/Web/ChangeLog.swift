/// What has changed in a room, in order, each thing once: a reader that knows how far it has read gets what is new
/// since then, however many readers there are and however often a thing changed meanwhile.
struct ChangeLog<Key: Hashable & Sendable>: Sendable {
    /// Number of the last change; 0 before the first.
    private(set) var version = 0
    /// Changes up to this one are forgotten.
    private var floor = 0
    private var entries: [(version: Int, key: Key)] = []
    private var latest: [Key: Int] = [:]
    /// Things that are remembered at most.
    private let limit: Int

    init(limit: Int = 4096) { self.limit = limit }

    mutating func note(_ key: Key) {
        version += 1
        latest[key] = version
        entries.append((version, key))
        // What has changed again since is dropped once it is the greater part: amortised, a change costs O(1).
        if entries.count > 2 * latest.count + 32 { entries.removeAll { latest[$0.key] != $0.version } }
        if latest.count > limit { forgetHalf() }
    }

    private mutating func forgetHalf() {
        entries.removeAll { latest[$0.key] != $0.version }
        let old = entries.prefix(entries.count / 2)
        floor = old.last?.version ?? floor
        for entry in old { latest[entry.key] = nil }
        entries.removeFirst(old.count)
    }

    /// What has changed after a version, in the order of the last changes; nil when that is no longer known.
    func changes(since cursor: Int) -> [Key]? {
        guard cursor >= floor else { return nil }
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].version > cursor { high = middle } else { low = middle + 1 }
        }
        return entries[low...].compactMap { latest[$0.key] == $0.version ? $0.key : nil }
    }

    /// Whether a thing has changed after a version.
    func hasChanged(_ key: Key, since cursor: Int) -> Bool { (latest[key] ?? 0) > cursor }
}
