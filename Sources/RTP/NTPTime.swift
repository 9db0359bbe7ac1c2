/// Seconds from 1900, where NTP time starts, to 1970 (RFC 3550 §4).
private let ntpEpochOffset: UInt64 = 2_208_988_800

/// Wall-clock time as NTP counts it: seconds since 1900 in the upper 32 bits, 2⁻³² seconds in the lower.
///
/// - Parameter unixMicroseconds: µs since 1970; negative values count as 0.
public func ntpTimestamp(unixMicroseconds: Int64) -> UInt64 {
    let time = UInt64(max(0, unixMicroseconds))
    let seconds = time / 1_000_000 &+ ntpEpochOffset
    let fraction = (time % 1_000_000) << 32 / 1_000_000
    return seconds << 32 | fraction
}

/// µs since 1970 of an NTP timestamp; values before 1970 count as 0.
public func unixMicroseconds(ntpTimestamp ntp: UInt64) -> Int64 {
    let seconds = ntp >> 32
    guard seconds >= ntpEpochOffset else { return 0 }
    // Half a unit is added so that a time survives the way to NTP and back.
    let fraction = ((ntp & 0xFFFF_FFFF) &* 1_000_000 &+ 0x8000_0000) >> 32
    return Int64((seconds &- ntpEpochOffset) &* 1_000_000 &+ fraction)
}

/// The middle 32 bits of an NTP timestamp: units of 1/65,536 s (RFC 3550 §4).
@inlinable
public func compactNTP(_ ntp: UInt64) -> UInt32 {
    UInt32(truncatingIfNeeded: ntp >> 16)
}

/// A span of time in units of 1/65,536 s, as DLSR counts it (RFC 3550 §6.4.1): 0 to 18 hours.
public func compactNTP(microseconds: Int64) -> UInt32 {
    let time = UInt64(min(max(0, microseconds), 65_535_000_000))
    return UInt32(truncatingIfNeeded: time << 16 / 1_000_000)
}

/// The round trip that a report block tells (RFC 3550 §6.4.1): arrival − LSR − DLSR.
///
/// - Parameters:
///   - block: from a report that has just come in about a stream of ours.
///   - arrival: the NTP time when it came, on the clock of our sender reports.
/// - Returns: µs, at least 1; nil when the peer has had no sender report yet or the times make no sense (a negative
///   trip, or one over 60 s).
public func roundTrip(of block: ReportBlock, arrival: UInt64) -> Int64? {
    guard block.lastSenderReport != 0 else { return nil }
    let trip = compactNTP(arrival) &- block.lastSenderReport &- block.delaySinceLastSenderReport
    // A peer's rounding can turn a trip of nothing into a small negative one.
    if trip > 0xFFFF_FF00 { return 1 }
    guard trip <= 60 << 16 else { return nil }
    return max(1, Int64((UInt64(trip) &* 1_000_000) >> 16))
}
