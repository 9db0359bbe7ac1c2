import Testing

@testable import Relay

/// A record with a number, and as many words of it as the number says.
private func write(_ number: Int, to pipe: PacketPipe) -> Bool {
    let count = 1 + number % 23
    var record = LinkedPacket(publication: Int32(truncatingIfNeeded: number), serial: 7, quality: 1)
    record.packet.payloadLength = UInt16(count * 8 - number % 3)
    return withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 24) { words in
        words.initialize(repeating: UInt64(number))
        return pipe.write(
            record, bytes: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(words)[..<(count * 8)]))
    }
}

/// Whether the next record is this one; nil when there is none.
private func read(_ number: Int, from pipe: PacketPipe) -> Bool? {
    var isWhole = false
    let isThere = pipe.read { record, bytes in
        isWhole =
            record.publication == Int32(truncatingIfNeeded: number) && record.serial == 7
            && bytes.count == (1 + number % 23) * 8 - number % 3
        var offset = 0
        while offset + 8 <= bytes.count {
            if bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self) != UInt64(number) { isWhole = false }
            offset += 8
        }
    }
    return isThere ? isWhole : nil
}

@Suite struct `A pipe between relays` {
    @Test func `wraps round without tearing a record, however full it is`() throws {
        var random = SplitMix64(state: 4)
        let pipe = PacketPipe(capacityLog2: 11)
        var (written, taken, refused) = (0, 0, 0)
        while taken < 50_000 {
            for _ in 0..<Int.random(in: 0...12, using: &random) {
                if write(written, to: pipe) { written += 1 } else { refused += 1 }
            }
            for _ in 0..<Int.random(in: 0...12, using: &random) {
                guard let isWhole = read(taken, from: pipe) else { break }
                try #require(isWhole, "record \(taken)")
                taken += 1
            }
        }
        while let isWhole = read(taken, from: pipe) {
            try #require(isWhole)
            taken += 1
        }
        #expect(taken == written && pipe.isEmpty)
        #expect(refused > 100)
    }

    @Test func `brings a million records from one thread to another, in order and whole`() async throws {
        let pipe = PacketPipe(capacityLog2: 14)
        let count = 1_000_000
        async let writer: Void = {
            for number in 0..<count {
                while !write(number, to: pipe) { await Task.yield() }
            }
        }()
        var damaged = 0
        for number in 0..<count {
            var answer = read(number, from: pipe)
            while answer == nil {
                await Task.yield()
                answer = read(number, from: pipe)
            }
            if answer != true { damaged += 1 }
        }
        await writer
        #expect(damaged == 0)
        #expect(pipe.isEmpty)
    }
}
