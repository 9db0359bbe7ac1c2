import Archive
import Briefing
import Foundation
import ICalendar
import Identity
import Store

/// A copy of a film, or of a passage of it, as whoever asked for it reads it.
public struct FilmCopyShown: Encodable, Sendable {
    public var id: String
    public var state: KeptFilmCopy.State
    /// Milliseconds of the film.
    public var from: Int64
    public var to: Int64
    /// What stands in its picture.
    public var mark: String
    public var asked: LocalDateTime
    /// 0 … 1, while it is made.
    public var progress: Double?
    /// Seconds until it is there; nil where that cannot be told.
    public var remaining: Double?
    public var bytes: Int64?
    /// Until when it can be fetched.
    public var until: LocalDateTime?
    public var failure: BothLanguages?
}

/// What somebody has had copied of a recording, and whether they may have more.
public struct FilmCopyList: Encodable, Sendable {
    public var may: Bool
    public var copies: [FilmCopyShown]
}

/// A passage that is asked for; the whole where nothing is said.
public struct FilmCopyForm: Decodable, Sendable {
    /// Milliseconds of the film.
    public var from: Int?
    public var to: Int?
}

extension SchedulerService {
    /// Seconds for which a copy can be fetched.
    static let copyLifetime = 7 * 86_400
    /// Copies that somebody may wait for at once.
    private static let mostWaiting = 5
    /// Milliseconds of the shortest passage.
    private static let shortestPassage: Int64 = 1_000

    /// The folder of a copy: the file, and how far it is.
    func folder(ofCopy id: String) -> URL { settings.papers.copies.appendingPathComponent(id) }

    /// What somebody has had copied of a recording, for who may watch it.
    public func filmCopies(of id: String, as caller: Caller) async throws -> FilmCopyList {
        let time = now()
        let (may, copies) = try await store.read { reading in
            let (kept, plan) = try self.recording(id, caller, reading)
            return (
                caller.rights.mayCopyRecording(of: self.audience(plan)),
                try reading.filmCopies(of: kept.id, by: caller.person.id)
            )
        }
        let current = copies.filter { ($0.done ?? time) > time - Self.copyLifetime }
        let folders = current.map { folder(ofCopy: $0.id) }
        let states = try await diskWork.run { folders.map { FilmCopying.readState(in: $0) } }
        return FilmCopyList(may: may, copies: zip(current, states).map { shown($0, $1) })
    }

    /// Has a copy made of a film, or of a passage of it, with the name of whoever asks in its picture.
    ///
    /// - Throws: ``ActError/refused(code:_:)`` where they may only watch it, the film is not done, or they wait for many;
    ///   ``ActError/invalid(_:)`` for a passage that is not in the film.
    public func askFilmCopy(_ form: FilmCopyForm, of id: String, as caller: Caller) async throws -> FilmCopyShown {
        let (kept, plan) = try await store.read { try self.recording(id, caller, $0) }
        guard caller.rights.mayCopyRecording(of: audience(plan)) else {
            throw ActError.refused(
                code: "no-copies",
                Sentence(
                    vietnamese:
                        "Chỉ đơn vị chủ trì cuộc họp được tải hoặc cắt bản ghi. Hãy đề nghị văn thư của \(directory.tree.name(plan.organiser)).",
                    english:
                        "Only the office that holds the meeting may take copies of its recording. Ask the secretary of \(directory.tree.name(plan.organiser))."
                ))
        }
        let film = FilmFolder(filmFolder(of: kept))
        let length = try await diskWork.run {
            film.readState().flatMap { $0.phase == .done ? Int64(exactly: ($0.composed * 1000).rounded(.down)) : nil }
        }
        guard let length, length > 0 else {
            throw ActError.refused(
                code: "film-not-done",
                Sentence(
                    vietnamese: "Phim của bản ghi chưa dựng xong. Hãy thử lại khi bản ghi báo “Đã xong”.",
                    english: "The recording's film is not done yet. Try again when it says “Done”."))
        }
        var check = FormCheck()
        let (begin, end) = Self.passage(form, of: length, &check)
        try check.finish()
        let time = now()
        let copy = KeptFilmCopy(
            id: Self.newFolderID(), recording: kept.id, person: caller.person.id, begin: begin, end: end,
            mark: mark(for: caller, at: time), asked: time)
        try await store.write { writing in
            guard try writing.reading.countWaitingFilmCopies(by: caller.person.id) < Self.mostWaiting else {
                throw ActError.refused(
                    code: "many-copies",
                    Sentence(
                        vietnamese: "Đang có \(Self.mostWaiting) bản sao chờ làm xong. Hãy đợi rồi yêu cầu tiếp.",
                        english: "\(Self.mostWaiting) copies are still being made. Wait for them, then ask again."))
            }
            try writing.add(copy)
            try self.note("recording.copy", copy, by: caller, writing)
        }
        return shown(copy, nil)
    }

    /// The file of a copy, for who asked for it and may still have it. That they have fetched it is a line in the chain of
    /// acts, once.
    public func filmCopyContent(_ id: String, as caller: Caller) async throws -> FilmContent {
        let time = now()
        let (copy, kept, day) = try await store.read { reading in
            let copy = try self.ownCopy(id, caller, reading)
            guard copy.state == .done, copy.done ?? 0 > time - Self.copyLifetime else { throw ActError.notFound }
            let (kept, _) = try self.recording(copy.recording, caller, reading)
            return (copy, kept, try reading.occurrence(kept.occurrence)?.start.date)
        }
        let span = "\(Self.clock(copy.begin))-\(Self.clock(copy.end))".replacing(":", with: ".")
        let name = "ghi-\(day.map { "\($0)" } ?? "")-\(kept.occurrence)-\(kept.number)-\(span).mp4"
        let file = FilmCopying.file(in: folder(ofCopy: copy.id))
        let work = diskWork
        let content = try await work.run {
            Result { try FilmContent(file, type: "video/mp4", name: name, isFinal: true, work: work) }
        }.get()
        let (object, detail) = ("recording \(copy.recording)", Self.detail(copy))
        if try await !store.read({
            try $0.hasAct(by: caller.name, "recording.copy.fetch", on: object, detail: detail)
        }) {
            try await store.write { try self.note("recording.copy.fetch", copy, by: caller, $0) }
        }
        return content
    }

    /// Whoever asked for a copy wants it no more: it is not made, or its file goes.
    public func dropFilmCopy(_ id: String, as caller: Caller) async throws {
        try await store.write { writing in
            let copy = try self.ownCopy(id, caller, writing.reading)
            try writing.removeFilmCopy(copy.id)
            try self.note("recording.copy.drop", copy, by: caller, writing)
        }
        try? FileManager.default.removeItem(at: folder(ofCopy: id))
    }

    /// Copies whose time is over go.
    func sweepFilmCopies() async throws {
        let time = now() - Self.copyLifetime
        for copy in try await store.read({ try $0.filmCopies(doneBy: time) }) {
            try await store.write { writing in
                try writing.removeFilmCopy(copy.id)
                try writing.record(
                    at: self.now(), who: "server", what: "recording.copy.over", object: "recording \(copy.recording)",
                    detail: Self.detail(copy))
            }
            try? FileManager.default.removeItem(at: folder(ofCopy: copy.id))
        }
    }

    /// All copies of a recording that is destroyed go, whoever has asked for them.
    func destroyFilmCopies(of recording: String) async throws {
        for copy in try await store.read({ try $0.filmCopies(of: recording) }) {
            try await store.write { try $0.removeFilmCopy(copy.id) }
            let folder = folder(ofCopy: copy.id)
            try await diskWork.run {
                Result {
                    guard FileManager.default.fileExists(atPath: folder.path) else { return }
                    try FileManager.default.removeItem(at: folder)
                }
            }.get()
        }
    }

    // MARK: Parts

    private func recording(_ id: String, _ caller: Caller, _ reading: Reading) throws -> (KeptRecording, MeetingPlan) {
        let kept = try givenRecording(id, reading)
        return (kept, try readable(kept.occurrence, caller, reading).2)
    }

    private func ownCopy(_ id: String, _ caller: Caller, _ reading: Reading) throws -> KeptFilmCopy {
        guard let copy = try reading.filmCopy(id), copy.person == caller.person.id, copy.state != .removed else {
            throw ActError.notFound
        }
        return copy
    }

    private static func passage(_ form: FilmCopyForm, of length: Int64, _ check: inout FormCheck) -> (Int64, Int64) {
        let begin = Int64(clamping: form.from ?? 0)
        // What a player calls the end may be some samples behind it.
        let end = min(Int64(clamping: form.to ?? Int(clamping: length)), length)
        if begin < 0 || begin >= length {
            check.wrong(
                "from", "Nằm ngoài phim, dài \(clock(length)).",
                "It is outside of the film, which is \(clock(length)) long.")
        } else if end < begin + shortestPassage {
            check.wrong("to", "Phải sau điểm bắt đầu ít nhất 1 giây.", "It must be at least a second behind the begin.")
        }
        return (begin, end)
    }

    /// `Nguyễn Thị Hoa · Sở Y tế · 22/11/2026 09:14`
    private func mark(for caller: Caller, at time: Int) -> String {
        let now = ProvinceClock.local(unix: time)
        let parts = "\(now)".split(separator: "T").map(String.init)
        let day = (parts.first ?? "").split(separator: "-").reversed().joined(separator: "/")
        let clock = (parts.last ?? "").prefix(5)
        return "\(caller.person.name) · \(directory.tree.name(caller.person.unit)) · \(day) \(clock)"
    }

    private func shown(_ copy: KeptFilmCopy, _ state: CuttingState?) -> FilmCopyShown {
        let isWaiting = copy.state == .waiting
        let failure = copy.failure.map { text in
            let lines = text.split(separator: "\n", maxSplits: 1).map(String.init)
            return BothLanguages(vi: lines.first ?? "", en: lines.last ?? "")
        }
        return FilmCopyShown(
            id: copy.id, state: copy.state, from: copy.begin, to: copy.end, mark: copy.mark,
            asked: ProvinceClock.local(unix: copy.asked), progress: isWaiting ? state?.progress : nil,
            remaining: isWaiting ? state?.remaining : nil, bytes: copy.bytes,
            until: copy.done.map { ProvinceClock.local(unix: $0 + Self.copyLifetime) }, failure: failure)
    }

    private func note(_ what: String, _ copy: KeptFilmCopy, by caller: Caller, _ writing: Writing) throws {
        try writing.record(
            at: now(), who: caller.name, what: what, object: "recording \(copy.recording)", detail: Self.detail(copy))
    }

    private static func detail(_ copy: KeptFilmCopy) -> String {
        "\(copy.id) \(clock(copy.begin))–\(clock(copy.end))"
    }

    /// `h:mm:ss`
    private static func clock(_ milliseconds: Int64) -> String {
        let seconds = milliseconds / 1000
        func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return "\(seconds / 3600):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
    }
}
