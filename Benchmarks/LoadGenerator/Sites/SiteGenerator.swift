import CBench
import Foundation
import Glibc
import ICE
import RTP
import SecureTransport

/// Plays sites of a briefing that publish real media: Opus voices and VP8 cameras from files, in real time.
///
/// Unlike ``LoadGenerator`` it measures nothing and costs next to nothing: browsers and the server need the machine.
/// The driver does the signalling and speaks to it in lines of JSON (``SiteCommand``).
final class SiteGenerator {
    private let shared: ClientContext
    private var sessions: [Session] = []
    private var streams: [SiteStream] = []
    private let epoll = cbench_epoll_create()
    private let inward = cbench_batch_create(64)
    private let outward: OpaquePointer
    private let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 2048, alignment: 16)
    private var input: [UInt8] = []
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
        _ = fcntl(0, F_SETFL, fcntl(0, F_GETFL) | O_NONBLOCK)
        _ = cbench_epoll_add(epoll, 0, Self.inputToken)
        while !isOver {
            var now = cbench_now()
            let nextFrame = streams.map(\.due).min() ?? .max
            let count = Int(cbench_epoll_wait(epoll, &tokens, 256, max(min(nextFrame, nextTick) - now, 0)))
            now = cbench_now()
            for index in 0..<count {
                let token = tokens[index]
                if token == Self.inputToken {
                    readInput()
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

    private func readInput() {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = read(0, &bytes, bytes.count)
        if count == 0 { isOver = true }
        guard count > 0 else { return }
        input += bytes[..<count]
        while let end = input.firstIndex(of: 10) {
            let line = Data(input[..<end])
            input.removeFirst(end + 1)
            guard let command = try? JSONDecoder().decode(SiteCommand.self, from: line) else {
                tell(Mark(event: "not understood: \(String(decoding: line, as: UTF8.self))"))
                continue
            }
            obey(command)
        }
    }

    private func obey(_ command: SiteCommand) {
        let session = command.session.flatMap { sessions.indices.contains($0) ? sessions[$0] : nil }
        switch command.verb {
        case "open": open(command.count ?? 1)
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
        case "report":
            var usage = rusage()
            getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
            let seconds = usage.ru_utime.tv_sec + usage.ru_stime.tv_sec
            let rest = usage.ru_utime.tv_usec + usage.ru_stime.tv_usec
            tell(SiteReport(streams: streams.map(\.report), ownCPU: Double(seconds) + Double(rest) / 1e6))
        default: isOver = true
        }
    }

    private func open(_ count: Int) {
        var made: [Opened.Session] = []
        for _ in 0..<count {
            guard let session = Session(number: sessions.count) else { break }
            _ = cbench_epoll_add(epoll, session.descriptor, UInt32(session.number))
            sessions.append(session)
            made.append(.init(session: session.number, ufrag: session.ufrag, password: session.password))
        }
        tell(Opened(fingerprint: shared.fingerprint, sessions: made))
    }

    private func connect(_ command: SiteCommand, session: Session?) {
        guard let session, let port = command.port, let ufrag = command.ufrag, let password = command.password else {
            return tell(Mark(event: "connect lacks something"))
        }
        let now = cbench_now()
        session.connect(
            address: command.address ?? "127.0.0.1", port: port, ufrag: ufrag, password: password, asked: now,
            patience: (command.patience ?? 0) * 1000)
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

    private func tell(_ message: some Encodable) {
        guard let line = try? JSONEncoder().encode(message) else { return }
        FileHandle.standardOutput.write(line + Data([10]))
    }
}
