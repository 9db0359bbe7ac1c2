/// A receiver's decoder of one picture slot: puts pictures together from their parts, decodes those whose reference it
/// has, and knows since when it cannot go on.
struct PictureReceiver: ~Copyable {
    private struct Picture {
        var stream: UInt32 = 0
        var number: UInt32 = 0
        var reference: UInt8 = 0
        var parts: UInt8 = 0
        var received: UInt64 = 0
        var isUsed = false

        var isComplete: Bool { received.nonzeroBitCount == Int(parts) }
    }

    /// What a packet has made possible.
    struct Decoded {
        var pictures = 0
        var layer: UInt8 = 0
        var isSwitch = false
        var isFirst = false
    }

    /// Pictures that are not decoded yet, `capacity` places.
    private let pending: UnsafeMutablePointer<Picture>
    private static let capacity = 24
    private var used = 0
    private var stream: UInt32 = .max
    private var newest: UInt32 = 0
    /// Bit n: the picture n before the newest was decoded.
    private var decoded: UInt64 = 0
    /// Since when there is something that cannot be decoded, µs; 0: there is nothing.
    private(set) var stuckSince: Int64 = 0

    init() {
        pending = .allocate(capacity: Self.capacity)
        pending.initialize(repeating: Picture(), count: Self.capacity)
    }

    deinit { pending.deallocate() }

    /// Something else plays in the slot from now on.
    mutating func restart() {
        decoded = 0
        stuckSince = 0
        for index in 0..<Self.capacity { pending[index].isUsed = false }
        used = 0
    }

    mutating func receive(_ mark: PictureMark, now: Int64) -> Decoded {
        var result = Decoded()
        let name = mark.stream
        if name == stream, decoded != 0, Int32(bitPattern: mark.picture &- newest) <= 0 { return result }
        let place = find(name, mark)
        pending[place].received |= 1 << UInt64(mark.part & 63)
        guard pending[place].isComplete else {
            if stuckSince == 0 { stuckSince = now }
            return result
        }
        while used > 0, let next = nextDecodable() {
            let picture = pending[next]
            forget(next)
            result.pictures += 1
            if picture.stream != stream || decoded == 0 {
                result.isSwitch = stream != .max && decoded != 0
                result.isFirst = decoded == 0
                stream = picture.stream
                decoded = 1
                // What is left of the stream before it will not be whole any more.
                for index in 0..<Self.capacity where pending[index].stream != stream { forget(index) }
            } else {
                let step = picture.number &- newest
                decoded = picture.reference == 0 ? 1 : (step < 64 ? decoded << UInt64(step) : 0) | 1
            }
            newest = picture.number
            result.layer = UInt8(truncatingIfNeeded: stream)
        }
        dropOld()
        stuckSince = used > 0 ? (result.pictures > 0 || stuckSince == 0 ? now : stuckSince) : 0
        return result
    }

    private mutating func forget(_ index: Int) {
        if pending[index].isUsed { used -= 1 }
        pending[index].isUsed = false
    }

    /// The entry of a packet's picture; a new one takes the place of the oldest when there is no other.
    private mutating func find(_ name: UInt32, _ mark: PictureMark) -> Int {
        var place = -1
        var oldest = 0
        for index in 0..<Self.capacity {
            if !pending[index].isUsed {
                place = index
            } else if pending[index].number == mark.picture, pending[index].stream == name {
                return index
            } else if pending[index].number < pending[oldest].number {
                oldest = index
            }
        }
        if place < 0 {
            place = oldest
            used -= 1
        }
        used += 1
        pending[place] = Picture(
            stream: name, number: mark.picture, reference: mark.reference, parts: mark.parts, isUsed: true)
        return place
    }

    /// A complete picture that can be decoded, the first of them.
    private func nextDecodable() -> Int? {
        var found: Int?
        for index in 0..<Self.capacity where pending[index].isUsed && pending[index].isComplete {
            let picture = pending[index]
            if picture.reference != 0 {
                guard picture.stream == stream, decoded != 0 else { continue }
                let step = Int32(bitPattern: picture.number &- newest)
                let back = Int32(picture.reference) &- step
                guard step > 0, back >= 0, back < 64, decoded >> UInt64(back) & 1 == 1 else { continue }
            }
            if let before = found, pending[before].number < picture.number { continue }
            found = index
        }
        return found
    }

    /// What is older than the newest decoded picture is not shown any more.
    private mutating func dropOld() {
        guard used > 0 else { return }
        for index in 0..<Self.capacity
        where pending[index].isUsed && pending[index].stream == stream
            && Int32(bitPattern: pending[index].number &- newest) <= 0
        {
            forget(index)
        }
    }
}
