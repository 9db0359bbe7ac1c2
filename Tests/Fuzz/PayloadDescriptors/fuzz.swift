// sources: Sources/RTP

/// No descriptor reaches past its payload. The first byte of the input chooses one of them; the rest is the payload.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    guard size >= 1 else { return 0 }
    let bytes = UnsafeRawBufferPointer(start: data, count: size)
    let payload = UnsafeRawBufferPointer(rebasing: bytes[1...]).bytes
    if let codec = Codec(rawValue: bytes[0] & 0x0F) { _ = isKeyframe(codec: codec, payload: payload) }
    switch bytes[0] & 0x0F {
    case Codec.vp8.rawValue:
        guard let descriptor = VP8Descriptor(parsing: payload) else { break }
        precondition(descriptor.length <= payload.byteCount && descriptor.pictureIDOffset < descriptor.length)
        precondition(descriptor.tl0PicIdxOffset < descriptor.length)
    case Codec.vp9.rawValue:
        guard let descriptor = VP9Descriptor(parsing: payload) else { break }
        precondition(descriptor.length <= payload.byteCount && descriptor.pictureIDOffset < descriptor.length)
        precondition(descriptor.tl0PicIdxOffset < descriptor.length)
    case Codec.h264.rawValue:
        _ = H264Payload(parsing: payload)
        var units = H264Payload.UnitIterator()
        while let unit = units.next(in: payload) {
            precondition(!unit.isEmpty && unit.upperBound <= payload.byteCount)
        }
    case Codec.av1.rawValue:
        _ = AV1Payload(parsing: payload)
    case Codec.opus.rawValue:
        guard let packet = OpusPacket(parsing: payload) else { break }
        precondition((2_500...120_000).contains(packet.duration))
    case Codec.red.rawValue:
        guard let red = REDPayload(parsing: payload) else { break }
        precondition(red.primaryLength >= 0 && red.primaryOffset + red.primaryLength == payload.byteCount)
        var blocks = red.redundantIterator()
        var count = 0
        var end = 4 * red.redundantBlocks + 1
        while let block = blocks.next(in: payload) {
            precondition(block.range.lowerBound == end && block.range.upperBound <= red.primaryOffset)
            end = block.range.upperBound
            count += 1
        }
        precondition(count == red.redundantBlocks && end == red.primaryOffset)
    case 6:
        _ = Retransmission.originalSequence(in: payload)
        _ = DependencyDescriptor(parsing: payload)?.isKeyframe
        guard let structure = DependencyStructure(parsing: payload) else { break }
        precondition((1...64).contains(structure.templateCount) && (1...4).contains(structure.spatialLayerCount))
        _ = structure.frame(parsing: payload)?.indication(target: 31)
    default:
        // A structure of one packet, the frame of another.
        let half = payload.byteCount / 2
        guard let structure = DependencyStructure(parsing: payload.extracting(first: half)) else { break }
        guard let frame = structure.frame(parsing: payload.extracting(last: payload.byteCount - half)) else { break }
        precondition(frame.spatialID < 4 && frame.temporalID < 8)
    }
    return 0
}
