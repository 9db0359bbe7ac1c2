// sources: Sources/Relay/OpusMerger.swift
// flags: -I media/shims/COpus -lopus
// Packets as publishers send them, joined. The first byte is the room for the merged packet, in steps of 8 bytes; then
// come packets, each behind a byte with its length. What is written is a packet that libopus takes, as long as its parts.

import COpus

/// Samples at 48 kHz of a valid packet, 0 of any other.
private func samples(_ packet: UnsafeRawBufferPointer) -> Int {
    guard let base = packet.assumingMemoryBound(to: UInt8.self).baseAddress, !packet.isEmpty else { return 0 }
    return withUnsafeTemporaryAllocation(of: opus_int16.self, capacity: 48) { sizes in
        guard let sizes = sizes.baseAddress else { return 0 }
        let frames = opus_packet_parse(base, opus_int32(packet.count), nil, nil, sizes, nil)
        return frames > 0 ? Int(frames) * Int(opus_packet_get_samples_per_frame(base, 48_000)) : 0
    }
}

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    guard size >= 1 else { return 0 }
    let bytes = UnsafeRawBufferPointer(start: data, count: size)
    let limit = Int(bytes[0]) * 8
    var merger = OpusMerger()
    merger.begin(limit: limit)
    var sum = 0
    var offset = 1
    while offset < size {
        let end = min(offset + 1 + Int(bytes[offset]), size)
        let packet = UnsafeRawBufferPointer(rebasing: bytes[(offset + 1)..<end])
        if merger.append(packet) { sum += samples(packet) }
        offset = end
    }
    precondition(merger.duration == sum && sum <= OpusMerger.durationLimit)
    // Exactly as much as has to do, so that the sanitizer sees the first byte beyond.
    let room = min(limit, merger.lengthBound)
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: room, alignment: 1)
    defer { memory.deallocate() }
    let length = merger.write(into: memory)
    precondition((length > 0) == (merger.count > 0) && length <= room)
    precondition(samples(UnsafeRawBufferPointer(rebasing: memory[..<length])) == sum)
    return 0
}
