import ICE
import Testing

@testable import Relay

@Suite struct `The relay's tables` {
    @Test func `an address table finds what was put in and nothing else, through growth and removal`() {
        var table = AddressTable()
        var random = SplitMix64(state: 3)
        var expected: [PeerAddress: Int] = [:]
        for participant in 0..<500 {
            for _ in 0..<3 {
                let address = PeerAddress(
                    high: 0, low: 0xFFFF_0000_0000 | random.next() >> 40,
                    port: UInt16(truncatingIfNeeded: random.next()),
                    connection: 0)
                table.insert(address, participant: participant)
                expected[address] = participant
            }
        }
        for removed in stride(from: 0, to: 500, by: 7) { table.removeAll(of: removed) }
        for (address, participant) in expected {
            let seen1 = table.find(address)
            #expect(seen1 == (participant % 7 == 0 ? nil : participant))
        }
        let seen2 = table.find(PeerAddress(high: 1, low: 2, port: 3, connection: 0))
        #expect(seen2 == nil)
    }

    @Test func `one address on UDP and on a TCP connection are two addresses`() {
        var table = AddressTable()
        let udp = PeerAddress(high: 0, low: 9, port: 9, connection: 0)
        let tcp = PeerAddress(high: 0, low: 9, port: 9, connection: 4)
        table.insert(udp, participant: 1)
        table.insert(tcp, participant: 2)
        let seen3 = table.find(udp)
        #expect(seen3 == 1)
        let seen4 = table.find(tcp)
        #expect(seen4 == 2)
    }

    @Test func `a slab keeps its elements where they are and uses freed places again`() {
        var slab = Slab<Int>()
        let indices = (0..<200).map { slab.insert($0) }
        slab.remove(indices[50])
        let seen5 = slab.contains(50)
        #expect(!seen5)
        let seen6 = slab.insert(999)
        #expect(seen6 == 50)
        let seen7 = slab[50]
        #expect(seen7 == 999)
        let seen8 = slab[199]
        #expect(seen8 == 199)
        let seen9 = slab.count
        #expect(seen9 == 200)
    }

    @Test func `a packet cache gives a packet back until its place is taken by a newer one`() throws {
        var cache = PacketCache(capacityLog2: 3)
        var packet = CachedPacket()
        let bytes: [UInt8] = [1, 2, 3]
        for sequence in 10..<20 as Range<Int64> {
            packet.sequence = sequence
            let stored = bytes.withUnsafeBytes { cache.store(packet, bytes: $0) }
            #expect(stored)
        }
        let seen10 = cache.entry(11)
        #expect(seen10 == nil)
        let seen11 = cache.contains(12)
        #expect(seen11)
        let seen12 = cache.base(12).load(fromByteOffset: 2, as: UInt8.self)
        #expect(seen12 == 3)
        let tooLong = [UInt8](repeating: 0, count: PacketCache.stride + 1)
        packet.sequence = 30
        let stored = tooLong.withUnsafeBytes { cache.store(packet, bytes: $0) }
        #expect(!stored)
    }
}
