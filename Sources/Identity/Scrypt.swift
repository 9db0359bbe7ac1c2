import COpenSSL

/// scrypt (RFC 7914) by libcrypto.
struct Scrypt: Sendable, Equatable {
    /// N is 2 to this.
    var logN: Int
    var r: Int
    var p: Int

    /// 32 MiB and about 80 ms a hash on one core.
    static let current = Scrypt(logN: 15, r: 8, p: 1)

    /// Most that parameters read from somewhere may ask for: a line of text must not be able to take all memory.
    private static let mostMemory = 256 << 20

    /// - Returns: nil where the parameters are out of bounds.
    init?(checkedLogN logN: Int, r: Int, p: Int) {
        guard (1...20).contains(logN), (1...32).contains(r), (1...16).contains(p),
            128 * r * (1 << logN) <= Self.mostMemory
        else { return nil }
        self.init(logN: logN, r: r, p: p)
    }

    private init(logN: Int, r: Int, p: Int) {
        self.logN = logN
        self.r = r
        self.p = p
    }

    /// - Returns: nil where there is no memory for it.
    func key(password: [UInt8], salt: [UInt8], count: Int) -> [UInt8]? {
        let n = 1 << logN
        // libcrypto's own limit is exactly the 32 MiB of N = 2^15, r = 8 and leaves no room for the blocks beside it.
        let memory = 128 * r * (n + p + 2) + 1 << 20
        var key = [UInt8](repeating: 0, count: count)
        let letters = password.map { CChar(bitPattern: $0) }
        let done = EVP_PBE_scrypt(
            letters, letters.count, salt, salt.count, UInt64(n), UInt64(r), UInt64(p), UInt64(memory), &key, count)
        return done == 1 ? key : nil
    }
}
