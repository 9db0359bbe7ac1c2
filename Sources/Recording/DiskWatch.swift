/// How long the disk lasts at the pace at which it fills, and what that means for recordings. Pure: free space, what was
/// written and time go in.
///
/// First those who lead are warned; then pictures are left out, so that voices last; then recordings end, with whole
/// journals, while there is still room for what must be written.
public struct DiskWatch: Sendable {
    public struct Limits: Sendable {
        /// Seconds left below which people are warned.
        public var warning: Int64
        /// Seconds left below which pictures are left out.
        public var shedding: Int64
        /// Seconds left below which recordings end.
        public var stopping: Int64
        /// Bytes that recordings never take: the rest of the server needs them.
        public var reserve: Int64

        public init(
            warning: Int64 = 3600, shedding: Int64 = 900, stopping: Int64 = 60, reserve: Int64 = 256 << 20
        ) {
            self.warning = warning
            self.shedding = shedding
            self.stopping = stopping
            self.reserve = reserve
        }
    }

    public enum Level: String, Sendable, Codable, CaseIterable {
        case fine
        /// It lasts, but not for long.
        case low
        /// Only voices are kept.
        case voices
        /// Nothing more is written.
        case full
    }

    public let limits: Limits
    public private(set) var level = Level.fine
    /// At the present pace; nil while it is not known.
    public private(set) var secondsLeft: Int64?
    private var last: (free: Int64, written: Int64, at: Int64)?
    /// Bytes a second, smoothed: what we write, and what the disk loses to all.
    private var ours: Double?
    private var all = 0.0
    /// With pictures, before they were left out.
    private var fullRate = 0.0

    /// Over so many seconds our pace is smoothed.
    private static let window = 30.0
    /// The same for all: others write in bursts, which soon end.
    private static let longWindow = 600.0
    /// What has got better must have got so much better to count.
    private static let margin = 1.5
    /// Bytes a second that one voice takes: nothing is slower for long.
    private static let slowest = 4_000.0

    public init(_ limits: Limits = Limits()) { self.limits = limits }

    /// Takes a look.
    ///
    /// - Parameters:
    ///   - free: bytes that may still be written.
    ///   - written: bytes of recordings so far, which only grows.
    ///   - now: µs, on a clock that does not go back.
    public mutating func look(free: Int64, written: Int64, now: Int64) {
        if let last, now > last.at {
            let seconds = Double(now - last.at) / 1_000_000
            let part = min(seconds / Self.window, 1)
            let pace = max(Double(written - last.written), 0) / seconds
            let before = ours ?? pace
            ours = before + (pace - before) * part
            all += (max(Double(last.free - free), 0) / seconds - all) * min(seconds / Self.longWindow, 1)
        }
        last = (free, written, now)
        let rate = max(ours ?? 0, all, Self.slowest)
        let usable = Double(max(free - limits.reserve, 0))
        secondsLeft = ours == nil ? nil : Int64(min(usable / rate, 1e9))
        level = judge(usable: usable, left: ours == nil && usable > 0 ? .infinity : usable / rate, rate: rate)
    }

    private mutating func judge(usable: Double, left: Double, rate: Double) -> Level {
        // What others write in a burst is not going on; the reserve is there for what does.
        if usable < Double(limits.stopping) * max(ours ?? 0, Self.slowest) { return .full }
        switch level {
        case .voices, .full:
            // What is left is judged by what pictures took, or they would come and go.
            let withPictures = usable / max(fullRate, rate)
            guard withPictures > Double(limits.shedding) * Self.margin else { return level }
            return withPictures < Double(limits.warning) ? .low : .fine
        case .fine, .low:
            if left < Double(limits.shedding) {
                fullRate = rate
                return .voices
            }
            return left < Double(limits.warning) * (level == .low ? Self.margin : 1) ? .low : .fine
        }
    }
}
