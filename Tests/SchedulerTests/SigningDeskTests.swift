import Foundation
import Synchronization
import Testing

@testable import Scheduler

private struct Away: Error {}

/// Revocation lists as an address gives them.
private final class ListServer: Sendable {
    private let state = Mutex((questions: 0, answer: [UInt8]?([1])))

    var questions: Int { state.withLock { $0.questions } }

    func answer(_ bytes: [UInt8]?) { state.withLock { $0.answer = bytes } }

    func fetch() throws -> [UInt8] {
        guard
            let answer = state.withLock({
                $0.questions += 1
                return $0.answer
            })
        else { throw Away() }
        return answer
    }

    func desk() -> SigningDesk {
        SigningDesk(
            roots: [], stampAddress: nil, listAddresses: ["http://lists.example/one.crl"], expectation: .none
        ) { _, _ in try self.fetch() }
    }
}

struct SigningDeskTests {
    @Test func `revocation lists are asked for once an hour, and what was judged by others has another name`() {
        let server = ListServer()
        let desk = server.desk()
        let name = desk.anchorsName(now: 1000)
        server.answer([2])
        #expect(desk.anchorsName(now: 1000 + 3599) == name && server.questions == 1)
        #expect(desk.anchorsName(now: 1000 + 3600) != name && server.questions == 2)
    }

    @Test func `a list that cannot be had is asked for again soon, and the old one holds meanwhile`() {
        let server = ListServer()
        let desk = server.desk()
        let name = desk.anchorsName(now: 0)
        server.answer(nil)
        #expect(desk.anchorsName(now: 3600) == name && server.questions == 2)
        #expect(desk.anchorsName(now: 3600 + 299) == name && server.questions == 2)
        #expect(desk.anchorsName(now: 3600 + 300) == name && server.questions == 3)
    }

    @Test func `a desk without roots takes no signatures`() {
        #expect(!SigningDesk().isOpen)
    }
}

struct SigningFilesTests {
    private static func folder() -> URL {
        FileManager.default.temporaryDirectory.appendingPathComponent("signing-\(UUID().uuidString)")
    }

    @Test func `a file is there whole, for the server alone, and nothing beside it`() throws {
        let folder = Self.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let place = folder.appendingPathComponent("inner/one.pdf")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try SigningFiles.keep([1, 2, 3], at: place)
        #expect(try Data(contentsOf: place) == Data([1, 2, 3]))
        let mode = try FileManager.default.attributesOfItem(atPath: place.path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        // Named by its content: what is there is not written anew.
        try SigningFiles.keep([4], at: place)
        #expect(try Data(contentsOf: place) == Data([1, 2, 3]))
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: place.deletingLastPathComponent().path) == ["one.pdf"])
    }

    @Test func `what nobody waits for is removed, but for what is young`() throws {
        let folder = Self.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for name in ["waiting.pdf", "ended.pdf", "new-left"] {
            try SigningFiles.keep([1], at: folder.appendingPathComponent(name))
        }
        let now = Int(Date().timeIntervalSince1970)
        SigningFiles.sweep(folder, keeping: ["waiting"], now: now)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 3)
        SigningFiles.sweep(folder, keeping: ["waiting"], now: now + 700)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["waiting.pdf"])
    }
}
