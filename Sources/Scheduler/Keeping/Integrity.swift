import Archive
import Briefing
import Foundation
import ICalendar
import Logging
import ObjectStore
import Store

/// Whether a recording is what it was, as pages read it.
public struct IntegrityShown: Encodable, Sendable {
    public enum State: String, Encodable, Sendable { case unchecked, whole, broken }

    public var state: State
    /// When that was looked at last.
    public var checked: LocalDateTime?
    /// What differs.
    public var findings: [Sentence]

    init(_ check: RecordingCheck?) {
        state = check.map { $0.isWhole ? .whole : .broken } ?? .unchecked
        checked = check.map { ProvinceClock.local(unix: $0.at) }
        findings = (check?.findings ?? []).compactMap { words in
            words.count == 2 ? Sentence(vietnamese: words[0], english: words[1]) : nil
        }
    }
}

/// A recording that is only in the store is not sealed anew: it has to be brought back first.
public struct SealRefusal: Error, Sendable {}

extension SchedulerService {
    /// Hashes all files of a recording whose film is done, and puts the hash of their list into the chain of acts.
    ///
    /// - Returns: whether that is done: not before the film is, or has failed.
    @discardableResult
    func seal(_ kept: KeptRecording) async throws -> Bool {
        let folder = folder(of: kept)
        // What cannot be made into a film is kept all the same.
        guard [.done, .failed].contains(FilmFolder(filmFolder(of: kept)).readState()?.phase) else { return false }
        let manifest = try await QuietWork.run("seal") { Result { try RecordManifest.reading(folder) } }.get()
        let who = "server"
        try await store.write { writing in
            try Self.keep(manifest, of: kept, who: who, at: self.now(), writing)
        }
        logger.info(
            "recording sealed", metadata: ["recording": "\(kept.id)", "files": "\(manifest.files.count)"])
        return true
    }

    /// Seals a recording anew, and keeps what it is found by, as whoever has the server's shell: its film was made again by hand.
    ///
    /// - Throws: ``SealRefusal``; `CocoaError` where a file cannot be read.
    public static func sealNow(
        _ kept: KeptRecording, in folder: URL, who: String, at: Int, store: Store
    ) throws -> RecordManifest {
        let manifest = try RecordManifest.reading(folder)
        let found = moments(of: FilmFolder(folder.appendingPathComponent("film")))
        try store.writeNow { writing in
            try keep(manifest, of: kept, who: who, at: at, writing)
            if let found { try writing.setMoments(found.moments, milliseconds: found.milliseconds, of: kept.id) }
        }
        return manifest
    }

    private static func keep(
        _ manifest: RecordManifest, of kept: KeptRecording, who: String, at: Int, _ writing: Writing
    ) throws {
        // Of what is only in the store here are some texts: those are not the recording.
        guard try writing.reading.stored(kept.id)?.dropped == nil else { throw SealRefusal() }
        guard try writing.reading.manifest(of: kept.id) != manifest.text else { return }
        try writing.add(manifest: manifest.text, sha256: manifest.sha256, of: kept.id, at: at)
        try writing.record(
            at: at, who: who, what: "recording.sealed", object: "occurrence \(kept.occurrence)",
            detail: sealDetail(kept, manifest))
    }

    private static func sealDetail(_ kept: KeptRecording, _ manifest: RecordManifest) -> String {
        "\(kept.id) \(manifest.files.count) \(manifest.bytes) \(manifest.sha256)"
    }

    /// What the chain of acts knows of a recording.
    ///
    /// - Parameter folder: of the recording.
    public static func known(
        of kept: KeptRecording, in folder: URL, _ reading: Reading
    ) throws -> IntegrityCheck.Known {
        let text = try reading.manifest(of: kept.id)
        let manifest = text.flatMap { RecordManifest(parsing: $0) }
        let object = "occurrence \(kept.occurrence)"
        let isSealed = try manifest.map {
            try reading.hasAct("recording.sealed", on: object, detail: sealDetail(kept, $0))
        }
        return IntegrityCheck.Known(
            kept: kept,
            isJournalInChain: try reading.hasAct(
                by: "server", "recording.closed", on: object,
                detail: "\(kept.id) \(kept.bytes ?? 0) \(kept.sha256 ?? "")"),
            manifest: manifest, isManifestInChain: text == nil || isSealed == true,
            segments: RecordManifest.paths(in: folder).filter { $0.hasSuffix(".giaoban-journal") })
    }

    /// Reads all of a recording, from the store what is only there, and compares it with the chain of acts; what comes of it is kept and, where it differs, told.
    func checkIntegrity(of kept: KeptRecording) async throws -> RecordingCheck {
        let folder = folder(of: kept)
        let known = try await store.read { try Self.known(of: kept, in: folder, $0) }
        let files = storedFiles(of: kept)
        let findings = try await QuietWork.run("check") {
            Result {
                try IntegrityCheck.run(known) { path, take in
                    try files.map { try $0.read(path, take) } ?? Self.readKept(path, in: folder, take)
                }
            }
        }.get()
        let check = RecordingCheck(
            at: now(), findings: findings.map { [$0.sentence.vietnamese, $0.sentence.english] })
        try await store.write { writing in
            let before = try writing.reading.check(of: kept.id)
            try writing.add(check, of: kept.id)
            // A line for each change: a chain of nightly sentences that nothing happened would bury what did.
            guard before?.findings ?? [] != check.findings else { return }
            try writing.record(
                at: check.at, who: "server", what: check.isWhole ? "recording.whole" : "recording.broken",
                object: "occurrence \(kept.occurrence)",
                detail: "\(kept.id) \(findings.map(\.sentence.english).joined(separator: " "))")
        }
        if !check.isWhole {
            logger.critical(
                "a recording is not what it was",
                metadata: [
                    "recording": "\(kept.id)",
                    "findings": "\(findings.map(\.sentence.english).joined(separator: " "))",
                ])
        }
        return check
    }

    /// A file of a recording's folder; nil where it is not there.
    public static func readKept(_ path: String, in folder: URL, _ take: ([UInt8]) -> Void) throws -> Int64? {
        let file = folder.appendingPathComponent(path)
        guard FileManager.default.fileExists(atPath: file.path) else { return nil }
        return try read(file, take)
    }

    /// How many recordings are not what they were, for whoever watches the server.
    public func brokenRecordingCount() async -> Int {
        (try? await store.read { try $0.brokenRecordings().count }) ?? 0
    }

    /// Has a recording checked now, for who may hold it.
    public func checkNow(_ id: String, as caller: Caller) async throws -> IntegrityShown {
        let kept = try await store.read { reading in
            guard let kept = try reading.recording(id) else { throw ActError.notFound }
            let (_, _, plan) = try self.readable(kept.occurrence, caller, reading)
            guard caller.rights.mayHoldRecords(of: plan.organiser) else { throw ActError.forbidden }
            guard kept.state == .closed, try !reading.destroyedRecordings().contains(id) else {
                throw ActError.refused(
                    code: "not-closed",
                    Sentence(
                        vietnamese: "Chỉ kiểm tra được bản ghi đã đóng và còn lưu.",
                        english: "Only a recording that has ended and is still kept can be checked."))
            }
            return kept
        }
        do {
            return IntegrityShown(try await checkIntegrity(of: kept))
        } catch let error as ObjectStoreError {
            throw ActError.storeAway(error)
        }
    }
}
