import Briefing
import Foundation
import ICalendar
import Store

/// All that a meeting's page shows.
public struct OccurrenceDetail: Encodable, Sendable {
    public struct Item: Encodable, Sendable {
        public var id: AgendaItemID
        public var title: String
        public var owner: String
        public var minutes: Int
    }

    public struct InviteeShown: Encodable, Sendable {
        public var site: SiteID?
        public var person: PersonID?
        public var unit: UnitID?
        public var name: String
        public var kind: String
        public var answer: Reply.Answer
        public var delegate: Delegate?
        public var note: String
        public var answeredAt: String?
        public var mail: String
        public var mailError: String?
        public var attendance: Attendance
        public var technician: Technician?
    }

    public struct Delegate: Encodable, Sendable {
        public var name: String
        public var email: String
    }

    public struct Clock: Encodable, Sendable {
        public var kind: String
        public var due: LocalDate
        public var late: Bool
        public var message: Sentence
    }

    public struct Event: Encodable, Sendable {
        public var at: LocalDateTime
        public var who: String
        public var what: String
        public var detail: String
    }

    public var id: OccurrenceID
    public var series: SeriesID
    public var recurring: Bool
    public var rule: String?
    public var words: BothLanguages
    public var title: String
    public var start: LocalDateTime
    public var end: LocalDateTime
    public var originalStart: LocalDateTime
    public var movedFor: String
    public var state: Occurrence.State
    public var form: MeetingForm
    public var periodic: Bool
    /// Whether it is recorded from its opening on.
    public var recorded: Bool
    public var organiser: Me.Named
    public var chair: Me.Named?
    public var venue: Me.Named?
    public var agenda: [Item]
    public var papers: [PaperShown]
    public var invitees: [InviteeShown]
    public var counts: [String: Int]
    public var invitationsSent: LocalDateTime?
    public var clocks: [Clock]
    public var room: String
    public var version: Int
    public var mayEdit: Bool
    public var mayAnswer: [SiteID]
    public var mayAnswerSelf: Bool
    public var mayJoin: Bool
    /// Its chair has ended it, whatever its time was to be.
    public var over: Bool
    public var notes: String
    public var history: [Event]
}

extension SchedulerService {
    public func detail(_ id: OccurrenceID, as caller: Caller) async throws -> OccurrenceDetail {
        try await store.read { reading in
            let (occurrence, series, plan) = try self.readable(id, caller, reading)
            let mayEdit = caller.rights.mayBook(for: plan.organiser)
            let invitees = try self.invitees(occurrence, series, plan, mayEdit: mayEdit, caller, reading)
            var counts: [String: Int] = ["accept": 0, "decline": 0, "delegate": 0, "none": 0]
            for invitee in invitees { counts[invitee.answer.rawValue, default: 0] += 1 }
            let sent = try [reading.invitedAt(series.id), reading.invitedAt(id)].compactMap { $0 }.max()
            let chair = try plan.chair.flatMap { try reading.person($0) }
            let directory = self.directory
            let papers = try reading.papers(of: occurrence)
            let seen = mayEdit ? try self.readingCounts(papers, plan, reading) : [:]
            return OccurrenceDetail(
                id: id, series: series.id, recurring: series.plan.rule != nil, rule: series.plan.rule?.text,
                words: self.words(series.plan), title: plan.title, start: occurrence.start, end: occurrence.end,
                originalStart: occurrence.recurrenceID, movedFor: occurrence.movedFor, state: occurrence.state,
                form: plan.form, periodic: plan.isPeriodic, recorded: plan.isRecorded,
                organiser: .init(id: plan.organiser.rawValue, name: directory.tree.name(plan.organiser)),
                chair: chair.map { .init(id: $0.id.rawValue, name: $0.name) },
                venue: plan.venue.map { .init(id: $0.rawValue, name: directory.siteName($0)) },
                agenda: plan.agenda.map { .init(id: $0.id, title: $0.title, owner: $0.owner, minutes: $0.minutes) },
                papers: try self.shown(papers, seen: seen, withApprovals: mayEdit, reading), invitees: invitees,
                counts: counts,
                invitationsSent: sent.map { ProvinceClock.local(unix: $0) },
                clocks: self.clocks(occurrence, plan, sent: sent), room: occurrence.room,
                version: self.version(occurrence, series),
                mayEdit: mayEdit,
                mayAnswer: plan.sites.filter { site in
                    // For other units a secretary answers in the list of invitees.
                    directory.unit(of: site).map { caller.rights.isOf($0) && caller.rights.mayAnswer(for: $0) } ?? false
                }.sorted(), mayAnswerSelf: plan.people.contains(caller.person.id),
                mayJoin: self.mayJoin(occurrence, plan),
                over: self.knownConduct(of: id)?.conduct.phase == .ended, notes: plan.notes,
                history: try self.history(occurrence, mayEdit: mayEdit, reading))
        }
    }

    private func invitees(
        _ occurrence: Occurrence, _ series: Series, _ plan: MeetingPlan, mayEdit: Bool, _ caller: Caller,
        _ reading: Reading
    ) throws -> [OccurrenceDetail.InviteeShown] {
        let directory = directory
        let replies = try reading.replies(to: occurrence, seriesAnswersSince: series.answersSince)
        let letters = mayEdit ? try reading.newestLetters(series: series.id, occurrence: occurrence.id) : [:]
        let attendance = try reading.attendance(of: occurrence.id)
        func shown(
            _ invitee: Invitee, site: SiteID?, person: PersonID?, unit: UnitID?, name: String, kind: String,
            hasAddress: Bool
        ) -> OccurrenceDetail.InviteeShown {
            // What somebody wrote beside their answer is for who invites, and for their own unit.
            let isOpen = mayEdit || unit.map { caller.rights.mayAnswer(for: $0) } ?? (person == caller.person.id)
            let reply = replies[invitee]
            let letter = letters[invitee]
            return OccurrenceDetail.InviteeShown(
                site: site, person: person, unit: unit, name: name, kind: kind, answer: reply?.answer ?? .none,
                delegate: isOpen && reply?.answer == .delegate
                    ? reply.map { .init(name: $0.delegateName, email: $0.delegateEmail) } : nil,
                note: isOpen ? reply?.note ?? "" : "", answeredAt: reply.map { localText($0.at) },
                mail: letter?.state.rawValue ?? (hasAddress ? "none" : "no-address"),
                mailError: letter.flatMap { $0.error.isEmpty ? nil : $0.error },
                attendance: site.flatMap { attendance[$0] } ?? .none,
                technician: site.flatMap { directory.sites[$0] }.flatMap { site in
                    mayEdit || caller.rights.maySeeTechnicians(of: site.unit) ? site.technician : nil
                })
        }
        var list: [OccurrenceDetail.InviteeShown] = plan.sites.sorted().compactMap { id in
            guard let site = directory.sites[id] else { return nil }
            let unit = directory.tree.units[site.unit]
            return shown(
                .site(id), site: id, person: nil, unit: site.unit, name: directory.siteName(id),
                kind: unit?.kind ?? "", hasAddress: !(unit?.email ?? site.technician.email).isEmpty)
        }
        list += try reading.people(plan.people.sorted()).map { person in
            shown(
                .person(person.id), site: nil, person: person.id, unit: nil, name: person.name, kind: "person",
                hasAddress: !person.email.isEmpty)
        }
        return list
    }

    private func clocks(_ occurrence: Occurrence, _ plan: MeetingPlan, sent: Int?) -> [OccurrenceDetail.Clock] {
        guard occurrence.state != .cancelled else { return [] }
        func shown(_ clock: LegalClock) -> OccurrenceDetail.Clock {
            .init(
                kind: clock.kind.rawValue, due: clock.due, late: clock.isLate,
                message: Sentence(vietnamese: clock.vietnamese, english: clock.english))
        }
        if occurrence.end > nowLocal {
            guard plan.isPeriodic else { return [] }
            let day = sent.map { ProvinceClock.local(unix: $0).date } ?? today
            return [shown(clocks.invitation(meeting: occurrence.start.date, leaving: day, calendar: calendar))]
        }
        return [shown(clocks.conclusions(meeting: occurrence.end.date, issuedBy: today, calendar: calendar))]
    }

    private func history(
        _ occurrence: Occurrence, mayEdit: Bool, _ reading: Reading
    ) throws -> [OccurrenceDetail.Event] {
        guard mayEdit else { return [] }
        var names: [String: String] = [:]
        return try reading.acts(on: ["occurrence \(occurrence.id)", "series \(occurrence.series)"], limit: 50).map {
            line in
            if names[line.who] == nil { names[line.who] = try self.name(ofActor: line.who, reading) }
            return .init(
                at: ProvinceClock.local(unix: line.at), who: names[line.who] ?? line.who, what: line.what,
                detail: line.detail)
        }
    }

    /// `person 7` by name.
    func name(ofActor text: String, _ reading: Reading) throws -> String {
        let parts = text.split(separator: " ")
        guard parts.count == 2, let id = Int64(parts[1]) else { return text }
        switch parts[0] {
        case "person": return try reading.person(PersonID(id))?.name ?? text
        case "site": return directory.siteName(SiteID(id))
        default: return text
        }
    }

    // MARK: Joining

    /// A room is open from an hour before, for the technicians, until four hours after.
    static let opensBefore = 60
    static let closesAfter = 240

    func mayJoin(_ occurrence: Occurrence, _ plan: MeetingPlan) -> Bool {
        occurrence.state == .planned && plan.form != .inPerson
            && nowLocal >= occurrence.start.adding(minutes: -Self.opensBefore)
            && nowLocal <= occurrence.end.adding(minutes: Self.closesAfter)
    }

    public struct JoinLink: Encodable, Sendable {
        public var url: String
    }

    /// The address of a meeting's call, with a token for whoever asks.
    public func join(_ id: OccurrenceID, as caller: Caller) async throws -> JoinLink {
        let now = now()
        return try await store.write { writing in
            let (occurrence, _, plan) = try self.readable(id, caller, writing.reading)
            try self.checkOpen(occurrence, plan)
            let actor = self.actor(caller, in: plan)
            if let site = actor.seats.lazy.compactMap(\.asSite).first {
                try self.noteWayIn(of: site, occurrence, at: now, writing)
            }
            try writing.record(
                at: now, who: caller.name, what: "occurrence.join", object: "occurrence \(id)",
                detail: actor.seats.lazy.compactMap(\.asSite).first.map { self.directory.siteName($0) } ?? "")
            return JoinLink(url: self.joinAddress(occurrence, plan, actor, unit: caller.person.unit))
        }
    }

    /// - Throws: ``ActError/refused(code:_:)`` where a meeting's room is not open now.
    func checkOpen(_ occurrence: Occurrence, _ plan: MeetingPlan) throws(ActError) {
        guard !mayJoin(occurrence, plan) else { return }
        let opens = occurrence.start.adding(minutes: -Self.opensBefore)
        throw .refused(
            code: "not-open",
            Sentence(
                vietnamese: "Phòng họp mở từ \(opens.vietnameseClock) ngày \(opens.date.vietnamese).",
                english: "The room opens at \(opens)."))
    }

    /// The address of a call, with the token of whoever comes.
    func joinAddress(_ occurrence: Occurrence, _ plan: MeetingPlan, _ actor: Actor, unit: UnitID) -> String {
        let site = actor.seats.lazy.compactMap(\.asSite).first
        return callAddress(
            room: occurrence.room, actor, until: closing(of: occurrence), title: plan.title, name: actor.name,
            place: site.map { directory.siteName($0) } ?? directory.tree.name(unit))
    }

    /// When a meeting's room closes, Unix seconds.
    func closing(of occurrence: Occurrence) -> Int { ProvinceClock.unix(occurrence.end) + Self.closesAfter * 60 }

    /// The address of a room's call, with a token and what its page shows before it has come in.
    ///
    /// - Parameters:
    ///   - actor: who comes; nil for whoever has no seat.
    ///   - expires: the token's end, Unix seconds.
    func callAddress(
        room: String, _ actor: Actor?, until expires: Int, title: String, name: String, place: String
    ) -> String {
        let token = settings.joinToken(room, actor, expires)
        var address = URLComponents()
        address.path = "/r/\(room)"
        address.queryItems = [
            URLQueryItem(name: "token", value: token), URLQueryItem(name: "title", value: title),
            URLQueryItem(name: "name", value: name), URLQueryItem(name: "site", value: place),
        ]
        return address.string ?? "/r/\(room)?token=\(token)"
    }

    public struct AttendanceForm: Decodable, Sendable {
        public var site: SiteID?
        public var attendance: String?
    }

    public func setAttendance(_ id: OccurrenceID, _ form: AttendanceForm, as caller: Caller) async throws {
        let now = now()
        try await store.write { writing in
            let (_, _, plan) = try self.editable(id, caller, writing.reading)
            guard let site = form.site, plan.sites.contains(site) else {
                throw ActError.invalid([
                    "site": Sentence(
                        vietnamese: "Điểm cầu này không được mời.", english: "This site is not invited.")
                ])
            }
            guard let state = form.attendance.flatMap(Attendance.init) else {
                throw ActError.invalid([
                    "attendance": Sentence(
                        vietnamese: "Chọn: trực tuyến, trực tiếp, muộn, vắng hoặc chưa rõ.",
                        english: "Choose online, in-person, late, absent or none.")
                ])
            }
            try writing.set(state, of: site, at: id, joined: nil)
            try writing.record(
                at: now, who: caller.name, what: "attendance", object: "occurrence \(id)",
                detail: "\(self.directory.siteName(site)): \(state.rawValue)")
        }
    }
}
