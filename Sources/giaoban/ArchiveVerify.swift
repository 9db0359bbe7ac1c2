import ArgumentParser
import Briefing
import Foundation
import ObjectStore
import Scheduler
import Store

/// `giaoban archive verify`: whether recordings are what the chain of acts says of them.
struct ArchiveVerify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Check that recordings are what they were when they ended.",
        discussion: """
            Hashes the journal of each recording that is closed and, where its film is done, all its files, compares that \
            with what the chain of acts says of it, and tells in words what differs. What is only in the store is read \
            there. Whether the chain itself is whole: \
            giaoban audit verify. Ends with 1 where one differs.
            """)

    @Argument(help: "A recording, or how its number begins; without, all of them.")
    var id: String?

    @OptionGroup var kept: KeptArchiveOptions

    func run() async throws {
        let archive = try KeptArchive(data: kept.data)
        let objects = try await kept.objectStore()
        let chosen = try id.map { [try archive.recording($0)] } ?? archive.recordings()
        let gone = try archive.store.readNow { try $0.destroyedRecordings() }
        let journals = chosen.filter { $0.state == .closed && !gone.contains($0.id) }
        var different = 0
        for recording in journals {
            let folder = archive.journal(of: recording)
            let known = try archive.store.readNow { try SchedulerService.known(of: recording, in: folder, $0) }
            let stored = archive.stored(recording, in: objects)
            let isAway = try archive.store.readNow { try $0.stored(recording.id)?.dropped } != nil
            guard stored != nil || !isAway else {
                throw ValidationError(
                    "\(recording.id) is in the store. Name it as the server does: --store-endpoint, --config")
            }
            let findings = try IntegrityCheck.run(known) { path, take in
                try stored.map { try $0.read(path, take) } ?? SchedulerService.readKept(path, in: folder, take)
            }
            if !findings.isEmpty { different += 1 }
            let whole = known.isSealed ? "whole, with its film" : "whole, no film yet"
            print("\(recording.id)\t\(findings.isEmpty ? whole : "differs")\t\(recording.sha256 ?? "")")
            for finding in findings { print("\t\(finding.sentence.vietnamese) \(finding.sentence.english)") }
        }
        let destroyed = chosen.count { gone.contains($0.id) }
        print(
            "\(journals.count) checked, \(different) different, \(chosen.count - journals.count - destroyed) not closed yet, "
                + "\(destroyed) destroyed as decided")
        if different > 0 { throw ExitCode(1) }
    }
}
