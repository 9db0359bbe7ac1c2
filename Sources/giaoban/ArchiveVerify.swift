import ArgumentParser
import Foundation
import Scheduler
import Store

/// `giaoban archive verify`: whether journals are what they were when they were closed.
struct ArchiveVerify: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Check that recordings are what they were when they ended.",
        discussion: """
            Counts and hashes the journal of each recording that is closed, and compares that with what the chain of acts \
            says of it. Ends with 1 where one differs.
            """)

    @Argument(help: "A recording, or how its number begins; without, all of them.")
    var id: String?

    @Option(help: "Folder of what the server keeps.")
    var data = "var"

    func run() throws {
        let archive = try KeptArchive(data: data)
        let chosen = try id.map { [try archive.recording($0)] } ?? archive.recordings()
        let journals = chosen.filter { $0.state == .closed }
        var different = 0
        for recording in journals {
            let (bytes, sha256) = try SchedulerService.digest(ofJournalIn: archive.journal(of: recording))
            let isSame = bytes == recording.bytes && sha256 == recording.sha256
            let isInChain = try archive.store.readNow {
                try $0.hasAct(
                    by: "server", "recording.closed", on: "occurrence \(recording.occurrence)",
                    detail: "\(recording.id) \(bytes) \(sha256)")
            }
            if !isSame || !isInChain { different += 1 }
            print(
                "\(recording.id)\t\(isSame ? isInChain ? "whole" : "not in the chain of acts" : "differs")\t\(sha256)")
        }
        print("\(journals.count) checked, \(different) different, \(chosen.count - journals.count) not closed yet")
        if different > 0 { throw ExitCode(1) }
    }
}
