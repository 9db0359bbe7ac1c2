import Testing

@testable import Identity

struct ProviderConnectionTests {
    private func ask(
        _ server: LoopbackServer, form: String? = nil, authorization: String? = nil, milliseconds: Int = 10_000
    ) async throws -> ProviderAnswer {
        let address = try #require(ProviderAddress("http://127.0.0.1:\(server.port)/x", allowsPlain: true))
        return try await ProviderConnection(authorities: nil, milliseconds: milliseconds)
            .ask(ProviderQuestion(address: address, form: form, authorization: authorization))
    }

    private func answer(_ body: String, status: String = "200 OK", header: String = "") -> String {
        "HTTP/1.1 \(status)\r\n\(header)Content-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)"
    }

    @Test func `a question and its answer go through`() async throws {
        let server = try LoopbackServer(answer: answer("{\"tên\":1}"))
        defer { server.stop() }
        #expect(try await ask(server) == ProviderAnswer(status: 200, body: Array("{\"tên\":1}".utf8)))
        _ = try await ask(server, form: "a=b&c=d", authorization: "Basic eDp5")
        #expect(server.asked.first?.hasPrefix("GET /x HTTP/1.1\r\n") == true)
        let post = try #require(server.asked.last)
        #expect(post.hasPrefix("POST /x HTTP/1.1\r\n") && post.hasSuffix("\r\n\r\na=b&c=d"))
        #expect(post.contains("Authorization: Basic eDp5\r\n"))
        #expect(post.contains("Content-Type: application/x-www-form-urlencoded\r\n"))
    }

    @Test func `a redirect is an answer, and not followed`() async throws {
        let other = try LoopbackServer(answer: answer("stolen"))
        defer { other.stop() }
        let server = try LoopbackServer(
            answer: answer(
                "", status: "307 Temporary Redirect", header: "Location: http://127.0.0.1:\(other.port)/\r\n"))
        defer { server.stop() }
        #expect(try await ask(server, form: "code=secret").status == 307)
        #expect(other.asked.isEmpty)
    }

    @Test func `an answer may have 256 kB and no more`() async throws {
        let fitting = try LoopbackServer(answer: answer(String(repeating: "a", count: 256 << 10)))
        defer { fitting.stop() }
        #expect(try await ask(fitting).body.count == 256 << 10)
        let long = try LoopbackServer(answer: answer(String(repeating: "a", count: 256 << 10 + 1)))
        defer { long.stop() }
        await #expect(throws: OIDCError.badAnswer("an answer is longer than 256 kB")) { try await ask(long) }
    }

    @Test func `a provider that says nothing is given up`() async throws {
        let server = try LoopbackServer(answer: nil)
        defer { server.stop() }
        do {
            _ = try await ask(server, milliseconds: 300)
            Issue.record("something was said")
        } catch OIDCError.unreachable(let reason) {
            #expect(reason.hasSuffix("Timeout was reached"))
        }
    }

    @Test func `nobody there is told as unreachable`() async throws {
        let server = try LoopbackServer(answer: nil)
        server.stop()
        do {
            _ = try await ask(server, milliseconds: 2000)
            Issue.record("somebody answered")
        } catch OIDCError.unreachable {}
    }

    @Test func `plain HTTP behind an https address is refused`() async throws {
        let server = try LoopbackServer(answer: answer("{}"))
        defer { server.stop() }
        let address = try #require(ProviderAddress("https://127.0.0.1:\(server.port)/", allowsPlain: true))
        await #expect(throws: OIDCError.self) {
            try await ProviderConnection(authorities: nil, milliseconds: 2000).ask(ProviderQuestion(address: address))
        }
    }
}
