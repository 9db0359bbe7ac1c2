import Relay

/// Who is in one room and what every page has been told: relay events in, messages out. Pure.
struct RoomRoster {
    /// Messages kept for a page whose line is broken.
    static let historyLimit = 512

    struct Member {
        var name: String
        var site: String
        var isPage: Bool
        var connected = false
        /// Of the last quality report, 0 to 4; -1 before the first.
        var score = -1
        var tracks: [TrackRole: Bool] = [:]
        var slots: [SlotAssignment] = []
        var nextSequence = 1
        var history: [(sequence: Int, json: String)] = []
    }

    private(set) var members: [ParticipantID: Member] = [:]
    /// In the order of coming.
    private(set) var order: [ParticipantID] = []
    private var speakers: [ParticipantID] = []

    var isEmpty: Bool { members.isEmpty }

    /// A message for one page.
    struct Delivery: Equatable {
        var to: ParticipantID
        var json: String
    }

    // MARK: What happens

    mutating func join(
        _ id: ParticipantID, name: String, site: String, isPage: Bool, slots: [SlotDescription]
    ) -> [Delivery] {
        guard members[id] == nil else { return [] }
        members[id] = Member(
            name: name, site: site, isPage: isPage,
            slots: slots.map { SlotAssignment(mid: $0.mid, participant: nil, role: $0.role) })
        order.append(id)
        return broadcast(except: id) { roster, _ in
            var message = ServerMessage("joined")
            message.participant = roster.describe(id, for: nil)
            return message
        }
    }

    mutating func rename(_ id: ParticipantID, name: String, site: String) -> [Delivery] {
        guard members[id] != nil else { return [] }
        members[id]?.name = name
        members[id]?.site = site
        return broadcast { roster, viewer in
            var message = ServerMessage("joined")
            message.participant = roster.describe(id, for: viewer)
            return message
        }
    }

    /// What the relay says. Events of participants that are unknown here are ignored.
    mutating func take(_ event: RelayEvent) -> [Delivery] {
        switch event {
        case .connected(_, let id):
            guard members[id] != nil else { return [] }
            members[id]?.connected = true
            return broadcast { roster, viewer in
                var message = ServerMessage("joined")
                message.participant = roster.describe(id, for: viewer)
                return message
            }
        case .left(_, let id, let reason):
            guard members.removeValue(forKey: id) != nil else { return [] }
            order.removeAll { $0 == id }
            speakers.removeAll { $0 == id }
            return broadcast { _, _ in
                var message = ServerMessage("left")
                message.id = id.description
                message.reason = reason.rawValue
                return message
            }
        case .publication(_, let owner, let role, let isActive):
            guard members[owner] != nil else { return [] }
            members[owner]?.tracks[role] = isActive
            return broadcast { _, _ in
                var message = ServerMessage("track")
                message.id = owner.description
                message.role = role
                message.active = isActive
                return message
            }
        case .slots(_, let viewer, let assignments):
            guard members[viewer] != nil else { return [] }
            members[viewer]?.slots = assignments
            var message = ServerMessage("slots")
            message.slots = assignments.map(Self.describe)
            return send(message, to: viewer)
        case .speakers(_, let ids):
            speakers = ids
            return broadcast { _, _ in
                var message = ServerMessage("speakers")
                message.ids = ids.map(\.description)
                return message
            }
        case .line, .layers, .voiceRate: return []
        case .quality(_, let id, let quality):
            guard let member = members[id] else { return [] }
            let score = Self.score(quality)
            members[id]?.score = score
            var message = ServerMessage("quality")
            message.id = id.description
            message.uplinkLoss = (quality.uplinkLoss * 1000).rounded() / 1000
            message.downlinkLoss = (quality.downlinkLoss * 1000).rounded() / 1000
            message.rtt = quality.roundTripMilliseconds
            message.uplinkKbps = quality.uplinkKbps
            message.downlinkKbps = quality.downlinkKbps
            message.score = score
            // One's own line always; others' when it has changed enough to be shown otherwise.
            return score == member.score ? send(message, to: id) : broadcast { _, _ in message }
        }
    }

    /// 4 is a line on which nobody notices anything; each step down is one that people do notice.
    static func score(_ quality: Quality) -> Int {
        let loss = max(quality.uplinkLoss, quality.downlinkLoss)
        let trip = quality.roundTripMilliseconds ?? 0
        if loss >= 0.20 || trip >= 1500 { return 0 }
        if loss >= 0.10 || trip >= 800 { return 1 }
        if loss >= 0.05 || trip >= 400 { return 2 }
        if loss >= 0.02 || trip >= 200 { return 3 }
        return 4
    }

    // MARK: A page comes back

    /// What a page is told when its socket opens: everything after a sequence number if it is still there, else the
    /// state as a whole. nil for an unknown participant.
    mutating func resume(_ id: ParticipantID, after sequence: Int?) -> [String]? {
        guard let member = members[id] else { return nil }
        if let sequence, sequence > 0, sequence < member.nextSequence,
            member.history.first.map({ $0.sequence <= sequence + 1 }) ?? (sequence + 1 == member.nextSequence)
        {
            return member.history.filter { $0.sequence > sequence }.map(\.json)
        }
        var message = ServerMessage("snapshot")
        message.participants = order.map { describe($0, for: id) }
        message.slots = member.slots.map(Self.describe)
        message.speakers = speakers.map(\.description)
        return send(message, to: id).map(\.json)
    }

    // MARK: Messages

    private func describe(_ id: ParticipantID, for viewer: ParticipantID?) -> ServerMessage.Participant {
        let member = members[id]
        var tracks: [String: Bool] = [:]
        for role in TrackRole.allCases { tracks[role.rawValue] = member?.tracks[role] ?? false }
        return ServerMessage.Participant(
            id: id.description, name: member?.name ?? "", site: member?.site ?? "", self: id == viewer ? true : nil,
            connected: member?.connected ?? false, tracks: tracks)
    }

    private static func describe(_ slot: SlotAssignment) -> ServerMessage.Slot {
        ServerMessage.Slot(mid: slot.mid, participant: slot.participant?.description, role: slot.role)
    }

    private mutating func broadcast(
        except: ParticipantID? = nil, _ make: (RoomRoster, ParticipantID) -> ServerMessage
    ) -> [Delivery] {
        var deliveries: [Delivery] = []
        for id in order where id != except { deliveries += send(make(self, id), to: id) }
        return deliveries
    }

    private mutating func send(_ message: ServerMessage, to id: ParticipantID) -> [Delivery] {
        guard let member = members[id], member.isPage else { return [] }
        let json = message.json(sequence: member.nextSequence)
        members[id]?.history.append((member.nextSequence, json))
        members[id]?.nextSequence += 1
        if (members[id]?.history.count ?? 0) > Self.historyLimit { members[id]?.history.removeFirst() }
        return [Delivery(to: id, json: json)]
    }
}
