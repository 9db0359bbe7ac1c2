import CBench
import Glibc
import ICE
import RTP
import SecureTransport

/// Plays all clients of a benchmark over real sockets: ICE, DTLS-SRTP, media in bursts as encoders send it, and
/// measures what comes out. Signalling is the driver's, which speaks to it in lines of JSON.
///
/// `load PROFILE CORE`: gcm or cm; the core to run on (-1: any), at real-time priority, so that its own delays are not
/// in the figures. `load sites`: see ``SiteGenerator``.
@main
final class LoadGenerator {
    private let shared: ClientContext
    private var sessions: [Session] = []
    private var publishers: [Publisher] = []
    private var sinks: [Int32] = []
    private let epoll = cbench_epoll_create()
    private let inward = cbench_batch_create(256)
    private let outward = cbench_batch_create(64)
    private let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 2048, alignment: 16)
    private var input = CommandInput()
    private var isOver = false

    private var delays = Histogram()
    private var isCounting = false
    private var sent = 0
    private var broken = 0
    private var phaseEnd: Int64 = .max
    private var phase = Phase.idle
    private var run: (seconds: Double, tellsCounts: Bool, started: Int64, ownCPU: Double, drops: Int) =
        (0, false, 0, 0, 0)

    private enum Phase { case idle, warmingUp, counting, draining }
    private static let inputToken: UInt32 = 1 << 29
    private static let sinkFlag: UInt32 = 1 << 30
    /// µs.
    private static let pollInterval: Int64 = 500

    init(profile: SRTPProfile) throws { shared = try ClientContext(profile: profile) }

    static func main() throws {
        let arguments = CommandLine.arguments
        if arguments.count > 1, arguments[1] == "sites" {
            try SiteGenerator(profile: .aeadAES128GCM)?.loop()
            return
        }
        let core = arguments.count > 2 ? Int32(arguments[2]) ?? -1 : -1
        if core >= 0 { _ = cbench_pin(core, 20) }
        let generator = try LoadGenerator(
            profile: arguments.count > 1 && arguments[1] == "cm" ? .aes128CMHMACSHA1_80 : .aeadAES128GCM)
        generator.loop()
    }

    private func loop() {
        var tokens = [UInt32](repeating: 0, count: 256)
        var nextTick: Int64 = 0
        _ = cbench_epoll_add(epoll, 0, Self.inputToken)
        while !isOver, !input.isAtEnd {
            var now = cbench_now()
            let nextBurst = publishers.map(\.due).min() ?? .max
            // Sleeps rather than waits for datagrams: waking a reader would be charged to the sender, who in life is on
            // another machine. Arrivals are stamped by the kernel, so nothing is measured late.
            cbench_sleep(min(max(min(nextBurst, nextTick, phaseEnd) - now, 0), Self.pollInterval))
            let count = Int(cbench_epoll_wait(epoll, &tokens, 256, 0))
            now = cbench_now()
            for index in 0..<count {
                switch tokens[index] {
                case Self.inputToken:
                    input.receive()
                    while let command = input.next() { obey(command) }
                case let token where token & Self.sinkFlag != 0:
                    while cbench_receive(inward, sinks[Int(token & ~Self.sinkFlag)]) == 256 {}
                case let token where Int(token) < sessions.count: receive(sessions[Int(token)], now: now)
                default: break
                }
            }
            for publisher in publishers where publisher.due <= now {
                let packets = publisher.send(outward!)
                if isCounting { sent += packets }
            }
            if now >= nextTick {
                nextTick = now + 5_000
                for session in sessions { session.tick(now: now, shared: shared, memory: memory) }
            }
            if now >= phaseEnd { advance(now: now) }
        }
    }

    // MARK: Receiving

    private func receive(_ session: Session, now: Int64) {
        while true {
            let count = Int(cbench_receive(inward, session.descriptor))
            for index in 0..<count {
                guard let base = cbench_bytes(inward, UInt32(index)) else { continue }
                let datagram = UnsafeMutableRawBufferPointer(
                    start: base, count: Int(cbench_length(inward, UInt32(index))))
                let kind = PacketClass(of: UnsafeRawBufferPointer(datagram).bytes)
                if kind == .rtp {
                    receiveMedia(datagram, session: session, stamp: cbench_stamp(inward, UInt32(index)))
                } else {
                    session.receiveControl(
                        UnsafeRawBufferPointer(datagram), kind: kind, now: now, shared: shared, memory: memory)
                }
            }
            if count < 256 { return }
        }
    }

    private func receiveMedia(_ datagram: UnsafeMutableRawBufferPointer, session: Session, stamp: Int64) {
        guard datagram.count >= RTPHeader.fixedLength else { return }
        let sequence = UInt16(bigEndian: datagram.loadUnaligned(fromByteOffset: 2, as: UInt16.self))
        let ssrc = UInt32(bigEndian: datagram.loadUnaligned(fromByteOffset: 8, as: UInt32.self))
        var place = session.incoming.firstIndex { $0.ssrc == ssrc } ?? -1
        if place < 0 {
            place = session.incoming.count
            session.incoming.append(Session.Incoming(ssrc: ssrc))
        }
        if session.incoming[place].publisher < 0 || session.incoming[place].sinceCheck >= 256 {
            identify(datagram, session: session, place: place, sequence: sequence)
        }
        session.incoming[place].sinceCheck += 1
        guard isCounting || session.firstMedia == 0, session.incoming[place].publisher >= 0 else { return }
        if session.firstMedia == 0 { session.firstMedia = stamp }
        guard isCounting else { return }
        let publisher = publishers[session.incoming[place].publisher]
        let sentAt = publisher.times[Int(sequence &- session.incoming[place].offset)]
        if sentAt > 0 { delays.add(stamp - sentAt) }
        let highest = session.incoming[place].highest
        let extended =
            highest < 0
            ? Int64(sequence) : highest + Int64(Int16(truncatingIfNeeded: Int64(sequence) &- highest))
        if session.incoming[place].first < 0 { session.incoming[place].first = extended }
        session.incoming[place].highest = max(highest, extended)
        session.incoming[place].received += 1
    }

    /// Decrypts a packet to see whose it is and how it was renumbered.
    private func identify(
        _ datagram: UnsafeMutableRawBufferPointer, session: Session, place: Int, sequence: UInt16
    ) {
        session.incoming[place].sinceCheck = 0
        guard let payload = session.open(datagram) else {
            broken += 1
            return
        }
        let mark = Publisher.markOffset
        guard payload.count >= mark + 10,
            UInt16(bigEndian: payload.loadUnaligned(fromByteOffset: mark, as: UInt16.self)) == Publisher.magic
        else { return }
        let number = Int(UInt32(bigEndian: payload.loadUnaligned(fromByteOffset: mark + 2, as: UInt32.self)))
        let original = UInt32(bigEndian: payload.loadUnaligned(fromByteOffset: mark + 6, as: UInt32.self))
        guard number < publishers.count else { return }
        session.incoming[place].publisher = number
        session.incoming[place].offset = sequence &- UInt16(truncatingIfNeeded: original)
    }

    // MARK: A run

    private func advance(now: Int64) {
        switch phase {
        case .idle: phaseEnd = .max
        case .warmingUp:
            delays.removeAll()
            sent = 0
            for session in sessions {
                for place in session.incoming.indices {
                    session.incoming[place].first = -1
                    session.incoming[place].highest = -1
                    session.incoming[place].received = 0
                }
            }
            isCounting = true
            run.started = now
            run.ownCPU = ownCPU()
            run.drops = drops()
            phase = .counting
            phaseEnd = now + Int64(run.seconds * 1_000_000)
            tell(Mark(event: "begin"))
        case .counting:
            phase = .draining
            phaseEnd = now + 50_000
            tell(Mark(event: "end"))
        case .draining:
            isCounting = false
            phase = .idle
            phaseEnd = .max
            report(now: now)
        }
    }

    private func report(now: Int64) {
        var received = 0
        var lost = 0
        var streams = 0
        for session in sessions {
            for stream in session.incoming where stream.received > 0 {
                received += stream.received
                lost += max(0, Int(stream.highest - stream.first) + 1 - stream.received)
                streams += 1
            }
        }
        tell(
            Report(
                seconds: Double(now - 50_000 - run.started) / 1_000_000, sent: sent, received: received, lost: lost,
                streams: streams, dropped: drops() - run.drops,
                delay: [
                    "p50": delays.quantile(0.5), "p95": delays.quantile(0.95), "p99": delays.quantile(0.99),
                    "p999": delays.quantile(0.999), "max": Int(delays.maximum),
                ], counts: run.tellsCounts ? delays.counts(step: 10) : nil,
                firstMedia: sessions.filter { $0.asked >= run.started && $0.firstMedia > 0 }.map {
                    Double($0.firstMedia - $0.asked) / 1_000
                }, ownCPU: ownCPU() - run.ownCPU, broken: broken))
    }

    private func drops() -> Int { sessions.reduce(0) { $0 + Int(cbench_drops($1.descriptor)) } }

    // MARK: The driver

    private func obey(_ command: Command) {
        switch command.verb {
        case "open": tell(sessions.open(command.count ?? 1, epoll: epoll, fingerprint: shared.fingerprint))
        case "connect": connect(command)
        case "close":
            if let number = command.session, sessions.indices.contains(number) {
                publishers.filter { $0.session === sessions[number] }.forEach { $0.setPace(0, now: 0) }
                sessions[number].close()
            }
            tell(Mark(event: "done"))
        case "pace":
            let now = cbench_now()
            for publisher in publishers { publisher.setPace(command.factor ?? 1, now: now) }
            tell(Mark(event: "done"))
        case "state":
            tell(Connected(connected: sessions.count { $0.isConnected }, secure: sessions.count { $0.isSecure }))
        case "run":
            run.seconds = command.seconds ?? 10
            run.tellsCounts = command.counts ?? false
            phase = .warmingUp
            phaseEnd = cbench_now() + Int64((command.warmup ?? 2) * 1_000_000)
        case "deafen":
            let listeners = command.listeners ?? 0
            for session in sessions {
                _ = cbench_drop_media(session.descriptor, listeners > 0 && session.number % listeners != 0 ? 1 : 0)
            }
            tell(Mark(event: "done"))
        case "sinks":
            var ports: [UInt16] = []
            for _ in 0..<(command.count ?? 1) {
                var port: UInt16 = 0
                let sink = cbench_open(&port)
                guard sink >= 0 else { continue }
                _ = cbench_epoll_add(epoll, sink, Self.sinkFlag | UInt32(sinks.count))
                sinks.append(sink)
                ports.append(port)
            }
            tell(Sinks(ports: ports))
        default: isOver = true
        }
    }

    private func connect(_ command: Command) {
        let now = cbench_now()
        guard let number = command.session, sessions.indices.contains(number),
            sessions[number].connect(command, now: now)
        else { return tell(Mark(event: "connect lacks something")) }
        for (plan, isPicture) in [(command.voice, false), (command.picture, true)] {
            guard let plan else { continue }
            // Publishers out of step, each at a place of its own in the burst interval (the golden ratio's multiples).
            let share = (Double(publishers.count) * 0.618_034).truncatingRemainder(dividingBy: 1)
            publishers.append(
                Publisher(
                    number: publishers.count, session: sessions[number], plan: plan, isPicture: isPicture,
                    start: now + Int64(share * 1_000_000 / plan.rate)))
        }
        tell(Mark(event: "done"))
    }
}
