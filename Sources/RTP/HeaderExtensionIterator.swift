/// One element of a header extension block: its identifier and where its data lies in the packet.
@frozen
public struct HeaderExtensionElement: Sendable {
    /// 1 to 14 in one-byte form, 1 to 255 in two-byte form.
    public var id: UInt8
    /// First byte of the data, from the start of the packet.
    public var offset: Int
    /// Bytes of data: 1 to 16 in one-byte form, 0 to 255 in two-byte form.
    public var length: Int

    /// The data as offsets in the packet.
    @inlinable @inline(__always)
    public var range: Range<Int> { byteRange(offset, offset &+ length) }

    @inlinable @inline(__always)
    init(id: UInt8, offset: Int, length: Int) {
        self.id = id
        self.offset = offset
        self.length = length
    }
}

/// Walks the elements of a header extension block, RFC 8285 §4.2 (one-byte headers) and §4.3 (two-byte headers).
///
/// A block of another profile has no elements. Where an element reaches past its block the walk ends: what came
/// before it stays valid.
@frozen
public struct HeaderExtensionIterator: Sendable {
    @usableFromInline var offset: Int
    @usableFromInline var end: Int
    @usableFromInline var isTwoByte: Bool

    /// - Parameter header: parsed from the same packet that is given to ``next(in:)``.
    @inlinable @inline(__always)
    public init(header: RTPHeader) {
        isTwoByte = header.extensionProfile & 0xFFF0 == HeaderExtensionWriter.twoByteProfile
        offset = header.extensionOffset
        end =
            isTwoByte || header.extensionProfile == HeaderExtensionWriter.oneByteProfile
            ? header.extensionOffset &+ header.extensionLength : header.extensionOffset
    }

    /// The next element, or nil at the end of the block.
    @inlinable
    public mutating func next(in packet: RawSpan) -> HeaderExtensionElement? {
        let limit = min(end, packet.byteCount)
        while offset < limit {
            let first = packet.byte(at: offset)
            if first == 0 {
                // Padding, in either form.
                offset &+= 1
                continue
            }
            let id: UInt8
            let length: Int
            let data: Int
            if isTwoByte {
                guard offset &+ 2 <= limit else { break }
                id = first
                length = Int(packet.byte(at: offset &+ 1))
                data = offset &+ 2
            } else {
                id = first >> 4
                // Identifier 15 ends the block (§4.2); identifier 0 with a length is not padding and is no element.
                guard id != 0, id != 15 else { break }
                length = Int(first & 0x0F) &+ 1
                data = offset &+ 1
            }
            guard length <= limit &- data else { break }
            offset = data &+ length
            return HeaderExtensionElement(id: id, offset: data, length: length)
        }
        offset = end
        return nil
    }
}
