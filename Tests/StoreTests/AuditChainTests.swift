import Foundation
import GRDB
import Testing

@testable import Store

@Suite struct AuditChainTests {
    let kept: TemporaryStore

    /// Twenty acts.
    init() throws {
        kept = try TemporaryStore()
        let store = try kept.open()
        for number in 1...20 {
            try store.writeNow {
                try $0.record(
                    at: 1_800_000_000 + number, who: "person \(number % 3)", what: "occurrence.edit",
                    object: "occurrence \(number)", detail: "Tên: cũ → mới \(number)")
            }
        }
    }

    private func verdict(key: [UInt8] = TemporaryStore.key) throws -> AuditVerdict {
        try kept.open().readNow { try $0.verifyActs(key: key) }
    }

    @Test func `A chain that nobody touched is whole, also after the file is opened again`() throws {
        #expect(try verdict() == .whole(count: 20))
        try kept.open().writeNow { try $0.record(at: 1, who: "system", what: "x", object: "y") }
        #expect(try verdict() == .whole(count: 21))
    }

    @Test func `An empty chain is whole`() throws {
        let store = try TemporaryStore().open()
        #expect(try store.readNow { try $0.verifyActs(key: TemporaryStore.key) } == .whole(count: 0))
    }

    @Test(arguments: ["at = at + 1", "who = 'person 9'", "what = 'x'", "object = 'occurrence 8'", "detail = ''"])
    func `An edited line is found`(change: String) throws {
        try kept.tamper("UPDATE act SET \(change) WHERE id = 7")
        #expect(try verdict() == .broken(line: 7))
    }

    @Test func `Text that is moved from one field into the next is found`() throws {
        try kept.tamper("UPDATE act SET who = who || 'o', what = substr(what, 2) WHERE id = 7")
        #expect(try verdict() == .broken(line: 7))
    }

    @Test func `A removed line is found, also where those after it are numbered anew`() throws {
        try kept.tamper("DELETE FROM act WHERE id = 7")
        #expect(try verdict() == .broken(line: 7))
        try kept.tamper("UPDATE act SET id = id - 1 WHERE id > 7; UPDATE act_head SET count = 19")
        #expect(try verdict() == .broken(line: 7))
    }

    @Test func `The first line's removal is found`() throws {
        try kept.tamper("DELETE FROM act WHERE id = 1")
        #expect(try verdict() == .broken(line: 1))
    }

    @Test func `Two lines in each other's place are found`() throws {
        try kept.tamper(
            "UPDATE act SET id = -1 WHERE id = 7; UPDATE act SET id = 7 WHERE id = 8; UPDATE act SET id = 8 WHERE id = -1"
        )
        #expect(try verdict() == .broken(line: 7))
    }

    @Test func `A line put in between is found`() throws {
        try kept.tamper(
            """
            UPDATE act SET id = id + 100 WHERE id > 7; UPDATE act SET id = id - 99 WHERE id > 100;
            INSERT INTO act SELECT 8, at, who, what, object, detail, hash FROM act WHERE id = 7
            """)
        #expect(try verdict() == .broken(line: 8))
    }

    @Test func `A cut tail is found`() throws {
        try kept.tamper("DELETE FROM act WHERE id > 15")
        #expect(try verdict() == .headDoesNotFit(count: 15, expected: 20))
    }

    @Test func `A cut tail is found also where the head is set to what remains`() throws {
        try kept.tamper(
            """
            DELETE FROM act WHERE id > 15;
            UPDATE act_head SET count = 15, hash = (SELECT hash FROM act WHERE id = 15)
            """)
        #expect(try verdict() == .headDoesNotFit(count: 15, expected: 15))
    }

    @Test func `A chain without lines whose head is gone too does not pass where lines are left`() throws {
        try kept.tamper("DELETE FROM act_head")
        #expect(try verdict() == .headDoesNotFit(count: 20, expected: 0))
    }

    @Test func `A chain made with another key does not pass`() throws {
        #expect(try verdict(key: [UInt8](repeating: 4, count: 32)) == .broken(line: 1))
    }

    @Test func `A check that goes on from another reads what is new`() throws {
        var verified = VerifiedActs()
        func goOn() throws -> AuditVerdict {
            try kept.open().readNow { try $0.verifyActs(key: TemporaryStore.key, after: &verified) }
        }
        #expect(try goOn() == .whole(count: 20) && verified.count == 20)
        // What was verified before is not read again.
        try kept.tamper("UPDATE act SET detail = '' WHERE id = 7")
        for number in 21...25 {
            try kept.open().writeNow { try $0.record(at: number, who: "system", what: "x", object: "y") }
        }
        #expect(try goOn() == .whole(count: 25) && verified.count == 25)
        #expect(try verdict() == .broken(line: 7))
    }

    @Test func `A check that goes on from another finds a new line that was edited, and what was cut off`() throws {
        var verified = VerifiedActs()
        func goOn() throws -> AuditVerdict {
            try kept.open().readNow { try $0.verifyActs(key: TemporaryStore.key, after: &verified) }
        }
        try kept.tamper("UPDATE act SET detail = '' WHERE id = 18")
        #expect(try goOn() == .broken(line: 18) && verified.count == 17)
        #expect(try goOn() == .broken(line: 18))
        try kept.tamper("DELETE FROM act WHERE id > 17")
        #expect(try goOn() == .headDoesNotFit(count: 17, expected: 20))
        // The line from which it would go on is not what it was.
        try kept.tamper("UPDATE act SET hash = x'00' WHERE id = 17")
        #expect(try goOn() == .broken(line: 17) && verified.count == 16)
        try kept.tamper("DELETE FROM act WHERE id > 15")
        #expect(try goOn() == .headDoesNotFit(count: 15, expected: 20))
    }

    @Test(arguments: ["0", "-9223372036854775808"])
    func `A line put in before the first is found`(id: String) throws {
        try kept.tamper(
            "INSERT INTO act SELECT \(id), at, who, what, object, detail, hash FROM act WHERE id = 1")
        #expect(try verdict() == .broken(line: 1))
    }

    @Test func `The database itself refuses to change or remove a line`() throws {
        let store = try kept.open()
        #expect(throws: DatabaseError.self) {
            try store.writeNow { try $0.db.execute(sql: "UPDATE act SET detail = '' WHERE id = 7") }
        }
        #expect(throws: DatabaseError.self) {
            try store.writeNow { try $0.db.execute(sql: "DELETE FROM act WHERE id = 20") }
        }
        #expect(try verdict() == .whole(count: 20))
    }

    @Test func `A line is there only with the act that it tells of`() throws {
        struct Refused: Error {}
        let store = try kept.open()
        #expect(throws: Refused.self) {
            try store.writeNow { writing in
                try writing.record(at: 1, who: "system", what: "x", object: "y")
                throw Refused()
            }
        }
        #expect(try verdict() == .whole(count: 20))
    }
}
