// sources: Sources/RTP

/// Two uses of the input: as the content of a feedback packet, and as a list of deltas that is written and read back.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    let input = UnsafeBufferPointer(start: data, count: size)
    read(input)
    write(input)
    return 0
}

private func read(_ input: UnsafeBufferPointer<UInt8>) {
    let length = 12 + input.count & ~3
    let words = length / 4 - 1
    guard words <= 0xFFFF else { return }
    var packet: [UInt8] = [0x8F, 205, UInt8(words >> 8), UInt8(words & 0xFF)]
    packet += [0, 0, 0, 1, 0, 0, 0, 2]
    packet += input.prefix(length - 12)
    var reader = RTCPReader()
    guard case .transportFeedback(let feedback) = try? reader.next(in: packet.span.bytes) else { return }
    var statuses = feedback.statuses
    var sequence = feedback.baseSequence
    var count = 0
    while let status = statuses.next(in: packet.span.bytes) {
        precondition(status.sequence == sequence)
        sequence &+= 1
        count += 1
    }
    precondition(count == feedback.statusCount)
}

private func write(_ input: UnsafeBufferPointer<UInt8>) {
    // One byte a status, so that all kinds of them are common; values between are large deltas.
    var deltas: [Int32] = []
    for byte in input.prefix(200) {
        switch byte {
        case 0..<64: deltas.append(Int32(byte))
        case 64..<128: deltas.append(TransportFeedback.notReceived)
        case 128..<136:
            deltas += [Int32](repeating: byte & 1 == 0 ? 1 : TransportFeedback.notReceived, count: 1 << (byte & 7))
        default: deltas.append((Int32(byte) - 192) * 512)
        }
    }
    guard !deltas.isEmpty else { return }
    let capacity = 1 << 16
    withUnsafeTemporaryAllocation(byteCount: capacity, alignment: 4) { memory in
        var writer = RTCPWriter(memory)
        let base = UInt16(truncatingIfNeeded: input.count &* 4099)
        let fits = writer.transportFeedback(
            sender: 1, media: 2, baseSequence: base, referenceTime: -5, feedbackCount: 3, deltas: deltas.span)
        guard fits else {
            // Only length stands in the way.
            precondition(deltas.count > 0xFFFF || deltas.count * 3 + 24 > capacity)
            return
        }
        let packet = UnsafeRawBufferPointer(rebasing: memory[0..<writer.count]).bytes
        var reader = RTCPReader()
        guard case .transportFeedback(let feedback) = try? reader.next(in: packet) else {
            preconditionFailure("own feedback is refused")
        }
        var statuses = feedback.statuses
        var time: Int64 = -5 * 256
        for delta in deltas {
            let status = statuses.next(in: packet)
            if delta == TransportFeedback.notReceived {
                precondition(status != nil && status?.receivedAt == nil)
            } else {
                time += Int64(delta)
                precondition(status?.receivedAt == time)
            }
        }
        precondition(statuses.next(in: packet) == nil)
    }
}
