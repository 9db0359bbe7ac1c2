// sources: Sources/ICE
// A datagram that looks like STUN: parsed, and given to an agent, whose answer must itself be a message.

nonisolated(unsafe) private var agent = ICEAgent(
    local: ICECredentials(ufrag: "evtj", password: "VOkJxbRl1RmTxUk/WvJxBt"), remoteUfrag: "h6vY",
    remotePassword: "VOkJxbRl1RmTxUk/WvJxBt")

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    let bytes = UnsafeRawBufferPointer(start: data, count: size).bytes
    _ = PacketClass(of: bytes)
    if let range = stunUsername(in: bytes) { precondition(range.upperBound <= size) }
    if let message = try? STUNMessage(parsing: bytes) { precondition(message.username.upperBound <= size) }
    withUnsafeTemporaryAllocation(byteCount: 300, alignment: 8) { response in
        let result = agent.receive(
            bytes, from: PeerAddress.ipv4(0x7F00_0001, port: 9), now: 0, response: response)
        guard result.responseLength > 0 else { return }
        let answer = UnsafeRawBufferPointer(start: response.baseAddress, count: result.responseLength)
        precondition((try? STUNMessage(parsing: answer.bytes)) != nil, "an answer is a message")
    }
    return 0
}
