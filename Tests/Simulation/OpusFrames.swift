/// Finds the frames of an Opus packet (RFC 6716 §3.2), merged ones too, and of the blocks of a redundant payload
/// (RFC 2198 §3): written for the simulation, so that it does not share the relay's mistakes.
enum OpusFrames {
    /// Frames of one packet, at most.
    static let limit = 6

    /// Calls `frame` for each frame's bytes, oldest first; false when the packet is broken.
    static func walk(
        _ packet: UnsafeRawPointer, length: Int, frame: (UnsafeRawPointer, Int) -> Void
    ) -> Bool {
        guard length >= 1 else { return false }
        let code = packet.load(as: UInt8.self) & 3
        switch code {
        case 0:
            frame(packet + 1, length - 1)
            return true
        case 1:
            guard (length - 1) % 2 == 0 else { return false }
            frame(packet + 1, (length - 1) / 2)
            frame(packet + 1 + (length - 1) / 2, (length - 1) / 2)
            return true
        case 2:
            var offset = 1
            guard let first = size(packet, &offset, length), offset + first <= length else { return false }
            frame(packet + offset, first)
            frame(packet + offset + first, length - offset - first)
            return true
        default: return walkMany(packet, length: length, frame: frame)
        }
    }

    /// Code 3: any number of frames, of equal size or not, with padding or without.
    private static func walkMany(
        _ packet: UnsafeRawPointer, length: Int, frame: (UnsafeRawPointer, Int) -> Void
    ) -> Bool {
        guard length >= 2 else { return false }
        let flags = packet.load(fromByteOffset: 1, as: UInt8.self)
        let count = Int(flags & 0x3F)
        var offset = 2
        var end = length
        if flags & 0x40 != 0 {
            while offset < length {
                let byte = Int(packet.load(fromByteOffset: offset, as: UInt8.self))
                offset += 1
                end -= byte == 255 ? 254 : byte
                if byte < 255 { break }
            }
        }
        guard count > 0, count <= limit, end >= offset else { return false }
        guard flags & 0x80 != 0 else {
            guard (end - offset) % count == 0 else { return false }
            let each = (end - offset) / count
            for index in 0..<count { frame(packet + offset + index * each, each) }
            return true
        }
        var sizes = InlineArray<6, Int>(repeating: 0)
        var sum = 0
        for index in 0..<(count - 1) {
            guard let one = size(packet, &offset, end) else { return false }
            sizes[index] = one
            sum += one
        }
        guard offset + sum <= end else { return false }
        sizes[count - 1] = end - offset - sum
        for index in 0..<count {
            frame(packet + offset, sizes[index])
            offset += sizes[index]
        }
        return true
    }

    /// A frame's length in one byte or two (§3.2.1).
    private static func size(_ packet: UnsafeRawPointer, _ offset: inout Int, _ end: Int) -> Int? {
        guard offset < end else { return nil }
        let first = Int(packet.load(fromByteOffset: offset, as: UInt8.self))
        offset += 1
        guard first >= 252 else { return first }
        guard offset < end else { return nil }
        let second = Int(packet.load(fromByteOffset: offset, as: UInt8.self))
        offset += 1
        return second * 4 + first
    }

    /// The Opus packets of a redundant payload, oldest first; false when it is broken.
    static func walkRedundant(
        _ payload: UnsafeRawPointer, length: Int, packet: (UnsafeRawPointer, Int) -> Void
    ) -> Bool {
        var header = 0
        var blocks = 0
        var sizes = InlineArray<8, Int>(repeating: 0)
        while header < length, payload.load(fromByteOffset: header, as: UInt8.self) & 0x80 != 0 {
            guard header + 4 <= length, blocks < 8 else { return false }
            sizes[blocks] =
                Int(payload.load(fromByteOffset: header + 2, as: UInt8.self) & 3) << 8
                | Int(payload.load(fromByteOffset: header + 3, as: UInt8.self))
            blocks += 1
            header += 4
        }
        var offset = header + 1
        for index in 0..<blocks {
            guard offset + sizes[index] <= length else { return false }
            if sizes[index] > 0 { packet(payload + offset, sizes[index]) }
            offset += sizes[index]
        }
        guard offset < length else { return false }
        packet(payload + offset, length - offset)
        return true
    }
}
