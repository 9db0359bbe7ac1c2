/// Writes a header extension block (RFC 8285) in place, element by element.
///
/// ```
/// |       0xBEDE or 0x1000        |        length in words        |
/// |  ID   |  L-1  | data …                                            one-byte form, §4.2
/// |      ID       |       L       | data …                            two-byte form, §4.3
/// ```
/// The block starts in one-byte form. An identifier above 14, or data of 0 or more than 16 bytes, turns what has been
/// written into two-byte form, unless the receiver does not take it.
///
/// Invariant: bytes 4 ..< `length` of `memory` hold whole elements and `length` never exceeds its count.
@frozen
public struct HeaderExtensionWriter {
    /// Profile of a block with one-byte element headers.
    public static let oneByteProfile: UInt16 = 0xBEDE
    /// Profile of a block with two-byte element headers, application bits zero.
    public static let twoByteProfile: UInt16 = 0x1000

    @usableFromInline let memory: UnsafeMutableRawBufferPointer
    @usableFromInline var length = 4
    @usableFromInline var elements = 0
    @usableFromInline var isTwoByte = false
    @usableFromInline let allowsTwoByte: Bool

    /// - Parameters:
    ///   - memory: where the block is to stand: right after the fixed header and its CSRCs.
    ///   - allowsTwoByte: whether the receiver takes the two-byte form (`a=extmap-allow-mixed`, RFC 8285 §6).
    @inlinable @inline(__always)
    public init(_ memory: UnsafeMutableRawBufferPointer, allowsTwoByte: Bool = true) {
        self.memory = memory
        self.allowsTwoByte = allowsTwoByte
    }

    /// Reserves one element and returns the offset of its data, or nil when it does not fit.
    @inlinable @inline(__always)
    mutating func reserve(id: UInt8, count: Int) -> Int? {
        guard id != 0, count >= 0, count <= 255 else { return nil }
        if !isTwoByte, id > 14 || count == 0 || count > 16 {
            guard widen(adding: count) else { return nil }
        }
        let header = isTwoByte ? 2 : 1
        // Up to three bytes of padding follow the last element.
        guard length &+ header &+ count &+ 3 <= memory.count else { return nil }
        if isTwoByte {
            memory.put(UInt16(id) << 8 | UInt16(truncatingIfNeeded: count), at: length)
        } else {
            memory.put(id << 4 | UInt8(truncatingIfNeeded: count &- 1), at: length)
        }
        let data = length &+ header
        length = data &+ count
        elements &+= 1
        return data
    }

    /// Rewrites the elements so far with two-byte headers, if afterwards one more of `count` bytes has room.
    @usableFromInline
    mutating func widen(adding count: Int) -> Bool {
        guard allowsTwoByte, length &+ elements &+ 2 &+ count &+ 3 <= memory.count, let base = memory.baseAddress else {
            return false
        }
        // Everything moves up by one byte an element, then each element comes down to its place: the read position
        // stays ahead of the write position until the last element closes the gap.
        (base + 4 + elements).copyMemory(from: base + 4, byteCount: length &- 4)
        var read = 4 &+ elements
        var write = 4
        for _ in 0..<elements {
            let header = memory[read]
            let size = Int(header & 0x0F) &+ 1
            memory[write] = header >> 4
            memory[write &+ 1] = UInt8(truncatingIfNeeded: size)
            (base + write + 2).copyMemory(from: base + read + 1, byteCount: size)
            write &+= size &+ 2
            read &+= size &+ 1
        }
        length &+= elements
        isTwoByte = true
        return true
    }

    /// Appends an element whose data is one byte. False when it does not fit or the identifier is 0.
    @inlinable @inline(__always) @discardableResult
    public mutating func append(id: UInt8, byte: UInt8) -> Bool {
        guard let offset = reserve(id: id, count: 1) else { return false }
        memory.put(byte, at: offset)
        return true
    }

    /// Appends an element of two bytes, big-endian. False when it does not fit or the identifier is 0.
    @inlinable @inline(__always) @discardableResult
    public mutating func append(id: UInt8, uint16 value: UInt16) -> Bool {
        guard let offset = reserve(id: id, count: 2) else { return false }
        memory.put(value, at: offset)
        return true
    }

    /// Appends an element of three bytes, big-endian, from the low 24 bits. False when it does not fit or the
    /// identifier is 0.
    @inlinable @inline(__always) @discardableResult
    public mutating func append(id: UInt8, uint24 value: UInt32) -> Bool {
        guard let offset = reserve(id: id, count: 3) else { return false }
        memory.put24(value, at: offset)
        return true
    }

    /// Appends an element with a copy of `data`, at most 255 bytes. False when it does not fit or the identifier is 0.
    @inlinable @inline(__always) @discardableResult
    public mutating func append(id: UInt8, copying data: UnsafeRawBufferPointer) -> Bool {
        guard let offset = reserve(id: id, count: data.count) else { return false }
        if let from = data.baseAddress, let base = memory.baseAddress {
            (base + offset).copyMemory(from: from, byteCount: data.count)
        }
        return true
    }

    /// Appends an element with a copy of a part of another packet, at most 255 bytes. False when it does not fit,
    /// the range is not within `packet`, or the identifier is 0.
    @inlinable @inline(__always) @discardableResult
    public mutating func append(id: UInt8, copying range: Range<Int>, of packet: RawSpan) -> Bool {
        guard range.lowerBound >= 0, range.upperBound <= packet.byteCount,
            let offset = reserve(id: id, count: range.upperBound &- range.lowerBound)
        else { return false }
        var to = offset
        for from in range {
            memory.put(packet.byte(at: from), at: to)
            to &+= 1
        }
        return true
    }

    /// Bytes written so far, the block's own four included and its padding not.
    @inlinable @inline(__always)
    public var writtenLength: Int { length }

    /// Pads the block to whole words and writes its header.
    ///
    /// - Parameter minimumLength: pad on to this many bytes, so that the packets of one send run get headers of equal
    ///   length; rounded up to a multiple of 4, ignored as far as there is no room.
    /// - Returns: bytes of the whole block, a multiple of 4; 0, and nothing is to be announced in the X bit, when no
    ///   element was written.
    @inlinable @inline(__always)
    public mutating func finish(minimumLength: Int = 0) -> Int {
        guard elements > 0 else { return 0 }
        let wanted = min(max(length, minimumLength), memory.count &- 3)
        let padded = (max(length, wanted) &+ 3) & ~3
        while length < padded {
            memory.put(UInt8(0), at: length)
            length &+= 1
        }
        memory.put(isTwoByte ? Self.twoByteProfile : Self.oneByteProfile, at: 0)
        memory.put(UInt16(truncatingIfNeeded: (padded &- 4) / 4), at: 2)
        return padded
    }
}
