import Foundation
import Print
import Testing
import TestSupport

struct CSVTests {
    private func text(_ writer: CSVWriter) -> String { String(decoding: writer.bytes.dropFirst(3), as: UTF8.self) }

    private func fields(_ text: String) throws(CSVError) -> [[String]] {
        try CSVReader().records(in: Array(text.utf8)).map(\.fields)
    }

    @Test func `a file begins with the byte order mark and quotes what must be quoted`() {
        let writer = CSVWriter(header: ["mã", "tên"], rows: [["a,b", "nói \"có\""], ["hai\ndòng", " x"]])
        #expect(writer.bytes.prefix(3) == [0xEF, 0xBB, 0xBF])
        #expect(text(writer) == "mã,tên\r\n\"a,b\",\"nói \"\"có\"\"\"\r\n\"hai\ndòng\",\" x\"\r\n")
    }

    @Test(arguments: [
        "=1+1", "+84912", "-cmd", "@SUM(A1)", "\tx", "\rx", "\u{FF1D}1", "--1", "-1+2", "-", "'=1", "''+1",
    ])
    func `what a spreadsheet takes for a formula gets an apostrophe`(field: String) throws {
        let writer = CSVWriter(header: ["a", "b"], rows: [[field, "x"]])
        let cell = try #require(text(writer).split(separator: "\r\n").last?.split(separator: ",").first)
        #expect(cell.hasPrefix("'") || cell.hasPrefix("\"'"))
        #expect(try CSVReader().records(in: writer.bytes).last?.fields == [field, "x"])
    }

    @Test(arguments: ["-5", "-12,5", "-0.25", "5", "'tháng", "Ủy ban", ""])
    func `numbers and words stay as they are`(field: String) throws {
        #expect(text(CSVWriter(header: [field, "b"], rows: [])).contains("'") == field.contains("'"))
        #expect(
            try CSVReader().records(in: CSVWriter(header: [field, "b"], rows: []).bytes).first?.fields == [field, "b"])
    }

    @Test(arguments: CSVWriter.Separator.allCases) func `what is written is read back, whatever it is`(
        separator: CSVWriter.Separator
    ) throws {
        var random = SeededGenerator(seed: 7)
        let letters = ["a", "ế", ",", ";", "\t", "\"", "\n", "\r", "\r\n", "'", "=", "-", "1", " ", "👍🏽", "\u{FEFF}"]
        for _ in 0..<2_000 {
            let width = Int.random(in: 2...4, using: &random)
            let header = (0..<width).map { "cột\($0)" }
            let rows = (0..<3).map { _ in
                (0..<width).map { _ in
                    (0..<Int.random(in: 0...5, using: &random)).map { _ in letters.randomElement(using: &random) ?? "" }
                        .joined()
                }
            }
            let bytes = CSVWriter(header: header, rows: rows, separator: separator).bytes
            let read = try CSVReader().records(in: bytes).map(\.fields)
            try #require(read.map { $0.map { Array($0.utf8) } } == ([header] + rows).map { $0.map { Array($0.utf8) } })
        }
    }

    @Test func `commas, semicolons and tabs, each kind of line end, and a missing last one are understood`() throws {
        let table = [["a", "b"], ["1", "2"]]
        for text in [
            "a,b\r\n1,2\r\n", "a;b\n1;2", "a\tb\r1\t2\r", "\u{FEFF}a,b\n\n1,2\n\n", "\"a\";\"b\"\r\n\"1\";2",
            "\"a\",b\n1,\"2\"",
        ] { #expect(try fields(text) == table, "\(text.debugDescription)") }
        #expect(try fields("\"a;;;\",b\n1,2") == [["a;;;", "b"], ["1", "2"]])
        #expect(try fields("") == [])
        #expect(try fields("\n\r\n") == [])
    }

    @Test func `each record knows the line of the file on which it begins`() throws {
        let records = try CSVReader().records(in: Array("a,b\r\n\r\n\"x\r\ny\nz\",1\r\n2,3".utf8))
        #expect(records.map(\.line) == [1, 3, 6])
        #expect(records.map(\.fields) == [["a", "b"], ["x\r\ny\nz", "1"], ["2", "3"]])
    }

    @Test func `errors name the line`() {
        func error(_ text: String) -> CSVError? {
            do throws(CSVError) { _ = try fields(text) } catch { return error }
            return nil
        }
        #expect(error("a,b\n1,2,3") == .fieldCount(line: 2, found: 3, expected: 2))
        #expect(error("a,b\n1,x\"y") == .strayQuote(line: 2))
        #expect(error("a,b\n\"1\"x,2") == .strayQuote(line: 2))
        #expect(error("a,b\n1,2\n3,\"4\n5\n") == .openQuote(line: 3))
        #expect(error("a,b\n1,\0") == .notUTF8(line: 2))
        #expect(error(String(repeating: ",", count: 64)) == .tooManyFields(line: 1, limit: 64))
        #expect(throws: CSVError.notUTF8(line: 2)) {
            try CSVReader().records(in: Array("a,b\n".utf8) + [0xFF, 0x2C, 0x31])
        }
        #expect(throws: CSVError.tooLarge(bytes: 10)) {
            try CSVReader(byteLimit: 10).records(in: Array(repeating: 0x61, count: 11))
        }
        #expect(throws: CSVError.tooManyRecords(line: 3, limit: 2)) {
            try CSVReader(recordLimit: 2).records(in: Array("a\nb\nc".utf8))
        }
        for error in [CSVError.strayQuote(line: 7), .fieldCount(line: 7, found: 1, expected: 2)] {
            #expect(error.vietnamese.contains("Dòng 7") && error.english.contains("Line 7") && error.line == 7)
        }
    }

    @Test func `bytes from anywhere are read or refused`() {
        var random = SeededGenerator(seed: 3)
        let alphabet: [UInt8] = [0x22, 0x2C, 0x3B, 0x0A, 0x0D, 0x61, 0xC3, 0xA1, 0x00, 0xEF, 0xBB, 0xBF, 0x27, 0x3D]
        for _ in 0..<5_000 {
            let bytes = (0..<Int.random(in: 0...24, using: &random)).map { _ in
                alphabet.randomElement(using: &random) ?? 0
            }
            _ = try? CSVReader().records(in: bytes)
        }
    }

    @Test func `the demo's directory is read`() throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("scheduler/directory/units.csv")
        let records = try CSVReader().records(in: Array(Data(contentsOf: file)))
        #expect(records.first?.fields == ["code", "parent", "name", "kind", "line"])
        #expect(records.count == 264)
    }
}
