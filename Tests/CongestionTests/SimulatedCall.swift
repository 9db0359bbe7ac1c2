import Congestion
import RTP
import TestSupport

/// A relay that sends voice and pictures over a ``SimulatedLine`` at the rate that a ``BandwidthEstimator`` allows, and
/// a receiver that answers as Chromium does: feedback every 50 to 250 ms, for a twentieth of the rate.
struct SimulatedCall: ~Copyable {
    /// What happened in 100 ms.
    struct Sample {
        var time: Int64 = 0
        /// The estimate at its end, bit/s.
        var rate = 0
        /// Media bytes that the line carried.
        var carried = 0
        var padding = 0
        /// Least time in the queue, µs; 0 when nothing passed.
        var queue: Int64 = 0
    }

    private struct Packet {
        var sequence: UInt16
        var isPadding: Bool
        var size: Int
        var time: Int64
    }

    static let tick: Int64 = 5_000
    var line: SimulatedLine
    var estimator: BandwidthEstimator
    /// Bytes of a voice packet; 50 a second.
    var voice = 140
    /// bit/s of voice and pictures together.
    var demand: Int
    var isSending = true
    private(set) var samples: [Sample] = []
    /// µs in the queue of each packet, with the time at which it left the queue.
    private(set) var waits: [(time: Int64, wait: Int64)] = []
    private(set) var now: Int64 = 0

    private var random: SeededGenerator
    private var queue: [Packet] = []
    private var queueHead = 0
    private var queuedBytes = 0
    private var lineFree: Int64 = 0
    private var isLosing = false
    private var drawn: [Int64] = [-1, -1]
    private var offsets: [Int64] = [0, 0]
    private var lastArrival: Int64 = 0
    private var underway: [(arrival: Int64, sequence: UInt16, size: Int)] = []
    private var underwayHead = 0
    private var builder = TransportFeedbackBuilder()
    private var nextFeedback: Int64 = 0
    private var receivedBytes = 0
    private var answers: [(arrival: Int64, bytes: [UInt8])] = []
    private var lastAnswer: Int64 = 0
    /// Media that waits for the pacer, as sizes of packets.
    private var paced: [Int] = []
    private var pacedBytes = 0
    private var debt = 0.0
    private var probe: Probe?
    private var probed = 0
    private var current = Sample(queue: .max)
    private let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 1200, alignment: 8)

    init(_ line: SimulatedLine, demand: Int, seed: UInt64, settings: BandwidthEstimator.Settings = .init()) {
        self.line = line
        self.demand = demand
        estimator = BandwidthEstimator(settings: settings)
        random = SeededGenerator(seed: seed)
        now = 1_000_000 + Int64.random(in: 0..<20_000, using: &random)
        nextFeedback = now
        current.time = now
    }

    deinit { memory.deallocate() }

    /// Seconds since the beginning.
    var seconds: Double { Double(samples.count) / 10 }

    mutating func run(seconds: Double) {
        for _ in 0..<Int(seconds * 1_000_000) / Int(Self.tick) { step() }
    }

    private mutating func step() {
        now += Self.tick
        serve()
        receive()
        answer()
        estimator.demand = demand
        estimator.tick(now: now)
        send()
        let elapsed = now / 100_000
        if elapsed != current.time / 100_000 {
            current.rate = estimator.rate
            if current.queue == .max { current.queue = 0 }
            samples.append(current)
            current = Sample(time: now, queue: .max)
        }
    }

    // MARK: Sender

    private mutating func send() {
        guard isSending else {
            paced = []
            pacedBytes = 0
            return
        }
        let ticks = now / Self.tick
        if ticks % 4 == 0 {
            put(voice, isPadding: false)
            carry -= voice
        }
        if ticks % 8 == 0 { encode() }
        if probe == nil, let next = estimator.takeProbe(now: now) {
            probe = next
            probed = 0
            estimator.probeBegan()
        }
        let pace = probe?.rate ?? estimator.rate * 12 / 10
        var budget = pace * Int(Self.tick) / 8_000_000
        if probe == nil { budget += max(carry, -4 * budget) }
        while budget > 0, let size = paced.first {
            paced.removeFirst()
            pacedBytes -= size
            budget -= size
            probed += size
            put(size, isPadding: false)
        }
        carry = paced.isEmpty ? min(0, budget) : budget
        guard let probe else { return }
        while budget > 0, probed < probe.bytes {
            budget -= 283
            probed += 283
            put(283, isPadding: true)
        }
        if probed >= probe.bytes {
            estimator.probeEnded()
            self.probe = nil
        }
    }

    /// What the pacer sent too much at the last tick.
    private var carry = 0

    /// A picture, every 40 ms, of the size that the rate allows; one in 200 is five times as large, which those after
    /// it make up for.
    private mutating func encode() {
        let rate = min(estimator.rate, demand) - voice * 8 * 50
        guard rate > 20_000, pacedBytes * 8 < estimator.rate / 4 else { return }
        var size = Double(rate) / 8 / 25
        if Int.random(in: 0..<200, using: &random) == 0 {
            size *= 5
            debt += size * 0.8
        } else {
            size *= Double.random(in: 0.8...1.2, using: &random)
            let part = min(debt, size * 0.2)
            debt -= part
            size -= part
        }
        let count = Int(size) / 1200 + 1
        for _ in 0..<count { paced.append(Int(size) / count + 1) }
        pacedBytes += (Int(size) / count + 1) * count
    }

    private mutating func put(_ size: Int, isPadding: Bool) {
        let sequence = estimator.sent(bytes: size, now: now)
        guard !line.isCut, Int64(queuedBytes) * 8_000_000 / Int64(line.rate) < line.queue else { return }
        queue.append(Packet(sequence: sequence, isPadding: isPadding, size: size, time: now))
        queuedBytes += size
    }

    // MARK: Line

    private mutating func serve() {
        while queueHead < queue.count {
            let packet = queue[queueHead]
            let begin = max(lineFree, packet.time)
            let end = begin + Int64(packet.size) * 8_000_000 / Int64(line.rate)
            guard end <= now else { break }
            lineFree = end
            queueHead += 1
            queuedBytes -= packet.size
            if packet.isPadding { current.padding += packet.size } else { current.carried += packet.size }
            waits.append((end, begin - packet.time))
            current.queue = min(current.queue, begin - packet.time)
            guard !line.isCut, !isLost() else { continue }
            lastArrival = max(lastArrival, end + line.roundTrip / 2 + offset(0, at: end))
            underway.append((lastArrival, packet.sequence, packet.size))
        }
        if queueHead > 500 {
            queue.removeFirst(queueHead)
            queueHead = 0
        }
    }

    private mutating func isLost() -> Bool {
        guard line.loss > 0 else { return false }
        guard line.burst > 1 else { return Double.random(in: 0..<1, using: &random) < line.loss }
        // Gilbert: of two states one loses everything.
        let leave = isLosing ? 1 / line.burst : line.loss / (1 - line.loss) / line.burst
        if Double.random(in: 0..<1, using: &random) < leave { isLosing.toggle() }
        return isLosing
    }

    private mutating func offset(_ direction: Int, at time: Int64) -> Int64 {
        guard line.jitter > 0 else { return 0 }
        if time / 20_000 != drawn[direction] {
            drawn[direction] = time / 20_000
            offsets[direction] = Int64.random(in: 0...line.jitter, using: &random)
        }
        return offsets[direction]
    }

    // MARK: Receiver

    private mutating func receive() {
        while underwayHead < underway.count, underway[underwayHead].arrival <= now {
            let (arrival, sequence, size) = underway[underwayHead]
            underwayHead += 1
            receivedBytes += size
            builder.received(sequence: sequence, at: 500_000_000 + arrival + Int64(Double(arrival) * line.drift))
        }
        if underwayHead > 500 {
            underway.removeFirst(underwayHead)
            underwayHead = 0
        }
        guard now >= nextFeedback, builder.pending > 0 else { return }
        // As libwebrtc's RemoteEstimatorProxy: 68 bytes of feedback take 5 % of the rate.
        let rate = max(1, Int64(receivedBytes) * 8_000_000 / max(Self.tick, now - nextFeedback + interval))
        receivedBytes = 0
        interval = min(250_000, max(50_000, 68 * 8 * 20 * 1_000_000 / rate))
        nextFeedback = now + interval
        while true {
            var writer = RTCPWriter(memory)
            guard builder.write(into: &writer, senderSSRC: 1, mediaSSRC: 2) else { break }
            guard !line.isCut, Double.random(in: 0..<1, using: &random) >= line.loss else { continue }
            lastAnswer = max(lastAnswer, now + line.roundTrip / 2 + offset(1, at: now))
            answers.append((lastAnswer, Array(memory.prefix(writer.count))))
        }
    }

    private var interval: Int64 = 100_000

    private mutating func answer() {
        while let first = answers.first, first.arrival <= now {
            answers.removeFirst()
            var reader = RTCPReader()
            if case .transportFeedback(let feedback)? = try? reader.next(in: first.bytes.span.bytes) {
                estimator.receive(feedback, in: first.bytes.span.bytes, now: first.arrival)
            }
        }
    }
}

extension SimulatedCall {
    /// bit/s of media that the line carried from one second to another.
    func carried(from: Double, to: Double) -> Double {
        let part = samples[Int(from * 10)..<min(samples.count, Int(to * 10))]
        return Double(part.reduce(0) { $0 + $1.carried }) * 8 * 10 / Double(max(1, part.count))
    }

    /// µs of queue that the given share of the packets stayed below.
    func wait(share: Double, from: Double, to: Double) -> Int64 {
        guard let start = samples.first?.time else { return 0 }
        let range = start + Int64(from * 1_000_000)..<start + Int64(to * 1_000_000)
        let part = waits.lazy.filter { range.contains($0.time) }.map(\.wait).sorted()
        return part.isEmpty ? 0 : part[min(part.count - 1, Int(Double(part.count) * share))]
    }

    func rates(from: Double, to: Double) -> [Double] {
        samples[Int(from * 10)..<min(samples.count, Int(to * 10))].map { Double($0.rate) }
    }

    /// First second from which on the line carries so much, over half a second; infinite when it never does.
    func timeToCarry(_ rate: Double, from: Double) -> Double {
        var time = from
        while time + 0.5 <= seconds {
            if carried(from: time, to: time + 0.5) >= rate { return time + 0.5 - from }
            time += 0.1
        }
        return .infinity
    }
}
