import Archive
import ArgumentParser
import Foundation
import Scheduler
import Store

/// `giaoban archive seal`: a recording's files are from now on what they are.
struct ArchiveSeal: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "seal", abstract: "Put the hashes of a recording's files into the chain of acts anew.",
        discussion: """
            For a recording whose film was made again by hand; from then on it is found by what this film says. The server \
            seals what it makes by itself. The hash of the journal is not touched: it stays what it was when the recording \
            ended.
            """)

    @Argument(help: "A recording, or how its number begins.")
    var id: String

    @Option(help: "Folder of what the server keeps.")
    var data = "var"

    func run() throws {
        let archive = try KeptArchive(data: data)
        let recording = try archive.recording(id)
        guard archive.film(of: recording).readState()?.phase == .done else {
            throw ValidationError(
                "The film of \(recording.id) is not done. Make it first: giaoban archive compose --help")
        }
        let manifest: RecordManifest
        do {
            manifest = try SchedulerService.sealNow(
                recording, in: archive.journal(of: recording), who: shellUser(),
                at: Int(Date().timeIntervalSince1970), store: archive.store)
        } catch is SealRefusal {
            throw ValidationError(
                "\(recording.id) is only in the store. Bring it back first: giaoban archive fetch --help")
        }
        print("\(recording.id)\t\(manifest.files.count) files\t\(manifest.sha256)")
    }
}
