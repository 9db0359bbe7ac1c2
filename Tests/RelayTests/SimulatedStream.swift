import RTP

@testable import Relay

/// One packet as a simulated publisher made it. Its place in the list of all packets ends its payload.
struct SentPacket {
    /// Of the stream, among all that a test has seen.
    var stream: Int
    /// Without a rollover.
    var sequence: Int64
    var timestamp: UInt32
    var picture: Int
    var marker: Bool
    /// The first packet of a keyframe, or any of a voice: a receiver can start with it.
    var isStart: Bool
    var payload: [UInt8]
    /// When it came to the relay first, µs.
    var arrival: Int64?

    /// Payloads of VP8 with one another's picture numbers; nil where there are none.
    func payload(withNumbersOf other: [UInt8]) -> [UInt8] {
        guard payload.count == other.count, let numbers = VP8Descriptor(parsing: payload.span.bytes) else {
            return payload
        }
        var changed = payload
        if numbers.pictureIDOffset > 0 {
            changed[numbers.pictureIDOffset] = other[numbers.pictureIDOffset]
            if numbers.pictureIDIs15Bit { changed[numbers.pictureIDOffset + 1] = other[numbers.pictureIDOffset + 1] }
        }
        if numbers.tl0PicIdxOffset > 0 { changed[numbers.tl0PicIdxOffset] = other[numbers.tl0PicIdxOffset] }
        return changed
    }

    /// The packet behind a payload that came out, by the number that ends it.
    static func number(in payload: [UInt8]) -> Int? {
        guard payload.count >= 4 else { return nil }
        return payload.suffix(4).reduce(0) { $0 << 8 | Int($1) }
    }
}

/// One SSRC's life at a simulated publisher: a voice, or a VP8 picture of one size.
struct SimulatedStream {
    let number: Int
    let owner: ParticipantID
    let isVideo: Bool
    let ssrc: UInt32
    let rtxSSRC: UInt32
    /// Simulcast's name of the layer, nil without simulcast.
    let rid: String?
    let height: UInt16
    let is15Bit: Bool
    /// Whether it sends now.
    var isOn = true
    var wantsKeyframe = true
    var rtxSequence: UInt64 = 0
    private var sequence: Int64
    private var timestamp: UInt32
    private var pictureID: UInt16
    private var tl0: UInt8
    private var picture = 0

    init(
        number: Int, owner: ParticipantID, isVideo: Bool, ssrc: UInt32, rid: String? = nil, height: UInt16 = 0,
        is15Bit: Bool = true, using random: inout SplitMix64
    ) {
        self.number = number
        self.owner = owner
        self.isVideo = isVideo
        self.ssrc = ssrc
        rtxSSRC = ssrc + 1
        self.rid = rid
        self.height = height
        self.is15Bit = is15Bit
        // Some roll over soon, but not before a receiver has heard of the stream (RFC 3711 §3.3.1).
        sequence = Bool.random(using: &random) ? .random(in: 0...30_000, using: &random) : 65_480
        timestamp = .random(in: 0...UInt32.max, using: &random)
        pictureID = .random(in: 0...0x7FFF, using: &random)
        tl0 = .random(in: 0...255, using: &random)
    }

    /// The next picture's packets, split into almost equal parts as Chromium does it, or a voice's next packet.
    mutating func next(into all: inout [SentPacket], using random: inout SplitMix64) -> Range<Int> {
        let start = all.count
        let ticks: UInt32 = isVideo ? 4_500 : 1_920
        timestamp &+= ticks
        picture += 1
        guard isVideo else {
            let sound = (0..<20).map { UInt8(truncatingIfNeeded: $0 &* 3 &+ picture) }
            append(sound, marker: false, isStart: true, to: &all)
            return start..<all.count
        }
        let isKeyframe = wantsKeyframe || Int.random(in: 0..<10, using: &random) == 0
        wantsKeyframe = false
        pictureID = (pictureID + 1) & (is15Bit ? 0x7FFF : 0x7F)
        // Every other picture belongs to the upper temporal layer.
        if isKeyframe || picture % 2 == 0 { tl0 &+= 1 }
        let count = Int.random(in: 1...(height > 300 ? 5 : 2), using: &random)
        let size = Int.random(in: 60...200, using: &random)
        let longer = Int.random(in: 0...count, using: &random)
        for part in 0..<count {
            var payload: [UInt8] = [part == 0 ? 0x90 : 0x80, 0xC0]
            if is15Bit {
                payload += [0x80 | UInt8(pictureID >> 8), UInt8(truncatingIfNeeded: pictureID), tl0]
            } else {
                payload += [UInt8(pictureID), tl0]
            }
            if part == 0, isKeyframe {
                payload += [0x10, 0, 0, 0x9D, 0x01, 0x2A, 0x80, 0x02]
                payload += [UInt8(truncatingIfNeeded: height), UInt8(height >> 8)]
            } else {
                payload.append(0x11)
            }
            let rest = size + (part >= count - longer ? 1 : 0) - payload.count
            payload += (0..<rest).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ picture) }
            append(payload, marker: part == count - 1, isStart: part == 0 && isKeyframe, to: &all)
        }
        return start..<all.count
    }

    private mutating func append(_ content: [UInt8], marker: Bool, isStart: Bool, to all: inout [SentPacket]) {
        let number = all.count
        let name = stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> $0) }
        all.append(
            SentPacket(
                stream: self.number, sequence: sequence, timestamp: timestamp, picture: picture, marker: marker,
                isStart: isStart, payload: content + name))
        sequence += 1
    }
}
