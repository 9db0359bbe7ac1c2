import Archive
import ArgumentParser
import Foundation
import ObjectStore
import Scheduler
import Store

/// `giaoban archive export`: a recording's journal, pages and film, as files to take elsewhere.
struct ArchiveExport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Copy a recording, with its film, to another folder.",
        discussion: """
            giaoban archive export 3f9a --out /mnt/usb

            Makes FOLDER/ID with the journal, the pages that were shown, and film/. A film of the copied journal can be \
            made anywhere: giaoban archive compose FOLDER/ID --out FOLDER/ID/film
            """)

    @Argument(help: "A recording, or how its number begins.")
    var id: String

    @Option(help: "Folder to copy to; it is made.")
    var out: String

    @OptionGroup var kept: KeptArchiveOptions

    func run() async throws {
        let archive = try KeptArchive(data: kept.data)
        let recording = try archive.recording(id)
        guard recording.state == .closed else {
            throw ValidationError("\(recording.id) is still being written. Export it when its meeting is over.")
        }
        let place = URL(fileURLWithPath: out).appendingPathComponent(recording.id)
        guard !FileManager.default.fileExists(atPath: place.path) else {
            throw ValidationError("\(place.path) is there already. Name another folder with --out.")
        }
        try FileManager.default.createDirectory(
            at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
        let whole = place.appendingPathExtension("new")
        try? FileManager.default.removeItem(at: whole)
        try FileManager.default.copyItem(at: archive.journal(of: recording), to: whole)
        if try archive.store.readNow({ try $0.stored(recording.id)?.dropped }) != nil {
            guard let stored = archive.stored(recording, in: try await kept.objectStore()) else {
                throw ValidationError(
                    "\(recording.id) is in the store. Name it as the server does: --store-endpoint, --config")
            }
            _ = try tellingTrouble { try stored.fetch(to: whole) }
        }
        try FileManager.default.moveItem(at: whole, to: place)
        let phase = archive.film(of: recording).readState()?.phase
        print(phase == .done ? place.path : "\(place.path)\tthe film is not done yet")
    }
}
