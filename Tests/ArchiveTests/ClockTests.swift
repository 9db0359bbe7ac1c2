import RTP
import Testing

@testable import Archive

struct ClockTests {
    /// A sender whose clock gains `ppm` on the recorder's, with its streams' clocks.
    struct Sender {
        var ppm: Double
        var ntpBegin: UInt64 = 3_900_000_000 << 32

        /// What its own clock says, seconds since it began, when the recorder's says `time`.
        func own(_ time: Double) -> Double { time * (1 + ppm / 1e6) }

        func ntp(_ time: Double) -> UInt64 {
            ntpBegin &+ UInt64(own(time) * 4_294_967_296)
        }
    }

    @Test(arguments: [200.0, -200, 0])
    func `a clock that is off for three hours keeps voice and picture together, and both in their places`(ppm: Double) {
        let sender = Sender(ppm: ppm)
        var offset = ClockOffset()
        var voice = StreamClock(rate: 48_000)
        var picture = StreamClock(rate: 90_000)
        var generator = SystemRandomNumberGenerator()
        var worstSkew: Int64 = 0
        var worstPlace: Int64 = 0
        // The voice's timestamps wrap in this time only by their begin, the picture's anyway.
        let (firstVoice, firstPicture) = (UInt32.max - 100_000, UInt32.max - 500_000)
        var time = 0.0
        while time < 3 * 3_600 {
            let voiceTimestamp = firstVoice &+ UInt32(truncatingIfNeeded: Int64(sender.own(time) * 48_000))
            let pictureTimestamp = firstPicture &+ UInt32(truncatingIfNeeded: Int64(sender.own(time) * 90_000))
            // Under way for 30 ms and up to 60 more.
            func arrival(_ least: Int64) -> Int64 {
                Int64(time * 1e6) + least + Int64.random(in: 0...60_000, using: &generator)
            }
            voice.note(timestamp: voiceTimestamp, arrival: arrival(30_000), sender: &offset)
            picture.note(timestamp: pictureTimestamp, arrival: arrival(45_000), sender: &offset)
            if Int(time * 10) % 50 == 0 {
                voice.note(report: voiceTimestamp, ntp: sender.ntp(time), arrival: arrival(30_000), sender: &offset)
            }
            if Int(time * 10) % 10 == 3 {
                picture.note(report: pictureTimestamp, ntp: sender.ntp(time), arrival: arrival(30_000), sender: &offset)
            }
            if time > 10, let heard = voice.filmTime(of: voiceTimestamp, sender: offset),
                let seen = picture.filmTime(of: pictureTimestamp, sender: offset)
            {
                worstSkew = max(worstSkew, abs(heard - seen))
                worstPlace = max(worstPlace, abs(heard - Int64(time * 1e6) - 30_000))
            }
            time += 0.1
        }
        #expect(worstSkew <= 1_000)
        #expect(worstPlace <= 20_000)
    }

    @Test func `a line that is slow for some seconds moves nothing`() throws {
        var offset = ClockOffset()
        for second in 0..<60 {
            let delay: Int64 = (20..<24).contains(second) ? 900_000 : 50_000
            for part in 0..<10 {
                let sent = Int64(second) * 1_000_000 + Int64(part) * 100_000
                offset.note(sent: sent, arrival: sent + delay)
            }
            #expect(abs((offset.microseconds ?? 0) - 50_000) < 10_000)
        }
    }

    @Test func `a sender that returns with another clock is placed anew at once`() {
        var offset = ClockOffset()
        for step in 0..<100 { offset.note(sent: Int64(step) * 100_000, arrival: Int64(step) * 100_000 + 40_000) }
        for step in 0..<10 {
            let arrival: Int64 = 60_000_000 + Int64(step) * 100_000
            offset.note(sent: 5_000_000_000 + Int64(step) * 100_000, arrival: arrival)
        }
        #expect(offset.microseconds == 60_000_000 - 5_000_000_000)
    }

    @Test func `a stream without a report stands by its arrivals, also over the wrap of its timestamps`() {
        var sender = ClockOffset()
        var clock = StreamClock(rate: 90_000)
        let first = UInt32.max - 90_000 * 5
        for step in 0..<200 {
            clock.note(
                timestamp: first &+ UInt32(step * 9_000), arrival: Int64(step) * 100_000 + 25_000, sender: &sender)
            #expect(
                clock.filmTime(of: first &+ UInt32(step * 9_000), sender: sender) == Int64(step) * 100_000 + 25_000)
        }
    }

    /// A voice that takes nothing up for `step` milliseconds from 7.3 s on, or whose timestamps leap there where it is
    /// negative; reports at 0, 5 and 10 s.
    private func placesOfBrokenVoice(step: Int) -> [(time: Int, place: Int64)] {
        var offset = ClockOffset()
        var clock = StreamClock(rate: 48_000)
        let sender = Sender(ppm: 0)
        var sent: [(time: Int, timestamp: UInt32)] = []
        for time in stride(from: 0, to: 12_000, by: 20) where time < 7_300 || time >= 7_300 + step {
            let timestamp = UInt32((time + 1_000 - (time >= 7_300 ? step : 0)) * 48)
            // Each seventh packet comes late.
            let arrival = Int64(time + 30 + (time / 20 % 7 == 0 ? 60 : 0)) * 1_000
            clock.note(timestamp: timestamp, arrival: arrival, sender: &offset)
            sent.append((time, timestamp))
            if time % 5_000 == 0 {
                clock.note(report: timestamp, ntp: sender.ntp(Double(time) / 1_000), arrival: arrival, sender: &offset)
            }
        }
        return sent.map { ($0.time, clock.filmTime(of: $0.timestamp, sender: offset) ?? .min) }
    }

    @Test(arguments: [90, -90, 500])
    func `a voice that lost samples is in its place before and behind them`(step: Int) throws {
        let places = placesOfBrokenVoice(step: step)
        let first = try #require(places.first)
        for (time, place) in places {
            let beside = place - first.place - Int64(time - first.time) * 1_000
            // Which packet was the first may be told one early or late.
            #expect(
                abs(beside) <= 2_000 || abs(time - 7_300) <= 20 || abs(time - 7_300 - step) <= 20, "\(time): \(beside)")
        }
    }

    @Test func `a timestamp is read by the report before it, also when a later one is known`() throws {
        var offset = ClockOffset()
        var clock = StreamClock(rate: 48_000)
        let sender = Sender(ppm: 0)
        for second in 0..<20 {
            // Reports are up to 10 ms beside, to one side and the other.
            let beside = second % 2 == 0 ? 0 : 480
            clock.note(
                report: UInt32(second * 48_000 + beside), ntp: sender.ntp(Double(second)),
                arrival: Int64(second) * 1_000_000, sender: &offset)
        }
        let even = try #require(clock.filmTime(of: 4 * 48_000 + 24_000, sender: offset))
        let odd = try #require(clock.filmTime(of: 5 * 48_000 + 24_000, sender: offset))
        #expect(odd - even == 1_000_000 - 10_000)
    }

    @Test func `a clock that nobody can have ends nothing`() {
        var sender = ClockOffset()
        var clock = StreamClock(rate: 0)
        for (timestamp, ntp) in [(UInt32(0), UInt64.max), (.max, 0), (1 << 31, 1), (7, .max - 5)] {
            clock.note(report: timestamp, ntp: ntp, arrival: 86_400_000_000, sender: &sender)
            clock.note(timestamp: timestamp &+ 1 << 31, arrival: 0, sender: &sender)
            _ = clock.filmTime(of: 0, sender: sender)
        }
    }
}
