import Testing

@testable import Identity

struct SignInThrottleTests {
    private let person = "hoa@backan.gov.vn"
    private let home = "10.1.2.3"
    private let elsewhere = "203.0.113.9"

    @Test func `five failures are free, then the delay doubles to 15 minutes`() {
        var throttle = SignInThrottle()
        var now = Duration.seconds(1000)
        for _ in 0..<5 { #expect(throttle.admit(account: person, address: home, now: now) == nil) }
        var delays: [Int64] = []
        for _ in 0..<13 {
            #expect(throttle.admit(account: person, address: home, now: now) == nil)
            let wait = throttle.admit(account: person, address: home, now: now) ?? .zero
            delays.append(wait.components.seconds)
            #expect(
                throttle.admit(account: person, address: home, now: now + wait - .milliseconds(1)) == .milliseconds(1))
            now += wait
        }
        #expect(delays == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900])
    }

    @Test func `a hundred tries at once are not a hundred free ones`() {
        var throttle = SignInThrottle()
        let admitted = (0..<100).count { _ in throttle.admit(account: person, address: home, now: .seconds(1)) == nil }
        #expect(admitted == 6)
    }

    @Test func `tries that are refused do not lengthen the delay`() {
        var throttle = SignInThrottle()
        for _ in 0..<10_000 { _ = throttle.admit(account: person, address: home, now: .seconds(50)) }
        #expect(throttle.admit(account: person, address: home, now: .seconds(51)) == nil)
    }

    @Test func `one account is one however its address is typed`() {
        var throttle = SignInThrottle()
        for spelling in [" Hoa@backan.gov.vn", "HOA@BACKAN.GOV.VN", "hoa@backan.gov.vn "] {
            for _ in 0..<2 { _ = throttle.admit(account: spelling, address: home, now: .zero) }
        }
        #expect(throttle.admit(account: person, address: elsewhere, now: .zero) == .seconds(1))
    }

    @Test func `the right password makes an account's failures forgotten`() {
        var throttle = SignInThrottle()
        for _ in 0..<5 { _ = throttle.admit(account: person, address: home, now: .zero) }
        _ = throttle.admit(account: person, address: home, now: .seconds(20))
        throttle.succeeded(account: person, address: home, now: .seconds(20))
        for _ in 0..<6 { #expect(throttle.admit(account: person, address: home, now: .seconds(21)) == nil) }
        #expect(throttle.admit(account: person, address: home, now: .seconds(21)) == .seconds(1))
    }

    @Test func `a day without failures makes them forgotten`() {
        var throttle = SignInThrottle()
        for second in 0..<9 { _ = throttle.admit(account: person, address: home, now: .seconds(second * 1000)) }
        let nextDay = Duration.seconds(8000 + 24 * 3600)
        for _ in 0..<6 { #expect(throttle.admit(account: person, address: home, now: nextDay) == nil) }
    }

    @Test func `one address fails a hundred times in 15 minutes, whichever the accounts`() {
        var throttle = SignInThrottle()
        for second in 0..<100 {
            #expect(throttle.admit(account: "u\(second)@x.vn", address: elsewhere, now: .seconds(second)) == nil)
        }
        #expect(throttle.admit(account: "v@x.vn", address: elsewhere, now: .seconds(100)) == .seconds(800))
        #expect(throttle.admit(account: "v@x.vn", address: home, now: .seconds(100)) == nil)
        #expect(throttle.admit(account: "v@x.vn", address: elsewhere, now: .seconds(900)) == nil)
        #expect(throttle.admit(account: "v@x.vn", address: elsewhere, now: .seconds(900)) == .seconds(1))
    }

    @Test func `sign-ins that succeed do not close their office's address`() {
        var throttle = SignInThrottle()
        for number in 0..<1000 {
            #expect(throttle.admit(account: "u\(number)@x.vn", address: home, now: .seconds(1)) == nil)
            throttle.succeeded(account: "u\(number)@x.vn", address: home, now: .seconds(1))
        }
    }

    @Test func `tries that the server was too busy to make count neither for the account nor for the office`() {
        var throttle = SignInThrottle()
        for number in 0..<1000 {
            #expect(throttle.admit(account: person, address: home, now: .seconds(1)) == nil)
            throttle.withdrawn(account: person, address: home)
            #expect(throttle.admit(account: "u\(number)@x.vn", address: home, now: .seconds(1)) == nil)
            throttle.withdrawn(account: "u\(number)@x.vn", address: home)
        }
        throttle.withdrawn(account: person, address: home)
        #expect((0..<50).count { _ in throttle.admit(account: person, address: home, now: .seconds(2)) == nil } == 6)
    }

    @Test func `strangers cannot lock a person out from where she has signed in before`() {
        var throttle = SignInThrottle()
        throttle.recognise(account: person, address: home)
        for second in 0..<100_000 {
            _ = throttle.admit(
                account: person, address: "198.51.\(second / 250 % 250).\(second % 250)", now: .seconds(second))
        }
        let now = Duration.seconds(100_000)
        #expect(throttle.admit(account: person, address: elsewhere, now: now) != nil)
        #expect(throttle.admit(account: person, address: home, now: now) == nil)
    }

    @Test func `a neighbour behind the same router who tries other accounts does not lock her out`() {
        var throttle = SignInThrottle()
        throttle.recognise(account: person, address: home)
        for number in 0..<500 { _ = throttle.admit(account: "u\(number)@x.vn", address: home, now: .seconds(1)) }
        #expect(throttle.admit(account: "new@x.vn", address: home, now: .seconds(2)) != nil)
        #expect(throttle.admit(account: person, address: home, now: .seconds(2)) == nil)
    }

    @Test func `an address where she has signed in is no free pass`() {
        var throttle = SignInThrottle()
        throttle.recognise(account: person, address: home)
        #expect((0..<50).count { _ in throttle.admit(account: person, address: home, now: .seconds(1)) == nil } == 6)
    }

    @Test func `a flood of accounts and addresses stays within its memory and keeps the worst`() {
        var throttle = SignInThrottle(capacity: 256)
        for second in 0..<15 { _ = throttle.admit(account: person, address: home, now: .seconds(second)) }
        let before = throttle.admit(account: person, address: elsewhere, now: .seconds(15))
        for number in 0..<20_000 {
            _ = throttle.admit(account: "a\(number)", address: "b\(number)", now: .seconds(15))
            throttle.recognise(account: "c\(number)", address: "d\(number)")
        }
        #expect(throttle.entryCount <= 256)
        #expect(before == .seconds(5))
        #expect(throttle.admit(account: person, address: elsewhere, now: .seconds(15)) == before)
    }

    @Test func `one entry is small, whatever is sent as an account`() {
        var throttle = SignInThrottle()
        let marks = "a" + String(repeating: "\u{301}", count: 1000)
        for ending in 0..<6 { _ = throttle.admit(account: marks + "\(ending)", address: home, now: .zero) }
        #expect(throttle.admit(account: marks, address: home, now: .zero) == .seconds(1), "told apart by their ends")
        #expect(NetworkAddress.group(of: marks).utf8.count <= 66)
    }

    @Test func `IPv6 counts by its 64 bits of network, and IPv4 in IPv6 as IPv4`() {
        #expect(NetworkAddress.group(of: "2001:db8:1:2::1") == NetworkAddress.group(of: "2001:db8:1:2:ffff::9%eth0"))
        #expect(NetworkAddress.group(of: "2001:db8:1:2::1") != NetworkAddress.group(of: "2001:db8:1:3::1"))
        #expect(NetworkAddress.group(of: "::ffff:10.1.2.3") == "10.1.2.3")
        #expect(NetworkAddress.group(of: "10.1.2.3") != NetworkAddress.group(of: "10.1.2.4"))
        #expect(NetworkAddress.group(of: String(repeating: ":", count: 1000)).count == 64)
    }
}
