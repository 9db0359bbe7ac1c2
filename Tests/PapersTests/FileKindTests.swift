import TestSupport
import Testing

@testable import Papers

struct FileKindTests {
    private func kind(_ bytes: [UInt8]) throws(FileProblem) -> FileKind { try FileKind(of: FileContent(bytes)) }
    private func kind(_ text: String) throws(FileProblem) -> FileKind { try kind(Array(text.utf8)) }

    private static func number(_ value: Int, _ size: Int) -> [UInt8] {
        (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    /// A ZIP file of stored entries.
    private static func zip(_ entries: [(name: String, data: String)], flags: Int = 0, comment: String = "") -> [UInt8]
    {
        var bytes: [UInt8] = []
        var directory: [UInt8] = []
        for (name, data) in entries {
            let start = bytes.count
            var middle = number(flags, 2) + number(0, 2 + 4 + 4)
            middle +=
                number(data.utf8.count, 4) + number(data.utf8.count, 4) + number(name.utf8.count, 2) + number(0, 2)
            bytes += [0x50, 0x4B, 3, 4] + number(20, 2) + middle + Array(name.utf8) + Array(data.utf8)
            directory += [0x50, 0x4B, 1, 2] + number(20, 2) + number(20, 2) + middle + number(0, 2 + 2 + 2 + 4)
            directory += number(start, 4) + Array(name.utf8)
        }
        var end: [UInt8] = [0x50, 0x4B, 5, 6] + number(0, 4) + number(entries.count, 2) + number(entries.count, 2)
        end += number(directory.count, 4) + number(bytes.count, 4) + number(comment.utf8.count, 2)
        return bytes + directory + end + Array(comment.utf8)
    }

    private static func office(_ names: String...) -> [UInt8] {
        zip((["[Content_Types].xml"] + names).map { ($0, "<x/>") })
    }

    /// An OLE2 file with sectors of 512 bytes whose directory goes on in a second sector.
    private static func compound(_ names: [String]) -> [UInt8] {
        var header = OLEDirectory.signature + [UInt8](repeating: 0, count: 504)
        header.replaceSubrange(30..<32, with: number(9, 2))
        header.replaceSubrange(48..<52, with: number(1, 4))
        header.replaceSubrange(68..<72, with: number(0xFFFF_FFFE, 4))
        for index in 0..<109 {
            header.replaceSubrange(76 + 4 * index..<80 + 4 * index, with: number(index == 0 ? 0 : 0xFFFF_FFFF, 4))
        }
        // The table is sector 0; the directory sectors 1 and 3.
        let table = number(0xFFFF_FFFD, 4) + number(3, 4) + number(0xFFFF_FFFF, 4) + number(0xFFFF_FFFE, 4)
        var sectors = [[UInt8]](repeating: [UInt8](repeating: 0, count: 512), count: 4)
        sectors[0].replaceSubrange(0..<16, with: table)
        for (index, name) in (["Root Entry", "a", "b", "c"] + names).prefix(8).enumerated() {
            let start = index % 4 * 128
            let units = Array(name.utf16.flatMap { number(Int($0), 2) })
            let sector = index < 4 ? 1 : 3
            sectors[sector].replaceSubrange(start..<start + units.count, with: units)
            sectors[sector].replaceSubrange(start + 64..<start + 67, with: number(units.count + 2, 2) + [2])
        }
        return header + sectors.joined()
    }

    private static let documents: [(FileKind, [UInt8])] = [
        (.docx, office("word/document.xml")), (.docx, office("word/document2.xml")),
        (.docm, office("word/document.xml", "word/vbaProject.bin")), (.xlsx, office("xl/workbook.xml")),
        (.xlsm, office("xl/workbook.xml", "xl/vbaProject.bin")), (.pptx, office("ppt/presentation.xml")),
        (.pptx, office("word/embeddings/x.xlsx", "ppt/presentation.xml")),
        (.odt, zip([("mimetype", FileKind.odt.type)], comment: "PK\u{5}\u{6}")),
        (.odp, zip([("mimetype", FileKind.odp.type), ("content.xml", "")])),
        (.doc, compound(["WordDocument"])), (.xls, compound(["Workbook"])), (.ppt, compound(["PowerPoint Document"])),
    ]

    @Test(arguments: FileKindTests.documents)
    func `office files are told by what is in them`(expected: FileKind, bytes: [UInt8]) throws {
        #expect(try kind(bytes) == expected)
    }

    private static func bytes(_ head: [UInt8], _ text: String) -> [UInt8] { head + Array(text.utf8) }

    private static let pictures: [(FileKind, [UInt8])] = [
        (.jpeg, [0xFF, 0xD8, 0xFF, 0xE0]), (.tiff, [0x49, 0x49, 42, 0, 8]),
        (.webp, bytes([], "RIFF\u{1}\u{1}\u{1}\u{1}WEBPVP8 ")), (.wav, bytes([], "RIFF\u{1}\u{1}\u{1}\u{1}WAVEfmt ")),
        (.mp4, bytes([0, 0, 0, 24], "ftypisom")), (.m4a, bytes([0, 0, 0, 24], "ftypM4A ")),
        (.ogg, bytes([], "OggS\u{0}")), (.mp3, bytes([], "ID3\u{4}\u{0}")), (.mp3, [0xFF, 0xFB, 0x90, 0x64]),
        (.webm, bytes([0x1A, 0x45, 0xDF, 0xA3, 0x9F, 0x42, 0x82, 0x84], "webm")),
    ]

    @Test(arguments: FileKindTests.pictures)
    func `pictures and recordings are told by how they begin`(expected: FileKind, bytes: [UInt8]) throws {
        #expect(try kind(bytes) == expected)
    }

    @Test func `text is UTF-8 to its last character, wherever it is cut while it is read`() throws {
        let long = String(repeating: "a", count: (256 << 10) - 1) + "ế" + String(repeating: "ộ", count: 200_000)
        #expect(try kind(long) == .text)
        #expect(throws: FileProblem.notUTF8) { try kind(Array(long.utf8).dropLast()) }
        // Báo cáo in TCVN3, and in UTF-16.
        #expect(throws: FileProblem.notUTF8) { try kind([0x42, 0xB8, 0x6F, 0x20, 0x63, 0xB8, 0x6F]) }
        #expect(throws: FileProblem.notUTF8) { try kind([0xFF, 0xFE, 0x42, 0]) }
        #expect(throws: FileProblem.unknown) { try kind([0x42, 0, 1]) }
        #expect(throws: FileProblem.empty) { try kind([]) }
    }

    @Test func `a password is told, and so is what is broken or of another kind`() throws {
        #expect(throws: FileProblem.locked) { try kind(Self.compound(["EncryptionInfo", "EncryptedPackage"])) }
        #expect(throws: FileProblem.locked) {
            try kind(Self.zip([("[Content_Types].xml", ""), ("word/document.xml", "")], flags: 1))
        }
        #expect(throws: FileProblem.damaged) { try kind(Array(Self.office("word/document.xml").dropLast(30))) }
        #expect(throws: FileProblem.unknown) { try kind(Self.zip([("bai.exe", "MZ")])) }
        #expect(throws: FileProblem.unknown) { try kind(Self.compound(["__nameid_version1.0"])) }
        #expect(throws: FileProblem.unknown) { try kind([0x4D, 0x5A, 0x90, 0]) }
    }

    @Test func `a name whose ending lies is told what the file is`() throws {
        let file = FileContent(Self.office("word/document.xml", "word/vbaProject.bin"))
        #expect(throws: FileProblem.misnamed(.docm, ending: "docx")) { try FileKind(of: file, named: "a.b.DOCX") }
        #expect(try FileKind(of: file, named: "a.DocM") == .docm)
        #expect(throws: FileProblem.misnamed(.docm, ending: "")) { try FileKind(of: file, named: "docm") }
        let sound = FileContent([0, 0, 0, 24] + Array("ftypisom".utf8))
        #expect(try FileKind(of: sound, named: "a.m4a") == .m4a)
        let page = FileContent(Array("<html>".utf8))
        #expect(throws: FileProblem.unknown) { try FileKind(of: page, named: "a.html") }
        #expect(FileProblem.misnamed(.docm, ending: "docx").vietnamese.contains("“.docm”"))
    }

    @Test func `no file is read beyond its end, whatever it says of itself`() throws {
        let samples = [Self.office("word/document.xml"), Self.compound(["WordDocument"])]
        for seed in 0..<2000 {
            var random = SeededGenerator(seed: UInt64(seed))
            var bytes = samples[seed % 2]
            for _ in 0..<(1 + seed % 8) {
                let place = Int(random.next() % UInt64(bytes.count))
                bytes[place] = UInt8(truncatingIfNeeded: random.next())
            }
            _ = try? kind(bytes)
        }
    }
}
