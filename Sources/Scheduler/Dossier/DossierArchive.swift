import Foundation
import Identity
import ZIP

/// An archive of a dossier, laid out and ready to be sent piece by piece: files are read twice, never held.
public struct DossierArchive: Sendable {
    enum Content: Sendable {
        case bytes([UInt8])
        case file(URL)
    }

    /// Lower-case ASCII, with its ending.
    public let name: String
    /// Bytes of the whole.
    public var length: UInt64 { layout.length }
    public let manifest: DossierManifest
    private let layout: ZIPLayout
    private let contents: [Content]

    private static let piece = 1 << 18

    /// - Parameters:
    ///   - about: the manifest without its files.
    ///   - parts: names and contents, in order. What is deflated is held in memory.
    /// - Throws: ``DossierError/damaged(file:)`` where a paper's file is not what its name says.
    init(name: String, about: DossierManifest, parts: [(name: String, isPacked: Bool, content: Content)]) throws {
        var manifest = about
        var entries: [ZIPEntry] = []
        var contents: [Content] = []
        manifest.files = []
        for part in parts {
            switch part.content {
            case .bytes(let content):
                let packed = part.isPacked ? try Deflate.packed(content) : content
                entries.append(Self.entry(part.name, part.isPacked ? .deflated : .stored, content, packed))
                contents.append(.bytes(packed))
                manifest.files.append(
                    .init(
                        name: part.name, size: UInt64(content.count), sha256: hexadecimal(sha256(content)),
                        packedSha256: part.isPacked ? hexadecimal(sha256(packed)) : nil))
            case .file(let file):
                let (checksum, size, hash) = try Self.sums(of: file)
                // The file's name in the folder of papers is its hash.
                guard hash == file.lastPathComponent else { throw DossierError.damaged(file: part.name) }
                entries.append(
                    ZIPEntry(name: part.name, method: .stored, checksum: checksum, size: size, packedSize: size))
                contents.append(part.content)
                manifest.files.append(.init(name: part.name, size: size, sha256: hash))
            }
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        let text = Array(try encoder.encode(manifest))
        entries.insert(Self.entry(DossierManifest.name, .stored, text, text), at: 0)
        contents.insert(.bytes(text), at: 0)
        self.name = name
        self.manifest = manifest
        self.contents = contents
        layout = try ZIPLayout(entries)
    }

    private static func entry(
        _ name: String, _ method: ZIPEntry.Method, _ content: [UInt8], _ packed: [UInt8]
    ) -> ZIPEntry {
        var checksum = Checksum()
        checksum.update(content)
        return ZIPEntry(
            name: name, method: method, checksum: checksum.value, size: UInt64(content.count),
            packedSize: UInt64(packed.count))
    }

    private static func sums(of file: URL) throws -> (checksum: UInt32, size: UInt64, sha256: String) {
        var checksum = Checksum()
        let digest = SHA256()
        let source = try FileBytes(file)
        try source.pieces(Self.piece) { bytes in
            checksum.update(bytes)
            digest.update(bytes)
        }
        return (checksum.value, source.length, hexadecimal(digest.finish()))
    }

    /// All of it, piece by piece, in order.
    public func write(_ take: ([UInt8]) async throws -> Void) async throws {
        for (index, content) in contents.enumerated() {
            try await take(layout.headers[index])
            switch content {
            case .bytes(let bytes): try await take(bytes)
            case .file(let file):
                let source = try FileBytes(file)
                guard source.length == layout.entries[index].size else { throw CocoaError(.fileReadCorruptFile) }
                var place: UInt64 = 0
                while place < source.length {
                    let count = Int(min(UInt64(Self.piece), source.length - place))
                    guard let bytes = try source.bytes(at: place, count: count) else {
                        throw CocoaError(.fileReadCorruptFile)
                    }
                    try await take(bytes)
                    place += UInt64(count)
                }
            }
        }
        try await take(layout.directory)
    }
}

extension FileBytes {
    /// The whole of it in pieces.
    func pieces(_ size: Int, _ take: ([UInt8]) throws -> Void) throws {
        var place: UInt64 = 0
        while place < length {
            let count = Int(min(UInt64(size), length - place))
            guard let bytes = try bytes(at: place, count: count) else { throw CocoaError(.fileReadCorruptFile) }
            try take(bytes)
            place += UInt64(count)
        }
    }
}
