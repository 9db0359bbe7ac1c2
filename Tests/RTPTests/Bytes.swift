import Testing

@testable import RTP

/// Bytes of hexadecimal text; anything else in it is skipped.
func bytes(_ text: String) -> [UInt8] {
    let digits = text.compactMap { $0.hexDigitValue }
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] * 16 + digits[$0 + 1]) }
}

/// Collects bits, highest first, into bytes.
struct BitWriter {
    private(set) var bits: [UInt8] = []

    mutating func write(_ value: Int, _ count: Int) {
        for shift in (0..<count).reversed() { bits.append(UInt8(value >> shift & 1)) }
    }

    var bytes: [UInt8] {
        var padded = bits
        while padded.count % 8 != 0 { padded.append(0) }
        return stride(from: 0, to: padded.count, by: 8).map { start in
            padded[start..<start + 8].reduce(0) { $0 << 1 | $1 }
        }
    }
}

extension Array where Element == UInt8 {
    /// Hands out a buffer to write into and keeps what it returns: the bytes written.
    static func written(capacity: Int, _ write: (UnsafeMutableRawBufferPointer) -> Int) -> [UInt8] {
        var memory = [UInt8](repeating: 0xEE, count: capacity)
        let count = memory.withUnsafeMutableBytes { write($0) }
        return Array(memory.prefix(count))
    }
}

/// The iterators of this module take the packet at every step; tests want all elements at once.
protocol PacketIterator {
    associatedtype Element
    mutating func next(in packet: RawSpan) -> Element?
}

extension PacketIterator {
    func all(in packet: [UInt8]) -> [Element] {
        var iterator = self
        var found: [Element] = []
        while let element = iterator.next(in: packet.span.bytes) { found.append(element) }
        return found
    }
}

extension HeaderExtensionIterator: PacketIterator {}
extension ReportBlockIterator: PacketIterator {}
extension SSRCIterator: PacketIterator {}
extension SourceDescription.ChunkIterator: PacketIterator {}
extension GenericNACK.SequenceIterator: PacketIterator {}
extension FullIntraRequest.EntryIterator: PacketIterator {}
extension TransportFeedback.StatusIterator: PacketIterator {}
extension H264Payload.UnitIterator: PacketIterator {}
extension REDPayload.BlockIterator: PacketIterator {}

// Spans cannot be handed to the macros of Swift Testing; arrays can.
extension VP8Descriptor { init?(_ bytes: [UInt8]) { self.init(parsing: bytes.span.bytes) } }
extension VP9Descriptor { init?(_ bytes: [UInt8]) { self.init(parsing: bytes.span.bytes) } }
extension H264Payload { init?(_ bytes: [UInt8]) { self.init(parsing: bytes.span.bytes) } }
extension AV1Payload { init?(_ bytes: [UInt8]) { self.init(parsing: bytes.span.bytes) } }
extension OpusPacket { init?(_ bytes: [UInt8]) { self.init(parsing: bytes.span.bytes) } }
extension REDPayload { init?(_ bytes: [UInt8]) { self.init(parsing: bytes.span.bytes) } }
extension DependencyDescriptor { init?(_ bytes: [UInt8]) { self.init(parsing: bytes.span.bytes) } }
extension DependencyStructure {
    init?(_ bytes: [UInt8]) { self.init(parsing: bytes.span.bytes) }
    func frame(_ bytes: [UInt8]) -> FrameDependency? { frame(parsing: bytes.span.bytes) }
}
func isKeyframe(_ codec: Codec, _ bytes: [UInt8]) -> Bool { isKeyframe(codec: codec, payload: bytes.span.bytes) }

/// `#expect` for a call that changes its value, which the macro cannot take apart.
func expect(_ condition: Bool, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(condition, sourceLocation: sourceLocation)
}
