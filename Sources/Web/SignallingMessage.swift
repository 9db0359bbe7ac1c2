import Foundation
import Relay

/// What a page says over its socket.
enum ClientMessage: Sendable, Equatable {
    case track(role: TrackRole, active: Bool)
    case view([ViewRequest])
    case receive(Reception)
    /// The chair gives the floor; nil: takes it back.
    case floor(ParticipantID?)
    /// The chair sets whom everybody sees large.
    case stage(ParticipantID?)
    /// The presenter has turned a page.
    case page(UInt32)
    case rename(name: String, site: String)
    case ping

    /// Why a message is not understood, in words for whoever writes a client.
    struct Malformed: Error, Equatable {
        var reason: String
    }

    private struct Wire: Decodable {
        struct Wish: Decodable {
            var participant: String
            var role: TrackRole
            var height: Int
        }

        var type: String
        var role: TrackRole?
        var active: Bool?
        var wish: [Wish]?
        var mode: Reception?
        var number: UInt32?
        var name: String?
        var site: String?
    }

    /// `floor` and `stage`: that nobody is meant has to be said.
    private struct NamedWire: Decodable {
        var participant: ParticipantID?

        private enum CodingKeys: CodingKey { case participant }

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: CodingKeys.self)
            guard try !fields.decodeNil(forKey: .participant) else { return }
            let text = try fields.decode(String.self, forKey: .participant)
            guard let id = ParticipantID(text) else {
                throw DecodingError.dataCorruptedError(forKey: .participant, in: fields, debugDescription: text)
            }
            participant = id
        }
    }

    /// Views with more pictures than any screen shows are no views.
    private static let wishLimit = 300

    /// - Throws: ``Malformed``.
    init(parsing json: Data) throws(Malformed) {
        let wire: Wire
        do {
            wire = try JSONDecoder().decode(Wire.self, from: json)
        } catch {
            throw Malformed(reason: "not a JSON object with a known type and well-formed fields")
        }
        switch wire.type {
        case "track":
            guard let role = wire.role, let active = wire.active else {
                throw Malformed(reason: "track needs role and active")
            }
            self = .track(role: role, active: active)
        case "view":
            guard let wish = wire.wish, wish.count <= Self.wishLimit else {
                throw Malformed(reason: "view needs wish, at most 300")
            }
            self = .view(
                wish.compactMap { wish in
                    ParticipantID(wish.participant).map {
                        ViewRequest(participant: $0, role: wish.role, height: min(max(wish.height, 0), 4320))
                    }
                })
        case "receive":
            guard let mode = wire.mode else { throw Malformed(reason: "receive needs mode: full, saver or audio") }
            self = .receive(mode)
        case "floor": self = .floor(try Self.named(json))
        case "stage": self = .stage(try Self.named(json))
        case "page":
            guard let number = wire.number else { throw Malformed(reason: "page needs a number") }
            self = .page(number)
        case "rename": self = .rename(name: cleanName(wire.name ?? ""), site: cleanName(wire.site ?? ""))
        case "ping": self = .ping
        default: throw Malformed(reason: "unknown type")
        }
    }

    private static func named(_ json: Data) throws(Malformed) -> ParticipantID? {
        do {
            return try JSONDecoder().decode(NamedWire.self, from: json).participant
        } catch {
            throw Malformed(reason: "floor and stage need participant: the 16 digits of one, or null")
        }
    }
}

/// A name as it may be shown: no control characters, at most 80 characters. A character may have any number of marks,
/// and everybody in the room is sent them: the scalars are bounded too.
func cleanName(_ text: String) -> String {
    let scalars = text.unicodeScalars.lazy.filter { $0.properties.generalCategory != .control }.prefix(240)
    return String(String(String.UnicodeScalarView(scalars)).trimmingCharacters(in: .whitespaces).prefix(80))
}

/// The body of a page's join.
struct JoinBody: Decodable, Sendable {
    var offer: String
    var name: String?
    var site: String?
    var tracks: [String: TrackRole]?
    var line: Line?
    var receive: Reception?

    /// What the page knows of its line.
    struct Line: Decodable, Sendable {
        /// kbit/s.
        var down: Int?
    }
}
