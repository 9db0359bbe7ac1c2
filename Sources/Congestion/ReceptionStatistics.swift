import RTP

/// Counts the packets of one received stream for the report blocks about it: RFC 3550 §6.4.1, §A.3 (loss) and
/// §A.8 (jitter). Sums only: its size does not grow.
public struct ReceptionStatistics: Sendable {
    /// Ticks of the stream's timestamps a second.
    public let clockRate: Int
    /// Packets received, duplicates included.
    public private(set) var received: Int64 = 0
    /// Highest extended sequence number, or nil before the first packet.
    public private(set) var highest: Int64?
    /// Part of the packets lost in the interval of the last report block, in 1/256.
    public private(set) var fractionLost: UInt8 = 0
    private var first: Int64 = 0
    private var expectedBefore: Int64 = 0
    private var receivedBefore: Int64 = 0
    /// Jitter in ticks, times 16.
    private var jitterScaled: Int64 = 0
    private var lastTransit: Int64?
    private var lastTimestamp: UInt32 = 0
    private var lastSenderReport: UInt32 = 0
    private var lastSenderReportArrival: Int64 = 0

    /// - Parameter clockRate: ticks a second, as in `a=rtpmap`.
    public init(clockRate: Int) {
        self.clockRate = max(1, clockRate)
    }

    /// Packets that were expected since the beginning.
    public var expected: Int64 {
        guard let highest else { return 0 }
        return highest &- first &+ 1
    }

    /// Packets lost since the beginning; negative with duplicates.
    public var lost: Int64 { expected &- received }

    /// Jitter in ticks of the stream's clock.
    public var jitter: UInt32 { UInt32(clamping: jitterScaled >> 4) }

    /// A packet of the stream has come.
    ///
    /// - Parameters:
    ///   - sequence: extended by a ``SequenceUnwrapper``.
    ///   - timestamp: of the RTP header.
    ///   - now: arrival, µs.
    public mutating func received(_ sequence: Int64, timestamp: UInt32, now: Int64) {
        received &+= 1
        if let highest {
            if sequence > highest { self.highest = sequence }
            if sequence < first { first = sequence }
        } else {
            highest = sequence
            first = sequence
        }
        updateJitter(timestamp: timestamp, now: now)
    }

    /// RFC 3550 §A.8, in integers: J += (|D| − J) / 16.
    private mutating func updateJitter(timestamp: UInt32, now: Int64) {
        let rate = Int64(clockRate)
        // Split so that no clock value can overflow the product.
        let arrival = (now / 1_000_000) &* rate &+ (now % 1_000_000) &* rate / 1_000_000
        let transit = arrival &- Int64(timestamp)
        defer { lastTransit = transit }
        guard let lastTransit else { return }
        // Modulo 2³², as timestamps wrap.
        let difference = Int64(Int32(truncatingIfNeeded: transit &- lastTransit))
        let magnitude = difference < 0 ? 0 &- difference : difference
        // A step of more than 5 s is a new start of the clock, not jitter.
        guard magnitude < rate &* 5 else { return }
        jitterScaled &+= magnitude &- (jitterScaled &+ 8) >> 4
    }

    /// A sender report about the stream has come.
    ///
    /// - Parameter now: arrival, µs.
    public mutating func receivedSenderReport(ntpTimestamp: UInt64, now: Int64) {
        lastSenderReport = compactNTP(ntpTimestamp)
        lastSenderReportArrival = now
    }

    /// The report block about the stream, or nil when nothing has come since the beginning. Begins the next interval
    /// of ``fractionLost``.
    public mutating func reportBlock(ssrc: UInt32, now: Int64) -> ReportBlock? {
        guard let highest else { return nil }
        let expectedInterval = expected &- expectedBefore
        let receivedInterval = received &- receivedBefore
        expectedBefore = expected
        receivedBefore = received
        let lostInterval = expectedInterval &- receivedInterval
        fractionLost =
            expectedInterval > 0 && lostInterval > 0
            ? UInt8(clamping: min(lostInterval, 1 << 40) << 8 / expectedInterval) : 0
        return ReportBlock(
            ssrc: ssrc, fractionLost: fractionLost,
            cumulativeLost: Int32(clamping: min(max(lost, -0x80_0000), 0x7F_FFFF)),
            highestSequence: UInt32(truncatingIfNeeded: highest &- (first & ~0xFFFF)),
            jitter: jitter, lastSenderReport: lastSenderReport,
            delaySinceLastSenderReport: lastSenderReport == 0
                ? 0 : compactNTP(microseconds: now &- lastSenderReportArrival))
    }
}
