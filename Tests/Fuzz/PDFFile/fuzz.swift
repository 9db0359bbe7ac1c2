// sources: Sources/Papers/Signing/File Sources/Papers/Signing/Cryptography Sources/Papers/Signing/Checking Sources/Papers/Signing/SigningError.swift Sources/Papers/Signing/SignatureField.swift Sources/Papers/Signing/SignedRange.swift Sources/Papers/Signing/Appearance/SigningTime.swift
// flags: -I scheduler/shims/CZlib -I scheduler/shims/CCMS -lz -lcrypto
// A PDF file that somebody has sent: it is read, all its objects are, and its signatures are checked. None of them is
// valid, since nobody is trusted.

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: data, count: size))
    guard let file = try? PDFFile(bytes) else { return 0 }
    for number in file.references.entries.keys {
        guard let value = try? file.current(number) else { continue }
        // What is read is written so that it is read as the same.
        if case .stream = value { continue }
        var out: [UInt8] = []
        PDFWriting.write(value, into: &out)
        var scanner = PDFScanner(out)
        precondition((try? scanner.object()) == value)
    }
    _ = try? file.pages(limit: 100)
    let reports = try? SignatureCheck.reports(of: bytes, trusting: TrustAnchors(roots: []), now: 1_795_500_000)
    precondition(reports?.allSatisfy { !$0.isValid } ?? true)
    return 0
}
