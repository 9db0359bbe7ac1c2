import ICE
import RTP
import Relay

/// The real relay and its sites in virtual time, all from one seed.
///
/// Time goes in steps of 5 ms. In each the sites act first, each at its own moment of the step; what they send arrives
/// later than that, so the relay then goes through the step's arrivals, ticks and deadlines in their order. What it
/// sends is known to arrive when it is sent (``LineWay``) and read by the site at its next action.
///
/// Invariant: `sites` and `measures` have `capacity` places; a site's place is initialised from its first joining on.
struct World: ~Copyable {
    /// µs.
    static let step: Int64 = 5_000
    /// Datagrams that arrive this close together are one burst, µs.
    static let burst: Int64 = 200
    static let room = "briefing"
    /// Unix time of the virtual clock's zero, µs.
    static let wallClock: Int64 = 1_750_000_000_000_000

    let seed: UInt64
    var random: Seeded
    var relay: Relay
    var batch = SendBatch(byteCapacity: 256 * 1024, runCapacity: 512)
    var uplink = UplinkQueue()
    var now: Int64 = 1_000_000
    private var nextTick: Int64 = 1_000_000
    private var nextSample: Int64 = 1_000_000
    private var lastForward: Int64 = 0
    /// When what is being delivered was sent.
    var draining: Int64 = 0

    let capacity: Int
    let sites: UnsafeMutablePointer<Site>
    let measures: UnsafeMutablePointer<SiteMeasures>
    /// Places that have been initialised, and those whose site is in the room.
    var isMade: [Bool]
    var isHere: [Bool]
    var generations: [UInt8]

    /// Plain text of what is decrypted or about to be sealed.
    let scratch: UnsafeMutableRawPointer
    var sent = Totals()
    /// A hash over every datagram that the relay has sent, with its time and receiver.
    var digest: UInt64 = 0xCBF2_9CE4_8422_2325
    /// What went wrong; the first few are enough.
    var complaints: [String] = []
    /// A spurt whose arrival is measured: the publisher and its first frame.
    var awaited: (publisher: Int, frame: UInt32)?
    /// Longest time that a voice has been in the relay, µs.
    var longestStay: Int64 = 0
    /// Whether a join tells the relay what the line is.
    var tellsLines = false

    struct Totals {
        var datagrams = 0
        var bytes = 0
        var dropped = 0
        var received = 0
    }

    init(seed: UInt64, capacity: Int) {
        self.seed = seed
        random = Seeded(seed, stream: 99)
        relay = Relay(seed: seed)
        self.capacity = capacity
        sites = .allocate(capacity: capacity)
        measures = .allocate(capacity: capacity)
        for index in 0..<capacity { (measures + index).initialize(to: SiteMeasures()) }
        isMade = Array(repeating: false, count: capacity)
        isHere = isMade
        generations = Array(repeating: 0, count: capacity)
        scratch = .allocate(byteCount: 4096, alignment: 64)
        scratch.initializeMemory(as: UInt8.self, repeating: 0, count: 4096)
    }

    deinit {
        for index in 0..<capacity {
            if isMade[index] { (sites + index).deinitialize(count: 1) }
            (measures + index).deinitialize(count: 1)
        }
        sites.deallocate()
        measures.deallocate()
        scratch.deallocate()
    }

    mutating func complain(_ text: String) {
        if complaints.count < 20 { complaints.append("\(Self.clock(now)) \(text)") }
    }

    /// Seconds since the beginning, as text.
    static func clock(_ time: Int64) -> String {
        let tenths = (time - 1_000_000) / 100_000
        return "\(tenths / 10).\(tenths % 10) s"
    }

    // MARK: Time

    /// Lets time pass.
    mutating func run(until end: Int64) {
        while now < end {
            let stop = now &+ Self.step
            for index in 0..<capacity where isHere[index] && sites[index].nextWake < stop {
                act(index, at: now &+ sites[index].phase)
            }
            runRelay(until: stop)
            now = stop
            handleEvents()
            if now >= nextSample {
                nextSample = now &+ 100_000
                sample()
            }
        }
    }

    private mutating func runRelay(until end: Int64) {
        while true {
            // A deadline that stays in the past must not stop time.
            let forward = relay.nextForward.map { max($0, lastForward &+ 20) } ?? .max
            let next = max(min(nextTick, forward, uplink.nextArrival), lastForward)
            guard next < end else { return }
            var time = next
            var count = 0
            let limit = min(next &+ Self.burst, end &- 1)
            while uplink.nextArrival <= limit, count < 64 {
                let entry = uplink.pop()
                time = max(entry.arrival, time)
                if !batch.hasRoom(for: 32) { drain(time) }
                receive(entry, at: time)
                count += 1
            }
            if time >= nextTick {
                nextTick &+= Self.step
                relay.tick(now: time, wallClock: time &+ Self.wallClock, into: &batch)
            }
            var hasMore = true
            while hasMore {
                hasMore = relay.forward(into: &batch, now: time)
                drain(time)
            }
            lastForward = time
        }
    }

    private mutating func receive(_ entry: UplinkQueue.Entry, at time: Int64) {
        let index = Int(entry.site)
        let from = PeerAddress.ipv4(0x0A00_0000 | UInt32(index), port: entry.port)
        relay.receive(
            UnsafeMutableRawBufferPointer(start: uplink.memory(entry.block), count: Int(entry.length)), from: from,
            now: time, into: &batch)
        uplink.release(entry.block)
        sent.received &+= 1
        if entry.frame >= 0, sites[index].address.port == entry.port {
            sites[index].microphone.arrived(frame: UInt32(truncatingIfNeeded: entry.frame), now: time)
        }
    }

    /// Lets go of what has been measured so far: the room has settled.
    mutating func beginMeasuring() {
        for index in 0..<capacity {
            measures[index].removeAll()
            guard isMade[index] else { continue }
            sites[index].down.forgetFigures()
            sites[index].up.forgetFigures()
        }
        longestStay = 0
    }
}
