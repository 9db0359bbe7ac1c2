import Briefing
import Foundation
import Identity
import Logging
import ObjectStore
import Store
import Synchronization

extension SchedulerService {
    /// Tells who keeps recordings that there is something to do.
    func keepingChanged() { keepingWanted.withLock { $0 }?() }

    /// Called whenever a recording was closed, or something about one was decided.
    func onKeepingWanted(_ told: @escaping @Sendable () -> Void) { keepingWanted.withLock { $0 = told } }

    /// Removes the files of a recording whose end two people have decided, all copies of them, and what was said in it from
    /// what is searched. The row, its hashes and the chain of acts stay. What was cut short is done again: the row says that
    /// it is done only when nothing is left.
    func destroy(_ kept: KeptRecording) async throws {
        try await destroyFilmCopies(of: kept.id)
        if let files = storedFiles(of: kept) {
            try await QuietWork.run("destroy") { Result { try files.remove() } }.get()
        } else if try await store.read({ try $0.stored(kept.id) }) != nil {
            // What the store has of it can be removed only while its settings are known.
            throw ObjectStoreError.unreachable("no store is set")
        }
        let folder = folder(of: kept)
        try await diskWork.run {
            Result {
                guard FileManager.default.fileExists(atPath: folder.path) else { return }
                try FileManager.default.removeItem(at: folder)
                try PaperFolders.synchronize(folder.deletingLastPathComponent())
            }
        }.get()
        try await store.write { writing in
            guard let disposal = try writing.reading.disposal(of: kept.id), disposal.state == .confirmed else { return }
            let now = self.now()
            try writing.finishDisposal(of: kept.id, at: now)
            try writing.setMoments([], milliseconds: 0, of: kept.id)
            try writing.record(
                at: now, who: "server", what: "recording.destroyed", object: "recording \(kept.id)",
                detail: "\(disposal.decision) \(kept.sha256 ?? "")")
        }
        logger.notice("recording destroyed as decided", metadata: ["recording": "\(kept.id)"])
    }
}
