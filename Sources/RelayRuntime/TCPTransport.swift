import CSockets
import Glibc
import ICE
import Relay

/// ICE over TCP (RFC 6544) for networks that let no UDP through: connections that clients open to the media port, on
/// which each packet follows its length in two bytes (RFC 4571 §2).
struct TCPTransport: ~Copyable {
    /// Connections that have not been heard of as somebody's are as cheap to make as they are for us to hold.
    static let connectionLimit = 512
    /// Bytes that wait for a slow connection; beyond that packets are dropped whole.
    static let backlogLimit = 256 * 1024
    /// A connection that has brought no packet for this long is closed, µs.
    static let idleTimeout: Int64 = 60_000_000

    private struct Connection {
        var descriptor: Int32
        var address: PeerAddress
        var input: [UInt8] = []
        var output: [UInt8] = []
        var lastInput: Int64
        var waitsToWrite = false
    }

    let listener: Int32
    private let epoll: Int32
    private var connections: [UInt32: Connection] = [:]
    private var nextConnection: UInt32 = 1
    private var buffer = [UInt8](repeating: 0, count: 16 * 1024)

    /// Listens on the same number as the worker's UDP port.
    init(address: String?, port: UInt16, epoll: Int32) throws(RuntimeError) {
        let opened = csockets_open_tcp_listener(address, port)
        guard opened >= 0 else { throw .port(port, code: -opened) }
        listener = opened
        self.epoll = epoll
    }

    deinit {
        for connection in connections.values { close(connection.descriptor) }
        close(listener)
    }

    /// Takes every connection that waits. Tokens of their events are `tokenBase` + connection number.
    mutating func accept(tokenBase: UInt64, now: Int64) {
        while true {
            var peer = csockets_address()
            let descriptor = csockets_accept(listener, &peer)
            guard descriptor >= 0 else { return }
            guard connections.count < Self.connectionLimit else {
                close(descriptor)
                continue
            }
            let number = nextConnection
            nextConnection = nextConnection == .max ? 1 : nextConnection + 1
            guard connections[number] == nil, csockets_epoll_add(epoll, descriptor, 1, tokenBase + UInt64(number)) == 0
            else {
                close(descriptor)
                continue
            }
            connections[number] = Connection(
                descriptor: descriptor, address: PeerAddress(peer, connection: number), lastInput: now)
        }
    }

    /// Reads what a connection has and hands over each whole packet. Returns the address of a connection that ended.
    mutating func readable(
        _ number: UInt32, now: Int64, deliver: (UnsafeMutableRawBufferPointer, PeerAddress) -> Void
    ) -> PeerAddress? {
        guard var connection = connections.removeValue(forKey: number) else { return nil }
        let received = buffer.withUnsafeMutableBytes { read(connection.descriptor, $0.baseAddress, $0.count) }
        if received == 0 || (received < 0 && errno != EAGAIN && errno != EINTR) {
            close(connection.descriptor)
            return connection.address
        }
        if received > 0 {
            connection.lastInput = now
            connection.input.append(contentsOf: buffer[..<received])
            var start = 0
            connection.input.withUnsafeMutableBytes { bytes in
                while bytes.count - start >= 2 {
                    let length = Int(bytes[start]) << 8 | Int(bytes[start + 1])
                    guard bytes.count - start >= 2 + length else { break }
                    let packet = UnsafeMutableRawBufferPointer(rebasing: bytes[(start + 2)..<(start + 2 + length)])
                    if length > 0, length <= UDPEndpoint.stride { deliver(packet, connection.address) }
                    start += 2 + length
                }
            }
            connection.input.removeFirst(start)
        }
        connections[number] = connection
        return nil
    }

    /// Queues a run's packets, each with its length before it. Returns how many were dropped.
    mutating func send(_ run: SendBatch.Run, bytes: UnsafeMutableRawBufferPointer, tokenBase: UInt64) -> Int {
        let number = run.destination.connection
        guard connections[number]?.address == run.destination else { return run.count }
        var drops = 0
        var offset = 0
        while offset < run.length {
            let length = min(run.segmentSize, run.length - offset)
            if (connections[number]?.output.count ?? 0) + length + 2 <= Self.backlogLimit {
                connections[number]?.output.append(UInt8(truncatingIfNeeded: length >> 8))
                connections[number]?.output.append(UInt8(truncatingIfNeeded: length))
                connections[number]?.output.append(
                    contentsOf: UnsafeRawBufferPointer(rebasing: bytes[offset..<(offset + length)]))
            } else {
                drops += 1
            }
            offset += length
        }
        if connections[number]?.waitsToWrite == false { writable(number, tokenBase: tokenBase) }
        return drops
    }

    /// Writes what the connection takes; asks to be woken for the rest.
    mutating func writable(_ number: UInt32, tokenBase: UInt64) {
        guard let connection = connections[number] else { return }
        let written = connection.output.withUnsafeBytes { bytes in
            Glibc.send(connection.descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
        }
        if written > 0 { connections[number]?.output.removeFirst(written) }
        let waits = connections[number]?.output.isEmpty == false
        if waits != connection.waitsToWrite {
            connections[number]?.waitsToWrite = waits
            _ = csockets_epoll_change(epoll, connection.descriptor, waits ? 3 : 1, tokenBase + UInt64(number))
        }
    }

    /// Closes connections that bring nothing and returns their addresses.
    mutating func closeIdle(now: Int64) -> [PeerAddress] {
        var closed: [PeerAddress] = []
        for (number, connection) in connections where now - connection.lastInput > Self.idleTimeout {
            close(connection.descriptor)
            connections[number] = nil
            closed.append(connection.address)
        }
        return closed
    }
}
