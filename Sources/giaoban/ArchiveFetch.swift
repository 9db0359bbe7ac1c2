import ArgumentParser
import Foundation
import ObjectStore
import Scheduler
import Store

/// `giaoban archive fetch`: brings a recording's files back from the store.
struct ArchiveFetch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fetch", abstract: "Bring a recording's files back from the store.",
        discussion: """
            giaoban archive fetch 3f9a --config /etc/giaoban.yaml

            Each file is there whole and with the hash that the chain of acts has, or not at all. The store keeps its own; \
            here they stay as long as if they had just been stored. Works beside a running server.
            """)

    @Argument(help: "A recording, or how its number begins.")
    var id: String

    @OptionGroup var kept: KeptArchiveOptions

    func run() async throws {
        let archive = try KeptArchive(data: kept.data)
        let recording = try archive.recording(id)
        guard let stored = archive.stored(recording, in: try await kept.objectStore()) else {
            throw ValidationError("Name the store as the server does: --store-endpoint, or --config FILE.")
        }
        guard try archive.store.readNow({ try $0.stored(recording.id)?.stored }) != nil else {
            throw ValidationError("The store does not have \(recording.id).")
        }
        let count = try tellingTrouble { try stored.fetch() }
        try archive.store.writeNow {
            try $0.drop(recording.id, at: nil, now: Int(Date().timeIntervalSince1970))
        }
        print("\(archive.journal(of: recording).path)\t\(count) files brought")
    }
}

/// What a store does, or has, as a sentence.
func tellingTrouble<Value>(_ work: () throws -> Value) throws -> Value {
    do {
        return try work()
    } catch let error as ObjectStoreError {
        throw ValidationError("\(error.vietnamese) \(error.english)")
    } catch let error as StoredFiles.Differs {
        throw ValidationError("\(error.vietnamese) \(error.english)")
    }
}
