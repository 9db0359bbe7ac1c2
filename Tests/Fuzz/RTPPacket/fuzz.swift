// sources: Sources/RTP

/// The header of any bytes lies within them, its extensions lie within the header, and what a writer copies out of
/// them comes back.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    let bytes = UnsafeRawBufferPointer(start: data, count: size)
    let packet = bytes.bytes
    if let encrypted = try? RTPHeader(parsing: packet, paddingIsEncrypted: true) {
        precondition(encrypted.payloadOffset + encrypted.payloadLength == size)
    }
    guard let header = try? RTPHeader(parsing: packet) else { return 0 }
    precondition(header.payloadOffset + header.payloadLength + header.paddingLength == size)
    precondition(header.payloadLength >= 0)

    let capacity = size % 97 * 8
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity + 12, alignment: 8)
    defer { copy.deallocate() }
    var writer = HeaderExtensionWriter(
        UnsafeMutableRawBufferPointer(rebasing: copy[12...]), allowsTwoByte: header.marker)
    var map = HeaderExtensionMap()
    var written = 0
    var elements = HeaderExtensionIterator(header: header)
    while let element = elements.next(in: packet) {
        precondition(element.offset >= header.extensionOffset && element.length >= 0)
        precondition(element.offset + element.length <= header.payloadOffset)
        if let kind = HeaderExtensionKind(rawValue: UInt8(element.length % 10)) {
            map[kind] = element.id
            precondition(map.kind(id: element.id) == kind)
        }
        if writer.append(id: element.id, copying: element.range, of: packet) { written += 1 }
    }
    let length = writer.finish(minimumLength: Int(header.payloadType))
    precondition(length <= max(0, capacity) && length % 4 == 0)
    guard length > 0 else { return 0 }
    _ = RTPHeader.write(
        into: copy, marker: false, payloadType: 0, sequenceNumber: 0, timestamp: 0, ssrc: 0, hasExtension: true)
    let rewritten = UnsafeRawBufferPointer(rebasing: copy[0..<12 + length])
    guard let again = try? RTPHeader(parsing: rewritten.bytes) else { preconditionFailure("own header is refused") }
    var found = HeaderExtensionIterator(header: again)
    while found.next(in: rewritten.bytes) != nil { written -= 1 }
    precondition(written == 0)
    return 0
}
