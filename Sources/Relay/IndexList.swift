/// A list of slab indices in memory of its own: iterating it in the forwarding loop costs no reference counting.
struct IndexList: ~Copyable {
    private var storage: UnsafeMutablePointer<Int32>
    private var capacity: Int
    fileprivate(set) var count = 0

    init() {
        capacity = 4
        storage = .allocate(capacity: 4)
    }

    deinit { storage.deallocate() }

    /// `0 ..< count`.
    @inline(__always)
    subscript(position: Int) -> Int {
        precondition(position >= 0 && position < count, "a position comes from count")
        return Int(storage[position])
    }

    func contains(_ index: Int) -> Bool {
        for position in 0..<count where storage[position] == Int32(truncatingIfNeeded: index) { return true }
        return false
    }

    mutating func append(_ index: Int) {
        if count == capacity {
            let larger = UnsafeMutablePointer<Int32>.allocate(capacity: capacity * 2)
            larger.update(from: storage, count: count)
            storage.deallocate()
            storage = larger
            capacity *= 2
        }
        storage[count] = Int32(truncatingIfNeeded: index)
        count += 1
    }

    /// Removes an index, keeping the order of the others.
    mutating func remove(_ index: Int) {
        var kept = 0
        for position in 0..<count where storage[position] != Int32(truncatingIfNeeded: index) {
            storage[kept] = storage[position]
            kept += 1
        }
        count = kept
    }
}

extension IndexList {
    /// Keeps the first `kept` indices and the memory.
    mutating func truncate(to kept: Int) { count = min(max(kept, 0), count) }

    /// Puts the index at `position` to an earlier place.
    mutating func move(from position: Int, to place: Int) {
        precondition(place >= 0 && place <= position && position < count, "places come from count")
        storage[place] = storage[position]
    }
}
