/// The header of one RTP packet: its fields, and where extension, payload and padding lie in the packet.
///
/// ```
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// |V=2|P|X|  CC   |M|     PT      |       sequence number         |
/// |                           timestamp                           |
/// |                             SSRC                              |
/// |                      CSRC (0 to 15)                           |
/// |     extension profile         |   extension length in words   |   when X is set
/// ```
/// RFC 3550 §5.1 and §5.3.1. Offsets count from the first byte of the packet.
@frozen
public struct RTPHeader: Sendable {
    /// Bytes of the header without CSRCs and extension.
    public static let fixedLength = 12

    public var marker: Bool
    /// 0 to 127.
    public var payloadType: UInt8
    public var sequenceNumber: UInt16
    /// In units of the codec's clock rate.
    public var timestamp: UInt32
    public var ssrc: UInt32
    /// 0 to 15.
    public var csrcCount: Int
    /// Bytes before the payload: fixed header, CSRCs and extension block.
    public var headerLength: Int
    /// 0xBEDE (one-byte elements), 0x1000 to 0x100F (two-byte elements), another profile's number, or 0 without
    /// an extension.
    public var extensionProfile: UInt16
    /// First byte after the extension block's own four bytes; 0 without an extension.
    public var extensionOffset: Int
    /// Bytes of the extension block after its own four bytes: a multiple of 4.
    public var extensionLength: Int
    /// Bytes of the payload without padding. While the payload is encrypted: all bytes after the header.
    public var payloadLength: Int
    /// Bytes of padding after the payload, 0 to 255; 0 while the payload is encrypted.
    public var paddingLength: Int
    /// The P bit.
    public var hasPadding: Bool

    /// First byte of the payload.
    @inlinable @inline(__always)
    public var payloadOffset: Int { headerLength }

    /// The payload's bytes, without padding, as offsets in the packet.
    @inlinable @inline(__always)
    public var payloadRange: Range<Int> { byteRange(headerLength, headerLength &+ payloadLength) }

    /// Reads the header of a packet.
    ///
    /// - Parameters:
    ///   - packet: the whole packet.
    ///   - paddingIsEncrypted: true for an SRTP packet before decryption, whose padding length cannot be read yet
    ///     (RFC 3711 §3.1): only ``hasPadding`` is set then.
    /// - Throws: `truncated`, `badVersion`, `badExtension`, `badPadding`.
    @inlinable
    public init(parsing packet: RawSpan, paddingIsEncrypted: Bool = false) throws(RTPParseError) {
        let count = packet.byteCount
        guard count >= Self.fixedLength else { throw .truncated }
        let first = packet.uint32(at: 0)
        guard first >> 30 == 2 else { throw .badVersion }
        csrcCount = Int(first >> 24 & 0x0F)
        marker = first & 0x0080_0000 != 0
        payloadType = UInt8(truncatingIfNeeded: first >> 16 & 0x7F)
        sequenceNumber = UInt16(truncatingIfNeeded: first)
        timestamp = packet.uint32(at: 4)
        ssrc = packet.uint32(at: 8)

        var offset = Self.fixedLength &+ csrcCount &* 4
        guard offset <= count else { throw .truncated }
        if first & 0x1000_0000 != 0 {
            guard offset &+ 4 <= count else { throw .badExtension }
            let block = packet.uint32(at: offset)
            extensionProfile = UInt16(truncatingIfNeeded: block >> 16)
            extensionLength = Int(block & 0xFFFF) &* 4
            extensionOffset = offset &+ 4
            offset = extensionOffset &+ extensionLength
            guard offset <= count else { throw .badExtension }
        } else {
            extensionProfile = 0
            extensionOffset = 0
            extensionLength = 0
        }
        headerLength = offset
        hasPadding = first & 0x2000_0000 != 0
        paddingLength = 0
        if hasPadding, !paddingIsEncrypted {
            // The last byte counts itself (RFC 3550 §5.1), so zero is as wrong as more than there is.
            guard offset < count else { throw .badPadding }
            paddingLength = Int(packet.byte(at: count &- 1))
            guard paddingLength > 0, paddingLength <= count &- offset else { throw .badPadding }
        }
        payloadLength = count &- offset &- paddingLength
    }

    /// Writes the twelve bytes of a header without CSRCs.
    ///
    /// - Parameters:
    ///   - memory: at least ``fixedLength`` bytes.
    ///   - hasExtension: the X bit; an extension block must follow (``HeaderExtensionWriter``).
    /// - Returns: ``fixedLength``, or 0 when `memory` is too small.
    @inlinable @inline(__always)
    public static func write(
        into memory: UnsafeMutableRawBufferPointer, marker: Bool, payloadType: UInt8, sequenceNumber: UInt16,
        timestamp: UInt32, ssrc: UInt32, hasExtension: Bool = false, hasPadding: Bool = false
    ) -> Int {
        guard let base = memory.baseAddress, memory.count >= Self.fixedLength else { return 0 }
        var first: UInt32 = 0x8000_0000 | UInt32(payloadType & 0x7F) << 16 | UInt32(sequenceNumber)
        if hasPadding { first |= 0x2000_0000 }
        if hasExtension { first |= 0x1000_0000 }
        if marker { first |= 0x0080_0000 }
        base.storeBytes(of: first.bigEndian, toByteOffset: 0, as: UInt32.self)
        base.storeBytes(of: timestamp.bigEndian, toByteOffset: 4, as: UInt32.self)
        base.storeBytes(of: ssrc.bigEndian, toByteOffset: 8, as: UInt32.self)
        return Self.fixedLength
    }
}
