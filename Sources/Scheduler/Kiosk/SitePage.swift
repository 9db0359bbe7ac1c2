import Briefing
import Foundation
import ICalendar
import Store

/// What the screen of an unattended site shows between briefings.
public struct SitePage: Encodable, Sendable {
    public struct SiteShown: Encodable, Sendable {
        public var id: SiteID
        public var name: String
        public var unit: String
    }

    public struct Meeting: Encodable, Sendable {
        public var occurrence: OccurrenceID
        public var title: String
        public var start: LocalDateTime
        public var end: LocalDateTime
        public var room: String
        public var state: Occurrence.State
        public var answer: Reply.Answer
    }

    public struct Room: Encodable, Sendable {
        public var occurrence: OccurrenceID
    }

    public var site: SiteShown
    public var province: String
    /// The server's clock, Unix milliseconds.
    public var now: Int64
    /// The site's next meetings, by time.
    public var next: [Meeting]
    /// The meeting that the site belongs in now; nil where there is none.
    public var join: Room?
    public var technician: Technician
}

extension SchedulerService {
    /// A screen has room for so many meetings, and looks so many days ahead.
    private static let mostMeetingsOfSite = 6
    private static let daysAheadOfSite = 14

    /// The site's next meetings, and the one to be in now.
    ///
    /// - Parameter now: the server's clock in Unix milliseconds, for the clock on the screen.
    public func sitePage(of device: SiteDevice, now: Int64) async throws -> SitePage {
        guard let site = directory.sites[device.site] else { throw ActError.notSignedIn }
        let directory = directory
        let (today, nowLocal) = (today, nowLocal)
        let meetings = try await store.read { reading -> [SitePage.Meeting] in
            // One that began yesterday may not have ended.
            let entries = try reading.calendar(
                from: today.adding(days: -1), through: today.adding(days: Self.daysAheadOfSite))
            let invited = try reading.invitations(
                among: entries.map { ($0.id, $0.series) }, sites: [device.site], person: nil)
            var found: [SitePage.Meeting] = []
            for entry in entries where invited[entry.id] != nil && entry.form != .inPerson {
                let phase = self.knownConduct(of: entry.id)?.conduct.phase
                // What its chair has ended is over, whatever its time was to be.
                guard phase != .ended, entry.end.adding(minutes: OpenRoom.overrun) > nowLocal,
                    found.count < Self.mostMeetingsOfSite, let occurrence = try reading.occurrence(entry.id),
                    let since = try reading.answersSince(entry.series),
                    // What is booked and not announced is nobody's yet; when its room opens it is.
                    try phase == .open || nowLocal >= entry.start.adding(minutes: -OpenRoom.before)
                        || self.isInvited(occurrence, reading)
                else { continue }
                let replies = try reading.replies(to: occurrence, seriesAnswersSince: since)
                found.append(
                    SitePage.Meeting(
                        occurrence: entry.id, title: entry.title, start: entry.start, end: entry.end, room: entry.room,
                        state: entry.state, answer: replies[.site(device.site)]?.answer ?? .none))
            }
            return found
        }
        let open = OpenRoom.choose(
            meetings.filter { $0.state == .planned && $0.answer != .decline }.map {
                .init(
                    id: $0.occurrence, start: $0.start, end: $0.end,
                    isOpened: knownConduct(of: $0.occurrence)?.conduct.phase == .open)
            }, now: nowLocal)
        return SitePage(
            site: .init(
                id: device.site, name: directory.siteName(device.site), unit: directory.tree.name(site.unit)),
            province: office.province, now: now,
            next: meetings.filter { $0.end > nowLocal || $0.occurrence == open },
            join: open.map { .init(occurrence: $0) }, technician: site.technician)
    }

    public struct SiteJoinForm: Decodable, Sendable {
        public var occurrence: OccurrenceID?
    }

    /// The address of a meeting's call, with a token for a site's device; noted as the site's coming.
    ///
    /// - Throws: `notFound` for a meeting that does not invite the site, `refused` with `not-open` outside its hours.
    public func join(_ form: SiteJoinForm, as device: SiteDevice) async throws -> JoinLink {
        guard let id = form.occurrence else {
            throw ActError.invalid([
                "occurrence": Sentence(vietnamese: "Chưa chọn phiên họp.", english: "Choose the meeting.")
            ])
        }
        guard let site = directory.sites[device.site] else { throw ActError.notSignedIn }
        let now = now()
        return try await store.write { writing in
            let (occurrence, _, plan) = try self.meeting(id, writing.reading)
            guard plan.sites.contains(device.site) else { throw ActError.notFound }
            try self.checkOpen(occurrence, plan)
            try self.noteWayIn(of: device.site, occurrence, at: now, writing)
            try writing.record(
                at: now, who: device.name, what: "occurrence.join", object: "occurrence \(id)",
                detail: "device \(device.token)")
            let actor = Actor(
                seat: .site(device.site), role: .delegate, name: self.directory.siteName(device.site), isDevice: true)
            return JoinLink(url: self.joinAddress(occurrence, plan, actor, unit: site.unit))
        }
    }
}
