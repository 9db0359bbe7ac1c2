import RTP

/// A packet of a journal as films are made of it.
struct MediaPacket {
    /// The sequence number, unwrapped: grows within a stream.
    var number: Int64
    var timestamp: UInt32
    var marker: Bool
    var payload: [UInt8]
}

/// Packets of one stream in the order of their numbers, each once, until the film has come to them.
struct PacketQueue {
    /// Packets that wait at most: a film that cannot be placed in time must not fill the memory.
    static let limit = 50_000

    private var packets: [MediaPacket] = []
    private var head = 0
    private var taken: Int64 = .min

    var first: MediaPacket? { head < packets.count ? packets[head] : nil }
    var isEmpty: Bool { head >= packets.count }

    mutating func insert(_ packet: MediaPacket) {
        guard packet.number > taken else { return }
        var place = packets.count
        while place > head, packets[place - 1].number > packet.number { place -= 1 }
        if place > head, packets[place - 1].number == packet.number { return }
        packets.insert(packet, at: place)
        if packets.count - head > Self.limit { _ = removeFirst() }
    }

    mutating func removeFirst() -> MediaPacket? {
        guard let packet = first else { return nil }
        packets[head].payload = []
        head += 1
        taken = packet.number
        if head > 512, head * 2 > packets.count {
            packets.removeFirst(head)
            head = 0
        }
        return packet
    }
}
