import Briefing
import Foundation
import ICalendar
import Mail
import Store

/// An emergency that has been convened.
public struct Convened: Encodable, Sendable {
    public var occurrence: OccurrenceID
    /// Sites that ring.
    public var sites: Int
    /// Letters queued.
    public var mail: Int
    /// What the sites would have had at the same time; it holds nothing up.
    public var conflicts: [ConflictReport.Line]
}

extension SchedulerService {
    public struct EmergencyForm: Decodable, Sendable {
        public var title: String?
        public var message: String?
        /// Units whose sites ring, with those of the units below them.
        public var units: [UnitID]?
        public var sites: [SiteID]?
        /// All sites of the convening unit and of the units below it.
        public var all: Bool?
        /// Nil: the unit for which the caller may convene all of these.
        public var organiser: UnitID?
        /// Nil: whoever convenes.
        public var chair: PersonID?
    }

    /// An emergency briefing is booked for this long; its room stays open for `closesAfter` more.
    static let emergencyMinutes = 120

    /// Convenes sites in an emergency (triệu tập khẩn): a meeting that begins now, alerts for its sites, letters and a
    /// line in the chain of acts, in one transaction. Nothing that is booked stands in its way.
    ///
    /// - Parameter key: the form's own number; sent twice it convenes once.
    public func convene(_ form: EmergencyForm, key: String?, as caller: Caller) async throws -> Convened {
        guard !caller.rights.conveningTops.isEmpty else { throw ActError.forbidden }
        let plan = try emergencyPlan(form, by: caller)
        let now = now()
        let key = key.map { "emergency \($0.prefix(100))" }
        let (convened, isNew) = try await store.write { writing -> (Convened, Bool) in
            if let key, let text = try writing.answer(toKey: key, of: caller.person.id), let number = Int64(text) {
                return (try self.convened(OccurrenceID(number), writing.reading), false)
            }
            try self.checkPeople(plan, writing.reading)
            let meeting = PlannedMeeting(
                recurrenceID: plan.start, start: plan.start, end: plan.start.adding(minutes: plan.minutes),
                holiday: nil, isSkipped: false)
            let found = try self.conflicts(self.times([meeting]), [self.claim(plan)], writing.reading)
            let lines = try self.lines(Array(found.prefix(50)), for: caller, writing.reading)
            let series = try writing.addSeries(
                plan, uid: newUID(self.settings.baseURL), through: plan.start.date, follows: nil, now: now,
                by: caller.person.id)
            try writing.markEmergency(series)
            let room = newRoom()
            let occurrence = try writing.addOccurrence(of: series, meeting, room: room)
            _ = try writing.add(
                Alert(
                    kind: .emergency, occurrence: occurrence, room: room, title: plan.title, message: plan.notes,
                    raisedAt: now, raisedBy: caller.person.id, expiresAt: ProvinceClock.unix(meeting.end)),
                sites: plan.sites.sorted())
            let mail = try self.queueSummons(occurrence, to: plan.sites, writing)
            try writing.setInvitedAt(now, series: series)
            try writing.setInvitedAt(now, occurrence: occurrence)
            try writing.record(
                at: now, who: caller.name, what: "emergency.convene", object: "occurrence \(occurrence)",
                detail: "\(plan.title); \(plan.sites.count)")
            if let key {
                try writing.keepAnswer(String(occurrence.rawValue), toKey: key, of: caller.person.id, now: now)
            }
            return (Convened(occurrence: occurrence, sites: plan.sites.count, mail: mail, conflicts: lines), true)
        }
        if isNew {
            await alertBoard.changed(plan.sites)
            tellLetters(convened.mail)
        }
        return convened
    }

    /// What was answered when it was convened, but for what then stood against it.
    private func convened(_ id: OccurrenceID, _ reading: Reading) throws -> Convened {
        let alert = try reading.alert(.emergency, of: id)
        return Convened(
            occurrence: id, sites: try alert.map { try reading.rungSites(of: $0.id).count } ?? 0, mail: 0, conflicts: []
        )
    }

    private func emergencyPlan(_ form: EmergencyForm, by caller: Caller) throws(ActError) -> MeetingPlan {
        var check = FormCheck()
        let title = check.text("title", form.title, 1...200)
        let message = check.longText("message", form.message, 2000)
        let directory = directory
        var sites = Set(form.sites ?? [])
        for site in sites where directory.sites[site] == nil {
            check.wrong("sites", "Không có điểm cầu số \(site).", "There is no site \(site).")
        }
        for unit in form.units ?? [] {
            if directory.tree.units[unit] == nil {
                check.wrong("units", "Không có đơn vị số \(unit).", "There is no unit \(unit).")
            }
            sites.formUnion(directory.tree.subtree(unit).flatMap { directory.sitesOfUnit[$0] ?? [] })
        }
        try check.finish()
        let wanted = Set(sites.compactMap { directory.unit(of: $0) })
        guard let organiser = convener(form.organiser, of: wanted, by: caller) else {
            guard form.organiser == nil, wanted.allSatisfy({ caller.rights.mayConvene($0) }) else { throw .forbidden }
            throw .invalid([
                "sites": Sentence(
                    vietnamese:
                        "Mỗi lần chỉ triệu tập được các điểm cầu của một đơn vị và các đơn vị trực thuộc đơn vị đó.",
                    english: "One emergency convenes the sites of one unit and of the units below it.")
            ])
        }
        if form.all == true {
            sites = Set(directory.tree.subtree(organiser).flatMap { directory.sitesOfUnit[$0] ?? [] })
        }
        // What is out of use has nobody who would hear it.
        let today = today
        sites = sites.filter { site in
            directory.sites[site]?.isActive == true
                && directory.unit(of: site).flatMap { directory.tree.units[$0]?.exists(on: today) } ?? false
        }
        if sites.isEmpty {
            check.wrong("sites", "Chưa chọn điểm cầu nào đang hoạt động.", "Choose at least one site that is in use.")
        } else if sites.count > Self.mostInvitees {
            check.wrong("sites", "Quá nhiều điểm cầu.", "These are too many sites.")
        }
        try check.finish()
        return MeetingPlan(
            title: title, organiser: organiser, chair: form.chair ?? caller.person.id, start: nowLocal,
            minutes: Self.emergencyMinutes, rule: nil, holidays: .keep, form: .online, isPeriodic: false, venue: nil,
            sites: sites, people: [], agenda: [], notes: message)
    }

    /// The unit that convenes: the one that is named, or the highest for which the caller may convene all the units.
    private func convener(_ named: UnitID?, of units: Set<UnitID>, by caller: Caller) -> UnitID? {
        let tree = directory.tree
        func holdsAll(_ top: UnitID) -> Bool { units.allSatisfy { tree.isWithin($0, top) } }
        if let named {
            return tree.units[named] != nil && caller.rights.mayConvene(named) && holdsAll(named) ? named : nil
        }
        return caller.rights.conveningTops.filter { holdsAll($0) }
            .max { tree.subtree($0).count < tree.subtree($1).count }
    }
}
