/// Appends RTCP packets to one compound packet (RFC 3550 §6.1) in memory that belongs to the caller.
///
/// Every method writes a whole packet and returns true, or finds no room, writes nothing and returns false.
///
/// Invariant: `count` never exceeds the memory's; bytes below it are whole RTCP packets.
public struct RTCPWriter {
    let memory: UnsafeMutableRawBufferPointer
    /// Bytes written: a multiple of 4.
    public private(set) var count = 0
    /// Where the report stands that further blocks belong to, or −1.
    private var report = -1

    /// - Parameter memory: leave room behind it for SRTCP's tail.
    public init(_ memory: UnsafeMutableRawBufferPointer) {
        self.memory = memory
    }

    /// Bytes that are still free.
    public var remaining: Int { memory.count &- count }

    /// Starts over at the beginning of the memory.
    public mutating func removeAll() {
        count = 0
        report = -1
    }

    /// Begins a packet of `length` bytes, a multiple of 4, and returns where it starts.
    mutating func begin(type: UInt8, count field: Int, length: Int) -> Int? {
        guard length >= 4, length & 3 == 0, length <= remaining, length / 4 <= 0x1_0000 else { return nil }
        let start = count
        writeHeader(at: start, type: type, count: field, length: length)
        count = start &+ length
        report = -1
        return start
    }

    private func writeHeader(at start: Int, type: UInt8, count field: Int, length: Int) {
        memory.put(
            0x8000_0000 | UInt32(truncatingIfNeeded: field & 0x1F) << 24 | UInt32(type) << 16
                | UInt32(truncatingIfNeeded: length / 4 &- 1), at: start)
    }

    /// Begins a sender report (RFC 3550 §6.4.1); ``reportBlock(_:)`` may follow.
    public mutating func senderReport(
        ssrc: UInt32, ntpTimestamp: UInt64, rtpTimestamp: UInt32, packetCount: UInt32, octetCount: UInt32
    ) -> Bool {
        guard let start = begin(type: RTCPType.senderReport, count: 0, length: 28) else { return false }
        memory.put(ssrc, at: start &+ 4)
        memory.put(UInt32(truncatingIfNeeded: ntpTimestamp >> 32), at: start &+ 8)
        memory.put(UInt32(truncatingIfNeeded: ntpTimestamp), at: start &+ 12)
        memory.put(rtpTimestamp, at: start &+ 16)
        memory.put(packetCount, at: start &+ 20)
        memory.put(octetCount, at: start &+ 24)
        report = start
        return true
    }

    /// Begins a receiver report (RFC 3550 §6.4.2); ``reportBlock(_:)`` may follow.
    public mutating func receiverReport(ssrc: UInt32) -> Bool {
        guard let start = begin(type: RTCPType.receiverReport, count: 0, length: 8) else { return false }
        memory.put(ssrc, at: start &+ 4)
        report = start
        return true
    }

    /// Appends a block to the report that was written last. False also when the last packet is not a report, or has
    /// its 31 blocks: begin another receiver report then.
    public mutating func reportBlock(_ block: ReportBlock) -> Bool {
        guard report >= 0, remaining >= ReportBlock.length else { return false }
        let first = UnsafeRawBufferPointer(memory).bytes.uint32(at: report)
        let blocks = Int(first >> 24 & 0x1F)
        guard blocks < 31 else { return false }
        let start = count
        memory.put(block.ssrc, at: start)
        let lost = UInt32(bitPattern: min(max(block.cumulativeLost, -0x80_0000), 0x7F_FFFF)) & 0xFF_FFFF
        memory.put(UInt32(block.fractionLost) << 24 | lost, at: start &+ 4)
        memory.put(block.highestSequence, at: start &+ 8)
        memory.put(block.jitter, at: start &+ 12)
        memory.put(block.lastSenderReport, at: start &+ 16)
        memory.put(block.delaySinceLastSenderReport, at: start &+ 20)
        count = start &+ ReportBlock.length
        writeHeader(
            at: report, type: UInt8(truncatingIfNeeded: first >> 16), count: blocks &+ 1, length: count &- report)
        return true
    }

    /// A source description with the one item CNAME (RFC 3550 §6.5.1).
    ///
    /// - Parameter cname: at most 255 bytes of UTF-8.
    public mutating func sourceDescription(ssrc: UInt32, cname: Span<UInt8>) -> Bool {
        guard cname.count <= 255 else { return false }
        // Header, SSRC, item header, text, at least one null.
        let length = (4 &+ 4 &+ 2 &+ cname.count &+ 1 &+ 3) & ~3
        guard let start = begin(type: RTCPType.sourceDescription, count: 1, length: length) else { return false }
        memory.put(ssrc, at: start &+ 4)
        memory.put(UInt8(1), at: start &+ 8)
        memory.put(UInt8(truncatingIfNeeded: cname.count), at: start &+ 9)
        for index in 0..<cname.count { memory.put(cname[index], at: start &+ 10 &+ index) }
        for offset in start &+ 10 &+ cname.count..<start &+ length { memory.put(UInt8(0), at: offset) }
        return true
    }

    /// A BYE for one stream, without a reason (RFC 3550 §6.6).
    public mutating func bye(ssrc: UInt32) -> Bool {
        guard let start = begin(type: RTCPType.bye, count: 1, length: 8) else { return false }
        memory.put(ssrc, at: start &+ 4)
        return true
    }
}
