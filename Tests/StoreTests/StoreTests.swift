import Briefing
import Foundation
import GRDB
import ICalendar
import Testing

@testable import Store

@Suite struct StoreTests {
    @Test func `A file of an older version keeps what it holds and gets the newer tables`() throws {
        let kept = try TemporaryStore()
        let names = Schema.migrator.migrations
        for (number, name) in names.enumerated().dropLast() {
            let queue = try DatabaseQueue(path: kept.file.path)
            try Schema.migrator.migrate(queue, upTo: name)
            if number == 0 {
                try queue.write {
                    try $0.execute(
                        sql: "INSERT INTO unit (code, name, kind) VALUES ('ba-be', 'Huyện Ba Bể', 'district')")
                }
            }
            try queue.close()
        }
        let store = try kept.open()
        #expect(try store.readNow { try $0.units().map(\.name) } == ["Huyện Ba Bể"])
        try store.writeNow { try $0.record(at: 1, who: "system", what: "x", object: "y") }
        #expect(try kept.number("SELECT count(*) FROM grdb_migrations") == names.count)
        // Opening it once more changes nothing.
        #expect(try kept.open().readNow { try $0.units().count } == 1)
    }

    @Test func `A file of a newer version is refused with a sentence and left as it is`() throws {
        let kept = try TemporaryStore()
        _ = try kept.open()
        try kept.tamper("INSERT INTO grdb_migrations (identifier) VALUES ('of the future')")
        let error = #expect(throws: StoreError.self) { try kept.open() }
        #expect(error?.description.contains("newer giaoban") == true)
        #expect(try kept.number("SELECT count(*) FROM grdb_migrations") == Schema.migrator.migrations.count + 1)
    }

    @Test func `A file that is no database is refused with a sentence`() throws {
        let kept = try TemporaryStore()
        try Data(repeating: 65, count: 5000).write(to: kept.file)
        let error = #expect(throws: StoreError.self) { try kept.open() }
        #expect(error?.description.contains("cannot be used") == true)
    }

    @Test func `A letter is in the queue only with the act that it tells of`() throws {
        struct Refused: Error {}
        let store = try TemporaryStore().open()
        func letter(_ id: String) -> QueuedLetter {
            QueuedLetter(
                messageID: id, kind: "update", toName: "Ba Bể", toAddress: "ba-be@example.vn", subject: "Đổi giờ",
                nextTry: 5, made: 5)
        }
        #expect(throws: Refused.self) {
            try store.writeNow { writing in
                try writing.queue(letter("1@x"), body: Data("một".utf8))
                try writing.record(at: 5, who: "system", what: "x", object: "y")
                throw Refused()
            }
        }
        #expect(try store.readNow { try $0.letterCounts() } == [:])
        try store.writeNow { writing in
            try writing.queue(letter("2@x"), body: Data("hai".utf8))
            try writing.record(at: 5, who: "system", what: "x", object: "y")
        }
        let due = try store.readNow { try $0.dueLetters(now: 5, limit: 9) }
        #expect(due.map(\.0.messageID) == ["2@x"])
        #expect(due.map(\.body) == [Data("hai".utf8)])
        #expect(try store.readNow { try $0.verifyActs(key: TemporaryStore.key) } == .whole(count: 1))
    }

    @Test func `A letter that was sent is not sent again, and one that was refused waits for whoever retries it`()
        throws
    {
        let store = try TemporaryStore().open()
        try store.writeNow { writing in
            for id in ["1@x", "2@x", "3@x"] {
                try writing.queue(
                    QueuedLetter(
                        messageID: id, kind: "update", toName: "", toAddress: "a@example.vn", subject: "", nextTry: 5,
                        made: 5), body: Data())
            }
            try writing.letterSent(messageID: "1@x", now: 6)
            try writing.letterFailed(messageID: "2@x", error: "550", nextTry: nil)
            try writing.letterFailed(messageID: "3@x", error: "450", nextTry: 90)
            // A late failure does not undo a delivery.
            try writing.letterFailed(messageID: "1@x", error: "450", nextTry: 7)
        }
        #expect(try store.readNow { try $0.dueLetters(now: 89, limit: 9).map(\.0.messageID) } == [])
        #expect(try store.readNow { try $0.dueLetters(now: 90, limit: 9).map(\.0.messageID) } == ["3@x"])
        let refused = try store.readNow { try $0.letter(messageID: "2@x")?.id }
        try store.writeNow { try $0.retryLetter(id: refused ?? 0, now: 95) }
        #expect(try store.readNow { try $0.dueLetters(now: 95, limit: 9).map(\.0.messageID) } == ["3@x", "2@x"])
        #expect(try store.readNow { try $0.letter(messageID: "1@x")?.state } == .sent)
    }

    @Test func `Letters of a unit's series are found beside any number of others'`() throws {
        let store = try TemporaryStore().open()
        try store.writeNow { writing in
            let units = try ["ba-be", "cho-don"].map {
                try writing.add(Unit(id: UnitID(0), code: $0, name: $0, kind: "district"))
            }
            for number in 1...10 {
                // Only the first is of the first unit's series.
                let unit = units[number == 1 ? 0 : 1]
                let series = try writing.addSeries(
                    try plan("Họp \(number)", of: unit), uid: "\(number)@x", through: LocalDate(dayNumber: 20_000),
                    follows: nil, now: 5, by: nil)
                try writing.queue(
                    QueuedLetter(
                        messageID: "\(number)@x", kind: "update", toName: "", toAddress: "a@example.vn", subject: "",
                        series: series, nextTry: 5, made: 5), body: Data())
            }
        }
        let unit = try #require(try store.readNow { try $0.units().first?.id })
        func found(_ organisers: Set<UnitID>?) throws -> [String] {
            try store.readNow {
                try $0.letters(state: nil, occurrence: nil, organisers: organisers, limit: 3).map(\.messageID)
            }
        }
        #expect(try found(nil) == ["10@x", "9@x", "8@x"])
        #expect(try found([unit]) == ["1@x"])
        #expect(try found([]) == [])
    }

    private func plan(_ title: String, of unit: UnitID) throws -> MeetingPlan {
        MeetingPlan(
            title: title, organiser: unit, chair: nil, start: try #require(LocalDateTime("2026-11-23T07:30")),
            minutes: 90, rule: nil, holidays: .keep, form: .online, isPeriodic: false, venue: nil, sites: [],
            people: [], agenda: [], notes: "")
    }

    @Test(arguments: ["Đặng", "đặng", "ĐẶNG THỊ Ánh", "ánh", "hoa.dang@"])
    func `Somebody is found by any part of the name, whatever its case`(text: String) throws {
        let store = try TemporaryStore().open()
        try store.writeNow { writing in
            let unit = try writing.add(Unit(id: UnitID(0), code: "ba-be", name: "Huyện Ba Bể", kind: "district"))
            for (name, email) in [("Đặng Thị Ánh Hoa", "hoa.dang@x.vn"), ("Bùi Văn An", "an@x.vn")] {
                let person = Person(
                    id: PersonID(0), name: name, email: email, title: "", phone: "", unit: unit,
                    grants: [Grant(role: .secretary, unit: unit), Grant(role: .chair, unit: unit)])
                _ = try writing.add(person, password: nil)
            }
        }
        let found = try store.readNow { try $0.people(matching: text, unit: nil, limit: 9) }
        #expect(found.map(\.name) == ["Đặng Thị Ánh Hoa"])
        #expect(found.first?.grants.map(\.role) == [.chair, .secretary])
    }

    @Test func `A copy taken while the store is in use opens with all that was written before it`() throws {
        let kept = try TemporaryStore()
        let store = try kept.open()
        try store.writeNow { try $0.record(at: 1, who: "system", what: "x", object: "y") }
        let copy = try TemporaryStore()
        try store.backUp(to: copy.file)
        #expect(try copy.open().readNow { try $0.verifyActs(key: TemporaryStore.key) } == .whole(count: 1))
    }
}
