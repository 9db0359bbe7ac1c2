import Briefing
import Foundation
import GRDB

/// What is found: the higher, the earlier it is shown.
public enum SearchKind: Int64, Sendable, CaseIterable {
    case page = 1
    case agenda, paper, minutes, occurrence, series

    /// A document's number in the index: the kind above the number that it has among its kind.
    static let shift: Int64 = 44
}

/// A place in the order of what is found, from which a later question goes on.
public struct SearchPosition: Hashable, Sendable, CustomStringConvertible {
    var stage: Int
    var document: Int64

    public var description: String { "\(stage).\(document)" }

    public init?(_ text: String) {
        let parts = text.split(separator: ".", maxSplits: 1)
        guard parts.count == 2, let stage = Int(parts[0]), let document = Int64(parts[1]), (0..<3).contains(stage),
            document > 0
        else { return nil }
        self.init(stage: stage, document: document)
    }

    init(stage: Int, document: Int64) {
        self.stage = stage
        self.document = document
    }
}

public struct SearchHit: Sendable {
    public var kind: SearchKind
    /// Of the page, the paper, the agenda item, the meeting or the series.
    public var id: Int64
    /// Whether it has the words with their diacritics.
    public var isExact: Bool
    public var position: SearchPosition
}

/// Papers, and the pages of their files, among which is looked.
public struct SearchedPapers: Sendable {
    public var papers: Set<PaperID> = []
    /// Sorted, apart from one another.
    var pages: [ClosedRange<Int64>] = []

    func hasPage(_ id: Int64) -> Bool {
        var (low, high) = (0, pages.count)
        while low < high {
            let middle = (low + high) / 2
            if pages[middle].upperBound < id { low = middle + 1 } else { high = middle }
        }
        return low < pages.count && pages[low].contains(id)
    }
}

extension Reading {
    /// What has the words of a query, first what has them as they are written and together; of each kind the newest first.
    ///
    /// - Parameters:
    ///   - papers: only these and their pages; nil for all.
    ///   - position: only what comes after it.
    ///   - take: whether to go on.
    public func find(
        _ query: SearchQuery, in papers: SearchedPapers?, after position: SearchPosition?,
        _ take: (SearchHit) throws -> Bool
    ) throws {
        // From the beginning on, what has been found is remembered, which costs less than asking for it again.
        var seen: Set<Int64>? = position == nil ? [] : nil
        let stages = SearchStage.stages(of: query)
        // Pages are the first kind of the index: what lies before the first that is looked at is not read.
        let page = SearchKind.page.rawValue << SearchKind.shift
        let lowest = papers.map { page + ($0.pages.first?.lowerBound ?? (1 << SearchKind.shift)) } ?? 0
        for (number, stage) in stages.enumerated() where number >= position?.stage ?? 0 {
            let before = number == position?.stage ? position?.document ?? .max : .max
            let isLast = number == stages.count - 1
            let rows = try Row.fetchCursor(
                db.cachedStatement(
                    sql:
                        "SELECT rowid FROM search WHERE search MATCH ? AND rowid >= ? AND rowid < ? ORDER BY rowid DESC"
                ),
                arguments: [seen == nil ? stage.rest : stage.expression, lowest, before])
            while let row = try rows.next() {
                let document: Int64 = row[0]
                if number > 0, seen?.contains(document) == true { continue }
                if !isLast { seen?.insert(document) }
                let id = document & ((1 << SearchKind.shift) - 1)
                guard let kind = SearchKind(rawValue: document >> SearchKind.shift) else { continue }
                if let papers {
                    if kind == .page, !papers.hasPage(id) { continue }
                    if kind == .paper, !papers.papers.contains(PaperID(id)) { continue }
                }
                let hit = SearchHit(
                    kind: kind, id: id, isExact: stage.isExact, position: .init(stage: number, document: document))
                guard try take(hit) else { return }
            }
        }
    }

    /// Papers of meetings that are in each of some sets.
    ///
    /// - Parameters:
    ///   - sets: none for all meetings.
    ///   - from: the meeting begins then or later, Unix seconds. A paper of a whole series is in where one of its meetings is.
    ///   - to: the meeting begins before.
    public func searchedPapers(in sets: [MeetingSet], from: Int?, to: Int?) throws -> SearchedPapers {
        let series = sets.map { Set($0.series).union($0.seriesOfOccurrences) }.min { $0.count < $1.count }
        let list = series.map { "[\($0.map(\.description).joined(separator: ","))]" }
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT paper.id, paper.series, paper.occurrence, paper.sha256 FROM \(
                    list == nil ? "paper" : "json_each(:list) one JOIN paper ON paper.series = one.value")
                LEFT JOIN occurrence ON occurrence.id = paper.occurrence
                WHERE withdrawn_at IS NULL AND superseded_at IS NULL AND (:dated = 0
                    OR start_at BETWEEN :from AND :to OR paper.occurrence IS NULL AND EXISTS (SELECT 1 FROM occurrence o
                        WHERE o.series = paper.series AND o.start_at BETWEEN :from AND :to))
                """,
            arguments: StatementArguments(
                [
                    "dated": from != nil || to != nil, "from": from ?? 0, "to": (to ?? .max) - 1,
                ] as [String: any DatabaseValueConvertible]) + (list.map { StatementArguments(["list": $0]) } ?? [:]))
        var found = SearchedPapers()
        var files: Set<String> = []
        while let row = try rows.next() {
            let (series, occurrence): (SeriesID, OccurrenceID?) = (row[1], row[2])
            guard sets.allSatisfy({ $0.hasPaper(of: series, occurrence) }) else { continue }
            found.papers.insert(row[0])
            if let file: String = row[3] { files.insert(file) }
        }
        let pages = try db.cachedStatement(sql: "SELECT min(id), max(id) FROM page WHERE sha256 = ?")
        for file in files {
            guard let row = try Row.fetchOne(pages, arguments: [file]), let first: Int64 = row[0],
                let last: Int64 = row[1]
            else { continue }
            found.pages.append(first...last)
        }
        found.pages.sort { $0.lowerBound < $1.lowerBound }
        // Where files were converted at the same time their ranges cross: whose the page is is asked once more.
        var apart: [ClosedRange<Int64>] = []
        for range in found.pages {
            if let last = apart.last, range.lowerBound <= last.upperBound + 1 {
                apart[apart.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                apart.append(range)
            }
        }
        found.pages = apart
        return found
    }

    /// A page's text, its number, and the papers that have its file and were not withdrawn, the newest first.
    public func page(_ id: Int64) throws -> (number: Int, text: String, papers: [Paper])? {
        guard let row = try Row.fetchOne(db, sql: "SELECT sha256, number, text FROM page WHERE id = ?", arguments: [id])
        else { return nil }
        let papers = try PaperID.fetchAll(
            db,
            sql: """
                SELECT id FROM paper WHERE sha256 = ? AND withdrawn_at IS NULL AND superseded_at IS NULL
                ORDER BY id DESC
                """, arguments: [row["sha256"] as String])
        return (row["number"], row["text"], try papers.compactMap { try paper($0) })
    }

    public func agendaItem(_ id: Int64) throws -> (item: AgendaItem, series: SeriesID, occurrence: OccurrenceID?)? {
        try Row.fetchOne(db, sql: "SELECT * FROM agenda_item WHERE id = ? AND is_current = 1", arguments: [id]).map {
            (
                AgendaItem(id: $0["id"], title: $0["title"], owner: $0["owner"], minutes: $0["minutes"]), $0["series"],
                $0["occurrence"]
            )
        }
    }

    /// What ``Writing/setMinutesText(_:phase:of:)`` keeps.
    public func minutesText(of occurrence: OccurrenceID) throws -> (text: String, phase: Conduct.Phase)? {
        try Row.fetchOne(db, sql: "SELECT text, phase FROM minutes_text WHERE occurrence = ?", arguments: [occurrence])
            .flatMap { row in Conduct.Phase(rawValue: row["phase"]).map { (row["text"], $0) } }
    }

    /// The meeting of a series that is nearest to a time, among those that begin in a span; cancelled ones only where there
    /// is no other. Unix seconds.
    public func nearestOccurrence(of series: SeriesID, to time: Int, from: Int?, until: Int?) throws -> OccurrenceID? {
        try OccurrenceID.fetchOne(
            db,
            sql: """
                SELECT id FROM occurrence WHERE series = ? AND start_at BETWEEN ? AND ?
                ORDER BY state NOT IN ('planned', 'held'), abs(start_at - ?) LIMIT 1
                """, arguments: [series, from ?? 0, (until ?? .max) - 1, time])
    }

    /// Texts that wait for their place in the index: of a large file, for a moment.
    public func textsToIndex() throws -> Int { try Int.fetchOne(db, sql: "SELECT count(*) FROM search_pending") ?? 0 }
}
