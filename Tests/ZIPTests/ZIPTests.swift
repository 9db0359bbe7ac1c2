import Testing

@testable import ZIP

/// Bytes in memory, as a file gives them.
struct MemoryBytes: ZIPSource {
    var all: [UInt8]
    var length: UInt64 { UInt64(all.count) }

    func bytes(at offset: UInt64, count: Int) -> [UInt8]? {
        guard offset <= length, count >= 0, UInt64(count) <= length - offset else { return nil }
        return Array(all[Int(offset)..<(Int(offset) + count)])
    }
}

/// Bytes of which only some are kept: zeros elsewhere, for containers of many gigabytes.
struct SparseBytes: ZIPSource {
    var length: UInt64
    var pieces: [(at: UInt64, bytes: [UInt8])]

    func bytes(at offset: UInt64, count: Int) -> [UInt8]? {
        guard offset <= length, UInt64(count) <= length - offset else { return nil }
        var out = [UInt8](repeating: 0, count: count)
        for piece in pieces {
            for (index, byte) in piece.bytes.enumerated() {
                let place = piece.at + UInt64(index)
                if place >= offset, place - offset < UInt64(count) { out[Int(place - offset)] = byte }
            }
        }
        return out
    }
}

@Suite struct ZIPTests {
    private let texts = [
        ("manifest.json", "{}", false), ("papers/1-v1-báo-cáo.txt", String(repeating: "giao ban ", count: 500), true),
        ("empty", "", false), ("empty-packed", "", true),
    ]

    private func container() throws -> [UInt8] {
        var entries: [ZIPEntry] = []
        var packed: [[UInt8]] = []
        for (name, text, isPacked) in texts {
            let content = Array(text.utf8)
            let bytes = isPacked ? try Deflate.packed(content) : content
            var checksum = Checksum()
            checksum.update(content)
            entries.append(
                ZIPEntry(
                    name: name, method: isPacked ? .deflated : .stored, checksum: checksum.value,
                    size: UInt64(content.count), packedSize: UInt64(bytes.count)))
            packed.append(bytes)
        }
        let layout = try ZIPLayout(entries)
        var all: [UInt8] = []
        for (header, bytes) in zip(layout.headers, packed) { all += header + bytes }
        all += layout.directory
        #expect(UInt64(all.count) == layout.length)
        return all
    }

    /// All contents, where nothing is wrong.
    private func contents(_ bytes: [UInt8]) throws -> [String] {
        let reader = try ZIPReader(MemoryBytes(all: bytes), limit: 10)
        return try reader.layout.entries.indices.map { index in
            var content: [UInt8] = []
            try reader.content(index, limit: 1 << 20) { content += $0 }
            return String(decoding: content, as: UTF8.self)
        }
    }

    @Test func `What is written is read as it was`() throws {
        #expect(try contents(try container()) == texts.map(\.1))
    }

    @Test func `A byte changed anywhere but within packed bits is refused`() throws {
        let whole = try container()
        for index in whole.indices {
            var changed = whole
            changed[index] ^= 0x40
            // Bits that fill up the last byte of a packed content change nothing that is read.
            guard let read = try? contents(changed) else { continue }
            #expect(read == texts.map(\.1), "byte \(index)")
        }
        for length in whole.indices { #expect(throws: (any Error).self) { try contents(Array(whole[..<length])) } }
        #expect(throws: (any Error).self) { try contents(whole + [0]) }
        #expect(throws: (any Error).self) { try contents([0] + whole) }
    }

    @Test func `No name leads out of the folder that it is unpacked in`() {
        let bad = [
            "", "/x", "x/", "a//b", "..", "../x", "a/../b", ".", "a/.", "C:/x", "a\\b", "a\u{0}b", "a\nb", "x.", "x ",
            " x",
            "a/ b", "con?", String(repeating: "a", count: 251),
        ]
        for name in bad {
            #expect(!ZIPEntry.isName(name), "\(name)")
            #expect(throws: ZIPError.name(name)) {
                try ZIPLayout([ZIPEntry(name: name, method: .stored, checksum: 0, size: 0, packedSize: 0)])
            }
        }
        for name in ["a", "papers/1-v1-báo cáo.pdf", ".profile", "a/b/c"] { #expect(ZIPEntry.isName(name)) }
    }

    @Test func `A name that is twice there, also in other letters, is refused`() {
        let one = ZIPEntry(name: "a/B", method: .stored, checksum: 0, size: 0, packedSize: 0)
        let two = ZIPEntry(name: "a/b", method: .stored, checksum: 0, size: 0, packedSize: 0)
        #expect(throws: ZIPError.name("a/b")) { try ZIPLayout([one, two]) }
    }

    @Test func `Files and places beyond four gigabytes are read back`() throws {
        let sizes: [UInt64] = [5, 0xFFFF_FFFF, 0x1_2345_6789, 3]
        let layout = try ZIPLayout(
            sizes.enumerated().map {
                ZIPEntry(name: "f\($0)", method: .stored, checksum: 7, size: $1, packedSize: $1)
            })
        #expect(layout.length > 8 << 30)
        var pieces = zip(layout.offsets, layout.headers).map { (at: $0, bytes: $1) }
        pieces.append((layout.length - UInt64(layout.directory.count), layout.directory))
        let reader = try ZIPReader(SparseBytes(length: layout.length, pieces: pieces), limit: 10)
        #expect(reader.layout.entries.map(\.size) == sizes && reader.layout.offsets == layout.offsets)
    }

    @Test func `More than 65,535 files are read back, and more than are wanted are refused`() throws {
        let layout = try ZIPLayout(
            (0..<70_000).map { ZIPEntry(name: "f\($0)", method: .stored, checksum: 0, size: 0, packedSize: 0) })
        let bytes = layout.headers.flatMap { $0 } + layout.directory
        let source = MemoryBytes(all: bytes)
        #expect(try ZIPReader(source, limit: 70_000).layout.entries.count == 70_000)
        #expect(throws: ZIPError.tooLarge("")) { try ZIPReader(source, limit: 69_999) }
    }

    @Test func `A packed content that grows beyond what it says is not unpacked`() throws {
        let packed = try Deflate.packed([UInt8](repeating: 0, count: 100_000))
        #expect(packed.count < 200)
        #expect(Deflate.unpacked(packed, size: 100_000)?.count == 100_000)
        #expect(Deflate.unpacked(packed, size: 99_999) == nil && Deflate.unpacked(packed, size: 100_001) == nil)
        #expect(
            Deflate.unpacked(Array(packed.dropLast()), size: 100_000) == nil && Deflate.unpacked([], size: 0) == nil)
    }
}
