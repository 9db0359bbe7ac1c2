/// What a simulated publisher writes into an Opus frame, behind its TOC byte, so that a receiver knows it again.
struct VoiceMark {
    static let length = 8
    /// Hybrid, full band, 20 ms, mono, one frame (RFC 6716 §3.1).
    static let toc: UInt8 = 15 << 3
    static let duration: Int64 = 20_000
    private static let check: UInt8 = 0xA5

    var publisher: UInt16 = 0
    var generation: UInt8 = 0
    /// Frames since the publisher joined, those of silence included.
    var frame: UInt32 = 0

    @inline(__always)
    func write(to memory: UnsafeMutableRawPointer) {
        memory.storeBytes(of: publisher, as: UInt16.self)
        memory.storeBytes(of: generation, toByteOffset: 2, as: UInt8.self)
        memory.storeBytes(of: Self.check, toByteOffset: 3, as: UInt8.self)
        memory.storeBytes(of: frame, toByteOffset: 4, as: UInt32.self)
    }

    init() {}

    init(publisher: UInt16, generation: UInt8, frame: UInt32) {
        self.publisher = publisher
        self.generation = generation
        self.frame = frame
    }

    /// nil when it is not a frame of ours.
    @inline(__always)
    init?(_ memory: UnsafeRawPointer, length: Int) {
        guard length >= Self.length, memory.load(fromByteOffset: 3, as: UInt8.self) == Self.check else { return nil }
        publisher = memory.loadUnaligned(as: UInt16.self)
        generation = memory.load(fromByteOffset: 2, as: UInt8.self)
        frame = memory.loadUnaligned(fromByteOffset: 4, as: UInt32.self)
    }
}

/// What part of which picture a packet holds. It travels in the place of the dependency descriptor, which the relay
/// passes on as it is for a codec that does not use it and which is not encrypted: so every receiver can tell what it
/// could decode, without decrypting. The watched ones compare it with the payload.
struct PictureMark {
    static let length = 11
    /// Packets of one picture, at most.
    static let mostParts = 64

    var publisher: UInt16 = 0
    var generation: UInt8 = 0
    var layer: UInt8 = 0
    /// Pictures of the layer since its publisher joined.
    var picture: UInt32 = 0
    var part: UInt8 = 0
    var parts: UInt8 = 0
    /// How many pictures back the one is that it refers to; 0: none, a keyframe.
    var reference: UInt8 = 0

    var isKeyframe: Bool { reference == 0 }
    /// Tells apart all streams that ever were.
    @inline(__always)
    var stream: UInt32 { UInt32(publisher) << 16 | UInt32(generation) << 8 | UInt32(layer) }

    @inline(__always)
    func write(to memory: UnsafeMutableRawPointer) {
        memory.storeBytes(of: publisher, as: UInt16.self)
        memory.storeBytes(of: generation, toByteOffset: 2, as: UInt8.self)
        memory.storeBytes(of: layer, toByteOffset: 3, as: UInt8.self)
        memory.storeBytes(of: picture, toByteOffset: 4, as: UInt32.self)
        memory.storeBytes(of: part, toByteOffset: 8, as: UInt8.self)
        memory.storeBytes(of: parts, toByteOffset: 9, as: UInt8.self)
        memory.storeBytes(of: reference, toByteOffset: 10, as: UInt8.self)
    }

    init() {}

    /// - Parameter memory: ``length`` bytes.
    @inline(__always)
    init(_ memory: UnsafeRawPointer) {
        publisher = memory.loadUnaligned(as: UInt16.self)
        generation = memory.load(fromByteOffset: 2, as: UInt8.self)
        layer = memory.load(fromByteOffset: 3, as: UInt8.self)
        picture = memory.loadUnaligned(fromByteOffset: 4, as: UInt32.self)
        part = memory.load(fromByteOffset: 8, as: UInt8.self)
        parts = memory.load(fromByteOffset: 9, as: UInt8.self)
        reference = memory.load(fromByteOffset: 10, as: UInt8.self)
    }
}
