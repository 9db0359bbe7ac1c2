/// A transport address that clients may send to (RFC 8839 §5.1).
public struct Candidate: Sendable, Equatable {
    public enum Transport: Sendable { case udp, tcpPassive }

    public var foundation: String
    public var component: Int
    public var transport: Transport
    public var priority: UInt32
    public var address: String
    public var port: UInt16

    public init(
        foundation: String, component: Int, transport: Transport, priority: UInt32, address: String, port: UInt16
    ) {
        self.foundation = foundation
        self.component = component
        self.transport = transport
        self.priority = priority
        self.address = address
        self.port = port
    }

    /// The value of a=candidate.
    var line: String {
        let (name, suffix) = transport == .udp ? ("udp", "") : ("tcp", " tcptype passive")
        return "candidate:\(foundation) \(component) \(name) \(priority) \(address) \(port) typ host\(suffix)"
    }
}

/// A codec as it will stand in the answer.
public struct PlannedCodec: Sendable {
    public var payloadType: UInt8
    public var name: String
    public var clockRate: Int
    public var channels: Int
    public var parameters: String
    public var rtxPayloadType: UInt8?
    public var feedback: [String]

    /// As a=rtpmap has it (RFC 8866 §6.6).
    var encoding: String { "\(name)/\(clockRate)" + (channels > 1 ? "/\(channels)" : "") }
}

/// What becomes of one media section.
public enum PlannedMedia: Sendable {
    /// Port 0; but the first section of a bundle that has others stays as inactive, since Chromium wants it so.
    case rejected
    case inactive
    /// The peer sends to us.
    case receive(codecs: [PlannedCodec], extensions: [(id: UInt8, uri: String)], rids: [String])
    /// We send to the peer.
    case send(
        codecs: [PlannedCodec], extensions: [(id: UInt8, uri: String)], ssrc: UInt32, rtxSSRC: UInt32?, cname: String,
        streamID: String, trackID: String)
}

/// Everything that an answer says beyond what the offer said.
public struct AnswerPlan: Sendable {
    public var iceUfrag: String
    public var icePassword: String
    /// SHA-256 of our certificate.
    public var fingerprint: [UInt8]
    public var candidates: [Candidate]
    /// One for each media section of the offer, in its order.
    public var media: [PlannedMedia]

    public init(
        iceUfrag: String, icePassword: String, fingerprint: [UInt8], candidates: [Candidate], media: [PlannedMedia]
    ) {
        self.iceUfrag = iceUfrag
        self.icePassword = icePassword
        self.fingerprint = fingerprint
        self.candidates = candidates
        self.media = media
    }
}

/// The codecs of a section that the relay takes, in the offer's order, with the feedback that it gives and heeds.
public func supportedCodecs(of media: OfferedMedia) -> [PlannedCodec] {
    let names: Set<String> = media.kind == .video ? ["vp8", "vp9", "h264", "av1"] : ["opus", "red"]
    let feedback: Set<String> = ["nack", "nack pli", "ccm fir", "transport-cc"]
    return media.codecs.filter { names.contains($0.name.lowercased()) }.map { codec in
        PlannedCodec(
            payloadType: codec.payloadType, name: codec.name, clockRate: codec.clockRate, channels: codec.channels,
            parameters: codec.parameters, rtxPayloadType: codec.rtxPayloadType,
            feedback: codec.feedback.filter { feedback.contains($0) })
    }
}

/// Writes the answer to an offer (RFC 9429 §5.3): one transport for all sections, ICE-lite, passive DTLS.
public func answer(to offer: Offer, plan: AnswerPlan) -> String {
    var writer = AnswerWriter(offer: offer, plan: plan)
    return writer.write()
}

private struct AnswerWriter {
    let offer: Offer
    let plan: AnswerPlan
    private var text = ""

    init(offer: Offer, plan: AnswerPlan) {
        self.offer = offer
        self.plan = plan
    }

    mutating func write() -> String {
        let sections = plannedSections()
        line("v=0")
        line("o=- 1 1 IN IP4 0.0.0.0")
        line("s=-")
        line("t=0 0")
        // Only what the offer bundles and we accept (RFC 9143 §7.3.1).
        let offered = Set(offer.bundle)
        let accepted = sections.filter { if case .rejected = $0.1 { false } else { offered.contains($0.0.mid) } }
        if !accepted.isEmpty { line("a=group:BUNDLE \(accepted.map(\.0.mid).joined(separator: " "))") }
        if offer.extmapAllowMixed { line("a=extmap-allow-mixed") }
        line("a=ice-lite")
        line("a=msid-semantic: WMS *")
        for (media, planned) in sections { section(media, planned) }
        return text
    }

    /// The first section of a bundle carries its transport (RFC 9143 §7.2.1). Chromium under max-bundle refuses an answer
    /// that refuses it and takes others ("Failed to setup RTCP mux"): where we know a codec of it, it stays, inactive.
    private func plannedSections() -> [(OfferedMedia, PlannedMedia)] {
        zip(offer.media, plan.media).map { media, planned in
            guard case .rejected = planned, media.mid == offer.bundle.first, !media.rejected, takesOthers,
                !supportedCodecs(of: media).isEmpty
            else { return (media, planned) }
            return (media, .inactive)
        }
    }

    private var takesOthers: Bool { plan.media.contains { if case .rejected = $0 { false } else { true } } }

    private mutating func line(_ content: String) {
        text += content
        text += "\r\n"
    }

    private mutating func section(_ media: OfferedMedia, _ planned: PlannedMedia) {
        switch planned {
        case .rejected:
            // Clients look for a codec in common even where nothing will flow.
            let codecs = supportedCodecs(of: media)
            line("m=\(media.kindName) 0 \(media.transport) \(formats(media, codecs.map(\.payloadType)))")
            line("c=IN IP4 0.0.0.0")
            line("a=mid:\(media.mid)")
            // Of no use in a refused section, but some clients look for it in all.
            line("a=rtcp-mux")
            transport()
            line("a=inactive")
            for codec in codecs { line("a=rtpmap:\(codec.payloadType) \(codec.encoding)") }
        case .inactive:
            let codecs = supportedCodecs(of: media)
            header(media, codecs)
            line("a=inactive")
            describe(codecs)
        case .receive(let codecs, let extensions, let rids):
            header(media, codecs)
            line("a=recvonly")
            describe(codecs)
            for entry in extensions { line("a=extmap:\(entry.id) \(entry.uri)") }
            for rid in rids { line("a=rid:\(rid) recv") }
            if !rids.isEmpty { line("a=simulcast:recv \(rids.joined(separator: ";"))") }
        case .send(let codecs, let extensions, let ssrc, let rtxSSRC, let cname, let streamID, let trackID):
            header(media, codecs)
            line("a=sendonly")
            describe(codecs)
            for entry in extensions { line("a=extmap:\(entry.id) \(entry.uri)") }
            line("a=msid:\(streamID) \(trackID)")
            if let rtxSSRC { line("a=ssrc-group:FID \(ssrc) \(rtxSSRC)") }
            for number in [ssrc] + (rtxSSRC.map { [$0] } ?? []) {
                line("a=ssrc:\(number) cname:\(cname)")
                line("a=ssrc:\(number) msid:\(streamID) \(trackID)")
            }
        }
    }

    /// The m= line and what every accepted section has.
    private mutating func header(_ media: OfferedMedia, _ codecs: [PlannedCodec]) {
        var types: [UInt8] = []
        for codec in codecs {
            types.append(codec.payloadType)
            if let rtx = codec.rtxPayloadType { types.append(rtx) }
        }
        let port = plan.candidates.first?.port ?? 9
        line("m=\(media.kindName) \(port) \(media.transport) \(formats(media, types))")
        let address = plan.candidates.first?.address ?? "0.0.0.0"
        line("c=IN \(address.contains(":") ? "IP6" : "IP4") \(address)")
        line("a=mid:\(media.mid)")
        line("a=rtcp-mux")
        line("a=rtcp-rsize")
        transport()
    }

    /// The formats of an m= line: one at least (RFC 8866 §5.14), so the offer's own where we take none.
    private func formats(_ media: OfferedMedia, _ types: [UInt8]) -> String {
        (types.isEmpty ? media.formats : types.map(String.init)).joined(separator: " ")
    }

    /// The transport, in every section although BUNDLE needs it in one only (RFC 9143 §7.3.1): some clients read the
    /// last that they find.
    private mutating func transport() {
        line("a=ice-ufrag:\(plan.iceUfrag)")
        line("a=ice-pwd:\(plan.icePassword)")
        let hexadecimal = plan.fingerprint.map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }
        line("a=fingerprint:sha-256 \(hexadecimal.joined(separator: ":"))")
        line("a=setup:passive")
        for candidate in plan.candidates { line("a=\(candidate.line)") }
        line("a=end-of-candidates")
    }

    private mutating func describe(_ codecs: [PlannedCodec]) {
        for codec in codecs {
            line("a=rtpmap:\(codec.payloadType) \(codec.encoding)")
            if !codec.parameters.isEmpty { line("a=fmtp:\(codec.payloadType) \(codec.parameters)") }
            for feedback in codec.feedback { line("a=rtcp-fb:\(codec.payloadType) \(feedback)") }
            if let rtx = codec.rtxPayloadType {
                line("a=rtpmap:\(rtx) rtx/\(codec.clockRate)")
                line("a=fmtp:\(rtx) apt=\(codec.payloadType)")
            }
        }
    }
}
