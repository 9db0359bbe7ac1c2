import Briefing
import Foundation
import Logging
import Store
import Synchronization

/// Where an act comes from: a page, and which of its acts.
public struct ActSender: Sendable {
    public var key: String
    public var number: Int

    public init(key: String, number: Int) {
        self.key = key
        self.number = number
    }
}

extension SchedulerService {
    /// Told after each change of a meeting's conduct, from any thread.
    public func onConduct(_ told: @escaping @Sendable (OccurrenceID) -> Void) {
        conducts.withLock { $0.watchers.append(told) }
    }

    /// The meeting of a room, with its conduct read; nil for a room of no meeting.
    public func conductedMeeting(room: String) async throws -> OccurrenceID? {
        if let known = conducts.withLock({ $0.rooms[room] }) { return known }
        guard let occurrence = try await store.read({ try $0.occurrence(room: room) }) else { return nil }
        try await prepareConduct(occurrence.id)
        return occurrence.id
    }

    /// A meeting's conduct as it is.
    public func conduct(of id: OccurrenceID) async throws -> Conduct {
        if let known = conducts.withLock({ $0.entries[id]?.conduct }) { return known }
        try await prepareConduct(id)
        guard let conduct = conducts.withLock({ $0.entries[id]?.conduct }) else { throw ActError.notFound }
        return conduct
    }

    /// The same, where it is known already.
    public func knownConduct(of id: OccurrenceID) -> (conduct: Conduct, version: Int, room: String)? {
        conducts.withLock { table in table.entries[id].map { ($0.conduct, $0.version, $0.room) } }
    }

    /// The sites that are in a meeting's room just now; nil where its conduct is not known.
    func sitesThere(in room: String) -> Set<SiteID>? {
        conducts.withLock { table in
            guard let id = table.rooms[room], let conduct = table.entries[id]?.conduct else { return nil }
            return Set(conduct.attendees.values.filter(\.hasMedia).compactMap(\.planned.seat.asSite))
        }
    }

    public func lastAct(of sender: String, in id: OccurrenceID) -> Int {
        conducts.withLock { $0.entries[id]?.acted[sender] ?? 0 }
    }

    /// Reads a meeting's conduct from the journal, or begins one; then takes in what has changed of what is booked.
    public func prepareConduct(_ id: OccurrenceID) async throws {
        let now = milliseconds
        try await store.write { writing in
            let (occurrence, series, booked) = try self.meeting(id, writing.reading)
            let plan = try self.conductPlan(occurrence, series, booked, writing.reading)
            if var entry = try self.entry(of: occurrence, writing.reading) {
                guard entry.conduct.plan != plan else { return self.keep(entry, of: id, writing) }
                try self.happen(.plan(plan), at: now, in: &entry, of: id, writing)
                self.keep(entry, of: id, writing)
            } else {
                var entry = ConductTable.Entry(
                    conduct: Conduct(plan: plan), position: 1, acted: [:], room: occurrence.room)
                try self.journal(.plan(plan), at: now, in: &entry, of: id, writing)
                self.keep(entry, of: id, writing)
            }
        }
    }

    /// Does what a page asks for; what is answered with nil is on the disk.
    /// - Parameter sender: nil for a request that says itself that it is new.
    public func act(
        _ asked: ActForm, in id: OccurrenceID, by actor: Actor, sender: ActSender?
    ) async throws -> ConductRefusal? {
        let act: ConductAct
        let form: ActForm
        do {
            form = try await completed(asked, in: id)
            act = try form.act()
        } catch let refusal as ConductRefusal {
            return refusal
        }
        // A paper may have come, or got its pages, since the meeting was last looked up.
        if case .showPaper = act { try await prepareConduct(id) }
        let now = milliseconds
        let told: [SiteID]
        do {
            told = try await store.write { writing in
                guard var entry = self.conducts.withLock({ $0.entries[id] }) else { throw ActError.notFound }
                let before = entry.conduct.recording
                if let sender {
                    guard sender.number > entry.acted[sender.key] ?? 0 else { throw Self.replayedAct }
                    entry.acted[sender.key] = sender.number
                }
                var (kept, act) = (form, act)
                if case .openVote(var vote) = act {
                    // It belongs to what is on; the journal keeps which that was.
                    vote.item = entry.conduct.runningItem
                    kept.item = vote.item
                    act = .openVote(vote)
                }
                if case .castVote(let vote, let choice) = act {
                    guard let choice else { throw Self.unknownAct }
                    if entry.conduct.votes.first(where: { $0.id == vote })?.form.kind == .secret {
                        // From here on nothing that is kept says who has chosen what.
                        kept.choice = nil
                        try entry.conduct.take(act, by: actor, at: now)
                        try writing.countSecretly(choice, in: vote, of: id)
                    } else {
                        try entry.conduct.take(act, by: actor, at: now)
                    }
                } else {
                    try entry.conduct.take(act, by: actor, at: now)
                }
                try self.journal(kept, by: actor, at: now, sender: sender, in: &entry, of: id, writing)
                // What sites do by themselves is in the meeting's journal.
                if entry.conduct.leads(actor), !act.isAnybodys {
                    try writing.record(
                        at: Int(now / 1000), who: self.who(actor), what: "conduct.\(form.do)",
                        object: "occurrence \(id)", detail: Self.detail(form, entry.conduct))
                }
                try self.noteAttendance(act, actor, entry.conduct, at: now, of: id, writing)
                try self.noteMinutesText(act, entry.conduct, of: id, writing)
                try self.noteRecording(entry.conduct, before: before, at: now, of: id, writing)
                self.keep(entry, of: id, writing)
                switch act {
                case .open: return try self.raiseOpenRoom(id, now: self.now(), writing)
                case .end: return try self.endOpenRoom(id, now: self.now(), writing)
                default: return []
                }
            }
        } catch let refusal as ConductRefusal {
            await note(refusal, of: form.do, in: id, by: actor, at: now)
            return refusal
        }
        if !told.isEmpty { await alertBoard.changed(Set(told)) }
        if case .closeVote(let vote) = act,
            knownConduct(of: id)?.conduct.votes.first(where: { $0.id == vote })?.form.kind == .secret
        {
            try? await store.forgetLog()
        }
        return nil
    }

    /// What happens without anybody's doing.
    public func happen(_ happenings: [ConductAct], in id: OccurrenceID) async throws {
        let now = milliseconds
        try await store.write { writing in
            guard var entry = self.conducts.withLock({ $0.entries[id] }) else { throw ActError.notFound }
            for act in happenings { try self.happen(act, at: now, in: &entry, of: id, writing) }
            self.keep(entry, of: id, writing)
        }
    }

    /// Who comes with a token's seat, called by the name that the directory has; whoever leads or helps without being
    /// invited gets a place in the meeting. nil for somebody whom the directory does not know.
    public func arrive(_ seat: Seat, _ token: Actor, in id: OccurrenceID) async throws -> Actor? {
        var actor = token
        let unit: UnitID
        switch seat {
        case .site(let site):
            guard let home = directory.unit(of: site) else { return nil }
            actor.name = directory.siteName(site)
            unit = home
        case .person(let person):
            guard let person = try await store.read({ try $0.person(person) }), person.isActive else { return nil }
            actor.name = person.name
            unit = person.unit
        }
        try await prepareConduct(id)
        if try await conduct(of: id).attendees[seat] == nil {
            guard actor.role != .delegate else { return nil }
            try await happen(
                [.arrive(.init(seat: seat, name: actor.name, unit: unit, isInvited: false))], in: id)
        }
        return actor
    }

    /// Who somebody is in a meeting that they may read.
    public func actor(in id: OccurrenceID, as caller: Caller) async throws -> Actor {
        let claimed = try await store.read { reading in
            self.actor(caller, in: try self.readable(id, caller, reading).2)
        }
        return try await arrive(claimed.seat, claimed, in: id) ?? claimed
    }

    /// Returns once a meeting's conduct is newer than a version, or after 25 s.
    public func conductChange(of id: OccurrenceID, after version: Int) async throws {
        for _ in 0..<125 where knownConduct(of: id).map({ $0.version <= version }) ?? false {
            try await Task.sleep(for: .milliseconds(200))
        }
    }

    /// Meetings for which something is due.
    public func conductsDue() -> [OccurrenceID] {
        let now = milliseconds
        return conducts.withLock { table in
            table.entries.filter { ($0.value.conduct.deadline ?? .max) <= now }.map(\.key)
        }
    }

    /// Takes up the meetings that were on when the server ended: nobody is connected to them any more.
    public func resumeConducts() async throws {
        let since = now() - 6 * 3600
        for id in try await store.read({ try $0.conductedOccurrences(endingAfter: since) }) {
            try await prepareConduct(id)
            try await happen([.restart], in: id)
        }
    }

    // MARK: Inside a transaction

    private func entry(of occurrence: Occurrence, _ reading: Reading) throws -> ConductTable.Entry? {
        if let known = conducts.withLock({ $0.entries[occurrence.id] }) { return known }
        return ConductTable.Entry(
            lines: try reading.conductLines(of: occurrence.id), tallies: try reading.secretTallies(of: occurrence.id),
            room: occurrence.room)
    }

    private func happen(
        _ act: ConductAct, at now: Int64, in entry: inout ConductTable.Entry, of id: OccurrenceID, _ writing: Writing
    ) throws {
        let before = entry.conduct
        entry.conduct.happen(act, at: now)
        guard entry.conduct != before else { return }
        try journal(act, at: now, in: &entry, of: id, writing)
        try noteRecording(entry.conduct, before: before.recording, at: now, of: id, writing)
    }

    private func journal(
        _ act: ConductAct, at now: Int64, in entry: inout ConductTable.Entry, of id: OccurrenceID, _ writing: Writing
    ) throws {
        guard let form = ActForm(happening: act) else { return }
        try journal(form, by: nil, at: now, sender: nil, in: &entry, of: id, writing)
    }

    private func journal(
        _ form: ActForm, by actor: Actor?, at now: Int64, sender: ActSender?, in entry: inout ConductTable.Entry,
        of id: OccurrenceID, _ writing: Writing
    ) throws {
        try writing.add(
            ConductLine(
                position: entry.position, at: now, actor: try actor.map(jsonText), act: try jsonText(form),
                sender: sender?.key ?? "", number: sender?.number ?? 0), to: id)
        entry.position += 1
        entry.version += 1
    }

    /// What the transaction has made of a meeting holds once it is on the disk.
    private func keep(_ entry: ConductTable.Entry, of id: OccurrenceID, _ writing: Writing) {
        writing.afterCommit {
            let watchers = self.conducts.withLock { table in
                table.entries[id] = entry
                table.rooms[entry.room] = id
                return table.watchers
            }
            for watcher in watchers { watcher(id) }
        }
    }

    /// What the roll says of a site goes into its attendance, which reports count.
    private func noteAttendance(
        _ act: ConductAct, _ actor: Actor, _ conduct: Conduct, at now: Int64, of id: OccurrenceID, _ writing: Writing
    ) throws {
        let seats: [Seat] =
            switch act {
            case .confirmRoll: actor.seats
            case .correctRoll(let seat, _, _): [seat]
            case .closeRoll, .signRoll: Array(conduct.attendees.keys)
            default: []
            }
        guard !seats.isEmpty else { return }
        let kept = try writing.reading.attendance(of: id)
        for seat in seats {
            guard case .site(let site) = seat, conduct.attendees[seat]?.planned.isInvited == true else { continue }
            let attendance: Attendance
            switch conduct.rollState(of: seat, at: now) {
            case .present, .delegated, .dropped: attendance = .online
            case .late: attendance = .late
            case .absent: attendance = .absent
            case .expected: continue
            }
            if kept[site] != .inPerson || attendance == .late {
                try writing.set(
                    attendance, of: site, at: id, joined: conduct.attendees[seat]?.mark.map { Int($0.at / 1000) })
            }
        }
    }

    /// Unix ms.
    var milliseconds: Int64 { clock() }
}
