import Briefing

/// A meeting of some sites under two districts, for tests.
struct ConductMeeting {
    static let chair = Seat.person(PersonID(1))
    static let chairs = Actor(seat: chair, role: .chair, name: "Chủ tịch")
    static let secretary = Actor(seat: .person(PersonID(2)), role: .secretary, name: "Thư ký")
    static let start: Int64 = 1_000_000_000

    var conduct: Conduct
    var now = Self.start

    static func site(_ number: Int) -> Actor {
        Actor(seat: .site(SiteID(Int64(number))), role: .delegate, name: "Điểm cầu \(number)")
    }

    init(sites: Int = 6) {
        var seats = (1...sites).map { number in
            ConductPlan.PlannedSeat(
                seat: Self.site(number).seat, name: "Điểm cầu \(number)", unit: UnitID(Int64(100 + number)),
                isInvited: true)
        }
        seats.append(.init(seat: Self.chair, name: "Chủ tịch", unit: UnitID(1), isInvited: false))
        var units = (1...sites).map {
            ConductPlan.PlannedUnit(
                id: UnitID(Int64(100 + $0)), name: "Xã \($0)", parent: UnitID(Int64(10 + $0 % 2)), kind: "commune")
        }
        units += [10, 11].map {
            ConductPlan.PlannedUnit(id: UnitID($0), name: "Huyện \($0)", parent: UnitID(1), kind: "district")
        }
        conduct = Conduct(
            plan: ConductPlan(
                title: "Giao ban", start: Self.start, end: Self.start + 3_600_000, chair: Self.chair, seats: seats,
                units: units,
                agenda: [.init(title: "Mưa lũ", owner: "", minutes: 10), .init(title: "Khác", owner: "", minutes: 5)]))
        conduct.happen(
            .arrive(.init(seat: Self.secretary.seat, name: "Thư ký", unit: UnitID(1), isInvited: false)), at: now)
        for seat in conduct.attendees.keys.sorted() { come(seat) }
    }

    mutating func come(_ seat: Seat) {
        conduct.happen(.presence(seat, isConnected: true, hasMedia: true, isDevice: false), at: now)
    }

    mutating func go(_ seat: Seat) {
        conduct.happen(.presence(seat, isConnected: false, hasMedia: false, isDevice: false), at: now)
    }

    mutating func act(_ act: ConductAct, _ actor: Actor = Self.chairs) throws(ConductRefusal) {
        try conduct.take(act, by: actor, at: now)
    }

    mutating func wait(_ seconds: Int64) {
        now += seconds * 1000
        conduct.happen(.time, at: now)
    }

    /// The code of a refusal; nil where the act is done.
    mutating func refusal(_ act: ConductAct, _ actor: Actor) -> String? {
        do throws(ConductRefusal) {
            try self.act(act, actor)
            return nil
        } catch {
            return error.code
        }
    }
}
