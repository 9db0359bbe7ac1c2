extension PreparedPaper {
    /// The signed paper: this file with a signature in its place, after a check that it is this paper's.
    ///
    /// - Parameter message: what the signer's machine has sent: a signed message in DER (RFC 5652).
    public func embedding(_ message: [UInt8]) throws(SigningError) -> [UInt8] {
        let digits = PDFWriting.hexadecimal(message)
        guard digits.count <= gap.count else { throw .noRoom }
        let content = Array(bytes[..<gap.lowerBound] + bytes[gap.upperBound...])
        guard let signed = SignedMessage(message), signed.isStrong, signed.isIntact(over: content),
            signed.namesItsSigner == true
        else { throw .signatureDoesNotFit }
        let padding = [UInt8](repeating: UInt8(ascii: "0"), count: gap.count - digits.count)
        var result = bytes
        result.replaceSubrange(gap, with: digits.dropLast() + padding + [UInt8(ascii: ">")])
        return result
    }
}
