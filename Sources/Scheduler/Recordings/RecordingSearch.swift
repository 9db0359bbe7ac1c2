import Briefing
import Foundation
import ICalendar
import Store

/// Recordings of the meetings that somebody may read: a page of the archive.
public struct RecordingPage: Encodable, Sendable {
    public struct Line: Encodable, Sendable {
        public var meeting: SearchPage.Meeting
        public var recording: RecordingShown
    }

    /// Newest first.
    public var recordings: [Line]
    /// What asks for more; nil where there is no more.
    public var next: String?
}

extension SchedulerService {
    /// Recordings of meetings that somebody may read and whose title, organiser, notes or agenda have the words; without
    /// words, of all of them.
    public func archive(_ form: SearchForm, as caller: Caller) async throws -> RecordingPage {
        var check = FormCheck()
        let asked = SearchAsked(form, &check)
        let position = SearchAsked.position(in: form, &check) { RecordingPosition($0) }
        try check.finish()
        let (found, next) = try await store.read { reading in
            var scope = try SearchScope(self, caller, unit: form.unit, span: asked.span, reading)
            var found: [(meeting: SearchPage.Meeting, kept: KeptRecording)] = []
            var next: String?
            try reading.recordings(before: position) { kept in
                guard let known = try scope.readable(kept.occurrence, reading) else { return true }
                let organiser = self.directory.tree.name(known.plan.organiser)
                let agenda = known.plan.agenda.flatMap { [$0.title, $0.owner] }
                let text = ([known.plan.title, organiser, known.plan.notes] + agenda).joined(separator: "\n")
                guard asked.query.matches(text) else { return true }
                // One more than is shown tells that there is more.
                guard found.count < asked.limit else {
                    next = found.last.map { RecordingPosition($0.kept).description }
                    return false
                }
                found.append((known.meeting, kept))
                return true
            }
            return (found, next)
        }
        let shown = try await shown(found.map(\.kept))
        return RecordingPage(
            recordings: zip(found, shown).map { .init(meeting: $0.meeting, recording: $1) }, next: next)
    }
}
