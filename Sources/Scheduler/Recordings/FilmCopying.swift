import Archive
import Foundation
import Identity
import Logging
import ObjectStore
import Store

/// Makes the copies that are asked for, one after another, each by a process of its own that gives way to calls.
///
/// A copy appears whole. What a killed server leaves behind is begun anew at the next start.
public struct FilmCopying: Sendable {
    private let scheduler: SchedulerService
    private let executable: String
    private let logger: Logger

    /// - Parameter executable: this program.
    public init(scheduler: SchedulerService, executable: String, logger: Logger) {
        self.scheduler = scheduler
        self.executable = executable
        self.logger = logger
    }

    static func file(in folder: URL) -> URL { folder.appendingPathComponent("copy.mp4") }
    private static func state(in folder: URL) -> URL { folder.appendingPathComponent("state.json") }

    /// nil before the process has told anything.
    static func readState(in folder: URL) -> CuttingState? {
        (try? Data(contentsOf: state(in: folder))).flatMap { try? JSONDecoder().decode(CuttingState.self, from: $0) }
    }

    /// Makes copies until it is cancelled: those that wait, and then those that come.
    public func run() async {
        // Before the first look, so that nothing comes in between.
        var changes = scheduler.store.filmCopyChanges().makeAsyncIterator()
        var isTakenUp = false
        repeat {
            do {
                if !isTakenUp { try await takeUp() }
                isTakenUp = true
                while let next = try await scheduler.store.read({ try $0.waitingFilmCopies().first }) {
                    try Task.checkCancellation()
                    try await make(next)
                }
            } catch is CancellationError {
                return
            } catch {
                logger.error("copies of recordings wait", metadata: ["error": "\(error)"])
            }
        } while await changes.next() != nil
    }

    /// Removes what nobody has a copy of any more.
    private func takeUp() async throws {
        let kept = try await scheduler.store.read { try $0.keptFilmCopies() }
        let copies = scheduler.settings.papers.copies
        for name in (try? FileManager.default.contentsOfDirectory(atPath: copies.path)) ?? []
        where !kept.contains(name) {
            try? FileManager.default.removeItem(at: copies.appendingPathComponent(name))
        }
    }

    private func make(_ copy: KeptFilmCopy) async throws {
        guard let recording = try await scheduler.store.read({ try $0.recording(copy.recording) }) else {
            return try await fail(copy, Self.failed)
        }
        let folder = scheduler.folder(ofCopy: copy.id)
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        guard let film = try await film(of: recording, for: copy) else { return }
        defer { if film.isBrought { try? FileManager.default.removeItem(at: film.file) } }
        let process = try ArchiveProcess(
            executable: executable,
            arguments: [
                "archive", "cut", film.file.path, "--from", Self.seconds(copy.begin), "--to", Self.seconds(copy.end),
                "--out", Self.file(in: folder).path,
                "--mark", copy.mark, "--state", Self.state(in: folder).path, "--attached",
            ], log: folder.appendingPathComponent("copy.log"))
        let watching = Task { await releaseIfUnwanted(copy.id, process) }
        let status = await withTaskCancellationHandler {
            await process.end.value
        } onCancel: {
            process.release()
        }
        watching.cancel()
        try Task.checkCancellation()
        let isWanted = try await scheduler.store.read { try $0.filmCopy(copy.id)?.state == .waiting }
        guard isWanted else {
            try? FileManager.default.removeItem(at: folder)
            return
        }
        let values = try? FileManager.default.attributesOfItem(atPath: Self.file(in: folder).path)
        guard status == 0, let bytes = (values?[.size] as? NSNumber)?.int64Value else {
            logger.warning("a copy was not made", metadata: ["copy": "\(copy.id)", "status": "\(status)"])
            return try await fail(copy, Self.readState(in: folder)?.failure ?? Self.failed)
        }
        let time = scheduler.now()
        let isKept = try await scheduler.store.write { try $0.finishFilmCopy(copy.id, bytes: bytes, at: time) }
        if !isKept { try? FileManager.default.removeItem(at: folder) }
    }

    /// The film that is cut: the machine's own, or one that is brought from the store beside the copy; nil where that could
    /// not be: then the copy has failed.
    private func film(
        of recording: KeptRecording, for copy: KeptFilmCopy
    ) async throws -> (file: URL, isBrought: Bool)? {
        let own = FilmFolder(scheduler.filmFolder(of: recording)).film
        guard !FileManager.default.fileExists(atPath: own.path), let files = scheduler.storedFiles(of: recording) else {
            return (own, false)
        }
        let place = scheduler.folder(ofCopy: copy.id).appendingPathComponent(own.lastPathComponent)
        let brought = await QuietWork.run("copy") {
            Result { try files.fetch("film/\(own.lastPathComponent)", to: place) }
        }
        switch brought {
        case .success: return (place, true)
        case .failure(let error):
            logger.warning("a copy's film did not come", metadata: ["copy": "\(copy.id)", "error": "\(error)"])
            let sentence = (error as? ObjectStoreError).map { "\($0.vietnamese)\n\($0.english)" }
            try await fail(copy, sentence ?? Self.failed)
            return nil
        }
    }

    private func releaseIfUnwanted(_ id: String, _ process: ArchiveProcess) async {
        for await _ in scheduler.store.filmCopyChanges() {
            let state = try? await scheduler.store.read { try $0.filmCopy(id)?.state }
            if state == .removed { return process.release() }
        }
    }

    private func fail(_ copy: KeptFilmCopy, _ failure: String) async throws {
        try await scheduler.store.write { try $0.failFilmCopy(copy.id, failure) }
        try? FileManager.default.removeItem(at: scheduler.folder(ofCopy: copy.id))
    }

    private static let failed = """
        Không làm được bản sao. Hãy thử lại; nếu vẫn lỗi, hãy báo quản trị hệ thống.
        The copy could not be made. Try again; if it fails again, tell the administrator.
        """

    private static func seconds(_ milliseconds: Int64) -> String {
        let rest = "\(1000 + milliseconds % 1000)".dropFirst()
        return "\(milliseconds / 1000).\(rest)"
    }
}
