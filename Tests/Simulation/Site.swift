import Congestion
import ICE
import RTP
import Relay
import SecureTransport

/// A site as the relay sees it: a page with its microphone and camera, its slots, and the line between.
struct Site: ~Copyable {
    static let (voiceSlots, cameraSlots) = (5, 9)
    /// Voices, cameras, a screen, a screen's audio.
    static let slotCount = 16
    static let profile = SRTPProfile.aeadAES128GCM

    /// A slot as the relay has last described it.
    struct SlotState {
        /// The publisher's index and generation, -1 while nothing plays.
        var publisher = -1
        var generation: UInt8 = 0
        var picture = PictureState.full
        /// Since when it has played this, µs.
        var since: Int64 = 0
        /// Since when it has not been held, µs: while it is, the page shows a still.
        var movesSince: Int64 = 0
        var lastDecoded: Int64 = 0
        var wasHeld = false
        var blackNoted: Int64 = 0
        var pictures = 0
        var hasHopeless = false
        /// The last sender report: the middle of its NTP time, and its arrival.
        var report: UInt32 = 0
        var reportArrival: Int64 = 0
        var lastRequest: Int64 = .min / 2
    }

    let index: Int
    let id: ParticipantID
    let generation: UInt8
    let address: PeerAddress
    let profile: LineProfile
    var up: LineWay
    var down: LineWay
    var arrivals = ArrivalRing()
    var sealer: SRTPSealer
    var opener: SRTPOpener
    var microphone: Microphone
    var camera: Camera
    /// Decrypts its pictures, too.
    var isWatched = false

    var slots = InlineArray<16, SlotState>(repeating: SlotState())
    var holes = InlineArray<16, HoleList>(repeating: HoleList())
    let voices: UnsafeMutablePointer<VoiceReceiver>
    let pictures: UnsafeMutablePointer<PictureReceiver>
    let audits: UnsafeMutablePointer<SlotAudit>
    var feedback = TransportFeedbackBuilder()
    var hasFeedback = false
    /// Whose picture the page shows large, and who else's.
    var mainPicture = -1

    /// Offset of its actions within an engine's step, µs.
    let phase: Int64
    var nextWake: Int64 = 0
    var nextCheck: Int64 = 0
    var nextFeedback: Int64 = 0
    var nextReport: Int64
    var nextConsent: Int64 = 0
    let feedbackInterval: Int64
    /// Smoothed, from requests to retransmissions, µs.
    var roundTrip: Int64
    var lastAsked: Int64 = 0
    var transportSequence: UInt16 = 0
    /// When its line was last changed or cut, µs.
    var disturbedAt: Int64
    /// A STUN check that is sent again and again.
    let check: [UInt8]

    init(index: Int, generation: UInt8, profile: LineProfile, queueBytes: Double?, seed: UInt64, now: Int64) throws {
        let seed = seed &* 1_000_003 &+ UInt64(index) &* 257 &+ UInt64(generation)
        let inward = Self.key(index, generation, 1)
        let outward = Self.key(index, generation, 2)
        let salt = [UInt8](repeating: 3, count: 12)
        let sealing = try SRTPSealer(profile: Self.profile, key: inward, salt: salt)
        let opening = try SRTPOpener(profile: Self.profile, key: outward, salt: salt)
        self.index = index
        self.generation = generation
        id = Self.name(index, generation)
        address = PeerAddress.ipv4(0x0A00_0000 | UInt32(index), port: 4_000 + UInt16(generation))
        self.profile = profile
        up = LineWay(profile, isDown: false, seed: seed)
        down = LineWay(profile, isDown: true, queueBytes: queueBytes, seed: seed)
        sealer = sealing
        opener = opening
        var random = Seeded(seed, stream: 10)
        phase = random.time(0...(World.step - 1))
        microphone = Microphone(seed: seed, now: now)
        camera = Camera(seed: seed, uplink: profile.up, now: now)
        voices = .allocate(capacity: Self.slotCount)
        voices.initialize(repeating: VoiceReceiver(), count: Self.slotCount)
        pictures = .allocate(capacity: Self.slotCount)
        for slot in 0..<Self.slotCount { (pictures + slot).initialize(to: PictureReceiver()) }
        audits = .allocate(capacity: Self.slotCount)
        audits.initialize(repeating: SlotAudit(), count: Self.slotCount)
        nextReport = now &+ random.time(200_000...1_200_000)
        // As libwebrtc: feedback may take a twentieth of the uplink.
        let interval = 68 * 8 / (0.05 * profile.up * 0.85) * 1_000
        feedbackInterval = Int64(min(max(interval, 50_000), 250_000))
        roundTrip = Int64(profile.rtt * 1_000) &+ 20_000
        disturbedAt = now
        check = Self.makeCheck(index, generation)
    }

    deinit {
        voices.deallocate()
        pictures.deinitialize(count: Self.slotCount)
        pictures.deallocate()
        audits.deallocate()
    }

    static func name(_ index: Int, _ generation: UInt8) -> ParticipantID {
        ParticipantID(rawValue: 1 << 32 | UInt64(generation) << 16 | UInt64(index))
    }

    static func index(of name: ParticipantID) -> Int { Int(name.rawValue & 0xFFFF) }
    static func generation(of name: ParticipantID) -> UInt8 { UInt8(truncatingIfNeeded: name.rawValue >> 16) }

    private static func key(_ index: Int, _ generation: UInt8, _ way: UInt8) -> [UInt8] {
        (0..<16).map { UInt8(truncatingIfNeeded: ($0 &+ 1) &* (index &+ 7)) ^ generation ^ (way << 6) }
    }

    /// What the relay needs to make and to keep the connection.
    var keys: SRTPKeys {
        let salt = [UInt8](repeating: 3, count: 12)
        return SRTPKeys(
            profile: Self.profile, clientKey: Self.key(index, generation, 1), clientSalt: salt,
            serverKey: Self.key(index, generation, 2), serverSalt: salt)
    }

    private static func credentials(_ index: Int, _ generation: UInt8) -> ICECredentials {
        ICECredentials(ufrag: "site\(index)-\(generation)", password: "passwordofsite\(index)generation\(generation)")
    }

    private static func makeCheck(_ index: Int, _ generation: UInt8) -> [UInt8] {
        var memory = [UInt8](repeating: 0, count: 256)
        let local = credentials(index, generation)
        let transaction = [UInt8](repeating: UInt8(truncatingIfNeeded: index), count: 12)
        let length = memory.withUnsafeMutableBytes { memory in
            var writer = STUNWriter(memory, messageClass: .request, transaction: transaction.span.bytes)
            writer.username("\(local.ufrag):client")
            writer.priority(1)
            writer.controlling(1)
            writer.useCandidate()
            writer.integrity(password: local.password)
            writer.fingerprint()
            return writer.length
        }
        return Array(memory.prefix(length))
    }

    /// - Parameter publishes: its microphone and camera; else it only watches.
    func plan(room: String, publishes: Bool, line: KnownLine) -> ParticipantPlan {
        var slots: [ParticipantPlan.SimulatedSlot] = []
        for position in 0..<Self.slotCount {
            let role = Self.role(of: position)
            slots.append(
                .init(
                    role: role, mid: position, ssrc: SimulatedSSRC.slot(position),
                    rtxSSRC: role.isVideo ? SimulatedSSRC.slot(position) + 1 : 0))
        }
        let layers = (0..<3).map { (media: SimulatedSSRC.camera(layer: $0), rtx: SimulatedSSRC.camera(layer: $0) + 1) }
        return ParticipantPlan(
            simulated: id, room: room, local: Self.credentials(index, generation),
            remote: ICECredentials(ufrag: "client", password: "passwordoftheclientside"),
            extensions: SimulatedExtension.map,
            tracks: publishes
                ? [
                    .init(role: .microphone, ssrcs: [(media: SimulatedSSRC.microphone, rtx: 0 as UInt32)]),
                    .init(role: .camera, ssrcs: layers),
                ] : [], slots: slots, line: line)
    }

    static func role(of slot: Int) -> TrackRole {
        switch slot {
        case 0..<voiceSlots: .microphone
        case voiceSlots..<(voiceSlots + cameraSlots): .camera
        case voiceSlots + cameraSlots: .screen
        default: .screenAudio
        }
    }

    @inline(__always)
    static func isVideo(_ slot: Int) -> Bool { slot >= voiceSlots && slot <= voiceSlots + cameraSlots }
}
