import Briefing
import ICalendar
import Store
import Testing

@testable import Scheduler

@Suite struct OpenRoomTests {
    private typealias Meeting = OpenRoom.Meeting<Int>

    private func time(_ text: String) throws -> LocalDateTime { try #require(LocalDateTime("2027-01-04T\(text)")) }

    private func meeting(_ id: Int, _ start: String, _ end: String, isOpened: Bool = false) throws -> Meeting {
        Meeting(id: id, start: try time(start), end: try time(end), isOpened: isOpened)
    }

    private func chosen(_ meetings: [Meeting], at now: String) throws -> Int? {
        let found = OpenRoom.choose(meetings, now: try time(now))
        #expect(OpenRoom.choose(meetings.reversed(), now: try time(now)) == found, "whatever their order")
        return found
    }

    @Test func `A site is in its place from a quarter of an hour before until an hour after`() throws {
        let one = [try meeting(1, "07:30", "09:00")]
        for (now, expected) in [
            ("07:14", nil), ("07:15", 1), ("07:30", 1), ("08:59", 1), ("09:59", 1), ("10:00", nil),
        ] {
            #expect(try chosen(one, at: now) == expected, "\(now)")
        }
    }

    @Test func `An emergency that begins during a briefing goes first`() throws {
        let both = [try meeting(1, "07:30", "09:00"), try meeting(2, "08:10", "09:10")]
        #expect(try chosen(both, at: "08:09") == 1)
        #expect(try chosen(both, at: "08:10") == 2)
        #expect(try chosen(both, at: "09:05") == 2)
    }

    @Test func `A briefing that runs over its time gives way five minutes before the next`() throws {
        let both = [try meeting(1, "07:30", "09:00"), try meeting(2, "09:30", "10:30")]
        #expect(try chosen(both, at: "09:24") == 1)
        #expect(try chosen(both, at: "09:25") == 2)
    }

    @Test func `A briefing that is opened before its time has its sites then, but for one that is under way`() throws {
        let early = try meeting(2, "09:30", "10:30", isOpened: true)
        #expect(try chosen([early], at: "08:29") == nil)
        #expect(try chosen([early], at: "08:30") == 2)
        let both = [try meeting(1, "07:30", "09:00"), early]
        #expect(try chosen(both, at: "08:59") == 1)
        #expect(try chosen(both, at: "09:00") == 2)
    }

    @Test func `Of two that are to begin the first is next`() throws {
        let both = [try meeting(1, "07:35", "09:00"), try meeting(2, "07:30", "08:00")]
        #expect(try chosen(both, at: "07:22") == 2)
    }
}

@Suite struct SitePageTests {
    private struct Place {
        let office: Office
        let device: SiteDevice
        let token: String
        let site: SiteID

        init() async throws {
            office = try await Office()
            site = try #require(office.sites.dropFirst().first)
            let made = try await office.scheduler.addDeviceToken(
                .init(name: "Máy phòng họp"), of: site, as: try await office.administrator())
            token = made.token
            device = try await office.scheduler.device(bearer: made.token)
        }

        func page() async throws -> SitePage { try await office.scheduler.sitePage(of: device, now: 0) }
    }

    @Test func `A token vouches for its own site until it is revoked`() async throws {
        let place = try await Place()
        let scheduler = place.office.scheduler
        #expect(place.device.site == place.site)
        for text in [nil, "", "x", String(repeating: "A", count: 43), place.token + "A"] {
            await #expect(throws: ActError.self) { try await scheduler.device(bearer: text) }
        }
        try await scheduler.revokeDeviceToken(place.device.token, as: try await place.office.administrator())
        await #expect(throws: ActError.self) { try await scheduler.device(bearer: place.token) }
    }

    @Test func `A device is noted as seen, at most once a minute`() async throws {
        let place = try await Place()
        let office = place.office
        func seen() async throws -> String? {
            try await office.scheduler.deviceTokens(of: place.site, as: try await office.administrator()).first?.seenAt
        }
        let first = try await seen()
        #expect(first?.contains("07:00") == true)
        office.advance(seconds: 59)
        _ = try await office.scheduler.device(bearer: place.token)
        #expect(try await seen() == first)
        office.advance(seconds: 61)
        // A long poll writes nothing.
        _ = try await office.scheduler.device(bearer: place.token, isNoted: false)
        #expect(try await seen() == first)
        _ = try await office.scheduler.device(bearer: place.token)
        #expect(try await seen()?.contains("07:02") == true)
    }

    @Test func `A site sees what it is invited to and joins when the room opens`() async throws {
        let place = try await Place()
        let office = place.office
        let other = try #require(office.sites.dropFirst(2).first)
        let mine = try await office.book(office.form("Giao ban", "2027-01-04T08:00", sites: [place.site, other]))
        let theirs = try await office.book(office.form("Việc khác", "2027-01-04T10:00", sites: [other]))
        // Nobody has been told of it yet.
        #expect(try await place.page().next.isEmpty)
        office.now = try #require(LocalDateTime("2027-01-04T07:44"))
        #expect(try await place.page().join == nil)
        office.now = try #require(LocalDateTime("2027-01-04T07:45"))
        let page = try await place.page()
        #expect(page.next.map(\.occurrence) == [mine.occurrence])
        #expect(page.join?.occurrence == mine.occurrence)

        let link = try await office.scheduler.join(.init(occurrence: mine.occurrence), as: place.device)
        #expect(link.url.hasPrefix("/r/\(page.next.first?.room ?? "?")?token="))
        await #expect(throws: ActError.self) {
            try await office.scheduler.join(.init(occurrence: theirs.occurrence), as: place.device)
        }
    }

    @Test func `A site that has declined or whose meeting is cancelled does not join`() async throws {
        let place = try await Place()
        let office = place.office
        let made = try await office.book(office.form("Giao ban", "2027-01-04T07:10", sites: [place.site]))
        #expect(try await place.page().join?.occurrence == made.occurrence)
        try await office.scheduler.answer(
            made.occurrence, .init(site: place.site, answer: "decline"), as: office.delegate)
        #expect(try await place.page().join == nil)
        #expect(try await place.page().next.first?.answer == .decline)

        let second = try await office.book(office.form("Họp hai", "2027-01-04T08:30", sites: [place.site]))
        office.now = try #require(LocalDateTime("2027-01-04T08:20"))
        #expect(try await place.page().join?.occurrence == second.occurrence)
        _ = try await office.scheduler.cancel(
            second.occurrence, .init(scope: "this", reason: "hoãn", version: nil), as: office.secretary)
        #expect(try await place.page().join == nil)
        await #expect(throws: ActError.self) {
            try await office.scheduler.join(.init(occurrence: second.occurrence), as: place.device)
        }
    }

    @Test func `A meeting is entered when its chair opens it, and is gone from the screen when they end it`()
        async throws
    {
        let place = try await Place()
        let office = place.office
        let made = try await office.book(office.form("Giao ban", "2027-01-04T07:40", sites: [place.site]))
        let next = try await office.book(office.form("Giao ban chiều", "2027-01-04T14:00", sites: [place.site]))
        _ = try await office.scheduler.invite(next.occurrence, .init(), as: office.secretary)
        #expect(try await place.page().join == nil)
        try await office.act("open", in: made.occurrence)
        #expect(try await place.page().join?.occurrence == made.occurrence)
        #expect(try await place.page().next.map(\.occurrence) == [made.occurrence, next.occurrence])
        office.now = try #require(LocalDateTime("2027-01-04T07:45"))
        #expect(try await place.page().join?.occurrence == made.occurrence)
        try await office.act("close", in: made.occurrence)
        #expect(try await place.page().join == nil)
        #expect(try await place.page().next.map(\.occurrence) == [next.occurrence])
    }

    @Test func `Coming is noted once, in time or late, and each join is in the chain`() async throws {
        let place = try await Place()
        let office = place.office
        let made = try await office.book(office.form("Giao ban", "2027-01-04T07:30", sites: [place.site]))
        office.now = try #require(LocalDateTime("2027-01-04T07:29"))
        for minute in ["07:29", "07:50"] {
            office.now = try #require(LocalDateTime("2027-01-04T\(minute)"))
            _ = try await office.scheduler.join(.init(occurrence: made.occurrence), as: place.device)
        }
        let attendance = try await office.scheduler.store.read { try $0.attendance(of: made.occurrence) }
        #expect(attendance[place.site] == .online)
        let acts = try await office.scheduler.store.read {
            try $0.acts(on: ["occurrence \(made.occurrence)"], limit: 9)
        }
        #expect(acts.count { $0.what == "occurrence.join" && $0.who == "site \(place.site)" } == 2)
    }
}

extension Office {
    fileprivate func administrator() async throws -> Caller {
        let person = try await scheduler.store.read { try $0.person(email: "quantri@backan.example") }
        return scheduler.caller(try #require(person))
    }
}
