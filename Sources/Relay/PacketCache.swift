import RTP

/// What the forwarder needs to know of a cached packet, read once when it came in and used for every receiver.
struct CachedPacket {
    /// Extended sequence number (RFC 3550 §A.1) in the publisher's numbering; -1 marks an empty entry.
    var sequence: Int64 = -1
    var timestamp: UInt32 = 0
    /// Arrival on the relay's clock, µs.
    var arrival: Int64 = 0
    /// Payload within the entry's bytes, padding included when the P bit is set.
    var payloadOffset: UInt16 = 0
    var payloadLength: UInt16 = 0
    /// Payload without RED's redundant blocks (RFC 2198), for a receiver that does not take RED.
    var primaryOffset: UInt16 = 0
    /// Offset of the dependency descriptor within the entry's bytes and its length; 0 when there is none.
    var descriptorOffset: UInt16 = 0
    var descriptorLength: UInt16 = 0
    var codec: Codec = .opus
    var marker = false
    var hasPadding = false
    var isKeyframe = false
    /// Newer packets of the layer had come before it.
    var isLate = false
    /// RFC 6464 byte, or nil.
    var audioLevel: UInt8?
    /// Coordination of video orientation byte (3GPP TS 26.114 §7.4.5), or nil.
    var orientation: UInt8?
    /// VP8's running numbers (RFC 7741 §4.2), which a slot rewrites after a switch.
    var vp8 = VP8Position()
}

/// Where VP8's picture numbers stand in a payload, and what they are.
struct VP8Position {
    /// Offset from the start of the payload; 0 when the packet has none.
    var pictureIDOffset: UInt8 = 0
    var tl0Offset: UInt8 = 0
    var pictureIDIs15Bit = false
    var pictureID: UInt16 = 0
    var tl0: UInt8 = 0
    /// TID, 0 when there are no temporal layers, and whether its layer can be taken up with this picture.
    var temporal: UInt8 = 0
    var layerSync = false
    /// The picture's first packet.
    var startsPicture = false
}

/// The last packets of one stream in plain text, in a ring by sequence number: what is forwarded is read from here,
/// and what a receiver missed is sent again from here.
///
/// Memory: `capacity` × (``stride`` + about 80) bytes, made once. The bytes are touched only as packets arrive.
struct PacketCache: ~Copyable {
    /// Longest packet kept, bytes: an Ethernet frame's payload.
    static var stride: Int { 1504 }
    private let mask: Int64
    private let entries: UnsafeMutablePointer<CachedPacket>
    private let bytes: UnsafeMutableRawPointer

    var capacity: Int { Int(mask) + 1 }

    /// - Parameter capacityLog2: the ring holds 2^capacityLog2 packets.
    init(capacityLog2: Int) {
        let capacity = 1 << capacityLog2
        mask = Int64(capacity - 1)
        entries = .allocate(capacity: capacity)
        entries.initialize(repeating: CachedPacket(), count: capacity)
        bytes = .allocate(byteCount: capacity * Self.stride, alignment: 64)
    }

    deinit {
        entries.deallocate()
        bytes.deallocate()
    }

    /// Stores a packet's bytes. Returns false when it is longer than ``stride``.
    mutating func store(_ packet: CachedPacket, bytes source: UnsafeRawBufferPointer) -> Bool {
        guard let base = source.baseAddress, source.count <= Self.stride, packet.sequence >= 0 else { return false }
        let index = Int(packet.sequence & mask)
        entries[index] = packet
        (bytes + index * Self.stride).copyMemory(from: base, byteCount: source.count)
        return true
    }

    func contains(_ sequence: Int64) -> Bool {
        sequence >= 0 && entries[Int(sequence & mask)].sequence == sequence
    }

    /// The entry of a sequence number, or nil when it has been overwritten or never came.
    @inline(__always)
    func entry(_ sequence: Int64) -> UnsafePointer<CachedPacket>? {
        guard sequence >= 0 else { return nil }
        let entry = entries + Int(sequence & mask)
        return entry.pointee.sequence == sequence ? UnsafePointer(entry) : nil
    }

    /// Most bytes that ``pad(_:to:)`` adds.
    static var mostPadding: UInt16 { 8 }

    /// Lengthens a payload by RTP padding: zeros, and the number of bytes added as the last (RFC 3550 §5.1). A packet
    /// that has padding already, or would outgrow its place, stays as it is.
    mutating func pad(_ sequence: Int64, to length: UInt16) {
        let index = Int(sequence & mask)
        guard sequence >= 0, entries[index].sequence == sequence, !entries[index].hasPadding,
            entries[index].payloadLength < length, length &- entries[index].payloadLength <= Self.mostPadding
        else { return }
        let end = Int(entries[index].payloadOffset) &+ Int(entries[index].payloadLength)
        let added = Int(length &- entries[index].payloadLength)
        guard end &+ added <= Self.stride else { return }
        let tail = bytes + (index * Self.stride + end)
        tail.initializeMemory(as: UInt8.self, repeating: 0, count: added)
        tail.storeBytes(of: UInt8(truncatingIfNeeded: added), toByteOffset: added &- 1, as: UInt8.self)
        entries[index].hasPadding = true
        entries[index].payloadLength = length
    }

    /// The bytes of an entry that ``entry(_:)`` has just found.
    @inline(__always)
    func base(_ sequence: Int64) -> UnsafeRawPointer {
        UnsafeRawPointer(bytes + Int(sequence & mask) * Self.stride)
    }
}
