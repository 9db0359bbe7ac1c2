import Dispatch
import Identity

/// A token bucket for each client; clients that have been quiet are forgotten.
actor RateLimiter {
    private let burst: Double
    private let perSecond: Double
    private var buckets: [String: TokenBucket] = [:]
    /// At so many buckets the quiet ones are forgotten.
    private var most = 10_000

    init(burst: Double, perSecond: Double) {
        self.burst = burst
        self.perSecond = perSecond
    }

    /// Counts a request from an address.
    func admit(_ address: String) throws(Refusal) {
        guard allows(address, now: Double(DispatchTime.now().uptimeNanoseconds) / 1e9) else { throw .tooOften }
    }

    /// - Parameters:
    ///   - address: an IP address; of IPv6 a /64 counts as one.
    ///   - now: seconds on any clock that does not go back.
    func allows(_ address: String, now: Double) -> Bool {
        if buckets.count >= most {
            buckets = buckets.filter { !$0.value.isQuiet(now: now) }
            // Many that are not quiet are not looked through at each request.
            most = max(10_000, buckets.count * 2)
        }
        let client = NetworkAddress.group(of: address)
        return buckets[client, default: TokenBucket(burst: burst, perSecond: perSecond)].take(now: now)
    }
}
