import Synchronization

/// One record of a pipe between two relays: a plain packet that one has received and the other forwards as well.
struct LinkedPacket {
    /// What the record is. A sender report carries the tie between media clock and our clock in place of a packet.
    enum Kind: UInt8 { case packet, senderReport, restart }

    var kind = Kind.packet
    /// Index of the publication at the relay that sends, and the number that tells it from others at that index.
    var publication: Int32
    var serial: UInt32
    var quality: UInt8
    /// Height of the last keyframe, pixels.
    var height: UInt16 = 0
    var packet = CachedPacket()
    /// Packets of this publication, from its begin on, that found the recorder's pipe full; it wraps.
    var lost: UInt32 = 0
    /// Media time of the last sender report, when it came (µs), and the sender's own time in it (32.32 s since 1900).
    var reportTimestamp: UInt32 = 0
    var reportArrival: Int64 = 0
    var reportNTP: UInt64 = 0
}

/// The one-way pipe of packets between two relays that hold parts of one room: a ring of bytes with one writer and one
/// reader, each on its own thread, without a lock and without a system call.
///
/// Layout: each record has its size (8 bytes, a multiple of 8), a ``LinkedPacket`` and the packet's bytes; size 0 sends
/// the reader back to the start of the ring. Invariant: bytes `consumed ..< written` are whole records; only the writer
/// stores `written`, only the reader `consumed`, both with release and acquire.
public final class PacketPipe: @unchecked Sendable {
    private let capacity: Int
    private let memory: UnsafeMutableRawPointer
    private let written: UnsafeMutablePointer<Atomic<Int>>
    private let consumed: UnsafeMutablePointer<Atomic<Int>>

    /// - Parameter capacityLog2: 2^capacityLog2 bytes; 20 holds what a thousand pictures' packets need.
    public init(capacityLog2: Int = 20) {
        capacity = 1 << capacityLog2
        memory = .allocate(byteCount: capacity, alignment: 64)
        written = .allocate(capacity: 1)
        written.initialize(to: Atomic(0))
        consumed = .allocate(capacity: 1)
        consumed.initialize(to: Atomic(0))
    }

    deinit {
        memory.deallocate()
        written.deinitialize(count: 1)
        written.deallocate()
        consumed.deinitialize(count: 1)
        consumed.deallocate()
    }

    var isEmpty: Bool { written.pointee.load(ordering: .acquiring) == consumed.pointee.load(ordering: .relaxed) }

    fileprivate static var headerSize: Int { 8 + (MemoryLayout<LinkedPacket>.stride + 7) & ~7 }

    /// For the writer: false when the ring is full, since the reader is behind by all that it holds.
    func write(_ record: LinkedPacket, bytes: UnsafeRawBufferPointer) -> Bool { writer.write(record, bytes: bytes) }

    /// The writer's end, without a reference to count for each packet: whoever uses it keeps the pipe.
    var writer: Writer { Writer(capacity: capacity, memory: memory, written: written, consumed: consumed) }

    /// Valid for as long as its pipe lives.
    struct Writer {
        fileprivate let capacity: Int
        fileprivate let memory: UnsafeMutableRawPointer
        fileprivate let written: UnsafeMutablePointer<Atomic<Int>>
        fileprivate let consumed: UnsafeMutablePointer<Atomic<Int>>
    }

    /// For the reader: hands over the next record and returns true, or false when there is none.
    func read(_ body: (LinkedPacket, UnsafeRawBufferPointer) -> Void) -> Bool {
        var position = consumed.pointee.load(ordering: .relaxed)
        let end = written.pointee.load(ordering: .acquiring)
        guard position < end else { return false }
        var size = memory.load(fromByteOffset: position & (capacity - 1), as: Int.self)
        if size == 0 {
            position += capacity - position & (capacity - 1)
            size = memory.load(fromByteOffset: position & (capacity - 1), as: Int.self)
        }
        let start = memory + (position & (capacity - 1))
        let record = (start + 8).assumingMemoryBound(to: LinkedPacket.self).pointee
        let length = Int(record.packet.payloadOffset) + Int(record.packet.payloadLength)
        body(record, UnsafeRawBufferPointer(start: start + Self.headerSize, count: min(length, size - Self.headerSize)))
        consumed.pointee.store(position + size, ordering: .releasing)
        return true
    }
}

extension PacketPipe.Writer {
    /// False when the ring is full.
    func write(_ record: LinkedPacket, bytes: UnsafeRawBufferPointer) -> Bool {
        let size = (PacketPipe.headerSize + bytes.count + 7) & ~7
        var position = written.pointee.load(ordering: .relaxed)
        let free = capacity - (position - consumed.pointee.load(ordering: .acquiring))
        let toEnd = capacity - position & (capacity - 1)
        // Room for the mark that sends the reader back, too.
        guard free >= size + (toEnd < size ? toEnd : 0) else { return false }
        if toEnd < size {
            memory.storeBytes(of: 0, toByteOffset: position & (capacity - 1), as: Int.self)
            position += toEnd
        }
        let start = memory + (position & (capacity - 1))
        start.storeBytes(of: size, as: Int.self)
        (start + 8).bindMemory(to: LinkedPacket.self, capacity: 1).initialize(to: record)
        if let base = bytes.baseAddress {
            (start + PacketPipe.headerSize).copyMemory(from: base, byteCount: bytes.count)
        }
        written.pointee.store(position + size, ordering: .releasing)
        return true
    }
}
