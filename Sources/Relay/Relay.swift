import ICE
import RTP
import SecureTransport

/// Limits of one relay.
public struct RelayLimits: Sendable {
    /// Participants that one room holds.
    public var participantsPerRoom = 1000
    /// Addresses of one participant that ICE may validate; bounds ``AddressTable``.
    public var addressesPerParticipant = 16

    public init() {}
}

/// The SFU as a state machine: rooms, participants, publications, slots, speakers.
///
/// Datagrams, commands and time go in; datagrams and events come out. It opens no socket, reads no clock and starts
/// nothing, so that it runs in a simulation as it runs on a worker thread, and gives the same results for the same
/// seed. One thread owns it.
///
/// A burst of datagrams goes through ``receive(_:from:now:into:)`` one by one; then ``forward(into:now:)`` sends what
/// the burst brought to every receiver, all of one receiver's packets in a row. Packets of a picture that is still
/// coming in may be held for half a millisecond (``nextForward``).
public struct Relay: ~Copyable {
    let limits: RelayLimits
    var random: SplitMix64
    /// One, for voices that go several packets in one; in a slab, so that it can be lent beside the other state.
    var mergers = Slab<OpusMerger>()

    var rooms = Slab<Room>()
    var participants = Slab<Participant>()
    var publications = Slab<Publication>()
    var layers = Slab<Layer>()
    var slots = Slab<Slot>()

    var roomsByName: [String: Int] = [:]
    var participantsByID: [ParticipantID: Int] = [:]
    var addresses = AddressTable()
    /// By the hash of the local user name fragment, which is checked in full by the agent.
    var participantsByUfrag: [UInt64: Int] = [:]

    /// Publications that have packets to forward, how far ``forward(into:now:)`` has come, and how many of those
    /// before wait for the rest of a picture.
    var burst = IndexList()
    var burstPosition = 0
    var burstSlot = 0
    var burstHeld = 0
    /// When ``forward(into:now:)`` is to be called again even if nothing comes in, µs: packets are held until then.
    public internal(set) var nextForward: Int64?

    /// Other relays with which rooms are shared; nil at ``ordinal``, our own place. Empty: there are none.
    var ordinal = 0
    var peers: [Peer?] = []
    /// The writing ends of the pipes to them, which ``peers`` keeps.
    var outlets: [PacketPipe.Writer?] = []
    /// The peer that records; -1: none.
    var recorder = -1
    var linkMessages: [(peer: Int, message: LinkMessage)] = []
    var filledPipes: UInt64 = 0
    /// Peers that have greeted a room that is not here yet.
    var earlyGreetings: [String: UInt64] = [:]
    /// Of each peer: its publication's index to ours, -1 for none.
    var mirrors: [[Int32]] = []
    /// What is played in rooms, whether they are here or not.
    var films: [PlayingFilm] = []
    var nextSerial: UInt32 = 1

    var events: [RelayEvent] = []
    var handshakes: [HandshakeDatagram] = []
    public internal(set) var metrics = RelayMetrics()
    /// Unix time minus the relay's clock, µs: for the NTP times of sender reports.
    var wallClockOffset: Int64 = 0
    var nextAssignment: Int64 = 0
    /// Last speaker update.
    var nextSpeakerUpdate: Int64 = 0
    var lastSpeakerUpdate: Int64 = 0
    var nextInterest: Int64 = 0

    /// - Parameter seed: of SSRCs, sequence numbers and timestamps. On a server it comes from the system's random
    ///   numbers, in a simulation from the test.
    public init(limits: RelayLimits = RelayLimits(), seed: UInt64) {
        self.limits = limits
        random = SplitMix64(state: seed)
        _ = mergers.insert(OpusMerger())
    }

    /// Whether anybody is here: without participants no tick is needed.
    public var isIdle: Bool { participants.count == 0 }

    public var roomCount: (rooms: Int, participants: Int) { (rooms.count, participants.count) }

    /// Events since the last call, in order.
    public mutating func takeEvents() -> [RelayEvent] {
        guard !events.isEmpty else { return [] }
        defer { events.removeAll(keepingCapacity: true) }
        return events
    }

    /// DTLS datagrams since the last call, in order: their handshakes are made elsewhere, off the forwarding path, and
    /// ``handshake(_:made:datagrams:now:into:)`` brings back what they said.
    public mutating func takeHandshakes() -> [HandshakeDatagram] {
        guard !handshakes.isEmpty else { return [] }
        defer { handshakes.removeAll(keepingCapacity: true) }
        return handshakes
    }
}

/// A DTLS datagram that came from a validated address of a participant.
public struct HandshakeDatagram: Sendable {
    public var participant: ParticipantID
    public var bytes: [UInt8]
}
