import COpus
import RTP
import Testing

@testable import Relay

extension OpusMerger {
    /// Merges as a relay does: up to `size` packets into one, fewer where the next cannot join. Packets that cannot be
    /// merged at all stay as they are.
    fileprivate mutating func merge(_ packets: [[UInt8]], by size: Int) -> [[UInt8]] {
        var merged: [[UInt8]] = []
        var start = 0
        while start < packets.count {
            let (packet, taken) = join(packets[start..<min(start + size, packets.count)])
            merged.append(taken > 0 ? packet : packets[start])
            start += max(taken, 1)
        }
        return merged
    }

    /// Joins as many of the packets as can be joined, and says how many they were.
    fileprivate mutating func join(
        _ packets: ArraySlice<[UInt8]>, limit: Int = OpusMerger.byteLimit
    ) -> (packet: [UInt8], taken: Int) {
        // One piece of memory that does not move: libopus points into it.
        let bytes = packets.flatMap(\.self)
        let capacity = bytes.count + 96
        return bytes.withUnsafeBytes { bytes in
            begin(limit: limit)
            var offset = 0
            for packet in packets {
                guard append(UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + packet.count])) else { break }
                offset += packet.count
            }
            var memory = [UInt8](repeating: 0xEE, count: capacity)
            let length = memory.withUnsafeMutableBytes { write(into: $0) }
            return (Array(memory.prefix(length)), count)
        }
    }
}

/// kbit/s of one voice on the line: every packet with IP 20, UDP 8, RTP 12, header extensions 8, and GCM's tag 16.
private func kilobits(_ packets: [[UInt8]], milliseconds: Int) -> Double {
    Double(packets.reduce(0) { $0 + $1.count + 20 + 8 + 12 + 8 + 16 } * 8) / Double(milliseconds)
}

private let celt = OPUS_APPLICATION_RESTRICTED_LOWDELAY

@Suite struct `Merged Opus packets` {
    @Test(arguments: Sound.allCases, [2, 3, 6])
    func `sound the same as the packets that they were made of`(sound: Sound, size: Int) throws {
        let packets = try OpusVoice.encode(sound, milliseconds: 4_800)
        var merger = OpusMerger()
        let merged = merger.merge(packets, by: size)
        #expect(merged.count <= packets.count / size + 8)
        #expect(merged.compactMap(OpusVoice.duration).reduce(0, +) == 4_800 * 48)
        #expect(try OpusVoice.decode(merged) == OpusVoice.decode(packets))
        if case .speech = sound { #expect(packets.contains { $0.count <= 2 }) }
    }

    @Test(
        arguments: [
            // Configurations by RFC 6716 table 2: 0 SILK, 12 hybrid, 16 CELT; short and long frames, two channels.
            (VoiceSettings(bitrate: 8_000), 0..<12), (VoiceSettings(bitrate: 12_000, frame: 60), 0..<12),
            (VoiceSettings(bitrate: 28_000, frame: 10), 12..<16),
            (VoiceSettings(channels: 2, bitrate: 40_000), 12..<16),
            (VoiceSettings(application: celt, bitrate: 96_000, frame: 2.5), 16..<32),
            (VoiceSettings(application: celt, channels: 2, bitrate: 96_000, frame: 5), 16..<32),
        ])
    func `sound the same in every mode`(settings: VoiceSettings, configurations: Range<UInt8>) throws {
        for sound in Sound.allCases {
            let packets = try OpusVoice.encode(sound, milliseconds: 3_000, settings: settings)
            if case .speech = sound { #expect(packets.contains { configurations.contains($0[0] >> 3) }) }
            var merger = OpusMerger()
            let merged = merger.merge(packets, by: 48)
            #expect(merged.count < packets.count)
            let whole = try OpusVoice.decode(packets, channels: settings.channels)
            #expect(whole.contains { abs($0) > 0.05 })
            #expect(try OpusVoice.decode(merged, channels: settings.channels) == whole)
        }
    }

    @Test func `can be merged again`() throws {
        let packets = try OpusVoice.encode(.speech, milliseconds: 2_400)
        var merger = OpusMerger()
        let twice = merger.merge(merger.merge(packets, by: 2), by: 3)
        #expect(try OpusVoice.decode(twice) == OpusVoice.decode(packets))
        #expect(twice.contains { OpusVoice.duration($0) == 5_760 })
    }

    @Test func `take 30 % off a voice's line at 60 ms and 37 % at 120 ms`() throws {
        let settings = VoiceSettings(isVariable: false)
        let packets = try OpusVoice.encode(.tone, milliseconds: 6_000, settings: settings)
        #expect(packets.allSatisfy { $0.count == 80 })
        var merger = OpusMerger()
        #expect(kilobits(packets, milliseconds: 6_000) == 57.6)
        let rates = [2, 3, 6].map { kilobits(merger.merge(packets, by: $0), milliseconds: 6_000) }
        #expect(rates == [44.6, 40.4, 36.0])
        // Frames of unequal length each need a byte or two to tell it (RFC 6716 §3.2.5).
        let variable = try OpusVoice.encode(.speech, milliseconds: 6_000)
        let speech = [1, 2, 3, 6].map { kilobits(merger.merge(variable, by: $0), milliseconds: 6_000) }
        // 42.3, 29.4, 25.4 and 21.3 as measured; encoders of other versions and machines differ a little.
        #expect(zip(speech, [42.3, 29.4, 25.4, 21.3]).allSatisfy { abs($0 - $1) < 2 }, "\(speech)")
    }

    @Test func `of silence stay silence`() throws {
        var merger = OpusMerger()
        let (two, _) = merger.join([[0x78], [0x78]])
        #expect(two == [0x79])
        let (six, taken) = merger.join(Array(repeating: [0x78], count: 7)[...])
        #expect(six == [0x7B, 6] && taken == 6)
        let duration = merger.duration
        #expect(duration == OpusMerger.durationLimit)
        // One byte of frame: what older encoders send in silence.
        let (older, _) = merger.join([[0x78, 1], [0x78], [0x78, 2]])
        #expect(OpusVoice.duration(older) == 2_880)
    }

    @Test(arguments: [
        // Other bandwidth, other channels, code 1 with an odd rest, code 3 without a count, with none, with too many,
        // a length that reaches past the end, nothing.
        [0x70, 1], [0x7C, 1], [0x79, 1], [0x7B], [0x7B, 0], [0x7B, 7], [0x7A, 9, 1], [],
    ])
    func `refuse what cannot join them, and keep what they have`(packet: [UInt8]) {
        var merger = OpusMerger()
        let (merged, taken) = merger.join([[0x78, 1, 2], packet, [0x78, 3, 4]])
        #expect(taken == 1 && merged == [0x78, 1, 2])
    }

    @Test func `refuse the packet that would make them too long`() {
        let packet = [0x78] + [UInt8](repeating: 5, count: 99)
        var merger = OpusMerger()
        let (merged, taken) = merger.join([packet, packet, packet], limit: 250)
        #expect(taken == 2 && merged.count == 199)
        let (none, refused) = merger.join([packet], limit: 99)
        #expect(refused == 0 && none.isEmpty)
        let (one, fits) = merger.join([packet], limit: 100)
        #expect(fits == 1 && one == packet)
    }

    @Test func `are written whole or not at all`() {
        let bytes: [UInt8] = [0x78, 1, 2, 0x78, 3, 4, 5]
        var merger = OpusMerger()
        bytes.withUnsafeBytes { bytes in
            merger.begin()
            var appended = merger.append(UnsafeRawBufferPointer(rebasing: bytes[..<3]))
            appended = merger.append(UnsafeRawBufferPointer(rebasing: bytes[3...])) && appended
            #expect(appended)
            let bound = merger.lengthBound
            for room in 0..<7 {
                var memory = [UInt8](repeating: 0xEE, count: 16)
                let length = memory.withUnsafeMutableBytes {
                    merger.write(into: UnsafeMutableRawBufferPointer(rebasing: $0[..<room]))
                }
                #expect(length == 0 && memory[room...].allSatisfy { $0 == 0xEE })
            }
            var memory = [UInt8](repeating: 0xEE, count: bound)
            let length = memory.withUnsafeMutableBytes { merger.write(into: $0) }
            #expect(Array(memory.prefix(length)) == [0x7A, 2, 1, 2, 3, 4, 5])
            let empty = merger.write(into: UnsafeMutableRawBufferPointer(start: nil, count: 0))
            #expect(empty == 0)
        }
        merger.begin()
        var memory = [UInt8](repeating: 0, count: 16)
        let length = memory.withUnsafeMutableBytes { merger.write(into: $0) }
        #expect(length == 0)
    }

    @Test(arguments: 0..<2_000)
    func `are valid and as long as their parts, whatever the parts are`(seed: Int) throws {
        var random = SplitMix64(state: UInt64(seed))
        // Of one TOC byte mostly, and now and then a wrong one; code, count, lengths and padding as they fall.
        let toc = UInt8.random(in: 0...63, using: &random) << 2
        let packets = (0..<12).map { _ in
            let first = Int.random(in: 0..<8, using: &random) == 0 ? UInt8.random(in: 0...255, using: &random) : toc
            let rest = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                Bool.random(using: &random)
                    ? UInt8.random(in: 0...6, using: &random) : UInt8.random(in: 0...255, using: &random)
            }
            return [first | UInt8.random(in: 0...3, using: &random)] + rest
        }
        var merger = OpusMerger()
        var start = 0
        while start < packets.count {
            let (merged, taken) = merger.join(packets[start...])
            let parts = packets[start..<start + taken].map(OpusVoice.duration)
            #expect(parts.allSatisfy { $0 != nil })
            let sum = parts.reduce(0) { $0 + ($1 ?? 0) }
            let duration = merger.duration
            #expect(duration == sum && sum <= OpusMerger.durationLimit)
            if taken == 0 {
                #expect(merged.isEmpty && OpusVoice.duration(packets[start]) == nil)
            } else {
                #expect(OpusVoice.duration(merged) == sum)
                #expect(OpusPacket(parsing: merged.span.bytes)?.duration == sum * 1_000 / 48)
                let bound = merger.lengthBound
                #expect(merged.count <= bound)
            }
            start += max(taken, 1)
        }
    }
}
