import Briefing
import Foundation
import ICalendar
import Identity
import Store
import Testing

@testable import Scheduler

extension Office {
    /// Convenes sites; the office's clock stands.
    fileprivate func convene(
        _ sites: [SiteID], key: String? = nil, as caller: Caller? = nil
    ) async throws -> Convened {
        var form = SchedulerService.EmergencyForm()
        form.title = "Ứng phó lũ quét"
        form.message = "Báo cáo ngay tình hình."
        form.sites = sites
        return try await scheduler.convene(form, key: key, as: caller ?? secretary)
    }

    fileprivate func ringing(_ site: SiteID) async throws -> Ringing {
        try await scheduler.ringing(for: .device(site), after: nil)
    }

    fileprivate func emergency(_ id: OccurrenceID) async throws -> EmergencyDetail {
        try await scheduler.emergency(id, as: secretary)
    }

    fileprivate func states(_ id: OccurrenceID) async throws -> [SiteID: RungSite.Progress] {
        Dictionary(uniqueKeysWithValues: try await emergency(id).sites.map { ($0.site, $0.state) })
    }

    /// The site of Huyện Ba Bể, to which the delegate belongs.
    fileprivate var baBe: SiteID {
        get throws {
            try #require(sites.first { scheduler.directory.siteName($0) == "Huyện Ba Bể" })
        }
    }
}

@Suite struct `An emergency` {
    @Test func `rings its sites and no other, in the room of a meeting that begins now`() async throws {
        let office = try await Office()
        let before = try await office.letters()
        let convened = try await office.convene(Array(office.sites.prefix(3)))
        #expect(convened.sites == 3 && convened.mail == 3)
        #expect(try await office.letters() == before + 3)
        let meeting = try #require(try await office.scheduler.store.read { try $0.occurrence(convened.occurrence) })
        #expect(meeting.start == office.now)
        #expect(try await office.scheduler.store.read { try $0.isEmergency(convened.occurrence) })
        for (index, site) in office.sites.enumerated() {
            let alerts = try await office.ringing(site).alerts
            #expect(alerts.map(\.room) == (index < 3 ? [meeting.room] : []))
            #expect(alerts.allSatisfy { $0.seat == "s\(site)" && $0.rings == 1 && !$0.acknowledged })
        }
    }

    @Test func `is chaired by who convenes it unless another is named`() async throws {
        let office = try await Office()
        let own = try await office.convene([office.sites[1]])
        #expect(try await office.plan(own.occurrence)?.chair == office.secretary.person.id)
        var form = SchedulerService.EmergencyForm()
        form.title = "Cháy rừng"
        form.sites = [office.sites[1]]
        form.chair = office.chair.person.id
        let named = try await office.scheduler.convene(form, key: nil, as: office.secretary)
        #expect(try await office.plan(named.occurrence)?.chair == office.chair.person.id)
    }

    @Test func `is not held up by what is booked, but says what that is`() async throws {
        let office = try await Office()
        _ = try await office.book(office.form("Giao ban tuần", "2027-01-04T07:30", sites: office.sites))
        let convened = try await office.convene(office.sites)
        #expect(convened.sites == office.sites.count)
        #expect(convened.conflicts.contains { $0.with == "Giao ban tuần" })
    }

    @Test func `convenes once when its form is sent twice`() async throws {
        let office = try await Office()
        let first = try await office.convene(office.sites, key: "a")
        let acts = try await office.acts()
        let second = try await office.convene(office.sites, key: "a")
        #expect(second.occurrence == first.occurrence && second.sites == first.sites)
        #expect(try await office.acts() == acts)
        #expect(try await office.ringing(office.sites[0]).alerts.count == 1)
    }

    @Test func `may be convened by secretaries and chairs over all of its units and by nobody else`() async throws {
        let office = try await Office()
        await #expect(throws: ActError.self) { try await office.convene(office.sites, as: office.delegate) }
        #expect(try await office.convene(office.sites, as: office.chair).sites == office.sites.count)
        let district = try #require(office.scheduler.directory.sites[try office.baBe]?.unit)
        var person = office.delegate.person
        person.grants = [Grant(role: .secretary, unit: district)]
        let secretary = office.scheduler.caller(person)
        await #expect(throws: ActError.self) { try await office.convene(office.sites, as: secretary) }
        var form = SchedulerService.EmergencyForm()
        form.title = "Sạt lở"
        form.all = true
        // The district with its two communes.
        #expect(try await office.scheduler.convene(form, key: nil, as: secretary).sites == 3)
        form.all = nil
        form.units = [district]
        #expect(try await office.scheduler.convene(form, key: nil, as: secretary).sites == 3)
    }

    @Test func `leaves out sites that are out of use`() async throws {
        let office = try await Office()
        _ = try await office.scheduler.store.write { writing in
            guard var site = try writing.reading.site(office.sites[2]) else { return }
            site.isActive = false
            try writing.update(site)
        }
        try await office.scheduler.directoryChanged()
        #expect(try await office.convene(office.sites).sites == office.sites.count - 1)
    }

    @Test func `counts an answer of a unit's person for the unit's site`() async throws {
        let office = try await Office()
        let site = try office.baBe
        let convened = try await office.convene(office.sites)
        let listener = SiteCaller.person(office.delegate)
        let alert = try #require(try await office.scheduler.ringing(for: listener, after: nil).alerts.first)
        #expect(alert.seat == "s\(site)")
        let link = try await office.scheduler.acknowledge(alert.id, .init(answer: "coming"), as: listener)
        #expect(link.url.hasPrefix("/r/\(alert.room)?token="))
        let shown = try #require(try await office.emergency(convened.occurrence).sites.first { $0.site == site })
        #expect(shown.state == .acknowledged && shown.by == office.delegate.person.name && shown.how == .coming)
        #expect(try await office.ringing(site).alerts.map(\.acknowledged) == [true])
        #expect(try await office.states(convened.occurrence).values.count { $0 == .rung } == office.sites.count - 1)
    }

    @Test func `does not ring at whoever convenes it`() async throws {
        let office = try await Office()
        _ = try await office.convene(office.sites, as: office.chair)
        #expect(try await office.scheduler.ringing(for: .person(office.chair), after: nil).alerts.isEmpty)
        let top = office.sites[0]
        #expect(try await office.ringing(top).alerts.count == 1)
    }

    @Test func `holds a site for joined when it is connected, not when it asks for its way in`() async throws {
        let office = try await Office()
        let convened = try await office.convene(office.sites)
        _ = try await office.scheduler.join(convened.occurrence, as: office.delegate)
        #expect(try await office.states(convened.occurrence)[try office.baBe] == .rung)
        let actor = try await office.scheduler.actor(in: convened.occurrence, as: office.delegate)
        try await office.scheduler.noteConnected(actor, in: convened.occurrence)
        let detail = try await office.emergency(convened.occurrence)
        #expect(detail.counts.joined == 1 && detail.counts.acknowledged == 1)
        #expect(detail.counts.missing == office.sites.count - 1)
        #expect(try await office.states(convened.occurrence)[try office.baBe] == .joined)
    }

    @Test func `has a device for joined once it is connected after its answer`() async throws {
        let office = try await Office()
        let convened = try await office.convene(office.sites)
        let id = try #require(try await office.ringing(office.sites[3]).alerts.first?.id)
        _ = try await office.scheduler.acknowledge(id, .init(answer: "device"), as: .device(office.sites[3]))
        #expect(try await office.states(convened.occurrence)[office.sites[3]] == .acknowledged)
        let device = Actor(seat: .site(office.sites[3]), role: .delegate, name: "", isDevice: true)
        for _ in 0..<2 {
            office.advance(seconds: 5)
            try await office.scheduler.noteConnected(device, in: convened.occurrence)
        }
        let shown = try #require(
            try await office.emergency(convened.occurrence).sites.first { $0.site == office.sites[3] })
        #expect(shown.state == .joined && shown.how == .device)
        #expect(shown.joinedAt == shown.rungAt + 5000)
    }

    @Test func `rings the missing once more, and only them`() async throws {
        let office = try await Office()
        let convened = try await office.convene(office.sites)
        let id = try #require(try await office.ringing(office.sites[0]).alerts.first?.id)
        _ = try await office.scheduler.acknowledge(id, .init(answer: "coming"), as: .device(office.sites[0]))
        office.advance(seconds: 60)
        let rung = try await office.scheduler.ringAgain(convened.occurrence, .init(), as: office.secretary)
        #expect(rung.sites == office.sites.count - 1)
        let rings = Dictionary(
            uniqueKeysWithValues: try await office.emergency(convened.occurrence).sites.map { ($0.site, $0.rings) })
        #expect(rings[office.sites[0]] == 1)
        #expect(office.sites.dropFirst().allSatisfy { rings[$0] == 2 })
        let one = try await office.scheduler.ringAgain(
            convened.occurrence, .init(sites: [office.sites[1]]), as: office.secretary)
        #expect(one.sites == 1)
        #expect(try await office.ringing(office.sites[1]).alerts.map(\.rings) == [3])
    }

    @Test func `writes again to those who are silent, and to none of them twice in two minutes`() async throws {
        let office = try await Office()
        let convened = try await office.convene(office.sites)
        let id = try #require(try await office.ringing(office.sites[0]).alerts.first?.id)
        _ = try await office.scheduler.acknowledge(id, .init(answer: "coming"), as: .device(office.sites[0]))
        let first = try await office.letters()
        func ring(_ sites: [SiteID]? = nil, after seconds: Int) async throws -> Int {
            office.advance(seconds: seconds)
            let before = try await office.letters()
            _ = try await office.scheduler.ringAgain(
                convened.occurrence, .init(sites: sites), as: office.secretary)
            return try await office.letters() - before
        }
        #expect(try await ring(after: 119) == 0)
        #expect(try await ring(after: 1) == office.sites.count - 1)
        #expect(try await ring(after: 60) == 0)
        // Of those that are rung by name, who has answered has read theirs.
        #expect(try await ring([office.sites[0], office.sites[1]], after: 60) == 1)
        #expect(try await office.letters() == first + office.sites.count)
    }

    @Test func `asks for a new answer from a site that is rung by name after it had answered`() async throws {
        let office = try await Office()
        let convened = try await office.convene(office.sites)
        let site = office.sites[0]
        let id = try #require(try await office.ringing(site).alerts.first?.id)
        _ = try await office.scheduler.acknowledge(id, .init(answer: "coming"), as: .person(office.chair))
        #expect(try await office.states(convened.occurrence)[site] == .acknowledged)
        _ = try await office.scheduler.ringAgain(convened.occurrence, .init(sites: [site]), as: office.secretary)
        #expect(try await office.states(convened.occurrence)[site] == .rung)
        #expect(try await office.ringing(site).alerts.map(\.acknowledged) == [false])
    }

    @Test func `rings nobody after its end or its time, and is not rung again`() async throws {
        let office = try await Office()
        let convened = try await office.convene(office.sites)
        let id = try #require(try await office.ringing(office.sites[0]).alerts.first?.id)
        try await office.scheduler.endEmergency(convened.occurrence, as: office.secretary)
        #expect(try await office.ringing(office.sites[0]).alerts.isEmpty)
        await #expect(throws: ActError.self) {
            try await office.scheduler.ringAgain(convened.occurrence, .init(), as: office.secretary)
        }
        await #expect(throws: ActError.self) {
            try await office.scheduler.acknowledge(id, .init(answer: "coming"), as: .device(office.sites[0]))
        }
        let late = try await office.convene(office.sites)
        office.advance(seconds: SchedulerService.emergencyMinutes * 60)
        #expect(try await office.ringing(office.sites[0]).alerts.isEmpty)
        #expect(try await office.emergency(late.occurrence).active == false)
    }

    @Test func `is shown to who may lead it and is not there for others`() async throws {
        let office = try await Office()
        let convened = try await office.convene(office.sites)
        #expect(try await office.scheduler.emergency(convened.occurrence, as: office.chair).sites.count == 6)
        await #expect(throws: ActError.self) {
            try await office.scheduler.emergency(convened.occurrence, as: office.delegate)
        }
        #expect(try await office.scheduler.emergencies(as: office.chair).map(\.occurrence) == [convened.occurrence])
    }
}

@Suite struct `A technician's call` {
    @Test func `rings the site's device and its technicians, and leads both into one room`() async throws {
        let office = try await Office()
        let site = try office.baBe
        let link = try await office.scheduler.talk(to: site, as: office.secretary)
        let alert = try #require(try await office.ringing(site).alerts.first)
        #expect(alert.kind == .technician && link.url.hasPrefix("/r/\(alert.room)?token="))
        #expect(try await office.scheduler.ringing(for: .person(office.delegate), after: nil).alerts.isEmpty)
        let unit = try #require(office.scheduler.directory.sites[site]?.unit)
        var person = office.delegate.person
        person.grants = [Grant(role: .technician, unit: unit)]
        let technician = SiteCaller.person(office.scheduler.caller(person))
        #expect(try await office.scheduler.ringing(for: technician, after: nil).alerts.map(\.id) == [alert.id])
        let again = try await office.scheduler.talk(to: site, as: office.secretary)
        #expect(again.url.hasPrefix("/r/\(alert.room)?"))
        #expect(try await office.ringing(site).alerts.map(\.rings) == [2])
        office.advance(seconds: SchedulerService.talkSeconds)
        #expect(try await office.ringing(site).alerts.isEmpty)
        await #expect(throws: ActError.self) { try await office.scheduler.talk(to: site, as: office.delegate) }
    }
}

@Suite struct `An open room` {
    @Test func `is told to the devices of its sites, once, and to no page`() async throws {
        let office = try await Office()
        let site = try office.baBe
        let booked = try await office.book(office.form("Giao ban", "2027-01-04T07:30", sites: [site]))
        let known = try await office.ringing(site).version
        try await office.act("open", in: booked.occurrence)
        let told = try await office.ringing(site)
        #expect(told.version > known && told.alerts.map(\.kind) == [.open])
        #expect(try await office.scheduler.ringing(for: .person(office.delegate), after: nil).alerts.isEmpty)
        #expect(try await office.act("open", in: booked.occurrence)?.code == "opened")
        #expect(try await office.ringing(site).version == told.version)
    }

    @Test func `is taken back when its chair ends the meeting`() async throws {
        let office = try await Office()
        let site = try office.baBe
        let booked = try await office.book(office.form("Giao ban", "2027-01-04T07:30", sites: [site]))
        try await office.act("open", in: booked.occurrence)
        let known = try await office.ringing(site).version
        try await office.act("close", in: booked.occurrence)
        let told = try await office.ringing(site)
        #expect(told.version > known && told.alerts.isEmpty)
    }
}

@Suite(.timeLimit(.minutes(1))) struct `Who waits for alerts` {
    @Test func `is told when their own site rings and not when another's does`() async throws {
        let office = try await Office()
        let (rung, other) = (office.sites[1], office.sites[2])
        let board = office.scheduler.alertBoard
        let known = try await office.ringing(rung).version
        #expect(try await office.ringing(other).version == known)
        async let told: Void = board.wait(for: [rung], after: known, atMost: .seconds(3600))
        _ = try await office.convene([rung])
        await told
        #expect(try await office.scheduler.ringing(for: .device(rung), after: known).alerts.count == 1)
        #expect(await board.version(of: [rung]) > known)
        #expect(await board.version(of: [other]) == known)
    }

    @Test func `with a version of another server gets the whole at once`() async throws {
        let office = try await Office()
        let known = try await office.ringing(office.sites[0]).version
        for unknown in [0, known - 1, known + 1, Int.max, Int.min] {
            _ = try await office.scheduler.ringing(for: .device(office.sites[0]), after: unknown)
        }
    }

    @Test func `is let go when their time is over, when they leave and when the server ends`() async throws {
        let board = AlertBoard(started: 1)
        let site = SiteID(1)
        let version = await board.version(of: [site])
        await board.wait(for: [site], after: version, atMost: .milliseconds(1))
        let leaving = Task { await board.wait(for: [site], after: version, atMost: .seconds(3600)) }
        leaving.cancel()
        await leaving.value
        let waiting = Task { await board.wait(for: [site], after: version, atMost: .seconds(3600)) }
        await board.stop()
        await waiting.value
    }

    @Test func `as a device needs a token that is not revoked`() async throws {
        let office = try await Office()
        let administrator = try #require(
            try await office.scheduler.store.read { try $0.person(email: "quantri@backan.example") })
        let caller = office.scheduler.caller(administrator)
        let made = try await office.scheduler.addDeviceToken(.init(name: "Kiosk"), of: office.sites[1], as: caller)
        #expect(try await office.scheduler.device(bearer: made.token).site == office.sites[1])
        try await office.scheduler.revokeDeviceToken(made.id, as: caller)
        await #expect(throws: ActError.self) { try await office.scheduler.device(bearer: made.token) }
        await #expect(throws: ActError.self) { try await office.scheduler.device(bearer: "x") }
    }
}
