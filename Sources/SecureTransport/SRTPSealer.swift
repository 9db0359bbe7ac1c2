/// Protects what we send to one peer. All key schedules are made once; a packet costs no allocation.
///
/// The caller gives each (SSRC, index) to ``sealRTP(output:capacity:headerLength:ssrc:index:payload:payloadLength:)``
/// for one plaintext only: AES-GCM and counter mode both lose their secrets when a nonce meets two texts
/// (RFC 7714 §13.2).
public struct SRTPSealer: ~Copyable {
    private let profile: SRTPProfile
    private let rtp: PacketCipher
    private let rtcp: PacketCipher
    /// The next SRTCP index, 31 bits (RFC 3711 §3.4).
    private var nextRTCPIndex: UInt32 = 1

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
    }

    /// Protects one RTP packet whose header already stands at `output`.
    ///
    /// - Parameters:
    ///   - output: the header's bytes; ciphertext and tag follow it.
    ///   - capacity: bytes of `output`.
    ///   - index: ROC · 2¹⁶ + sequence number, 48 bits (RFC 3711 §3.3.1).
    ///   - payload: elsewhere, or right behind the header.
    /// - Returns: bytes of the protected packet, or 0 when it does not fit.
    @inline(__always)
    public mutating func sealRTP(
        output: UnsafeMutableRawPointer, capacity: Int, headerLength: Int, ssrc: UInt32, index: UInt64,
        payload: UnsafeRawPointer, payloadLength: Int
    ) -> Int {
        let total = headerLength &+ payloadLength &+ rtp.tagLength
        guard headerLength >= 12, payloadLength >= 0, total <= capacity else { return 0 }
        let body = output + headerLength
        if rtp.isAEAD {
            let sealed = rtp.seal(
                ssrc: ssrc, index: index, additional: UnsafeRawPointer(output), additionalLength: headerLength,
                source: payload, length: payloadLength, output: body)
            return sealed ? total : 0
        }
        rtp.crypt(ssrc: ssrc, index: index, source: payload, length: payloadLength, output: body)
        rtp.writeTag(
            over: UnsafeRawPointer(output), length: headerLength &+ payloadLength,
            rollover: UInt32(truncatingIfNeeded: index >> 16), to: body + payloadLength)
        return total
    }

    /// Protects a compound RTCP packet in place: its first eight bytes stay readable (RFC 3711 §3.4, RFC 7714 §9).
    ///
    /// - Returns: bytes of the protected packet; 0 when there is no room for ``SRTPProfile/rtcpOverhead``, or after
    ///   2³¹ packets, when the key is used up.
    public mutating func sealRTCP(_ buffer: UnsafeMutableRawBufferPointer, length: Int) -> Int {
        let total = length &+ profile.rtcpOverhead
        guard let base = buffer.baseAddress, length >= 8, total <= buffer.count, nextRTCPIndex < 1 << 31 else {
            return 0
        }
        let index = nextRTCPIndex
        nextRTCPIndex &+= 1
        let ssrc = UInt32(bigEndian: base.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
        let word = (index | 1 << 31).bigEndian
        if rtcp.isAEAD {
            var additional = InlineArray<12, UInt8>(repeating: 0)
            for byte in 0..<8 { additional[byte] = base.load(fromByteOffset: byte, as: UInt8.self) }
            for byte in 0..<4 {
                additional[8 + byte] = UInt8(truncatingIfNeeded: UInt32(bigEndian: word) >> UInt32(24 - byte * 8))
            }
            let sealed = withUnsafeBytes(of: additional) { additional in
                guard let start = additional.baseAddress else { return false }
                return rtcp.seal(
                    ssrc: ssrc, index: UInt64(index), additional: start, additionalLength: 12,
                    source: UnsafeRawPointer(base + 8), length: length &- 8, output: base + 8)
            }
            guard sealed else { return 0 }
            base.storeBytes(of: word, toByteOffset: length &+ rtcp.tagLength, as: UInt32.self)
            return total
        }
        rtcp.crypt(
            ssrc: ssrc, index: UInt64(index), source: UnsafeRawPointer(base + 8), length: length &- 8,
            output: base + 8)
        base.storeBytes(of: word, toByteOffset: length, as: UInt32.self)
        rtcp.writeTag(over: UnsafeRawPointer(base), length: length &+ 4, rollover: nil, to: base + length + 4)
        return total
    }
}
