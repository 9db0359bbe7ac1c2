import ICalendar

/// A node of the administrative tree (đơn vị). The tree's depth is data: levels come and go by law.
public struct Unit: Hashable, Sendable {
    public var id: UnitID
    /// Short and lasting, unique: what lists from elsewhere call it by.
    public var code: String
    public var name: String
    /// `committee`, `party`, `department`, `district`, `commune`, or what the province calls a level.
    public var kind: String
    public var parent: UnitID?
    /// Where letters to the unit go.
    public var email: String?
    public var from: LocalDate?
    /// The first day on which the unit is no more; dossiers keep it.
    public var until: LocalDate?
    /// The unit that took its place.
    public var successor: UnitID?

    public init(
        id: UnitID, code: String, name: String, kind: String, parent: UnitID? = nil, email: String? = nil,
        from: LocalDate? = nil, until: LocalDate? = nil, successor: UnitID? = nil
    ) {
        self.id = id
        self.code = code
        self.name = name
        self.kind = kind
        self.parent = parent
        self.email = email
        self.from = from
        self.until = until
        self.successor = successor
    }

    public func exists(on day: LocalDate) -> Bool {
        (from ?? day) <= day && (until.map { day < $0 } ?? true)
    }
}

/// A place that joins calls for a unit (điểm cầu).
public struct Site: Hashable, Sendable {
    public var id: SiteID
    public var unit: UnitID
    public var name: String
    public var line: SiteLine
    /// `pc`, `room` or `kiosk`.
    public var device: String
    public var technician: Technician
    public var isActive: Bool

    public init(
        id: SiteID, unit: UnitID, name: String, line: SiteLine, device: String, technician: Technician = Technician(),
        isActive: Bool = true
    ) {
        self.id = id
        self.unit = unit
        self.name = name
        self.line = line
        self.device = device
        self.technician = technician
        self.isActive = isActive
    }
}

/// A site's access (đường truyền), as the contract with the carrier says it.
public struct SiteLine: Hashable, Sendable, Codable {
    /// The name of a kind of line: `leased-2m`, `adsl-typical`.
    public var kind: String
    /// kbit/s to the site.
    public var down: Int
    /// kbit/s from the site.
    public var up: Int

    public init(kind: String, down: Int, up: Int) {
        self.kind = kind
        self.down = down
        self.up = up
    }
}

/// Whom to ring when a site does not answer.
public struct Technician: Hashable, Sendable, Codable {
    public var name: String
    public var phone: String
    public var email: String

    public init(name: String = "", phone: String = "", email: String = "") {
        self.name = name
        self.phone = phone
        self.email = email
    }
}
