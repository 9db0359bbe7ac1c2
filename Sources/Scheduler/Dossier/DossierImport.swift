import Briefing
import Foundation
import Glibc
import ICalendar
import Identity
import Store

extension SchedulerService {
    /// Brings a dossier in: checked to the last byte, kept as it came, changed never.
    ///
    /// - Returns: its number, and whether it was not there before.
    /// - Throws: ``DossierError``, or what the file system says.
    public static func importDossier(
        _ file: URL, into store: Store, folder: URL, now: Int
    ) throws -> (id: Int64, isNew: Bool, manifest: DossierManifest) {
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        // What is checked is our own copy: the original may be changed meanwhile.
        let copy = folder.appendingPathComponent("new-\(UUID())")
        defer { try? FileManager.default.removeItem(at: copy) }
        guard
            FileManager.default.createFile(atPath: copy.path, contents: nil, attributes: [.posixPermissions: 0o600])
        else { throw CocoaError(.fileWriteUnknown) }
        let out = try FileHandle(forWritingTo: copy)
        defer { try? out.close() }
        try FileBytes(file).pieces(1 << 18) { try out.write(contentsOf: $0) }
        let checked = try CheckedDossier(file: copy)
        let manifest = checked.manifest
        guard let start = LocalDateTime(manifest.start) else { throw DossierError.notADossier }
        try out.synchronize()
        let place = folder.appendingPathComponent("\(checked.sha256).zip")
        guard rename(copy.path, place.path) == 0 else { throw CocoaError(.fileWriteUnknown) }
        try PaperFolders.synchronize(folder)
        let dossier = ImportedDossier(
            sha256: checked.sha256, title: manifest.title, organiser: manifest.organiser, start: start,
            uid: manifest.uid, bytes: Int(clamping: checked.bytes), files: manifest.files.count, imported: now)
        let (id, isNew) = try store.writeNow { writing in
            let (id, isNew) = try writing.add(dossier)
            if isNew {
                try writing.record(
                    at: now, who: "system", what: "dossier.import", object: "dossier \(id)",
                    detail: "\(manifest.title) (\(checked.sha256))")
            }
            return (id, isNew)
        }
        return (id, isNew, manifest)
    }
}

/// A dossier that was brought in, as a list shows it.
public struct ImportedDossierShown: Encodable, Sendable {
    public var id: Int64
    public var title: String
    public var organiser: String
    public var start: LocalDateTime
    public var bytes: Int
    public var files: Int
    public var sha256: String
    public var imported: LocalDateTime
}

/// The file of a dossier that was brought in.
public struct ImportedDossierFile: Sendable {
    public var name: String
    public var length: UInt64
    public var place: URL

    /// All of it, piece by piece.
    public func write(_ take: ([UInt8]) async throws -> Void) async throws {
        let source = try FileBytes(place)
        guard source.length == length else { throw CocoaError(.fileReadCorruptFile) }
        var done: UInt64 = 0
        while done < length {
            let count = Int(min(length - done, 1 << 18))
            guard let bytes = try source.bytes(at: done, count: count) else { throw CocoaError(.fileReadCorruptFile) }
            try await take(bytes)
            done += UInt64(count)
        }
    }
}

extension SchedulerService {
    /// - Parameter text: words of the title, with or without diacritics; nil for all.
    public func importedDossiers(matching text: String?, as caller: Caller) async throws -> [ImportedDossierShown] {
        guard caller.rights.mayReadImportedDossiers else { throw ActError.forbidden }
        let words = Folding.words(of: text ?? "", limit: SearchQuery.mostWords).map(\.folded)
        return try await store.read { try $0.importedDossiers() }.filter { dossier in
            let title = Folding.words(of: dossier.title).map(\.folded)
            return words.allSatisfy { word in title.contains { $0.hasPrefix(word) } }
        }.map { dossier in
            .init(
                id: dossier.id, title: dossier.title, organiser: dossier.organiser, start: dossier.start,
                bytes: dossier.bytes, files: dossier.files, sha256: dossier.sha256,
                imported: ProvinceClock.local(unix: dossier.imported))
        }
    }

    /// A dossier that was brought in, as ``DossierShown`` says one: its records as they stand in the archive.
    public func importedDossier(_ id: Int64, as caller: Caller) async throws -> String {
        let file = try await importedDossierFile(id, as: caller)
        let checked = try Self.checked(file)
        var parts: [String] = []
        for name in ["meeting", "invitees", "letters", "papers", "roll", "votes", "minutes", "acts"] {
            guard let record = try checked.record(name) else { throw Self.lost }
            // Only what is JSON for sure is put among JSON.
            guard (try? JSONSerialization.jsonObject(with: Data(record))) != nil else { throw Self.lost }
            parts.append("\"\(name)\":\(String(decoding: record, as: UTF8.self))")
        }
        return "{\(parts.joined(separator: ",")),\"imported\":\(id),\"mayExport\":true}"
    }

    private static func checked(_ file: ImportedDossierFile) throws -> CheckedDossier {
        do {
            return try CheckedDossier(file: file.place)
        } catch {
            throw lost
        }
    }

    private static let lost = ActError.refused(
        code: "dossier-damaged",
        Sentence(
            vietnamese: "Tệp hồ sơ trên máy chủ không còn nguyên vẹn. Hãy báo quản trị hệ thống.",
            english: "The dossier's file is no longer whole on the server. Tell the administrator."))

    public func importedDossierFile(_ id: Int64, as caller: Caller) async throws -> ImportedDossierFile {
        guard caller.rights.mayReadImportedDossiers else { throw ActError.forbidden }
        return try await importedDossierFile(id)
    }

    /// The same, for the command line.
    public func importedDossierFile(_ id: Int64) async throws -> ImportedDossierFile {
        guard let dossier = try await store.read({ try $0.importedDossier(id) }) else { throw ActError.notFound }
        return ImportedDossierFile(
            name: "ho-so-\(dossier.start.date)-\(dossier.sha256.prefix(8)).zip", length: UInt64(dossier.bytes),
            place: settings.papers.dossiers.appendingPathComponent("\(dossier.sha256).zip"))
    }
}
