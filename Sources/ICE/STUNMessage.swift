/// Why bytes are not a STUN message that we take.
public enum STUNError: Error, Equatable {
    /// Shorter than its header or than the length that it gives.
    case truncated
    /// The first two bits, the magic cookie or the length's alignment are wrong (RFC 8489 §5).
    case notSTUN
    /// An attribute reaches past the end.
    case badAttribute
    /// FINGERPRINT is there and wrong (RFC 8489 §14.7).
    case badFingerprint
}

/// A STUN message as offsets into its datagram (RFC 8489 §5): header fields and the attributes that ICE uses.
public struct STUNMessage: Sendable {
    public enum Class: UInt8, Sendable { case request = 0, indication = 1, success = 2, failure = 3 }

    public static let headerLength = 20
    static let magicCookie: UInt32 = 0x2112_A442
    public static let binding: UInt16 = 1

    public let messageClass: Class
    /// 12 bits; 1 is Binding.
    public let method: UInt16
    /// Offset of the transaction's 12 bytes.
    static let transactionOffset = 8
    public private(set) var username = 0..<0
    public private(set) var priority: UInt32?
    public private(set) var useCandidate = false
    public private(set) var controlling: UInt64?
    public private(set) var controlled: UInt64?
    /// First comprehension-required attribute that we do not know (RFC 8489 §6.3.1), or 0.
    public private(set) var unknownAttribute: UInt16 = 0
    /// Offset of the MESSAGE-INTEGRITY attribute's header, or 0.
    public private(set) var integrityOffset = 0

    /// - Throws: ``STUNError``.
    public init(parsing packet: RawSpan) throws(STUNError) {
        let count = packet.byteCount
        guard count >= Self.headerLength else { throw .truncated }
        let type = packet.big16(0)
        let length = Int(packet.big16(2))
        guard type & 0xC000 == 0, length & 3 == 0, packet.big32(4) == Self.magicCookie else { throw .notSTUN }
        guard length &+ Self.headerLength == count else { throw .truncated }
        messageClass = Class(rawValue: UInt8(truncatingIfNeeded: type >> 7 & 2 | type >> 4 & 1)) ?? .request
        method = type & 0xF | type >> 1 & 0x70 | type >> 2 & 0xF80
        var offset = Self.headerLength
        while offset < count {
            guard offset &+ 4 <= count else { throw .badAttribute }
            let kind = packet.big16(offset)
            let size = Int(packet.big16(offset &+ 2))
            let value = offset &+ 4
            guard value &+ size <= count else { throw .badAttribute }
            try take(kind, at: offset, value: value, size: size, in: packet)
            offset = value &+ (size &+ 3) & ~3
        }
    }

    private mutating func take(
        _ kind: UInt16, at offset: Int, value: Int, size: Int, in packet: RawSpan
    ) throws(STUNError) {
        if kind == Attribute.fingerprint {
            // Always last (RFC 8489 §14.7).
            guard size == 4, value &+ 4 == packet.byteCount,
                packet.big32(value) == CRC32.of(packet, count: offset) ^ 0x5354_554E
            else { throw .badFingerprint }
            return
        }
        // What follows MESSAGE-INTEGRITY is not covered by it and is ignored (RFC 8489 §14.5).
        guard integrityOffset == 0 else { return }
        switch kind {
        case Attribute.username: username = value..<(value &+ size)
        case Attribute.priority where size == 4: priority = packet.big32(value)
        case Attribute.useCandidate: useCandidate = true
        case Attribute.controlling where size == 8: controlling = packet.big64(value)
        case Attribute.controlled where size == 8: controlled = packet.big64(value)
        case Attribute.messageIntegrity:
            guard size == 20 else { throw .badAttribute }
            integrityOffset = offset
        case Attribute.errorCode, Attribute.xorMappedAddress, Attribute.mappedAddress, Attribute.realm,
            Attribute.nonce, Attribute.unknownAttributes, Attribute.messageIntegritySHA256:
            break
        default:
            if kind < 0x8000, unknownAttribute == 0 { unknownAttribute = kind }
        }
    }

    /// Whether MESSAGE-INTEGRITY is there and made with this key (RFC 8489 §14.5). Compares in constant time.
    func hasIntegrity(_ key: HMACSHA1, in packet: RawSpan) -> Bool {
        guard integrityOffset >= Self.headerLength, integrityOffset &+ 24 <= packet.byteCount else { return false }
        // The length in the header counts as if the message ended with this attribute.
        let length = UInt16(truncatingIfNeeded: integrityOffset &+ 24 &- Self.headerLength)
        let code = key.authenticate(count: integrityOffset) { index in
            switch index {
            case 2: UInt8(truncatingIfNeeded: length >> 8)
            case 3: UInt8(truncatingIfNeeded: length)
            default: packet.byte(index)
            }
        }
        var difference: UInt8 = 0
        for index in 0..<20 { difference |= code[index] ^ packet.byte(integrityOffset &+ 4 &+ index) }
        return difference == 0
    }
}

enum Attribute {
    static let mappedAddress: UInt16 = 0x0001
    static let username: UInt16 = 0x0006
    static let messageIntegrity: UInt16 = 0x0008
    static let errorCode: UInt16 = 0x0009
    static let unknownAttributes: UInt16 = 0x000A
    static let realm: UInt16 = 0x0014
    static let nonce: UInt16 = 0x0015
    static let messageIntegritySHA256: UInt16 = 0x001C
    static let xorMappedAddress: UInt16 = 0x0020
    static let priority: UInt16 = 0x0024
    static let useCandidate: UInt16 = 0x0025
    static let software: UInt16 = 0x8022
    static let fingerprint: UInt16 = 0x8028
    static let controlled: UInt16 = 0x8029
    static let controlling: UInt16 = 0x802A
}

/// The byte range of the addressee's user name fragment in a binding request: USERNAME up to its colon
/// (RFC 8445 §7.2.2). nil for anything that is no well-formed request with one.
public func stunUsername(in packet: RawSpan) -> Range<Int>? {
    guard let message = try? STUNMessage(parsing: packet), message.messageClass == .request,
        message.method == STUNMessage.binding
    else { return nil }
    for offset in message.username where packet.byte(offset) == UInt8(ascii: ":") {
        return message.username.lowerBound..<offset
    }
    return nil
}

extension RawSpan {
    func byte(_ offset: Int) -> UInt8 {
        guard offset >= 0, offset < byteCount else { return 0 }
        return unsafeLoad(fromByteOffset: offset, as: UInt8.self)
    }

    func big16(_ offset: Int) -> UInt16 { UInt16(byte(offset)) << 8 | UInt16(byte(offset &+ 1)) }
    func big32(_ offset: Int) -> UInt32 { UInt32(big16(offset)) << 16 | UInt32(big16(offset &+ 2)) }
    func big64(_ offset: Int) -> UInt64 { UInt64(big32(offset)) << 32 | UInt64(big32(offset &+ 4)) }
}

/// The CRC of ITU V.42, which FINGERPRINT carries.
enum CRC32 {
    private static let table: InlineArray<256, UInt32> = {
        var table = InlineArray<256, UInt32>(repeating: 0)
        for index in 0..<256 {
            var value = UInt32(index)
            for _ in 0..<8 { value = value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1 }
            table[index] = value
        }
        return table
    }()

    static func of(_ packet: RawSpan, count: Int) -> UInt32 {
        var crc: UInt32 = 0xFFFF_FFFF
        for offset in 0..<count { crc = table[Int((crc ^ UInt32(packet.byte(offset))) & 0xFF)] ^ (crc >> 8) }
        return ~crc
    }
}
