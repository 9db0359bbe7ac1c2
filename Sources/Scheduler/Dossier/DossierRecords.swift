import Briefing
import ICalendar

/// Everything that is kept of one meeting (hồ sơ cuộc họp), in words: what its page shows, and what goes into the records of
/// its archive.
///
/// The same meeting gives the same records: nothing in them tells who asks, or when.
public struct DossierRecords: Sendable {
    public struct Meeting: Encodable, Sendable {
        public struct Item: Encodable, Sendable {
            public var title: String
            public var owner: String
            /// Planned.
            public var minutes: Int
        }

        public struct SeriesLine: Encodable, Sendable {
            public var uid: String
            public var title: String
            /// RFC 5545 §3.3.10; nil for a meeting by itself.
            public var rule: String?
        }

        public var id: OccurrenceID
        public var title: String
        public var start: LocalDateTime
        public var end: LocalDateTime
        /// When it was opened and ended by its chair.
        public var opened: LocalDateTime?
        public var ended: LocalDateTime?
        public var state: Occurrence.State
        public var form: MeetingForm
        public var organiser: String
        public var chair: String?
        public var venue: String?
        public var notes: String
        public var agenda: [Item]
        public var series: SeriesLine
    }

    public struct Letter: Encodable, Sendable {
        public var kind: String
        public var to: String
        public var address: String
        public var subject: String
        public var state: String
        public var made: LocalDateTime
        public var sent: LocalDateTime?
    }

    public struct InviteeLine: Encodable, Sendable {
        public var name: String
        /// `site` or `person`.
        public var kind: String
        public var answer: Reply.Answer
        public var delegate: String
        public var delegateEmail: String
        public var note: String
        public var answered: LocalDateTime?
        public var attendance: Attendance
    }

    public struct PaperLine: Encodable, Sendable {
        public var id: PaperID
        /// The first version's number.
        public var first: PaperID
        public var version: Int
        public var title: String
        public var filename: String
        public var type: String
        public var bytes: Int
        public var sha256: String?
        public var link: String?
        public var note: String
        public var classification: Classification
        public var added: LocalDateTime
        public var superseded: Bool
        public var withdrawn: Bool
        /// Where it is in the archive; nil for what has no file there.
        public var file: String?
    }

    public struct Roll: Encodable, Sendable {
        public struct Line: Encodable, Sendable {
            public var name: String
            public var state: RollState
            public var at: LocalDateTime?
            public var reason: String
            public var delegate: String
            public var drops: Int
            /// Seconds.
            public var away: Int
        }

        public var state: RollCall.State
        public var signedBy: String?
        public var signedAt: LocalDateTime?
        public var unitsPresent: Int
        public var units: Int
        public var needed: Int
        public var lines: [Line]
    }

    public struct VoteLine: Encodable, Sendable {
        public struct Ballot: Encodable, Sendable {
            public var name: String
            public var choice: Int
        }

        public var number: Int
        public var title: String
        public var kind: VoteForm.Kind
        public var choices: [String]
        public var state: Vote.State
        public var began: LocalDateTime
        public var closed: LocalDateTime?
        public var counts: [Int]?
        public var eligible: Int
        public var verdict: String
        /// Never of a secret ballot.
        public var ballots: [Ballot]?
    }

    public struct Minutes: Encodable, Sendable {
        public struct Note: Encodable, Sendable {
            public var item: String
            public var text: String
        }

        public struct Conclusion: Encodable, Sendable {
            public var text: String
            public var owner: String
            public var due: String
        }

        public var state: Conduct.Phase
        /// Số and ký hiệu; empty until they are given.
        public var number: String
        public var symbol: String
        public var notes: [Note]
        public var conclusions: [Conclusion]
    }

    public struct Act: Encodable, Sendable {
        /// Its number in the chain of acts.
        public var line: Int64
        public var at: LocalDateTime
        public var who: String
        public var what: String
        public var detail: String
    }

    public var meeting: Meeting
    public var invitees: [InviteeLine]
    public var letters: [Letter]
    public var papers: [PaperLine]
    public var roll: Roll
    public var votes: [VoteLine]
    public var minutes: Minutes
    public var acts: [Act]

    /// The records as files of an archive: name and JSON.
    func files() throws -> [(name: String, text: String)] {
        [
            ("meeting", try jsonText(meeting)), ("invitees", try jsonText(invitees)),
            ("letters", try jsonText(letters)),
            ("papers", try jsonText(papers)), ("roll", try jsonText(roll)), ("votes", try jsonText(votes)),
            ("minutes", try jsonText(minutes)), ("acts", try jsonText(acts)),
        ]
    }
}
