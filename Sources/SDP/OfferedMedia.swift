public enum MediaKind: Sendable { case audio, video, application, other }

/// From the offerer's point of view.
public enum Direction: String, Sendable { case sendonly, recvonly, sendrecv, inactive }

/// A codec as offered, with its retransmission payload type folded in (RFC 4588 §8.1).
public struct OfferedCodec: Sendable {
    public var payloadType: UInt8
    public var name: String
    public var clockRate: Int
    public var channels: Int
    /// The value of a=fmtp, as it stands.
    public var parameters = ""
    public var rtxPayloadType: UInt8?
    /// Values of a=rtcp-fb, "nack pli" for example.
    public var feedback: [String] = []
}

/// One media section of an offer.
///
/// Limits: 64 payload types and as many of retransmissions, 32 extensions, 8 rids, 16 SSRCs.
public struct OfferedMedia: Sendable {
    public private(set) var mid = ""
    public private(set) var kind = MediaKind.other
    /// As in the m= line: "audio".
    public private(set) var kindName = ""
    /// As in the m= line: "UDP/TLS/RTP/SAVPF".
    public private(set) var transport = ""
    /// As in the m= line.
    public private(set) var formats: [String] = []
    public private(set) var direction = Direction.sendrecv
    /// Port 0 without bundle-only: the offerer does not want it.
    public private(set) var rejected = false
    public private(set) var rtcpMux = false
    public private(set) var codecs: [OfferedCodec] = []
    public private(set) var extensions: [(id: UInt8, uri: String)] = []
    /// Layers that the offerer would send, in the order of a=simulcast (RFC 8853 §5.1), the first of alternatives.
    public private(set) var rids: [String] = []
    /// Media SSRCs, without those of retransmissions.
    public private(set) var ssrcs: [UInt32] = []
    private var retransmissions: [UInt32: UInt32] = [:]

    /// The SSRC of the retransmissions of another (a=ssrc-group:FID, RFC 5576 §4.2).
    public func rtxSSRC(of ssrc: UInt32) -> UInt32? { retransmissions[ssrc] }

    init(_ section: SessionDescription.Media, position: Int) throws(SDPError) {
        let words = section.header.value.split(separator: " ")
        guard words.count >= 4, let port = UInt16(words[1].split(separator: "/").first ?? "") else {
            throw section.header.wrong("a media line is: m=<media> <port> <transport> <formats>")
        }
        kindName = String(words[0])
        kind =
            switch kindName {
            case "audio": .audio
            case "video": .video
            case "application": .application
            default: .other
            }
        transport = String(words[2])
        formats = words[3...].prefix(128).map(String.init)
        mid = String(position)
        var isBundleOnly = false
        var parameters: [UInt8: String] = [:]
        var feedback: [(type: Substring, value: String)] = []
        var rtx: [UInt8] = []
        for line in section.lines {
            guard let (name, value) = line.attribute else { continue }
            switch name {
            case "mid":
                guard !value.isEmpty, value.utf8.count <= 32, value.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) else {
                    throw line.wrong("a mid is 1 to 32 characters without spaces")
                }
                mid = String(value)
            case "sendonly", "recvonly", "sendrecv", "inactive":
                direction = Direction(rawValue: String(name)) ?? .sendrecv
            case "bundle-only": isBundleOnly = true
            case "rtcp-mux": rtcpMux = true
            case "rtpmap" where kind == .audio || kind == .video: try takeCodec(value, line, rtx: &rtx)
            case "fmtp":
                let parts = value.split(separator: " ", maxSplits: 1)
                if parts.count == 2, let type = UInt8(parts[0]) { parameters[type] = String(parts[1]) }
            case "rtcp-fb":
                let parts = value.split(separator: " ", maxSplits: 1)
                if parts.count == 2, feedback.count < 256 { feedback.append((parts[0], String(parts[1]))) }
            case "extmap": try takeExtension(value, line)
            case "simulcast": takeSimulcast(value)
            case "ssrc": try takeSSRC(value, line)
            case "ssrc-group": takeGroup(value)
            default: break
            }
        }
        rejected = port == 0 && !isBundleOnly
        resolve(parameters: parameters, feedback: feedback, rtx: rtx)
        ssrcs.removeAll { retransmissions.values.contains($0) }
        order(by: words[3...].compactMap { UInt8($0) })
    }

    private mutating func takeCodec(
        _ value: Substring, _ line: SessionDescription.Line, rtx: inout [UInt8]
    ) throws(SDPError) {
        let parts = value.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, let type = UInt8(parts[0]), type < 128 else {
            throw line.wrong("a=rtpmap needs a payload type of 0 to 127 and an encoding")
        }
        let encoding = parts[1].split(separator: "/")
        guard encoding.count >= 2, let rate = Int(encoding[1]), rate > 0, rate < 1_000_000 else {
            throw line.wrong("an encoding is <name>/<clock rate>")
        }
        // What was said first counts: repeats cost nothing, however many there are.
        guard !rtx.contains(type), !codecs.contains(where: { $0.payloadType == type }) else { return }
        guard codecs.count < 64, rtx.count < 64 else { throw line.wrong("more than 64 payload types") }
        if encoding[0].lowercased() == "rtx" {
            rtx.append(type)
            return
        }
        codecs.append(
            OfferedCodec(
                payloadType: type, name: String(encoding[0]), clockRate: rate,
                channels: encoding.count > 2 ? Int(encoding[2]) ?? 1 : 1))
    }

    private mutating func takeExtension(_ value: Substring, _ line: SessionDescription.Line) throws(SDPError) {
        let parts = value.split(separator: " ")
        guard parts.count >= 2, let id = UInt8(parts[0].split(separator: "/").first ?? ""), id > 0 else {
            throw line.wrong("a=extmap needs a number of 1 to 255 and a URI")
        }
        if extensions.count < 32 { extensions.append((id, String(parts[1]))) }
    }

    private mutating func takeSimulcast(_ value: Substring) {
        let words = value.split(separator: " ")
        guard let send = words.firstIndex(of: "send"), send + 1 < words.count else { return }
        for layer in words[send + 1].split(separator: ";") where rids.count < 8 {
            guard let first = layer.split(separator: ",").first else { continue }
            rids.append(String(first.hasPrefix("~") ? first.dropFirst() : first))
        }
    }

    private mutating func takeSSRC(_ value: Substring, _ line: SessionDescription.Line) throws(SDPError) {
        guard let ssrc = UInt32(value.split(separator: " ").first ?? "") else {
            throw line.wrong("an SSRC is a number of 32 bits")
        }
        if ssrcs.count < 16, !ssrcs.contains(ssrc) { ssrcs.append(ssrc) }
    }

    private mutating func takeGroup(_ value: Substring) {
        let words = value.split(separator: " ")
        guard words.first == "FID", words.count == 3, let media = UInt32(words[1]), let repair = UInt32(words[2]),
            retransmissions.count < 16
        else { return }
        retransmissions[media] = repair
    }

    private mutating func resolve(
        parameters: [UInt8: String], feedback: [(type: Substring, value: String)], rtx: [UInt8]
    ) {
        for index in codecs.indices {
            codecs[index].parameters = parameters[codecs[index].payloadType] ?? ""
            let own = String(codecs[index].payloadType)
            codecs[index].feedback = feedback.filter { $0.type == own || $0.type == "*" }.map(\.value)
        }
        for type in rtx {
            let apt = parameters[type]?.split(separator: ";").compactMap { parameter -> UInt8? in
                let parts = parameter.split(separator: "=")
                guard parts.count == 2, parts[0].filter({ $0 != " " }) == "apt" else { return nil }
                return UInt8(parts[1].filter { $0 != " " })
            }.first
            for index in codecs.indices where codecs[index].payloadType == apt { codecs[index].rtxPayloadType = type }
        }
    }

    /// The m= line's order is the offerer's preference (RFC 8866 §5.14).
    private mutating func order(by types: [UInt8]) {
        let rank = Dictionary(types.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        codecs = codecs.filter { rank[$0.payloadType] != nil }
        codecs.sort { (rank[$0.payloadType] ?? 0) < (rank[$1.payloadType] ?? 0) }
    }
}
