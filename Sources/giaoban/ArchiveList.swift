import Archive
import ArgumentParser
import Briefing
import Foundation
import ObjectStore
import Scheduler
import Store

/// The recordings of a server's folder, for `giaoban archive`; works beside a running server.
struct KeptArchive {
    let folder: DataFolder
    let store: Store

    /// - Throws: `ValidationError` where the folder is no server's.
    init(data: String) throws {
        folder = try DataFolder(existing: URL(fileURLWithPath: data))
        store = try Store(file: folder.database, chainKey: try folder.auditKey())
    }

    func recordings() throws -> [KeptRecording] { try store.readNow { try $0.recordings() } }

    /// - Parameter id: or how it begins, if no other does.
    func recording(_ id: String) throws -> KeptRecording {
        let found = try recordings().filter { $0.id.hasPrefix(id) }
        guard let one = found.first else {
            throw ValidationError("There is no recording \(id). `giaoban archive list` tells which there are.")
        }
        guard found.count == 1 else { throw ValidationError("\(found.count) recordings begin with \(id).") }
        return one
    }

    func journal(of recording: KeptRecording) -> URL {
        PaperFolders(in: folder.url).recordings.appendingPathComponent(recording.id)
    }

    /// A recording's files in the store; nil where no store is named.
    func stored(_ recording: KeptRecording, in objects: ObjectStore?) -> StoredFiles? {
        objects.map { StoredFiles($0, store: store, kept: recording, folder: journal(of: recording)) }
    }

    func film(of recording: KeptRecording) -> FilmFolder {
        FilmFolder(journal(of: recording).appendingPathComponent("film"))
    }
}

/// `giaoban archive list`: all recordings, and how far their films are.
struct ArchiveList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List recordings, the newest first, and how far their films are.")

    @Option(help: "Folder of what the server keeps.")
    var data = "var"

    func run() throws {
        let archive = try KeptArchive(data: data)
        for recording in try archive.recordings().sorted(by: { $0.started > $1.started }) {
            let title = try archive.store.readNow { reading in
                try reading.occurrence(recording.occurrence).flatMap { one in
                    try one.own.title ?? reading.series(one.series)?.plan.title
                }
            }
            let start = Date(timeIntervalSince1970: Double(recording.started) / 1000).formatted(.iso8601)
            let minutes = recording.ended.map { "\(($0 - recording.started) / 60_000) min" } ?? "-"
            let megabytes = recording.bytes.map { "\($0 >> 20) MB" } ?? "-"
            let columns = [
                recording.id, start, minutes, megabytes, recording.state.rawValue, film(archive, recording),
                try place(archive, recording), title ?? "",
            ]
            print(columns.joined(separator: "\t"))
        }
    }

    /// Where it is: here, in the store, or on its way there; and what went wrong last.
    private func place(_ archive: KeptArchive, _ recording: KeptRecording) throws -> String {
        let (stored, disposal) = try archive.store.readNow {
            (try $0.stored(recording.id), try $0.disposal(of: recording.id))
        }
        if let disposal, [.confirmed, .done].contains(disposal.state) { return "destroyed: \(disposal.decision)" }
        guard let stored else { return "here" }
        let place =
            stored.dropped != nil ? "store" : stored.stored != nil ? "here and store" : "on its way to the store"
        guard let trouble = stored.trouble?.last else { return place }
        let next = Date(timeIntervalSince1970: Double(stored.next)).formatted(.iso8601)
        return "\(place): \(trouble) Tried again at \(next)"
    }

    private func film(_ archive: KeptArchive, _ recording: KeptRecording) -> String {
        guard let state = archive.film(of: recording).readState() else { return "no film" }
        let rest = state.remaining.map { $0 > 0 ? ", \(Int($0)) s left" : "" } ?? ""
        return "\(state.phase.rawValue) \(Int(state.progress * 100)) %\(rest)"
    }
}
