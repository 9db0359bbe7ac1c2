/// All signatures of a paper, whoever made them, as what they are worth.
public enum SignatureCheck {
    /// One report for each field for a signature, in the file's order. Empty where nothing is signed.
    ///
    /// Takes about as long as reading the file once for each signature; call it off an event loop.
    /// - Parameter now: Unix seconds. Signatures without a proved time are judged by it.
    public static func reports(
        of paper: [UInt8], trusting anchors: TrustAnchors, now: Int64
    ) throws(SigningError) -> [SignatureReport] {
        let file = try PDFFile(paper)
        var reports: [SignatureReport] = []
        for field in try file.signatureFields() {
            if let value = field.value {
                reports.append(report(field, value, in: file, anchors, now))
            } else {
                reports.append(SignatureReport(field: field.name, integrity: .waiting))
            }
        }
        return reports
    }

    private static func report(
        _ field: SignatureField, _ value: PDFDictionary, in file: PDFFile, _ anchors: TrustAnchors, _ now: Int64
    ) -> SignatureReport {
        var report = SignatureReport(field: field.name, integrity: .unreadable)
        report.claimedTime = value["M"]?.string.flatMap { SigningTime(pdf: PDFWriting.text(of: $0)) }
        report.reason = value["Reason"]?.string.map { PDFWriting.text(of: $0) }
        report.location = value["Location"]?.string.map { PDFWriting.text(of: $0) }
        guard let contents = value["Contents"]?.string else { return report }
        if contents.allSatisfy({ $0 == 0 }) {
            report.integrity = .waiting
            return report
        }
        switch value["SubFilter"]?.name {
        case "ETSI.CAdES.detached", "adbe.pkcs7.detached": break
        case "ETSI.RFC3161": return stamp(report, field, value, in: file, contents, anchors, now)
        default: return report
        }
        guard let range = SignedRange(value["ByteRange"], in: file.bytes), stands(field, in: range, of: file, contents),
            let message = SignedMessage(contents)
        else { return report }
        report.certificate = message.signer.flatMap { try? Certificate($0) }
        report.revocationAddresses = message.revocationAddresses
        let covered = Array(file.bytes[..<range.gap.lowerBound] + file.bytes[range.gap.upperBound..<range.end])
        let names = message.namesItsSigner
        // PAdES signatures name their signer's certificate in what is signed (ETSI EN 319 142-1 §6.3); older ones need not.
        let isNamed = names ?? (value["SubFilter"]?.name == "adbe.pkcs7.detached")
        if !message.isIntact(over: covered) || !isNamed {
            report.integrity = .changed
        } else {
            report.integrity = message.isStrong ? .intact : .weak
        }
        if !range.coversAll { report.later = LaterChanges.since(range.end, in: file) }
        var time = now
        if let token = message.timestamp {
            let proved = TimestampToken.time(token, of: message.value, trusting: anchors, at: now)
            report.timestamp = proved.map { .proved($0) } ?? .bad
            time = proved ?? now
        }
        if let signer = message.signer {
            (report.trust, report.revocation) = anchors.judge(signer, with: message.chain, at: time, now: now)
        }
        return report
    }

    /// A document time-stamp (ETSI EN 319 142-1 §5.4.3): by an authority, over all that it covers.
    private static func stamp(
        _ report: SignatureReport, _ field: SignatureField, _ value: PDFDictionary, in file: PDFFile,
        _ contents: [UInt8], _ anchors: TrustAnchors, _ now: Int64
    ) -> SignatureReport {
        var report = report
        report.isStamp = true
        guard let range = SignedRange(value["ByteRange"], in: file.bytes), stands(field, in: range, of: file, contents)
        else { return report }
        if !range.coversAll { report.later = LaterChanges.since(range.end, in: file) }
        let covered = Array(file.bytes[..<range.gap.lowerBound] + file.bytes[range.gap.upperBound..<range.end])
        guard let time = TimestampToken.time(contents, of: covered, trusting: anchors, at: now) else {
            report.timestamp = .bad
            return report
        }
        (report.timestamp, report.integrity, report.trust) = (.proved(time), .intact, .trusted)
        return report
    }

    /// Whether the hole of the range is this signature's own `Contents`, and all else that it says of itself is covered:
    /// else another dictionary could borrow a signature.
    private static func stands(
        _ field: SignatureField, in range: SignedRange, of file: PDFFile, _ contents: [UInt8]
    ) -> Bool {
        guard let holder = try? file.placed(field.holder), holder.range.upperBound <= range.end,
            holder.range.lowerBound < range.gap.lowerBound, range.gap.upperBound < holder.range.upperBound
        else { return false }
        var scanner = PDFScanner(file.bytes, at: range.gap.lowerBound)
        return (try? scanner.hexadecimalString()) == contents
    }
}
