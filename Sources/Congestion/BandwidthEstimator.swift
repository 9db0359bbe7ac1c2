import RTP

/// Placeholder while the estimator is written.
public struct BandwidthEstimator: ~Copyable {
    public struct Settings: Sendable {
        public var start = 300_000
        public var floor = 40_000
        public var ceiling = 20_000_000
        public init() {}
    }
    public struct Probe: Sendable {
        public var rate: Int
        public var bytes: Int
    }
    public var rate = 3_000_000
    public var queueDelay: Int64 = 0
    public var lossFraction = 0.0
    public var demand = 0
    var next: UInt16 = 0
    public init(settings: Settings = .init()) {}
    @inline(__always)
    public mutating func sent(bytes: Int, now: Int64) -> UInt16 {
        next &+= 1
        return next
    }
    public mutating func receive(_ feedback: TransportFeedback, in packet: RawSpan, now: Int64) {}
    public mutating func tick(now: Int64) {}
    public mutating func takeProbe(now: Int64) -> Probe? { nil }
    public mutating func probeBegan() {}
    public mutating func probeEnded() {}
}
