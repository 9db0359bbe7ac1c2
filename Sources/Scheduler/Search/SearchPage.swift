import Briefing
import ICalendar
import Store

/// What a search gives: a page of it.
public struct SearchPage: Encodable, Sendable {
    public struct Meeting: Encodable, Sendable {
        public var id: OccurrenceID
        public var title: String
        public var start: LocalDateTime
        public var state: Occurrence.State
        public var organiser: Me.Named
    }

    public struct FoundPaper: Encodable, Sendable {
        public var id: PaperID
        public var title: String
        public var filename: String
        public var version: Int
    }

    public enum Kind: String, Encodable, Sendable { case page, paper, agenda, minutes, meeting }

    public struct Line: Encodable, Sendable {
        public var kind: Kind
        /// Whether it has the words with their diacritics.
        public var exact: Bool
        public var meeting: Meeting
        public var paper: FoundPaper?
        /// From 1 on.
        public var page: Int?
        /// What was found and what stands around it; texts, never marked up.
        public var snippet: Snippet
        /// Where it is read.
        public var url: String
    }

    public var results: [Line]
    /// What asks for more; nil where there is no more.
    public var next: String?
}

/// What is asked of a search, as it comes.
public struct SearchForm: Sendable {
    public var query: String?
    public var from: String?
    public var to: String?
    public var unit: UnitID?
    public var limit: String?
    public var cursor: String?

    public init(query: String?, from: String?, to: String?, unit: UnitID?, limit: String?, cursor: String?) {
        self.query = query
        self.from = from
        self.to = to
        self.unit = unit
        self.limit = limit
        self.cursor = cursor
    }
}
