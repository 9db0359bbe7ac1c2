// sources: Sources/SDP
// The body of a WHIP client's PATCH.

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    let text = String(decoding: UnsafeBufferPointer(start: data, count: size), as: UTF8.self)
    if let fragment = try? TrickleFragment(parsing: text), let ufrag = fragment.iceUfrag {
        precondition((4...256).contains(ufrag.utf8.count))
    }
    return 0
}
