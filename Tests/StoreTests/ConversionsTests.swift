import Foundation
import Testing

@testable import Store

@Suite struct ConversionsTests {
    private let kept: TemporaryStore
    private let store: Store
    private let types = ["application/pdf", "text/plain"]

    init() throws {
        kept = try TemporaryStore()
        store = try kept.open()
        try kept.tamper("INSERT INTO unit (id, code, name, kind) VALUES (1, 'a', 'A', 'department')")
        try kept.tamper(
            """
            INSERT INTO series (id, uid, title, organiser, start, minutes, holidays, form, is_periodic, notes, state, version,
                sequence, answers_since, laid_out_through, created_at)
            VALUES (1, 'u', 'Họp', 1, '2026-11-22T07:30', 60, 'keep', 'online', 0, '', 'active', 1, 0, 0, '2026-11-22', 1)
            """)
    }

    private func add(_ sha256: String, type: String = "application/pdf") throws {
        try kept.tamper(
            """
            INSERT INTO paper (series, title, filename, type, bytes, sha256, classification, added_at)
            VALUES (1, 'T', 't', '\(type)', 1, '\(sha256)', 'thuong', 1)
            """)
    }

    private func next() throws -> String? {
        try store.readNow { [types] in try $0.nextToConvert(types: types)?.sha256 }
    }

    private func state(_ sha256: String) throws -> KeptConversion.State? {
        try store.readNow { try $0.conversion(of: sha256)?.state }
    }

    @Test func `papers are converted in the order in which they came, each content once, and only what becomes pages`()
        throws
    {
        try add("v", type: "video/mp4")
        try add("a")
        try add("a")
        try add("b", type: "Text/Plain; charset=utf-8")
        #expect(try next() == "a")
        try store.writeNow { try $0.beginConversion(of: "a", type: "application/pdf", now: 2) }
        #expect(try next() == "b")
        try store.writeNow { try $0.beginConversion(of: "b", type: "text/plain", now: 2) }
        #expect(try next() == nil)
    }

    @Test func `what a killed server was at waits again, behind what nobody has begun with, and is no failed attempt`()
        throws
    {
        try add("a")
        for _ in 0..<10 {
            try store.writeNow { try $0.beginConversion(of: "a", type: "application/pdf", now: 2) }
            try store.writeNow { try $0.resumeConversions(now: 3) }
        }
        try add("b")
        #expect(try next() == "b")
        try store.writeNow { try $0.beginConversion(of: "b", type: "application/pdf", now: 4) }
        #expect(try next() == "a")
        #expect(try store.readNow { try $0.conversion(of: "a")?.attempts } == 0)
    }

    @Test func `a passing fault is tried three times, another once`() throws {
        for sha256 in ["a", "b"] {
            try add(sha256)
            try store.writeNow { try $0.beginConversion(of: sha256, type: "application/pdf", now: 2) }
        }
        try store.writeNow { try $0.failConversion(of: "a", reason: "damaged", attempts: 1, now: 3) }
        #expect(try state("a") == .failed)
        for expected in [KeptConversion.State.waiting, .waiting, .failed] {
            try store.writeNow { try $0.failConversion(of: "b", reason: "server", attempts: 3, now: 3) }
            #expect(try state("b") == expected)
        }
        // After the server's keeper has done something, what was no paper's fault is tried again.
        try store.writeNow { try $0.retryConversions(reasons: ["server"], now: 4) }
        #expect(try state("a") == .failed)
        #expect(try state("b") == .waiting)
    }

    @Test func `pages are there with the conversion's end and go when no paper needs them`() throws {
        try add("a")
        try add("a")
        try store.writeNow { try $0.beginConversion(of: "a", type: "application/pdf", now: 2) }
        let pages = [1, 2].map { KeptPage(number: $0, width: 1920, height: 2715, text: "Trang \($0)") }
        try store.writeNow { try $0.endConversion(of: "a", pages: pages, milliseconds: 5, peakBytes: 7, now: 3) }
        #expect(try state("a") == .ready)
        #expect(try store.readNow { try $0.page(2, of: "a") } == pages[1])
        #expect(try store.readNow { try $0.page(3, of: "a") } == nil)
        #expect(try store.readNow { try $0.pages(of: "a").map(\.number) } == [1, 2])
        try kept.tamper("UPDATE paper SET withdrawn_at = 5 WHERE id = 1")
        #expect(try store.readNow { try $0.forsakenConversions() } == [])
        try kept.tamper("UPDATE paper SET withdrawn_at = 5")
        #expect(try store.readNow { try $0.forsakenConversions() } == ["a"])
        try store.writeNow { try $0.forgetConversion(of: "a") }
        #expect(try state("a") == nil)
        #expect(try store.readNow { try $0.page(1, of: "a") } == nil)
    }
}
