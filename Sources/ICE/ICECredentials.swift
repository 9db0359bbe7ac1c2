/// One side's user name fragment and password (RFC 8445 §5.3).
public struct ICECredentials: Sendable, Equatable {
    /// 4 to 256 ice-chars.
    public var ufrag: String
    /// 22 to 256 ice-chars.
    public var password: String

    public init(ufrag: String, password: String) {
        self.ufrag = ufrag
        self.password = password
    }

    /// New ones: 60 bits of name, so that no two meet, and 144 bits of password.
    public init<Generator: RandomNumberGenerator>(using generator: inout Generator) {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        func text(_ count: Int) -> String {
            String(decoding: (0..<count).map { _ in alphabet[Int(generator.next() & 63)] }, as: UTF8.self)
        }
        ufrag = text(10)
        password = text(24)
    }
}
