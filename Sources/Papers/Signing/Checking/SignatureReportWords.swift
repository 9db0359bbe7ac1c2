extension SignatureReport {
    /// Who, when, and in which state, for people.
    public var vietnamese: String {
        if integrity == .waiting { return "Chưa ký: vị trí ký \(field) đang chờ chữ ký số." }
        if isStamp { return stampVietnamese }
        var parts = [isValid ? "Chữ ký số hợp lệ" : "Chữ ký số không hợp lệ"]
        if let certificate {
            let organisation = certificate.organisation.map { ", \($0)" } ?? ""
            parts.append("người ký: \(certificate.name)\(organisation)")
            parts.append("đơn vị cấp chứng thư số: \(certificate.issuer)")
        }
        switch timestamp {
        case .proved(let time):
            parts.append("ký trước \(SigningTime(seconds: time).vietnamese) (có dấu thời gian được xác thực)")
        case .bad: parts.append("dấu thời gian không hợp lệ")
        case .none:
            if let claimedTime { parts.append("thời gian ký do người ký khai: \(claimedTime.vietnamese)") }
        }
        parts.append(Self.vietnamese(integrity))
        if let words = Self.vietnamese(trust) { parts.append(words) }
        switch revocation {
        case .good: parts.append("chứng thư số không bị thu hồi")
        case .revoked: parts.append("chứng thư số đã bị thu hồi")
        case .unknown: if trust == .trusted { parts.append("chưa kiểm tra được tình trạng thu hồi của chứng thư số") }
        }
        switch later {
        case .nothing: break
        case .signatures: parts.append("sau đó tệp chỉ được bổ sung chữ ký số")
        case .changes: parts.append("tệp đã bị thay đổi sau khi ký")
        }
        return parts.joined(separator: "; ") + "."
    }

    /// Who, when, and in which state, for people.
    public var english: String {
        if integrity == .waiting { return "Not signed yet: the place \(field) waits for a signature." }
        if isStamp { return stampEnglish }
        var parts = [isValid ? "Valid signature" : "Invalid signature"]
        if let certificate {
            let organisation = certificate.organisation.map { ", \($0)" } ?? ""
            parts.append("signed by \(certificate.name)\(organisation)")
            parts.append("certificate issued by \(certificate.issuer)")
        }
        switch timestamp {
        case .proved(let time): parts.append("before \(SigningTime(seconds: time).iso8601) (proved by a time-stamp)")
        case .bad: parts.append("its time-stamp is not valid")
        case .none: if let claimedTime { parts.append("at \(claimedTime.iso8601) as the signer says") }
        }
        parts.append(Self.english(integrity))
        if let words = Self.english(trust) { parts.append(words) }
        switch revocation {
        case .good: parts.append("the certificate is not revoked")
        case .revoked: parts.append("the certificate is revoked")
        case .unknown: if trust == .trusted { parts.append("whether the certificate is revoked is not known") }
        }
        switch later {
        case .nothing: break
        case .signatures: parts.append("only signatures were added to the file since")
        case .changes: parts.append("the file was changed after it was signed")
        }
        return parts.joined(separator: "; ") + "."
    }

    private var stampVietnamese: String {
        guard isValid, case .proved(let time) = timestamp else {
            return later == .changes
                ? "Dấu thời gian của tệp không hợp lệ: tệp đã bị thay đổi sau khi đóng dấu thời gian."
                : "Dấu thời gian của tệp không hợp lệ hoặc không do đơn vị được tin cậy cấp."
        }
        return "Dấu thời gian của tệp hợp lệ: tệp đã có trước \(SigningTime(seconds: time).vietnamese)."
    }

    private var stampEnglish: String {
        guard isValid, case .proved(let time) = timestamp else {
            return later == .changes
                ? "The file's time-stamp is not valid: the file was changed after it."
                : "The file's time-stamp is not valid, or not by an authority that is trusted."
        }
        return "The file's time-stamp is valid: it was there before \(SigningTime(seconds: time).iso8601)."
    }

    private static func vietnamese(_ integrity: Integrity) -> String {
        switch integrity {
        case .intact: "nội dung đã ký còn nguyên vẹn"
        case .changed: "nội dung đã ký bị thay đổi"
        case .weak: "thuật toán băm của chữ ký số không còn an toàn"
        case .unreadable: "không đọc được chữ ký số"
        case .waiting: "chưa ký"
        }
    }

    private static func english(_ integrity: Integrity) -> String {
        switch integrity {
        case .intact: "what was signed is intact"
        case .changed: "what was signed was changed"
        case .weak: "its digest algorithm is no longer safe"
        case .unreadable: "the signature cannot be read"
        case .waiting: "not signed"
        }
    }

    private static func vietnamese(_ trust: Trust) -> String? {
        switch trust {
        case .trusted: "chứng thư số được tin cậy"
        case .unknownIssuer: "chứng thư số không do đơn vị được tin cậy cấp"
        case .expired: "chứng thư số đã hết hạn vào thời điểm được xét"
        case .notYetValid: "chứng thư số chưa có hiệu lực vào thời điểm được xét"
        case .unsuited: "chứng thư số không dùng để ký số hoặc có khóa quá ngắn"
        case .notJudged: nil
        }
    }

    private static func english(_ trust: Trust) -> String? {
        switch trust {
        case .trusted: "the certificate is trusted"
        case .unknownIssuer: "the certificate does not come from a trusted issuer"
        case .expired: "the certificate had expired at the time considered"
        case .notYetValid: "the certificate was not yet valid at the time considered"
        case .unsuited: "the certificate is not for signatures, or its key is too short"
        case .notJudged: nil
        }
    }
}
