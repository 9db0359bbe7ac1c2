import CSockets
import Glibc
import ICE
import Relay

/// One worker's UDP socket, with the memory that bursts of datagrams are received into.
///
/// Invariant: `memory` holds `batch` places of ``stride`` bytes, which the kernel fills and ``receive()`` hands out;
/// a place is valid until the next call of ``receive()``.
package struct UDPEndpoint: ~Copyable {
    /// Longer datagrams are cut by the kernel and then fail authentication: none that we serve is longer.
    static let stride = 2048
    static let batch = 64

    let descriptor: Int32
    let port: UInt16
    private let memory: UnsafeMutableRawPointer
    private let receiver: OpaquePointer
    private let sender: OpaquePointer
    private let senderCapacity: Int
    private var segments: Bool

    /// - Parameter address: nil for every address of the machine.
    package init(address: String?, port wanted: UInt16, runCapacity: Int) throws(RuntimeError) {
        let opened = csockets_open_udp(address, wanted, 8 << 20)
        guard opened >= 0 else { throw .port(wanted, code: -opened) }
        let bound = csockets_local_port(opened)
        let memory = UnsafeMutableRawPointer.allocate(byteCount: Self.batch * Self.stride, alignment: 64)
        guard bound > 0,
            let receiver = csockets_receiver_create(memory, UInt32(Self.batch), UInt32(Self.stride)),
            let sender = csockets_sender_create(UInt32(runCapacity))
        else {
            close(opened)
            memory.deallocate()
            throw .system("socket", code: ENOMEM)
        }
        self.memory = memory
        self.receiver = receiver
        self.sender = sender
        descriptor = opened
        port = UInt16(truncatingIfNeeded: bound)
        senderCapacity = runCapacity
        segments = csockets_supports_segmentation(opened) != 0
    }

    deinit {
        csockets_receiver_destroy(receiver)
        csockets_sender_destroy(sender)
        memory.deallocate()
        close(descriptor)
    }

    /// Receives what is there, at most ``batch`` datagrams, without waiting.
    mutating func receive() -> Int {
        max(0, Int(csockets_receive(receiver, descriptor)))
    }

    /// A datagram of the last burst, `0 ..< receive()`, and where it came from.
    func datagram(_ index: Int) -> (bytes: UnsafeMutableRawBufferPointer, from: PeerAddress) {
        let length = min(Int(csockets_received_length(receiver, UInt32(index))), Self.stride)
        var from = csockets_address()
        csockets_received_from(receiver, UInt32(index), &from)
        return (
            UnsafeMutableRawBufferPointer(start: memory + index * Self.stride, count: length),
            PeerAddress(from, connection: 0)
        )
    }

    /// Sends the batch's runs that go over UDP; `other` gets the rest. Returns system calls made and datagrams that
    /// the kernel refused.
    package mutating func send(
        _ batch: borrowing SendBatch, other: (SendBatch.Run, UnsafeMutableRawBufferPointer) -> Void
    ) -> (calls: Int, drops: Int) {
        var entries = 0
        var calls = 0
        var drops = 0
        for index in 0..<batch.runCount {
            let run = batch.run(index)
            if run.destination.connection != 0 {
                other(run, batch.bytes(of: run))
                continue
            }
            if run.count > 1, !segments {
                sendSingly(run, bytes: batch.bytes(of: run), calls: &calls, drops: &drops)
                continue
            }
            if entries == senderCapacity {
                flush(entries, calls: &calls, drops: &drops)
                entries = 0
            }
            csockets_sender_set(
                sender, UInt32(entries), batch.bytes(of: run).baseAddress, run.length,
                run.count > 1 ? UInt16(truncatingIfNeeded: run.segmentSize) : 0, run.destination.high,
                run.destination.low, run.destination.port)
            entries += 1
        }
        flush(entries, calls: &calls, drops: &drops)
        return (calls, drops)
    }

    private mutating func flush(_ count: Int, calls: inout Int, drops: inout Int) {
        var first = 0
        while first < count {
            let sent = csockets_send(sender, descriptor, UInt32(first), UInt32(count))
            calls += 1
            if sent > 0 {
                first += Int(sent)
                continue
            }
            // EIO and EINVAL: this path cannot segment (udp(7)); from the next batch on runs go one by one. Any other
            // error belongs to one destination, or the buffer is full: media that waits is media too late.
            if sent == -EIO || sent == -EINVAL { segments = false }
            drops += 1
            first += 1
        }
    }

    private func sendSingly(
        _ run: SendBatch.Run, bytes: UnsafeMutableRawBufferPointer, calls: inout Int, drops: inout Int
    ) {
        var offset = 0
        while offset < run.length {
            let length = min(run.segmentSize, run.length - offset)
            csockets_sender_set(
                sender, 0, bytes.baseAddress.map { $0 + offset }, length, 0, run.destination.high,
                run.destination.low, run.destination.port)
            if csockets_send(sender, descriptor, 0, 1) < 1 { drops += 1 }
            calls += 1
            offset += length
        }
    }
}

extension PeerAddress {
    /// - Parameter connection: 0 for UDP.
    init(_ address: csockets_address, connection: UInt32) {
        let (high, low) = withUnsafeBytes(of: address.ip) { bytes in
            (
                UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self)),
                UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            )
        }
        self.init(high: high, low: low, port: address.port, connection: connection)
    }
}
