import Foundation
import ICalendar
import Identity
import ZIP

/// An archive of a dossier that has been read and found whole: the manifest names each file, and each file is what it says.
///
/// The manifest itself has a checksum only: that nobody has made another archive in the place of this one is told by the
/// hash of the whole (``sha256``), written down elsewhere.
public struct CheckedDossier {
    public let manifest: DossierManifest
    /// Of the whole archive.
    public let sha256: String
    public let bytes: UInt64
    private let reader: ZIPReader

    private static let mostFiles = 100_000
    private static let largestManifest = 32 << 20
    /// Of a file that is unpacked in memory.
    private static let largestPacked = 64 << 20

    /// - Throws: ``DossierError``, or `CocoaError` where the file cannot be read.
    public init(file: URL) throws { try self.init(FileBytes(file)) }

    init(_ source: any ZIPSource) throws {
        do {
            reader = try ZIPReader(source, limit: Self.mostFiles)
        } catch let error as ZIPError {
            throw Self.explained(error)
        }
        let entries = reader.layout.entries
        guard let first = entries.first, first.name == DossierManifest.name, first.method == .stored,
            first.size <= Self.largestManifest
        else { throw DossierError.notADossier }
        let text = try Self.content(0, of: reader)
        guard let manifest = try? JSONDecoder().decode(DossierManifest.self, from: Data(text)),
            manifest.format == DossierManifest.formatName, LocalDateTime(manifest.start) != nil
        else { throw DossierError.damaged(file: DossierManifest.name) }
        guard (1...DossierManifest.newest).contains(manifest.version) else {
            throw DossierError.newer(version: manifest.version)
        }
        for (index, file) in manifest.files.enumerated() {
            guard index + 1 < entries.count, entries[index + 1].name == file.name else {
                throw DossierError.missing(file: file.name)
            }
            try Self.check(file, index + 1, reader)
        }
        guard entries.count == manifest.files.count + 1 else {
            throw DossierError.unknown(file: entries[manifest.files.count + 1].name)
        }
        self.manifest = manifest
        let digest = SHA256()
        var place: UInt64 = 0
        while place < source.length {
            let count = Int(min(source.length - place, 1 << 18))
            guard let bytes = try source.bytes(at: place, count: count) else { throw DossierError.notADossier }
            digest.update(bytes)
            place += UInt64(count)
        }
        sha256 = hexadecimal(digest.finish())
        bytes = source.length
    }

    private static func check(_ file: DossierManifest.File, _ index: Int, _ reader: ZIPReader) throws {
        let entry = reader.layout.entries[index]
        guard entry.size == file.size, (entry.method == .deflated) == (file.packedSha256 != nil) else {
            throw DossierError.damaged(file: file.name)
        }
        do {
            let digest = SHA256()
            try reader.content(index, limit: largestPacked) { digest.update($0) }
            guard hexadecimal(digest.finish()) == file.sha256 else { throw DossierError.damaged(file: file.name) }
            if let packed = file.packedSha256 {
                // Two packings of one content are two archives.
                let digest = SHA256()
                try reader.packed(index) { digest.update($0) }
                guard hexadecimal(digest.finish()) == packed else { throw DossierError.damaged(file: file.name) }
            }
        } catch let error as ZIPError {
            throw explained(error)
        }
    }

    private static func content(_ index: Int, of reader: ZIPReader) throws -> [UInt8] {
        var all: [UInt8] = []
        do {
            try reader.content(index, limit: largestPacked) { all += $0 }
        } catch let error as ZIPError {
            throw explained(error)
        }
        return all
    }

    private static func explained(_ error: ZIPError) -> DossierError {
        switch error {
        case .damaged(let file), .tooLarge(let file): file.isEmpty ? .notADossier : .damaged(file: file)
        case .name, .packing, .notAContainer: .notADossier
        }
    }

    /// A record's JSON; nil where there is none.
    public func record(_ name: String) throws -> [UInt8]? {
        guard let index = manifest.files.firstIndex(where: { $0.name == "records/\(name).json" }) else { return nil }
        return try Self.content(index + 1, of: reader)
    }
}
