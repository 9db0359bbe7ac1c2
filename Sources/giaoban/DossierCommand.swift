import ArgumentParser
import Briefing
import Foundation
import Logging
import Mail
import Scheduler
import Store

/// `giaoban dossier`: everything of a meeting as one file.
struct DossierCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dossier", abstract: "Take out, bring in and check dossiers of meetings.",
        discussion: "Works beside a running server.", subcommands: [Export.self, Import.self, Verify.self])

    /// `giaoban dossier export`
    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write the dossier of a meeting as a ZIP file.",
            discussion: "The same meeting gives the same bytes. A dossier that was brought in is given back as it came."
        )

        @Option(help: "The meeting's number, as in the address of its page.")
        var occurrence: Int64?

        @Option(help: "The number of a dossier that was brought in.")
        var imported: Int64?

        @Option(help: "The file that is written; it must not be there.")
        var out: String

        @Option(help: "Folder of what the server keeps.")
        var data = "var"

        @Option(help: "The folder scheduler/ of the program.")
        var scheduler = "scheduler"

        func validate() throws {
            guard (occurrence == nil) != (imported == nil) else {
                throw ValidationError("Name the meeting with --occurrence, or a dossier with --imported.")
            }
        }

        func run() async throws {
            let folder = try DataFolder(existing: URL(fileURLWithPath: data))
            var logger = Logger(label: "dossier")
            logger.logLevel = .error
            let service = try SchedulerService(
                settings: .init(
                    baseURL: "", papers: PaperFolders(in: folder.url), secret: [],
                    templates: try LetterTemplates(folder: "\(scheduler)/templates"), joinToken: { _, _, _ in "" }),
                store: try Store(file: folder.database, chainKey: try folder.auditKey()), logger: logger)
            guard !FileManager.default.fileExists(atPath: out) else {
                throw ValidationError("\(out) is there already. Name another file.")
            }
            // Whole or not at all: written beside, then moved.
            let temporary = URL(fileURLWithPath: out + ".new")
            guard FileManager.default.createFile(atPath: temporary.path, contents: nil) else {
                throw ValidationError("\(out) cannot be written.")
            }
            defer { try? FileManager.default.removeItem(at: temporary) }
            let handle = try FileHandle(forWritingTo: temporary)
            do {
                if let imported {
                    try await service.importedDossierFile(imported).write { try handle.write(contentsOf: $0) }
                } else {
                    try await service.dossierArchive(of: OccurrenceID(occurrence ?? 0)).write {
                        try handle.write(contentsOf: $0)
                    }
                }
            } catch ActError.notFound {
                throw ValidationError("There is none with this number.")
            } catch ActError.refused(_, let sentence) {
                throw ValidationError("\(sentence.vietnamese)\n\(sentence.english)")
            }
            try handle.synchronize()
            try handle.close()
            try FileManager.default.moveItem(at: temporary, to: URL(fileURLWithPath: out))
            print(try CheckedDossier(file: URL(fileURLWithPath: out)).summary)
        }
    }

    /// `giaoban dossier import`
    struct Import: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Bring a dossier in, to be read and found on this server.",
            discussion:
                "It is checked to the last byte and kept as it is. Ends with 1 where anything of it was changed.")

        @Argument(help: "The ZIP file.")
        var file: String

        @Option(help: "Folder of what the server keeps.")
        var data = "var"

        func run() throws {
            let folder = try DataFolder(existing: URL(fileURLWithPath: data))
            let store = try Store(file: folder.database, chainKey: try folder.auditKey())
            let (id, isNew, manifest) = try explained {
                try SchedulerService.importDossier(
                    URL(fileURLWithPath: file), into: store, folder: PaperFolders(in: folder.url).dossiers,
                    now: Int(Date().timeIntervalSince1970))
            }
            print("\(isNew ? "Đã nhập. Brought in." : "Đã có. It was there already.") \(id): \(manifest.title)")
        }
    }

    /// `giaoban dossier verify`
    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check that nothing of a dossier was changed.",
            discussion: "Prints the hash of the whole: keep a print of it elsewhere. Ends with 1 where it is not whole."
        )

        @Argument(help: "The ZIP file.")
        var file: String

        func run() throws {
            print(try explained { try CheckedDossier(file: URL(fileURLWithPath: file)).summary })
        }
    }
}

/// What is wrong with a file, in both languages, and 1 for a script.
private func explained<Result>(_ body: () throws -> Result) throws -> Result {
    do {
        return try body()
    } catch let error as DossierError {
        try? FileHandle.standardError.write(contentsOf: Data("\(error)\n".utf8))
        throw ExitCode(1)
    } catch let error as CocoaError {
        try? FileHandle.standardError.write(
            contentsOf: Data("Không đọc được tệp. The file cannot be read: \(error.code.rawValue)\n".utf8))
        throw ExitCode(1)
    }
}

extension CheckedDossier {
    fileprivate var summary: String {
        """
        Hồ sơ nguyên vẹn. The dossier is whole: \(manifest.title), \(manifest.start)
        \(manifest.files.count) files, \(bytes) bytes, SHA-256 \(sha256)
        """
    }
}
