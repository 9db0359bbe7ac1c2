import ICE
import RTP
import SDP

/// From an offer to its answer: which media sections publish, which are slots, and what each may carry.
///
/// Pure, so that it runs wherever the request came in and never on a worker.
public struct Negotiation: Sendable {
    /// Name of all our streams (RFC 7022): they share one clock.
    static let cname: [UInt8] = Array("giaoban".utf8)
    /// What publishers may put into their packets, and what we pass on to receivers.
    private static let publishedExtensions: Set<HeaderExtensionKind> = [
        .mid, .rid, .repairedRID, .transportSequence, .audioLevel, .dependencyDescriptor, .videoOrientation,
    ]
    private static let receivedExtensions: Set<HeaderExtensionKind> = [
        .transportSequence, .audioLevel, .dependencyDescriptor, .videoOrientation,
    ]

    public let plan: ParticipantPlan
    public let answerSDP: String
    public let slots: [SlotDescription]

    /// - Parameters:
    ///   - available: for WHEP, how many tracks the room has: further receiving sections are refused.
    ///   - candidates: of the worker that will own the participant.
    public init(
        offer: Offer, request: JoinRequest, participant: ParticipantID, room: String,
        available: (audio: Int, video: Int), fingerprint: [UInt8], candidates: [Candidate]
    ) throws(JoinError) {
        try Self.check(offer)
        var sections = Sections(offer: offer, request: request, available: available)
        let media = try sections.plan()
        guard !sections.tracks.isEmpty || !sections.receiving.isEmpty else {
            throw .unsupported("no media section of the offer can be used: none has a codec that the relay knows")
        }
        var random = SystemRandomNumberGenerator()
        let local = ICECredentials(using: &random)
        plan = ParticipantPlan(
            id: participant, room: room, displayName: request.displayName, site: request.site, mode: request.mode,
            localCredentials: local, remoteUfrag: offer.iceUfrag, remotePassword: offer.icePassword,
            fingerprints: offer.fingerprints, extensions: sections.extensions, tracks: sections.tracks,
            slots: sections.receiving, line: request.line, reception: request.reception)
        slots = sections.receiving.map { SlotDescription(mid: $0.mid, role: $0.role) }
        answerSDP = answer(
            to: offer,
            plan: AnswerPlan(
                iceUfrag: local.ufrag, icePassword: local.password, fingerprint: fingerprint, candidates: candidates,
                media: media))
    }

    private static func check(_ offer: Offer) throws(JoinError) {
        guard !offer.fingerprints.isEmpty else { throw .unsupported("the offer has no a=fingerprint") }
        guard !offer.iceUfrag.isEmpty else { throw .unsupported("the offer has no a=ice-ufrag") }
        guard offer.setup != .passive else {
            throw .unsupported("the offer says a=setup:passive; the relay is always the passive side")
        }
    }

    /// Walks the offer's media sections and decides on each.
    private struct Sections {
        let offer: Offer
        let request: JoinRequest
        let available: (audio: Int, video: Int)
        var tracks: [ParticipantPlan.Track] = []
        var receiving: [ParticipantPlan.ReceivingSection] = []
        var extensions = HeaderExtensionMap()
        private var usedSSRCs: Set<UInt32> = [0, Relay.reporterSSRC]

        init(offer: Offer, request: JoinRequest, available: (audio: Int, video: Int)) {
            self.offer = offer
            self.request = request
            self.available = available
        }

        mutating func plan() throws(JoinError) -> [PlannedMedia] {
            var planned: [PlannedMedia] = []
            for media in offer.media { planned.append(try plan(media)) }
            return planned
        }

        private mutating func plan(_ media: OfferedMedia) throws(JoinError) -> PlannedMedia {
            let isBundled = offer.media.count == 1 || offer.bundle.contains(media.mid)
            guard media.kind == .audio || media.kind == .video, !media.rejected, media.rtcpMux, isBundled else {
                return .rejected
            }
            let codecs = supportedCodecs(of: media)
            let negotiated = codecs.compactMap(NegotiatedCodec.init)
            guard !negotiated.isEmpty else { return .rejected }
            let isViewer = if case .whep = request.mode { true } else { false }
            let canSend = media.direction == .sendonly || media.direction == .sendrecv
            let canReceive = media.direction == .recvonly || media.direction == .sendrecv
            if canSend, !isViewer { return try publish(media, codecs: codecs, negotiated: negotiated) }
            if canReceive, request.mode != .whip {
                return try receive(media, codecs: codecs, negotiated: negotiated)
            }
            return media.direction == .inactive ? .inactive : .rejected
        }

        private mutating func publish(
            _ media: OfferedMedia, codecs: [PlannedCodec], negotiated: [NegotiatedCodec]
        ) throws(JoinError) -> PlannedMedia {
            let isVideo = media.kind == .video
            let isFirst = !tracks.contains { $0.role.isVideo == isVideo }
            let role =
                request.roles[media.mid]
                ?? (isVideo ? (isFirst ? .camera : .screen) : (isFirst ? .microphone : .screenAudio))
            try checkKind(of: role, media)
            let rids = Array(media.rids.prefix(3))
            let ssrcs = rids.isEmpty ? media.ssrcs.prefix(1).map { ($0, media.rtxSSRC(of: $0) ?? 0) } : []
            tracks.append(
                ParticipantPlan.Track(
                    mid: media.mid, role: role, codecs: negotiated, rids: orderedByQuality(rids, media: media),
                    ssrcs: ssrcs.map { (media: $0.0, rtx: $0.1) }))
            let accepted = codecs.map { codec in
                var codec = codec
                if codec.name.lowercased() == "opus", role == .microphone, request.mode == .page {
                    // The line is thin and the room is often silent: RFC 7587 §6.1.
                    codec.parameters = "minptime=10;useinbandfec=1;usedtx=1"
                }
                return codec
            }
            return .receive(
                codecs: accepted, extensions: take(media, Negotiation.publishedExtensions), rids: rids)
        }

        /// Simulcast layers are named by their sender; the order in the offer is lowest first with every client that
        /// names them q, h, f, and highest first with those that start with f or h.
        private func orderedByQuality(_ rids: [String], media: OfferedMedia) -> [String] {
            let rank = ["q": 0, "l": 0, "low": 0, "h": 1, "m": 1, "mid": 1, "f": 2, "high": 2]
            let known = rids.compactMap { rank[$0] }
            guard known.count == rids.count, Set(known).count == rids.count else { return rids }
            return rids.sorted { rank[$0, default: 0] < rank[$1, default: 0] }
        }

        private mutating func receive(
            _ media: OfferedMedia, codecs: [PlannedCodec], negotiated: [NegotiatedCodec]
        ) throws(JoinError) -> PlannedMedia {
            let isVideo = media.kind == .video
            let position = receiving.count { $0.role.isVideo == isVideo }
            if case .whep = request.mode, position >= (isVideo ? available.video : available.audio) {
                return .rejected
            }
            let role = request.roles[media.mid] ?? (isVideo ? .camera : .microphone)
            try checkKind(of: role, media)
            let ssrc = makeSSRC()
            let rtxSSRC = isVideo && negotiated.contains { $0.rtxPayloadType != nil } ? makeSSRC() : 0
            let sequenceURI = HeaderExtensionKind.transportSequence.uri
            let isCounted =
                media.extensions.contains { $0.uri == sequenceURI }
                && codecs.contains { $0.feedback.contains("transport-cc") }
            receiving.append(
                ParticipantPlan.ReceivingSection(
                    mid: media.mid, role: role, ssrc: ssrc, rtxSSRC: rtxSSRC, codecs: negotiated,
                    hasTransportSequence: isCounted))
            let accepted = codecs
            // One stream for each voice and picture of the same rank: receivers play those in step (RFC 8830 §2).
            let stream = request.mode == .page ? "slot-\(media.mid)" : "publisher-\(position)"
            return .send(
                codecs: accepted,
                extensions: take(
                    media, Negotiation.receivedExtensions.filter { isCounted || $0 != .transportSequence }),
                ssrc: ssrc,
                rtxSSRC: rtxSSRC == 0 ? nil : rtxSSRC, cname: String(decoding: Negotiation.cname, as: UTF8.self),
                streamID: stream, trackID: "slot-\(media.mid)")
        }

        private func checkKind(of role: TrackRole, _ media: OfferedMedia) throws(JoinError) {
            guard role.isVideo == (media.kind == .video) else {
                throw .unsupported("media section \(media.mid) cannot be a \(role.rawValue): it is of the other kind")
            }
        }

        /// The extensions of a section that we take part in, noted in the participant's map: with BUNDLE a number
        /// means the same in all sections (RFC 8843 §8.1).
        private mutating func take(
            _ media: OfferedMedia, _ kinds: Set<HeaderExtensionKind>
        ) -> [(id: UInt8, uri: String)] {
            var taken: [(id: UInt8, uri: String)] = []
            for entry in media.extensions {
                guard let kind = HeaderExtensionKind(uri: entry.uri), kinds.contains(kind) else { continue }
                extensions[kind] = entry.id
                taken.append((id: entry.id, uri: entry.uri))
            }
            return taken
        }

        private mutating func makeSSRC() -> UInt32 {
            while true {
                let ssrc = UInt32.random(in: 2...UInt32.max)
                if usedSSRCs.insert(ssrc).inserted { return ssrc }
            }
        }
    }
}

extension NegotiatedCodec {
    /// nil for a codec that the relay does not forward.
    init?(_ planned: PlannedCodec) {
        guard let codec = Codec(name: planned.name) else { return nil }
        let parameters = planned.parameters.lowercased()
        let variant: UInt8
        switch codec {
        case .h264: variant = parameters.contains("packetization-mode=1") ? 1 : 0
        case .vp9: variant = parameters.contains("profile-id=2") ? 2 : parameters.contains("profile-id=1") ? 1 : 0
        default: variant = 0
        }
        self.init(
            codec: codec, variant: variant, payloadType: planned.payloadType,
            rtxPayloadType: planned.rtxPayloadType, hasNACK: planned.feedback.contains("nack"),
            hasPLI: planned.feedback.contains("nack pli"))
    }
}
