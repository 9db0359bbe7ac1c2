import Briefing
import Foundation
import ICalendar
import Identity
import Logging
import Print
import Store

extension SchedulerService {
    /// Hashing and packing wait for a disk; others' requests do not wait with them.
    private static let dossierWork = BlockingWork(label: "dossier", lanes: 1, room: 7)

    /// The archive of a meeting's dossier. That it was taken out is written into the chain of acts.
    public func dossierArchive(of id: OccurrenceID, as caller: Caller) async throws -> DossierArchive {
        let draft = try await store.read { reading in
            _ = try self.readable(id, caller, reading)
            return try self.dossier(of: id, reading)
        }
        guard caller.rights.mayReadMinutes(of: draft.audience, isOver: draft.isOver),
            caller.rights.mayReadWholeDossier(of: draft.organiser)
        else { throw ActError.forbidden }
        let archive = try await dossierArchive(of: draft)
        let now = now()
        try await store.write { writing in
            try writing.record(
                at: now, who: caller.name, what: "dossier.export", object: "occurrence \(id)", detail: archive.name)
        }
        return archive
    }

    /// The same, for the command line: whoever has the server's folder has all of it.
    public func dossierArchive(of id: OccurrenceID) async throws -> DossierArchive {
        try await dossierArchive(of: store.read { try self.dossier(of: id, $0) })
    }

    private func dossierArchive(of draft: DossierDraft) async throws -> DossierArchive {
        let records = draft.records
        var parts: [(name: String, isPacked: Bool, content: DossierArchive.Content)] = []
        for (name, text) in try records.files() {
            parts.append(("records/\(name).json", true, .bytes(Array(text.utf8))))
        }
        // The minutes bear the time of their meeting, so that they are the same file whenever they are taken out.
        let created = "\(ProvinceClock.local(unix: draft.last)):00+07:00"
        let minutes = draft.minutes
        var document = minutes.document.printed(author: minutes.meeting.agency, created: created)
        if minutes.phase != .ended { document.footer = "DỰ THẢO" }
        for kind in [MadeFile.Kind.pdf, .odt, .docx] {
            let bytes = try await PrintQueue.shared.file(kind, of: document)
            // They are packed inside already.
            parts.append(("minutes/bien-ban.\(kind.ending)", false, .bytes(bytes)))
        }
        parts.append(
            (
                "minutes/diem-danh.csv", true,
                .bytes(CSVWriter(header: RollList.csvHeader, rows: minutes.roll.csvRows).bytes)
            )
        )
        for paper in records.papers {
            guard let name = paper.file, let hash = paper.sha256 else { continue }
            parts.append((name, false, .file(settings.papers.original(hash))))
        }
        let meeting = records.meeting
        let about = DossierManifest(
            format: DossierManifest.formatName, version: DossierManifest.newest, title: meeting.title,
            organiser: meeting.organiser, start: meeting.start.description, end: meeting.end.description,
            uid: meeting.series.uid, occurrence: meeting.id.rawValue, files: [])
        let name = "ho-so-\(meeting.start.date)-\(meeting.id).zip"
        let kept = parts
        let result: Result<DossierArchive, any Error>
        do throws(BlockingWork.TooBusy) {
            result = try await Self.dossierWork.run {
                Result { try DossierArchive(name: name, about: about, parts: kept) }
            }
        } catch {
            throw ActError.tooOften(seconds: 5)
        }
        switch result {
        case .success(let archive): return archive
        case .failure(let error):
            logger.error("dossier of occurrence \(meeting.id): \(error)")
            throw ActError.refused(
                code: "paper-damaged",
                Sentence(
                    vietnamese:
                        "Một tệp tài liệu của phiên họp không còn nguyên vẹn trên máy chủ. Hãy báo quản trị hệ thống.",
                    english: "A paper's file is no longer whole on the server. Tell the administrator."))
        }
    }
}
