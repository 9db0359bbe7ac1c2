import Congestion
import ICE
import RTP
import SecureTransport

/// One connection in a call: its transport, what it sends and the slots in which it receives.
struct Participant: ~Copyable {
    /// A stream that has been heard of, by SSRC.
    struct InboundStream {
        var ssrc: UInt32 = 0
        /// Index of the layer; for a retransmission stream the layer that it repairs.
        var layer: Int32 = -1
        var isRTX = false
    }

    /// Most streams of one participant: 4 tracks, 3 layers, retransmissions, and some that changed their SSRC.
    static let streamLimit = 32
    /// Bounds what one receiver's requests may cost: a second of a large picture.
    static let retransmissionsPerReport = 1_000

    let id: ParticipantID
    let room: Int
    let mode: JoinRequest.Mode
    let plan: ParticipantPlan
    let joinedAt: Int64

    var agent: ICEAgent
    /// The local user name fragment after an ICE restart; empty before.
    var restartedUfrag = ""
    var opener: SRTPOpener?
    var sealer: SRTPSealer?
    /// Where its packets go: the pair that ICE selected.
    var address: PeerAddress?
    var isConnected = false

    let extensions: HeaderExtensionMap
    var streams = InlineArray<32, InboundStream>(repeating: InboundStream())
    var streamCount = 0
    var publications: [Int] = []
    var slots: [Int] = []
    /// A publication has gone out of one of the slots.
    var hasLostPublication = false
    /// What its page shows, in order of importance.
    var wishes: [ViewRequest] = []
    var hasWished = false
    var reception: Reception

    var feedback = TransportFeedbackBuilder()
    /// nil when the client gives no transport-wide feedback: then everything is sent at once, as large as it is shown.
    var downlink: Downlink?
    /// When the pictures of one without feedback are looked at again, µs.
    var nextUnmeasured: Int64 = 0
    /// Its wishes or the room's pictures have changed: what its slots show is to be looked at again.
    var needsPictures = true
    var needsVoices = true
    /// When a tick next has something to do for it, µs: most ticks pass most participants by.
    var nextDue: Int64 = 0
    var nextFeedback: Int64 = 0
    var nextReport: Int64 = 0
    var nextQuality: Int64 = 0
    /// Smoothed round trip, µs, from receiver reports; 0 while unknown.
    var roundTrip: Int64 = 0
    var bytesIn = 0
    var bytesOut = 0
    /// Sent to it in the last two seconds, kbit/s.
    var sentKbps = 0
    /// Packets that may be sent again before the next report.
    var retransmissionBudget = Participant.retransmissionsPerReport
    var lossAtReport: (expected: Int64, lost: Int64) = (0, 0)

    init(plan: ParticipantPlan, room: Int, now: Int64) {
        id = plan.id
        self.room = room
        mode = plan.mode
        reception = plan.reception
        self.plan = plan
        joinedAt = now
        agent = ICEAgent(
            local: plan.localCredentials, remoteUfrag: plan.remoteUfrag, remotePassword: plan.remotePassword)
        extensions = plan.extensions
        downlink =
            plan.extensions[.transportSequence] != 0 && plan.slots.contains(where: \.hasTransportSequence)
            ? Downlink(line: plan.line, now: now) : nil
    }

    /// The stream of an SSRC, or nil when it has not been heard of.
    @inline(__always)
    func stream(_ ssrc: UInt32) -> InboundStream? {
        for index in 0..<streamCount where streams[index].ssrc == ssrc { return streams[index] }
        return nil
    }

    /// False when there is no room for another stream: an unknown one is then ignored.
    mutating func addStream(_ stream: InboundStream) -> Bool {
        guard streamCount < Self.streamLimit else { return false }
        streams[streamCount] = stream
        streamCount += 1
        return true
    }
}
