import Foundation
import Logging
import Relay
import RelayRuntime

/// Ties rooms' rosters to the sockets of their pages and to the media plane.
actor RoomHub {
    /// One page's socket, from this side.
    struct Socket: Sendable {
        let number: Int
        let send: @Sendable (String) -> Void
        /// With a WebSocket close code.
        let close: @Sendable (UInt16) -> Void
    }

    /// The WebSocket close code of a server that stops: the page comes back by itself.
    static let goingAway: UInt16 = 1001

    private let runtime: RelayRuntime
    private let logger: Logger
    private var rosters: [String: RoomRoster] = [:]
    private var sockets: [ParticipantID: Socket] = [:]
    private var secrets: [ParticipantID: (room: String, token: String)] = [:]
    /// What the relay said of participants whose join is not noted yet: it answers faster than we write.
    private var early: [ParticipantID: [RelayEvent]] = [:]
    private var nextSocket = 0
    private(set) var isStopping = false

    init(runtime: RelayRuntime, logger: Logger) {
        self.runtime = runtime
        self.logger = logger
    }

    /// Follows the relay until it stops.
    func followEvents() async {
        for await event in runtime.events { take(event) }
    }

    private func take(_ event: RelayEvent) {
        let room = event.room
        if let subject = event.subject, secrets[subject] == nil {
            early[subject, default: []].append(event)
            return
        }
        if case .left(_, let id, let reason) = event {
            logger.info(
                "left", metadata: ["room": "\(room)", "participant": "\(id)", "reason": "\(reason.rawValue)"])
            secrets[id] = nil
            sockets.removeValue(forKey: id)?.close(reason == .shutdown ? Self.goingAway : 4404)
        }
        guard rosters[room] != nil else { return }
        deliver(rosters[room]?.take(event) ?? [])
        if rosters[room]?.isEmpty == true { rosters[room] = nil }
    }

    private func deliver(_ deliveries: [RoomRoster.Delivery]) {
        for delivery in deliveries { sockets[delivery.to]?.send(delivery.json) }
    }

    // MARK: Coming and going

    /// Joins a room over the media plane and enters the roster. Returns the participant's secret.
    func join(room: String, request: JoinRequest) async throws(JoinError) -> (result: JoinResult, token: String) {
        let result = try await runtime.join(room: room, request: request)
        let id = result.participant
        let token = randomToken()
        secrets[id] = (room, token)
        deliver(
            rosters[room, default: RoomRoster()].join(
                id, name: request.displayName, site: request.site, isPage: request.mode == .page, slots: result.slots))
        for event in early.removeValue(forKey: id) ?? [] { take(event) }
        logger.info(
            "joined",
            metadata: ["room": "\(room)", "participant": "\(id)", "site": "\(request.site)", "mode": "\(request.mode)"])
        return (result, token)
    }

    /// Whether a secret is a participant's, in a room. Compares in constant time.
    func isAuthorised(_ id: ParticipantID, room: String, token: String) -> Bool {
        guard let secret = secrets[id], secret.room == room else { return false }
        return constantTimeEqual(secret.token, token)
    }

    func isPresent(_ id: ParticipantID, room: String) -> Bool { secrets[id]?.room == room }

    func leave(_ id: ParticipantID) async { await runtime.leave(id) }

    // MARK: Sockets

    /// Opens a page's socket: an older one of the same page is closed. Returns its number, or nil for a stranger.
    func open(
        _ id: ParticipantID, room: String, after: Int?, send: @escaping @Sendable (String) -> Void,
        close: @escaping @Sendable (UInt16) -> Void
    ) -> Int? {
        guard !isStopping, let messages = rosters[room]?.resume(id, after: after) else { return nil }
        sockets[id]?.close(4409)
        nextSocket += 1
        sockets[id] = Socket(number: nextSocket, send: send, close: close)
        for message in messages { send(message) }
        return nextSocket
    }

    func closed(_ id: ParticipantID, number: Int) {
        if sockets[id]?.number == number { sockets[id] = nil }
    }

    /// A message of a page. Returns what to answer, if anything.
    func receive(_ message: ClientMessage, from id: ParticipantID, room: String) -> String? {
        switch message {
        case .ping: return ServerMessage("pong").json()
        case .track(let role, let active): runtime.command(id, .publishing(role: role, active: active))
        case .view(let wishes): runtime.command(id, .view(wishes))
        case .rename(let name, let site):
            deliver(rosters[room]?.rename(id, name: name, site: site) ?? [])
        }
        return nil
    }

    /// The server stops: pages are told to come back.
    func stop() {
        isStopping = true
        for socket in sockets.values { socket.close(Self.goingAway) }
        sockets = [:]
    }
}

extension RelayEvent {
    /// The participant whom it is about; nil when it is about a room.
    var subject: ParticipantID? {
        switch self {
        case .connected(_, let id), .left(_, let id, _), .publication(_, let id, _, _), .slots(_, let id, _),
            .quality(_, let id, _), .line(_, let id, _), .layers(_, let id, _, _), .voiceRate(_, let id, _):
            id
        case .speakers: nil
        }
    }

    var room: String {
        switch self {
        case .connected(let room, _), .left(let room, _, _), .publication(let room, _, _, _), .slots(let room, _, _),
            .speakers(let room, _), .quality(let room, _, _), .line(let room, _, _), .layers(let room, _, _, _),
            .voiceRate(let room, _, _):
            room
        }
    }
}
