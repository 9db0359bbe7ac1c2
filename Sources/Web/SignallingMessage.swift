import Foundation
import Relay

/// What a page says over its socket.
enum ClientMessage: Sendable, Equatable {
    case track(role: TrackRole, active: Bool)
    case view([ViewRequest])
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
        var name: String?
        var site: String?
    }

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
            guard let wish = wire.wish, wish.count <= 300 else {
                throw Malformed(reason: "view needs wish, at most 300")
            }
            self = .view(
                wish.compactMap { wish in
                    ParticipantID(wish.participant).map {
                        ViewRequest(participant: $0, role: wish.role, height: min(max(wish.height, 0), 4320))
                    }
                })
        case "rename": self = .rename(name: cleanName(wire.name ?? ""), site: cleanName(wire.site ?? ""))
        case "ping": self = .ping
        default: throw Malformed(reason: "unknown type")
        }
    }
}

/// A name as it may be shown: no control characters, at most 80 characters.
func cleanName(_ text: String) -> String {
    let scalars = text.unicodeScalars.filter { $0.properties.generalCategory != .control }
    return String(String(String.UnicodeScalarView(scalars)).trimmingCharacters(in: .whitespaces).prefix(80))
}

/// The body of a page's join.
struct JoinBody: Decodable, Sendable {
    var offer: String
    var name: String?
    var site: String?
    var tracks: [String: TrackRole]?
}

/// What the server says over the socket. Every message but ``pong`` and ``error`` has a sequence number, so that a
/// page that comes back after a broken line misses nothing.
struct ServerMessage: Encodable, Sendable {
    struct Participant: Encodable, Sendable {
        var id: String
        var name: String
        var site: String
        var `self`: Bool?
        var connected: Bool
        var tracks: [String: Bool]
    }

    struct Slot: Encodable, Sendable {
        var mid: String
        var participant: String?
        var role: TrackRole
    }

    var seq: Int?
    var type: String
    var participants: [Participant]?
    var participant: Participant?
    var slots: [Slot]?
    var speakers: [String]?
    var ids: [String]?
    var id: String?
    var role: TrackRole?
    var active: Bool?
    var reason: String?
    var uplinkLoss: Double?
    var downlinkLoss: Double?
    var rtt: Int?
    var uplinkKbps: Int?
    var downlinkKbps: Int?
    /// 0 (unusable) to 4 (good).
    var score: Int?
    var message: String?

    init(_ type: String) { self.type = type }

    func json(sequence: Int? = nil) -> String {
        var numbered = self
        numbered.seq = sequence
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(numbered) else { return "{}" }
        return String(decoding: data, as: UTF8.self)
    }
}
