import Briefing
import Foundation
import Logging
import Recording
import RelayRuntime
import Scheduler
import Store

/// Lets the recorder do what meetings' conduct says of their recordings, and tells meetings how the recorder does.
actor RecordingDesk {
    /// What is being recorded.
    private struct Running {
        let occurrence: OccurrenceID
        let kept: KeptRecording
        var isPaused = false

        var number: Int { kept.number }
        var id: String { kept.id }
    }

    private let scheduler: SchedulerService
    private let recorder: Recorder
    private let hub: RoomHub
    private let films: FilmMaking
    private let key: JournalKey?
    private let logger: Logger
    /// By room, as the meeting says it.
    private var wanted: [String: (occurrence: OccurrenceID, recording: RecordingState)] = [:]
    private var running: [String: Running] = [:]
    private var settling: Set<String> = []

    /// A recording that cannot be begun is tried again after this time.
    private static let retry: Duration = .seconds(5)

    /// - Parameter key: nil: recordings are not encrypted.
    init(
        scheduler: SchedulerService, recorder: Recorder, hub: RoomHub, films: FilmMaking, key: JournalKey?,
        logger: Logger
    ) {
        self.scheduler = scheduler
        self.recorder = recorder
        self.hub = hub
        self.films = films
        self.key = key
        self.logger = logger
    }

    /// Follows the recorder until it stops.
    func run() async {
        do {
            try await scheduler.closeEndedRecordings()
        } catch {
            logger.error("recordings that have ended could not be closed", metadata: ["error": "\(error)"])
        }
        await films.takeUp()
        for await report in recorder.reports { await take(report) }
        await films.stop()
    }

    /// A meeting's conduct has changed.
    func follow(_ conduct: Conduct, of id: OccurrenceID, room: String) {
        guard let recording = conduct.recording else { return }
        guard recording.isOn || running[room] != nil else {
            wanted[room] = nil
            return
        }
        wanted[room] = (id, recording)
        Task { await settle(room) }
    }

    // MARK: Doing what is wanted

    private func settle(_ room: String) async {
        guard settling.insert(room).inserted else { return }
        defer { settling.remove(room) }
        while let wanted = wanted[room] {
            let recording = wanted.recording
            if let current = running[room] {
                if !recording.isOn || current.number != recording.number {
                    await end(current, room)
                } else if current.isPaused != (recording.phase == .paused) {
                    await pause(recording.phase == .paused, room)
                } else {
                    return
                }
            } else if recording.isOn {
                if await begin(recording, of: wanted.occurrence, room) { continue }
                try? await Task.sleep(for: Self.retry)
            } else {
                self.wanted[room] = nil
                return
            }
        }
    }

    private func begin(_ recording: RecordingState, of occurrence: OccurrenceID, _ room: String) async -> Bool {
        do {
            guard
                let kept = try await scheduler.recordings(of: occurrence).first(where: {
                    $0.number == recording.number
                }), kept.state == .open
            else {
                wanted[room] = nil
                return true
            }
            let folder = scheduler.folder(of: kept)
            guard await recorder.begin(room: room, in: RecordingFolder(folder, key: key)) else { return false }
            running[room] = Running(occurrence: occurrence, kept: kept)
            logger.notice("recording", metadata: ["room": "\(room)", "recording": "\(kept.id)"])
            await hub.beginScene(of: room, in: folder)
            await films.follow(kept)
            return true
        } catch {
            logger.error("a recording could not be looked up", metadata: ["room": "\(room)", "error": "\(error)"])
            return false
        }
    }

    private func pause(_ isPaused: Bool, _ room: String) async {
        running[room]?.isPaused = isPaused
        guard let id = running[room]?.id else { return }
        recorder.note("{\"paused\":\(isPaused)}", in: room)
        if isPaused {
            recorder.pause(room: room)
            await hub.endScene(of: room)
        } else {
            recorder.resume(room: room)
            await hub.beginScene(of: room, in: scheduler.settings.papers.recordings.appendingPathComponent(id))
        }
    }

    private func end(_ current: Running, _ room: String) async {
        await hub.endScene(of: room)
        recorder.note("{\"over\":true}", in: room)
        await recorder.end(room: room)
        running[room] = nil
        await films.finish(current.kept)
        do {
            try await scheduler.closeRecording(current.id)
        } catch {
            logger.error(
                "a recording could not be closed; it will be at the next start",
                metadata: ["recording": "\(current.id)", "error": "\(error)"])
        }
    }

    // MARK: What the recorder says

    private func take(_ report: RecorderReport) async {
        switch report {
        case .trouble(let room, let error):
            logger.error(
                error == nil ? "the recording gets to the disk again" : "the recording does not get to the disk",
                metadata: ["room": "\(room)", "error": "\(error.map { "\($0)" } ?? "")"])
            let disk: RecordingState.Disk = error == nil ? .fine : error == .noSpace ? .full : .failing
            await tell(disk, minutesLeft: nil, room)
        case .disk(let level, let seconds):
            let minutes = level == .fine ? nil : seconds.map { Int($0 / 60) }
            logger.notice("disk of recordings", metadata: ["level": "\(level)", "seconds": "\(seconds ?? -1)"])
            await films.giveWay(level != .fine)
            for room in running.keys.sorted() {
                await hub.keepPictures(level == .fine || level == .low, of: room)
                await tell(RecordingState.Disk(level), minutesLeft: minutes, room)
            }
        }
    }

    private func tell(_ disk: RecordingState.Disk, minutesLeft: Int?, _ room: String) async {
        guard let occurrence = wanted[room]?.occurrence ?? running[room]?.occurrence else { return }
        do {
            try await scheduler.happen([.recorder(disk, minutesLeft: minutesLeft)], in: occurrence)
        } catch {
            logger.error("how the disk does was not told", metadata: ["room": "\(room)", "error": "\(error)"])
        }
        // Also where the disk had no room for the act.
        if disk == .full, let current = running[room] { await end(current, room) }
    }
}

extension RecordingState.Disk {
    init(_ level: DiskWatch.Level) {
        switch level {
        case .fine: self = .fine
        case .low: self = .low
        case .voices: self = .voices
        case .full: self = .full
        }
    }
}
