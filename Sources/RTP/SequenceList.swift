/// Up to 64 sequence numbers, in place: what one generic NACK asks for.
public struct SequenceList: Sendable {
    public static let capacity = 64

    private var storage = InlineArray<64, UInt16>(repeating: 0)
    public private(set) var count = 0

    public init() {}

    public var isFull: Bool { count == Self.capacity }

    /// - Parameter index: 0 ..< `count`; anything else gives 0.
    public subscript(index: Int) -> UInt16 {
        index >= 0 && index < count ? storage[index] : 0
    }

    /// Appends a number; false when the list is full.
    @discardableResult
    public mutating func append(_ sequence: UInt16) -> Bool {
        guard count < Self.capacity else { return false }
        storage[count] = sequence
        count &+= 1
        return true
    }

    public mutating func removeAll() { count = 0 }
}
