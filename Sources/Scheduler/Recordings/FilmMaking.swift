import Archive
import Foundation
import Logging
import Store

/// Has films made of recordings, each by a process of its own that gives way to calls: beside the meeting while it runs, so
/// that it can be watched when the meeting is over, and later where that was cut short.
public actor FilmMaking {
    private struct Wanted {
        let recording: KeptRecording
        /// Whether its journal still grows.
        var follows: Bool
        var failures = 0
        /// A composer that has ended badly is not started again before.
        var notBefore = ContinuousClock.now
    }

    private let scheduler: SchedulerService
    private let executable: String
    private let keyFile: String?
    private let limit: Int
    private let logger: Logger
    private var wanted: [String: Wanted] = [:]
    private var running: [String: ArchiveProcess] = [:]
    private var isStopping = false
    private var isHeld = false
    private var told: (@Sendable (KeptRecording) async -> Void)?

    private static let mostFailures = 3
    private static let pause: Duration = .seconds(5)
    private static let patience: Duration = .seconds(10)
    /// What a composer ends with that was asked to.
    private static let asked: Int32 = 3

    /// - Parameters:
    ///   - executable: this program.
    ///   - keyFile: of encrypted journals.
    ///   - limit: composers at the same time.
    public init(
        scheduler: SchedulerService, executable: String, keyFile: String?,
        limit: Int = max(1, ProcessInfo.processInfo.activeProcessorCount), logger: Logger
    ) {
        self.scheduler = scheduler
        self.executable = executable
        self.keyFile = keyFile
        self.limit = limit
        self.logger = logger
    }

    /// A recording has begun, or goes on.
    public func follow(_ recording: KeptRecording) {
        wanted[recording.id] = Wanted(recording: recording, follows: true)
        start()
    }

    /// Nothing more is written to a recording.
    public func finish(_ recording: KeptRecording) {
        wanted[recording.id, default: Wanted(recording: recording, follows: false)].follows = false
        start()
        guard let process = running[recording.id] else { return }
        // One that follows it finds its end by itself, but for a journal that was cut off before.
        Task {
            try? await Task.sleep(for: Self.patience)
            let phase = FilmFolder(scheduler.filmFolder(of: recording)).readState()?.phase
            if running[recording.id] === process, phase == .following { process.release() }
        }
    }

    /// Where the disk fills, what is said now goes before films of it: composers wait until there is room again.
    public func giveWay(_ gives: Bool) {
        guard gives != isHeld else { return }
        isHeld = gives
        if gives { for process in running.values { process.release() } }
        start()
    }

    /// Takes up the films that an earlier server has not finished.
    public func takeUp() async {
        do {
            var made: [KeptRecording] = []
            // What is destroyed, or only in the store, is made no more.
            let (waiting, gone) = try await scheduler.store.read {
                let away = try $0.droppedRecordings().map(\.id)
                return (try $0.recordingsWithoutMoments(), try $0.destroyedRecordings().union(away))
            }
            for recording in waiting where !gone.contains(recording.id) {
                if FilmFolder(scheduler.filmFolder(of: recording)).readState()?.phase == .done {
                    made.append(recording)
                } else {
                    wanted[recording.id] = Wanted(recording: recording, follows: false)
                }
            }
            start()
            // Films that were made before it was kept what they are found by.
            Task { [made] in for recording in made { await keepMoments(of: recording) } }
        } catch {
            logger.error("films to make could not be looked up", metadata: ["error": "\(error)"])
        }
    }

    /// Calls when a film is done, also one that was made again.
    public func onMade(_ told: @escaping @Sendable (KeptRecording) async -> Void) { self.told = told }

    /// Leaves a recording alone that is to be destroyed.
    func abandon(_ id: String) async {
        wanted[id] = nil
        guard let process = running[id] else { return }
        process.release()
        _ = await process.end.value
    }

    /// Ends all composers; what they have done is kept.
    public func stop() async {
        isStopping = true
        let processes = Array(running.values)
        running.removeAll()
        for process in processes { process.release() }
        for process in processes { _ = await process.end.value }
    }

    private func keepMoments(of recording: KeptRecording) async {
        do {
            try await scheduler.keepMoments(of: recording)
        } catch {
            logger.error(
                "what a recording is found by was not kept; it will be at the next start",
                metadata: ["recording": "\(recording.id)", "error": "\(error)"])
        }
    }

    // MARK: One after the other

    /// Meetings that run come first, then the newest.
    private func start() {
        let now = ContinuousClock.now
        let waiting = wanted.values.filter { running[$0.recording.id] == nil && $0.notBefore <= now }
            .sorted {
                ($0.follows ? 1 : 0, $0.recording.started) > ($1.follows ? 1 : 0, $1.recording.started)
            }
        for next in waiting where running.count < limit && !isStopping && !isHeld { begin(next) }
    }

    private func begin(_ next: Wanted) {
        let id = next.recording.id
        let film = scheduler.filmFolder(of: next.recording)
        var arguments = [
            "archive", "compose", scheduler.folder(of: next.recording).path, "--out", film.path, "--attached",
        ]
        if next.follows { arguments.append("--follow") }
        if let keyFile { arguments += ["--key-file", keyFile] }
        do {
            try FileManager.default.createDirectory(
                at: film, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            let process = try ArchiveProcess(
                executable: executable, arguments: arguments, log: film.appendingPathComponent("composer.log"))
            running[id] = process
            logger.info("making a film", metadata: ["recording": "\(id)", "follows": "\(next.follows)"])
            Task {
                let status = await process.end.value
                ended(id, status)
            }
        } catch {
            logger.error("a film's composer did not start", metadata: ["recording": "\(id)", "error": "\(error)"])
            ended(id, 1)
        }
    }

    private func ended(_ id: String, _ status: Int32) {
        running[id] = nil
        guard !isStopping, var known = wanted[id] else { return }
        if status == 0 {
            logger.notice("a film is made", metadata: ["recording": "\(id)"])
            wanted[id] = nil
            Task { await keepMoments(of: known.recording) }
            if let told { Task { await told(known.recording) } }
        } else {
            if status != Self.asked { known.failures += 1 }
            known.notBefore = .now + Self.pause
            wanted[id] = known.failures < Self.mostFailures ? known : nil
            logger.warning(
                "a film's composer ended", metadata: ["recording": "\(id)", "status": "\(status)"])
            Task {
                try? await Task.sleep(for: Self.pause)
                start()
            }
        }
        start()
    }
}
