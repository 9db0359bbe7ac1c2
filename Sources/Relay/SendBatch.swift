import ICE

/// Datagrams on their way out, back to back in one piece of memory, in runs to one receiver that leave as one UDP
/// GSO send (udp(7), UDP_SEGMENT): all of a run's datagrams have the same size, only the last may be shorter.
///
/// The relay fills it, the runtime sends and empties it; neither allocates. Written from the front only: bytes below
/// `used` are initialised, a reservation never reaches past `byteCapacity`.
public struct SendBatch: ~Copyable {
    /// Datagrams of equal size to one receiver.
    public struct Run {
        public var destination: PeerAddress
        public var offset: Int
        /// Bytes of the whole run.
        public var length: Int
        /// Bytes of every datagram but the last.
        public var segmentSize: Int
        public var count: Int
        /// A shorter datagram has closed the run.
        var isClosed: Bool
    }

    /// Room that one datagram may need: the longest packet and SRTP's tail.
    public static var datagramCapacity: Int { 1664 }
    /// The kernel takes at most 64 segments and 65,507 bytes; beyond 16 nothing is gained.
    public static var segmentLimit: Int { 16 }

    public let byteCapacity: Int
    public let runCapacity: Int
    private let memory: UnsafeMutableRawPointer
    private let runs: UnsafeMutablePointer<Run>
    public private(set) var used = 0
    public private(set) var runCount = 0
    public private(set) var datagramCount = 0

    public init(byteCapacity: Int = 512 * 1024, runCapacity: Int = 512) {
        self.byteCapacity = max(byteCapacity, Self.datagramCapacity)
        self.runCapacity = max(runCapacity, 1)
        memory = .allocate(byteCount: self.byteCapacity, alignment: 64)
        runs = .allocate(capacity: self.runCapacity)
    }

    deinit {
        memory.deallocate()
        runs.deallocate()
    }

    /// Whether `datagrams` more datagrams are sure to fit.
    @inline(__always)
    public func hasRoom(for datagrams: Int = 1) -> Bool {
        byteCapacity - used >= datagrams &* Self.datagramCapacity && runCapacity - runCount >= datagrams
    }

    /// Memory for the next datagram, ``datagramCapacity`` bytes: to be called only after ``hasRoom(for:)``.
    @inline(__always)
    mutating func reserve() -> UnsafeMutableRawPointer {
        memory + used
    }

    /// Takes the first `length` bytes of the reservation as a datagram for `destination`.
    @inline(__always)
    mutating func commit(length: Int, to destination: PeerAddress) {
        datagramCount &+= 1
        if runCount > 0 {
            let last = runs + (runCount - 1)
            if !last.pointee.isClosed, length <= last.pointee.segmentSize, last.pointee.count < Self.segmentLimit,
                last.pointee.destination == destination
            {
                last.pointee.length &+= length
                last.pointee.count &+= 1
                last.pointee.isClosed = length < last.pointee.segmentSize
                used &+= length
                return
            }
        }
        runs[runCount] = Run(
            destination: destination, offset: used, length: length, segmentSize: length, count: 1, isClosed: false)
        runCount &+= 1
        used &+= length
    }

    /// Copies a whole datagram in; false when there is no room.
    mutating func append(_ datagram: UnsafeRawBufferPointer, to destination: PeerAddress) -> Bool {
        guard let base = datagram.baseAddress, datagram.count <= Self.datagramCapacity, hasRoom() else { return false }
        reserve().copyMemory(from: base, byteCount: datagram.count)
        commit(length: datagram.count, to: destination)
        return true
    }

    /// A run by index, `0 ..< runCount`.
    public func run(_ index: Int) -> Run {
        precondition(index >= 0 && index < runCount, "a run index comes from runCount")
        return runs[index]
    }

    /// The bytes of a run.
    public func bytes(of run: Run) -> UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(start: memory + run.offset, count: run.length)
    }

    public mutating func removeAll() {
        used = 0
        runCount = 0
        datagramCount = 0
    }
}
