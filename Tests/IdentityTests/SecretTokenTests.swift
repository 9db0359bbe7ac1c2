import Testing

@testable import Identity

struct SecretTokenTests {
    @Test func `a token comes back from its text, and is known by its hash`() throws {
        let token = SecretToken()
        let read = try #require(SecretToken(token.text))
        #expect(read == token)
        #expect(read.matches(token.hash))
        #expect(!SecretToken().matches(token.hash))
        #expect(token.text.utf8.count == 43)
        #expect(SecretToken.Hash(bytes: token.hash.bytes) == token.hash)
    }

    @Test func `the hash is SHA-256 of the token's bytes`() throws {
        // SHA-256 of 32 zeros, from `head -c 32 /dev/zero | sha256sum`.
        let token = try #require(SecretToken(String(repeating: "A", count: 43)))
        #expect(token.hash.bytes == bytes("66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925"))
    }

    @Test func `no two tokens are alike`() {
        #expect(Set((0..<1000).map { _ in SecretToken().text }).count == 1000)
    }

    @Test func `what is no token's text is refused`() {
        let text = SecretToken().text
        for bad in [
            "", String(text.dropLast()), text + "A", text.dropLast() + "+", text.dropLast() + "=",
            text.dropLast() + "B",
            text.dropLast() + "ệ", String(repeating: "A", count: 100_000),
        ] {
            #expect(SecretToken(bad) == nil, "\(bad.prefix(50))")
        }
        #expect(SecretToken.Hash(bytes: [UInt8](repeating: 0, count: 31)) == nil)
    }

    @Test func `what is derived holds for its token and purpose only`() {
        let token = SecretToken()
        let csrf = token.derived(for: "csrf")
        #expect(token.isDerived(csrf, for: "csrf"))
        #expect(!token.isDerived(csrf, for: "other"))
        #expect(!token.isDerived("", for: "csrf"))
        #expect(!SecretToken().isDerived(csrf, for: "csrf"))
        #expect(csrf != token.text)
    }

    @Test func `a token that is printed says nothing`() {
        let token = SecretToken()
        let printed =
            "\(token) \(String(reflecting: token)) \([token]) \(String(describing: Mirror(reflecting: token).children.count))"
        #expect(!printed.contains(token.text))
        var dumped = ""
        dump(token, to: &dumped)
        #expect(!dumped.contains("bytes"))
    }

    /// RFC 4648 §10, without its padding.
    @Test(arguments: [
        ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE"),
        ("foobar", "Zm9vYmFy"),
    ])
    func `base64 is that of RFC 4648`(plain: String, text: String) {
        #expect(Base64.url.text(plain.utf8) == text)
        #expect(Base64.url.bytes(text) == Array(plain.utf8))
        #expect(Base64.standard.text(plain.utf8) == text)
    }

    @Test func `each alphabet takes its own letters only`() {
        let all = [UInt8](0...255)
        #expect(Base64.url.bytes(Base64.url.text(all)) == all)
        #expect(Base64.standard.bytes(Base64.standard.text(all)) == all)
        #expect(Base64.url.bytes("+/+/") == nil)
        #expect(Base64.standard.bytes("-_-_") == nil)
        #expect(Base64.url.bytes("Zh") == nil, "bits left over")
        #expect(Base64.url.bytes("A") == nil)
    }
}
