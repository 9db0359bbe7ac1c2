import RTP
import Recording

/// One coded picture, or one spatial layer of it, as a decoder takes it.
struct CodedFrame {
    var bytes: [UInt8]
    var timestamp: UInt32
    var isKeyframe: Bool
}

/// What one packet is to its frame.
struct FramePart {
    /// Whether a frame, or a layer of it, begins with this packet.
    var begins: Bool
    /// Whether it ends with it.
    var ends: Bool
    var isKeyframe: Bool
    /// Coded bytes, as they follow those of the packet before.
    var bytes: [UInt8]
    /// VP8 with temporal layers: the layer, the base layer's number, and whether the picture needs only the base layer.
    var temporal: (layer: UInt8, base: UInt8, isSync: Bool)?

    /// nil where the payload is none of the codec's.
    init?(_ packet: MediaPacket, codec: Track.Codec) {
        switch codec {
        case .opus: return nil
        case .vp8: self.init(vp8: packet)
        case .vp9: self.init(vp9: packet)
        case .h264: self.init(h264: packet)
        case .av1: self.init(av1: packet)
        }
    }

    private init(begins: Bool, ends: Bool, isKeyframe: Bool, bytes: [UInt8]) {
        self.begins = begins
        self.ends = ends
        self.isKeyframe = isKeyframe
        self.bytes = bytes
    }

    /// RFC 7741 §4.4: a frame is its payloads behind their descriptors, in order.
    private init?(vp8 packet: MediaPacket) {
        guard let descriptor = VP8Descriptor(parsing: packet.payload.span.bytes),
            descriptor.length < packet.payload.count
        else { return nil }
        self.init(
            begins: descriptor.startOfPartition && descriptor.partitionID == 0, ends: packet.marker,
            isKeyframe: descriptor.isKeyframe, bytes: Array(packet.payload[descriptor.length...]))
        if let layer = descriptor.temporalID, let base = descriptor.tl0PicIdx {
            temporal = (layer, base, descriptor.layerSync)
        }
    }

    /// RFC 9628 §4.2: B and E bound a layer's frame; each goes to the decoder by itself.
    private init?(vp9 packet: MediaPacket) {
        guard let descriptor = VP9Descriptor(parsing: packet.payload.span.bytes),
            descriptor.length < packet.payload.count
        else { return nil }
        self.init(
            begins: descriptor.startOfFrame, ends: descriptor.endOfFrame, isKeyframe: descriptor.isKeyframe,
            bytes: Array(packet.payload[descriptor.length...]))
    }

    private static let startCode: [UInt8] = [0, 0, 0, 1]

    /// RFC 6184 §5.6 to §5.8, as a byte stream (ITU-T H.264 annex B). Nothing marks a frame's begin: it is behind the
    /// marker of the one before, or where a parameter set or an IDR picture begins.
    private init?(h264 packet: MediaPacket) {
        let payload = packet.payload
        let isKeyframe = H264Payload.isKeyframe(payload.span.bytes)
        var bytes: [UInt8] = []
        switch H264Payload(parsing: payload.span.bytes) {
        case .single: bytes = Self.startCode + payload
        case .aggregate:
            var units = H264Payload.UnitIterator()
            while let unit = units.next(in: payload.span.bytes) { bytes += Self.startCode + payload[unit] }
        case .fragment(let type, let isStart, _):
            if isStart { bytes = Self.startCode + [payload[0] & 0xE0 | type] }
            bytes += payload.dropFirst(2)
        case .other, nil: return nil
        }
        self.init(begins: isKeyframe, ends: packet.marker, isKeyframe: isKeyframe, bytes: bytes)
    }

    /// AV1 RTP payload specification §4.4: the elements are kept as they are, each behind a byte that says whether it goes
    /// on from the packet before; ``AV1TemporalUnit`` makes OBUs of them when the picture is whole.
    private init?(av1 packet: MediaPacket) {
        guard let header = AV1Payload(parsing: packet.payload.span.bytes),
            let elements = AV1TemporalUnit.elements(of: packet.payload, count: Int(header.elementCount))
        else { return nil }
        var bytes: [UInt8] = []
        for (index, element) in elements.enumerated() {
            AV1TemporalUnit.append(element, continues: index == 0 && header.continuesPrevious, to: &bytes)
        }
        self.init(
            begins: !header.continuesPrevious, ends: packet.marker, isKeyframe: header.startsCodedVideoSequence,
            bytes: bytes)
    }
}

/// The OBUs of one AV1 picture, put together from the elements of its packets.
enum AV1TemporalUnit {
    /// A temporal delimiter with its size: what each picture begins with (AV1 §7.5).
    private static let delimiter: [UInt8] = [0x12, 0x00]

    /// The elements of a payload; nil where one reaches past its end.
    ///
    /// - Parameter count: W of the aggregation header; 0 when each element has its length.
    static func elements(of payload: [UInt8], count: Int) -> [ArraySlice<UInt8>]? {
        var rest = payload.dropFirst()
        var elements: [ArraySlice<UInt8>] = []
        while !rest.isEmpty {
            if count > 0, elements.count == count - 1 {
                elements.append(rest)
                break
            }
            guard let length = length(&rest), length <= rest.count else { return nil }
            elements.append(rest.prefix(length))
            rest = rest.dropFirst(length)
        }
        return elements
    }

    static func append(_ element: ArraySlice<UInt8>, continues: Bool, to bytes: inout [UInt8]) {
        bytes.append(continues ? 1 : 0)
        append(length: element.count, to: &bytes)
        bytes += element
    }

    /// A picture's bytes from what ``append(_:continues:to:)`` has written; nil where it makes no sense.
    static func picture(_ bytes: [UInt8]) -> [UInt8]? {
        var units: [[UInt8]] = []
        var rest = bytes[...]
        while let mark = rest.popFirst() {
            guard let length = length(&rest), length <= rest.count else { return nil }
            if mark == 1 {
                guard let last = units.indices.last else { return nil }
                units[last] += rest.prefix(length)
            } else {
                units.append(Array(rest.prefix(length)))
            }
            rest = rest.dropFirst(length)
        }
        var out = delimiter
        for unit in units {
            guard let header = unit.first else { continue }
            let hasSize = header & 0x02 != 0
            if hasSize {
                out += unit
                continue
            }
            let headerLength = header & 0x04 != 0 ? 2 : 1
            guard unit.count >= headerLength else { return nil }
            out.append(header | 0x02)
            out += unit[1..<headerLength]
            append(length: unit.count - headerLength, to: &out)
            out += unit[headerLength...]
        }
        return out
    }

    /// leb128 (AV1 §4.10.5).
    private static func length(_ bytes: inout ArraySlice<UInt8>) -> Int? {
        var value = 0
        for shift in stride(from: 0, to: 35, by: 7) {
            guard let byte = bytes.popFirst() else { return nil }
            value |= Int(byte & 0x7F) << shift
            if byte & 0x80 == 0 { return value }
        }
        return nil
    }

    private static func append(length: Int, to bytes: inout [UInt8]) {
        var value = length
        while value >= 0x80 {
            bytes.append(UInt8(value & 0x7F) | 0x80)
            value >>= 7
        }
        bytes.append(UInt8(value))
    }
}
