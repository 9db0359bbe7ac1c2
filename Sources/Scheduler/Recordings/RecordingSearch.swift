import Briefing
import Foundation
import ICalendar
import Store

/// What is asked of the archive of recordings, as it comes.
public struct ArchiveForm: Sendable {
    public var search: SearchForm
    public var series: SeriesID?
    /// Somebody who spoke.
    public var speaker: String?

    public init(search: SearchForm, series: SeriesID?, speaker: String?) {
        self.search = search
        self.series = series
        self.speaker = speaker
    }
}

/// Recordings of the meetings that somebody may read: a page of the archive.
public struct RecordingPage: Encodable, Sendable {
    /// Where in a film what was asked for is.
    public struct Moment: Encodable, Sendable {
        public var kind: RecordingMoment.Kind
        /// Milliseconds of the film.
        public var start: Int64
        /// The chapter's title, or who speaks.
        public var text: String
    }

    public struct Line: Encodable, Sendable {
        public var meeting: SearchPage.Meeting
        public var recording: RecordingShown
        public var moments: [Moment]
    }

    /// Newest first.
    public var recordings: [Line]
    /// What asks for more; nil where there is no more.
    public var next: String?
}

/// A series of which there are recordings.
public struct RecordedSeries: Encodable, Sendable {
    public var id: SeriesID
    public var title: String
    public var organiser: Me.Named
}

extension SchedulerService {
    /// Series of which there are recordings and that somebody may read, the newest first.
    public func recordedSeries(as caller: Caller) async throws -> [RecordedSeries] {
        let tree = directory.tree
        return try await store.read { reading in
            try reading.recordedSeries().filter { try self.mayRead($0, caller) }.map { series in
                let organiser = series.plan.organiser
                return RecordedSeries(
                    id: series.id, title: series.plan.title,
                    organiser: .init(id: organiser.rawValue, name: tree.name(organiser)))
            }
        }
    }

    /// Moments of one film that a page of the archive shows.
    private static let moments = 3

    /// Recordings of meetings that somebody may read, by words of their title, organiser, notes, agenda and chapters, by who
    /// spoke, by series, unit and days; all that is asked for must hold. With nothing, all of them.
    public func archive(_ form: ArchiveForm, as caller: Caller) async throws -> RecordingPage {
        var check = FormCheck()
        let asked = SearchAsked(form.search, &check)
        let position = SearchAsked.position(in: form.search, &check) { RecordingPosition($0) }
        let speaker = SearchAsked.query("speaker", form.speaker, &check)
        try check.finish()
        // An edit of a long series changes more than its own transaction puts into the index.
        while try await store.read({ try $0.hasRecordingsToIndex() }) { try await store.write { _ in } }
        let question = RecordingQuestion(
            words: asked.query, speaker: speaker, series: form.series, from: asked.span.from, until: asked.span.until)
        let (found, next) = try await store.read { reading in
            var scope = try SearchScope(self, caller, unit: form.search.unit, span: asked.span, reading)
            var found: [(meeting: SearchPage.Meeting, kept: KeptRecording, moments: [RecordingPage.Moment])] = []
            var next: String?
            try reading.recordings(question, before: position) { kept, series in
                guard scope.mayHave(kept.occurrence, of: series),
                    let known = try scope.readable(kept.occurrence, reading)
                else { return true }
                // One more than is shown tells that there is more.
                guard found.count < asked.limit else {
                    next = found.last.map { RecordingPosition($0.kept).description }
                    return false
                }
                let isAsked = !asked.query.isEmpty || !speaker.isEmpty
                let moments = RecordingMoment.found(
                    asked.query, speaker, in: isAsked ? try reading.moments(of: kept.id) : [], limit: Self.moments)
                found.append(
                    (known.meeting, kept, moments.map { .init(kind: $0.kind, start: $0.start, text: $0.text) }))
                return true
            }
            return (found, next)
        }
        let shown = try await shown(found.map(\.kept))
        return RecordingPage(
            recordings: zip(found, shown).map { .init(meeting: $0.meeting, recording: $1, moments: $0.moments) },
            next: next)
    }
}
