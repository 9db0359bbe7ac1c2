/// Who takes part in one meeting: a site, or a person who is invited or leads.
///
/// Written `s12` and `p5`: the letter of the kind and the number in the directory.
public enum Seat: Hashable, Comparable, Sendable {
    case site(SiteID)
    case person(PersonID)

    public init?(_ text: some StringProtocol) {
        guard let kind = text.first, let number = Int64(text.dropFirst()), number > 0, text.utf8.count <= 20,
            text.dropFirst().utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        switch kind {
        case "s": self = .site(SiteID(number))
        case "p": self = .person(PersonID(number))
        default: return nil
        }
    }

    /// Whom an invitation to this seat would name.
    public var invitee: Invitee {
        switch self {
        case .site(let id): .site(id)
        case .person(let id): .person(id)
        }
    }

    public var asSite: SiteID? { if case .site(let id) = self { id } else { nil } }

    public static func < (left: Seat, right: Seat) -> Bool {
        switch (left, right) {
        case (.site(let a), .site(let b)): a < b
        case (.person(let a), .person(let b)): a < b
        case (.site, .person): true
        case (.person, .site): false
        }
    }
}

extension Seat: CustomStringConvertible {
    public var description: String {
        switch self {
        case .site(let id): "s\(id)"
        case .person(let id): "p\(id)"
        }
    }
}

extension Seat: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let seat = Seat(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a seat: \(text.prefix(24))")
        }
        self = seat
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// Whoever acts in a meeting.
public struct Actor: Hashable, Sendable, Codable {
    /// What somebody came as. Who leads at a moment is the meeting's own to know.
    public enum Role: String, Sendable, Codable { case chair, secretary, delegate, technician }

    public var seat: Seat
    public var role: Role
    /// The site that somebody with a seat of their own sits at, where it is invited: they count for it.
    public var site: SiteID?
    public var name: String
    /// Whether a device of an unattended site acts, and no person.
    public var isDevice: Bool

    public init(seat: Seat, role: Role, site: SiteID? = nil, name: String, isDevice: Bool = false) {
        self.seat = seat
        self.role = role
        self.site = site
        self.name = name
        self.isDevice = isDevice
    }

    /// The seats for which somebody counts in the roll: their own, and their site's.
    public var seats: [Seat] { site.map { Seat.site($0) }.map { $0 == seat ? [seat] : [seat, $0] } ?? [seat] }
}
