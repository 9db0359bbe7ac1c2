import Testing

@testable import SDP

private let head = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
private let transport = """
    a=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuv\r\na=fingerprint:sha-256 01:02:FF\r\na=setup:actpass\r\n
    """

/// As a browser offers a microphone, a camera with three layers and two slots.
private let offer =
    head + "a=group:BUNDLE 0 1 2 3\r\na=extmap-allow-mixed\r\n" + """
        m=audio 9 UDP/TLS/RTP/SAVPF 111 63\r
        c=IN IP4 0.0.0.0\r
        \(transport)a=mid:0\r
        a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r
        a=sendonly\r
        a=rtcp-mux\r
        a=rtpmap:111 opus/48000/2\r
        a=rtcp-fb:111 transport-cc\r
        a=fmtp:111 minptime=10;useinbandfec=1\r
        a=rtpmap:63 red/48000/2\r
        a=fmtp:63 111/111\r
        a=ssrc:1234 cname:x\r
        m=video 9 UDP/TLS/RTP/SAVPF 96 97 45\r
        \(transport)a=mid:1\r
        a=sendonly\r
        a=rtcp-mux\r
        a=rtpmap:45 AV1/90000\r
        a=rtpmap:96 VP8/90000\r
        a=rtcp-fb:96 nack\r
        a=rtcp-fb:96 nack pli\r
        a=rtcp-fb:* ccm fir\r
        a=rtpmap:97 rtx/90000\r
        a=fmtp:97 apt=96\r
        a=rid:q send\r
        a=rid:h send\r
        a=simulcast:send q;~h,x;f\r
        m=video 9 UDP/TLS/RTP/SAVPF 96 97\r
        \(transport)a=mid:2\r
        a=recvonly\r
        a=rtcp-mux\r
        a=rtpmap:96 VP8/90000\r
        a=rtpmap:97 rtx/90000\r
        a=fmtp:97 apt=96\r
        m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r
        \(transport)a=mid:3\r
        a=sctp-port:5000\r

        """

@Suite struct `An offer` {
    @Test func `is read: transport, codecs in order of preference, layers, extensions`() throws {
        let offer = try Offer(parsing: offer)
        #expect(offer.iceUfrag == "abcd")
        #expect(offer.fingerprints.count == 1)
        #expect(offer.fingerprints.first?.bytes == [1, 2, 255])
        #expect(offer.bundle == ["0", "1", "2", "3"])
        #expect(offer.extmapAllowMixed)
        let audio = offer.media[0]
        #expect(audio.codecs.map(\.name) == ["opus", "red"])
        #expect(audio.codecs[0].parameters == "minptime=10;useinbandfec=1")
        #expect(audio.ssrcs == [1234])
        #expect(audio.extensions.map(\.id) == [1])
        let video = offer.media[1]
        #expect(video.codecs.map(\.payloadType) == [96, 45])
        #expect(video.codecs[0].rtxPayloadType == 97)
        #expect(video.codecs[0].feedback == ["nack", "nack pli", "ccm fir"])
        #expect(video.rids == ["q", "h", "f"])
        #expect(offer.media[2].direction == .recvonly)
        #expect(offer.media[3].kind == .application)
    }

    @Test(
        arguments: [
            ("", 1, "begins with v=0"), ("v=1\r\n", 1, "version"), (head + "hello\r\n", 5, "type=value"),
            (head + "m=audio\r\n", 5, "media line"), (head + "m=audio x UDP 1\r\n", 5, "media line"),
            (head + "m=audio 9 UDP/TLS/RTP/SAVPF 1\r\na=rtpmap:300 opus/48000\r\n", 6, "payload type"),
            (head + "m=audio 9 UDP/TLS/RTP/SAVPF 1\r\na=rtpmap:1 opus\r\n", 6, "clock rate"),
            (head + "a=ice-pwd:short\r\n", 5, "password"), (head + "a=setup:maybe\r\n", 5, "setup"),
            (head + "a=fingerprint:sha-256 0G\r\n", 5, "hexadecimal"),
            (head + "m=audio 9 X 1\r\na=ssrc:99999999999 cname:x\r\n", 6, "SSRC"),
            (head + "m=audio 9 X 1\r\na=extmap:0 urn:x\r\n", 6, "extmap"),
            (head + "m=audio 9 X 1\r\na=mid:a\r\nm=audio 9 X 1\r\na=mid:a\r\n", 7, "mid"),
            (head, 0, "media section"),
        ])
    func `that is wrong is refused with the line and the reason`(_ text: String, _ line: Int, _ reason: String) throws {
        let error = #expect(throws: SDPError.self) { try Offer(parsing: text) }
        #expect(error?.line == line)
        #expect(error?.reason.contains(reason) == true, "\(error?.reason ?? "")")
    }

    @Test func `with endless lines, sections or bytes is refused and harms nobody (CVE-2020-13901)`() {
        for text in [
            head + "a=" + String(repeating: "x", count: 5000) + "\r\n",
            head + String(repeating: "m=audio 9 X 0\r\n", count: 601),
            String(repeating: "v=0\r\n", count: 40_001),
            head + String(repeating: "a=fingerprint:sha-256 ", count: 60_000),
            head + "m=audio 9 X 0\r\n" + (0..<65).map { "a=rtpmap:\($0) a/8000\r\n" }.joined(),
        ] {
            #expect(throws: SDPError.self) { try Offer(parsing: text) }
        }
    }
}

@Suite struct `An answer` {
    private let candidate = Candidate(
        foundation: "u0", component: 1, transport: .udp, priority: 9, address: "192.0.2.1", port: 10_000)

    private func plan(_ media: [PlannedMedia]) -> AnswerPlan {
        AnswerPlan(
            iceUfrag: "local", icePassword: "localpasswordlocalpass", fingerprint: [10, 255], candidates: [candidate],
            media: media)
    }

    @Test func `has a section for each of the offer's, in its order, refused ones with port 0 and outside the bundle`()
        throws
    {
        let offer = try Offer(parsing: offer)
        let codecs = supportedCodecs(of: offer.media[1])
        let text = answer(
            to: offer,
            plan: plan([
                .rejected, .receive(codecs: codecs, extensions: [], rids: ["q", "h", "f"]),
                .send(
                    codecs: supportedCodecs(of: offer.media[2]), extensions: [], ssrc: 7, rtxSSRC: 8, cname: "c",
                    streamID: "s", trackID: "t"), .rejected,
            ]))
        let lines = text.split(separator: "\r\n").map(String.init)
        #expect(
            lines.filter { $0.hasPrefix("m=") } == [
                "m=audio 10000 UDP/TLS/RTP/SAVPF 111 63", "m=video 10000 UDP/TLS/RTP/SAVPF 96 97 45",
                "m=video 10000 UDP/TLS/RTP/SAVPF 96 97", "m=application 0 UDP/DTLS/SCTP webrtc-datachannel",
            ])
        #expect(lines.contains("a=group:BUNDLE 0 1 2"))
        // The first carries the bundle's transport and so stays, without a direction.
        #expect(lines.count { $0 == "a=inactive" } == 2)
        #expect(lines.contains("a=ice-lite"))
        #expect(lines.contains("a=setup:passive"))
        #expect(lines.contains("a=fingerprint:sha-256 0A:FF"))
        #expect(lines.contains("a=candidate:u0 1 udp 9 192.0.2.1 10000 typ host"))
        #expect(lines.contains("a=simulcast:recv q;h;f"))
        #expect(lines.contains("a=ssrc-group:FID 7 8"))
        #expect(lines.contains("a=msid:s t"))
        // It is a session description itself.
        _ = try SessionDescription(parsing: text)
    }

    @Test func `never takes a codec or a feedback that the relay does not know`() throws {
        let text =
            head + """
                m=video 9 UDP/TLS/RTP/SAVPF 96 120\r
                a=rtpmap:96 VP8/90000\r
                a=rtcp-fb:96 goog-remb\r
                a=rtcp-fb:96 nack\r
                a=rtpmap:120 flexfec-03/90000\r

                """
        let codecs = supportedCodecs(of: try Offer(parsing: text).media[0])
        #expect(codecs.map(\.name) == ["VP8"])
        #expect(codecs[0].feedback == ["nack"])
    }
}

@Suite struct `A trickled fragment` {
    @Test func `gives its credentials, and says which line is wrong`() throws {
        let text =
            "a=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuv\r\nm=audio 9 X 0\r\na=mid:0\r\na=candidate:x\r\n"
        let fragment = try TrickleFragment(parsing: text)
        #expect(fragment.iceUfrag == "abcd")
        let error = #expect(throws: SDPError.self) { try TrickleFragment(parsing: "a=mid:0\r\nhello\r\n") }
        #expect(error?.line == 2)
    }
}
