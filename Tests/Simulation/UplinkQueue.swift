/// Datagrams on their way to the relay, in the order of their arrival: a binary heap over pieces of memory that are
/// used again.
///
/// Invariant: `blocks` holds `blockCount` pieces of ``blockSize`` bytes; each index below it is either in `free` or in
/// one entry of the heap.
struct UplinkQueue: ~Copyable {
    struct Entry {
        var arrival: Int64
        /// Of two that arrive together the first sent is the first.
        var order: UInt64
        var site: Int32
        var port: UInt16
        var length: UInt16
        var block: Int32
        /// The Opus frame that it carries, or -1.
        var frame: Int64
    }

    static let blockSize = 1536
    private static let chunk = 256

    private var chunks: [UnsafeMutableRawPointer] = []
    private var free: [Int32] = []
    private var heap: [Entry] = []
    private var order: UInt64 = 0

    init() {}

    deinit { for chunk in chunks { chunk.deallocate() } }

    /// When the next arrives, µs.
    var nextArrival: Int64 { heap.isEmpty ? .max : heap[0].arrival }

    /// A piece of memory for a datagram; it is given back by ``push(_:)`` and ``release(_:)``, or by the latter alone.
    mutating func reserve() -> Int32 {
        if free.isEmpty {
            let first = Int32(chunks.count * Self.chunk)
            chunks.append(.allocate(byteCount: Self.chunk * Self.blockSize, alignment: 64))
            for index in (0..<Int32(Self.chunk)).reversed() { free.append(first + index) }
        }
        return free.removeLast()
    }

    func memory(_ block: Int32) -> UnsafeMutableRawPointer {
        chunks[Int(block) / Self.chunk] + Int(block) % Self.chunk * Self.blockSize
    }

    mutating func release(_ block: Int32) { free.append(block) }

    mutating func push(
        site: Int, port: UInt16, block: Int32, length: Int, frame: Int64 = -1, arrival: Int64
    ) {
        order &+= 1
        heap.append(
            Entry(
                arrival: arrival, order: order, site: Int32(site), port: port, length: UInt16(length), block: block,
                frame: frame))
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard Self.isBefore(heap[child], heap[parent]) else { break }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    /// The next one; its block is to be released. Only after ``nextArrival`` has told that there is one.
    mutating func pop() -> Entry {
        let result = heap[0]
        let last = heap.removeLast()
        guard !heap.isEmpty else { return result }
        heap[0] = last
        var parent = 0
        while true {
            var child = parent * 2 + 1
            guard child < heap.count else { break }
            if child + 1 < heap.count, Self.isBefore(heap[child + 1], heap[child]) { child += 1 }
            guard Self.isBefore(heap[child], heap[parent]) else { break }
            heap.swapAt(child, parent)
            parent = child
        }
        return result
    }

    @inline(__always)
    private static func isBefore(_ left: Entry, _ right: Entry) -> Bool {
        left.arrival != right.arrival ? left.arrival < right.arrival : left.order < right.order
    }
}
