// sources: Sources/SecureTransport/DTLSServer.swift Sources/SecureTransport/DTLSContext.swift Sources/SecureTransport/TransportIdentity.swift Sources/SecureTransport/SRTPProfile.swift
// flags: -I media/shims/COpenSSL -lssl -lcrypto
// Datagrams of a peer's handshake. The input is cut into datagrams by length bytes; every server ends, whatever comes.

private let context: DTLSContext? = {
    guard let identity = try? TransportIdentity.generate(commonName: "fuzz", validDays: 1) else { return nil }
    return try? DTLSContext(identity: identity)
}()

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    guard let context else { return 0 }
    var server = DTLSServer(context: context, expectedFingerprints: [("sha-256", [1, 2, 3])])
    var offset = 0
    var said = 0
    while offset < size {
        let length = min(Int(data[offset]) * 6 + 1, size - offset - 1)
        let datagram = UnsafeRawBufferPointer(start: data + offset + 1, count: max(length, 0))
        let progress = server.receive(datagram, now: Int64(offset)) { said += $0.count }
        if case .established = progress { preconditionFailure("nobody has that fingerprint") }
        offset += length + 1
    }
    server.timeout(now: 1) { said += $0.count }
    precondition(said < 200_000, "a stranger cannot make us talk without end")
    return 0
}
