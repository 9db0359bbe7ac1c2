import ICE
import Testing

@testable import Relay

private func address(_ port: UInt16) -> PeerAddress {
    PeerAddress(high: 0, low: 0xFFFF_7F00_0001, port: port, connection: 0)
}

extension SendBatch {
    fileprivate mutating func add(_ length: Int, to port: UInt16) {
        commit(length: length, to: address(port))
    }
}

@Suite struct `A send batch` {
    @Test func `joins datagrams of equal size to one receiver into one run, the last of which may be shorter`() {
        var batch = SendBatch()
        for length in [1100, 1100, 1100, 700] { batch.add(length, to: 1) }
        let seen1 = batch.runCount
        #expect(seen1 == 1)
        let seen2 = batch.run(0).count
        #expect(seen2 == 4)
        let seen3 = batch.run(0).segmentSize
        #expect(seen3 == 1100)
        let seen4 = batch.run(0).length
        #expect(seen4 == 4000)
    }

    @Test func `begins a new run after a shorter datagram, before a longer one, and for another receiver`() {
        var batch = SendBatch()
        batch.add(1100, to: 1)
        batch.add(700, to: 1)
        batch.add(700, to: 1)
        let seen5 = batch.runCount
        #expect(seen5 == 2)
        batch.add(900, to: 1)
        let seen6 = batch.runCount
        #expect(seen6 == 3)
        batch.add(900, to: 2)
        let seen7 = batch.runCount
        #expect(seen7 == 4)
        let seen8 = batch.datagramCount
        #expect(seen8 == 5)
    }

    @Test func `keeps runs to what one send takes`() {
        var batch = SendBatch()
        for _ in 0..<40 { batch.add(1000, to: 1) }
        let seen9 = batch.runCount
        #expect(seen9 == 3)
        let seen10 = batch.run(0).count
        #expect(seen10 == SendBatch.segmentLimit)
    }

    @Test func `says when there is no room, and is empty after it has been sent`() {
        var batch = SendBatch(byteCapacity: SendBatch.datagramCapacity * 2, runCapacity: 8)
        let seen11 = batch.hasRoom(for: 2)
        #expect(seen11)
        batch.add(1000, to: 1)
        let seen12 = batch.hasRoom()
        #expect(seen12)
        batch.add(1000, to: 1)
        let seen13 = batch.hasRoom()
        #expect(!seen13)
        batch.removeAll()
        let seen14 = batch.hasRoom(for: 2)
        #expect(seen14)
    }
}
