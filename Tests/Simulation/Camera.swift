/// A camera that is sent in up to three simulcast layers: pictures of varying size, keyframes first and on request,
/// each layer in three temporal layers (the pattern 0 2 1 2 of L1T3).
struct Camera: ~Copyable {
    /// One packet that was sent, to be made again from this.
    struct Packet {
        var sequence: Int64 = -1
        var timestamp: UInt32 = 0
        var length: UInt16 = 0
        var pictureID: UInt16 = 0
        var tl0: UInt8 = 0
        /// TID and Y (RFC 7741 §4.2).
        var temporal: UInt8 = 0
        var mark = PictureMark()
        var isLast = false
    }

    struct Layer {
        /// Anybody watches it, and the uplink bears it.
        var isWanted = true
        var isOn = false
        /// kbit/s.
        var rate = 0.0
        var needsKeyframe = true
        var lastKeyframe: Int64 = .min / 2
        var picture: UInt32 = 0
        /// Since the last keyframe.
        var phase = 0
        var pictureID: UInt16 = 0
        var tl0: UInt8 = 0
        /// Bytes sent beyond the rate.
        var debt = 0.0
        var sequence: Int64 = 0
        var repairs: UInt64 = 0
    }

    static let rates = [120.0, 400, 1200]
    /// What the packets' headers take beside, kbit/s.
    private static let headers = [16.0, 32, 96]
    /// Below this a camera sends nothing.
    private static let leastRate = 25.0
    static let heights = [180, 360, 720]
    static let interval: Int64 = 40_000
    private static let payload = 1_080
    /// Packets of one layer that can be made again.
    private static let memory = 512

    var isOn = false
    /// When it was last switched on, µs.
    private(set) var onSince: Int64 = 0
    var layers = InlineArray<3, Layer>(repeating: Layer())
    /// Layers that the relay wants, from a moment on.
    private var wanted = InlineArray<3, Bool>(repeating: true)
    private var wantedFrom: Int64 = .max
    private var nextWanted = InlineArray<3, Bool>(repeating: true)
    var nextPicture: Int64
    /// Packets that wait for their turn on the uplink, by layer and sequence number.
    private var waiting: [(layer: Int, sequence: Int64)] = []
    private var waitingFirst = 0
    /// kbit/s that the uplink bears for pictures.
    private let budget: Double
    /// kbit/s at which packets leave.
    private let pace: Double
    private var credit = 0.0
    private var lastPaced: Int64 = 0
    private let packets: UnsafeMutablePointer<Packet>
    private var random: Seeded

    /// - Parameter uplink: kbit/s.
    init(seed: UInt64, uplink: Double, now: Int64) {
        random = Seeded(seed, stream: 12)
        // A microphone's packets take 58 kbit/s with their headers, reports about a twentieth of the line.
        budget = uplink * 0.8 - 58
        pace = max(min(uplink * 0.85 - 58, 4_300), 30)
        nextPicture = now &+ random.time(0...Self.interval)
        packets = .allocate(capacity: 3 * Self.memory)
        packets.initialize(repeating: Packet(), count: 3 * Self.memory)
        for layer in 0..<3 {
            layers[layer].sequence = Int64(random.index(below: 30_000))
            layers[layer].pictureID = UInt16(random.index(below: 0x8000))
            layers[layer].tl0 = UInt8(random.index(below: 256))
            layers[layer].repairs = UInt64(random.index(below: 30_000))
        }
    }

    deinit { packets.deallocate() }

    mutating func set(on: Bool, now: Int64) {
        guard isOn != on else { return }
        isOn = on
        if on { onSince = now }
        nextPicture = max(nextPicture, now)
        for layer in 0..<3 { layers[layer].isOn = false }
    }

    /// The relay has said which layers anybody watches: the client does it a moment later.
    mutating func want(_ layers: [Bool], now: Int64) {
        for layer in 0..<min(layers.count, 3) { nextWanted[layer] = layers[layer] }
        wantedFrom = now &+ 100_000
    }

    mutating func requestKeyframe(layer: Int) {
        if layer < 3 { layers[layer].needsKeyframe = true }
    }

    /// Whether it is on and its uplink bears any picture at all.
    var canSend: Bool { isOn && budget >= Self.headers[0] + Self.leastRate }

    /// Which layers are sent: those that somebody wants, from the bottom up, as far as the uplink bears them.
    private mutating func adapt() {
        var left = budget
        for layer in 0..<3 {
            let headers = Self.headers[layer]
            let rate = layer == 0 ? min(Self.rates[0], left - headers) : Self.rates[layer]
            let fits = rate + headers <= left && rate >= Self.leastRate
            let isOn = wanted[layer] && fits
            if isOn { left -= rate + headers }
            if isOn, !layers[layer].isOn { layers[layer].needsKeyframe = true }
            layers[layer].isOn = isOn
            layers[layer].rate = rate
        }
    }

    /// Makes the next picture of each layer; its packets then wait for ``nextPaced(now:)``.
    mutating func takePicture(now: Int64) {
        nextPicture &+= Self.interval
        if now >= wantedFrom {
            wanted = nextWanted
            wantedFrom = .max
        }
        guard isOn else { return }
        adapt()
        for layer in 0..<3 where layers[layer].isOn { encode(layer, now: now) }
    }

    mutating func skipPicture() { nextPicture &+= Self.interval }

    private mutating func encode(_ layer: Int, now: Int64) {
        let isKeyframe = layers[layer].needsKeyframe && now &- layers[layer].lastKeyframe >= 300_000
        let usual = layers[layer].rate * 1_000 / 8 / 25
        var size = usual * random.number(0.8...1.2)
        if isKeyframe {
            size *= 6
            layers[layer].needsKeyframe = false
            layers[layer].lastKeyframe = now
            layers[layer].phase = 0
        } else {
            // An encoder's rate control: what a keyframe took is saved on the next pictures.
            size *= min(max(1 - layers[layer].debt / usual / 10, 0.4), 1.1)
        }
        layers[layer].debt += size - usual
        let (temporal, reference): (UInt8, UInt8) =
            isKeyframe ? (0, 0) : [(0, 4), (2, 1), (1, 2), (2, 1)][layers[layer].phase & 3]
        // Y: only the base layer is referred to. The first picture of tid 2 of four, and that of tid 1, do so.
        let isSync = !isKeyframe && (layers[layer].phase & 3 == 1 || layers[layer].phase & 3 == 2)
        layers[layer].phase += 1
        layers[layer].picture &+= 1
        layers[layer].pictureID = (layers[layer].pictureID &+ 1) & 0x7FFF
        if temporal == 0 { layers[layer].tl0 &+= 1 }
        let parts = min(max(Int((size / Double(Self.payload)).rounded(.up)), 1), PictureMark.mostParts)
        let length = min(max(Int(size) / parts, 40), Self.payload)
        for part in 0..<parts {
            layers[layer].sequence &+= 1
            var packet = Packet()
            packet.sequence = layers[layer].sequence
            packet.timestamp = UInt32(truncatingIfNeeded: now &* 9 / 100)
            packet.length = UInt16(length)
            packet.pictureID = layers[layer].pictureID
            packet.tl0 = layers[layer].tl0
            packet.temporal = temporal << 6 | (isSync ? 0x20 : 0)
            packet.mark.layer = UInt8(layer)
            packet.mark.picture = layers[layer].picture
            packet.mark.part = UInt8(part)
            packet.mark.parts = UInt8(parts)
            packet.mark.reference = reference
            packet.isLast = part == parts - 1
            packets[layer * Self.memory + Int(packet.sequence) & (Self.memory - 1)] = packet
            waiting.append((layer, packet.sequence))
        }
    }

    /// Whether packets wait.
    var isPacing: Bool { waitingFirst < waiting.count }

    /// The next packet that may leave now: a camera's packets are spread so that the uplink's queue stays short.
    mutating func nextPaced(now: Int64) -> (layer: Int, packet: Packet)? {
        credit = min(credit + Double(now &- lastPaced) * pace / 8_000, pace * 10 / 8)
        lastPaced = now
        while waitingFirst < waiting.count, credit > 0 {
            let next = waiting[waitingFirst]
            waitingFirst += 1
            if waitingFirst == waiting.count {
                waiting.removeAll(keepingCapacity: true)
                waitingFirst = 0
            }
            guard let packet = packet(layer: next.layer, sequence: next.sequence) else { continue }
            credit -= Double(packet.length) + 80
            return (next.layer, packet)
        }
        return nil
    }

    private func packet(layer: Int, sequence: Int64) -> Packet? {
        let packet = packets[layer * Self.memory + Int(sequence) & (Self.memory - 1)]
        return packet.sequence == sequence ? packet : nil
    }

    /// A packet that the relay asks for again.
    func packet(layer: Int, asked: UInt16) -> Packet? {
        guard layer < 3 else { return nil }
        let distance = Int16(truncatingIfNeeded: Int64(asked) &- layers[layer].sequence)
        return packet(layer: layer, sequence: layers[layer].sequence &+ Int64(distance))
    }
}
