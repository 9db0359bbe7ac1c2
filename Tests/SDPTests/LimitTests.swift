import Testing

@testable import SDP

private let head = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"

private func plan(_ media: [PlannedMedia]) -> AnswerPlan {
    AnswerPlan(iceUfrag: "local", icePassword: "localpasswordlocalpass", fingerprint: [1], candidates: [], media: media)
}

@Suite struct `The limits of an offer` {
    @Test func `let in as many sections as are said, in one bundle, and the answer is within them too`() throws {
        let count = SessionDescription.mediaLimit
        let mids = (0..<count).map(String.init)
        let text =
            head + "a=group:BUNDLE \(mids.joined(separator: " "))\r\n"
            + mids.map { "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:\($0)\r\na=rtpmap:111 opus/48000/2\r\n" }.joined()
        let offer = try Offer(parsing: text)
        #expect(offer.bundle == mids)
        let answered = try Offer(
            parsing: answer(to: offer, plan: plan(offer.media.map { _ in PlannedMedia.inactive })))
        #expect(answered.bundle == mids)
        #expect(throws: SDPError.self) { try Offer(parsing: text + "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n") }
    }

    @Test func `are exact: the last byte that fits is taken, the next is refused with its line`() throws {
        let room = SessionDescription.lineLengthLimit - 4
        let rest = "m=audio 9 X 0\r\n"
        #expect(
            try Offer(parsing: head + "a=x:" + String(repeating: "y", count: room) + "\r\n" + rest).media.count == 1)
        let error = #expect(throws: SDPError.self) {
            try Offer(parsing: head + "a=x:" + String(repeating: "y", count: room + 1) + "\r\n" + rest)
        }
        #expect(error?.line == 5)
        #expect(error?.text.hasPrefix("a=x:yyy") == true)
        #expect((error?.text.count ?? 999) <= 120)
        #expect(throws: SDPError.self) {
            try Offer(parsing: String(repeating: "v", count: SessionDescription.byteLimit + 1))
        }
    }

    @Test func `keep the worst that fits from costing more than a moment`() {
        let section = "m=video 9 X \((0..<128).map(String.init).joined(separator: " "))\r\n"
        let worst = [
            // One long parameter line, looked through for each of endlessly many retransmission types.
            head + section + "a=fmtp:97 " + String(repeating: "a;", count: 1000) + "\r\n"
                + String(repeating: "a=rtpmap:97 rtx/90000\r\n", count: 38_000),
            // As many codecs as may be, each with as much feedback as may be, in as many sections as fit.
            head
                + String(
                    repeating: section + (0..<64).map { "a=rtpmap:\($0) a/1\r\n" }.joined()
                        + String(repeating: "a=rtcp-fb:* a\r\n", count: 256), count: 180
                ).split(separator: "m=video").enumerated().map { "m=video\($1)a=mid:\($0)\r\n" }.joined(),
            head + String(repeating: "m=audio 9 X 0\r\n", count: 600)
                + String(repeating: "a=ssrc:1 cname:x\r\na=ssrc-group:FID 1 2\r\n", count: 19_000),
            head + String(repeating: "a=group:BUNDLE" + String(repeating: " 1", count: 900) + "\r\n", count: 500),
            head + String(repeating: "a=fingerprint:sha-256 00:01:02\r\n", count: 30_000),
        ]
        for (number, text) in worst.enumerated() {
            #expect(text.utf8.count <= SessionDescription.byteLimit)
            let time = ContinuousClock().measure {
                if let offer = try? Offer(parsing: text) {
                    _ = answer(to: offer, plan: plan(offer.media.map { _ in PlannedMedia.inactive }))
                }
            }
            // Some tenths of a second without optimisation; what has no bound takes minutes.
            #expect(time < .seconds(10), "number \(number)")
        }
    }
}

@Suite struct `An unusual offer` {
    @Test func `that describes a payload type twice has it once, as it was first`() throws {
        let offer = try Offer(
            parsing: head + "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=rtpmap:111 opus/48000/2\r\n"
                + "a=rtpmap:111 red/48000/2\r\n")
        #expect(offer.media.first?.codecs.map(\.name) == ["opus"])
    }

    @Test func `whose bundle leaves a section out is answered with no larger bundle`() throws {
        let section = "UDP/TLS/RTP/SAVPF 111\r\na=rtpmap:111 opus/48000/2\r\na=mid:"
        let offer = try Offer(
            parsing: head + "a=group:BUNDLE b c\r\nm=audio 9 \(section)a\r\nm=audio 9 \(section)b\r\n"
                + "m=audio 9 \(section)c\r\n")
        let text = answer(to: offer, plan: plan([.inactive, .inactive, .rejected]))
        // RFC 9143 §7.3.1: an answer's group has mids of the offer's group only.
        #expect(text.contains("a=group:BUNDLE b\r\n"))
    }

    @Test func `with no codec that we know still gets m-lines with a format`() throws {
        let offer = try Offer(parsing: head + "m=audio 9 UDP/TLS/RTP/SAVPF 9 0\r\na=rtpmap:9 G722/8000\r\n")
        for planned in [PlannedMedia.inactive, .rejected] {
            let text = answer(to: offer, plan: plan([planned]))
            _ = try Offer(parsing: text)
        }
    }

    @Test func `whose bundle begins with what we cannot take is answered without it`() throws {
        let others = "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=rtpmap:111 opus/48000/2\r\na=mid:1\r\n"
        for first in ["m=application 9 UDP/DTLS/SCTP webrtc-datachannel", "m=audio 9 UDP/TLS/RTP/SAVPF 9"] {
            let offer = try Offer(parsing: head + "a=group:BUNDLE 0 1\r\n\(first)\r\na=mid:0\r\n\(others)")
            let answered = try Offer(parsing: answer(to: offer, plan: plan([.rejected, .inactive])))
            #expect(answered.bundle == ["1"])
            #expect(answered.media.map(\.rejected) == [true, false])
        }
        // And where nothing is taken, nothing is kept.
        let offer = try Offer(parsing: head + "a=group:BUNDLE 1\r\n\(others)")
        let text = answer(to: offer, plan: plan([.rejected]))
        #expect(!text.contains("a=group"))
        #expect(try Offer(parsing: text).media.first?.rejected == true)
    }

    @Test func `with bare line feeds, or a byte that is no UTF-8, is read all the same`() throws {
        let text = head.replacing("\r\n", with: "\n") + "m=audio 9 X 0\na=mid:7\n"
        #expect(try Offer(parsing: text).media.first?.mid == "7")
        let odd = String(
            decoding: Array((head + "s=").utf8) + [0xFF, 0x0A] + Array("m=audio 9 X 0\n".utf8), as: UTF8.self)
        #expect(try Offer(parsing: odd).media.count == 1)
        // A combining mark makes one character with what stands before it, but no other line.
        #expect(try Offer(parsing: head + "a=\u{301}x\r\nm=audio 9 X 0\r\n\u{61}=mid:3\r\n").media.first?.mid == "3")
    }

    @Test func `with a sign in a fingerprint's hexadecimal pair is refused`() {
        #expect(throws: SDPError.self) { try Offer(parsing: head + "a=fingerprint:sha-256 +1:02\r\nm=audio 9 X 0\r\n") }
    }
}
