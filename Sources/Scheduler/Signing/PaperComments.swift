import Briefing
import Foundation
import ICalendar
import Store

/// A comment at a page as the page beside it shows it.
public struct CommentShown: Encodable, Sendable {
    public var id: Int64
    public var paper: PaperID
    /// Of the paper's versions, the one that it is about.
    public var version: Int
    public var page: Int
    public var x: Int?
    public var y: Int?
    public var text: String
    public var author: String
    public var isMine: Bool
    public var at: String
    public var inMeeting: Bool
    public var repliesTo: Int64?
    public var resolvedAt: String?
    public var resolvedBy: String?
}

extension SchedulerService {
    public struct CommentForm: Decodable, Sendable {
        public var page: Int?
        /// Ten-thousandths of the page's width and height; both or none.
        public var x: Int?
        public var y: Int?
        public var text: String?
        public var repliesTo: Int64?
    }

    public struct CommentStateForm: Decodable, Sendable {
        public var resolved: Bool?
    }

    /// Comments of one paper; more are a conversation that belongs elsewhere.
    static let mostComments = 2000

    public func comments(of id: PaperID, as caller: Caller) async throws -> [CommentShown] {
        try await store.read { reading in
            let (paper, _) = try self.followed(id, caller, reading)
            return try self.shown(reading.comments(ofPaper: paper.first ?? id), for: caller, reading)
        }
    }

    /// Adds a comment at a page of a paper that is on its way, in its meeting or outside of it.
    public func addComment(_ form: CommentForm, of id: PaperID, as caller: Caller) async throws -> CommentShown {
        var check = FormCheck()
        let text = check.longText("text", form.text, 4000)
        if text.isEmpty { check.wrong("text", "Chưa nhập ý kiến.", "The comment is empty.") }
        let page = check.number("page", form.page, 1...20_000)
        if let x = form.x { _ = check.number("x", x, 0...10_000) }
        if let y = form.y { _ = check.number("y", y, 0...10_000) }
        if (form.x == nil) != (form.y == nil) {
            check.wrong("x", "Vị trí trên trang chưa đủ.", "A place on the page has two numbers.")
        }
        try check.finish()
        let now = now()
        return try await store.write { writing in
            let reading = writing.reading
            let (paper, series) = try self.followed(id, caller, reading)
            let first = paper.first ?? id
            guard try reading.approvals(ofPaper: first).contains(where: { !$0.route.isEnded }) else {
                throw ActError.refused(code: "approval", ApprovalRefusal.ended.sentence)
            }
            let others = try reading.comments(ofPaper: first)
            if let number = form.repliesTo, !others.contains(where: { $0.id == number }) { throw ActError.notFound }
            guard others.count < Self.mostComments else { throw ActError.tooOften(seconds: 3600) }
            var comment = PaperComment(
                paper: id, page: page, x: form.x, y: form.y, text: text, author: caller.person.id, at: now,
                isInMeeting: try self.isInMeeting(paper, series, reading), repliesTo: form.repliesTo)
            comment.id = try writing.add(comment)
            try writing.record(
                at: now, who: caller.name, what: "approval.comment", object: "paper \(id)",
                detail: "\(paper.title), \(page)")
            guard let shown = try self.shown([comment], for: caller, reading).first else { throw ActError.notFound }
            return shown
        }
    }

    /// Marks a comment as seen to, or opens it again.
    public func setComment(_ number: Int64, _ form: CommentStateForm, as caller: Caller) async throws {
        let now = now()
        try await store.write { writing in
            guard let comment = try writing.reading.comment(number) else { throw ActError.notFound }
            _ = try self.followed(comment.paper, caller, writing.reading)
            let isResolved = form.resolved ?? true
            try writing.resolveComment(number, by: isResolved ? caller.person.id : nil, now: now)
            try writing.record(
                at: now, who: caller.name, what: isResolved ? "approval.resolve" : "approval.reopen",
                object: "paper \(comment.paper)", detail: "\(number)")
        }
    }

    private func followed(_ id: PaperID, _ caller: Caller, _ reading: Reading) throws -> (Paper, Series) {
        guard let paper = try reading.paper(id), !paper.isWithdrawn, let series = try reading.series(paper.series),
            try mayFollow(paper.first ?? id, series, caller, reading)
        else { throw ActError.notFound }
        return (paper, series)
    }

    private func isInMeeting(_ paper: Paper, _ series: Series, _ reading: Reading) throws -> Bool {
        let now = nowLocal
        let meetings =
            try paper.occurrence.map { [try reading.occurrence($0)].compactMap(\.self) }
            ?? reading.occurrences(of: series.id)
        return meetings.contains { $0.state == .planned && $0.start <= now && now < $0.end }
    }

    private func shown(_ comments: [PaperComment], for caller: Caller, _ reading: Reading) throws -> [CommentShown] {
        let ids = Set(comments.flatMap { [$0.author, $0.resolvedBy].compactMap(\.self) })
        let names = Dictionary(
            try reading.people(ids.sorted()).map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
        var versions: [PaperID: Int] = [:]
        for id in Set(comments.map(\.paper)) { versions[id] = try reading.paper(id)?.version }
        return comments.map {
            CommentShown(
                id: $0.id, paper: $0.paper, version: versions[$0.paper] ?? 1, page: $0.page, x: $0.x, y: $0.y,
                text: $0.text, author: names[$0.author] ?? "", isMine: $0.author == caller.person.id,
                at: localText($0.at), inMeeting: $0.isInMeeting, repliesTo: $0.repliesTo,
                resolvedAt: $0.resolvedAt.map(localText), resolvedBy: $0.resolvedBy.flatMap { names[$0] })
        }
    }
}
