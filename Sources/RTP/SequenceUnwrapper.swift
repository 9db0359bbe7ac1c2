/// Whether one 16-bit sequence number follows another in the half circle ahead of it (RFC 1982 §3.2). Of two numbers
/// exactly half the circle apart the greater counts as newer.
@inlinable @inline(__always)
public func isNewer(_ a: UInt16, than b: UInt16) -> Bool {
    let distance = a &- b
    return distance == 0x8000 ? a > b : distance != 0 && distance < 0x8000
}

/// The same for 32-bit RTP timestamps.
@inlinable @inline(__always)
public func isNewer(_ a: UInt32, than b: UInt32) -> Bool {
    let distance = a &- b
    return distance == 0x8000_0000 ? a > b : distance != 0 && distance < 0x8000_0000
}

/// Extends wrapping 16-bit sequence numbers to 64 bits (RFC 3550 §A.1), whatever order they come in: each is taken as
/// the one nearest to the highest so far.
///
/// The low 16 bits of a result are the sequence number itself. The first number is put into cycle 1, so that those
/// that were sent before it and come after it do not turn negative.
@frozen
public struct SequenceUnwrapper: Sendable {
    /// The highest extended number so far, or nil before the first.
    @inlinable @inline(__always)
    public var highest: Int64? { started ? last : nil }
    @usableFromInline var last: Int64 = 0
    @usableFromInline var started = false

    @inlinable
    public init() {}

    /// Where a number would go, without taking note of it.
    @inlinable @inline(__always)
    public func extended(_ sequence: UInt16) -> Int64 {
        guard started else { return 0x1_0000 &+ Int64(sequence) }
        let distance = Int16(bitPattern: sequence &- UInt16(truncatingIfNeeded: last))
        return last &+ Int64(distance)
    }

    /// The extended number of a packet that has come.
    @inlinable @inline(__always)
    public mutating func unwrap(_ sequence: UInt16) -> Int64 {
        let value = extended(sequence)
        if !started || value > last {
            last = value
            started = true
        }
        return value
    }
}

/// Extends wrapping 32-bit RTP timestamps to 64 bits, in the way of ``SequenceUnwrapper``; the first is put into
/// cycle 1.
@frozen
public struct TimestampUnwrapper: Sendable {
    @usableFromInline var last: Int64 = 0
    @usableFromInline var started = false

    @inlinable
    public init() {}

    /// The extended timestamp of a packet that has come, in the units of the codec's clock.
    @inlinable @inline(__always)
    public mutating func unwrap(_ timestamp: UInt32) -> Int64 {
        guard started else {
            started = true
            last = 0x1_0000_0000 &+ Int64(timestamp)
            return last
        }
        let distance = Int32(bitPattern: timestamp &- UInt32(truncatingIfNeeded: last))
        let value = last &+ Int64(distance)
        if value > last { last = value }
        return value
    }
}
