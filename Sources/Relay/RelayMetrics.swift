/// Counters of one relay since its start. Sums over workers are made with ``+=(_:_:)``.
public struct RelayMetrics: Sendable, Equatable {
    public var rooms: UInt64 = 0
    public var participants: UInt64 = 0
    public var packetsReceived: UInt64 = 0
    public var packetsForwarded: UInt64 = 0
    public var bytesReceived: UInt64 = 0
    public var bytesForwarded: UInt64 = 0
    /// Packets sent again to receivers that asked.
    public var retransmissions: UInt64 = 0
    /// Packets that receivers asked for and that were not there any more, or had never come.
    public var retransmissionMisses: UInt64 = 0
    /// Packets of padding, to find out what lines bear.
    public var paddingSent: UInt64 = 0
    public var nacksReceived: UInt64 = 0
    public var nacksSent: UInt64 = 0
    /// Video packets of publishers that did not come at first, and those of them that a retransmission brought.
    public var packetsLost: UInt64 = 0
    public var packetsRecovered: UInt64 = 0
    public var keyframeRequests: UInt64 = 0
    public var stunRequests: UInt64 = 0
    /// Checks without a known user name or with a wrong MESSAGE-INTEGRITY.
    public var stunRejected: UInt64 = 0
    /// Datagrams that were nobody's: from addresses that ICE has not validated, or of no known protocol.
    public var datagramsDropped: UInt64 = 0
    /// Packets that did not fit into the pipe to another worker.
    public var linkDrops: UInt64 = 0
    /// Packets of recorded rooms that did not fit into the pipe to the recorder.
    public var recordingDrops: UInt64 = 0
    public var dtlsFailures: UInt64 = 0
    public var srtpFailures: UInt64 = 0
    public var replays: UInt64 = 0
    public var sendCalls: UInt64 = 0
    public var receiveCalls: UInt64 = 0
    /// System calls that waited for datagrams or timers.
    public var waitCalls: UInt64 = 0
    /// Datagrams that the kernel or a TCP connection would not take.
    public var sendDrops: UInt64 = 0

    public init() {}

    public static func += (left: inout RelayMetrics, right: RelayMetrics) {
        left.rooms &+= right.rooms
        left.participants &+= right.participants
        left.packetsReceived &+= right.packetsReceived
        left.packetsForwarded &+= right.packetsForwarded
        left.bytesReceived &+= right.bytesReceived
        left.bytesForwarded &+= right.bytesForwarded
        left.retransmissions &+= right.retransmissions
        left.retransmissionMisses &+= right.retransmissionMisses
        left.paddingSent &+= right.paddingSent
        left.nacksReceived &+= right.nacksReceived
        left.nacksSent &+= right.nacksSent
        left.packetsLost &+= right.packetsLost
        left.packetsRecovered &+= right.packetsRecovered
        left.keyframeRequests &+= right.keyframeRequests
        left.stunRequests &+= right.stunRequests
        left.stunRejected &+= right.stunRejected
        left.datagramsDropped &+= right.datagramsDropped
        left.linkDrops &+= right.linkDrops
        left.recordingDrops &+= right.recordingDrops
        left.dtlsFailures &+= right.dtlsFailures
        left.srtpFailures &+= right.srtpFailures
        left.replays &+= right.replays
        left.sendCalls &+= right.sendCalls
        left.receiveCalls &+= right.receiveCalls
        left.waitCalls &+= right.waitCalls
        left.sendDrops &+= right.sendDrops
    }
}
