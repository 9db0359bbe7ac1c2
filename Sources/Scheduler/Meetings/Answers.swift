import Briefing
import Foundation
import ICalendar
import Store

public struct MyInvitation: Encodable, Sendable {
    public var occurrence: OccurrenceID
    public var title: String
    public var start: LocalDateTime
    public var end: LocalDateTime
    public var organiser: String
    public var site: Me.Named?
    public var answer: Reply.Answer
    public var state: Occurrence.State
    public var recurring: Bool
    public var papers: Int
    public var form: MeetingForm
}

/// What the link in a letter shows to whoever follows it.
public struct AnswerPage: Encodable, Sendable {
    public var title: String
    public var organiser: String
    public var unit: String
    public var words: BothLanguages
    public var start: LocalDateTime
    public var end: LocalDateTime
    public var state: Occurrence.State
    public var form: MeetingForm
    public var chair: String?
    public var venue: String?
    public var answer: Reply.Answer
    public var delegate: OccurrenceDetail.Delegate?
    public var note: String
    public var series: Bool
    /// Whether it is recorded from its opening on.
    public var recorded: Bool
}

extension SchedulerService {
    public struct AnswerForm: Decodable, Sendable {
        public var site: SiteID?
        public var answer: String?
        public var delegateName: String?
        public var delegateEmail: String?
        public var note: String?
        public var scope: String?
    }

    private func reply(_ form: AnswerForm) throws(ActError) -> Reply {
        var check = FormCheck()
        let answer = form.answer.flatMap(Reply.Answer.init)
        if answer == nil || answer == Reply.Answer.none {
            check.wrong(
                "answer", "Chọn: dự, không dự hoặc cử người dự thay.", "Choose accept, decline or delegate.")
        }
        var name = ""
        var email = ""
        if answer == .delegate {
            name = check.text("delegateName", form.delegateName, 1...120)
            email = check.email("delegateEmail", form.delegateEmail, isRequired: false)
        }
        let note = check.longText("note", form.note, 1000)
        try check.finish()
        return Reply(
            answer: answer ?? .none, delegateName: name, delegateEmail: email, note: note, at: now())
    }

    /// Answers for a site of one's own unit, or for oneself.
    public func answer(_ id: OccurrenceID, _ form: AnswerForm, as caller: Caller) async throws {
        let reply = try reply(form)
        try await store.write { writing in
            let (occurrence, series, plan) = try self.readable(id, caller, writing.reading)
            let invitee: Invitee
            if let site = form.site {
                guard plan.sites.contains(site), let unit = self.directory.unit(of: site) else {
                    throw ActError.notFound
                }
                guard caller.rights.mayAnswer(for: unit) else { throw ActError.forbidden }
                invitee = .site(site)
            } else {
                guard plan.people.contains(caller.person.id) else { throw ActError.notFound }
                invitee = .person(caller.person.id)
            }
            let isSeries = form.scope == "series" && series.plan.rule != nil
            try self.keep(
                reply, of: invitee, series, isSeries ? nil : occurrence, by: caller.name, writing)
        }
    }

    func keep(
        _ reply: Reply, of invitee: Invitee, _ series: Series, _ occurrence: Occurrence?, by: String,
        _ writing: Writing
    ) throws {
        if let occurrence { try refusePast(occurrence) }
        try writing.add(
            reply, of: invitee, series: series.id, occurrence: occurrence?.id,
            sequence: max(series.sequence, occurrence?.sequence ?? 0), by: by)
        let who =
            switch invitee {
            case .site(let id): directory.siteName(id)
            case .person(let id): try writing.reading.person(id)?.name ?? ""
            }
        try writing.record(
            at: reply.at, who: by, what: "answer.\(reply.answer.rawValue)",
            object: occurrence.map { "occurrence \($0.id)" } ?? "series \(series.id)",
            detail: reply.answer == .delegate ? "\(who): \(reply.delegateName)" : who)
    }

    // MARK: By the link of a letter

    public func answerPage(_ token: String) async throws -> AnswerPage {
        try await store.read { reading in
            let (link, series, occurrence) = try self.opened(token, reading)
            let plan = try self.effectivePlan(occurrence, series, reading)
            let reply = try reading.replies(to: occurrence, seriesAnswersSince: series.answersSince)[link.invitee]
            let unit =
                switch link.invitee {
                case .site(let id): self.directory.siteName(id)
                case .person(let id): try reading.person(id)?.name ?? ""
                }
            return AnswerPage(
                title: plan.title, organiser: self.directory.tree.name(plan.organiser), unit: unit,
                words: self.words(series.plan), start: occurrence.start, end: occurrence.end, state: occurrence.state,
                form: plan.form, chair: try plan.chair.flatMap { try reading.person($0)?.name },
                venue: plan.venue.map { self.directory.siteName($0) }, answer: reply?.answer ?? .none,
                delegate: reply?.answer == .delegate
                    ? reply.map { .init(name: $0.delegateName, email: $0.delegateEmail) } : nil,
                note: reply?.note ?? "", series: link.occurrence == nil && series.plan.rule != nil,
                recorded: plan.isRecorded)
        }
    }

    public func answer(token: String, _ form: AnswerForm) async throws {
        let reply = try reply(form)
        try await store.write { writing in
            let (link, series, occurrence) = try self.opened(token, writing.reading)
            try self.refusePast(occurrence)
            let isSeries = link.occurrence == nil && series.plan.rule != nil
            try self.keep(
                reply, of: link.invitee, series, isSeries ? nil : occurrence, by: "answer link", writing)
        }
    }

    /// What a link is about: its meeting, or the next one of its series. An invitee who is off the list has no link.
    private func opened(_ token: String, _ reading: Reading) throws -> (AnswerLink, Series, Occurrence) {
        guard let link = AnswerLink(token, secret: settings.secret), let series = try reading.series(link.series) else {
            throw ActError.notFound
        }
        let occurrence: Occurrence?
        if let id = link.occurrence {
            // A meeting goes on in another series where its own was split; its link still means it.
            occurrence = try reading.occurrence(id)
        } else {
            let all = try reading.occurrences(of: series.id).filter { $0.state != .skipped }
            occurrence = all.first { $0.end > nowLocal && $0.state == .planned } ?? all.last
        }
        guard let occurrence, let home = try reading.series(occurrence.series) else { throw ActError.notFound }
        let list = try reading.invitees(of: occurrence)
        switch link.invitee {
        case .site(let id): guard list.sites.contains(id) else { throw ActError.notFound }
        case .person(let id): guard list.people.contains(id) else { throw ActError.notFound }
        }
        return (link, home, occurrence)
    }

    // MARK: My invitations

    /// The invitations of the caller and of the units for which they answer, from today on.
    public func myInvitations(as caller: Caller) async throws -> [MyInvitation] {
        let directory = directory
        let sight = Sight(caller, directory)
        let today = today
        return try await store.read { reading in
            let entries = try reading.calendar(from: today, through: today.adding(days: 92))
            let mine = try reading.invitations(
                among: entries.map { ($0.id, $0.series) }, sites: sight.answering, person: caller.person.id)
            var lines: [MyInvitation] = []
            for entry in entries where lines.count < 300 {
                // What is booked and not announced yet is nobody's invitation.
                guard let invitees = mine[entry.id], let occurrence = try reading.occurrence(entry.id),
                    let since = try reading.answersSince(entry.series), try self.isInvited(occurrence, reading)
                else { continue }
                let replies = try reading.replies(to: occurrence, seriesAnswersSince: since)
                let papers = try reading.papers(of: occurrence).count
                for invitee in invitees {
                    var site: Me.Named?
                    if case .site(let id) = invitee { site = .init(id: id.rawValue, name: directory.siteName(id)) }
                    lines.append(
                        MyInvitation(
                            occurrence: entry.id, title: entry.title, start: entry.start, end: entry.end,
                            organiser: directory.tree.name(entry.organiser), site: site,
                            answer: replies[invitee]?.answer ?? .none, state: entry.state,
                            recurring: entry.isRecurring, papers: papers, form: entry.form))
                }
            }
            return lines.sorted { ($0.start, $0.site?.id ?? 0) < ($1.start, $1.site?.id ?? 0) }
        }
    }
}
