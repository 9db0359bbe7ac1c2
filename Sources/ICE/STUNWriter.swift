/// Writes a STUN message (RFC 8489 §5), attribute by attribute; integrity and fingerprint last. What does not fit is
/// left out, and ``length`` is then 0.
public struct STUNWriter {
    private let memory: UnsafeMutableRawBufferPointer
    private var count = STUNMessage.headerLength
    private var failed = false

    /// - Parameter transaction: 12 bytes, copied.
    public init(
        _ memory: UnsafeMutableRawBufferPointer, messageClass: STUNMessage.Class,
        method: UInt16 = STUNMessage.binding, transaction: RawSpan
    ) {
        self.memory = memory
        guard memory.count >= STUNMessage.headerLength, transaction.byteCount >= 12 else {
            failed = true
            return
        }
        let kind = UInt16(messageClass.rawValue)
        put16(method & 0xF | (method & 0x70) << 1 | (method & 0xF80) << 2 | (kind & 1) << 4 | (kind & 2) << 7, at: 0)
        put16(0, at: 2)
        put32(STUNMessage.magicCookie, at: 4)
        for index in 0..<12 { memory[8 + index] = transaction.byte(index) }
    }

    /// Bytes of the message; 0 when something did not fit.
    public var length: Int { failed ? 0 : count }

    public mutating func username(_ text: String) {
        guard let offset = begin(Attribute.username, length: text.utf8.count) else { return }
        for (index, byte) in text.utf8.enumerated() { memory[offset + index] = byte }
    }

    public mutating func priority(_ value: UInt32) {
        if let offset = begin(Attribute.priority, length: 4) { put32(value, at: offset) }
    }

    public mutating func useCandidate() { _ = begin(Attribute.useCandidate, length: 0) }

    public mutating func controlling(_ tieBreaker: UInt64) { put64(tieBreaker, as: Attribute.controlling) }

    public mutating func controlled(_ tieBreaker: UInt64) { put64(tieBreaker, as: Attribute.controlled) }

    /// XOR-MAPPED-ADDRESS (RFC 8489 §14.2).
    public mutating func mappedAddress(_ address: PeerAddress) {
        let port = address.port ^ UInt16(STUNMessage.magicCookie >> 16)
        if let four = address.ipv4Address {
            guard let offset = begin(Attribute.xorMappedAddress, length: 8) else { return }
            put16(1, at: offset)
            put16(port, at: offset + 2)
            put32(four ^ STUNMessage.magicCookie, at: offset + 4)
        } else {
            guard let offset = begin(Attribute.xorMappedAddress, length: 20) else { return }
            put16(2, at: offset)
            put16(port, at: offset + 2)
            for index in 0..<16 {
                let word = index < 8 ? address.high : address.low
                let byte = UInt8(truncatingIfNeeded: word >> UInt64(56 - (index & 7) * 8))
                // Cookie and transaction, as they stand in the header.
                memory[offset + 4 + index] = byte ^ memory[4 + index]
            }
        }
    }

    /// ERROR-CODE (RFC 8489 §14.8) with an empty reason.
    public mutating func errorCode(_ code: UInt16) {
        guard let offset = begin(Attribute.errorCode, length: 4) else { return }
        put16(0, at: offset)
        put16((code / 100) << 8 | (code % 100), at: offset + 2)
    }

    public mutating func unknownAttribute(_ kind: UInt16) {
        if let offset = begin(Attribute.unknownAttributes, length: 2) { put16(kind, at: offset) }
    }

    /// MESSAGE-INTEGRITY with a short-term password (RFC 8489 §14.5).
    public mutating func integrity(password: String) { integrity(HMACSHA1(key: Array(password.utf8))) }

    mutating func integrity(_ key: HMACSHA1) {
        let covered = count
        guard let offset = begin(Attribute.messageIntegrity, length: 20) else { return }
        let code = key.authenticate(count: covered) { memory[$0] }
        for index in 0..<20 { memory[offset + index] = code[index] }
    }

    public mutating func fingerprint() {
        let covered = count
        guard let offset = begin(Attribute.fingerprint, length: 4) else { return }
        put32(CRC32.of(UnsafeRawBufferPointer(memory).bytes, count: covered) ^ 0x5354_554E, at: offset)
    }

    /// Writes an attribute's header, makes the message's length count it, and returns where its value goes.
    private mutating func begin(_ kind: UInt16, length: Int) -> Int? {
        let padded = (length + 3) & ~3
        guard !failed, length <= 0xFFFF, count + 4 + padded <= memory.count else {
            failed = true
            return nil
        }
        put16(kind, at: count)
        put16(UInt16(truncatingIfNeeded: length), at: count + 2)
        let value = count + 4
        for index in length..<padded { memory[value + index] = 0 }
        count = value + padded
        put16(UInt16(truncatingIfNeeded: count - STUNMessage.headerLength), at: 2)
        return value
    }

    private mutating func put64(_ value: UInt64, as kind: UInt16) {
        guard let offset = begin(kind, length: 8) else { return }
        put32(UInt32(truncatingIfNeeded: value >> 32), at: offset)
        put32(UInt32(truncatingIfNeeded: value), at: offset + 4)
    }

    private func put16(_ value: UInt16, at offset: Int) {
        memory[offset] = UInt8(truncatingIfNeeded: value >> 8)
        memory[offset + 1] = UInt8(truncatingIfNeeded: value)
    }

    private func put32(_ value: UInt32, at offset: Int) {
        put16(UInt16(truncatingIfNeeded: value >> 16), at: offset)
        put16(UInt16(truncatingIfNeeded: value), at: offset + 2)
    }
}
