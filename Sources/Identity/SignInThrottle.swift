/// How soon the next password may be tried.
///
/// - An account's first 5 failures cost nothing; each further one doubles a delay, from 1 second to 15 minutes.
/// - 100 failures from one address (IPv6: from one /64) within 15 minutes, whichever the accounts, close it until the
///   first of them is 15 minutes old.
///
/// **Nobody can lock a person out for ever.** A try that is refused counts for nothing, so a delay ends when it was said
/// to end. And an address from which an account has been signed in to counts that account's failures apart: strangers
/// who fail at the account from elsewhere, and failures at other accounts behind the same office router, do not delay
/// the person there. Only somebody at the person's own address who tries that very account can, by 15 minutes at most a
/// failure; signing in by the identity provider does not pass here at all.
///
/// A try counts as a failure from `admit` until `succeeded` or `withdrawn`, so that a hundred tries at once are not a
/// hundred free ones.
///
/// Pure: time is an argument. Memory is bounded (about 16 MB); under a flood the entries with the fewest failures go
/// first.
public struct SignInThrottle: Sendable {
    /// Failures of an account that cost nothing.
    public static let free = 5
    public static let firstDelay = Duration.seconds(1)
    public static let longestDelay = Duration.seconds(15 * 60)
    /// Failures from one address within `window`.
    public static let addressLimit = 100
    public static let window = Duration.seconds(15 * 60)
    /// After so long without a failure an account has none.
    public static let forgetting = Duration.seconds(24 * 60 * 60)

    private struct Failures {
        var count = 0
        var last = Duration.zero
    }

    /// An account, seen from everywhere (no address) or from an address it is known at.
    private struct Place: Hashable {
        var account: String
        var address: String?
    }

    private let capacity: Int
    private var failures: [Place: Failures] = [:]
    /// When each failure from an address was, oldest first.
    private var addresses: [String: [Duration]] = [:]
    /// Where each account has been signed in to, latest last.
    private var known: [String: [String]] = [:]

    public init() { self.init(capacity: 8192) }

    /// - Parameter capacity: entries of each of the three tables.
    init(capacity: Int) { self.capacity = max(4, capacity) }

    /// Asks for a try, and counts it if it may be made.
    ///
    /// - Parameters:
    ///   - account: the e-mail address as typed.
    ///   - address: the asker's IP address.
    ///   - now: monotonic time since any fixed moment.
    /// - Returns: nil where the password may be tried now; otherwise how long to wait before asking again (HTTP 429 with
    ///   Retry-After).
    public mutating func admit(account: String, address: String, now: Duration) -> Duration? {
        let account = Self.key(account)
        let address = NetworkAddress.group(of: address)
        let place = place(of: account, address: address)
        var wait = delay(of: place, now: now)
        if place.address == nil { wait = max(wait, delay(of: address, now: now)) }
        guard wait <= .zero else { return wait }
        count(place, now: now)
        count(address, now: now)
        return nil
    }

    /// The try that was admitted had the right password: the account's failures are forgotten, and the try itself.
    public mutating func succeeded(account: String, address: String, now: Duration) {
        let account = Self.key(account)
        let address = NetworkAddress.group(of: address)
        failures[Place(account: account, address: nil)] = nil
        failures[Place(account: account, address: address)] = nil
        giveBack(address)
        recognise(account: account, address: address)
    }

    /// The try that was admitted was not made after all, because the server was too busy: it does not count.
    public mutating func withdrawn(account: String, address: String) {
        let account = Self.key(account)
        let address = NetworkAddress.group(of: address)
        giveBack(address)
        let place = place(of: account, address: address)
        guard let entry = failures[place] else { return }
        failures[place]?.count = max(0, entry.count - 1)
    }

    /// An address at which an account has been signed in to before: from what the server has kept, when it starts.
    /// The last 4 of an account count.
    public mutating func recognise(account: String, address: String) {
        let account = Self.key(account)
        let address = NetworkAddress.group(of: address)
        if known[account] == nil, known.count >= capacity, let any = known.keys.first { known[any] = nil }
        var places = known[account, default: []].filter { $0 != address }
        places.append(address)
        known[account] = Array(places.suffix(4))
    }

    /// Entries held, for tests of the bound.
    var entryCount: Int { max(failures.count, addresses.count, known.count) }

    private func place(of account: String, address: String) -> Place {
        let isKnown = known[account]?.contains(address) == true
        return Place(account: account, address: isKnown ? address : nil)
    }

    private mutating func giveBack(_ address: String) {
        _ = addresses[address]?.popLast()
        if addresses[address]?.isEmpty == true { addresses[address] = nil }
    }

    private func delay(of place: Place, now: Duration) -> Duration {
        guard let entry = failures[place], entry.count > Self.free, now - entry.last < Self.forgetting else {
            return .zero
        }
        // 2^10 seconds is more than 15 minutes.
        let doublings = min(10, entry.count - Self.free - 1)
        return min(Self.longestDelay, Self.firstDelay * (1 << doublings)) - (now - entry.last)
    }

    private func delay(of address: String, now: Duration) -> Duration {
        guard let times = addresses[address], times.count >= Self.addressLimit,
            let first = times.suffix(Self.addressLimit).first
        else { return .zero }
        return Self.window - (now - first)
    }

    private mutating func count(_ place: Place, now: Duration) {
        if failures[place] == nil, failures.count >= capacity {
            failures = failures.filter { now - $0.value.last < Self.forgetting }
            if failures.count >= capacity {
                let weakest = failures.sorted { ($0.value.count, $0.value.last) < ($1.value.count, $1.value.last) }
                for (place, _) in weakest.prefix(capacity / 4) { failures[place] = nil }
            }
        }
        var entry = failures[place] ?? Failures()
        if now - entry.last >= Self.forgetting { entry.count = 0 }
        entry.count = min(entry.count + 1, 1000)
        entry.last = now
        failures[place] = entry
    }

    private mutating func count(_ address: String, now: Duration) {
        if addresses[address] == nil, addresses.count >= capacity {
            addresses = addresses.filter { now - ($0.value.last ?? .zero) < Self.window }
            if addresses.count >= capacity {
                let weakest = addresses.sorted {
                    ($0.value.count, $0.value.last ?? .zero) < ($1.value.count, $1.value.last ?? .zero)
                }
                for (address, _) in weakest.prefix(capacity / 4) { addresses[address] = nil }
            }
        }
        var times = addresses[address, default: []]
        times.append(now)
        addresses[address] = Array(times.suffix(Self.addressLimit).drop { now - $0 >= Self.window })
    }

    /// One account however its address is typed. Scalars are counted, since one character may have any number of them.
    private static func key(_ account: String) -> String {
        let short = String(String.UnicodeScalarView(account.unicodeScalars.prefix(320)))
        return short.lowercased().filter { !$0.isWhitespace }
    }
}
