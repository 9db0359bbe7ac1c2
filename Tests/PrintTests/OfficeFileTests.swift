import Foundation
import Testing

@testable import Print

@Suite struct OfficeFileTests {
    private let document = PrintDocument(
        title: "Biên bản <thử> & \"kiểm\"", author: "UBND tỉnh", created: "2026-11-23T09:05:00+07:00",
        pageNumbers: .top,
        blocks: [
            .letterhead(Samples.letterhead),
            .title(DocumentTitle(kind: "BIÊN BẢN", subject: "Giao ban <tuần> & tháng")),
            .paragraph(
                Paragraph(.bold("Kết luận:") + " a < b && c > d  hai dấu cách\u{0}\u{1B}\nDòng hai", indent: 10)),
            .table(
                PrintTable(
                    columns: [.init("STT", fraction: 1, alignment: .centre), .init("Đơn vị", fraction: 5)],
                    rows: [.group("Huyện"), .cells(["1", "Ba Bể ]]> & Na Rì"]), .total(["", "Cộng"])])),
            .pageBreak, .space(millimetres: 5),
            .closing(
                Closing(
                    recipients: ["Lưu: VT."], position: "CHỦ TỌA", name: "Trần Văn Chủ",
                    left: .init(position: "THƯ KÝ", name: "Lê Thị Ký"))),
        ])

    @Test func `An ODT begins with its media type, stored and without an extra field`() throws {
        let file = try ODT.file(of: document)
        // ODF 1.3 part 2, §3.3: what programs know the format by, at its fixed place.
        #expect(Array(file[30..<38]) == Array("mimetype".utf8))
        #expect(file[8] == 0 && file[28] == 0 && file[29] == 0)
        #expect(Array(file[38..<38 + ODT.mediaType.utf8.count]) == Array(ODT.mediaType.utf8))
    }

    @Test func `Every part of an ODT and a DOCX is well-formed XML that says what was written`() throws {
        for (file, body) in [
            (try ODT.file(of: document), "content.xml"), (try DOCX.file(of: document), "word/document.xml"),
        ] {
            let parts = try Unpacked.parts(of: file)
            for (name, data) in parts where name != "mimetype" {
                #expect(Words.isWellFormed(data), "\(name)")
            }
            let words = Words.text(try #require(parts[body]))
            for said in [
                "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Giao ban <tuần> & tháng", "a < b && c > d", "Dòng hai",
                "Ba Bể ]]> & Na Rì", "THƯ KÝ", "Lê Thị Ký", "CHỦ TỌA", "- Lưu: VT.",
            ] {
                #expect(words.contains(said), "\(body): \(said)")
            }
        }
    }

    @Test func `Equal documents are equal files`() throws {
        #expect(try ODT.file(of: document) == ODT.file(of: document))
        #expect(try DOCX.file(of: document) == DOCX.file(of: document))
    }

    @Test func `A table whose rows have another number of cells is refused by all writers`() {
        let table = PrintTable(columns: [.init("A", fraction: 1)], rows: [.cells(["1", "2"])])
        let broken = PrintDocument(title: "", blocks: [.table(table)])
        let expected = PrintError.cells(row: 0, found: 2, expected: 1)
        #expect(throws: expected) { try ODT.file(of: broken) }
        #expect(throws: expected) { try DOCX.file(of: broken) }
        #expect(throws: expected) { try PDF.pages(of: broken) }
    }

    @Test func `More text than a document may hold is refused`() {
        let long = String(repeating: "giao ban ", count: PDF.textLimit / 8)
        let document = PrintDocument(title: "", blocks: [.paragraph(Paragraph(StyledText(long)))])
        #expect(throws: PrintError.tooMuchText) { try ODT.file(of: document) }
        #expect(throws: PrintError.tooMuchText) { try DOCX.file(of: document) }
    }

    @Test(.enabled(if: Poppler.isInstalled)) func `A PDF has both signatures, and the recipients below`() throws {
        let text = try Poppler.text(try PDF.pages(of: document), "-layout")
        let signatures = text.split(separator: "\n").first { $0.contains("THƯ KÝ") }
        #expect(signatures?.contains("CHỦ TỌA") == true)
        let name = try #require(text.range(of: "Lê Thị Ký")), copies = try #require(text.range(of: "Nơi nhận"))
        #expect(name.lowerBound < copies.lowerBound)
    }

    @Test func `Lengths are written without a locale and with two decimals at most`() {
        #expect(decimal(12) == "12" && decimal(0.5) == "0.5" && decimal(-1.256) == "-1.26" && decimal(3.05) == "3.05")
    }
}

/// A ZIP file as another program reads it.
private enum Unpacked {
    static func parts(of file: [UInt8]) throws -> [String: Data] {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("office-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let archive = folder.appendingPathComponent("file.zip")
        try Data(file).write(to: archive)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = ["-m", "zipfile", "-e", archive.path, folder.appendingPathComponent("parts").path]
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        let root = folder.appendingPathComponent("parts")
        var parts: [String: Data] = [:]
        for case let path as String in FileManager.default.enumerator(atPath: root.path) ?? .init() {
            parts[path] = try? Data(contentsOf: root.appendingPathComponent(path))
        }
        return parts
    }
}

/// XML without its elements, enough to look for words.
private enum Words {
    static func isWellFormed(_ data: Data) -> Bool {
        // A stack of open elements: every end tag ends the last that is open.
        let text = String(decoding: data, as: UTF8.self)
        var open: [Substring] = []
        for tag in text.matches(of: /<(\/?)([A-Za-z:][A-Za-z0-9:.\-]*)((?:\s+[A-Za-z:.\-]+="[^"<]*")*)(\/?)>/) {
            if !tag.1.isEmpty {
                guard open.popLast() == tag.2 else { return false }
            } else if tag.4.isEmpty {
                open.append(tag.2)
            }
        }
        let rest = text.replacing(/<\/?[A-Za-z:][A-Za-z0-9:.\-]*(?:\s+[A-Za-z:.\-]+="[^"<]*")*\/?>/, with: "")
            .replacing(/<\?xml [^>]*\?>/, with: "")
        return open.isEmpty && !rest.contains("<")
            && rest.unicodeScalars.allSatisfy { $0.value >= 0x20 || $0 == "\n" }
    }

    static func text(_ data: Data) -> String {
        String(decoding: data, as: UTF8.self).replacing(/<text:s\/>/, with: " ").replacing(/<[^>]*>/, with: "")
            .replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&quot;", with: "\"")
            .replacing("&amp;", with: "&")
    }
}
