import Testing
import TestSupport

@testable import RTP

@Suite struct NTPTimeTests {
    @Test func `NTP seconds count from 1900`() {
        #expect(ntpTimestamp(unixMicroseconds: 0) == 0x83AA_7E80_0000_0000 as UInt64)
        #expect(ntpTimestamp(unixMicroseconds: 500_000) == 0x83AA_7E80_8000_0000 as UInt64)
        #expect(ntpTimestamp(unixMicroseconds: -5) == 0x83AA_7E80_0000_0000 as UInt64)
    }

    @Test func `a time survives the way to NTP and back`() {
        var generator = SeededGenerator(seed: 5)
        for _ in 0..<1000 {
            let time = Int64.random(in: 0...2_000_000_000_000_000, using: &generator)
            #expect(unixMicroseconds(ntpTimestamp: ntpTimestamp(unixMicroseconds: time)) == time)
        }
        #expect(unixMicroseconds(ntpTimestamp: 0) == 0)
    }

    /// The worked example of RFC 3550 §6.4.1, figure 2.
    @Test func `the round trip of the RFC's example is 6.125 s`() {
        let block = ReportBlock(
            ssrc: 1, lastSenderReport: 0xB705_2000, delaySinceLastSenderReport: 0x0005_4000)
        #expect(roundTrip(of: block, arrival: 0x0000_B710_8000_0000) == 6_125_000)
    }

    @Test func `a report before our first one, or out of another age, has no round trip`() {
        #expect(roundTrip(of: ReportBlock(ssrc: 1), arrival: 1 << 40) == nil)
        let block = ReportBlock(ssrc: 1, lastSenderReport: 0x4000_0000, delaySinceLastSenderReport: 0)
        #expect(roundTrip(of: block, arrival: 0x0000_B710_8000_0000) == nil)
        #expect(roundTrip(of: block, arrival: 0x0000_3FFF_FFF0_0000) == 1)
    }

    @Test func `spans of time are told in 1/65536 s`() {
        #expect(compactNTP(microseconds: 5_250_000) == 0x0005_4000)
        #expect(compactNTP(microseconds: -1) == 0)
        #expect(compactNTP(microseconds: .max) == 65535 << 16)
        #expect(compactNTP(0xB44D_B705_2000_0000) == 0xB705_2000)
    }
}
