import Identity

/// The signature of a request to an S3-compatible store: AWS Signature Version 4, in a header (Amazon S3 API Reference,
/// "Signature Calculations for the Authorization Header"). Pure: the time is an argument.
struct RequestSignature {
    let accessKey: String
    let secretKey: String
    let region: String

    /// SHA-256 of no bytes: what a request without a body is signed with.
    static let emptySHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

    /// The value of `Authorization`.
    ///
    /// - Parameters:
    ///   - path: percent-encoded already, as it is sent.
    ///   - query: not encoded.
    ///   - headers: names in lower case; all of them are signed. `host` and `x-amz-date` are among them.
    ///   - payload: SHA-256 of the body, 64 hexadecimal digits.
    ///   - time: `20130524T000000Z`.
    func authorization(
        _ method: String, path: String, query: [(name: String, value: String)],
        headers: [(name: String, value: String)],
        payload: String, time: String
    ) -> String {
        let sorted = headers.sorted { $0.name < $1.name }
        let names = sorted.map(\.name).joined(separator: ";")
        let canonical = [
            method, path, Self.text(query), sorted.map { "\($0.name):\($0.value)\n" }.joined(), names, payload,
        ].joined(separator: "\n")
        let day = String(time.prefix(8))
        let scope = "\(day)/\(region)/s3/aws4_request"
        let text = ["AWS4-HMAC-SHA256", time, scope, hexadecimal(sha256(Array(canonical.utf8)))].joined(separator: "\n")
        var key = Array("AWS4\(secretKey)".utf8)
        for part in [day, region, "s3", "aws4_request"] { key = hmacSHA256(Array(part.utf8), key: key) }
        let signature = hexadecimal(hmacSHA256(Array(text.utf8), key: key))
        return "AWS4-HMAC-SHA256 Credential=\(accessKey)/\(scope),SignedHeaders=\(names),Signature=\(signature)"
    }

    /// A query as it is signed and sent: encoded, in the order of the encoded names.
    static func text(_ query: [(name: String, value: String)]) -> String {
        query.map { (encoded($0.name), encoded($0.value)) }.sorted { $0 < $1 }.map { "\($0)=\($1)" }
            .joined(separator: "&")
    }

    /// Percent-encoded but for the unreserved characters (RFC 3986 §2.3), in upper case.
    ///
    /// - Parameter keepsSlashes: of a path.
    static func encoded(_ text: String, keepsSlashes: Bool = false) -> String {
        var out = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                out.unicodeScalars.append(Unicode.Scalar(byte))
            case UInt8(ascii: "/") where keepsSlashes: out += "/"
            default: out += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return out
    }
}
