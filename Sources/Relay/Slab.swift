/// Stable storage of non-copyable elements, addressed by a dense index.
///
/// Elements never move: storage grows by chunks, and a freed index is used again. Invariant: an index below
/// `highWater` whose bit in `occupied` is set holds an initialised element; no other memory is ever read. A subscript
/// with any other index is the programmer's error and stops the process, so indices never come from outside: handles
/// from outside are looked up first.
struct Slab<Element: ~Copyable>: ~Copyable {
    private static var chunkSize: Int { 64 }
    private var chunks: [UnsafeMutablePointer<Element>] = []
    private var occupied: [Bool] = []
    private var free: [Int] = []
    private(set) var count = 0

    /// One more than the highest index ever used: the bound for a walk over all indices.
    var highWater: Int { occupied.count }

    init() {}

    deinit {
        for index in 0..<occupied.count where occupied[index] {
            (chunks[index / Self.chunkSize] + index % Self.chunkSize).deinitialize(count: 1)
        }
        for chunk in chunks { chunk.deallocate() }
    }

    func contains(_ index: Int) -> Bool {
        index >= 0 && index < occupied.count && occupied[index]
    }

    mutating func insert(_ element: consuming Element) -> Int {
        let index: Int
        if let reused = free.popLast() {
            index = reused
            occupied[index] = true
        } else {
            index = occupied.count
            if index == chunks.count * Self.chunkSize {
                chunks.append(.allocate(capacity: Self.chunkSize))
            }
            occupied.append(true)
        }
        (chunks[index / Self.chunkSize] + index % Self.chunkSize).initialize(to: element)
        count += 1
        return index
    }

    mutating func remove(_ index: Int) {
        guard contains(index) else { return }
        (chunks[index / Self.chunkSize] + index % Self.chunkSize).deinitialize(count: 1)
        occupied[index] = false
        free.append(index)
        count -= 1
    }

    /// Direct access. The address is stable, so nested changes to two elements never conflict.
    subscript(index: Int) -> Element {
        @inline(__always)
        unsafeAddress {
            UnsafePointer(chunks[index / Self.chunkSize] + index % Self.chunkSize)
        }
        @inline(__always)
        nonmutating unsafeMutableAddress {
            chunks[index / Self.chunkSize] + index % Self.chunkSize
        }
    }
}
