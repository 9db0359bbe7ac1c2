import CSockets
import Foundation
import Glibc
import ICE
import Logging
import Relay
import Synchronization

/// One thread that owns a relay, its UDP socket and its TCP connections.
final class Worker: Sendable {
    let index: Int
    let mailbox: Mailbox
    let port: UInt16
    let hasTCP: Bool
    private let setup: Mutex<Setup?>
    private let deliver: @Sendable ([RelayEvent]) -> Void
    private let published = Mutex(RelayMetrics())
    private let ended = Mutex<Ended>(Ended())
    private let logger: Logger
    private let handshakes: HandshakeThread

    /// What the thread takes over when it starts.
    private struct Setup: ~Copyable {
        var endpoint: UDPEndpoint
        var tcp: TCPTransport?
        var relay: Relay
        var epoll: Int32
        /// Of all workers, this one too, by index; empty when there is only one.
        var mailboxes: [Mailbox] = []
        var recorder: Recorder?
        /// The recorder's place among the relay's peers.
        var recorderPlace = -1
    }

    private struct Ended {
        var isOver = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private static let runCapacity = 512
    /// Events of connection n carry this plus n.
    private static let connectionToken: UInt64 = 1 << 32
    private static let tickInterval: Int64 = 5_000

    init(
        index: Int, settings: RelayRuntime.Settings, handshakes: HandshakeThread, seed: UInt64, logger: Logger,
        deliver: @escaping @Sendable ([RelayEvent]) -> Void
    ) throws(RuntimeError) {
        self.index = index
        self.deliver = deliver
        self.logger = logger
        self.handshakes = handshakes
        mailbox = try Mailbox()
        let epoll = csockets_epoll_create()
        guard epoll >= 0 else { throw .system("epoll_create1", code: -epoll) }
        let wanted = settings.basePort == 0 ? 0 : settings.basePort &+ UInt16(truncatingIfNeeded: index)
        let endpoint = try UDPEndpoint(address: settings.bindAddress, port: wanted, runCapacity: Self.runCapacity)
        port = endpoint.port
        var tcp: TCPTransport?
        if settings.tcp {
            tcp = try TCPTransport(address: settings.bindAddress, port: endpoint.port, epoll: epoll)
        }
        hasTCP = settings.tcp
        var limits = RelayLimits()
        limits.participantsPerRoom = settings.participantsPerRoom
        setup = Mutex(
            Setup(
                endpoint: endpoint, tcp: tcp, relay: Relay(limits: limits, seed: seed),
                epoll: epoll))
    }

    /// Ties the relay to those of the other workers and to the recorder; before ``start()``.
    ///
    /// - Parameter place: the recorder's among the pipes.
    func link(
        to mailboxes: [Mailbox], recorder: Recorder, at place: Int,
        pipes: [(outgoing: PacketPipe, incoming: PacketPipe)?]
    ) {
        setup.withLock { setup in
            setup?.mailboxes = mailboxes
            setup?.recorder = recorder
            setup?.recorderPlace = place
            setup?.relay.link(ordinal: min(index, place), pipes: pipes, recorder: place)
        }
    }

    func start() {
        let thread = Thread { [self] in run() }
        thread.stackSize = 1 << 20
        thread.name = "relay-\(index)"
        thread.start()
    }

    /// Waits until the thread has said goodbye to everybody and closed its sockets.
    func stop() async {
        mailbox.stop()
        await withCheckedContinuation { continuation in
            let isOver = ended.withLock { state in
                if !state.isOver { state.waiters.append(continuation) }
                return state.isOver
            }
            if isOver { continuation.resume() }
        }
    }

    var metrics: RelayMetrics { published.withLock { $0 } }

    // MARK: The thread

    private func run() {
        guard var state = setup.withLock({ $0.take() }) else { return }
        _ = csockets_name_thread("relay-\(index)")
        // Where the process may, media goes before everything else, each worker on a core of its own: a busy web side
        // or a composing recorder then never delays a packet. Without the priority a fixed core would only hurt.
        if csockets_realtime_priority(10) == 0 {
            _ = csockets_pin_thread(UInt32(index))
        } else {
            logger.notice(
                "media threads run at normal priority: a busy machine may delay voices (allow CAP_SYS_NICE)",
                metadata: ["worker": "\(index)"])
        }
        _ = csockets_epoll_add(state.epoll, state.endpoint.descriptor, 1, 1)
        _ = csockets_epoll_add(state.epoll, mailbox.bell, 1, 2)
        if let listener = state.tcp?.listener { _ = csockets_epoll_add(state.epoll, listener, 1, 3) }
        loop(&state)
        close(state.epoll)
        let waiters = ended.withLock { state in
            state.isOver = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    private func loop(_ state: inout Setup) {
        var batch = SendBatch(runCapacity: Self.runCapacity)
        var counters = Counters()
        var tokens = [UInt64](repeating: 0, count: 64)
        var ready = [Int32](repeating: 0, count: 64)
        var nextTick: Int64 = 0
        var nextPublish: Int64 = 0
        while true {
            var now = csockets_monotonic_us()
            let next = min(nextTick, state.relay.nextForward ?? .max)
            let wait = state.relay.isIdle ? 200_000 : max(next - now, 0)
            let count = Int(csockets_epoll_wait(state.epoll, &tokens, &ready, 64, wait))
            counters.waitCalls &+= 1
            now = csockets_monotonic_us()
            for index in 0..<max(count, 0) {
                switch tokens[index] {
                case 1: receiveDatagrams(&state, batch: &batch, counters: &counters)
                case 2:
                    let (work, isStopping) = mailbox.take()
                    for item in work {
                        if !batch.hasRoom(for: 32) { send(&state, batch: &batch, counters: &counters) }
                        item(&state.relay, now, &batch)
                    }
                    if isStopping {
                        farewell(&state)
                        return
                    }
                    receiveLinked(&state, batch: &batch, counters: &counters, now: now)
                case 3: state.tcp?.accept(tokenBase: Self.connectionToken, now: now)
                default:
                    serveConnection(
                        UInt32(truncatingIfNeeded: tokens[index]), ready: ready[index], state: &state, batch: &batch,
                        counters: &counters, now: now)
                }
            }
            if now >= nextTick {
                nextTick = now + Self.tickInterval
                state.relay.tick(now: now, wallClock: csockets_realtime_us(), into: &batch)
            }
            flush(&state, batch: &batch, counters: &counters, now: now)
            tellOthers(&state)
            let events = state.relay.takeEvents()
            if !events.isEmpty { deliver(events) }
            let datagrams = state.relay.takeHandshakes()
            if !datagrams.isEmpty { handshakes.receive(datagrams) }
            if now >= nextPublish {
                nextPublish = now + 500_000
                publish(state.relay.metrics, rooms: state.relay.roomCount, counters)
                for address in state.tcp?.closeIdle(now: now) ?? [] { state.relay.connectionClosed(address) }
            }
        }
    }

    /// Bursts until the socket is empty, each forwarded before the next: a packet never waits for more than a burst.
    private func receiveDatagrams(_ state: inout Setup, batch: inout SendBatch, counters: inout Counters) {
        // Bounded, so that a flood cannot keep the timers waiting.
        for _ in 0..<16 {
            let count = state.endpoint.receive()
            counters.receiveCalls &+= 1
            guard count > 0 else { return }
            let now = csockets_monotonic_us()
            for index in 0..<count {
                let (bytes, from) = state.endpoint.datagram(index)
                if !batch.hasRoom(for: 32) { send(&state, batch: &batch, counters: &counters) }
                state.relay.receive(bytes, from: from, now: now, into: &batch)
            }
            // Before our own sending, so that the other workers send meanwhile.
            ring(state.relay.takeFilledPipes(), state.mailboxes)
            flush(&state, batch: &batch, counters: &counters, now: now)
            if count < UDPEndpoint.batch { return }
        }
    }

    /// Takes what other workers' publishers have sent into rooms that this one shares.
    private func receiveLinked(
        _ state: inout Setup, batch: inout SendBatch, counters: inout Counters, now: Int64
    ) {
        while state.relay.receiveLinked(now: now) { flush(&state, batch: &batch, counters: &counters, now: now) }
    }

    private func ring(_ mask: UInt64, _ mailboxes: [Mailbox]) {
        guard mask != 0 else { return }
        for peer in mailboxes.indices where mask & 1 << UInt64(peer) != 0 { mailboxes[peer].ring() }
    }

    private func tellOthers(_ state: inout Setup) {
        ring(state.relay.takeFilledPipes(), state.mailboxes)
        let from = index
        for (peer, message) in state.relay.takeLinkMessages() {
            if peer == state.recorderPlace {
                state.recorder?.receive(message, from: from)
            } else if state.mailboxes.indices.contains(peer) {
                state.mailboxes[peer].post { relay, now, _ in relay.receive(message, from: from, now: now) }
            }
        }
    }

    private func serveConnection(
        _ number: UInt32, ready: Int32, state: inout Setup, batch: inout SendBatch, counters: inout Counters,
        now: Int64
    ) {
        guard var tcp = state.tcp.take() else { return }
        if ready & 2 != 0 { tcp.writable(number, tokenBase: Self.connectionToken) }
        if ready & 5 != 0 {
            var received: [([UInt8], PeerAddress)] = []
            let closed = tcp.readable(number, now: now) { bytes, from in received.append((Array(bytes), from)) }
            state.tcp = consume tcp
            for (position, item) in received.enumerated() {
                var bytes = item.0
                bytes.withUnsafeMutableBytes { state.relay.receive($0, from: item.1, now: now, into: &batch) }
                if position % 32 == 31 || !batch.hasRoom(for: 32) {
                    flush(&state, batch: &batch, counters: &counters, now: now)
                }
            }
            if let closed { state.relay.connectionClosed(closed) }
        } else {
            state.tcp = consume tcp
        }
    }

    /// Forwards what the last burst brought and sends everything that is waiting.
    private func flush(_ state: inout Setup, batch: inout SendBatch, counters: inout Counters, now: Int64) {
        while true {
            let hasMore = state.relay.forward(into: &batch, now: now)
            send(&state, batch: &batch, counters: &counters)
            if !hasMore { return }
        }
    }

    private func send(_ state: inout Setup, batch: inout SendBatch, counters: inout Counters) {
        guard batch.runCount > 0 else { return }
        guard var tcp = state.tcp.take() else {
            counters.add(state.endpoint.send(batch) { _, _ in })
            batch.removeAll()
            return
        }
        var drops = 0
        counters.add(
            state.endpoint.send(batch) { run, bytes in
                drops += tcp.send(run, bytes: bytes, tokenBase: Self.connectionToken)
            })
        counters.drops &+= UInt64(drops)
        state.tcp = consume tcp
        batch.removeAll()
    }

    private func farewell(_ state: inout Setup) {
        state.relay.removeAll(now: csockets_monotonic_us())
        let events = state.relay.takeEvents()
        if !events.isEmpty { deliver(events) }
    }

    private func publish(_ metrics: RelayMetrics, rooms: (rooms: Int, participants: Int), _ counters: Counters) {
        var whole = metrics
        whole.rooms = UInt64(rooms.rooms)
        whole.participants = UInt64(rooms.participants)
        whole.sendCalls = counters.sendCalls
        whole.receiveCalls = counters.receiveCalls
        whole.waitCalls = counters.waitCalls
        whole.sendDrops = counters.drops
        published.withLock { $0 = whole }
    }

    private struct Counters {
        var sendCalls: UInt64 = 0
        var receiveCalls: UInt64 = 0
        var waitCalls: UInt64 = 0
        var drops: UInt64 = 0

        mutating func add(_ sent: (calls: Int, drops: Int)) {
            sendCalls &+= UInt64(sent.calls)
            drops &+= UInt64(sent.drops)
        }
    }
}
