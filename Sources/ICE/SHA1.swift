/// SHA-1 (RFC 3174), small and without allocation, for STUN's MESSAGE-INTEGRITY only.
struct SHA1 {
    static let blockLength = 64
    static let digestLength = 20

    private var state: InlineArray<5, UInt32> = [0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0]
    private var block = InlineArray<64, UInt8>(repeating: 0)
    private var filled = 0
    private var total: UInt64 = 0

    mutating func update(_ byte: UInt8) {
        block[filled] = byte
        filled += 1
        total &+= 1
        if filled == Self.blockLength {
            compress()
            filled = 0
        }
    }

    mutating func finish() -> InlineArray<20, UInt8> {
        let bits = total &* 8
        update(0x80)
        while filled != 56 { update(0) }
        for shift in stride(from: 56, through: 0, by: -8) { update(UInt8(truncatingIfNeeded: bits >> UInt64(shift))) }
        var digest = InlineArray<20, UInt8>(repeating: 0)
        for word in 0..<5 {
            for byte in 0..<4 {
                digest[word * 4 + byte] = UInt8(truncatingIfNeeded: state[word] >> UInt32(24 - byte * 8))
            }
        }
        return digest
    }

    private mutating func compress() {
        var words = InlineArray<80, UInt32>(repeating: 0)
        for index in 0..<16 {
            words[index] =
                UInt32(block[index * 4]) << 24 | UInt32(block[index * 4 + 1]) << 16
                | UInt32(block[index * 4 + 2]) << 8 | UInt32(block[index * 4 + 3])
        }
        for index in 16..<80 {
            words[index] = rotate(words[index - 3] ^ words[index - 8] ^ words[index - 14] ^ words[index - 16], 1)
        }
        var (a, b, c, d, e) = (state[0], state[1], state[2], state[3], state[4])
        for index in 0..<80 {
            let (mix, constant): (UInt32, UInt32) =
                switch index {
                case 0..<20: (b & c | ~b & d, 0x5A82_7999)
                case 20..<40: (b ^ c ^ d, 0x6ED9_EBA1)
                case 40..<60: (b & c | b & d | c & d, 0x8F1B_BCDC)
                default: (b ^ c ^ d, 0xCA62_C1D6)
                }
            let next = rotate(a, 5) &+ mix &+ e &+ constant &+ words[index]
            (e, d, c, b, a) = (d, c, rotate(b, 30), a, next)
        }
        state[0] &+= a
        state[1] &+= b
        state[2] &+= c
        state[3] &+= d
        state[4] &+= e
    }

    private func rotate(_ value: UInt32, _ bits: UInt32) -> UInt32 { value << bits | value >> (32 - bits) }
}

/// HMAC-SHA1 (RFC 2104) of one key, whose inner and outer blocks are hashed once.
struct HMACSHA1: Sendable {
    private let inner: SHA1
    private let outer: SHA1

    init(key: [UInt8]) {
        var block = InlineArray<64, UInt8>(repeating: 0)
        if key.count > SHA1.blockLength {
            var hash = SHA1()
            for byte in key { hash.update(byte) }
            let digest = hash.finish()
            for index in 0..<SHA1.digestLength { block[index] = digest[index] }
        } else {
            for (index, byte) in key.enumerated() { block[index] = byte }
        }
        var first = SHA1()
        var second = SHA1()
        for index in 0..<SHA1.blockLength {
            first.update(block[index] ^ 0x36)
            second.update(block[index] ^ 0x5C)
        }
        inner = first
        outer = second
    }

    /// The code of a message of `count` bytes that `byte` gives.
    func authenticate(count: Int, byte: (Int) -> UInt8) -> InlineArray<20, UInt8> {
        var hash = inner
        for index in 0..<count { hash.update(byte(index)) }
        let digest = hash.finish()
        var last = outer
        for index in 0..<SHA1.digestLength { last.update(digest[index]) }
        return last.finish()
    }
}
