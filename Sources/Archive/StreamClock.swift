import RTP

/// When a stream's RTP timestamps stand in the film.
///
/// What a sender's report says (RFC 3550 §6.4.1) joins its streams on its own wall clock; how that runs against the
/// recorder's is one ``ClockOffset`` for all streams of the sender, so that voice and picture stay together whatever the
/// line does. Before the first report a stream stands by its arrivals alone.
struct StreamClock {
    /// Ticks in a second, not 0.
    let rate: Int64
    private var unwrapper = TimestampUnwrapper()
    private var ticks: Int64 = 0
    private var newest: UInt32?
    private var arrivals = ClockOffset()
    private var report: (timestamp: UInt32, sent: Int64)?

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
        } else {
            arrivals.note(sent: microseconds(ticks), arrival: arrival)
        }
    }

    /// Takes note of a sender's report.
    ///
    /// - Parameter ntp: 32.32 seconds since 1900, by the sender's clock; it need not be the world's time.
    mutating func note(report timestamp: UInt32, ntp: UInt64, arrival: Int64, sender: inout ClockOffset) {
        let sent = Int64(ntp >> 32) * 1_000_000 + Int64(((ntp & 0xFFFF_FFFF) * 1_000_000) >> 32)
        report = (timestamp, sent)
        sender.note(sent: sent, arrival: arrival)
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
        report.map { $0.sent + microseconds(Int64(Int32(bitPattern: timestamp &- $0.timestamp))) }
    }

    private func microseconds(_ ticks: Int64) -> Int64 {
        // Ticks are below 2³⁴ for a day at 90 kHz: no overflow.
        let (product, overflow) = ticks.multipliedReportingOverflow(by: 1_000_000)
        return overflow ? 0 : product / rate
    }
}
