// sources: Sources/RTP

/// Every list in any compound packet ends, and every range lies within the packet.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    let packet = UnsafeRawBufferPointer(start: data, count: size).bytes
    var reader = RTCPReader()
    var steps = 0
    while let next = try? reader.next(in: packet) {
        visit(next, in: packet)
        steps += 1
        precondition(steps <= size / 4)
    }
    precondition((try? reader.next(in: packet)) == nil)
    return 0
}

private func check(_ range: Range<Int>?, in packet: RawSpan) {
    guard let range else { return }
    precondition(range.lowerBound >= 0 && range.upperBound <= packet.byteCount)
}

private func visit(_ packet: RTCPPacket, in bytes: RawSpan) {
    switch packet {
    case .senderReport(let report):
        var blocks = report.reportBlocks
        var count = 0
        while let block = blocks.next(in: bytes) {
            _ = roundTrip(of: block, arrival: report.ntpTimestamp)
            count += 1
        }
        precondition(count * ReportBlock.length == report.blocks.count)
    case .receiverReport(let report):
        var blocks = report.reportBlocks
        var count = 0
        while blocks.next(in: bytes) != nil { count += 1 }
        precondition(count * ReportBlock.length == report.blocks.count)
    case .sourceDescription(let description):
        var chunks = description.chunks
        var count = 0
        while let chunk = chunks.next(in: bytes) {
            check(chunk.cname, in: bytes)
            count += 1
        }
        precondition(count <= description.count)
    case .bye(let bye):
        var ssrcs = bye.ssrcs
        while ssrcs.next(in: bytes) != nil {}
        check(bye.reason, in: bytes)
    case .nack(let nack): visit(nack, in: bytes)
    case .pictureLossIndication: break
    case .fullIntraRequest(let request):
        var entries = request.entries
        while entries.next(in: bytes) != nil {}
    case .receiverEstimatedMaximumBitrate(let estimate):
        precondition(estimate.bitrate <= UInt64(Int64.max))
        var ssrcs = estimate.ssrcs
        while ssrcs.next(in: bytes) != nil {}
    case .transportFeedback(let feedback):
        var statuses = feedback.statuses
        var count = 0
        while statuses.next(in: bytes) != nil { count += 1 }
        precondition(count == feedback.statusCount)
    case .extendedReport(let range), .application(let range), .unknown(_, _, let range):
        check(range, in: bytes)
    }
}

/// A NACK that is read and written again asks for the same packets.
private func visit(_ nack: GenericNACK, in bytes: RawSpan) {
    var sequences = nack.sequences
    var list = SequenceList()
    while let sequence = sequences.next(in: bytes) { list.append(sequence) }
    guard list.count > 0 else { return }
    withUnsafeTemporaryAllocation(byteCount: 12 + 4 * SequenceList.capacity, alignment: 4) { memory in
        var writer = RTCPWriter(memory)
        precondition(writer.nack(sender: nack.sender, media: nack.media, sequences: list))
        let own = UnsafeRawBufferPointer(rebasing: memory[0..<writer.count]).bytes
        var reader = RTCPReader()
        guard case .nack(let again) = try? reader.next(in: own) else { preconditionFailure("own NACK is refused") }
        var reread = again.sequences
        for index in 0..<list.count { precondition(reread.next(in: own) == list[index]) }
        precondition(reread.next(in: own) == nil)
    }
}
