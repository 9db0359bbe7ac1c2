import Foundation
import Relay

/// A message to pages as text, but for its number: what is the same for all members of a room is written once, and each
/// member's own number put before it. `media/signalling.md` has the fields.
struct ServerMessage: Sendable, Equatable {
    /// Everything behind the opening brace.
    let tail: String

    /// With a number, for a page that comes back to say what it has had.
    func numbered(_ sequence: Int) -> String { "{\"seq\":\(sequence)," + tail }

    /// For answers, which a page that comes back does not need again.
    var unnumbered: String { "{" + tail }

    private init(_ type: String, _ fields: String = "") {
        tail = "\"type\":\"\(type)\"\(fields)}"
    }

    // MARK: Who is there

    /// The first part of a room's state: what plays, who leads, and those participants that these name.
    static func snapshot(
        entries: [String], slots: [SlotAssignment], speakers: [ParticipantID], leading: Leading, more: Bool
    ) -> Self {
        Self(
            "snapshot",
            ",\"participants\":[\(entries.joined(separator: ","))],\"slots\":[\(list(slots))]"
                + ",\"speakers\":[\(list(speakers))],\"chair\":\(text(leading.chair))"
                + ",\"floor\":\(text(leading.floor)),\"stage\":\(text(leading.stage))" + Self.more(leading)
                + (more ? ",\"more\":true" : ""))
    }

    /// - Parameter entries: see ``entry(id:name:site:seat:tracks:isAway:isSelf:)``.
    static func roster(entries: [String], more: Bool) -> Self {
        Self("roster", ",\"participants\":[\(entries.joined(separator: ","))]" + (more ? ",\"more\":true" : ""))
    }

    /// One participant, as it stands in `snapshot` and `roster`.
    static func entry(
        id: ParticipantID, name: String, site: String, seat: String?, tracks: ActiveTracks, isAway: Bool, isSelf: Bool,
        isFilm: Bool = false
    ) -> String {
        "{\"id\":\"\(id)\",\"name\":\(quoted(name)),\"site\":\(quoted(site)),\"on\":\"\(tracks.letters)\""
            + (seat.map { ",\"seat\":\"\($0)\"" } ?? "") + (isAway ? ",\"away\":true" : "")
            + (isFilm ? ",\"film\":true" : "") + (isSelf ? ",\"self\":true}" : "}")
    }

    static func left(_ ids: [ParticipantID]) -> Self { Self("left", ",\"ids\":[\(list(ids))]") }

    static func track(_ id: ParticipantID, role: TrackRole, isActive: Bool) -> Self {
        Self("track", ",\"id\":\"\(id)\",\"role\":\"\(role.rawValue)\",\"active\":\(isActive)")
    }

    // MARK: What plays and who leads

    static func slots(_ slots: [SlotAssignment]) -> Self { Self("slots", ",\"slots\":[\(list(slots))]") }

    static func speakers(_ ids: [ParticipantID]) -> Self { Self("speakers", ",\"ids\":[\(list(ids))]") }

    static func chair(_ id: ParticipantID?) -> Self { Self("chair", ",\"participant\":\(text(id))") }

    static func floor(_ id: ParticipantID?) -> Self { Self("floor", ",\"participant\":\(text(id))") }

    static func stage(_ leading: Leading) -> Self {
        Self("stage", ",\"participant\":\(text(leading.stage))" + more(leading))
    }

    private static func more(_ leading: Leading) -> String {
        (leading.also.isEmpty ? "" : ",\"also\":[\(list(leading.also))]")
            + (leading.layout.map { ",\"layout\":\(quoted($0))" } ?? "")
    }

    static func page(_ id: ParticipantID, number: UInt32) -> Self {
        Self("page", ",\"id\":\"\(id)\",\"number\":\(number)")
    }

    // MARK: Lines

    static func quality(_ sites: [(id: ParticipantID, score: Int)]) -> Self {
        Self("quality", ",\"sites\":[\(sites.map { "[\"\($0.id)\",\($0.score)]" }.joined(separator: ","))]")
    }

    /// - Parameters:
    ///   - report: nil as long as nothing is known of the way down.
    ///   - quality: nil as long as nothing is known of the way up.
    static func line(_ report: LineReport?, quality: Quality?, score: Int) -> Self {
        var fields = ""
        func add(_ name: String, _ value: Int?) {
            if let value { fields += ",\"\(name)\":\(value)" }
        }
        add("down", report?.estimateKbps)
        add("sent", report?.sentKbps ?? quality?.downlinkKbps)
        add("spare", report?.spareKbps)
        fields += ",\"loss\":\(thousandths(report?.loss ?? quality?.downlinkLoss ?? 0))"
        add("queue", report?.queueMilliseconds)
        add("rtt", quality?.roundTripMilliseconds)
        fields += ",\"level\":\"\((report?.level ?? .full).rawValue)\""
        fields += ",\"merged\":\(report?.mergesVoices ?? false),\"repeated\":\(report?.repeatsVoices ?? false)"
        if score >= 0 { add("score", score) }
        if let quality { fields += ",\"uplinkLoss\":\(thousandths(quality.uplinkLoss))" }
        add("uplinkKbps", quality?.uplinkKbps)
        return Self("line", fields)
    }

    // MARK: What a page is asked to send

    static func layers(_ role: TrackRole, wanted: [Bool]) -> Self {
        let list = wanted.map(\.description).joined(separator: ",")
        return Self("layers", ",\"role\":\"\(role.rawValue)\",\"wanted\":[\(list)]")
    }

    static func voice(kbps: Int?) -> Self { Self("voice", ",\"kbps\":\(kbps?.description ?? "null")") }

    static func stills(seconds: Int) -> Self { Self("stills", ",\"seconds\":\(seconds)") }

    static func images(sizes: [UInt8]) -> Self {
        Self("images", ",\"sizes\":[\(sizes.map(\.description).joined(separator: ","))]")
    }

    // MARK: Answers

    static let pong = Self("pong")

    static func error(_ message: String) -> Self { Self("error", ",\"message\":\(quoted(message))") }

    // MARK: JSON

    private static func text(_ id: ParticipantID?) -> String { id.map { "\"\($0)\"" } ?? "null" }

    private static func list(_ ids: [ParticipantID]) -> String { ids.map { "\"\($0)\"" }.joined(separator: ",") }

    private static func list(_ slots: [SlotAssignment]) -> String {
        slots.map { slot in
            // Nothing plays: there is no picture to speak of.
            let picture = slot.participant == nil ? "" : ",\"picture\":\"\(slot.picture.rawValue)\""
            return "{\"mid\":\(quoted(slot.mid)),\"participant\":\(text(slot.participant))"
                + ",\"role\":\"\(slot.role.rawValue)\"\(picture)}"
        }.joined(separator: ",")
    }

    private static func thousandths(_ value: Double) -> String {
        guard value.isFinite else { return "0" }
        return ((min(max(value, 0), 1) * 1000).rounded() / 1000).description
    }
}

/// A string as JSON has it (RFC 8259 §7).
func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"": result += "\\\""
        case "\\": result += "\\\\"
        case _ where scalar.value < 0x20:
            let digits = String(scalar.value, radix: 16)
            result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result + "\""
}

/// Which tracks of a participant are on.
struct ActiveTracks: OptionSet, Sendable {
    let rawValue: UInt8
    static let microphone = Self(rawValue: 1)
    static let camera = Self(rawValue: 2)
    static let screen = Self(rawValue: 4)
    static let screenAudio = Self(rawValue: 8)

    init(rawValue: UInt8) { self.rawValue = rawValue }

    init(_ role: TrackRole) {
        switch role {
        case .microphone: self = .microphone
        case .camera: self = .camera
        case .screen: self = .screen
        case .screenAudio: self = .screenAudio
        }
    }

    /// As pages read it: m, c, s, a.
    var letters: String {
        (contains(.microphone) ? "m" : "") + (contains(.camera) ? "c" : "") + (contains(.screen) ? "s" : "")
            + (contains(.screenAudio) ? "a" : "")
    }
}

/// Who leads a briefing: the chair, who has been given the floor, and whom everybody sees large.
struct Leading: Equatable, Sendable {
    var chair: ParticipantID?
    var floor: ParticipantID?
    var stage: ParticipantID?
    /// Who is on the stage beside it.
    var also: [ParticipantID] = []
    /// How everybody is to see it; nil: as each page likes.
    var layout: String?
}
