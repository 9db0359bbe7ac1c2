import Archive
import Briefing
import Foundation
import ICalendar
import Identity
import ObjectStore
import Store

/// A recording of a meeting, as pages read it.
public struct RecordingShown: Encodable, Sendable {
    public struct Film: Encodable, Sendable {
        public struct File: Encodable, Sendable {
            public var name: String
            public var bytes: Int
        }

        /// `waiting` until its composer has told something, then what that tells.
        public var phase: String
        /// Seconds of the film that are there.
        public var composed: Double
        /// Seconds until it is done; nil where that cannot be told.
        public var remaining: Double?
        /// Those that are there.
        public var files: [File]

        /// - Parameter stored: what the store has of it, where it is only there.
        init(_ folder: FilmFolder, stored: [StoredObject] = []) {
            let state = folder.readState()
            phase = state?.phase.rawValue ?? "waiting"
            composed = state?.composed ?? 0
            remaining = state?.remaining
            files = FilmFile.allCases.compactMap { file in
                let values = try? FileManager.default.attributesOfItem(atPath: file.url(in: folder).path)
                let there = stored.first { $0.path == "film/\(file.rawValue)" && $0.tag != nil }
                return ((values?[.size] as? NSNumber)?.intValue ?? there.map { Int($0.bytes) }).map {
                    File(name: file.rawValue, bytes: $0)
                }
            }
        }
    }

    public var id: String
    /// Among those of its meeting, from 1 on.
    public var number: Int
    public var state: KeptRecording.State
    public var started: LocalDateTime
    public var ended: LocalDateTime?
    /// Of the journal, once it is closed.
    public var bytes: Int64?
    /// Of the journal, as the chain of acts has it.
    public var sha256: String?
    public var film: Film
    public var retention: RetentionShown
    public var integrity: IntegrityShown
    public var storing: StoringShown

    init(
        _ kept: KeptRecording, film: Film, _ retention: RetentionShown, _ integrity: IntegrityShown,
        _ storing: StoringShown
    ) {
        func local(_ milliseconds: Int64) -> LocalDateTime { ProvinceClock.local(unix: Int(milliseconds / 1000)) }
        id = kept.id
        number = kept.number
        state = kept.state
        started = local(kept.started)
        ended = kept.ended.map(local)
        bytes = kept.bytes
        sha256 = kept.sha256
        self.film = film
        self.retention = retention
        self.integrity = integrity
        self.storing = storing
    }
}

extension SchedulerService {
    /// The folder of a recording's film, as ``FilmFolder`` describes it.
    public func filmFolder(of recording: KeptRecording) -> URL {
        folder(of: recording).appendingPathComponent("film")
    }

    /// A meeting's recordings, oldest first, for who may read its papers.
    public func recordingsShown(of id: OccurrenceID, as caller: Caller) async throws -> [RecordingShown] {
        let kept = try await store.read { reading in
            _ = try self.readable(id, caller, reading)
            return try reading.recordings(of: id)
        }
        return try await shown(kept)
    }

    /// Recordings, with what their folders have of films.
    func shown(_ kept: [KeptRecording]) async throws -> [RecordingShown] {
        let folders = kept.map { FilmFolder(filmFolder(of: $0)) }
        let known = try await store.read { reading in
            try kept.map { one in
                let (_, _, plan) = try self.meeting(one.occurrence, reading)
                return (
                    try self.shown(try self.retention(of: one, plan, reading), reading),
                    IntegrityShown(try reading.check(of: one.id)), try self.storing(of: one, reading),
                    try reading.storedObjects(of: one.id)
                )
            }
        }
        let stored = known.map(\.3)
        let films = try await diskWork.run {
            zip(folders, stored).map { RecordingShown.Film($0, stored: $1) }
        }
        return zip(kept, zip(films, known)).map { RecordingShown($0, film: $1.0, $1.1.0, $1.1.1, $1.1.2) }
    }

    /// A recording, and the day of its meeting, for who may read the meeting's papers.
    ///
    /// - Throws: ``ActError/notFound`` where it is not there, or not theirs to know of.
    func readableRecording(_ id: String, as caller: Caller) async throws -> (kept: KeptRecording, day: LocalDate) {
        try await store.read { reading in
            let kept = try self.givenRecording(id, reading)
            let (occurrence, _, _) = try self.readable(kept.occurrence, caller, reading)
            return (kept, occurrence.start.date)
        }
    }

    /// - Throws: ``ActError/notFound`` where there is none, or its end is decided: what two people have decided holds from then
    ///   on, whatever still has to be removed.
    func givenRecording(_ id: String, _ reading: Reading) throws -> KeptRecording {
        guard let kept = try reading.recording(id) else { throw ActError.notFound }
        if let disposal = try reading.disposal(of: id), [.confirmed, .done].contains(disposal.state) {
            throw ActError.notFound
        }
        return kept
    }

    /// A file of a recording's film, for who may read its meeting's papers. Whoever is given the film or its sound is a
    /// line in the chain of acts, once.
    ///
    /// - Throws: ``ActError/notFound`` where it is not there, or not theirs to know of.
    public func filmContent(_ name: String, of id: String, as caller: Caller) async throws -> FilmContent {
        let (kept, day) = try await readableRecording(id, as: caller)
        guard let file = FilmFile(rawValue: name) else { throw ActError.notFound }
        let folder = FilmFolder(filmFolder(of: kept))
        let given = "ghi-\(day)-\(kept.occurrence)-\(kept.number)-\(file.rawValue)"
        let work = diskWork
        let own = try await work.run { Result { try FilmContent(file, in: folder, name: given, work: work) } }
        let content: FilmContent
        switch own {
        case .success(let found): content = found
        case .failure(ActError.notFound): content = try await storedContent(file, of: kept, name: given)
        case .failure(let error): throw error
        }
        if let fetched = file.fetched { try await noteFetched(fetched, of: kept, by: caller) }
        return content
    }

    /// A file of a film that only the store has.
    private func storedContent(_ file: FilmFile, of kept: KeptRecording, name: String) async throws -> FilmContent {
        let path = "film/\(file.rawValue)"
        let (stored, isDropped) = try await store.read {
            (try $0.storedObject(path, of: kept.id), try $0.stored(kept.id)?.dropped != nil)
        }
        guard let stored, isDropped, let objects = settings.objectStore else { throw ActError.notFound }
        let work = storeWork
        do {
            return try await work.run {
                Result {
                    try FilmContent(
                        file, objects, key: StoredFiles.key(path, of: kept), stored: stored, name: name, work: work)
                }
            }.get()
        } catch let error as ObjectStoreError {
            throw ActError.storeAway(error)
        }
    }

    private func noteFetched(_ what: String, of kept: KeptRecording, by caller: Caller) async throws {
        let line = (what: "recording.fetch", object: "recording \(kept.id)", detail: what)
        @Sendable func isNoted(_ reading: Reading) throws -> Bool {
            try reading.hasAct(by: caller.name, line.what, on: line.object, detail: line.detail)
        }
        // A player asks for a film in many ranges.
        guard try await !store.read({ try isNoted($0) }) else { return }
        try await store.write { writing in
            guard try !isNoted(writing.reading) else { return }
            try writing.record(
                at: self.now(), who: caller.name, what: line.what, object: line.object, detail: line.detail)
        }
    }
}
