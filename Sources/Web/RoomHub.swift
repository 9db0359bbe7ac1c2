import Briefing
import Foundation
import Identity
import Logging
import Relay
import RelayRuntime

/// Ties rooms' rosters to the sockets of their pages and to the media plane.
actor RoomHub {
    /// One page's socket, from this side.
    struct Socket: Sendable {
        let number: Int
        let outlet: SocketOutlet
    }

    /// The WebSocket close code of a server that stops: the page comes back by itself.
    static let goingAway: UInt16 = 1001
    /// While there is anything to tell, it is looked after so often.
    private static let tick: Duration = .milliseconds(50)

    let runtime: RelayRuntime
    let door: Door
    let conductHub: ConductHub
    let logger: Logger
    private let start = ContinuousClock.now
    var rosters: [String: RoomRoster] = [:]
    private var sockets: [ParticipantID: Socket] = [:]
    private var secrets: [ParticipantID: (room: String, token: String)] = [:]
    /// What the relay said of participants whose join is not noted yet: it answers faster than we write.
    private var early: [ParticipantID: [RelayEvent]] = [:]
    private var nextSocket = 0
    /// The meetings of rooms that have one, as last heard.
    var meetings: [String: (id: OccurrenceID, conduct: Conduct)] = [:]
    /// What is played in rooms, and what is just being opened to be.
    var films: [String: StagedFilm] = [:]
    var opening: [String: PaperID] = [:]
    /// Rooms that are being recorded.
    var recorded: [String: RecordedRoom] = [:]
    var silenced: Set<ParticipantID> = []
    /// Who yields their line to an emergency.
    var yielding: Set<ParticipantID> = []
    private var ticker: Task<Void, Never>?
    private(set) var isStopping = false

    init(runtime: RelayRuntime, door: Door, conductHub: ConductHub, logger: Logger) {
        self.runtime = runtime
        self.door = door
        self.conductHub = conductHub
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
            sockets.removeValue(forKey: id)?.outlet.close(reason == .shutdown ? Self.goingAway : 4404)
            noteLeaving(id, of: room)
        }
        change(room) { $0.take(event) }
        switch event {
        case .layers(_, let id, _, _), .voiceRate(_, let id, _):
            // An encoder that works in vain, or for too much, is told without waiting for the next tick.
            if let delivery = rosters[room]?.flush(only: id, now: now) { deliver(delivery) }
        case .connected(_, let id): noteConnected(id, of: room)
        case .left where rosters[room]?.isEmpty == true:
            rosters[room] = nil
            meetings[room] = nil
            endFilm(of: room)
            weighLines()
            followScene(of: room)
        default: break
        }
    }

    // MARK: Telling

    /// µs since the hub began.
    private var now: Int64 {
        let (seconds, attoseconds) = (ContinuousClock.now - start).components
        return seconds * 1_000_000 + attoseconds / 1_000_000_000_000
    }

    /// Changes a room that is there; then the relay hears who leads it, and the pages what is new.
    func change<Failure: Error>(
        _ room: String, _ body: (inout RoomRoster) throws(Failure) -> Void
    ) throws(Failure) {
        guard var roster = rosters.removeValue(forKey: room) else { return }
        let before = roster.leading
        defer {
            rosters[room] = roster
            if roster.leading != before { lead(room, roster.leading) }
            followScene(of: room)
            beginTicking()
        }
        try body(&roster)
    }

    private func lead(_ room: String, _ leading: Leading) {
        runtime.conduct(room: room, chair: leading.chair, floor: leading.floor)
    }

    private func beginTicking() {
        guard ticker == nil, !isStopping else { return }
        ticker = Task {
            repeat { try? await Task.sleep(for: Self.tick) } while tellAll() && !Task.isCancelled
            ticker = nil
        }
    }

    /// Tells the pages of all rooms what is new. Returns whether there may be more.
    private func tellAll() -> Bool {
        for room in rosters.keys { tell(room) }
        return rosters.values.contains { $0.hasWork || $0.images.hasWork }
    }

    private func tell(_ room: String) {
        guard var roster = rosters.removeValue(forKey: room) else { return }
        let now = now
        let sockets = sockets
        let isReady: (ParticipantID) -> Bool = { sockets[$0]?.outlet.isReady ?? false }
        let deliveries = roster.hasWork ? roster.flush(now: now, isReady: isReady) : []
        let pieces = roster.images.hasWork ? roster.images.pieces(now: now, isReady: isReady) : []
        rosters[room] = roster
        for delivery in deliveries { deliver(delivery) }
        for piece in pieces { sockets[piece.to]?.outlet.send(piece: piece.bytes) }
    }

    private func deliver(_ delivery: RoomRoster.Delivery) { sockets[delivery.to]?.outlet.send(delivery.texts) }

    /// A socket has taken a piece of an image.
    func written(_ id: ParticipantID, number: Int, room: String) {
        guard let socket = sockets[id], socket.number == number else { return }
        if let piece = rosters[room]?.images.written(id, now: now) { socket.outlet.send(piece: piece) }
    }

    // MARK: Coming and going

    /// Joins a room over the media plane and enters the roster. Returns the participant's secret.
    /// - Parameter mayChair: whether its token lets it lead the room.
    func join(
        room: String, request: JoinRequest, mayChair: Bool = false, entry: Door.Entry = Door.Entry()
    ) async throws(JoinError) -> (result: JoinResult, token: String) {
        let result = try await runtime.join(room: room, request: request)
        let id = result.participant
        let token = randomToken()
        secrets[id] = (room, token)
        if rosters[room] == nil { rosters[room] = RoomRoster() }
        change(room) { roster in
            roster.join(
                RoomMember(
                    id: id, name: request.displayName, site: request.site, isPage: request.mode == .page,
                    mayChair: mayChair, actor: entry.actor, slots: result.slots, knownDown: request.line.down,
                    reception: request.reception))
        }
        // The newcomer may be the first of the room on its worker, which then knows nobody who leads.
        if let current = rosters[room]?.leading, current.chair != nil || current.floor != nil { lead(room, current) }
        await noteComing(id, of: room, entry)
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

    func command(_ id: ParticipantID, _ command: ParticipantCommand) { runtime.command(id, command) }

    func leave(_ id: ParticipantID) async { await runtime.leave(id) }

    // MARK: Sockets

    /// Opens a page's socket: an older one of the same page is closed. Returns its number, or nil for a stranger.
    func open(_ id: ParticipantID, room: String, after: Int?, outlet: SocketOutlet) -> Int? {
        guard !isStopping, let messages = rosters[room]?.open(id, after: after, now: now) else { return nil }
        sockets[id]?.outlet.close(4409)
        nextSocket += 1
        sockets[id] = Socket(number: nextSocket, outlet: outlet)
        outlet.send(messages)
        beginTicking()
        return nextSocket
    }

    func closed(_ id: ParticipantID, number: Int, room: String) {
        guard sockets[id]?.number == number else { return }
        sockets[id] = nil
        change(room) { $0.close(id) }
    }

    /// A message of a page. Returns what to answer, if anything.
    func receive(_ message: ClientMessage, from id: ParticipantID, room: String) -> ServerMessage? {
        do throws(RoomRoster.Refused) {
            switch message {
            case .ping: return .pong
            case .track(let role, let active): runtime.command(id, .publishing(role: role, active: active))
            case .view(let wishes):
                runtime.command(id, .view(wishes))
                change(room) { $0.show(wishes, to: id) }
            case .receive(let reception):
                if !yielding.contains(id) { runtime.command(id, .reception(reception)) }
                change(room) { $0.receive(reception, by: id) }
            case .floor(let holder):
                try change(room) { (roster) throws(RoomRoster.Refused) in try roster.giveFloor(to: holder, by: id) }
            case .stage(let shown):
                try change(room) { (roster) throws(RoomRoster.Refused) in try roster.setStage(shown, by: id) }
            case .page(let number):
                try change(room) { (roster) throws(RoomRoster.Refused) in try roster.turnPage(number, by: id) }
                tell(room)
            case .rename(let name, let site): change(room) { $0.rename(id, name: name, site: site) }
            }
            return nil
        } catch {
            return .error(error.reason)
        }
    }

    /// An image of a page, header and all. Returns what to answer, if anything.
    func receive(image: [UInt8], from id: ParticipantID, room: String) -> ServerMessage? {
        let now = now
        do throws(RoomRoster.Refused) {
            try change(room) { (roster) throws(RoomRoster.Refused) in try roster.upload(image, from: id, now: now) }
            return nil
        } catch {
            return .error(error.reason)
        }
    }

    /// The server stops: pages are told to come back.
    func stop() {
        isStopping = true
        ticker?.cancel()
        for socket in sockets.values { socket.outlet.close(Self.goingAway) }
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
