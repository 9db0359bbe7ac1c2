// sources: Sources/Papers/Signing/File Sources/Papers/Signing/Cryptography Sources/Papers/Signing/Checking Sources/Papers/Signing/SigningError.swift Sources/Papers/Signing/SignatureField.swift Sources/Papers/Signing/SignedRange.swift Sources/Papers/Signing/Appearance/SigningTime.swift
// flags: -I scheduler/shims/CZlib -I scheduler/shims/CCMS -lz -lcrypto
// What a signer's machine or a time-stamp authority has sent.

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: data, count: size))
    let nobody = TrustAnchors(roots: [], revocations: [bytes])
    precondition(TimestampToken.time(bytes, of: [1], trusting: nobody, at: 1_795_500_000) == nil)
    _ = try? Certificate(der: bytes)
    guard let message = SignedMessage(bytes) else { return 0 }
    _ = message.namesItsSigner
    _ = message.isStrong
    _ = message.revocationAddresses
    _ = message.isIntact(over: [1, 2, 3])
    if let token = message.timestamp {
        _ = TimestampToken.time(token, of: message.value, trusting: nobody, at: 1_795_500_000)
    }
    if let signer = message.signer {
        let (trust, _) = nobody.judge(signer, with: message.chain, at: 1_795_500_000, now: 1_795_500_000)
        precondition(trust != .trusted)
    }
    if let request = try? TimestampRequest(for: bytes, nonce: [1, 2, 3, 4, 5, 6, 7, 8]) {
        precondition((try? request.stamped(by: bytes)) == nil)
    }
    return 0
}
