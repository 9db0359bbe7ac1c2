// sources: Sources/SecureTransport/SRTPOpener.swift Sources/SecureTransport/SRTPSealer.swift Sources/SecureTransport/SRTPProfile.swift Sources/SecureTransport/SRTPKeyDerivation.swift Sources/SecureTransport/ReplayWindow.swift Sources/SecureTransport/PacketCipher.swift Sources/RTP/RTPHeader.swift Sources/RTP/RTPParseError.swift Sources/RTP/NetworkOrder.swift Tests/Fuzz/SRTPOpen/cipher.c
// flags: -I Tests/Fuzz/SRTPOpen -lcrypto
// Protected packets as they come from the network, under both profiles. The bounds, indices and windows are what is
// tried here: the ciphers are OpenSSL's (cipher.c), since BoringSSL is built by the package manager only.

nonisolated(unsafe) private var gcm: SRTPOpener? = try? SRTPOpener(
    profile: .aeadAES128GCM, key: [UInt8](repeating: 1, count: 16), salt: [UInt8](repeating: 2, count: 12))
nonisolated(unsafe) private var counter: SRTPOpener? = try? SRTPOpener(
    profile: .aes128CMHMACSHA1_80, key: [UInt8](repeating: 1, count: 16), salt: [UInt8](repeating: 2, count: 14))

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    for isGCM in [true, false] {
        withUnsafeTemporaryAllocation(byteCount: max(size, 1), alignment: 8) { packet in
            guard let base = packet.baseAddress, size > 0 else { return }
            base.copyMemory(from: data, byteCount: size)
            let bytes = UnsafeRawBufferPointer(start: base, count: size)
            if let header = try? RTPHeader(parsing: bytes.bytes, paddingIsEncrypted: true) {
                let buffer = UnsafeMutableRawBufferPointer(start: base, count: size)
                let opened =
                    isGCM
                    ? gcm?.openRTP(
                        buffer, length: size, headerLength: header.headerLength, ssrc: header.ssrc,
                        sequence: header.sequenceNumber)
                    : counter?.openRTP(
                        buffer, length: size, headerLength: header.headerLength, ssrc: header.ssrc,
                        sequence: header.sequenceNumber)
                if case .ok(let length) = opened { precondition(length <= size) }
            }
            base.copyMemory(from: data, byteCount: size)
            let buffer = UnsafeMutableRawBufferPointer(start: base, count: size)
            let opened = isGCM ? gcm?.openRTCP(buffer, length: size) : counter?.openRTCP(buffer, length: size)
            if case .ok(let length) = opened { precondition(length <= size) }
        }
    }
    return 0
}
