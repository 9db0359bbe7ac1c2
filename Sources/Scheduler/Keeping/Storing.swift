import Briefing
import Foundation
import ICalendar
import Logging
import ObjectStore
import Store

/// Where a recording is, as pages read it.
public struct StoringShown: Encodable, Sendable {
    public enum State: String, Encodable, Sendable {
        /// On this machine only, and no store is set.
        case local
        /// On its way to the store.
        case sending
        /// In both places.
        case both
        /// In the store only.
        case stored
    }

    public var state: State
    /// Of what is on its way: bytes that have arrived, and all of them.
    public var sent: Int64?
    public var bytes: Int64?
    /// What went wrong last; it is tried again.
    public var trouble: Sentence?
    public var again: LocalDateTime?
}

extension SchedulerService {
    func storedFiles(of kept: KeptRecording) -> StoredFiles? {
        settings.objectStore.map { StoredFiles($0, store: store, kept: kept, folder: folder(of: kept)) }
    }

    func storing(of kept: KeptRecording, _ reading: Reading) throws -> StoringShown {
        guard let known = try reading.stored(kept.id) else {
            return StoringShown(state: settings.objectStore == nil ? .local : .sending)
        }
        var shown = StoringShown(
            state: known.dropped != nil ? .stored : known.stored != nil ? .both : .sending)
        if shown.state == .sending {
            shown.sent = try reading.storedObjects(of: kept.id).filter { $0.tag != nil }.reduce(0) { $0 + $1.bytes }
            shown.bytes = try reading.manifest(of: kept.id).flatMap { RecordManifest(parsing: $0) }?.bytes
        }
        if let trouble = known.trouble, trouble.count == 2 {
            shown.trouble = Sentence(vietnamese: trouble[0], english: trouble[1])
            shown.again = ProvinceClock.local(unix: known.next)
        }
        return shown
    }

    /// Sends a recording to the store; what goes wrong is noted and tried again later.
    ///
    /// - Parameter rate: bytes a second that leave at most; 0: as many as go.
    /// - Returns: whether the store has it now.
    func sendToStore(_ kept: KeptRecording, rate: @escaping @Sendable () -> Int) async throws -> Bool {
        guard let files = storedFiles(of: kept) else { return false }
        let result = await QuietWork.run("store") { Result { try files.send(rate: rate) } }
        switch result {
        case .success(let manifest):
            let place = files.objects.shown
            try await store.write { writing in
                let now = self.now()
                try writing.finish(storing: kept.id, at: now)
                try writing.record(
                    at: now, who: "server", what: "recording.stored", object: "occurrence \(kept.occurrence)",
                    detail: "\(kept.id) \(place) \(manifest.sha256)")
            }
            logger.info("recording stored", metadata: ["recording": "\(kept.id)", "store": "\(place)"])
            return true
        case .failure(let error):
            try await noteTrouble(error, of: kept)
            return false
        }
    }

    /// Gives up this machine's files of a recording that the store has.
    func dropOwn(_ kept: KeptRecording) async throws -> Bool {
        guard let files = storedFiles(of: kept) else { return false }
        let at = now()
        let result = await QuietWork.run("drop") { Result { try files.drop(at: at) } }
        if case .failure(let error) = result {
            try await noteTrouble(error, of: kept)
            return false
        }
        return true
    }

    private static let longestPause = 3600

    private func noteTrouble(_ error: any Error, of kept: KeptRecording) async throws {
        let words: (String, String) =
            switch error {
            case let error as ObjectStoreError: (error.vietnamese, error.english)
            case let error as StoredFiles.Differs: (error.vietnamese, error.english)
            default: ("Không đọc được tệp trên máy chủ.", "A file on the server cannot be read.")
            }
        logger.warning(
            "a recording did not get to the store", metadata: ["recording": "\(kept.id)", "error": "\(words.1)"])
        try await store.write { writing in
            let tries = (try writing.reading.stored(kept.id)?.tries ?? 0) + 1
            let pause = min(Self.longestPause, 5 << min(tries - 1, 10))
            try writing.note(
                trouble: words.0, english: words.1, of: kept.id, tries: tries, next: self.now() + pause)
        }
    }
}

extension ActError {
    /// What only the store has cannot be had now.
    static func storeAway(_ error: ObjectStoreError) -> ActError {
        .refused(
            code: "store-away",
            Sentence(
                vietnamese: "\(error.vietnamese) Bản ghi vẫn được giữ; hãy thử lại sau.",
                english: "\(error.english) The recording is kept; try again later."))
    }
}
