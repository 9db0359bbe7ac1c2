import ICalendar
import Testing

@testable import Briefing

struct ReportOnlineShareTests {
    typealias Report = OnlineShareReport

    static let units = [
        unit(1, "UBND tỉnh", "committee"),
        unit(2, below: 1, "Sở Tài chính", "department"),
        unit(3, below: 1, "Huyện Ba Bể", "district"),
        unit(4, below: 3, "Xã Địa Linh", "commune"),
        unit(5, below: 3, "Xã Yến Dương", "commune"),
    ]

    static func unit(_ id: Int, below parent: Int? = nil, _ name: String, _ kind: String) -> Briefing.Unit {
        Briefing.Unit(
            id: UnitID(Int64(id)), code: "u\(id)", name: name, kind: kind, parent: parent.map { UnitID(Int64($0)) })
    }

    static func day(_ day: Int) -> LocalDate { LocalDate(year: 2026, month: 11, day: day) ?? LocalDate(dayNumber: 0) }

    static func briefing(
        _ id: Int, of unit: Int, on date: LocalDate = day(9), _ form: MeetingForm = .online,
        _ attendance: [Int: Attendance] = [:]
    ) -> Report.HeldBriefing {
        Report.HeldBriefing(
            id: OccurrenceID(Int64(id)), organiser: UnitID(Int64(unit)),
            start: LocalDateTime(minuteNumber: date.dayNumber * 1440 + 450), form: form,
            invited: attendance.sorted { $0.key < $1.key }.map {
                Report.InvitedSite(
                    site: SiteID(Int64($0.key * 10)), unit: UnitID(Int64($0.key)), attendance: $0.value)
            })
    }

    static func report(_ briefings: [Report.HeldBriefing], targets: OnlineShareTargets = OnlineShareTargets()) -> Report
    {
        Report(units: units, briefings: briefings, from: day(1), to: day(30), targets: targets)
    }

    @Test func `online and mixed meetings count as online, for the unit that organises`() throws {
        let report = Self.report([
            Self.briefing(1, of: 3), Self.briefing(2, of: 3, .mixed), Self.briefing(3, of: 3, .inPerson),
        ])
        let row = try #require(report.rows.first { $0.unit.id.rawValue == 3 })
        #expect((row.own.held, row.own.online) == (3, 2))
        #expect(row.own.share == 2.0 / 3)
        #expect(row.met == false && row.target == 0.7)
        #expect(
            report.rows.filter { $0.unit.id.rawValue != 3 }.allSatisfy {
                $0.own.held == 0 && $0.met == nil && $0.own.share == nil
            })
        #expect((report.total.held, report.total.online) == (3, 2))
    }

    @Test func `the first and the last day belong to the period, their neighbours do not, and no meeting counts twice`()
    {
        let report = Self.report([
            Self.briefing(1, of: 2, on: Self.day(1)), Self.briefing(2, of: 2, on: Self.day(30)),
            Self.briefing(3, of: 2, on: Self.day(1).adding(days: -1)),
            Self.briefing(4, of: 2, on: Self.day(30).adding(days: 1)),
            Self.briefing(1, of: 2, on: Self.day(1)),
        ])
        #expect(report.total.held == 2)
    }

    @Test
    func
        `attendance counts for the invited unit; a site the roll call left out was absent; without a roll call nobody was`()
        throws
    {
        let report = Self.report([
            Self.briefing(1, of: 1, .online, [2: .online, 3: .late, 4: .absent, 5: .none]),
            Self.briefing(2, of: 1, .online, [2: .inPerson, 3: .inPerson, 4: .late]),
            Self.briefing(3, of: 1, .online, [2: .none, 3: .none]),
        ])
        func own(_ id: Int) throws -> Report.Figures {
            try #require(report.rows.first { $0.unit.id.rawValue == id }).own
        }
        #expect(try (own(2).invited, own(2).called, own(2).attended, own(2).onTime) == (3, 2, 2, 2))
        #expect(try own(3).attendance == 1 && own(3).onTimeShare == 0.5)
        #expect(try own(4).attendance == 0.5 && own(4).onTimeShare == 0)
        #expect(try own(5).attendance == 0 && own(5).onTimeShare == nil)
        #expect((report.total.invited, report.total.called, report.total.attended, report.total.onTime) == (9, 7, 5, 3))
    }

    @Test func `a unit's subtree has its own figures and those of all below it, each once`() throws {
        let report = Self.report([
            Self.briefing(1, of: 1), Self.briefing(2, of: 3), Self.briefing(3, of: 4),
            Self.briefing(4, of: 5, .inPerson),
        ])
        #expect(report.rows.map(\.unit.id.rawValue) == [1, 2, 3, 4, 5])
        #expect(report.rows.map(\.depth) == [0, 1, 1, 2, 2])
        #expect(report.rows.map(\.subtree.held) == [4, 0, 3, 1, 1])
        #expect(report.rows.map(\.subtree.online) == [3, 0, 2, 1, 0])
        #expect(report.rows.first?.subtree == report.total)
    }

    @Test(arguments: [(9, 10, true), (89, 100, false), (90, 100, true), (899, 1000, false), (0, 1, false)])
    func `a target is reached in whole numbers`(online: Int, held: Int, met: Bool) throws {
        let report = Self.report((0..<held).map { Self.briefing($0, of: 2, $0 < online ? .online : .inPerson) })
        #expect(report.rows.first { $0.unit.id.rawValue == 2 }?.met == met)
    }

    @Test func `targets go by kind of unit, can be set, and are held to 0 to 100`() {
        let defaults = OnlineShareTargets()
        #expect(
            ["committee", "party", "department", "district", "commune", "ward"].map(defaults.percent) == [
                95, 95, 90, 70, 50, 50,
            ])
        let own = OnlineShareTargets(byKind: ["commune": 120, "district": -3], others: 60)
        #expect(["commune", "district", "party"].map(own.percent) == [100, 0, 60])
    }

    @Test func `circles, strangers and doubles in the tree lose no figure and no unit`() {
        let units = [
            Self.unit(1, below: 2, "a", "x"), Self.unit(2, below: 1, "b", "x"),
            Self.unit(3, below: 99, "c", "x"), Self.unit(4, below: 4, "d", "x"),
            Self.unit(4, "d again", "x"),
        ]
        let report = Report(
            units: units, briefings: [Self.briefing(1, of: 1), Self.briefing(2, of: 77), Self.briefing(3, of: 2)],
            from: Self.day(1), to: Self.day(30))
        #expect(Set(report.rows.map(\.unit.id.rawValue)) == [1, 2, 3, 4] && report.rows.count == 4)
        #expect(report.total.held == 3)
        #expect(report.rows.map(\.own.held).reduce(0, +) == 2)
    }

    @Test func `a reader of some units sees no figure of others, not even in the total`() {
        let units = [Self.unit(2, "b", "x"), Self.unit(3, below: 2, "c", "x")]
        let report = Report(
            units: units, briefings: [Self.briefing(1, of: 1), Self.briefing(2, of: 3), Self.briefing(3, of: 77)],
            from: Self.day(1), to: Self.day(30), countsOthers: false)
        #expect(report.total == report.rows.map(\.own).reduce(Report.Figures(), +))
        #expect(report.total.held == 1)
    }

    @Test func `a chain of 100,000 units does not exhaust the stack`() {
        let units = (0..<100_000).map { Self.unit($0, below: $0 == 0 ? nil : $0 - 1, "", "") }
        let report = Report(
            units: units, briefings: [Self.briefing(1, of: 99_999)], from: Self.day(1), to: Self.day(30))
        #expect(report.rows.first?.subtree.held == 1 && report.rows.last?.depth == 99_999)
    }

    @Test func `figures add up: the rows' own, the roots' subtrees and the total agree, whatever was held`() {
        // Numerical Recipes' linear congruence: the same meetings on each run.
        var state: UInt32 = 1
        func next(_ count: Int) -> Int {
            state = state &* 1_664_525 &+ 1_013_904_223
            return Int(state >> 16) % count
        }
        let attendances: [Attendance] = [.none, .online, .inPerson, .late, .absent]
        for _ in 0..<50 {
            let briefings = (0..<next(60)).map { id in
                Self.briefing(
                    id, of: next(5) + 1, MeetingForm.allCases[next(3)],
                    Dictionary(uniqueKeysWithValues: (1...5).map { ($0, attendances[next(5)]) }))
            }
            let report = Self.report(briefings)
            #expect(report.rows.map(\.own).reduce(Report.Figures(), +) == report.total)
            #expect(report.rows.first?.subtree == report.total)
            for figures in report.rows.map(\.own) {
                #expect(figures.online <= figures.held && figures.called <= figures.invited)
                #expect(figures.attended <= figures.called && figures.onTime <= figures.attended)
            }
        }
    }

    @Test func `a line of the CSV file has its columns, shares with a point, and nothing where there is nothing`() {
        let rows = Self.report([
            Self.briefing(1, of: 2, .online, [3: .late]), Self.briefing(2, of: 2), Self.briefing(3, of: 2, .inPerson),
        ]).csvRows
        #expect(rows.count == 6 && rows.allSatisfy { $0.count == Report.csvHeader.count })
        #expect(rows[1] == ["Sở Tài chính", "department", "3", "2", "66.6", "90", "Chưa đạt", "0", "0", "0", "", ""])
        #expect(rows[2] == ["Huyện Ba Bể", "district", "0", "0", "", "70", "", "1", "1", "1", "100.0", "0.0"])
        #expect(rows[5] == ["Tổng cộng", "", "3", "2", "66.6", "", "", "1", "1", "1", "100.0", "0.0"])
    }

    @Test func `printed groups go from the committee down, with the share of each, and name what they do not know`() {
        let units = Self.units + [Self.unit(6, "Trường Chính trị", "school")]
        let report = Report(
            units: units, briefings: [Self.briefing(1, of: 4), Self.briefing(2, of: 5, .inPerson)], from: Self.day(1),
            to: Self.day(30))
        #expect(
            report.printedGroups.map(\.title) == [
                "Ủy ban nhân dân tỉnh (1 đơn vị)", "Sở, ban, ngành cấp tỉnh (1 đơn vị)", "Cấp huyện (1 đơn vị)",
                "Cấp xã (2 đơn vị; 1/2 phiên trực tuyến, 50,0%)", "Đơn vị khác (1 đơn vị)",
            ])
        #expect(report.printedGroups[3].rows.map(\.verdict) == ["Đạt", "Chưa đạt"])
        #expect(report.printedGroups[0].rows[0].share == "–" && report.printedGroups[0].rows[0].verdict == "–")
        #expect(report.printedPeriod == "Từ ngày 01/11/2026 đến ngày 30/11/2026")
        #expect(report.printedTotal.verdict == "" && report.printedTotal.share == "50,0%")
    }

    @Test func `a share is never rounded up to its target`() {
        let report = Self.report((0..<10_000).map { Self.briefing($0, of: 2, $0 < 8_999 ? .online : .inPerson) })
        #expect(report.csvRows[1][4] == "89.9" && report.csvRows[1][6] == "Chưa đạt")
        let exact = Self.report((0..<100).map { Self.briefing($0, of: 2, $0 < 29 ? .online : .inPerson) })
        #expect(exact.csvRows[1][4] == "29.0")
    }
}
