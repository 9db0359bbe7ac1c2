import Testing

@testable import SDP

@Suite struct `The offers of real clients` {
    @Test func `Chromium with three layers, RED and two slots`() throws {
        let offer = try Offer(parsing: fixture("chromium-camera"))
        #expect(offer.iceUfrag == "spAc")
        #expect(offer.icePassword == "Om0hKzoRD3AUrhwMqCCZCU4Y")
        #expect(offer.setup == .actpass)
        #expect(offer.bundle == ["0", "1", "2", "3"])
        #expect(offer.extmapAllowMixed)
        #expect(offer.fingerprints.count == 1, "the same one in every section counts once")
        #expect(offer.fingerprints.first?.algorithm == "sha-256")
        #expect(offer.fingerprints.first?.bytes.prefix(3) == [0x01, 0xC1, 0x0B])
        #expect(offer.fingerprints.first?.bytes.count == 32)
        try #require(offer.media.count == 4)
        let (microphone, camera) = (offer.media[0], offer.media[1])
        #expect(offer.media.map(\.direction) == [.sendonly, .sendonly, .recvonly, .recvonly])
        #expect(offer.media.map(\.kind) == [.audio, .video, .audio, .video])
        #expect(offer.media.allSatisfy { $0.rtcpMux && !$0.rejected })
        #expect(microphone.codecs.map(\.payloadType) == [111, 63, 9, 0, 8, 13, 110, 126])
        #expect(microphone.codecs.first?.name == "opus")
        #expect(microphone.codecs.first?.channels == 2)
        #expect(microphone.codecs.first?.feedback == ["transport-cc"])
        #expect(microphone.ssrcs == [675_313_275])
        #expect(supportedCodecs(of: microphone).map(\.name) == ["opus", "red"])
        #expect(camera.rids == ["q", "h", "f"])
        #expect(camera.ssrcs.isEmpty, "simulcast by rids names no SSRC")
        #expect(camera.codecs.first?.name == "VP8")
        #expect(camera.codecs.first?.rtxPayloadType == 97)
        #expect(
            camera.codecs.first?.feedback == ["goog-remb", "transport-cc", "ccm fir", "nack", "nack pli"])
        #expect(Set(supportedCodecs(of: camera).map(\.name)) == ["VP8", "VP9", "H264", "AV1"])
        #expect(supportedCodecs(of: camera).allSatisfy { $0.rtxPayloadType != nil })
        #expect(
            camera.extensions.contains {
                $0.id == 10 && $0.uri == "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"
            })
    }

    @Test func `Chromium with one layer and a data channel`() throws {
        let offer = try Offer(parsing: fixture("chromium-plain"))
        try #require(offer.media.count == 3)
        let camera = offer.media[1]
        #expect(camera.direction == .sendrecv)
        #expect(camera.ssrcs == [31_117_411], "the retransmissions' SSRC is none of the media's")
        #expect(camera.rtxSSRC(of: 31_117_411) == 2_636_580_526)
        #expect(offer.media[2].kind == .application)
        #expect(offer.media[2].formats == ["webrtc-datachannel"])
        #expect(!offer.media[2].rtcpMux)
    }

    @Test func `Firefox, whose later sections have port 0 and are bundled all the same`() throws {
        let offer = try Offer(parsing: fixture("firefox-camera"))
        try #require(offer.media.count == 4)
        #expect(offer.bundle == ["0", "1", "2", "3"])
        #expect(offer.media.allSatisfy { !$0.rejected && $0.rtcpMux })
        #expect(offer.media.map(\.direction) == [.sendonly, .sendonly, .recvonly, .recvonly])
        let camera = offer.media[1]
        #expect(camera.rids == ["q", "h", "f"])
        #expect(camera.ssrcs == [518_117_603, 596_394_260, 1_843_086_066])
        #expect(camera.rtxSSRC(of: 596_394_260) == 3_786_788_094)
        #expect(camera.codecs.first?.name == "VP8")
        #expect(camera.codecs.first?.rtxPayloadType == 124)
        #expect(
            camera.extensions.contains {
                $0.id == 9 && $0.uri == "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"
            }, "a=extmap may carry a direction")
        #expect(supportedCodecs(of: offer.media[0]).map(\.payloadType) == [109])
    }

    @Test func `aiortc, which names SSRCs and gives every section its candidates`() throws {
        let offer = try Offer(parsing: fixture("aiortc"))
        try #require(offer.media.count == 3)
        #expect(offer.media.map(\.direction) == [.sendonly, .sendonly, .recvonly])
        #expect(offer.media[1].ssrcs == [594_239_914])
        #expect(offer.media[1].rtxSSRC(of: 594_239_914) == 3_260_228_445)
        #expect(supportedCodecs(of: offer.media[1]).first?.rtxPayloadType == 98)
        #expect(Set(offer.fingerprints.map(\.algorithm)).contains("sha-256"))
    }

    /// RFC 3264 §6, RFC 9429 §5.3.1: as many sections, of the same kinds, with mids and formats of the offer only.
    @Test(arguments: fixtureNames)
    func `are answered section by section with nothing that was not offered`(_ name: String) throws {
        let offer = try Offer(parsing: fixture(name))
        for rejectsFirst in [false, true] {
            let media = offer.media.enumerated().map { index, media -> PlannedMedia in
                let codecs = supportedCodecs(of: media)
                if codecs.isEmpty || rejectsFirst && index == 0 { return .rejected }
                if media.direction == .recvonly {
                    return .send(
                        codecs: codecs, extensions: media.extensions, ssrc: 1, rtxSSRC: 2, cname: "c", streamID: "s",
                        trackID: "t")
                }
                return .receive(codecs: codecs, extensions: media.extensions, rids: media.rids)
            }
            let text = answer(
                to: offer,
                plan: AnswerPlan(
                    iceUfrag: "local", icePassword: "localpasswordlocalpass", fingerprint: [1],
                    candidates: [
                        Candidate(
                            foundation: "u", component: 1, transport: .udp, priority: 1, address: "2001:db8::1",
                            port: 10_000)
                    ], media: media))
            #expect(text.hasSuffix("\r\n") && !text.contains("\r\n\r\n"))
            let answered = try Offer(parsing: text)
            #expect(answered.media.map(\.mid) == offer.media.map(\.mid))
            #expect(answered.media.map(\.kindName) == offer.media.map(\.kindName))
            #expect(answered.media.map(\.transport) == offer.media.map(\.transport))
            #expect(answered.setup == .passive)
            #expect(answered.iceUfrag == "local")
            for (mine, theirs) in zip(answered.media, offer.media) {
                #expect(!mine.formats.isEmpty)
                #expect(Set(mine.formats).isSubset(of: theirs.formats))
                #expect(mine.rids.isEmpty, "the relay sends no layers")
                #expect(Set(mine.extensions.map(\.id)).isSubset(of: theirs.extensions.map(\.id)))
            }
            // The first carries the bundle's transport: it is not refused, but nothing flows.
            if rejectsFirst { #expect(answered.media[0].direction == .inactive) }
            let isRefused = media.enumerated().map { index, planned in
                if case .rejected = planned { index > 0 } else { false }
            }
            #expect(answered.media.map(\.rejected) == isRefused)
            #expect(answered.bundle == zip(offer.media, isRefused).filter { !$0.1 }.map(\.0.mid))
        }
    }
}
