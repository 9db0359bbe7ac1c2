import Briefing
import COpenSSL
import Foundation

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

    /// For somebody with a seat in a meeting.
    public init(room: String, actor: Actor, expires: Int64) {
        var rights: Rights = [.publish, .view]
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
        let body = base64url(Array("\(room)\n\(rights.rawValue)\n\(expires)\n\(seat)".utf8))
        return body + "." + base64url(hmacSHA256(Array(body.utf8), secret: secret))
    }

    /// - Parameter now: Unix seconds.
    public init(verifying text: String, secret: [UInt8], now: Int64) throws(Failure) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, text.utf8.count <= 512,
            constantTimeEqual(base64url(hmacSHA256(Array(parts[0].utf8), secret: secret)), String(parts[1])),
            let body = bytes(base64url: String(parts[0]))
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
}

func hmacSHA256(_ message: [UInt8], secret: [UInt8]) -> [UInt8] {
    var code = [UInt8](repeating: 0, count: 32)
    var length: UInt32 = 32
    _ = HMAC(EVP_sha256(), secret, Int32(clamping: secret.count), message, message.count, &code, &length)
    return code
}

/// 128 random bits as text.
func randomToken() -> String {
    var generator = SystemRandomNumberGenerator()
    return base64url((0..<16).map { _ in UInt8.random(in: 0...255, using: &generator) })
}

func constantTimeEqual(_ left: String, _ right: String) -> Bool {
    let (a, b) = (Array(left.utf8), Array(right.utf8))
    return a.count == b.count && CRYPTO_memcmp(a, b, a.count) == 0
}

func base64url(_ bytes: [UInt8]) -> String {
    Data(bytes).base64EncodedString()
        .replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
        .replacingOccurrences(of: "=", with: "")
}

func bytes(base64url text: String) -> [UInt8]? {
    let standard = text.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
    let padding = String(repeating: "=", count: (4 - standard.count % 4) % 4)
    return Data(base64Encoded: standard + padding).map(Array.init)
}
