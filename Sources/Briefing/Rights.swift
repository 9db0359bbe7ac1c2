/// Whoever acts, and what they may do: the one place where rights are decided.
///
/// | right | who has it |
/// |---|---|
/// | read the directory, free and busy times | everybody who has signed in |
/// | edit units, sites, people, holidays, settings | administrator, in the unit or above it |
/// | book, edit, cancel, invite, take attendance | secretary or administrator, in the organising unit or above it |
/// | read a meeting, its papers, recordings and invitees | secretary, chair, administrator, auditor or technician in the organising unit or above it; its chair and the people it invites; everybody of an invited unit; secretaries above an invited unit |
/// | take a copy of a recording, or of a passage of it, with their name in its picture | secretary, chair, administrator or auditor in the organising unit or above it; the meeting's chair |
/// | be its technician: see who is there and how, decide nothing | technician in the organising unit or above it who is not invited and answers for no invited site of their own |
/// | keep a meeting's minutes; read them while it runs | secretary or chair in the organising unit or above it; its chair |
/// | read its minutes, roll and votes when it is over | whoever reads the meeting, but not for being a technician above |
/// | read all of its dossier, with letters and acts, and take it out | secretary, auditor or administrator, in the organising unit or above it |
/// | decide how long recordings are kept on, propose that they be destroyed | secretary or administrator, in the organising unit or above it |
/// | confirm that a recording is destroyed, which another has proposed | secretary, chair or administrator, in the organising unit or above it |
/// | hold recordings, release holds, have recordings checked | secretary, administrator or auditor, in the organising unit or above it |
/// | read dossiers that were brought in from elsewhere | secretary, auditor or administrator at the top of the tree |
/// | lay out a paper's approval, stand in for whoever has | secretary or administrator, in the organising unit or above it |
/// | follow a paper's approval, comment on it | the same; everybody who has or had a part in it, who thereby also reads the paper |
/// | answer for a site | secretary, chair or delegate in its unit; secretaries above it |
/// | technicians' lists, device tokens | technician in the unit or above it, administrator |
/// | convene in an emergency | secretary or chair, in the convening unit or above it: the sites of that unit and below |
/// | see which sites of a meeting are ready | secretary, technician or administrator in the organising unit or above it: all sites; in a site's unit or above it: that site |
/// | check a site's line and devices | everybody with a role in its unit, or who works there with any role; technicians above it; its device |
/// | reports | secretary, chair, auditor, administrator: of the unit and below it |
/// | the chain of acts | administrator or auditor at the top of the tree |
public struct Rights: Sendable {
    public let person: PersonID
    public let home: UnitID
    public let grants: [Grant]
    private let tree: UnitTree

    public init(person: PersonID, home: UnitID, grants: [Grant], tree: UnitTree) {
        self.person = person
        self.home = home
        self.grants = grants
        self.tree = tree
    }

    /// Whether one of the roles is held in `unit` or above it.
    public func holds(_ roles: Set<Role>, over unit: UnitID) -> Bool {
        grants.contains { roles.contains($0.role) && tree.isWithin(unit, $0.unit) }
    }

    /// Whether one of the roles is held anywhere.
    public func holds(_ roles: Set<Role>) -> Bool { grants.contains { roles.contains($0.role) } }

    private func holdsAtTop(_ roles: Set<Role>) -> Bool {
        grants.contains { roles.contains($0.role) && tree.parent(of: $0.unit) == nil }
    }

    public func mayEditDirectory(of unit: UnitID) -> Bool { holds([.administrator], over: unit) }

    /// Holidays, limits, the names in letters: of the whole province.
    public var mayEditSettings: Bool { holdsAtTop([.administrator]) }

    public var mayReadAudit: Bool { holdsAtTop([.administrator, .auditor]) }

    /// Nobody gives more than they have: an administrator, the roles of units under their hand.
    public func mayGrant(_ grant: Grant) -> Bool { holds([.administrator], over: grant.unit) }

    public func mayBook(for organiser: UnitID) -> Bool { holds([.secretary, .administrator], over: organiser) }

    public var mayBookAtAll: Bool { holds([.secretary, .administrator]) }

    public func mayRead(_ audience: Audience) -> Bool {
        maySupport(audience.organiser) || isConcerned(by: audience)
    }

    /// Whether somebody may be the technician of what a unit holds.
    public func maySupport(_ organiser: UnitID) -> Bool { holds([.technician], over: organiser) }

    /// Whether what a meeting decides is somebody's to know.
    private func isConcerned(by audience: Audience) -> Bool {
        if holds([.secretary, .chair, .administrator, .auditor], over: audience.organiser) { return true }
        if audience.chair == person || audience.people.contains(person) { return true }
        return audience.units.contains { isOf($0) || holds([.secretary, .administrator], over: $0) }
    }

    /// Whoever leads a meeting, and those who write down what it decides.
    public func mayKeepMinutes(of audience: Audience) -> Bool {
        audience.chair == person || holds([.secretary, .chair], over: audience.organiser)
    }

    /// Who may watch a recording may not for that take it away: a copy is for those who keep the meeting's records.
    public func mayCopyRecording(of audience: Audience) -> Bool {
        audience.chair == person || holds([.secretary, .chair, .administrator, .auditor], over: audience.organiser)
    }

    /// - Parameter hasPart: whether somebody has or had a part in the route.
    public func mayFollowApproval(organiser: UnitID, hasPart: Bool) -> Bool { hasPart || mayBook(for: organiser) }

    public func mayReadMinutes(of audience: Audience, isOver: Bool) -> Bool {
        mayKeepMinutes(of: audience) || (isOver && isConcerned(by: audience))
    }

    /// Whether a meeting's letters and acts are somebody's to read, and its dossier to take out.
    public func mayReadWholeDossier(of organiser: UnitID) -> Bool {
        holds([.secretary, .auditor, .administrator], over: organiser)
    }

    /// Whether somebody says what becomes of a unit's recordings when their time is over.
    public func mayDecideRecords(of organiser: UnitID) -> Bool { holds([.secretary, .administrator], over: organiser) }

    /// Whether somebody may be the second who says that a recording is destroyed.
    public func mayConfirmDestruction(of organiser: UnitID) -> Bool {
        holds([.secretary, .chair, .administrator], over: organiser)
    }

    /// Whether somebody may stop a recording from being destroyed: an inspection needs no one's consent.
    public func mayHoldRecords(of organiser: UnitID) -> Bool {
        holds([.secretary, .administrator, .auditor], over: organiser)
    }

    private static let recordKeepers: Set<Role> = [.secretary, .chair, .administrator, .auditor]

    /// Whether somebody may see which of a unit's recordings are kept how long.
    public func mayFollowRecords(of organiser: UnitID) -> Bool { holds(Self.recordKeepers, over: organiser) }

    public var mayFollowRecordsAtAll: Bool { holds(Self.recordKeepers) }

    /// Dossiers of other servers: whose they were nobody here can ask.
    public var mayReadImportedDossiers: Bool { holdsAtTop([.secretary, .auditor, .administrator]) }

    public func mayAnswer(for unit: UnitID) -> Bool {
        (isOf(unit) && holds([.secretary, .chair, .delegate, .administrator]))
            || holds([.secretary, .administrator], over: unit)
    }

    /// Whether somebody belongs to a unit: works there, or has a role in just it.
    public func isOf(_ unit: UnitID) -> Bool { home == unit || grants.contains { $0.unit == unit } }

    public func maySeeTechnicians(of unit: UnitID) -> Bool {
        holds([.technician, .administrator, .secretary], over: unit)
    }

    /// Whether somebody may call the sites of a unit together in an emergency (triệu tập khẩn).
    public func mayConvene(_ unit: UnitID) -> Bool { holds([.secretary, .chair], over: unit) }

    /// The units, tops of subtrees, whose sites somebody may call together.
    public var conveningTops: [UnitID] {
        Array(Set(grants.filter { [.secretary, .chair].contains($0.role) }.map(\.unit))).sorted()
    }

    /// Whether a site of the unit is shown on the board of a meeting that `organiser` holds.
    public func maySeeReadiness(of unit: UnitID, organiser: UnitID) -> Bool {
        maySeeTechnicians(of: organiser) || maySeeTechnicians(of: unit)
    }

    /// A check is made where the site is: by its own people, or by a technician who has come.
    public func mayCheckSite(of unit: UnitID) -> Bool {
        (isOf(unit) && !grants.isEmpty) || holds([.technician], over: unit)
    }

    public func mayReport(on unit: UnitID) -> Bool {
        holds([.secretary, .chair, .auditor, .administrator], over: unit)
    }

    /// The units, tops of subtrees, that somebody's reports are about.
    public var reportTops: [UnitID] {
        Array(Set(grants.filter { [.secretary, .chair, .auditor, .administrator].contains($0.role) }.map(\.unit)))
            .sorted()
    }
}

/// Whom a meeting concerns.
public struct Audience: Sendable {
    public var organiser: UnitID
    public var chair: PersonID?
    public var people: Set<PersonID>
    /// Units of the invited sites.
    public var units: Set<UnitID>

    public init(organiser: UnitID, chair: PersonID?, people: Set<PersonID>, units: Set<UnitID>) {
        self.organiser = organiser
        self.chair = chair
        self.people = people
        self.units = units
    }
}
