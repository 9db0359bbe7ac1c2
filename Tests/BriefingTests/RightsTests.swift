import Testing

@testable import Briefing

/// The table of `Rights`, row by row: each right, for each role, held in the unit, above it, below it and beside it.
@Suite struct RightsTests {
    enum Place: CaseIterable { case same, above, below, beside }

    /// province ─ district ─ commune, and a district beside it; and a tree of its own, which organises and employs.
    static let province = UnitID(1)
    static let district = UnitID(2)
    static let commune = UnitID(3)
    static let other = UnitID(4)
    static let elsewhere = UnitID(5)
    static let tree = UnitTree([
        Unit(id: province, code: "p", name: "Tỉnh", kind: "committee"),
        Unit(id: district, code: "d", name: "Huyện", kind: "district", parent: province),
        Unit(id: commune, code: "c", name: "Xã", kind: "commune", parent: district),
        Unit(id: other, code: "o", name: "Huyện khác", kind: "district", parent: province),
        Unit(id: elsewhere, code: "e", name: "Nơi làm việc", kind: "department"),
    ])

    /// Somebody who works elsewhere and has one role, seen from the district.
    private func rights(_ role: Role?, _ place: Place, home: UnitID = elsewhere) -> Rights {
        let unit =
            switch place {
            case .same: Self.district
            case .above: Self.province
            case .below: Self.commune
            case .beside: Self.other
            }
        return Rights(
            person: PersonID(9), home: home, grants: role.map { [Grant(role: $0, unit: unit)] } ?? [], tree: Self.tree)
    }

    struct Row: Sendable {
        var name: String
        var here: Set<Role>
        var above: Set<Role>
        var below: Set<Role> = []
        var test: @Sendable (Rights) -> Bool
    }

    static let held = Audience(organiser: district, chair: nil, people: [], units: [])
    static let invited = Audience(organiser: elsewhere, chair: nil, people: [], units: [district])
    static let all = Set(Role.allCases)

    static let rows = [
        Row(name: "edit the directory", here: [.administrator], above: [.administrator]) {
            $0.mayEditDirectory(of: district)
        },
        Row(name: "grant", here: [.administrator], above: [.administrator]) {
            $0.mayGrant(Grant(role: .secretary, unit: district))
        },
        Row(name: "book", here: [.secretary, .administrator], above: [.secretary, .administrator]) {
            $0.mayBook(for: district)
        },
        Row(
            name: "read a meeting that the unit organises",
            here: [.secretary, .chair, .administrator, .auditor, .technician],
            above: [.secretary, .chair, .administrator, .auditor, .technician]
        ) { $0.mayRead(held) },
        Row(
            name: "read the minutes of a meeting that the unit has organised",
            here: [.secretary, .chair, .administrator, .auditor], above: [.secretary, .chair, .administrator, .auditor]
        ) { $0.mayReadMinutes(of: held, isOver: true) },
        // Whoever has a role in just the invited unit belongs to it.
        Row(name: "read a meeting that the unit is invited to", here: all, above: [.secretary, .administrator]) {
            $0.mayRead(invited)
        },
        Row(
            name: "answer", here: [.secretary, .chair, .delegate, .administrator], above: [.secretary, .administrator]
        ) { $0.mayAnswer(for: district) },
        Row(
            name: "see technicians", here: [.technician, .administrator, .secretary],
            above: [.technician, .administrator, .secretary]
        ) { $0.maySeeTechnicians(of: district) },
        Row(
            name: "see whether a site of the unit is ready", here: [.technician, .administrator, .secretary],
            above: [.technician, .administrator, .secretary]
        ) { $0.maySeeReadiness(of: district, organiser: elsewhere) },
        Row(
            name: "see whether the sites of the unit's own meeting are ready",
            here: [.technician, .administrator, .secretary], above: [.technician, .administrator, .secretary]
        ) { $0.maySeeReadiness(of: elsewhere, organiser: district) },
        Row(name: "check a site", here: all, above: [.technician]) { $0.mayCheckSite(of: district) },
        Row(
            name: "report", here: [.secretary, .chair, .auditor, .administrator],
            above: [.secretary, .chair, .auditor, .administrator]
        ) { $0.mayReport(on: district) },
        Row(
            name: "read all of a dossier and take it out", here: [.secretary, .auditor, .administrator],
            above: [.secretary, .auditor, .administrator]
        ) { $0.mayReadWholeDossier(of: district) },
        Row(name: "read imported dossiers", here: [], above: [.secretary, .administrator, .auditor]) {
            $0.mayReadImportedDossiers
        },
        Row(name: "read the chain of acts", here: [], above: [.administrator, .auditor]) { $0.mayReadAudit },
        Row(name: "edit settings", here: [], above: [.administrator]) { $0.mayEditSettings },
    ]

    @Test(arguments: rows) func `Each right is given to the roles of its row, and to no other`(row: Row) {
        for role in Role.allCases {
            for place in Place.allCases {
                let expected =
                    switch place {
                    case .same: row.here.contains(role)
                    case .above: row.above.contains(role)
                    case .below: row.below.contains(role)
                    case .beside: false
                    }
                #expect(row.test(rights(role, place)) == expected, "\(row.name): \(role), \(place)")
            }
        }
        #expect(!row.test(rights(nil, .same)), "\(row.name): nobody")
    }

    @Test func `Whoever works in an invited unit reads, and without a role does not answer for it`() {
        let colleague = rights(nil, .same, home: Self.district)
        #expect(colleague.mayRead(Self.invited))
        #expect(!colleague.mayRead(Self.held))
        #expect(!colleague.mayAnswer(for: Self.district))
        #expect(rights(.delegate, .beside, home: Self.district).mayAnswer(for: Self.district))
    }

    @Test func `Its chair and whoever it invites by name read a meeting`() {
        let nobody = rights(nil, .same)
        var audience = Self.held
        #expect(!nobody.mayRead(audience))
        audience.people = [PersonID(9)]
        #expect(nobody.mayRead(audience))
        audience.people = []
        audience.chair = PersonID(9)
        #expect(nobody.mayRead(audience))
    }

    @Test func `Booking somewhere is not booking everywhere`() {
        #expect(rights(.secretary, .beside).mayBookAtAll)
        #expect(!rights(.secretary, .beside).mayBook(for: Self.district))
        #expect(!rights(.chair, .same).mayBookAtAll)
    }

    @Test func `A ring of parents gives nobody rights and ends`() {
        let ring = UnitTree([
            Unit(id: UnitID(1), code: "a", name: "", kind: "", parent: UnitID(2)),
            Unit(id: UnitID(2), code: "b", name: "", kind: "", parent: UnitID(1)),
            Unit(id: UnitID(3), code: "c", name: "", kind: ""),
        ])
        let rights = Rights(
            person: PersonID(1), home: UnitID(3), grants: [Grant(role: .administrator, unit: UnitID(3))], tree: ring)
        #expect(!rights.mayEditDirectory(of: UnitID(1)))
    }
}
