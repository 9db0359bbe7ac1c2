import CSRTPCipher

/// One session key of one direction with everything that is made once for it: the only place that calls a cipher.
///
/// Invariant: `pointer` is owned by this value and freed with it.
struct PacketCipher: ~Copyable {
    private let pointer: OpaquePointer
    let tagLength: Int
    let isAEAD: Bool

    /// - Throws: `library`.
    init(profile: SRTPProfile, key: [UInt8], salt: [UInt8], authentication: [UInt8]) throws(SecureTransportError) {
        guard key.count == 16, salt.count == profile.saltLength, authentication.count == 20 else { throw .badKey }
        let made =
            switch profile {
            case .aeadAES128GCM: csrtp_create_gcm(key, salt)
            case .aes128CMHMACSHA1_80: csrtp_create_counter_mode(key, salt, authentication)
            }
        guard let made else { throw .library("no cipher context") }
        pointer = made
        tagLength = profile.tagLength
        isAEAD = profile == .aeadAES128GCM
    }

    deinit { csrtp_destroy(pointer) }

    /// AEAD: encrypts `source` into `output` with the tag behind it. False when the library refuses.
    @inline(__always)
    func seal(
        ssrc: UInt32, index: UInt64, additional: UnsafeRawPointer, additionalLength: Int, source: UnsafeRawPointer,
        length: Int, output: UnsafeMutableRawPointer
    ) -> Bool {
        csrtp_seal(pointer, ssrc, index, additional, additionalLength, source, length, output) == 1
    }

    /// AEAD: decrypts in place; the tag stands behind the `length` bytes. False when it is wrong.
    @inline(__always)
    func open(
        ssrc: UInt32, index: UInt64, additional: UnsafeRawPointer, additionalLength: Int,
        data: UnsafeMutableRawPointer, length: Int
    ) -> Bool {
        csrtp_open(pointer, ssrc, index, additional, additionalLength, data, length) == 1
    }

    /// Counter mode: en- or decrypts with the keystream of a packet.
    @inline(__always)
    func crypt(ssrc: UInt32, index: UInt64, source: UnsafeRawPointer, length: Int, output: UnsafeMutableRawPointer) {
        guard length > 0 else { return }
        csrtp_crypt(pointer, ssrc, index, source, length, output)
    }

    /// Counter mode: writes the tag over the packet and, for RTP, its rollover counter (RFC 3711 §4.2).
    @inline(__always)
    func writeTag(
        over packet: UnsafeRawPointer, length: Int, rollover: UInt32?, to tag: UnsafeMutableRawPointer
    ) {
        let digest = digest(packet, length: length, rollover: rollover)
        for byte in 0..<tagLength { tag.storeBytes(of: digest[byte], toByteOffset: byte, as: UInt8.self) }
    }

    /// Counter mode: whether the tag is right, in constant time.
    @inline(__always)
    func isTag(
        _ tag: UnsafeRawPointer, over packet: UnsafeRawPointer, length: Int, rollover: UInt32?
    ) -> Bool {
        let digest = digest(packet, length: length, rollover: rollover)
        return withUnsafeBytes(of: digest) { csrtp_equal($0.baseAddress, tag, tagLength) == 1 }
    }

    @inline(__always)
    private func digest(_ packet: UnsafeRawPointer, length: Int, rollover: UInt32?) -> InlineArray<20, UInt8> {
        var digest = InlineArray<20, UInt8>(repeating: 0)
        withUnsafeMutableBytes(of: &digest) { digest in
            let bytes = digest.baseAddress?.assumingMemoryBound(to: UInt8.self)
            if var rollover {
                csrtp_authenticate(pointer, packet, length, &rollover, bytes)
            } else {
                csrtp_authenticate(pointer, packet, length, nil, bytes)
            }
        }
        return digest
    }
}
