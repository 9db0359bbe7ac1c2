import Foundation
import ICE
import Logging
import Recording
import Relay
import SDP
import SecureTransport
import Synchronization

/// The media plane of a server: worker threads with their sockets, and the way in for everybody else.
///
/// Rooms are spread over workers, and a large room over several (``Placement``); all methods may be called from any
/// thread or task.
public final class RelayRuntime: Sendable {
    public struct Settings: Sendable {
        /// Threads, each with its own UDP port.
        public var workers: Int
        /// Port of the first worker; the others follow. 0 lets the system choose.
        public var basePort: UInt16
        /// Address to listen on; nil for all.
        public var bindAddress: String?
        /// Addresses that clients are told. Empty: the machine's own, but for loopback.
        public var announcedAddresses: [String]
        /// Whether clients may come by ICE-TCP.
        public var tcp: Bool
        public var participantsPerRoom: Int
        /// Participants of one room that one worker takes before others help.
        public var roomShare: Int
        /// When recordings give way to a disk that fills.
        public var disk: DiskWatch.Limits

        public init(
            workers: Int = 1, basePort: UInt16 = 10_000, bindAddress: String? = nil, announcedAddresses: [String] = [],
            tcp: Bool = true, participantsPerRoom: Int = 1000, roomShare: Int = 100,
            disk: DiskWatch.Limits = DiskWatch.Limits()
        ) {
            self.workers = max(1, workers)
            self.basePort = basePort
            self.bindAddress = bindAddress
            self.announcedAddresses = announcedAddresses
            self.tcp = tcp
            self.participantsPerRoom = participantsPerRoom
            self.roomShare = max(1, roomShare)
            self.disk = disk
        }
    }

    /// Everything that happens in the calls, for one consumer.
    public let events: AsyncStream<RelayEvent>
    private let eventSink: AsyncStream<RelayEvent>.Continuation
    /// Keeps calls in journals.
    public let recorder: Recorder
    private let workers: [Worker]
    private let handshakes: HandshakeThread
    private let addresses: [String]
    private let fingerprint: [UInt8]
    private let placement: Mutex<Placement>
    /// By room.
    let films = Mutex<[String: FilmPlayer]>([:])
    private let logger: Logger

    /// Opens the sockets. Throws ``RuntimeError``, or an error of the identity's.
    public init(settings: Settings, identity: TransportIdentity, logger: Logger) throws {
        self.logger = logger
        addresses = settings.announcedAddresses.isEmpty ? hostAddresses() : settings.announcedAddresses
        guard !addresses.isEmpty else { throw RuntimeError.noAddress }
        fingerprint = identity.fingerprint
        placement = Mutex(
            Placement(
                workers: settings.workers, roomShare: settings.roomShare, roomLimit: settings.participantsPerRoom))
        let (stream, sink) = AsyncStream.makeStream(of: RelayEvent.self, bufferingPolicy: .bufferingNewest(65_536))
        events = stream
        eventSink = sink
        handshakes = HandshakeThread(context: try DTLSContext(identity: identity))
        var made: [Worker] = []
        var ledgers: [ParticipantLedger] = []
        for index in 0..<settings.workers {
            let ledger = ParticipantLedger()
            let worker = try Worker(
                index: index, settings: settings, handshakes: handshakes, seed: UInt64.random(in: 0...UInt64.max),
                logger: logger
            ) { events in
                ledger.deliver(events, to: sink)
            }
            made.append(worker)
            ledgers.append(ledger)
        }
        workers = made
        recorder = Recorder(workers: made.count, limits: settings.disk)
        Self.link(made, recorder: recorder)
        for ledger in ledgers { ledger.attach(self) }
    }

    /// Lays pipes between all workers, so that rooms can span them, and from each to the recorder.
    private static func link(_ workers: [Worker], recorder: Recorder) {
        // The recorder's place among the relays: behind them.
        let place = min(workers.count, Relay.peerLimit - 1)
        // So many that a mask cannot name them all share no rooms.
        let isSpanning = workers.count > 1 && workers.count <= place
        let pipes = isSpanning ? workers.map { _ in workers.map { _ in PacketPipe() } } : []
        let bells = isSpanning ? workers.map(\.mailbox) : []
        for (from, worker) in workers.enumerated() {
            var ends: [(outgoing: PacketPipe, incoming: PacketPipe)?] = (0..<place).map {
                $0 == from || !isSpanning ? nil : (outgoing: pipes[from][$0], incoming: pipes[$0][from])
            }
            // Nothing comes from there.
            ends.append((outgoing: recorder.pipe(from: from), incoming: PacketPipe(capacityLog2: 3)))
            worker.link(to: bells, recorder: recorder, at: place, pipes: ends)
        }
    }

    public func start() {
        handshakes.start()
        for worker in workers { worker.start() }
        let mailboxes = mailboxes
        let place = min(workers.count, Relay.peerLimit - 1)
        recorder.start { worker, message in
            mailboxes[worker].post { relay, now, _ in relay.receive(message, from: place, now: now) }
        }
        logger.info(
            "media plane ready",
            metadata: [
                "workers": "\(workers.count)", "ports": "\(workers.map(\.port))",
                "addresses": "\(addresses.joined(separator: " "))",
            ])
    }

    /// Says goodbye to everybody and ends the threads. The event stream ends.
    public func stop() async {
        placement.withLock { $0.isStopping = true }
        for player in films.withLock({ $0.values.map { $0 } }) { player.stop() }
        for worker in workers { await worker.stop() }
        await recorder.stop()
        handshakes.stop()
        eventSink.finish()
    }

    /// The UDP (and TCP) ports, one for each worker.
    public var ports: [UInt16] { workers.map(\.port) }

    /// Whether anybody is in a call.
    public var isInUse: Bool { metrics().participants > 0 }

    /// Counters of all workers, at most half a second old.
    public func metrics() -> RelayMetrics {
        var total = RelayMetrics()
        for worker in workers { total += worker.metrics }
        // A room that spans workers is one room.
        total.rooms = UInt64(placement.withLock { $0.roomCount })
        return total
    }

    // MARK: Joining

    /// Answers an offer and admits its sender to a room.
    public func join(room: String, request: JoinRequest) async throws(JoinError) -> JoinResult {
        let offer: Offer
        do {
            offer = try Offer(parsing: request.offerSDP)
        } catch {
            throw .badOffer(error)
        }
        let id = ParticipantID(rawValue: UInt64.random(in: 1...UInt64.max))
        let place = try placement.withLock { (placement) throws(JoinError) in try placement.reserve(room: room, for: id)
        }
        do {
            return try await admit(offer: offer, request: request, id: id, room: room, place: place)
        } catch {
            forget(id)
            throw error
        }
    }

    private func admit(
        offer: Offer, request: JoinRequest, id: ParticipantID, room: String, place: Placement.Place
    ) async throws(JoinError) -> JoinResult {
        let worker = workers[place.worker]
        var counts = (audio: 0, video: 0)
        if case .whep(let exclude) = request.mode {
            // A worker that is new to the room knows nothing of it yet.
            let answer = await workers[place.elder].ask { relay, _ in
                relay.publicationCounts(room: room, excluding: exclude)
            }
            guard let answer else { throw .stopping }
            guard answer.audio + answer.video > 0 else { throw .nothingPublished }
            counts = answer
        }
        let negotiation = try Negotiation(
            offer: offer, request: request, participant: id, room: room, available: counts,
            fingerprint: fingerprint, candidates: candidates(of: worker))
        handshakes.begin(id, fingerprints: negotiation.plan.fingerprints, mailbox: worker.mailbox)
        let admitted = await worker.ask { relay, now -> JoinError? in
            do throws(JoinError) {
                try relay.admit(negotiation.plan, peers: place.others, now: now)
                return nil
            } catch {
                return error
            }
        }
        guard let admitted else { throw .stopping }
        if let refusal = admitted { throw refusal }
        return JoinResult(participant: id, answerSDP: negotiation.answerSDP, slots: negotiation.slots)
    }

    /// UDP before TCP; among addresses the first announced first (RFC 8445 §5.1.2.1, RFC 6544 §4.2).
    private func candidates(of worker: Worker) -> [Candidate] {
        var list: [Candidate] = []
        for (position, address) in addresses.enumerated() {
            let local = UInt32(max(0, 65_535 - position))
            list.append(
                Candidate(
                    foundation: "u\(position)", component: 1, transport: .udp, priority: 126 << 24 | local << 8 | 255,
                    address: address, port: worker.port))
        }
        guard worker.hasTCP else { return list }
        for (position, address) in addresses.enumerated() {
            let local = UInt32(max(0, 8_191 - position)) | 4 << 13
            list.append(
                Candidate(
                    foundation: "t\(position)", component: 1, transport: .tcpPassive,
                    priority: 90 << 24 | (local & 0xFFFF) << 8 | 255, address: address, port: worker.port))
        }
        return list
    }

    // MARK: In the call

    public func leave(_ id: ParticipantID) async {
        guard let worker = worker(of: id) else { return }
        _ = await worker.ask { relay, now in relay.remove(id, reason: .left, now: now) }
    }

    public func command(_ id: ParticipantID, _ command: ParticipantCommand) {
        worker(of: id)?.mailbox.post { relay, now, _ in relay.command(command, from: id, now: now) }
    }

    /// Says who leads a room, on every worker that has part of it.
    public func conduct(room: String, chair: ParticipantID?, floor: ParticipantID?) {
        for worker in workers {
            worker.mailbox.post { relay, now, _ in relay.conduct(room: room, chair: chair, floor: floor, now: now) }
        }
    }

    /// Gives a participant new ICE credentials (RFC 8445 §9); nil when it is gone.
    public func restartICE(_ id: ParticipantID, ufrag: String, password: String) async -> ICECredentials? {
        guard let worker = worker(of: id) else { return nil }
        var random = SystemRandomNumberGenerator()
        let local = ICECredentials(using: &random)
        let done = await worker.ask { relay, _ in
            relay.restartICE(id, local: local, remoteUfrag: ufrag, remotePassword: password)
        }
        return done == true ? local : nil
    }

    public func isPresent(_ id: ParticipantID) -> Bool {
        placement.withLock { $0.worker(of: id) != nil }
    }

    // MARK: Who is where

    /// Of all workers.
    var mailboxes: [Mailbox] { workers.map(\.mailbox) }

    private func worker(of id: ParticipantID) -> Worker? {
        placement.withLock { $0.worker(of: id) }.map { workers[$0] }
    }

    fileprivate func forget(_ id: ParticipantID) {
        handshakes.end(id)
        placement.withLock { $0.release(id) }
    }
}

/// Keeps the placement in step with a worker's departures before anybody hears of them.
private final class ParticipantLedger: Sendable {
    private let runtime = Mutex<Weak>(Weak())

    private struct Weak {
        weak var value: RelayRuntime?
    }

    func attach(_ runtime: RelayRuntime) {
        self.runtime.withLock { $0.value = runtime }
    }

    func deliver(_ events: [RelayEvent], to sink: AsyncStream<RelayEvent>.Continuation) {
        let runtime = runtime.withLock { $0.value }
        for event in events {
            if case .left(_, let participant, _) = event { runtime?.forget(participant) }
            sink.yield(event)
        }
    }
}

extension Worker {
    /// Runs a question on the worker and waits for the answer; nil when the worker is stopping.
    func ask<Answer: Sendable>(
        _ question: @escaping @Sendable (inout Relay, Int64) -> Answer
    ) async -> Answer? {
        await withCheckedContinuation { continuation in
            let accepted = mailbox.post { relay, now, _ in continuation.resume(returning: question(&relay, now)) }
            if !accepted { continuation.resume(returning: nil) }
        }
    }
}
