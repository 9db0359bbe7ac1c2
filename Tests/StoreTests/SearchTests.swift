import Briefing
import Foundation
import GRDB
import ICalendar
import Testing

@testable import Store

/// Pages and agendas in the index, without meetings around them.
@Suite struct SearchTests {
    private func found(
        _ text: String, in store: Store, papers: SearchedPapers? = nil, after: SearchPosition? = nil
    ) throws -> [SearchHit] {
        var hits: [SearchHit] = []
        try store.readNow { reading in
            try reading.find(SearchQuery(text), in: papers, after: after) { hit in
                hits.append(hit)
                return true
            }
        }
        return hits
    }

    private func page(_ number: Int, _ text: String, in store: Store) throws {
        try store.writeNow { try $0.addPage(of: "f\(number / 10)", number: number, width: 1, height: 1, text: text) }
    }

    @Test func `A phrase without diacritics finds all spellings, with them first what is spelt so`() throws {
        let kept = try TemporaryStore()
        let store = try kept.open()
        try page(1, "Bàn giao công trình hồ chứa", in: store)
        try page(2, "Bản giao ước", in: store)
        try page(3, "giao việc, sau đó bàn", in: store)
        #expect(try found("ban giao", in: store).map(\.id) == [2, 1, 3])
        let exact = try found("bàn giao", in: store)
        #expect(exact.map(\.id) == [1, 3, 2])
        #expect(exact.map(\.isExact) == [true, true, false])
        #expect(try found("\"ban giao\"", in: store).map(\.id) == [2, 1])
        #expect(try found("ho chua", in: store).map(\.id) == [1])
        #expect(try found("công trì", in: store).map(\.id) == [1])
        #expect(try found("cong trin", in: store).map(\.id) == [1])
        #expect(try found("cong trin ", in: store).isEmpty)
    }

    @Test func `What comes after a position goes on where the first answer ended`() throws {
        let kept = try TemporaryStore()
        let store = try kept.open()
        for number in 1...30 {
            try page(
                number, number % 3 == 0 ? "họp giao ban" : number % 3 == 1 ? "ban, họp giao" : "hợp giao bán", in: store
            )
        }
        let all = try found("họp giao ban", in: store).map(\.id)
        #expect(all.count == 30 && Set(all).count == 30)
        for (index, hit) in try found("họp giao ban", in: store).enumerated() {
            let after = SearchPosition(hit.position.description)
            #expect(try found("họp giao ban", in: store, after: after).map(\.id) == Array(all[(index + 1)...]))
        }
        for text in ["", "1", "3.5", "-1.5", "1.x", "1.-5", "1.99999999999999999999"] {
            #expect(SearchPosition(text) == nil)
        }
    }

    @Test func `Only pages of the papers that are looked at are found`() throws {
        let kept = try TemporaryStore()
        let store = try kept.open()
        for number in 1...9 { try page(number, "chung", in: store) }
        var papers = SearchedPapers()
        papers.pages = [2...3, 7...7]
        #expect(try found("chung", in: store, papers: papers).map(\.id) == [7, 3, 2])
        #expect(try found("chung", in: store, papers: SearchedPapers()).isEmpty)
    }

    @Test func `Papers that came years apart are found in one order`() throws {
        let kept = try TemporaryStore()
        let store = try kept.open()
        for (number, id) in [1, 2, 50_000, 90_000, 90_001].enumerated() {
            try kept.tamper(
                """
                INSERT INTO page (id, sha256, number, width, height, text) VALUES (\(id), 'x', \(number), 1, 1, 'chung lũ')
                """)
        }
        try store.writeNow { _ in }
        var papers = SearchedPapers()
        papers.pages = [1...2, 90_000...90_000]
        let hits = try found("chung lu", in: store, papers: papers)
        #expect(hits.map(\.id) == [90_000, 2, 1])
        for (index, hit) in hits.enumerated() {
            #expect(
                try found("chung lu", in: store, papers: papers, after: hit.position).map(\.id)
                    == Array([90_000, 2, 1][(index + 1)...]))
        }
    }

    @Test func `What is edited or removed is found by its new words alone`() throws {
        let kept = try TemporaryStore()
        let store = try kept.open()
        try page(1, "Đê điều", in: store)
        try kept.tamper("UPDATE page SET text = 'Thủy lợi' WHERE id = 1")
        // A program beside ours has changed it: our next transaction takes it in.
        try store.writeNow { _ in }
        #expect(try found("de dieu", in: store).isEmpty)
        #expect(try found("thuy loi", in: store).count == 1)
        try kept.tamper("DELETE FROM page")
        try store.writeNow { _ in }
        #expect(try found("thuy loi", in: store).isEmpty)
        #expect(try kept.number("SELECT count(*) FROM search_pending") == 0)
    }

    @Test func `What a file of before the index held is found when it is opened`() throws {
        let kept = try TemporaryStore()
        let queue = try DatabaseQueue(path: kept.file.path)
        try Schema.migrator.migrate(queue, upTo: "papers")
        try queue.write {
            for number in 1...250 {
                try $0.execute(
                    sql: "INSERT INTO page (sha256, number, width, height, text) VALUES ('x', ?, 1, 1, 'Lũ quét')",
                    arguments: [number])
            }
        }
        try queue.close()
        #expect(try found("lu quet", in: kept.open()).count == 250)
    }

    @Test func `No text that anybody types is an error of the index`() throws {
        let kept = try TemporaryStore()
        let store = try kept.open()
        try page(1, "giao ban tuần", in: store)
        let pieces =
            ["\"", "'", "*", "(", ")", "AND", "OR", "NOT", "NEAR(", ":", "^", "-", "+", "{", "}", "exact", "folded :"]
            + ["giao", "tuần", " ", "\u{0}", "\u{301}", "“", "”", "\\", "%", "_", ";", "--", "漢字", "🙂", "1", "ﬁ"]
            + ["\u{200D}", "İ", "²"]
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<3_000 {
            let text = (0..<Int.random(in: 0...9, using: &generator)).compactMap { _ in
                pieces.randomElement(using: &generator)
            }
            .joined(separator: Bool.random() ? " " : "")
            #expect(throws: Never.self, "\(text)") { try found(text, in: store) }
        }
    }
}
