import Testing

@testable import Relay

@Suite struct `Keyframe requests` {
    @Test func `are sent at most once a second, however many receivers join`() {
        var requests = KeyframeRequests()
        var sent = 0
        for step in 0..<1000 {
            let now = Int64(step) * 10_000
            requests.want()
            if requests.shouldSend(now: now) { sent += 1 }
        }
        #expect(sent == 10)
    }

    @Test func `go out at once for the first who asks`() {
        var requests = KeyframeRequests()
        requests.want()
        let seen1 = requests.shouldSend(now: 5)
        #expect(seen1)
    }

    @Test func `are repeated until the keyframe comes, and then no more`() {
        var requests = KeyframeRequests()
        requests.want()
        let seen2 = requests.shouldSend(now: 0)
        #expect(seen2)
        let seen3 = requests.shouldSend(now: 999_999)
        #expect(!seen3)
        let seen4 = requests.shouldSend(now: 1_000_000)
        #expect(seen4)
        requests.satisfied()
        let seen5 = requests.shouldSend(now: 9_000_000)
        #expect(!seen5)
    }
}
