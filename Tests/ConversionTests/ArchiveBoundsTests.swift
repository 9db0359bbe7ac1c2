import Testing

@testable import Conversion

/// Archives written by hand: a local header, a name and the bytes as they are; a directory; its end.
struct ArchiveBoundsTests {
    private static func little(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    /// - Parameter claim: what the directory says that an entry unpacks to.
    private static func archive(_ parts: [(name: String, bytes: [UInt8])], claim: Int? = nil, count: Int? = nil)
        -> [UInt8]
    {
        var out: [UInt8] = []
        var directory: [UInt8] = []
        for part in parts {
            let sizes = little(part.bytes.count, 4) + little(claim ?? part.bytes.count, 4)
            let name = Array(part.name.utf8)
            directory += little(0x0201_4B50, 4) + little(20, 2) + little(20, 2) + little(0, 8) + little(0, 4) + sizes
            directory += little(name.count, 2) + little(0, 12) + little(out.count, 4) + name
            out += little(0x0403_4B50, 4) + little(20, 2) + little(0, 8) + little(0, 4) + sizes + little(name.count, 2)
            out += little(0, 2) + name + part.bytes
        }
        let start = out.count
        let entries = count ?? parts.count
        return out + directory + little(0x0605_4B50, 4) + little(0, 4) + little(entries, 2) + little(entries, 2)
            + little(directory.count, 4) + little(start, 4) + little(0, 2)
    }

    @Test func `an archive's entries are found by their names`() throws {
        let bounds = try ArchiveBounds(
            Self.archive([("mimetype", Array("x".utf8)), ("content.xml", Array("<a/>".utf8))]))
        #expect(bounds.entries.count == 2)
        #expect(bounds.content(of: "content.xml", most: 10) == Array("<a/>".utf8))
        #expect(bounds.content(of: "content.xml", most: 3) == nil)
        #expect(bounds.content(of: "khac.xml", most: 10) == nil)
        #expect(!bounds.asksForPassword)
    }

    @Test func `what says that it unpacks to more than a gigabyte is refused`() {
        let file = Self.archive([("content.xml", [1, 2, 3])], claim: ArchiveBounds.mostBytes + 1)
        #expect(throws: ArchiveBounds.Fault.tooLarge) { try ArchiveBounds(file) }
    }

    @Test func `what says that it grows two hundredfold and beyond 64 MB is refused`() {
        let file = Self.archive([("content.xml", [UInt8](repeating: 0, count: 100_000))], claim: 80 << 20)
        #expect(throws: ArchiveBounds.Fault.tooLarge) { try ArchiveBounds(file) }
        #expect(throws: Never.self) {
            try ArchiveBounds(Self.archive([("content.xml", [UInt8](repeating: 0, count: 1000))], claim: 60 << 20))
        }
    }

    @Test func `more entries than an office file has are refused`() {
        let file = Self.archive([("a", [])], count: ArchiveBounds.mostEntries + 1)
        #expect(throws: ArchiveBounds.Fault.tooLarge) { try ArchiveBounds(file) }
    }

    @Test func `a torn archive is damaged, wherever it is torn`() {
        let file = Self.archive([("mimetype", Array("x".utf8)), ("content.xml", Array("<a/>".utf8))])
        for length in 0..<file.count {
            #expect(throws: ArchiveBounds.Fault.damaged) { try ArchiveBounds(Array(file.prefix(length))) }
        }
    }

    @Test func `an archive with any byte changed traps nothing`() {
        let file = Self.archive([("META-INF/manifest.xml", Array("encryption-data".utf8))])
        for place in file.indices {
            for value: UInt8 in [0, 0x7F, 0xFF] {
                var changed = file
                changed[place] = value
                _ = try? ArchiveBounds(changed).asksForPassword
            }
        }
    }

    @Test func `an OpenDocument file with encrypted parts asks for a password`() throws {
        let manifest = Array("<manifest:encryption-data/>".utf8)
        #expect(try ArchiveBounds(Self.archive([("META-INF/manifest.xml", manifest)])).asksForPassword)
        #expect(try !ArchiveBounds(Self.archive([("content.xml", manifest)])).asksForPassword)
    }
}

struct CompoundFileTests {
    private static func file(_ head: [UInt8]) -> [UInt8] {
        var file = CompoundFile.signature + [UInt8](repeating: 0, count: 2040)
        file.replaceSubrange(512..<(512 + head.count), with: head)
        return file
    }

    @Test func `an encrypted package of later years asks for a password`() {
        #expect(CompoundFile.asksForPassword(Self.file("EncryptedPackage".utf8.flatMap { [$0, 0] })))
        #expect(!CompoundFile.asksForPassword("EncryptedPackage".utf8.flatMap { [$0, 0] }))
    }

    @Test func `a document whose head says that it is encrypted asks for a password`() {
        #expect(CompoundFile.asksForPassword(Self.file([0xEC, 0xA5, 0xC1, 0, 0, 0, 0, 0, 0, 0, 0, 0x01])))
        #expect(!CompoundFile.asksForPassword(Self.file([0xEC, 0xA5, 0xC1, 0, 0, 0, 0, 0, 0, 0, 0, 0x12])))
    }

    @Test func `a workbook with a FilePass record asks for a password`() {
        let begin: [UInt8] = [0x09, 0x08, 0x02, 0x00, 0, 6]
        #expect(CompoundFile.asksForPassword(Self.file(begin + [0x2F, 0, 4, 0, 0, 0, 0, 0])))
        #expect(!CompoundFile.asksForPassword(Self.file(begin + [0xE1, 0, 2, 0, 0xB0, 4])))
        #expect(!CompoundFile.asksForPassword(Self.file([0x09, 0x08, 0xFF, 0xFF])))
    }
}

struct TIFFPicturesTests {
    /// Two pictures without fields.
    private static let little: [UInt8] = [0x49, 0x49, 42, 0, 8, 0, 0, 0] + [0, 0, 14, 0, 0, 0] + [0, 0, 0, 0, 0, 0]
    private static let big: [UInt8] = [0x4D, 0x4D, 0, 42, 0, 0, 0, 8] + [0, 0, 0, 0, 0, 14] + [0, 0, 0, 0, 0, 0]

    @Test func `each picture of a file is found, in either order of bytes`() throws {
        #expect(
            try #require(TIFFPictures(Self.little, most: 10)).octal == [#"\010\000\000\000"#, #"\016\000\000\000"#])
        #expect(try #require(TIFFPictures(Self.big, most: 10)).octal == [#"\000\000\000\010"#, #"\000\000\000\016"#])
    }

    @Test func `pictures that lead back to themselves end`() throws {
        var file = Self.little
        file[16] = 8
        #expect(try #require(TIFFPictures(file, most: 10)).places.count == 2)
    }

    @Test func `other and torn files have no pictures`() {
        #expect(TIFFPictures([], most: 10) == nil)
        #expect(TIFFPictures(Array("II*".utf8), most: 10) == nil)
        #expect(TIFFPictures(Array(Self.little.prefix(10)), most: 10) == nil)
        #expect(TIFFPictures([0x49, 0x49, 42, 0, 0xFF, 0xFF, 0xFF, 0xFF], most: 10) == nil)
    }
}

struct PaperKindTests {
    @Test func `types are known with parameters and in any letters`() {
        #expect(PaperKind(type: "text/plain; charset=utf-8") == .plain)
        #expect(PaperKind(type: "Application/PDF") == .pdf)
        #expect(PaperKind(type: "video/mp4") == nil)
        #expect(PaperKind(type: "") == nil)
    }
}
