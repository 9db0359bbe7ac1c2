import CBench
import ICE
import RTP
import SecureTransport

/// Plays sites of a briefing that publish real media: Opus voices and VP8 cameras from files, in real time.
///
/// Unlike ``LoadGenerator`` it measures nothing and costs next to nothing: browsers and the server need the machine.
/// The driver does the signalling and speaks to it in lines of JSON (``Command``).
final class SiteGenerator {
    private let shared: ClientContext
    private var sessions: [Session] = []
    private var streams: [SiteStream] = []
    private let epoll = cbench_epoll_create()
    private let inward = cbench_batch_create(64)
    private let outward: OpaquePointer
    private let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 2048, alignment: 16)
    private var input = CommandInput()
    private var isOver = false

    private static let inputToken: UInt32 = 1 << 29
    /// µs between looks at checks and handshakes.
    private static let tickInterval: Int64 = 20_000

    init?(profile: SRTPProfile) throws {
        shared = try ClientContext(profile: profile)
        guard let batch = cbench_batch_create(64) else { return nil }
        outward = batch
    }

    func loop() {
        var tokens = [UInt32](repeating: 0, count: 256)
        var nextTick: Int64 = 0
        _ = cbench_epoll_add(epoll, 0, Self.inputToken)
        while !isOver, !input.isAtEnd {
            var now = cbench_now()
            let nextFrame = streams.map(\.due).min() ?? .max
            let count = Int(cbench_epoll_wait(epoll, &tokens, 256, max(min(nextFrame, nextTick) - now, 0)))
            now = cbench_now()
            for index in 0..<count {
                let token = tokens[index]
                if token == Self.inputToken {
                    input.receive()
                    while let command = input.next() { obey(command) }
                } else if Int(token) < sessions.count {
                    receive(sessions[Int(token)], now: now)
                }
            }
            for stream in streams where stream.due <= now { stream.send(now: now, batch: outward) }
            if now >= nextTick {
                nextTick = now + Self.tickInterval
                for session in sessions { session.tick(now: now, shared: shared, memory: memory) }
            }
        }
    }

    private func receive(_ session: Session, now: Int64) {
        let count = Int(cbench_receive(inward, session.descriptor))
        for index in 0..<count {
            guard let base = cbench_bytes(inward, UInt32(index)) else { continue }
            let datagram = UnsafeMutableRawBufferPointer(start: base, count: Int(cbench_length(inward, UInt32(index))))
            let kind = PacketClass(of: UnsafeRawBufferPointer(datagram).bytes)
            if kind == .rtcp {
                if let packet = session.openControl(datagram) { take(packet, session: session) }
            } else {
                session.receiveControl(
                    UnsafeRawBufferPointer(datagram), kind: kind, now: now, shared: shared, memory: memory)
            }
        }
    }

    /// What the server asks for: lost packets and keyframes.
    private func take(_ packet: UnsafeRawBufferPointer, session: Session) {
        func stream(_ ssrc: UInt32) -> SiteStream? {
            streams.first { $0.session === session && $0.plan.ssrc == ssrc }
        }
        var reader = RTCPReader()
        while let part = try? reader.next(in: packet.bytes) {
            switch part {
            case .nack(let request):
                guard let asked = stream(request.media) else { break }
                var sequences = request.sequences
                while let number = sequences.next(in: packet.bytes) { asked.resend(number, batch: outward) }
            case .pictureLossIndication(_, let media): stream(media)?.askKeyframe()
            case .fullIntraRequest(let request):
                var entries = request.entries
                while let entry = entries.next(in: packet.bytes) { stream(entry.ssrc)?.askKeyframe() }
            default: break
            }
        }
    }

    // MARK: The driver

    private func obey(_ command: Command) {
        let session = command.session.flatMap { sessions.indices.contains($0) ? sessions[$0] : nil }
        switch command.verb {
        case "open": tell(sessions.open(command.count ?? 1, epoll: epoll, fingerprint: shared.fingerprint))
        case "connect": connect(command, session: session)
        case "close":
            streams.removeAll { $0.session === session }
            session?.close()
            tell(Mark(event: "done"))
        case "voice", "camera":
            for stream in streams
            where stream.session === session && stream.plan.isVideo == (command.verb == "camera") {
                stream.isOn = command.on ?? true
            }
            tell(Mark(event: "done"))
        case "state":
            tell(Connected(connected: sessions.count { $0.isConnected }, secure: sessions.count { $0.isSecure }))
        case "report": tell(SiteReport(streams: streams.map(\.report), ownCPU: ownCPU()))
        default: isOver = true
        }
    }

    private func connect(_ command: Command, session: Session?) {
        let now = cbench_now()
        guard let session, session.connect(command, now: now) else {
            return tell(Mark(event: "connect lacks something"))
        }
        for plan in command.streams ?? [] {
            // Sites out of step, each at a place of its own (the golden ratio's multiples).
            let share = (Double(session.number) * 0.618_034).truncatingRemainder(dividingBy: 1)
            guard let stream = SiteStream(session: session, plan: plan, start: now + Int64(share * 40_000)) else {
                return tell(Mark(event: "no frames in \(plan.file)"))
            }
            streams.append(stream)
        }
        tell(Mark(event: "done"))
    }
}
