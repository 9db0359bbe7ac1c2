import Briefing
import Conversion
import Foundation
import ICalendar
import Identity
import Logging
import Store

/// The rows of recordings, and their lines in the chain of acts. What is recorded is the recorder's.
extension SchedulerService {
    /// The folder of a recording: its journal, and the images of the pages that were shown.
    public func folder(of recording: KeptRecording) -> URL {
        settings.papers.recordings.appendingPathComponent(recording.id)
    }

    /// A meeting's recordings, oldest first.
    public func recordings(of id: OccurrenceID) async throws -> [KeptRecording] {
        try await store.read { try $0.recordings(of: id) }
    }

    /// What an act, or the time, has made of a meeting's recording, kept in the same transaction.
    func noteRecording(
        _ conduct: Conduct, before: RecordingState?, at now: Int64, of id: OccurrenceID, _ writing: Writing
    ) throws {
        guard let recording = conduct.recording, recording != before else { return }
        if recording.number != before?.number {
            let kept = KeptRecording(
                id: Self.newFolderID(), occurrence: id, number: recording.number, started: recording.startedAt)
            try writing.add(kept)
            try record("recording.began", kept.id, of: id, at: now, writing)
        } else if recording.phase != before?.phase, recording.phase != .stopped {
            let what = recording.phase == .paused ? "recording.paused" : "recording.resumed"
            try record(what, "\(recording.number)", of: id, at: now, writing)
        }
        if recording.disk != before?.disk ?? .fine {
            try record("recording.disk", recording.disk.rawValue, of: id, at: now, writing)
        }
        if !recording.isOn {
            try writing.endRecording(recording.number, of: id, at: now)
            if before?.isOn != false { try record("recording.ended", "\(recording.number)", of: id, at: now, writing) }
        }
    }

    private func record(
        _ what: String, _ detail: String, of id: OccurrenceID, at now: Int64, _ writing: Writing
    ) throws {
        try writing.record(
            at: Int(now / 1000), who: "server", what: what, object: "occurrence \(id)", detail: detail)
    }

    /// 32 hexadecimal digits that no other folder has.
    static func newFolderID() -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<2).map { _ in
            let digits = String(UInt64.random(in: 0...UInt64.max, using: &generator), radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    /// Counts and hashes a recording that has ended, and puts the hash into the chain of acts. One that is still written,
    /// or was closed before, stays as it is.
    public func closeRecording(_ id: String) async throws {
        guard let kept = try await store.read({ try $0.recording(id) }), kept.state == .ended else { return }
        let folder = folder(of: kept)
        let (bytes, digest) = try await diskWork.run { Result { try Self.digest(ofJournalIn: folder) } }.get()
        try await store.write { writing in
            guard try writing.reading.recording(id)?.state == .ended else { return }
            try writing.closeRecording(id, bytes: bytes, sha256: digest)
            try writing.record(
                at: self.now(), who: "server", what: "recording.closed", object: "occurrence \(kept.occurrence)",
                detail: "\(id) \(bytes) \(digest)")
        }
        logger.info("recording closed", metadata: ["recording": "\(id)", "bytes": "\(bytes)", "sha256": "\(digest)"])
        keepingChanged()
    }

    /// Recordings whose meeting is long over while their server was not there end; all that have ended are closed.
    public func closeEndedRecordings() async throws {
        for kept in try await store.read({ try $0.unclosedRecordings() }) {
            do {
                try await endIfOver(kept)
                try await closeRecording(kept.id)
            } catch {
                logger.error(
                    "a recording could not be closed", metadata: ["recording": "\(kept.id)", "error": "\(error)"])
            }
        }
    }

    private func endIfOver(_ kept: KeptRecording) async throws {
        guard kept.state == .open else { return }
        let recording = try await conduct(of: kept.occurrence).recording
        let isCurrent = recording?.number == kept.number && recording?.isOn == true
        // Meetings that were over for longer than this are not taken up again.
        let end = try await store.read { try $0.occurrence(kept.occurrence)?.end }
        let isOver = end.map { ProvinceClock.unix($0) < self.now() - 6 * 3600 } ?? true
        guard !isCurrent || isOver else { return }
        // It ended when its journal did, not when somebody found that.
        let at = lastWritten(kept)
        try await store.write { writing in
            try writing.endRecording(kept.number, of: kept.occurrence, at: at)
            if !isCurrent { try self.record("recording.ended", "\(kept.number)", of: kept.occurrence, at: at, writing) }
        }
        if isCurrent { try await happen([.recorderGone], in: kept.occurrence) }
    }

    /// When something was put into a recording's journal last, Unix milliseconds; its begin where nothing was.
    private func lastWritten(_ kept: KeptRecording) -> Int64 {
        let folder = folder(of: kept)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        let times = names.filter { $0.hasSuffix(".giaoban-journal") }.compactMap { name in
            try? FileManager.default.attributesOfItem(atPath: folder.appendingPathComponent(name).path)[
                .modificationDate] as? Date
        }
        return times.max().map { max(kept.started, Int64($0.timeIntervalSince1970 * 1000)) } ?? kept.started
    }

    /// SHA-256 over the segments of a journal, in their order, and how long they are together.
    public static func digest(ofJournalIn folder: URL) throws -> (bytes: Int64, sha256: String) {
        let digest = SHA256()
        var length: Int64 = 0
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        for name in names.sorted() where name.hasSuffix(".giaoban-journal") {
            length += try read(folder.appendingPathComponent(name)) { digest.update($0) }
        }
        return (length, hexadecimal(digest.finish()))
    }
}

extension SchedulerService {
    /// Reads a file from its beginning to its end, a megabyte at a time.
    ///
    /// - Returns: its bytes' number.
    /// - Throws: `CocoaError`.
    static func read(_ url: URL, _ take: ([UInt8]) -> Void) throws -> Int64 {
        let file = try FileBytes(url)
        var offset: UInt64 = 0
        while offset < file.length {
            let count = Int(min(file.length - offset, 1 << 20))
            guard let bytes = try file.bytes(at: offset, count: count) else { throw CocoaError(.fileReadUnknown) }
            take(bytes)
            offset += UInt64(count)
        }
        return Int64(clamping: file.length)
    }
}

/// The image of a page that is shown in a meeting.
public struct ShownPageImage: Sendable {
    public var file: URL
    /// What it is called in a recording's folder.
    public var name: String
}

extension SchedulerService {
    /// The image of a page as a film has room for it; nil where there is none.
    public func shownPageImage(_ page: Int, of paper: PaperID) async throws -> ShownPageImage? {
        guard let sha256 = try await store.read({ try $0.paper(paper)?.sha256 }) else { return nil }
        let file = settings.papers.pages(of: sha256).appendingPathComponent(PageSize.m.file(page))
        guard FileManager.default.fileExists(atPath: file.path) else { return nil }
        return ShownPageImage(file: file, name: "\(sha256.prefix(16))-\(file.lastPathComponent)")
    }
}
