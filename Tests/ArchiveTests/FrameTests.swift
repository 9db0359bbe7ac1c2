import Recording
import Testing

@testable import Archive

struct FrameTests {
    /// A VP8 payload (RFC 7741 §4.2): with or without a keyframe, of a temporal layer.
    static func payload(
        begins: Bool = true, key: Bool = false, temporal: (layer: UInt8, base: UInt8, isSync: Bool)? = nil, byte: UInt8
    ) -> [UInt8] {
        let start: UInt8 = begins ? 0x10 : 0
        var bytes = [start]
        if let temporal {
            bytes = [start | 0x80, 0x60, temporal.base, temporal.layer << 6 | (temporal.isSync ? 0x20 : 0)]
        }
        return bytes + [key ? 0x10 : 0x11, byte]
    }

    /// Frames of two packets each, as an assembler gives them without the packets of some numbers.
    static func frames(_ count: Int, keys: Set<Int>, without lost: Set<Int>) -> (given: [Int], leftOut: Int) {
        var assembler = FrameAssembler(codec: .vp8)
        var given: [Int] = []
        for frame in 0..<count {
            for part in 0..<2 where !lost.contains(frame * 2 + part) {
                let packet = MediaPacket(
                    number: Int64(frame * 2 + part), timestamp: UInt32(frame * 3_600), marker: part == 1,
                    payload: payload(
                        begins: part == 0, key: part == 0 && keys.contains(frame),
                        byte: UInt8(truncatingIfNeeded: frame)))
                if let made = assembler.take(packet, at: Int64(frame) * 40_000) {
                    given.append(Int(made.timestamp / 3_600))
                    #expect(made.bytes.count == 4)
                }
            }
        }
        return (given, assembler.leftOut)
    }

    @Test func `frames that are whole are given as they came`() {
        #expect(Self.frames(20, keys: [0], without: []).given == Array(0..<20))
    }

    @Test(arguments: [10, 11])
    func `after a loss nothing is shown up to the next keyframe, whichever packet it was`(lost: Int) {
        let (given, _) = Self.frames(20, keys: [0, 12], without: [lost])
        #expect(given == Array(0..<5) + Array(12..<20))
    }

    @Test func `a picture does not stand still for ever where no keyframe comes`() {
        let given = Self.frames(300, keys: [0], without: [10, 11]).given
        #expect(given.filter { $0 > 5 }.first.map { $0 > 100 && $0 < 110 } == true)
        #expect(given.last == 299)
    }

    @Test func `a lost picture of an upper temporal layer costs only its layer, up to where it can be entered again`() {
        var assembler = FrameAssembler(codec: .vp8)
        var given: [Int] = []
        // Base and upper layer in turn; picture 5 is of the upper one and is lost; 9 needs only the base.
        for frame in 0..<14 where frame != 5 {
            let temporal = (layer: UInt8(frame % 2), base: UInt8(frame / 2), isSync: frame == 9)
            let packet = MediaPacket(
                number: Int64(frame), timestamp: UInt32(frame), marker: true,
                payload: Self.payload(key: frame == 0, temporal: temporal, byte: 1))
            if assembler.take(packet, at: Int64(frame) * 40_000) != nil { given.append(frame) }
        }
        #expect(given == [0, 1, 2, 3, 4, 6, 8, 9, 10, 11, 12, 13])
    }

    @Test func `an H264 picture is put together from parameter sets, fragments and slices`() throws {
        var assembler = FrameAssembler(codec: .h264)
        let payloads: [[UInt8]] = [
            [0x18, 0, 2, 0x67, 1, 0, 2, 0x68, 2], [0x7C, 0x85, 0x80, 3], [0x7C, 0x05, 4], [0x7C, 0x45, 5],
        ]
        var made: CodedFrame?
        for (number, payload) in payloads.enumerated() {
            made = assembler.take(
                MediaPacket(number: Int64(number), timestamp: 1, marker: number == 3, payload: payload), at: 0)
        }
        let frame = try #require(made)
        #expect(frame.isKeyframe)
        #expect(frame.bytes == [0, 0, 0, 1, 0x67, 1, 0, 0, 0, 1, 0x68, 2, 0, 0, 0, 1, 0x65, 0x80, 3, 4, 5])
    }

    @Test func `AV1 elements become units with their sizes, joined over packets`() throws {
        var assembler = FrameAssembler(codec: .av1)
        // W = 2, N, Y: a sequence header with its length, and the begin of a frame; then Z: its end.
        let first: [UInt8] = [0x40 | 0x20 | 0x08, 2, 0x08, 0xAA, 0x30, 1, 2]
        let second: [UInt8] = [0x80 | 0x10, 3, 4]
        #expect(assembler.take(MediaPacket(number: 0, timestamp: 1, marker: false, payload: first), at: 0) == nil)
        let made = assembler.take(MediaPacket(number: 1, timestamp: 1, marker: true, payload: second), at: 0)
        let frame = try #require(made)
        #expect(frame.bytes == [0x12, 0, 0x0A, 1, 0xAA, 0x32, 4, 1, 2, 3, 4])
    }

    @Test func `packets of strangers end nothing`() {
        var generator = SystemRandomNumberGenerator()
        for codec in [Track.Codec.vp8, .vp9, .h264, .av1] {
            var assembler = FrameAssembler(codec: codec)
            for number in 0..<20_000 {
                let payload = (0..<Int.random(in: 0...12, using: &generator)).map { _ in
                    UInt8.random(in: 0...255, using: &generator)
                }
                _ = assembler.take(
                    MediaPacket(
                        number: Int64(number / 2 * 2), timestamp: UInt32(number / 3), marker: number % 4 == 0,
                        payload: payload), at: Int64(number) * 10_000)
            }
        }
    }

    @Test func `packets wait in the order of their numbers, each once, and what is too late is left out`() {
        var queue = PacketQueue()
        for number: Int64 in [5, 3, 4, 4, 9, 3, 7] {
            queue.insert(MediaPacket(number: number, timestamp: 0, marker: false, payload: []))
        }
        #expect((0..<3).map { _ in queue.removeFirst()?.number } == [3, 4, 5])
        queue.insert(MediaPacket(number: 4, timestamp: 0, marker: false, payload: []))
        queue.insert(MediaPacket(number: 6, timestamp: 0, marker: false, payload: []))
        #expect((0..<4).map { _ in queue.removeFirst()?.number } == [6, 7, 9, nil])
    }
}
