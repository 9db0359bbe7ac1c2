import CSockets
import Dispatch
import Foundation
import Recording
import Relay
import Synchronization

/// Where a recording goes.
public struct RecordingFolder: Sendable {
    public var url: URL
    /// nil: it is not encrypted.
    public var key: JournalKey?

    public init(_ url: URL, key: JournalKey? = nil) {
        self.url = url
        self.key = key
    }
}

/// What the recorder tells the rest of the server.
public enum RecorderReport: Sendable {
    /// A journal could not be begun, or does not get to the disk; nil: it does again.
    case trouble(room: String, JournalError?)
    /// How the disk does; seconds are what is left at the present pace, where it is known.
    case disk(DiskWatch.Level, secondsLeft: Int64?)
}

/// The thread that keeps calls in journals: it drains the pipes to which the relays write, and writes to the disk.
///
/// Nobody waits for it. A disk that stands still for longer than a pipe holds costs packets of the recording, which the
/// journal says; the call hears nothing of it.
public final class Recorder: Sendable {
    private enum Command {
        case message(LinkMessage, from: Int)
        case begin(room: String, RecordingFolder, CheckedContinuation<Bool, Never>)
        case choose(room: String, pictures: [ParticipantID], screens: Bool)
        case note(room: String, [UInt8])
        case film(PlayedFilm, PacketPipe)
        case endFilm(ParticipantID)
        case pause(room: String)
        case resume(room: String)
        case end(room: String, CheckedContinuation<Int?, Never>)
        case stop(CheckedContinuation<Void, Never>)
    }

    /// Of all journals together, for one consumer.
    public let reports: AsyncStream<RecorderReport>
    private let sink: AsyncStream<RecorderReport>.Continuation
    private let pipes: [PacketPipe]
    private let commands = Mutex<[Command]>([])
    private let bell = DispatchSemaphore(value: 0)
    private let send: Mutex<(@Sendable (Int, LinkMessage) -> Void)?> = Mutex(nil)
    private let isRunning = Mutex(false)
    private let limits: DiskWatch.Limits

    /// How often the pipes are looked into, ms: they are not rung. Each time costs a relay on the same core the warmth of
    /// its caches, and nothing that is asked of a relay here is in a hurry.
    private static let interval = 100
    /// How often what has gathered is brought to the disk, µs: with the interval less than the second that a recording may
    /// lose.
    private static let flushInterval: Int64 = 850_000
    private static let diskInterval: Int64 = 2_000_000
    /// Of the pipe from one worker, bytes: a second and more of twenty rooms with pictures. Memory that was never written
    /// to takes none.
    private static let pipeLog2 = 24

    init(workers: Int, limits: DiskWatch.Limits) {
        self.limits = limits
        pipes = (0..<workers).map { _ in PacketPipe(capacityLog2: Self.pipeLog2) }
        (reports, sink) = AsyncStream.makeStream(of: RecorderReport.self, bufferingPolicy: .bufferingNewest(1024))
    }

    /// The pipe from one worker's relay.
    func pipe(from worker: Int) -> PacketPipe { pipes[worker] }

    /// Begins the thread.
    /// - Parameter send: hands a message to a worker's relay.
    func start(send: @escaping @Sendable (Int, LinkMessage) -> Void) {
        self.send.withLock { $0 = send }
        isRunning.withLock { $0 = true }
        let thread = Thread { [self] in loop() }
        thread.stackSize = 1 << 20
        thread.name = "recorder"
        thread.start()
    }

    /// Ends all recordings and the thread.
    func stop() async {
        guard isRunning.withLock({ $0 }) else { return sink.finish() }
        await withCheckedContinuation { post(.stop($0)) }
        sink.finish()
    }

    /// A message of a worker's relay.
    func receive(_ message: LinkMessage, from worker: Int) { post(.message(message, from: worker)) }

    // MARK: Recordings

    /// Begins to record a room, or goes on with what its folder holds.
    /// - Returns: whether it is recorded; where it could not be begun, why is reported.
    public func begin(room: String, in folder: RecordingFolder) async -> Bool {
        guard isRunning.withLock({ $0 }) else { return false }
        return await withCheckedContinuation { post(.begin(room: room, folder, $0)) }
    }

    /// Whose cameras are kept, and whether screens are; voices always are.
    public func choose(_ pictures: [ParticipantID], screens: Bool = true, in room: String) {
        post(.choose(room: room, pictures: pictures, screens: screens))
    }

    /// Keeps what has happened, now.
    /// - Parameter json: an object (RFC 8259).
    public func note(_ json: String, in room: String) { post(.note(room: room, Array(json.utf8))) }

    /// A film is played in a room: it is kept where the room is recorded.
    func play(_ film: PlayedFilm, from pipe: PacketPipe) { post(.film(film, pipe)) }

    func endFilm(_ id: ParticipantID) { post(.endFilm(id)) }

    /// Takes nothing more of a room until ``resume(room:)``.
    public func pause(room: String) { post(.pause(room: room)) }

    public func resume(room: String) { post(.resume(room: room)) }

    /// Ends a recording.
    /// - Returns: when all of it is on the disk: the bytes that were written here; nil where there was none.
    @discardableResult
    public func end(room: String) async -> Int? {
        guard isRunning.withLock({ $0 }) else { return nil }
        return await withCheckedContinuation { post(.end(room: room, $0)) }
    }

    private func post(_ command: Command) {
        commands.withLock { $0.append(command) }
        bell.signal()
    }

    // MARK: The thread

    private struct State {
        var tap: RecordingTap
        var journals: [String: OpenJournal] = [:]
        var paused: Set<String> = []
        var films: [ParticipantID: PacketPipe] = [:]
        var nextFlush: Int64 = 0
        var nextLook: Int64 = 0
        var disk: DiskWatch
        /// Bytes of journals that have ended.
        var ended: Int64 = 0
        var folder: URL?
        var told: (level: DiskWatch.Level, minutes: Int64)?
    }

    private func loop() {
        _ = csockets_name_thread("recorder")
        var state = State(tap: RecordingTap(relays: pipes.count), disk: DiskWatch(limits))
        while true {
            let taken = commands.withLock { commands in
                defer { commands = [] }
                return commands
            }
            let now = csockets_monotonic_us()
            var ending: [(String, CheckedContinuation<Int?, Never>)] = []
            var stopping: CheckedContinuation<Void, Never>?
            for command in taken {
                switch command {
                case .end(let room, let waiter): ending.append((room, waiter))
                case .stop(let waiter): stopping = waiter
                default: perform(command, &state, now: now)
                }
            }
            for (worker, pipe) in pipes.enumerated() { state.tap.drain(pipe, from: worker, now: now) }
            for (film, pipe) in state.films { state.tap.drain(pipe, ofFilm: film, now: now) }
            state.tap.tick(now: now)
            for (room, _) in ending { state.tap.close(room, now: now) }
            keep(&state)
            for (room, waiter) in ending { waiter.resume(returning: close(room, &state, now: now)) }
            for (worker, message) in state.tap.takeMessages() { send.withLock { $0 }?(worker, message) }
            if now >= state.nextFlush {
                state.nextFlush = now + Self.flushInterval
                for journal in state.journals.values { flush(journal, now: now) }
            }
            if now >= state.nextLook, !state.journals.isEmpty {
                state.nextLook = now + Self.diskInterval
                look(&state, now: now)
            }
            if let stopping {
                for room in state.journals.keys.sorted() { _ = close(room, &state, now: now) }
                isRunning.withLock { $0 = false }
                return stopping.resume()
            }
            _ = bell.wait(timeout: state.journals.isEmpty ? .distantFuture : .now() + .milliseconds(Self.interval))
        }
    }

    private func perform(_ command: Command, _ state: inout State, now: Int64) {
        switch command {
        case .message(let message, let worker): state.tap.receive(message, from: worker, now: now)
        case .begin(let room, let folder, let waiter):
            waiter.resume(returning: begin(room, folder, &state, now: now))
        case .choose(let room, let pictures, let screens):
            state.tap.choose(pictures, screens: screens, in: room, now: now)
        case .note(let room, let json): state.journals[room]?.note(json, at: now)
        case .film(let film, let pipe):
            state.films[film.id] = pipe
            state.tap.play(film, now: now)
        case .endFilm(let id):
            state.films[id] = nil
            state.tap.endFilm(id, now: now)
        case .pause(let room):
            guard state.journals[room] != nil, state.paused.insert(room).inserted else { return }
            state.tap.close(room, now: now)
        case .resume(let room):
            guard let journal = state.journals[room], state.paused.remove(room) != nil else { return }
            state.tap.open(room, firstTrack: journal.firstTrack)
        case .end, .stop: break
        }
    }

    private func begin(_ room: String, _ folder: RecordingFolder, _ state: inout State, now: Int64) -> Bool {
        guard state.journals[room] == nil else { return true }
        // While nothing was recorded nobody looked: what waits there is old.
        for (film, pipe) in state.films { state.tap.drain(pipe, ofFilm: film, now: now) }
        if state.journals.isEmpty { state.disk = DiskWatch(limits) }
        do {
            let journal = try OpenJournal(room: room, folder: folder)
            state.journals[room] = journal
            state.folder = folder.url
            // What is told once is told to it, too.
            state.told = nil
            state.nextLook = 0
            state.tap.open(room, firstTrack: journal.firstTrack)
            return true
        } catch {
            sink.yield(.trouble(room: room, error))
            return false
        }
    }

    private func keep(_ state: inout State) {
        for record in state.tap.takeRecords() { state.journals[record.room]?.keep(record) }
    }

    private func close(_ room: String, _ state: inout State, now: Int64) -> Int? {
        guard let journal = state.journals.removeValue(forKey: room) else { return nil }
        state.paused.remove(room)
        flush(journal, now: now)
        state.ended += Int64(journal.bytes)
        return journal.bytes
    }

    private func flush(_ journal: OpenJournal, now: Int64) {
        journal.flush(at: now)
        guard journal.isTroubleNew else { return }
        journal.isTroubleNew = false
        sink.yield(.trouble(room: journal.room, journal.trouble))
    }

    /// The disk of the newest recording: all are on the same.
    private func look(_ state: inout State, now: Int64) {
        guard let free = state.folder.flatMap({ freeBytes(at: $0.path) }) else { return }
        let written = state.journals.values.reduce(state.ended) { $0 + Int64($1.bytes) }
        state.disk.look(free: free, written: written, now: now)
        let told = (level: state.disk.level, minutes: (state.disk.secondsLeft ?? -60) / 60)
        // While there is nothing to fear, nobody counts minutes.
        if let before = state.told, before.level == told.level, told.level == .fine || before.minutes == told.minutes {
            return
        }
        state.told = told
        sink.yield(.disk(told.level, secondsLeft: state.disk.secondsLeft))
    }
}

/// Bytes that a program without privileges may still write there; nil where there is no such place.
func freeBytes(at path: String) -> Int64? {
    var figures = statvfs()
    guard statvfs(path, &figures) == 0 else { return nil }
    return Int64(clamping: UInt64(figures.f_bavail) &* UInt64(figures.f_frsize))
}
