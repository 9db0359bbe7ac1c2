/// Something that makes sites ring: their devices, and the signed-in pages of their people.
public struct Alert: Hashable, Sendable {
    /// Why it rings.
    public enum Kind: String, Sendable, Codable, CaseIterable {
        /// Triệu tập khẩn: an emergency briefing that begins now.
        case emergency
        /// A technician wants to talk to the site.
        case technician
        /// A room to which the site is invited is open: devices join by themselves.
        case open
    }

    public var id: AlertID
    public var kind: Kind
    /// The meeting it calls to; nil for a technician's call.
    public var occurrence: OccurrenceID?
    /// The call it leads into.
    public var room: String
    public var title: String
    public var message: String
    /// Unix seconds.
    public var raisedAt: Int
    /// Nil for what the system raised by itself.
    public var raisedBy: PersonID?
    /// Unix seconds from which nobody rings for it any more, ended or not.
    public var expiresAt: Int
    /// Unix seconds; nil while it rings.
    public var endedAt: Int?

    public init(
        id: AlertID = AlertID(0), kind: Kind, occurrence: OccurrenceID?, room: String, title: String, message: String,
        raisedAt: Int, raisedBy: PersonID?, expiresAt: Int, endedAt: Int? = nil
    ) {
        self.id = id
        self.kind = kind
        self.occurrence = occurrence
        self.room = room
        self.title = title
        self.message = message
        self.raisedAt = raisedAt
        self.raisedBy = raisedBy
        self.expiresAt = expiresAt
        self.endedAt = endedAt
    }

    public func isActive(at now: Int) -> Bool { endedAt == nil && now < expiresAt }
}

public typealias AlertID = Identifier<Alert>

/// One site that an alert rings.
public struct RungSite: Hashable, Sendable {
    /// Who or what answered.
    public enum Answer: String, Sendable, Codable {
        /// Somebody of the site's unit, on a page.
        case coming
        /// The site's device by itself.
        case device
    }

    /// How far a site has come; each is more than the one before.
    public enum Progress: String, Sendable, Codable, CaseIterable { case rung, acknowledged, joined }

    public var site: SiteID
    /// Unix seconds of the newest ring.
    public var rungAt: Int
    /// 1, and one more with each time that it was rung again.
    public var rings: Int
    /// Unix seconds of the answer to the newest ring; nil before.
    public var acknowledgedAt: Int?
    /// `person 7` or `site 12`.
    public var acknowledgedBy: String?
    public var how: Answer?

    public init(
        site: SiteID, rungAt: Int, rings: Int = 1, acknowledgedAt: Int? = nil, acknowledgedBy: String? = nil,
        how: Answer? = nil
    ) {
        self.site = site
        self.rungAt = rungAt
        self.rings = rings
        self.acknowledgedAt = acknowledgedAt
        self.acknowledgedBy = acknowledgedBy
        self.how = how
    }

    /// Whoever has joined is there, whether they had answered before or not.
    /// - Parameter joinedAt: Unix seconds; nil where the site has not joined.
    public func progress(joinedAt: Int?) -> Progress {
        if joinedAt != nil { return .joined }
        return acknowledgedAt == nil ? .rung : .acknowledged
    }
}
