import RTP

/// The bytes of a simulated camera's packets.
enum VideoPacket {
    /// Where the mark stands in a payload, behind VP8's descriptor and the keyframe's header.
    static let markOffset = 20
    /// Bytes of the descriptor that simulated cameras write: X, I with 15 bits, L, T.
    static let descriptorLength = 6

    /// Writes a payload (RFC 7741 §4) as far as it is not zeros, and returns its length.
    static func writePayload(_ packet: Camera.Packet, mark: PictureMark, to memory: UnsafeMutableRawPointer) -> Int {
        memory.initializeMemory(as: UInt8.self, repeating: 0, count: markOffset)
        let isFirst = packet.mark.part == 0
        memory.storeBytes(of: isFirst ? 0x90 : 0x80, as: UInt8.self)
        memory.storeBytes(of: 0xE0, toByteOffset: 1, as: UInt8.self)
        memory.storeBytes(of: (0x8000 | packet.pictureID).bigEndian, toByteOffset: 2, as: UInt16.self)
        memory.storeBytes(of: packet.tl0, toByteOffset: 4, as: UInt8.self)
        memory.storeBytes(of: packet.temporal, toByteOffset: 5, as: UInt8.self)
        // The lowest bit of the frame tag says that it is not a keyframe (RFC 6386 §9.1).
        memory.storeBytes(of: mark.isKeyframe ? 0x10 : 0x11, toByteOffset: 6, as: UInt8.self)
        if isFirst, mark.isKeyframe {
            let height = UInt16(Camera.heights[Int(mark.layer)])
            for (offset, byte) in [(9, 0x9D), (10, 0x01), (11, 0x2A)] as [(Int, UInt8)] {
                memory.storeBytes(of: byte, toByteOffset: offset, as: UInt8.self)
            }
            memory.storeBytes(of: (height / 9 * 16).littleEndian, toByteOffset: 12, as: UInt16.self)
            memory.storeBytes(of: height.littleEndian, toByteOffset: 14, as: UInt16.self)
        }
        mark.write(to: memory + markOffset)
        return max(Int(packet.length), markOffset + PictureMark.length + 1)
    }
}

/// Numbers of header extensions that every simulated client uses.
enum SimulatedExtension {
    static let (audioLevel, transportSequence, mark): (UInt8, UInt8, UInt8) = (1, 3, 8)

    static var map: HeaderExtensionMap {
        var map = HeaderExtensionMap()
        map[.audioLevel] = audioLevel
        map[.transportSequence] = transportSequence
        // Passed on as it is: VP8 does not use it.
        map[.dependencyDescriptor] = mark
        return map
    }
}

/// SSRCs of every simulated client: the same for all, since each has a connection of its own.
enum SimulatedSSRC {
    static let reports: UInt32 = 0x1000
    static let microphone: UInt32 = 0x2000
    /// Of the layers, lowest first; a retransmission stream's is one more.
    static let camera: UInt32 = 0x3000
    /// Of the slots; a retransmission stream's is one more.
    static let slots: UInt32 = 0x4000

    static func camera(layer: Int) -> UInt32 { camera + UInt32(layer) * 2 }
    static func slot(_ position: Int) -> UInt32 { slots + UInt32(position) * 2 }
}
