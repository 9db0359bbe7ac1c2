import COpus
import Foundation
import Recording
import Testing

@testable import Archive

struct VoiceTests {
    /// A tone as Opus packets of 20 ms.
    static func packets(_ count: Int, hertz: Double = 440) throws -> [[UInt8]] {
        var status: Int32 = 0
        let encoder = try #require(opus_encoder_create(48_000, 1, OPUS_APPLICATION_VOIP, &status))
        defer { opus_encoder_destroy(encoder) }
        _ = shim_opus_set(encoder, OPUS_SET_INBAND_FEC_REQUEST, 1)
        _ = shim_opus_set(encoder, OPUS_SET_PACKET_LOSS_PERC_REQUEST, 20)
        return (0..<count).map { packet in
            let samples = (0..<960).map { Float(0.4 * sin(2 * .pi * hertz * Double(packet * 960 + $0) / 48_000)) }
            var bytes = [UInt8](repeating: 0, count: 1_275)
            let length = opus_encode_float(encoder, samples, 960, &bytes, 1_275)
            return Array(bytes.prefix(Int(length)))
        }
    }

    static func packet(_ number: Int, _ payload: [UInt8], first: UInt32 = .max - 2_000) -> MediaPacket {
        MediaPacket(number: Int64(number), timestamp: first &+ UInt32(number * 960), marker: false, payload: payload)
    }

    @Test func `what was lost is concealed: the voice is as long as it was, and nowhere silent`() throws {
        let payloads = try Self.packets(200)
        let decoder = try VoiceDecoder()
        var samples: [Float] = []
        for (number, payload) in payloads.enumerated() where number % 10 != 7 && number % 50 != 8 {
            let decoded = try #require(decoder.decode(Self.packet(number, payload)))
            samples += decoded.samples
        }
        #expect(samples.count == 200 * 960)
        for start in stride(from: 9_600, to: samples.count, by: 960) {
            let energy = samples[start..<start + 960].reduce(0) { $0 + $1 * $1 } / 960
            // What is made up fades, but never to nothing.
            #expect(energy > 1e-5, "silent at \(start)")
        }
    }

    @Test func `a packet that comes twice is heard once, and one that is no Opus not at all`() throws {
        let payloads = try Self.packets(3)
        let decoder = try VoiceDecoder()
        #expect(decoder.decode(Self.packet(0, payloads[0]))?.samples.count == 960)
        #expect(decoder.decode(Self.packet(0, payloads[0])) == nil)
        #expect(decoder.decode(Self.packet(1, [])) == nil)
        #expect(decoder.decode(Self.packet(1, [0xFF, 0x00, 0x12])) == nil)
        #expect(decoder.decode(Self.packet(1, payloads[1]))?.samples.count == 960)
    }

    @Test func `a silent sender leaves a gap, and nothing is made up for it`() throws {
        let payloads = try Self.packets(2)
        let decoder = try VoiceDecoder()
        _ = decoder.decode(Self.packet(0, payloads[0]))
        var later = Self.packet(1, payloads[1])
        later.timestamp &+= 96_000
        #expect(decoder.decode(later)?.samples.count == 960)
    }

    @Test(arguments: [18, 12, -18], [30, 35, 40, 45])
    func `a clock that a report moves by some milliseconds cuts nothing out of a voice`(step: Int, delay: Int) throws {
        let composition = try Composition(layout: .asLed, folder: URL(fileURLWithPath: "/"), start: 0)
        let track = Track(number: 1, role: .voice, codec: .opus, clockRate: 48_000, owner: "p1", name: "Huyện Ba Bể")
        composition.timeline.take(JournalRecord(time: 0, .began(track)))
        for (number, payload) in try Self.packets(500).enumerated() {
            let time = UInt64(number * 20 + delay) * 1_000
            var packet: [UInt8] = [0x80, 96, UInt8(number >> 8), UInt8(number & 255)]
            for shift in [24, 16, 8, 0] { packet.append(UInt8(truncatingIfNeeded: (number * 960) >> shift)) }
            composition.timeline.take(
                JournalRecord(time: time, .packet(track: 1, layer: 0, bytes: packet + [0, 0, 0, 1] + payload)))
            // Reports at 0, 3, 6 and 9 s: from the second on the sender's clock is beside what it was.
            if number % 150 == 0 {
                let beside = number == 0 ? 0 : step
                let sent = UInt64(number) * 20 + UInt64(1_000 + beside)
                composition.timeline.take(
                    JournalRecord(
                        time: time,
                        .clock(
                            track: 1, layer: 0, timestamp: UInt32(number * 960),
                            ntp: (sent / 1_000) << 32 | ((sent % 1_000) << 32) / 1_000)))
            }
        }
        var samples: [Float] = []
        for number in 0..<225 { samples += try composition.step(number, .sound)?.sound.mixed ?? [] }
        // A millisecond of the tone at a time.
        for start in stride(from: 9_600, to: samples.count - 48, by: 48) {
            let loudest = samples[start..<start + 48].map(abs).max() ?? 0
            #expect(loudest > 0.05, "silent at \(start / 48) ms")
        }
    }

    @Test(arguments: [200.0, -200])
    func `a line follows a clock that is off without a gap or a click`(ppm: Double) {
        var line = SampleLine()
        var out: [Float] = []
        let gain = 1 - ppm / 1e6
        func tone(_ sample: Int) -> Float { Float(sin(2 * .pi * 440 * Double(sample) / 48_000)) }
        // A minute, a second of it at a time.
        for piece in 0..<3_000 {
            let samples = (0..<960).map { tone(piece * 960 + $0) }
            line.append(samples, from: Double(piece * 960) * gain, to: Double((piece + 1) * 960) * gain)
            if piece % 50 == 49 {
                // Up to shortly before the end of what is there.
                let there = Int(Double((piece + 1) * 960) * gain) - 2_000
                var block = [Float](repeating: 0, count: there - out.count)
                _ = line.take(from: Int64(out.count), into: &block)
                out += block
            }
        }
        // The greatest step of a 440 Hz tone is 0.058 from one sample to the next.
        var worst: Float = 0
        for index in 100..<out.count { worst = max(worst, abs(out[index] - out[index - 1])) }
        #expect(worst < 0.06)
    }

    @Test func `loud voices together are bent and not cut, quiet ones are untouched`() {
        var samples: [Float] = [0.1, -0.6, 0.7, 1, -2, 8]
        SoftLimiter.limit(&samples)
        #expect(samples[0] == 0.1 && samples[1] == -0.6 && samples[2] == 0.7)
        #expect(samples[3] > 0.7 && samples[3] < 1 && samples[4] < -samples[3] && samples[5] <= 1)
    }

    @Test func `somebody speaks from the first sound on, and over the pauses within a sentence`() {
        var detector = SpeechDetector()
        var said: [Bool] = []
        for picture in 0..<100 {
            let isLoud = (10..<30).contains(picture) && picture % 8 < 4 || picture == 60
            said.append(detector.speaks(energy: isLoud ? 1_920 * 0.01 : 0, samples: 1_920))
        }
        #expect(said.prefix(10).allSatisfy { !$0 })
        #expect(said[10..<42].allSatisfy { $0 })
        #expect(said[43..<60].allSatisfy { !$0 })
        #expect(said[60])
    }
}
