import Briefing
import Identity

/// What the bearer of a token may do in one room, until when: signed with the server's secret (HMAC-SHA256), so that
/// nothing has to be stored.
///
/// Text: base64url of `room\n rights\n expiry\n site\n person`, a dot, base64url of the code over the first part. Site and
/// person are numbers of the directory, or empty.
public struct JoinToken: Sendable, Equatable {
    public struct Rights: OptionSet, Sendable {
        public let rawValue: Int
        public static let publish = Rights(rawValue: 1)
        public static let view = Rights(rawValue: 2)
        /// To lead: give the floor, set the stage.
        public static let chair = Rights(rawValue: 4)
        /// To lead as the meeting's secretary does.
        public static let secretary = Rights(rawValue: 8)
        /// To help sites, without a voice in the meeting.
        public static let technician = Rights(rawValue: 16)
        /// A device of an unattended site, and no person.
        public static let device = Rights(rawValue: 32)

        public init(rawValue: Int) { self.rawValue = rawValue }
    }

    public enum Failure: Error, Equatable {
        /// Not of a token's form, or signed by somebody else.
        case invalid
        case expired
    }

    public var room: String
    public var rights: Rights
    /// Unix seconds.
    public var expires: Int64
    /// The number of the site that joins with it, in the directory; nil for anybody else.
    public var site: Int64?
    /// The number of the person who joins with a seat of their own; nil for whoever sits in for a site.
    public var person: Int64?

    public init(room: String, rights: Rights, expires: Int64, site: Int64? = nil, person: Int64? = nil) {
        self.room = room
        self.rights = rights
        self.expires = expires
        self.site = site
        self.person = person
    }

    /// - Parameter actor: somebody with a seat in a meeting, or nil.
    public init(room: String, actor: Actor?, expires: Int64) {
        var rights: Rights = [.publish, .view]
        guard let actor else {
            self.init(room: room, rights: rights, expires: expires)
            return
        }
        switch actor.role {
        case .chair: rights.insert(.chair)
        case .secretary: rights.formUnion([.chair, .secretary])
        case .technician: rights.insert(.technician)
        case .delegate: break
        }
        if actor.isDevice { rights.insert(.device) }
        self.init(room: room, rights: rights, expires: expires, site: actor.site?.rawValue)
        switch actor.seat {
        case .site(let id): site = id.rawValue
        case .person(let id): person = id.rawValue
        }
    }

    /// Who comes with it; nil for a token without a seat, as an operator makes it.
    /// - Parameter name: what people call a seat.
    func actor(name: (Seat) -> String) -> Actor? {
        guard let seat = person.map({ Seat.person(PersonID($0)) }) ?? site.map({ Seat.site(SiteID($0)) }) else {
            return nil
        }
        let role: Actor.Role =
            if rights.contains(.secretary) { .secretary } else if rights.contains(.chair) {
                .chair
            } else if rights
                .contains(.technician)
            { .technician } else { .delegate }
        return Actor(
            seat: seat, role: role, site: person == nil ? nil : site.map { SiteID($0) }, name: name(seat),
            isDevice: rights.contains(.device))
    }

    public func text(secret: [UInt8]) -> String {
        let seat = "\(site.map(String.init) ?? "")\n\(person.map(String.init) ?? "")"
        let body = Base64.url.text("\(room)\n\(rights.rawValue)\n\(expires)\n\(seat)".utf8)
        return body + "." + Self.code(body, secret)
    }

    /// - Parameter now: Unix seconds.
    public init(verifying text: String, secret: [UInt8], now: Int64) throws(Failure) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, text.utf8.count <= 512,
            constantTimeEqual(Self.code(parts[0], secret), parts[1]), let body = Base64.url.bytes(parts[0])
        else { throw .invalid }
        let fields = String(decoding: body, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        guard fields.count == 5, let rights = Int(fields[1]), let expires = Int64(fields[2]) else {
            throw .invalid
        }
        guard expires > now else { throw .expired }
        self.init(
            room: String(fields[0]), rights: Rights(rawValue: rights), expires: expires,
            site: Int64(fields[3]), person: Int64(fields[4]))
    }

    private static func code(_ body: some StringProtocol, _ secret: [UInt8]) -> String {
        Base64.url.text(hmacSHA256(Array(body.utf8), key: secret))
    }
}

/// 128 random bits as text.
func randomToken() -> String { Base64.url.text(randomBytes(16)) }
