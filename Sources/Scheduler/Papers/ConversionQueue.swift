import Conversion
import Foundation
import Glibc
import Logging
import Store
import Synchronization

/// Makes pages of papers, one file after another, gently: calls go before it.
///
/// Pages appear whole: they are made in a folder of their own, brought to the disk, and renamed to their place; only then the
/// store says that they are there. What a killed server leaves behind is removed at the next start, and made again.
public struct ConversionQueue: Sendable {
    private let store: Store
    private let folders: PaperFolders
    private let logger: Logger
    private let now: @Sendable () -> Int

    /// How often a conversion is tried that the server's own state has failed.
    static let attempts = 3
    /// What the folder of a conversion that is going on begins with: no file's digest does.
    private static let unfinished = "new-"

    public init(scheduler: SchedulerService, logger: Logger) {
        store = scheduler.store
        folders = scheduler.settings.papers
        now = scheduler.now
        self.logger = logger
    }

    /// Converts until it is cancelled: what waits, and then what comes.
    public func run() async {
        // Before the first look, so that nothing comes in between.
        var changes = store.paperChanges().makeAsyncIterator()
        var isTakenUp = false
        // Whatever goes wrong, a full disk or a busy store: with the next change of papers it is tried again.
        repeat {
            do {
                if !isTakenUp { try await takeUp() }
                isTakenUp = true
                try await work()
            } catch is CancellationError {
                return
            } catch {
                logger.error("papers wait to become pages: \(error)")
            }
        } while await changes.next() != nil
    }

    /// After an end of whatever kind: what was begun waits again, what nobody names is removed.
    private func takeUp() async throws {
        let time = now()
        let missing = PaperConversion.missingPackages()
        if !missing.isEmpty {
            logger.warning("papers do not become pages: install \(missing.joined(separator: " ")), and start again")
        }
        try await store.write { writing in
            try writing.resumeConversions(now: time)
            let reasons = ConversionFailure.allCases.filter(\.isOfMachine).map(\.rawValue)
            try writing.retryConversions(reasons: reasons, now: time)
        }
        let kept = try await store.read { try $0.convertedFiles() }
        let files = FileManager.default
        try files.createDirectory(
            at: folders.pages, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        for name in try files.contentsOfDirectory(atPath: folders.pages.path) where !kept.contains(name) {
            try? files.removeItem(at: folders.pages.appendingPathComponent(name))
        }
    }

    /// Until nothing waits.
    private func work() async throws {
        while true {
            try Task.checkCancellation()
            for sha256 in try await store.read({ try $0.forsakenConversions() }) {
                try await store.write { try $0.forgetConversion(of: sha256) }
                try? FileManager.default.removeItem(at: folders.pages(of: sha256))
            }
            guard let next = try await store.read({ try $0.nextToConvert(types: PaperKind.types).map(Next.init) })
            else {
                return
            }
            try await convert(next)
        }
    }

    private struct Next: Sendable {
        var sha256: String
        var type: String

        init(_ row: (sha256: String, type: String)) { (sha256, type) = row }
    }

    private func convert(_ next: Next) async throws {
        let sha256 = next.sha256
        let begun = now()
        try await store.write { try $0.beginConversion(of: sha256, type: next.type, now: begun) }
        let folder = folders.pages.appendingPathComponent(Self.unfinished + UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: folder) }
        do {
            guard let kind = PaperKind(type: next.type) else {
                throw ConversionEnd.failed(.unsupported, detail: next.type)
            }
            try makeFolder(folder)
            let result = try await result(of: next, kind, in: folder)
            try settle(folder, at: folders.pages(of: sha256))
            let pages = result.pages.map {
                KeptPage(number: $0.number, width: $0.width, height: $0.height, text: $0.text)
            }
            let time = now()
            try await store.write { writing in
                try writing.endConversion(
                    of: sha256, pages: pages, milliseconds: result.milliseconds, peakBytes: result.peakBytes, now: time)
            }
            logger.info(
                "\(sha256.prefix(12)): \(pages.count) pages in \(result.milliseconds) ms, \(result.peakBytes >> 20) MB")
        } catch ConversionEnd.stopped {
            throw CancellationError()
        } catch ConversionEnd.failed(let reason, let detail) {
            logger.warning("\(sha256.prefix(12)) (\(next.type)) has no pages: \(reason.rawValue): \(detail)")
            let time = now()
            try await store.write { writing in
                try writing.failConversion(
                    of: sha256, reason: reason.rawValue, attempts: reason.isPassing ? Self.attempts : 1, now: time)
            }
        }
    }

    /// One thread from the beginning to the end: a sandbox ends with the thread that began it.
    private func result(of next: Next, _ kind: PaperKind, in folder: URL) async throws -> PaperConversion.Result {
        let flag = StopFlag()
        let (counts, continuation) = AsyncStream.makeStream(of: Progress.self, bufferingPolicy: .bufferingNewest(1))
        let conversion = PaperConversion(
            of: folders.original(next.sha256), kind: kind, into: folder, isStopped: { flag.isSet },
            progress: { continuation.yield(Progress(done: $0, pages: $1)) })
        let telling = Task { [store] in
            for await count in counts {
                try? await store.write {
                    try $0.noteConversion(of: next.sha256, done: count.done, pages: count.pages)
                }
            }
        }
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation {
                (resume: CheckedContinuation<Result<PaperConversion.Result, ConversionEnd>, Never>) in
                let thread = Thread {
                    resume.resume(returning: Result { () throws(ConversionEnd) in try conversion.run() })
                }
                thread.name = "conversion"
                thread.start()
            }
        } onCancel: {
            flag.set()
        }
        continuation.finish()
        await telling.value
        return try result.get()
    }

    private struct Progress: Sendable {
        var done: Int
        var pages: Int
    }

    private func makeFolder(_ folder: URL) throws(ConversionEnd) {
        do {
            try FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch { throw .failed(.server, detail: "\(error)") }
    }

    /// Puts finished pages in their place: there whole, or not at all (rename(2), fsync(2)).
    private func settle(_ folder: URL, at place: URL) throws(ConversionEnd) {
        // Of a conversion whose transaction never came.
        try? FileManager.default.removeItem(at: place)
        try synchronize(folder)
        guard rename(folder.path, place.path) == 0 else {
            throw .failed(.server, detail: String(cString: strerror(errno)))
        }
        try synchronize(folders.pages)
    }

    private func synchronize(_ folder: URL) throws(ConversionEnd) {
        do {
            try PaperFolders.synchronize(folder)
        } catch {
            throw .failed(.server, detail: String(cString: strerror(error.code)))
        }
    }
}

private final class StopFlag: Sendable {
    private let flag = Atomic(false)

    var isSet: Bool { flag.load(ordering: .relaxed) }
    func set() { flag.store(true, ordering: .relaxed) }
}
