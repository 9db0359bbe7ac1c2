/// What became of a protected packet.
public enum SRTPOpened: Sendable, Equatable {
    /// Decrypted in place: bytes of the plain packet.
    case ok(Int)
    /// Seen before, or too old to tell.
    case replayed
    /// The authentication tag is wrong.
    case failed
    case tooShort
}

/// Checks and decrypts what one peer sends, in place and without allocation.
///
/// State for an SSRC is made only after a packet of it has been authenticated, and for ``streamLimit`` at most: one
/// more takes the place of the least recently used.
public struct SRTPOpener: ~Copyable {
    public static let streamLimit = 64

    private struct Stream {
        var ssrc: UInt32 = 0
        var lastUse: UInt64 = 0
        var window = ReplayWindow()
    }

    private let profile: SRTPProfile
    private let rtp: PacketCipher
    private let rtcp: PacketCipher
    private let streams: UnsafeMutablePointer<Stream>
    private var streamCount = 0
    private var clock: UInt64 = 0
    /// By SSRC of the first packet's sender: one for each of the peer's reporters.
    private var reports: InlineArray<8, (ssrc: UInt32, window: ReplayWindow)> = .init(repeating: (0, ReplayWindow()))
    private var reportCount = 0
    private var nextReport = 0

    /// - Throws: `badKey`, `library`.
    public init(profile: SRTPProfile, key: [UInt8], salt: [UInt8]) throws(SecureTransportError) {
        let keys = try SRTPSessionKeys(profile: profile, key: key, salt: salt)
        let forRTP = try PacketCipher(
            profile: profile, key: keys.rtpKey, salt: keys.rtpSalt, authentication: keys.rtpAuthentication)
        let forRTCP = try PacketCipher(
            profile: profile, key: keys.rtcpKey, salt: keys.rtcpSalt, authentication: keys.rtcpAuthentication)
        self.profile = profile
        rtp = forRTP
        rtcp = forRTCP
        streams = .allocate(capacity: Self.streamLimit)
        streams.initialize(repeating: Stream(), count: Self.streamLimit)
    }

    deinit { streams.deallocate() }

    @inline(__always)
    private func find(_ ssrc: UInt32) -> Int? {
        for index in 0..<streamCount where streams[index].ssrc == ssrc { return index }
        return nil
    }

    /// The packet's 48-bit index: the nearest to the newest of its stream (RFC 3711 §3.3.1, appendix A).
    @inline(__always)
    private func estimate(_ sequence: UInt16, after newest: UInt64) -> UInt64 {
        let rollover = newest >> 16
        let distance = Int32(sequence) &- Int32(newest & 0xFFFF)
        if distance > 0x8000, rollover > 0 { return (rollover &- 1) << 16 | UInt64(sequence) }
        if distance < -0x8000 { return ((rollover &+ 1) & 0xFFFF_FFFF) << 16 | UInt64(sequence) }
        return rollover << 16 | UInt64(sequence)
    }

    /// Opens an RTP packet in place.
    ///
    /// - Parameters:
    ///   - length: bytes of the protected packet.
    ///   - headerLength: bytes before the payload, from ``RTPHeader``.
    public mutating func openRTP(
        _ packet: UnsafeMutableRawBufferPointer, length: Int, headerLength: Int, ssrc: UInt32, sequence: UInt16
    ) -> SRTPOpened {
        let plain = length &- rtp.tagLength
        guard let base = packet.baseAddress, length <= packet.count, headerLength >= 12, plain >= headerLength else {
            return .tooShort
        }
        let known = find(ssrc)
        let index = known.map { estimate(sequence, after: streams[$0].window.newest) } ?? UInt64(sequence)
        if let known, streams[known].window.isReplayed(index) { return .replayed }
        if rtp.isAEAD {
            guard
                rtp.open(
                    ssrc: ssrc, index: index, additional: UnsafeRawPointer(base), additionalLength: headerLength,
                    data: base + headerLength, length: plain &- headerLength)
            else { return .failed }
        } else {
            guard
                rtp.isTag(
                    UnsafeRawPointer(base + plain), over: UnsafeRawPointer(base), length: plain,
                    rollover: UInt32(truncatingIfNeeded: index >> 16))
            else { return .failed }
            rtp.crypt(
                ssrc: ssrc, index: index, source: UnsafeRawPointer(base + headerLength),
                length: plain &- headerLength, output: base + headerLength)
        }
        let stream = known ?? makeStream(ssrc)
        clock &+= 1
        streams[stream].lastUse = clock
        streams[stream].window.accept(index)
        return .ok(plain)
    }

    private mutating func makeStream(_ ssrc: UInt32) -> Int {
        var place = streamCount
        if streamCount < Self.streamLimit {
            streamCount += 1
        } else {
            place = 0
            for index in 1..<Self.streamLimit where streams[index].lastUse < streams[place].lastUse { place = index }
        }
        streams[place] = Stream(ssrc: ssrc)
        return place
    }

    /// Opens a compound RTCP packet in place.
    public mutating func openRTCP(_ packet: UnsafeMutableRawBufferPointer, length: Int) -> SRTPOpened {
        let plain = length &- profile.rtcpOverhead
        guard let base = packet.baseAddress, length <= packet.count, plain >= 8 else { return .tooShort }
        let ssrc = UInt32(bigEndian: base.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
        let indexOffset = rtcp.isAEAD ? length &- 4 : plain
        let word = UInt32(bigEndian: base.loadUnaligned(fromByteOffset: indexOffset, as: UInt32.self))
        let isEncrypted = word >> 31 == 1
        let index = UInt64(word & 0x7FFF_FFFF)
        var place = -1
        for known in 0..<reportCount where reports[known].ssrc == ssrc { place = known }
        if place >= 0, reports[place].window.isReplayed(index) { return .replayed }
        if rtcp.isAEAD {
            guard openAEAD(base, plain: plain, ssrc: ssrc, word: word, isEncrypted: isEncrypted) else {
                return .failed
            }
        } else {
            guard
                rtcp.isTag(
                    UnsafeRawPointer(base + plain + 4), over: UnsafeRawPointer(base), length: plain &+ 4,
                    rollover: nil)
            else { return .failed }
            if isEncrypted {
                rtcp.crypt(
                    ssrc: ssrc, index: index, source: UnsafeRawPointer(base + 8), length: plain &- 8,
                    output: base + 8)
            }
        }
        if place < 0 {
            if reportCount < 8 {
                place = reportCount
                reportCount += 1
            } else {
                place = nextReport
                nextReport = (nextReport + 1) & 7
            }
            reports[place] = (ssrc, ReplayWindow())
        }
        reports[place].window.accept(index)
        return .ok(plain)
    }

    /// RFC 7714 §9.2: the first eight bytes and the index word are authenticated; unencrypted packets whole.
    private func openAEAD(
        _ base: UnsafeMutableRawPointer, plain: Int, ssrc: UInt32, word: UInt32, isEncrypted: Bool
    ) -> Bool {
        // Unencrypted SRTCP is legal and nobody sends it; refusing it keeps one path.
        guard isEncrypted else { return false }
        var additional = InlineArray<12, UInt8>(repeating: 0)
        for byte in 0..<8 { additional[byte] = base.load(fromByteOffset: byte, as: UInt8.self) }
        for byte in 0..<4 { additional[8 + byte] = UInt8(truncatingIfNeeded: word >> UInt32(24 - byte * 8)) }
        return withUnsafeBytes(of: additional) { additional in
            guard let start = additional.baseAddress else { return false }
            return rtcp.open(
                ssrc: ssrc, index: UInt64(word & 0x7FFF_FFFF), additional: start, additionalLength: 12,
                data: base + 8, length: plain &- 8)
        }
    }
}
