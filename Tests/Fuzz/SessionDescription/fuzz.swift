// sources: Sources/SDP
// An offer: whatever is read as one is answered, and the answer is a session description itself.

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    let text = String(decoding: UnsafeBufferPointer(start: data, count: size), as: UTF8.self)
    guard let offer = try? Offer(parsing: text) else { return 0 }
    let media = offer.media.enumerated().map { index, media -> PlannedMedia in
        let codecs = supportedCodecs(of: media)
        switch index % 4 {
        case 0: return .receive(codecs: codecs, extensions: media.extensions, rids: media.rids)
        case 1:
            return .send(
                codecs: codecs, extensions: [], ssrc: 1, rtxSSRC: 2, cname: "c", streamID: "s", trackID: "t")
        case 2: return .rejected
        default: return .inactive
        }
    }
    let plan = AnswerPlan(
        iceUfrag: "abcd", icePassword: "abcdefghijklmnopqrstuv", fingerprint: [1],
        candidates: [
            Candidate(
                foundation: "u", component: 1, transport: .udp, priority: 1, address: "192.0.2.1", port: 10_000)
        ], media: media)
    let answer = answer(to: offer, plan: plan)
    // Lines that an offer repeats from itself, names and formats, are within the limits there and so here.
    precondition((try? SessionDescription(parsing: answer)) != nil || answer.utf8.count > 60_000)
    return 0
}
