import RTP

/// When a stream's RTP timestamps stand in the film.
///
/// What a sender's report says (RFC 3550 §6.4.1) joins its streams on its own wall clock; how that runs against the
/// recorder's is one ``ClockOffset`` for all streams of the sender, so that voice and picture stay together whatever the
/// line does. Before the first report a stream stands by its arrivals alone.
///
/// A timestamp is read by the report that was the last when it was sent. Between two reports timestamps may fall behind the
/// sender's clock: a machine that is busy loses samples, and counts on. Which packets come after that their delays tell.
struct StreamClock {
    /// What a sender has said: its clock, microseconds, at a timestamp.
    private struct Report {
        var timestamp: UInt32
        var sent: Int64

        /// Ticks by which a timestamp is behind that of the report.
        func distance(to timestamp: UInt32) -> Int64 { Int64(Int32(bitPattern: timestamp &- self.timestamp)) }
    }

    /// Reports that are kept: pictures have one a second, and the film is ``Timeline/lookahead`` behind.
    private static let mostReports = 64
    /// Microseconds by which two reports of a voice may differ though nothing has happened: browsers say when they sent a
    /// packet, not when its first sample was taken.
    private static let unsteady: Int64 = 25_000
    private static let mostPackets = 4_096

    /// Ticks in a second, not 0.
    let rate: Int64
    private var unwrapper = TimestampUnwrapper()
    private var ticks: Int64 = 0
    private var newest: UInt32?
    private var arrivals = ClockOffset()
    /// In the order of their timestamps.
    private var reports: [Report] = []
    /// How late packets were that came since the newest report, by it, microseconds.
    private var delays: [(timestamp: UInt32, delay: Int64)] = []

    /// - Parameter rate: ticks in a second; 0 counts as the 90 kHz of pictures.
    init(rate: UInt32) { self.rate = rate == 0 ? 90_000 : Int64(rate) }

    /// Takes note of a packet.
    ///
    /// - Parameter arrival: microseconds of the recorder's clock.
    mutating func note(timestamp: UInt32, arrival: Int64, sender: inout ClockOffset) {
        ticks = unwrapper.unwrap(timestamp)
        newest = timestamp
        if let sent = sentTime(of: timestamp) {
            sender.note(sent: sent, arrival: arrival)
            if delays.count < Self.mostPackets { delays.append((timestamp, arrival - sent)) }
        } else {
            arrivals.note(sent: microseconds(ticks), arrival: arrival)
        }
    }

    /// Takes note of a sender's report.
    ///
    /// - Parameter ntp: 32.32 seconds since 1900, by the sender's clock; it need not be the world's time.
    mutating func note(report timestamp: UInt32, ntp: UInt64, arrival: Int64, sender: inout ClockOffset) {
        let sent = Int64(ntp >> 32) * 1_000_000 + Int64(((ntp & 0xFFFF_FFFF) * 1_000_000) >> 32)
        let report = Report(timestamp: timestamp, sent: sent)
        if let last = reports.last {
            // What does not go on begins anew.
            if last.distance(to: timestamp) <= 0 { reports.removeAll() }
            if let change = change(before: report) { reports.append(change) }
        }
        reports.append(report)
        if reports.count > Self.mostReports { reports.removeFirst(reports.count - Self.mostReports) }
        delays.removeAll(keepingCapacity: true)
        sender.note(sent: sent, arrival: arrival)
    }

    /// Where the timestamps since the report before began to stand as a new one says; nil where both say the same, or the
    /// packets' delays do not tell.
    private func change(before report: Report) -> Report? {
        guard let last = reports.last, let least = delays.map(\.delay).min() else { return nil }
        let step = report.sent &- last.sent &- microseconds(last.distance(to: report.timestamp))
        guard abs(step) > Self.unsteady, abs(step) < ClockOffset.pause else { return nil }
        // A line makes packets later, never earlier: from the change on all are later by the step, or all before it were.
        let isLate = delays.map { $0.delay - least > abs(step) / 2 }
        let first = step > 0 ? isLate.lastIndex(of: false).map { $0 + 1 } : isLate.firstIndex(of: false)
        guard let first, first > 0, first < delays.count else { return nil }
        let timestamp = delays[first].timestamp
        let distance = report.distance(to: timestamp)
        guard distance < 0, last.distance(to: timestamp) > 0 else { return nil }
        return Report(timestamp: timestamp, sent: report.sent + microseconds(distance))
    }

    /// Microseconds in the film; nil before anything has come.
    func filmTime(of timestamp: UInt32, sender: ClockOffset) -> Int64? {
        if let sent = sentTime(of: timestamp) { return sender.microseconds.map { sent + $0 } }
        guard let newest else { return nil }
        let distance = Int64(Int32(bitPattern: timestamp &- newest))
        return arrivals.microseconds.map { microseconds(ticks + distance) + $0 }
    }

    /// By the sender's clock.
    private func sentTime(of timestamp: UInt32) -> Int64? {
        let report = reports.last { $0.distance(to: timestamp) >= 0 } ?? reports.first
        return report.map { $0.sent + microseconds($0.distance(to: timestamp)) }
    }

    private func microseconds(_ ticks: Int64) -> Int64 {
        // Ticks are below 2³⁴ for a day at 90 kHz: no overflow.
        let (product, overflow) = ticks.multipliedReportingOverflow(by: 1_000_000)
        return overflow ? 0 : product / rate
    }
}
